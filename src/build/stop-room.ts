import type { StopNeeds } from '../desk/stop-acts.ts';
import type { Parts } from './parts.ts';

/** What stops work with. */
export const stopNeeds = ({ store, clock, random, seals, sentences, config }: Parts): StopNeeds => ({
  store,
  clock,
  random,
  seals,
  sentences,
  policy: config.policy,
});
