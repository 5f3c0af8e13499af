import type { ResultOf } from '../../dialogs/effects.ts';
import type { Policy } from '../config/policy.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { grantRefusal } from '../directory/eligibility.ts';
import { chatOfOwner, noticeParts } from '../delivery/notices.ts';
import { joined } from '../methods/join-commits.ts';
import { judgeProofs, proofRows, resetGates } from '../methods/proofs.ts';
import { registeredPlaces } from '../methods/summary.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { AuditFacts } from '../security/audit.ts';
import { updateAudited } from '../security/audit-update.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Key, Row } from '../store/port.ts';
import { someoneMayGive } from './agents.ts';
import { callDue } from './call-due.ts';
import { closedUntil, readCallTries, triesKeptMs } from './call-tries.ts';
import { callMs, hasPowers, openGrant, powersMs, type Call } from './caller-of-case.ts';
import { readCase, readCaseList, type CaseRecord } from './case-record.ts';
import { changeCase, type ChangeNeeds } from './change-case.ts';
import { reportedParts } from './reported.ts';
import { isCallNumber, nobodysCall, readDigits } from './call-number.ts';
import { weighGuess, type Found } from './door-guess.ts';

export interface AnswerCallNeeds extends ChangeNeeds {
  readonly policy: Policy;
  readonly sentences: Sentences;
  /** Whether the directory gives temporary passes at all. */
  readonly givesPasses: boolean;
  /** Whether it may be found out at the front door who is on the telephone for an account, which nobody there is told (I20). */
  readonly mayAnswerAtDoor: (act: Act) => Promise<boolean>;
  /** A conversation at the front door goes on from this moment, as if a word had been said there. */
  readonly keepOpen: (stack: Key) => Promise<void>;
}

/** A call's id as dialogs have it: the case, and which of its calls. */
const callOf = (record: Pick<CaseRecord, 'id'>, { id }: Pick<Call, 'id'>): string => `${record.id}/${id}`;

/** The open cases of an account, newest first. */
async function openCases({ store }: Pick<AnswerCallNeeds, 'store'>, act: Pick<Act, 'accountId' | 'now'>): Promise<readonly CaseRecord[]> {
  const list = keys.casesOf(act.accountId);
  const listed = (await store.open({ key: list, owner: null, now: act.now })).rows.get(list) ?? null;
  const open = readCaseList(listed?.value ?? null).cases.flatMap((each) => (each.open ? [keys.case(each.id)] : []));
  // Where there is none one is read all the same, which is not there: whether there is one nobody may tell by that (I20).
  const [first = keys.case(nobodysCase(act.accountId)), ...others] = open;
  const { rows } = await store.open({ key: first, owner: null, alsoRead: others, now: act.now });
  return [first, ...others].flatMap((key) => {
    const row = rows.get(key) ?? null;
    return row === null ? [] : [readCase(row.value)];
  });
}

/** The id of a case that an account never has. */
const nobodysCase = (accountId: string): string => `${partitionOf(accountId)}-nobody`;

/** What a conversation has of a call: whether the helpdesk knows who it is, and what it gave there. */
export const readCall = (needs: Pick<AnswerCallNeeds, 'store'>): Handler<'readCall'> => ({
  async run(_params, act) {
    const record = (await openCases(needs, act)).find((each) => each.caller?.stack === act.stack && hasPowers(each, act.now));
    const { caller } = record ?? {};
    if (record === undefined || caller === undefined || caller.verifiedAt === null)
      return { type: 'call.read', verified: null, grant: null };
    const grant = openGrant(record, act.now);
    return {
      type: 'call.read',
      verified: { call: callOf(record, caller), agent: caller.name, until: caller.verifiedAt + powersMs },
      grant: grant === null ? null : { id: grant.id, what: grant.what, method: grant.method, hasPassword: grant.hasPassword },
    };
  },
});

/**
 * Weighs a call number (I15), exactly once: of the account's own call alone, within its ten minutes, and for the first conversation that types it. A wrong
 * one counts against whoever typed it, whether or not there is a call; the words are the same. In Teams that is the account.
 */
