import { z } from 'zod';
import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { caseOfGrant } from '../desk/caller-of-case.ts';
import { stopsNow } from '../desk/stop.ts';
import { isFrozen } from '../desk/freeze-record.ts';
import { watched } from '../desk/watched.ts';
import { chatOfOwner, noticeParts } from '../delivery/notices.ts';
import { proofsSuffice } from '../methods/proofs.ts';
import { methodSummary, registeredPlaces } from '../methods/summary.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Row } from '../store/port.ts';
import { accountRefusal, grantRefusal, suspicionOf } from './eligibility.ts';
import { audited, isForbidden, isSilent, type DirectoryNeeds } from './handlers.ts';
import { lookAgain } from './look-again.ts';
import type { AccountState } from './port.ts';

type Result = ResultOf<'unlock'>;

/** How long it is remembered that an act was done, in ms: longer than anybody resumes one. */
const rememberedMs = 7 * 24 * 3_600_000;

/**
 * Opens a locked account. The account, the proofs and the policy are looked at anew (I9, I2) and the decision is committed with its audit
 * entry, on the very rows it was taken on; only then is the directory asked, which does nothing twice; then the notices (I19) and the record
 * that it was done are one commit. So whoever comes back to an act that was broken off finishes it, and tells nobody twice.
 */
export const unlock = (needs: DirectoryNeeds): Handler<'unlock'> => ({
  async run(params, act) {
    try {
      return await unlockNow(needs, params, act);
    } catch (fault) {
      if (isSilent(fault)) return { type: 'unlock.unavailable' };
      // The directory lets nobody here touch this account: that is for the helpdesk, which a refusal leads to.
      if (isForbidden(fault)) return refused(needs, act, 'not-eligible', 'forbidden', params.proofs);
      throw fault;
    }
  },
});

async function unlockNow(needs: DirectoryNeeds, { proofs }: EffectTable['unlock']['params'], act: Act): Promise<Result> {
  const { store, policy, directory } = needs;
  const { accountId, now } = act;
  const stepKey = keys.actDone(accountId, act.id);
  const frozenKey = keys.frozen(accountId);
  const { rows } = await store.open({ key: stepKey, owner: null, alsoRead: [frozenKey], now });
  const step = rows.get(stepKey) ?? null;
  if (isDone(step)) return { type: 'unlock.done' };

  const state = await directory.find(accountId);
  const stops = await stopsNow(store, now);
  const isGiven = proofs.some((id) => caseOfGrant(id) !== null);
  const standing = isGiven ? grantRefusal(policy, state, stops) : accountRefusal(policy, state, 'unlock', stops);
  if (state === null || standing !== null) return refused(needs, act, 'not-eligible', standing?.code ?? 'LK_NOT_FOUND', proofs);
  // A freeze that came after the decision is before the act (I17); what was done by then is told all the same (I19).
  const isStillToDo = step === null || state.locked !== null;
  if (isStillToDo && isFrozen(rows.get(frozenKey) ?? null)) return refused(needs, act, 'not-eligible', 'LK_FROZEN', proofs);
  // A lock that stands long after the decision is another one, or was never lifted: it takes proofs of its own.
  const isDecided = step !== null && (state.locked === null || begunAt(step) + policy.limits.proofMinutes * 60_000 > now);
  let version = step?.version ?? 0;
  if (!isDecided) {
    const summary = await methodSummary({ store, policy }, accountId, now);
    if (!isGiven && summary.closedUntil[act.door] !== null) return refused(needs, act, 'not-eligible', 'LK_PACE', proofs);
    const suspicion = isGiven ? null : suspicionOf(summary, 'unlock', act.door, now);
    if (suspicion !== null) return refused(needs, act, 'not-eligible', suspicion.code, proofs);
    const judged = await proofsSuffice(
      store,
      { accountId, proofIds: proofs, act: 'unlock', use: act.id, conversation: act.stack, now },
      policy,
    );
    if (!judged.ok) return refused(needs, act, 'proofs', `proofs-${judged.reason}`, proofs);
    const begun = await audited(
      needs,
      act,
      { act: 'directory.unlock', verdict: 'allowed', reason: isGiven ? 'grant' : 'gates', proofs },
      {
        expect: { ...judged.expect, [stepKey]: version },
        put: { ...judged.spends?.put, [stepKey]: { begun: now } },
        until: { [stepKey]: now + rememberedMs },
        due: judged.spends?.due ?? [],
      },
    );
    // Another run of this act was faster, or what was judged has changed: from the start, with what stands there now.
    if (!begun.ok) return unlockNow(needs, { proofs }, act);
    version = begun.versions[stepKey] ?? version + 1;
  }

  const unlocked = await directory.unlock(accountId);
  if (!unlocked.ok) return refused(needs, act, 'not-eligible', unlocked.reason, proofs);
  // A conflict says that another run of the same act was here first, and told everybody.
  await store.commit({ expect: { [stepKey]: version }, ...(await told(needs, act, state, stepKey)) });
  return { type: 'unlock.done' };
}

const stepShape = z.object({ begun: z.number().optional(), at: z.number().optional() });

/** Whether everything the act owes was committed. */
const isDone = (step: Row | null): boolean => stepShape.safeParse(step?.value).data?.at !== undefined;

/** When it was decided, epoch ms. */
const begunAt = (step: Row): number => stepShape.safeParse(step.value).data?.begun ?? 0;

async function told({ store, seals, sentences }: DirectoryNeeds, act: Act, state: AccountState, stepKey: string) {
  const { accountId, now, door, language } = act;
  const notices = noticeParts(seals, sentences, {
    id: act.id,
    what: 'unlocked',
    account: accountId,
    workMail: state.workMail,
    places: await registeredPlaces(store, seals, accountId),
    at: now,
    door,
    language,
    ...chatOfOwner(act),
  });
  return {
    ...notices,
    due: [
      ...notices.due,
      ...lookAgain(act.id, accountId, act.stack, now),
      watched(partitionOf(accountId), { event: 'reset', id: act.id, account: accountId, at: now }),
    ],
    put: { ...notices.put, [stepKey]: { at: now } },
    until: { ...notices.until, [stepKey]: now + rememberedMs },
  };
}

async function refused(
  needs: DirectoryNeeds,
  act: Act,
  reason: 'proofs' | 'not-eligible',
  rule: string,
  proofs: readonly string[],
): Promise<Result> {
  await audited(needs, act, { act: 'directory.unlock', verdict: 'refused', reason: rule, proofs });
  return { type: 'unlock.refused', reason };
}
