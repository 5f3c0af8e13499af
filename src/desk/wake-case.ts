import { inboxParts } from '../conversation/inbox.ts';
import { outboxRow } from '../delivery/outbox.ts';
import { joined } from '../methods/join-commits.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Language, Policy } from '../config/policy.ts';
import type { AuditFacts } from '../security/audit.ts';
import { keys } from '../store/keys.ts';
import type { Commit, DueEntry } from '../store/port.ts';
import { advance, type Advanced } from './advance.ts';
import { dueChases, isExpired, isFollowUpDue, nextMoment, type Chase } from './case-clock.ts';
import { readCase, type CaseRecord } from './case-record.ts';
import { changeCase, type ChangeNeeds } from './change-case.ts';
import { chaseMail, chaseText } from './chase-words.ts';
import { isOpen } from './hours.ts';

export interface WakeCaseNeeds extends ChangeNeeds {
  readonly policy: Pick<Policy, 'hooks' | 'contacts' | 'desk' | 'organisation'>;
  readonly sentences: Sentences;
  /** Whether an account's methods are enough for a reset of its own. */
  readonly isRegistered: (account: string) => Promise<boolean>;
}

/** What time does to a case at a moment, decided on the case as it is then. */
interface Struck {
  readonly advanced: Advanced;
  readonly also: Omit<Commit, 'expect' | 'release'>;
  readonly entries: readonly AuditFacts[];
}

/**
 * Handles a case's due entry: who waits in the queue is brought up again, who did not reply has expired, who was helped yesterday is asked to
 * register. What is done, that it was done, its audit entries and the next moment are one commit.
 */
export const wakeCase =
  (needs: WakeCaseNeeds) =>
  async (entry: DueEntry): Promise<void> => {
    const { id, account } = entry.data as { id: string; account: string };
    const { store, clock, policy } = needs;
    const now = clock.now();
    const row = (await store.open({ key: keys.case(id), owner: null, now })).rows.get(keys.case(id)) ?? null;
    const seen = row === null ? null : readCase(row.value);
    const isRegistered = seen !== null && isFollowUpDue(policy, seen, now) && (await needs.isRegistered(account));
    await changeCase<null>(needs, { id, account }, (record) => {
      const done = record === null ? null : struck(needs, record, { now, isRegistered });
      if (done !== null) return { ...done, result: null };
      const at = record === null ? null : nextMoment(policy, record);
      return { advanced: null, also: { due: [{ id: entry.id, at, data: { id, account } }] }, entries: [], result: null };
    });
  };

function struck(needs: WakeCaseNeeds, record: CaseRecord, facts: { readonly now: number; readonly isRegistered: boolean }): Struck | null {
  const { policy } = needs;
  const { now } = facts;
  if (isExpired(record, now)) {
    const advanced = advance(record, { type: 'expire' }, { policy, now, agent: null });
    return advanced === null ? null : { advanced, also: {}, entries: [entryOf(record, 'desk.expire', 'no-reply', now)] };
  }
  if (isFollowUpDue(policy, record, now)) return followUp(record, facts);
  const ways = dueChases(policy, record, now);
  if (ways.length === 0 || record.queued === null) return null;
  const queued = { ...record.queued, chased: [...record.queued.chased, ...ways] };
  const taken = ways.filter((way) => isThere(needs, way, now));
  return {
    advanced: unseen({ ...record, queued }),
    also: joined(taken.map((way) => chase(needs, record, way, now))),
    entries: taken.map((way) => entryOf(record, 'desk.chase', way, now)),
  };
}

/** A change that nobody sees on the card. */
const unseen = (record: CaseRecord): Advanced => ({ record, tells: [], posts: false });

/** Asks, once, and not where it is done already. */
function followUp(record: CaseRecord, { now, isRegistered }: { readonly now: number; readonly isRegistered: boolean }): Struck {
  const { id, stack, number } = record;
  const also =
    stack === null || isRegistered
      ? {}
      : inboxParts(stack, `case-${id}-register`, { notice: 'desk-delivery.register', params: { number } }, now);
  return { advanced: unseen({ ...record, followedUp: true }), also, entries: [] };
}

/** Whether the policy has such a way, and it is the hour for it. */
function isThere({ policy }: WakeCaseNeeds, way: Chase, now: number): boolean {
  const { secondRoute, onCall } = policy.desk;
  if (way === 'second-route') return secondRoute !== 'none';
  return way !== 'on-call' || (!isOpen(policy, now) && onCall.numbers.length + onCall.mail.length > 0);
}

function chase({ seals, sentences, policy }: WakeCaseNeeds, record: CaseRecord, way: Chase, now: number): Pick<Commit, 'put' | 'due'> {
  const { id, account, queued } = record;
  const stay = queued?.since ?? now;
  const owe = (what: string, owed: Parameters<typeof outboxRow>[3]) => outboxRow(seals, account, `${what}-${id}-${stay}`, owed, now);
  const language: Language = policy.contacts.desk.language;
  if (way === 'again') return owe('case-again', { kind: 'case-again', what: id });
  if (way === 'second-route') return owe('case-second', { kind: 'case-second', what: id });
  const mail = chaseMail(sentences, policy, record, way, now);
  const mails = (way === 'mail' ? policy.contacts.administratorsMail : policy.desk.onCall.mail).map((to, index) =>
    owe(`case-${way}-mail-${index + 1}`, { kind: 'case-mail', parcel: { kind: 'mail', to, ...mail } }),
  );
  const texts = (way === 'mail' ? [] : policy.desk.onCall.numbers).map((to, index) =>
    owe(`case-${way}-text-${index + 1}`, { kind: 'case-mail', parcel: { kind: 'sms', to, text: chaseText(sentences, language, record) } }),
  );
  return joined([...mails, ...texts]);
}

const entryOf = ({ account, reference }: CaseRecord, act: string, reason: string, at: number): AuditFacts => ({
  at,
  actor: 'system',
  account,
  act,
  verdict: 'allowed',
  reason,
  proofs: [],
  door: 'system',
  reference,
});
