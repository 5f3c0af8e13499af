import { isTypedInChat, ruleOf } from '../../dialogs/methods.ts';
import type { Policy } from '../config/policy.ts';
import type { MethodView } from '../../dialogs/views.ts';
import type { Act } from '../conversation/port.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { readMethodsDocument, standing, type MethodRecord, type MethodsDocument } from './method-record.ts';
import { viewOf } from './read-methods.ts';
import { rowsOfTurn } from './turn-rows.ts';

const day = 24 * 3_600_000;

/** A person is asked once in so long, however many there are to ask about. */
const askedEvery = 7 * day;

/**
 * The method a person is to be asked about, at a quiet moment: not used for the policy's days, oldest use first; null when there is none,
 * or when they were asked lately. Asked about are those that a code typed in the chat confirms, and that could be used now; being overdue
 * takes nothing away from a method. Pure.
 */
export function overdueMethod(
  { methods, askedAt }: Pick<MethodsDocument, 'methods' | 'askedAt'>,
  now: number,
  policy: Pick<Policy, 'methods' | 'securityQuestions' | 'reconfirmation'>,
): MethodRecord | null {
  const { days } = policy.reconfirmation;
  if (days === 0 || (askedAt !== undefined && askedAt + askedEvery > now)) return null;
  const last = ({ addedAt, lastUsedAt }: MethodRecord): number => Math.max(addedAt, lastUsedAt ?? 0);
  const overdue = methods.filter(
    (method) =>
      last(method) + days * day <= now && isTypedInChat(method.kind) && standing(method, { now, session: null }, policy).usable === 'yes',
  );
  // A number or address may have passed to somebody else, an app has not.
  const sends = ({ kind }: MethodRecord): number => (ruleOf(kind).sends ? 0 : 1);
  return overdue.toSorted((one, other) => last(one) - last(other) || sends(one) - sends(other))[0] ?? null;
}

/** The same of an account, as dialogs may know it; no trip where what was read with the stack still holds. */
export async function overdueOfTurn(
  { store, policy }: { readonly store: Store; readonly policy: Pick<Policy, 'methods' | 'securityQuestions' | 'reconfirmation'> },
  act: Pick<Act, 'accountId' | 'now' | 'rows'>,
): Promise<MethodView | null> {
  const key = keys.methods(act.accountId);
  const rows = await rowsOfTurn(store, act, [key]);
  const document = readMethodsDocument(rows(key)?.value ?? null);
  const method = overdueMethod(document, act.now, policy);
  return method === null ? null : viewOf(method, { usable: 'yes', until: null }, document.preferred);
}
