import { doorVerdict } from '../directory/door-verdict.ts';
import { mayRegister } from '../directory/handlers.ts';
import type { ElsewherePorts } from '../methods/answer-elsewhere.ts';
import { vouching } from '../desk/vouching.ts';
import { managerOf } from '../directory/manager-of.ts';
import type { Parts } from './parts.ts';

/** What the methods' room works with, in the chat and elsewhere. */
export const methodPorts = ({
  config,
  clock,
  random,
  store,
  seals,
  sentences,
  directory,
  delivery,
  wake,
  telephonyAlarm,
}: Parts): ElsewherePorts => ({
  store,
  clock,
  random,
  keys: seals,
  policy: config.policy,
  sentences,
  delivery,
  mayRegister: mayRegister({ store, policy: config.policy, directory }),
  mayBeHelped: async (act, purpose) => (await doorVerdict({ store, policy: config.policy })(act, purpose)) === null,
  telephonyAlarm,
  wake,
  accountOf: async (id) => directory.find(id),
  ...(directory.placesOnFile && { placesOnFile: directory.placesOnFile.bind(directory) }),
  managerOf: managerOf({ directory, vouching: vouching({ store, clock, policy: config.policy, directory }) }),
});