export const checkCallNumber = (needs: AnswerCallNeeds): Handler<'checkCallNumber'> => ({
  async run({ answer }, act) {
    const { store, clock, seals, policy } = needs;
    const digits = readDigits(answer);
    if (digits === null) return { type: 'call.rejected', reason: 'form' };
    if (act.door === 'front-door') return checkAtDoor(needs, act, digits);
    const attempt = attemptOf(act);
    const cases = await openCases(needs, act);
    const tries = keys.calls(act.accountId);
    return updateAudited<ResultOf<'checkCallNumber'>>(
      store,
      seals,
      clock,
      tries,
      (row, rows) => {
        const before = readCallTries(row?.value ?? null, act.now);
        const entry = (verdict: AuditFacts['verdict'], reason: string): AuditFacts => entryOf(act, 'desk.call-number', verdict, reason);
        const wrongBefore = before.wrong.some(({ id }) => id === attempt);
        const closed = closedUntil(before);
        if (wrongBefore) return { commit: null, entries: [], result: closed === null ? wrong : { type: 'call.exhausted', until: closed } };
        if (closed !== null)
          return { commit: null, entries: [entry('refused', 'pace')], result: { type: 'call.exhausted', until: closed } };
        const found = findCall({ seals, policy }, act, digits, casesOf(cases, rows));
        if (found !== null)
          return { commit: found.commit, entries: found.commit === null ? [] : [entry('allowed', 'right')], result: found.result };
        const after = { ...before, wrong: [...before.wrong, { id: attempt, at: act.now }] };
        const until = closedUntil(after);
        return {
          commit: { put: { [tries]: after }, until: { [tries]: act.now + triesKeptMs } },
          entries: [entry('refused', 'wrong')],
          result: until === null ? wrong : { type: 'call.exhausted', until },
        };
      },
      { alsoRead: cases.map(({ id }) => keys.case(id)) },
    );
  },
});

const wrong = { type: 'call.rejected', reason: 'wrong' } as const;

/** Two conversations may bring activities of the same name. */
const attemptOf = ({ stack, id }: Act): string => `${stack} ${id}`;

/** Those cases as a change finds them. */
const casesOf = (cases: readonly CaseRecord[], rows: ReadonlyMap<Key, Row | null>): readonly CaseRecord[] =>
  cases.flatMap(({ id }) => {
    const row = rows.get(keys.case(id)) ?? null;
    return row === null ? [] : [readCase(row.value)];
  });

/** The waiting call that has this number, and what is committed with its being answered; pure. The same attempt finds again what it found. */
function findCall(
  { seals, policy }: Pick<AnswerCallNeeds, 'seals' | 'policy'>,
  act: Act,
  digits: string,
  cases: readonly CaseRecord[],
): Found<Extract<ResultOf<'checkCallNumber'>, { type: 'call.found' }>> | null {
  const attempt = attemptOf(act);
  const calls = cases.flatMap((record) => (record.caller === undefined ? [] : [{ record, caller: record.caller }]));
  // A comparison takes as long where there is no call (I20).
  if (calls.length === 0) isCallNumber(seals, nobodysCall(seals), digits);
  for (const { record, caller } of calls) {
    if (!isCallNumber(seals, caller, digits) || record.claimed?.by !== caller.by) continue;
    const result = { type: 'call.found', call: callOf(record, caller), agent: caller.name, gates: resetGates(policy) } as const;
    if (caller.state === 'asked' && caller.attempt === attempt) return { since: caller.askedAt, commit: null, result };
    if (caller.state !== 'waiting' || caller.until <= act.now) continue;
    const after: Call = { ...caller, state: 'asked', stack: act.stack, attempt, until: act.now + callMs };
    return {
      since: caller.askedAt,
      commit: {
        put: { [keys.case(record.id)]: { ...record, caller: after } },
        due: [callDue(record, 'asked', act.now), callDue(record, 'powers', after.until)],
      },
      result,
    };
  }
  return null;
}

/** The same at the front door, where anybody may type: counted for who does, and alike for accounts that have no call, are disabled or do not exist (I6, I20). */
async function checkAtDoor(needs: AnswerCallNeeds, act: Act, digits: string): Promise<ResultOf<'checkCallNumber'>> {
  const mayAnswer = await needs.mayAnswerAtDoor(act);
  const cases = await openCases(needs, act);
  const alsoRead = cases.length === 0 ? [keys.case(nobodysCase(act.accountId))] : cases.map(({ id }) => keys.case(id));
  const weighed = await weighGuess(needs, act, {
    what: 'call-number',
    name: 'desk.call-number',
    alsoRead,
    find: (rows) => {
      const found = findCall(needs, act, digits, casesOf(cases, rows));
      return mayAnswer ? found : null;
    },
  });
  if (weighed.ok) return weighed.found;
  return weighed.triesLeft > 0 ? wrong : { type: 'call.exhausted', until: weighed.until };
}

/** The call of this conversation that a dialog names; the case is the account's own, whatever was named. */
async function caseOfCall(needs: Pick<AnswerCallNeeds, 'store'>, call: string, act: Act): Promise<CaseRecord | null> {
  const found = (await openCases(needs, act)).find((each) => each.caller !== undefined && callOf(each, each.caller) === call);
  return found?.caller?.stack === act.stack ? found : null;
}

