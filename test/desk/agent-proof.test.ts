import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { standingProof } from '../../src/desk/agent-proof.ts';
import { askingProof } from '../../src/desk/ask-agent.ts';
import { readAgent, standAsAgent } from '../../src/desk/prove-agent.ts';
import { freezeParts } from '../../src/desk/freeze-record.ts';
import { proofParts, type ProofRecord } from '../../src/methods/proof-record.ts';
import { plantMethods } from '../../src/methods/plant-methods.ts';
import type { MethodKind, Purpose } from '../../dialogs/methods.ts';
import { readMethodsDocument } from '../../src/methods/method-record.ts';
import { keys } from '../../src/store/keys.ts';
import { realRandom } from '../delivery/still-time.ts';
import { agentNina, agentOmar, DeskWorld, stina } from './desk-world.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld();
  await plant(agentNina, 'authenticator-app', 'text-message');
});
afterEach(() => world.end());

const hour = 3_600_000;

async function plant(id: string, ...kinds: readonly ('authenticator-app' | 'text-message')[]): Promise<void> {
  const { store, seals, clock, policy } = world;
  const planted = kinds.map((kind) => (kind === 'authenticator-app' ? { kind } : { kind, to: '+46701740605' }));
  await plantMethods({ store, keys: seals, clock, random: realRandom, policy }, id, planted, 0);
}

/** A gate an account passed. */
async function passed(id: string, kind: MethodKind, more: Partial<ProofRecord> & { readonly purpose?: Purpose } = {}): Promise<string> {
  const document = readMethodsDocument(await world.read(keys.methods(id)));
  const proof = {
    id: `proof-${id}-${kind}-${more.purpose ?? 'agent'}`,
    accountId: id,
    kind: 'gate',
    conversation: world.act({ accountId: id }).stack,
    session: 'home-1',
    at: world.clock.now(),
    used: false,
    purpose: 'agent',
    target: document.methods.find((method) => method.kind === kind)?.id ?? '',
    method: kind,
    group: 'app',
    ...more,
  } as ProofRecord;
  await world.store.commit(proofParts(proof));
  return proof.id;
}

const stand = (id: string, ...proofs: readonly string[]) => standAsAgent(world).run({ proofs }, world.act({ accountId: id }));
const stands = async (id = agentNina) => (await standingProof(world, id)).ok;

test('I14: an agent who passed a gate with their own method stands by it, and the audit says by which', async () => {
  const proof = await passed(agentNina, 'authenticator-app');
  expect(await stands()).toBe(false);
  expect(await stand(agentNina, proof)).toMatchObject({ type: 'agent.standing', until: world.clock.now() + hour });
  expect(await standingProof(world, agentNina)).toEqual({ ok: true, proof });
  expect((await world.audit(agentNina)).at(-1)).toMatchObject({
    act: 'desk.prove-agent',
    verdict: 'allowed',
    actor: agentNina,
    proofs: [proof],
  });
  expect(await readAgent(world).run({}, world.act({ accountId: agentNina }))).toMatchObject({
    isAgent: true,
    hasOne: true,
    until: world.clock.now() + hour,
  });
});

test('I14: it ends after an idle hour, after eight hours of use, and at once where its method is removed', async () => {
  await stand(agentNina, await passed(agentNina, 'authenticator-app'));
  for (let used = 0; used < 9; used += 1) {
    world.clock.forward(50 * 60_000);
    expect(await stands()).toBe(true);
  }
  world.clock.forward(31 * 60_000);
  expect(await stands()).toBe(false);

  await stand(agentNina, await passed(agentNina, 'authenticator-app'));
  world.clock.forward(hour);
  expect(await stands()).toBe(false);

  await stand(agentNina, await passed(agentNina, 'authenticator-app'));
  await world.store.commit({ put: { [keys.methods(agentNina)]: { ...readMethodsDocument(null) } } });
  expect(await stands()).toBe(false);
});

test('I17: a frozen agent has no standing proof, nor one from before the freeze', async () => {
  await stand(agentNina, await passed(agentNina, 'authenticator-app'));
  await world.store.commit(freezeParts(agentNina, { frozen: null, voidBefore: world.clock.now(), closed: [] }));
  expect(await stands()).toBe(false);
});

test.each([
  ['a text message, which the policy does not take', agentNina, 'text-message', {}, 'proofs'],
  ['a gate for something else', agentNina, 'authenticator-app', { purpose: 'step-up' }, 'proofs'],
  ['a gate of another conversation', agentNina, 'authenticator-app', { conversation: 'p00/stack/x' }, 'proofs'],
  ['a stale gate', agentNina, 'authenticator-app', { at: 1 }, 'proofs'],
  ['somebody who is no agent', stina, 'authenticator-app', {}, 'not-agent'],
] as const)('I14: no proof by %s', async (_, id, kind, more, reason) => {
  if (id === stina) await plant(stina, 'authenticator-app');
  const proof = await passed(id, kind, more);
  expect(await stand(id, proof)).toEqual({ type: 'agent.refused', reason });
  expect(await stands(id)).toBe(false);
  expect((await world.audit(id)).at(-1)).toMatchObject({ act: 'desk.prove-agent', verdict: 'refused', reason });
});

test('I14: one agent’s proof is nothing to another', async () => {
  const proof = await passed(agentNina, 'authenticator-app');
  await stand(agentNina, proof);
  expect(await stand(agentOmar, proof)).toEqual({ type: 'agent.refused', reason: 'proofs' });
  expect(await stands(agentOmar)).toBe(false);
});

test('I14: with the security key alone in the policy an app is none', async () => {
  world.policy = { ...world.policy, agents: { ...world.policy.agents, proof: 'security-key' } };
  expect(await stand(agentNina, await passed(agentNina, 'authenticator-app'))).toEqual({ type: 'agent.refused', reason: 'proofs' });
});

test('I14: who acts without one gets a word in their own chat, once a minute', async () => {
  const tenant = world.policy.organisation.tenants[0] ?? '';
  const { store, clock, policy } = world;
  const asks = askingProof({ store, clock, policy, wake: (stack) => world.woken.push(stack) }, tenant);
  expect(await asks(agentNina)).toEqual({ ok: false });
  expect(await asks(agentNina)).toEqual({ ok: false });
  expect((await world.inbox(agentNina)).map(({ value }) => value)).toEqual([{ event: { type: 'agent.asked' } }]);
  expect(world.woken).toContain(keys.stack(tenant, agentNina));
});
