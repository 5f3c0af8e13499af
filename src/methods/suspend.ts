import type { Language } from '../config/policy.ts';
import { noticeParts } from '../delivery/notices.ts';
import type { AccountState } from '../directory/port.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import { joined } from './join-commits.ts';
import { withMethod, type MethodRecord, type MethodsDocument } from './method-record.ts';
import { noticePlaces } from './places.ts';
import type { MethodPorts } from './ports.ts';

/** What is known when a number turns out to be dead. */
export interface Dead {
  /** The sending that showed it: told once. */
  readonly id: string;
  readonly accountId: string;
  /** As the directory has it; null when it could not be asked: then the work mailbox is not told. */
  readonly account: AccountState | null;
  readonly document: MethodsDocument;
  readonly method: MethodRecord;
  readonly now: number;
  readonly language: Language;
  /** The stack to be told in chat; left out where the dialog says it by itself. */
  readonly chat?: Key;
}

/**
 * Commit parts that suspend a method whose number is dead (R23): it is seen and can be removed, serves nothing, and the same number can be
 * registered anew. The person is told everywhere but there (I19).
 */
export function suspension(ports: Pick<MethodPorts, 'keys' | 'sentences'>, dead: Dead): Commit {
  const { id, accountId, account, method, now, language, chat } = dead;
  const document = withMethod(dead.document, { ...method, suspended: 'unreachable' });
  return joined([
    { put: { [keys.methods(accountId)]: document } },
    noticeParts(ports.keys, ports.sentences, {
      id: `${id}-suspended`,
      what: 'method-suspended',
      account: accountId,
      workMail: account?.workMail ?? null,
      places: noticePlaces(ports.keys, accountId, document.methods),
      at: now,
      door: 'operator',
      language,
      method: method.kind,
      ...(chat !== undefined && { chat }),
    }),
  ]);
}

/** The audit entry of it. */
export const suspensionEntry = ({ kind }: MethodRecord) =>
  ({ act: 'methods.suspend', verdict: 'allowed', reason: `${kind} number-dead`, proofs: [] }) as const;
