import { gatesSuffice } from '../../../dialogs/methods.ts';
import { wordParts } from '../../conversation/word.ts';
import { joined } from '../../methods/join-commits.ts';
import { readMethodsDocument, standing } from '../../methods/method-record.ts';
import { resetGates } from '../../methods/proofs.ts';
import { newId } from '../../security/ids.ts';
import { keys } from '../../store/keys.ts';
import { callDue } from '../call-due.ts';
import { callMac, shownCall } from '../call-number.ts';
import { mayAsk, readCallTries, triesKeptMs } from '../call-tries.ts';
import { callMs, hasPowers, type Call } from '../caller-of-case.ts';
import type { CaseAct } from '../case-act.ts';
import type { CaseRecord } from '../case-record.ts';

const isUnderWay = ({ caller }: CaseRecord, now: number): boolean =>
  (caller?.state === 'waiting' || caller?.state === 'asked') && now < caller.until;

/**
 * Verifies who is on the telephone (I15). The number goes to the agent's own chat, because everybody in the channel sees its cards; a new one ends the
 * one before.
 */
export const verifyCallerAct: CaseAct = {
  id: 'verify-caller',
  right: 'verify',
  takesProof: true,
  claimantOnly: true,
  offered: (record, now) =>
    record.claimed === null || hasPowers(record, now) ? null : isUnderWay(record, now) ? { isSecondary: true } : { style: 'positive' },
  async run({ needs, agent, tenant, record: seen, now, change }) {
    const { seals, random, policy } = needs;
    const id = newId(random);
    const tries = keys.calls(seen.account);
    const methods = keys.methods(seen.account);
    return change(
      (record, rows) => {
        const before = readCallTries(rows.get(tries)?.value ?? null, now);
        if (!mayAsk(before)) return { ok: false, reason: 'asked-often' };
        const kinds = readMethodsDocument(rows.get(methods)?.value ?? null)
          .methods.filter((method) => ['yes', 'waiting'].includes(standing(method, { now, session: null }, policy).usable))
          .map(({ kind }) => kind);
        if (!gatesSuffice(kinds, 'caller', resetGates(policy))) return { ok: false, reason: 'no-caller-methods' };
        const caller: Call = {
          id,
          by: agent.id,
          name: agent.name,
          mac: callMac(seals, id),
          askedAt: now,
          until: now + callMs,
          state: 'waiting',
          stack: null,
          attempt: null,
          proofs: [],
          verifiedAt: null,
        };
        const word = { notice: 'desk-caller.number', params: { shownCode: shownCall(id), number: record.number, until: caller.until } };
        return {
          ok: true,
          event: null,
          reason: 'I15',
          change: { caller, grants: undefined, approval: undefined },
          also: joined([
            { put: { [tries]: { ...before, asked: [...before.asked, now] } }, until: { [tries]: now + triesKeptMs } },
            wordParts(tries, keys.stack(tenant, agent.id), `call-${id}`, word, now),
            { due: [callDue(record, 'powers', caller.until)] },
          ]),
        };
      },
      [tries, methods],
    );
  },
};
