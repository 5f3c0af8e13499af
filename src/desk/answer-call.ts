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
import { keys } from '../store/keys.ts';
import type { Key, Row } from '../store/port.ts';
import { someoneMayGive } from './agents.ts';
import { callDue } from './call-due.ts';
import { closedUntil, readCallTries, triesKeptMs } from './call-tries.ts';
import { callMs, hasPowers, openGrant, powersMs, type Call } from './caller-of-case.ts';
import { readCase, readCaseList, type CaseRecord } from './case-record.ts';
import { changeCase, type ChangeNeeds } from './change-case.ts';
import { reportedParts } from './reported.ts';
import { isCallNumber, readDigits } from './call-number.ts';

export interface AnswerCallNeeds extends ChangeNeeds {
  readonly policy: Policy;
  readonly sentences: Sentences;
  /** Whether the directory gives temporary passes at all. */
  readonly givesPasses: boolean;
}

/** A call's id as dialogs have it: the case, and which of its calls. */
const callOf = (record: Pick<CaseRecord, 'id'>, { id }: Pick<Call, 'id'>): string => `${record.id}/${id}`;

/** The open cases of an account, newest first. */
async function openCases({ store }: Pick<AnswerCallNeeds, 'store'>, act: Pick<Act, 'accountId' | 'now'>): Promise<readonly CaseRecord[]> {
  const list = keys.casesOf(act.accountId);
  const listed = (await store.open({ key: list, owner: null, now: act.now })).rows.get(list) ?? null;
  const [first, ...others] = readCaseList(listed?.value ?? null).cases.flatMap(({ id, open }) => (open ? [keys.case(id)] : []));
  if (first === undefined) return [];
  const { rows } = await store.open({ key: first, owner: null, alsoRead: others, now: act.now });
  return [first, ...others].flatMap((key) => {
    const row = rows.get(key) ?? null;
    return row === null ? [] : [readCase(row.value)];
  });
}

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
 * one counts against whoever typed it, whether or not there is a call; the words are the same.
 */
export const checkCallNumber = (needs: AnswerCallNeeds): Handler<'checkCallNumber'> => ({
  async run({ answer }, act) {
    const { store, clock, seals, policy } = needs;
    const digits = readDigits(answer);
    if (digits === null) return { type: 'call.rejected', reason: 'form' };
    const attempt = `${act.stack} ${act.id}`;
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
        for (const { id } of cases) {
          const stored = rows.get(keys.case(id)) ?? null;
          const record = stored === null ? null : readCase(stored.value);
          const { caller } = record ?? {};
          if (record === null || caller === undefined || !isCallNumber(seals, caller, digits) || record.claimed?.by !== caller.by) continue;
          const found = { type: 'call.found', call: callOf(record, caller), agent: caller.name, gates: resetGates(policy) } as const;
          if (caller.state === 'asked' && caller.attempt === attempt) return { commit: null, entries: [], result: found };
          if (caller.state !== 'waiting' || caller.until <= act.now) continue;
          const after: Call = { ...caller, state: 'asked', stack: act.stack, attempt, until: act.now + callMs };
          return {
            commit: {
              put: { [keys.case(id)]: { ...record, caller: after } },
              due: [callDue(record, 'asked', act.now), callDue(record, 'powers', after.until)],
            },
            entries: [entry('allowed', 'right')],
            result: found,
          };
        }
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
    const passes = act.door === 'teams' && needs.givesPasses && someoneMayGive(policy, 'temporary-pass') && grantRefusal(policy, account, []) === null;
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
    return changeCase<ResultOf<'verifyCaller'>>(
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
