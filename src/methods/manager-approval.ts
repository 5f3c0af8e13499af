import { z } from 'zod';
import type { MethodView } from '../../dialogs/views.ts';
import type { Policy } from '../config/policy.ts';
import type { Act } from '../conversation/port.ts';
import type { Json } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';
import type { AskedMethod } from './method.ts';
import type { MethodPorts } from './ports.ts';
import { parseDocument } from './parse-document.ts';
import { noTries, triesSchema, waitsUntil, type Tries } from './tries.ts';

/** The id by which a verification asks for it: it is no method of the account's own. */
export const approvalId = 'manager-approval';

/** How often a person's manager may be asked in a day, and for how long nothing more is passed once they approved, in ms (I18). */
const asksPerDay = 2;
const dayMs = 24 * 3_600_000;
const passedForMs = 30 * dayMs;

const time = z.int().nonnegative();
const schema = z.strictObject({
  /** When a manager was asked, in the last day. */
  asked: z.array(time).readonly(),
  /** Who approved, in the last 30 days. */
  passed: z.array(z.strictObject({ manager: z.string(), at: time })).readonly(),
  tries: triesSchema,
});

/** What is remembered of an account's manager being asked. */
export type Approvals = Readonly<z.infer<typeof schema>>;

/** Reads the document as it counts at `now`. @throws LatchkeyError `latchkey_methods_unreadable` */
export function readApprovals(value: Json | null, now: number): Approvals {
  if (value === null) return { asked: [], passed: [], tries: noTries };
  const { asked, passed, tries } = parseDocument('manager approvals', schema, value);
  return {
    asked: asked.filter((at) => at > now - dayMs),
    passed: passed.filter(({ at }) => at > now - passedForMs),
    tries,
  };
}

/** The parts of a commit that remember it. */
export function approvalParts(accountId: string, approvals: Approvals, now: number): Required<Pick<Commit, 'put' | 'until'>> {
  const key = keys.managerApprovals(accountId);
  return { put: { [key]: approvals }, until: { [key]: now + passedForMs } };
}

/** Until when a manager cannot be asked, epoch ms; null when they can. */
export function askableFrom({ asked, passed, tries }: Approvals, manager: string, now: number): number | null {
  const lately = passed.filter((each) => each.manager === manager).map(({ at }) => at + passedForMs);
  const freeing = asked.length >= asksPerDay ? [(asked.at(-asksPerDay) ?? now) + dayMs] : [];
  const waits = waitsUntil(tries, now);
  const all = [...lately, ...freeing, ...(waits === null ? [] : [waits])];
  return all.length === 0 ? null : Math.max(...all);
}

export const withAsked = (approvals: Approvals, now: number): Approvals => ({ ...approvals, asked: [...approvals.asked, now] });

/** What an answer leaves of it; one that was right is a pass by this manager. */
export const withAnswer = (approvals: Approvals, tries: Tries, manager: string | null, now: number): Approvals => ({
  ...approvals,
  tries,
  passed: manager === null ? approvals.passed : [...approvals.passed, { manager, at: now }],
});

/** The manager as a verification offers them. */
const approvalView = (manager: { readonly name: string }, until: number | null): MethodView => ({
  id: approvalId,
  kind: 'manager-approval',
  label: manager.name,
  name: null,
  preferred: false,
  addedAt: 0,
  lastUsedAt: null,
  countsFrom: 0,
  usable: until === null ? 'yes' : 'sends-used-up',
  until,
});

/** Whether the policy lets managers approve. */
export const mayApprove = ({ methods }: Pick<Policy, 'methods'>): boolean => methods['manager-approval'].enabled;

/**
 * The manager's approval (I18): six digits that the person's chat shows are told to the manager, who types them in their own. Nobody registers it.
 */
export const managerApproval: AskedMethod = {
  kind: 'manager-approval',
  sends: false,
  isAsked: true,
  take: () => ({ ok: false, reason: 'gone' }),
};

/** The manager as a way to pass the second gate of a reset or an unlock (I18): where the policy lets them, in Teams, and the directory names one who can. */
export async function managersWay(
  { store, policy, managerOf }: Pick<MethodPorts, 'store' | 'policy' | 'managerOf'>,
  act: Pick<Act, 'accountId' | 'now' | 'door' | 'account'>,
): Promise<readonly MethodView[]> {
  if (!mayApprove(policy) || managerOf === undefined || act.door !== 'teams') return [];
  const account = await act.account().catch(() => null);
  const manager = account === null ? null : await managerOf(account).catch(() => null);
  if (manager === null) return [];
  const key = keys.managerApprovals(act.accountId);
  const { rows } = await store.open({ key, owner: null, now: act.now });
  return [approvalView(manager, askableFrom(readApprovals(rows.get(key)?.value ?? null, act.now), manager.id, act.now))];
}
