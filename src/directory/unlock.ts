import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { noticeParts } from '../delivery/notices.ts';
import { proofsSuffice } from '../methods/proofs.ts';
import { methodSummary, registeredPlaces } from '../methods/summary.ts';
import { keys } from '../store/keys.ts';
import { accountRefusal } from './eligibility.ts';
import { audited, isSilent, type DirectoryNeeds } from './handlers.ts';
import type { AccountState } from './port.ts';

type Result = ResultOf<'unlock'>;

/** How long it is remembered that an act was done, in ms: longer than anybody resumes one. */
const rememberedMs = 7 * 24 * 3_600_000;

/**
 * Opens a locked account. The account, the proofs and the policy are looked at anew (I9, I2); then the directory is asked, which does
 * nothing twice; then the audit entry, the notices (I19) and the record that it was done are one commit, so that a second run of the same
 * act tells nobody again.
 */
export const unlock = (needs: DirectoryNeeds): Handler<'unlock'> => ({
  async run(params, act) {
    try {
      return await unlockNow(needs, params, act);
    } catch (fault) {
      if (isSilent(fault)) return { type: 'unlock.unavailable' };
      throw fault;
    }
  },
});

async function unlockNow(needs: DirectoryNeeds, { proofs }: EffectTable['unlock']['params'], act: Act): Promise<Result> {
  const { store, policy, directory } = needs;
  const { accountId, now } = act;
  const doneKey = keys.actDone(accountId, act.id);
  const { rows } = await store.open({ key: doneKey, owner: null, now });
  if ((rows.get(doneKey) ?? null) !== null) return { type: 'unlock.done' };

  const state = await directory.find(accountId);
  const standing = accountRefusal(policy, state, 'unlock');
  if (state === null || standing !== null) return refused(needs, act, 'not-eligible', standing?.code ?? 'LK_NOT_FOUND', proofs);
  const { closedUntil } = await methodSummary({ store, policy }, accountId, now);
  if (closedUntil[act.door] !== null) return refused(needs, act, 'not-eligible', 'LK_PACE', proofs);
  const judged = await proofsSuffice(store, { accountId, proofIds: proofs, act: 'unlock', conversation: act.stack, now }, policy);
  if (!judged.ok) return refused(needs, act, 'proofs', `proofs-${judged.reason}`, proofs);

  const unlocked = await directory.unlock(accountId);
  if (!unlocked.ok) return refused(needs, act, 'not-eligible', unlocked.reason, proofs);
  // A conflict says that another run of the same act was here first, and told everybody.
  await audited(
    needs,
    act,
    { act: 'directory.unlock', verdict: 'allowed', reason: 'gates', proofs },
    { expect: { [doneKey]: 0 }, ...(await told(needs, act, state, doneKey)) },
  );
  return { type: 'unlock.done' };
}

async function told({ store, seals, sentences }: DirectoryNeeds, act: Act, state: AccountState, doneKey: string) {
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
  });
  return { ...notices, put: { ...notices.put, [doneKey]: { at: now } }, until: { [doneKey]: now + rememberedMs } };
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
