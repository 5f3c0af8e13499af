import type { FreezeCaseNeeds } from '../desk/freeze-case.ts';
import { freezeAccount } from '../desk/freeze.ts';
import { readFreeze } from '../desk/freeze-record.ts';
import { reportAsked } from '../methods/report-challenge.ts';
import { registeredKinds, triedLately } from '../methods/summary.ts';
import type { NotMeNeeds } from '../pages/not-me.ts';
import { newReference } from '../security/ids.ts';
import { keys } from '../store/keys.ts';
import { methodPorts } from './method-ports.ts';
import type { Parts } from './parts.ts';

/** What freezes work with (I17). */
export const freezeNeeds = ({ store, clock, random, seals, sentences, config, directory, wake }: Parts): FreezeCaseNeeds => ({
  store,
  clock,
  random,
  seals,
  sentences,
  policy: config.policy,
  directory,
  wake,
  registered: async (accountId) => registeredKinds(store, accountId),
  tried: async (accountId, now) => triedLately(store, accountId, now),
});

/** What the page of a notice's link works with. */
export function notMeNeeds(parts: Parts): NotMeNeeds {
  const { store, clock, random, seals, sentences, config } = parts;
  const needs = freezeNeeds(parts);
  return {
    store,
    clock,
    keys: seals,
    sentences,
    policy: config.policy,
    publicUrl: config.publicUrl,
    async freeze(happening) {
      const frozen = await freezeAccount(needs, { happening, said: 'mail', account: null, reference: newReference(random) });
      return frozen.ok ? 'frozen' : 'over';
    },
    report: async (asked) => reportAsked(methodPorts(parts), asked),
    async isFrozenBy({ id, account }) {
      const key = keys.frozen(account);
      const { rows } = await store.open({ key, owner: null, now: clock.now() });
      return readFreeze(rows.get(key) ?? null).frozen?.events.includes(id) === true;
    },
  };
}
