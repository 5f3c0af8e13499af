import { z } from 'zod';
import type { Policy } from '../config/policy.ts';
import type { Act } from '../conversation/port.ts';
import { LatchkeyError } from '../errors.ts';
import type { Clock, Json } from '../ports.ts';
import type { AuditFacts } from '../security/audit.ts';
import { updateAudited } from '../security/audit-update.ts';
import { countDown } from '../security/counter.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key, Row, Store } from '../store/port.ts';

/**
 * Call numbers (I15) and start codes (I12) that are typed at the front door, by anybody, for an account that somebody named. Their three tries are those of
 * whoever has the number: in Teams the account's own, which a stranger cannot use up from here; at the front door the conversation's, and behind it the
 * network address's (I6: a wrong number counts against the client, never the account). So nobody is locked out by strangers.
 *
 * What would be left is a stranger with many addresses. Therefore one number or code stands `mostGuesses` wrong ones from the whole front door, as many as one method
 * stands (I6), and is then no longer taken here: in Teams it is, and a new one is, here too, so that whoever is on the telephone is told another and goes on. The
 * odds: one conversation finds a call's six digits with 3 in 1,000,000 and one address with 30, at the default policy; all the addresses in the world together with 100
 * in 1,000,000, and with 5 times that in an hour, because no more calls are made for an account. It is worth no more than the question which follows, and the gates
 * come after that. Of a start code's 50 bits one person has read out 25: should that person be a thief, the other half is found with 100 in 33,554,432.
 */
const mostGuesses = 100;
/** How long a call number and a start code live, and a conversation's tries rest, ms. */
const guessMs = 10 * 60_000;
const triesOfConversation = 3;
const hourMs = 3_600_000;

type What = 'call-number' | 'start-code';

const guess = z.strictObject({ id: z.string(), at: z.int().nonnegative() });
const shape = z.strictObject({ 'call-number': z.array(guess).readonly(), 'start-code': z.array(guess).readonly() });
type Guesses = Readonly<z.infer<typeof shape>>;

function readGuesses(value: Json | null, now: number): Guesses {
  if (value === null) return { 'call-number': [], 'start-code': [] };
  const read = shape.safeParse(value);
  if (!read.success) throw new LatchkeyError('latchkey_desk_unreadable', 'defect', 'stored guesses have another shape', read.error);
  const young = (what: What) => read.data[what].filter(({ at }) => at > now - guessMs);
  return { 'call-number': young('call-number'), 'start-code': young('start-code') };
}

/** What something was found to be, and what is committed with that. */
export interface Found<Result> {
  /** When what was typed was made, epoch ms: what was guessed before counts against what there was then. */
  readonly since: number;
  readonly result: Result;
  readonly commit: Commit | null;
}

export interface Guessed<Result> {
  readonly what: What;
  /** Names the act in the audit. */
  readonly name: string;
  /** Rows of the account's partition that the verdict rests on; as many where there is no account (I20). */
  readonly alsoRead: readonly Key[];
  /** Compares, in constant time: what was typed, or null. Pure. */
  readonly find: (rows: ReadonlyMap<Key, Row | null>) => Found<Result> | null;
}

export interface GuessNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly seals: Keys;
  readonly policy: Pick<Policy, 'frontDoor'>;
}

/**
 * Weighs what was typed at the front door. It is counted before it is compared, and the same is read, counted and written for every account, and for none (I20).
 * @returns what was found; else how many tries this conversation has, and from when it has some again
 */
export async function weighGuess<Result>(
  needs: GuessNeeds,
  act: Act,
  { what, name, alsoRead, find }: Guessed<Result>,
): Promise<{ readonly ok: true; readonly found: Result } | { readonly ok: false; readonly triesLeft: number; readonly until: number }> {
  const { store, clock, seals, policy } = needs;
  const { now, stack, client = '', accountId } = act;
  const id = `${stack} ${act.id}`;
  const most = policy.frontDoor.codesPerAddress;
  const ofAddress = await countDown(needs, { what: `door-${what}`, whom: client, id, most, ms: hourMs }, now);
  if (!ofAddress.ok) return { ok: false, triesLeft: 0, until: ofAddress.until };
  const ofConversation = await countDown(
    needs,
    { what: `door-${what}-tries`, whom: stack, id, most: triesOfConversation, ms: guessMs },
    now,
  );
  if (!ofConversation.ok) return { ok: false, triesLeft: 0, until: ofConversation.until };
  const key = keys.doorGuesses(accountId);
  const found = await updateAudited<Found<Result> | null>(
    store,
    seals,
    clock,
    key,
    (row, rows) => {
      const guesses = readGuesses(row?.value ?? null, now);
      const before = guesses[what];
      const right = before.some((each) => each.id === id) ? null : find(rows);
      const isSpent = right !== null && before.filter(({ at }) => at >= right.since).length >= mostGuesses;
      const entry = (verdict: AuditFacts['verdict'], reason: string): AuditFacts => ({
        at: now,
        actor: accountId,
        account: accountId,
        act: name,
        verdict,
        reason,
        proofs: [],
        door: act.door,
        reference: act.reference,
      });
      if (right !== null && !isSpent)
        return { commit: right.commit, entries: right.commit === null ? [] : [entry('allowed', 'right')], result: right };
      const after = { ...guesses, [what]: [...before.filter((each) => each.id !== id), { id, at: now }].slice(-mostGuesses) };
      return {
        commit: { put: { [key]: after }, until: { [key]: now + guessMs } },
        entries: [entry('refused', isSpent ? 'guessed-often' : 'wrong')],
        result: null,
      };
    },
    { alsoRead },
  );
  return found === null ? { ok: false, triesLeft: ofConversation.left, until: ofConversation.until } : { ok: true, found: found.result };
}
