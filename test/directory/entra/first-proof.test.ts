import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Policy } from '../../../src/config/policy.ts';
import { firstProofPlaces } from '../../../src/methods/first-proof-places.ts';
import { Keys } from '../../../src/security/keys.ts';
import { systemRandom } from '../../../src/security/system-ports.ts';
import { startGraph, type GraphServer } from '../../servers/graph/graph.ts';
import { hire } from '../../servers/graph/tenant.ts';
import { demoPolicy } from '../../delivery/demo-words.ts';
import { entraOn } from './on-graph.ts';

let graph: GraphServer;
beforeEach(async () => {
  graph = await startGraph();
});
afterEach(() => graph.close());

const held = {
  mobilePhone: '070-174 06 98',
  otherMails: ['alma.hemma@example.net'],
  signInPhones: [{ phoneNumber: '+46 701740699', phoneType: 'mobile' as const }],
  signInMail: 'alma.privat@example.net',
};

async function begins(id: string, directoryPlaces: Policy['firstProof']['directoryPlaces']): Promise<readonly string[]> {
  const entra = entraOn(graph);
  const random = systemRandom;
  const keys = new Keys([{ name: 'k', bytes: Buffer.alloc(32, 3) }], random);
  const policy = { ...demoPolicy(), firstProof: { directoryPlaces } };
  const places = await firstProofPlaces(
    { policy, keys, random, placesOnFile: async (each) => (await entra.placesOnFile?.(each)) ?? null },
    { accountId: id, door: 'teams' },
    await entra.find(id),
  );
  return places.map(({ secret }) => secret);
}

test('I3: `sign-in` takes Entra’s authentication methods alone; `any` the profile too', async () => {
  const { id } = hire(graph.tenant, held);
  expect(await begins(id, 'sign-in')).toEqual(['+46701740699', 'alma.privat@example.net']);
  expect(await begins(id, 'any')).toEqual(['+46701740699', '+46701740698', 'alma.privat@example.net', 'alma.hemma@example.net']);
  expect(await begins(id, 'none')).toEqual([]);
});

test('I3: where our application may not read them, `sign-in` takes nothing: the profile does not step in', async () => {
  const { id } = hire(graph.tenant, held);
  graph.granted.delete('UserAuthMethod-Phone.Read.All');
  graph.granted.delete('UserAuthMethod-Email.Read.All');
  expect(await begins(id, 'sign-in')).toEqual([]);
});

test('I10: nor for whom roles cannot be told: cannot tell means privileged', async () => {
  const { id } = hire(graph.tenant, held);
  graph.granted.delete('RoleManagement.Read.Directory');
  expect(await begins(id, 'any')).toEqual([]);
});