/**
 * The caller did not prove who they are, or says that nobody of the helpdesk is speaking with them, which the helpdesk sees at once. In the account's
 * own chat in Teams that is a report (I17): the door is closed for the account. At the front door whoever reads the question has caused it.
 */
export const endCall = (needs: AnswerCallNeeds): Handler<'endCall'> => ({
  async run({ call, how }, act) {
    const found = await caseOfCall(needs, call, act);
    if (found === null) return null;
    const { accountId, door, now } = act;
    const frozen = keys.frozen(accountId);
    await changeCase<null>(
      needs,
      found,
      (record, rows) => {
        const caller = record?.caller;
        // One who was verified leaves the conversation, and nothing of it is taken back.
        if (record === null || caller === undefined || caller.state !== 'asked' || callOf(record, caller) !== call)
          return { advanced: null, entries: [], result: null };
        const closes = how === 'reported' && door === 'teams';
        return {
          advanced: changed({ ...record, caller: { ...caller, state: how } }),
          also: closes ? reportedParts(accountId, rows.get(frozen) ?? null, { door, act: caller.id, now }) : {},
          entries: [entryOf(act, 'desk.call', 'refused', how)],
          result: null,
        };
      },
      [frozen],
    );
    return null;
  },
});

/**
 * The caller is who they say (I15): as many gates as a reset takes, for this purpose, in the conversation that typed the number, while the agent who
 * asked has the case. That it happened is told everywhere (I19), in the same commit.
 */
export const verifyCaller = (needs: AnswerCallNeeds): Handler<'verifyCaller'> => ({
  async run({ call, proofs }, act) {
    const { store, seals, sentences, policy } = needs;
    const { accountId, now } = act;
    const [found, account] = await Promise.all([caseOfCall(needs, call, act), act.account()]);
    if (found === null || account === null || !account.enabled) return { type: 'caller.refused', reason: 'over' };
    const asked = { accountId, proofIds: proofs, act: 'verify-caller', conversation: act.stack, now } as const;
    const passes =
      act.door === 'teams' && needs.givesPasses && someoneMayGive(policy, 'temporary-pass') && grantRefusal(policy, account, []) === null;
    const notices = noticeParts(seals, sentences, {
      id: act.id,
      what: 'caller-verified',
      account: accountId,
      workMail: account.workMail,
      places: await registeredPlaces(store, seals, accountId),
      at: now,
      door: act.door,
      language: act.language,
      ...chatOfOwner(act),
    });
    const verified = await changeCase<ResultOf<'verifyCaller'>>(
      needs,
      found,
      (record, rows) => {
        const nothing = { advanced: null, entries: [] } as const;
        const caller = record?.caller;
        const refused = (reason: 'over' | 'proofs') =>
          ({
            ...nothing,
            entries: [entryOf(act, 'desk.call', 'refused', reason, proofs)],
            result: { type: 'caller.refused', reason },
          }) as const;
        if (record === null || caller === undefined || caller.stack !== act.stack) return refused('over');
        const result = { type: 'caller.verified', until: now + powersMs } as const;
        if (caller.state === 'verified' && proofs.every((id) => caller.proofs.includes(id)) && caller.verifiedAt !== null)
          return { ...nothing, result: { ...result, until: caller.verifiedAt + powersMs } };
        if (caller.state !== 'asked' || caller.until <= now || record.claimed?.by !== caller.by) return refused('over');
        const read = (key: Key): Row | null => rows.get(key) ?? null;
        if (!judgeProofs(read, asked, policy).ok) return refused('proofs');
        return {
          advanced: changed({ ...record, caller: { ...caller, state: 'verified', proofs: [...proofs], verifiedAt: now, passes } }),
          also: joined([notices, { due: [callDue(record, 'powers', now + powersMs)] }]),
          entries: [entryOf(act, 'desk.call', 'allowed', 'verified', proofs)],
          result,
        };
      },
      [keys.methods(accountId), ...proofRows(asked)],
    );
    // What the helpdesk can give for a quarter of an hour needs the conversation for as long.
    if (act.door === 'front-door' && verified.type === 'caller.verified') await needs.keepOpen(act.stack);
    return verified;
  },
});

const changed = (record: CaseRecord) => ({ record: { ...record, revision: record.revision + 1 }, tells: [], posts: false }) as const;

const entryOf = (act: Act, name: string, verdict: AuditFacts['verdict'], reason: string, proofs: readonly string[] = []): AuditFacts => ({
  at: act.now,
  actor: act.accountId,
  account: act.accountId,
  act: name,
  verdict,
  reason,
  proofs,
  door: act.door,
  reference: act.reference,
});
