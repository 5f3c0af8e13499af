import type { ResultOf } from '../../dialogs/effects.ts';
import type { Refusal } from '../../dialogs/views.ts';
import type { Policy } from '../config/policy.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { accountRefusal, startCodeRefusal } from '../directory/eligibility.ts';
import type { AccountState } from '../directory/port.ts';
import { joined } from '../methods/join-commits.ts';
import { startCodeProof } from '../methods/proof-record.ts';
import type { Random } from '../ports.ts';
import type { AuditFacts } from '../security/audit.ts';
import { newId } from '../security/ids.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Commit, Row } from '../store/port.ts';
import { nobodysCall } from './call-number.ts';
import { readCase, type CaseRecord } from './case-record.ts';
import { weighGuess } from './door-guess.ts';
import { isFrozen, readFreeze } from './freeze-record.ts';
import { changeCase, type ChangeNeeds } from './change-case.ts';
import { isUnderWay, readWaiting, startCodeMs, startCodeTries, waitingParts, type StartCode } from './start-code-record.ts';
import { readStartCode, startCodeMatches } from './start-code-signs.ts';
import { stopsNow } from './stop.ts';
import type { Vouching } from './vouching.ts';

export interface RedeemNeeds extends ChangeNeeds {
  readonly random: Random;
  readonly policy: Policy;
  /** What stands against a new password on a start code at the front door, which nobody there is told before a right one (I20). */
  readonly doorRefusal: (act: Act) => Promise<Refusal | null>;
  readonly vouching: Pick<Vouching, 'refusal'>;
}

type Result = ResultOf<'redeemStartCode'>;

const over: Result = { type: 'start-code.over' };

/**
 * Weighs a start code (I12), exactly once: of several at once one is redeemed, and the same attempt again gets the same. Only for the account it was made for,
 * while that may have one, whoever approved. What it opens is a proof each: one for the new-password page, one for registration, and neither is worth
 * anything for the other.
 * The three tries are the account's own, whose chat in Teams it is: three wrong ones there end it. At the front door anybody may type, so its tries are those of who
 * does, and none of them ends the code (I6; `door-guess.ts`).
 */
export const redeemStartCode = (needs: RedeemNeeds): Handler<'redeemStartCode'> => ({
  async run({ answer }, act) {
    const signs = readStartCode(answer);
    if (signs === null) return { type: 'start-code.rejected', reason: 'form', triesLeft: startCodeTries };
    const key = keys.startCode(act.accountId);
    const row = (await needs.store.open({ key, owner: null, now: act.now })).rows.get(key) ?? null;
    if (act.door === 'front-door') {
      const kept = await keptOut(needs, { act, signs, case: row === null ? null : readWaiting(row.value).case });
      if (kept !== null) return kept;
    }
    const account = await act.account();
    if (row === null || account === null || (await needs.vouching.refusal(account, null)) !== null) return over;
    const opens = await openedBy(needs, account, act);
    const of = { id: readWaiting(row.value).case, account: act.accountId };
    const frozen = keys.frozen(act.accountId);
    return changeCase<Result>(
      needs,
      of,
      (record, rows) =>
        isOver(rows.get(frozen) ?? null, record)
          ? { advanced: null, entries: [], result: over }
          : weigh(needs, { record, account, act, signs, opens }),
      [frozen],
    );
  },
});

/** Frozen, or from before a freeze (I17): it ended then, and the thaw, which may come with one of its own, brings it not back. */
const isOver = (frozen: Row | null, record: CaseRecord | null): boolean =>
  isFrozen(frozen) || (record?.startCode?.code?.until ?? 0) - startCodeMs < readFreeze(frozen).voidBefore;

/**
 * What somebody gets at the front door who has not the code; null for who has it. The same is read, counted and written where there is none, where the
 * account can have none, and where there is no account (I20).
 */
async function keptOut(
  needs: RedeemNeeds,
  { act, signs, case: waiting }: { readonly act: Act; readonly signs: string; readonly case: string | null },
): Promise<Result | null> {
  const refusal = await needs.doorRefusal(act);
  const caseKey = keys.case(waiting ?? `${partitionOf(act.accountId)}-nobody`);
  const isEnded = refusal !== null && !isTold(refusal);
  const weighed = await weighGuess<null>(needs, act, {
    what: 'start-code',
    name: 'desk.start-code',
    alsoRead: [caseKey],
    find: (rows) => {
      const row = rows.get(caseKey) ?? null;
      const startCode = row === null ? undefined : readCase(row.value).startCode;
      const code = startCode?.code ?? null;
      const bound = { code: startCode?.id ?? 'nobody', account: act.accountId };
      const isRight = startCodeMatches(needs.seals, bound, signs, code?.mac ?? nobodysCall(needs.seals).mac);
      if (!isRight || isEnded || code === null || !isOwnOrOpen(startCode, act)) return null;
      return { since: code.until - startCodeMs, commit: null, result: null };
    },
  });
  if (!weighed.ok) {
    const { triesLeft, until } = weighed;
    return triesLeft > 0 ? { type: 'start-code.rejected', reason: 'wrong', triesLeft } : { type: 'start-code.exhausted', until };
  }
  // It is right, and what it opens is had in Teams alone: it is not used up here.
  if (refusal === null) return null;
  const state = await act.account();
  return { type: 'start-code.redeemed', password: null, register: null, hasPassword: state?.hasPassword ?? true };
}

