import type { Language } from '../config/policy.ts';
import { noticeParts } from '../delivery/notices.ts';
import type { AccountState } from '../directory/port.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import { placeOfMethod } from './claimed-place.ts';
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

/** The methods of a number that is dead: texted and called it is two, and nobody answers either. */
const ofDeadNumber = (
  ports: Pick<MethodPorts, 'keys'>,
  { accountId, document, method }: Pick<Dead, 'accountId' | 'document' | 'method'>,
) => {
  const number = placeOfMethod(ports.keys, accountId, method);
  const isOfIt = (each: MethodRecord): boolean => each.suspended === null && placeOfMethod(ports.keys, accountId, each) === number;
  return document.methods.filter((each) => each.id === method.id || isOfIt(each));
};

/**
 * Commit parts that suspend what a dead number was registered for (R23): it is seen and can be removed, serves nothing, and the same number
 * can be registered anew. The person is told everywhere but there (I19).
 */
export function suspension(ports: Pick<MethodPorts, 'keys' | 'sentences'>, dead: Dead): Commit {
  const { id, accountId, account, method, now, language, chat } = dead;
  const document = ofDeadNumber(ports, dead).reduce(
    (before, each) => withMethod(before, { ...each, suspended: 'unreachable' }),
    dead.document,
  );
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
export const suspensionEntry = (ports: Pick<MethodPorts, 'keys'>, dead: Pick<Dead, 'accountId' | 'document' | 'method'>) => {
  const kinds = ofDeadNumber(ports, dead).map(({ kind }) => kind);
  return { act: 'methods.suspend', verdict: 'allowed', reason: `${kinds.join(' ')} number-dead`, proofs: [] } as const;
};