/** Whether who has the right code hears that no password can be had for it here now: it registers in Teams all the same. Of any other account it is no code any more. */
const isTold = ({ ending }: Refusal): boolean => ending === 'locked' || ending === 'stopped';

/** One that waits to be typed, or that this very attempt redeemed. */
const isOwnOrOpen = (startCode: StartCode | undefined, act: Act): boolean => {
  const redeemed = startCode?.code?.redeemed ?? null;
  return redeemed === null ? isUnderWay(startCode, act.now) : redeemed.attempt === attemptOf(act);
};

/** Two conversations may bring activities of the same name. */
const attemptOf = ({ stack, id }: Act): string => `${stack} ${id}`;

interface Scales {
  readonly record: CaseRecord | null;
  readonly account: AccountState;
  readonly act: Act;
  readonly signs: string;
  readonly opens: { readonly password: string | null; readonly register: string | null };
}

function weigh(needs: RedeemNeeds, { record, account, act, signs, opens }: Scales): ReturnType<Parameters<typeof changeCase<Result>>[2]> {
  const nothing = { advanced: null, entries: [] } as const;
  const attempt = attemptOf(act);
  const startCode = record?.startCode;
  const code = startCode?.code ?? null;
  if (record === null || startCode === undefined || code === null || record.account !== act.accountId) return { ...nothing, result: over };
  const { redeemed, wrong } = code;
  if (redeemed?.attempt === attempt) {
    const { password, register } = redeemed;
    return { ...nothing, result: { type: 'start-code.redeemed', password, register, hasPassword: account.hasPassword } };
  }
  if (wrong.includes(attempt)) return { ...nothing, result: rejected(wrong.length) };
  if (!isUnderWay(startCode, act.now)) return { ...nothing, result: over };
  const change = (changed: Partial<NonNullable<StartCode['code']>>, also: Commit, told: string) => ({
    advanced: {
      record: { ...record, startCode: { ...startCode, code: { ...code, ...changed } }, revision: record.revision + 1 },
      tells: [],
      posts: false,
    },
    also,
    entries: [entryOf(record, act, startCode, told)],
  });
  if (!startCodeMatches(needs.seals, { code: startCode.id, account: act.accountId }, signs, code.mac)) {
    const tried = [...wrong, attempt];
    const ends = tried.length >= startCodeTries ? waitingParts(record, { until: code.until, isOpen: false }) : {};
    return { ...change({ wrong: tried }, ends, 'wrong'), result: rejected(tried.length) };
  }
  const given = [opens.password, opens.register].filter((id) => id !== null);
  const parts = given.map((id) => startCodeProof({ id, opens: id === opens.password ? 'password' : 'registration', act }));
  return {
    ...change(
      { redeemed: { attempt, at: act.now, ...opens } },
      joined([waitingParts(record, { until: code.until, isOpen: false }), ...parts]),
      'redeemed',
    ),
    result: { type: 'start-code.redeemed', ...opens, hasPassword: account.hasPassword },
  };
}

const rejected = (wrong: number): Result =>
  wrong >= startCodeTries ? over : { type: 'start-code.rejected', reason: 'wrong', triesLeft: startCodeTries - wrong };

/** What a code opens for this account at this moment: the password where it is managed here, registration where the account is enabled for it. */
async function openedBy({ store, policy, random }: RedeemNeeds, account: AccountState, act: Act): Promise<Scales['opens']> {
  const stops = await stopsNow(store, act.now);
  return {
    password: startCodeRefusal(policy, account, stops) === null ? newId(random) : null,
    // The front door registers nothing (I11).
    register: act.door === 'teams' && accountRefusal(policy, account, 'register', stops) === null ? newId(random) : null,
  };
}

const entryOf = ({ account, reference }: CaseRecord, act: Act, { checks }: StartCode, reason: string): AuditFacts => ({
  at: act.now,
  actor: account,
  account,
  act: 'desk.start-code',
  verdict: reason === 'redeemed' ? 'allowed' : 'refused',
  reason,
  proofs: checks.map(({ proof }) => proof),
  door: act.door,
  reference,
});
