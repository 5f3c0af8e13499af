import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bringAsks, bringing } from '../../src/desk/asks.ts';
import { redeemStartCode } from '../../src/desk/redeem-start-code.ts';
import { readStartCode, startCodeHalf } from '../../src/desk/start-code-signs.ts';
import { recordCheck, type VouchNeeds } from '../../src/desk/vouch.ts';
import { vouching } from '../../src/desk/vouching.ts';
import { readMethodsDocument } from '../../src/methods/method-record.ts';
import { plantMethods } from '../../src/methods/plant-methods.ts';
import { proofParts, type ProofRecord } from '../../src/methods/proof-record.ts';
import { keys } from '../../src/store/keys.ts';
import { realRandom } from '../delivery/still-time.ts';
import { account, agentNina, DeskWorld, stina } from './desk-world.ts';
import { codeOf, vouchedFor } from './vouched-case.ts';

const boss = 'b0000000-0000-4000-8000-000000000002';
const other = 'd4c7f0b2-58a1-4e6d-8b39-06f1a2c3e402';
const tenMinutes = 10 * 60_000;
const two = {
  agent: { id: agentNina, name: 'Nina Falk', as: 'agent', ask: 'ask-nina' },
  second: { id: boss, name: 'Berit Chef', as: 'manager', ask: 'ask-boss' },
} as const;

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld();
  world.people.set(stina, account(stina, { managerId: boss }));
  world.people.set(other, account(other));
  world.people.set(boss, account(boss, { name: 'Berit Chef', userId: 'berit@fjallbyn.example' }));
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  await world.pay();
  await world.click({ act: 'claim' });
  await world.pay();
  await vouchedFor(world, two, []);
  const { id, number } = await world.record();
  for (const { id: to, ask } of [two.agent, two.second]) {
    const asked = { id: ask, kind: 'vouch', account: stina, name: 'Stina', userId: 'stina', case: { id, number } } as const;
    const brought = bringing(stina, { to, ask: { ...asked, until: world.clock.now() + tenMinutes } }, world.clock.now());
    for (const due of brought.due) await bringAsks({ ...world.requesterNeeds })({ id: due.id, at: due.at ?? 0, data: due.data ?? null });
  }
});
afterEach(() => world.end());

const needs = (): VouchNeeds => ({
  ...world.requesterNeeds,
  vouching: vouching(world),
  approval: { asked: async () => null, report: async () => {} },
});

/** One of them says what they did, on a gate of their own. */
async function vouches({ id, ask }: { readonly id: string; readonly ask: string }, more: Partial<ProofRecord> = {}) {
  const { store, seals, clock, policy } = world;
  await plantMethods({ store, keys: seals, clock, random: realRandom, policy }, id, [{ kind: 'authenticator-app' }], 0);
  const { methods } = readMethodsDocument(await world.read(keys.methods(id)));
  const act = world.act({ accountId: id, id: `vouch-${id}` });
  const gate = { kind: 'gate', purpose: 'agent', target: methods.at(-1)?.id ?? '', method: 'authenticator-app', group: 'app' } as const;
  const proof = { id: `gate-of-${id}`, accountId: id, conversation: act.stack, session: 'home-1', at: clock.now(), used: false };
  await store.commit(proofParts({ ...proof, ...gate, ...more } as ProofRecord));
  return recordCheck(needs()).run({ ask, how: 'knows-them', proofs: [proof.id] }, act);
}

let typed = 0;
const types = (answer: string, by = stina) => {
  typed += 1;
  return redeemStartCode({ ...needs(), random: realRandom, doorRefusal: async () => null }).run(
    { answer },
    world.act({ id: `typed-${typed}`, accountId: by }),
  );
};
const idOfCode = async () => (await world.record()).startCode?.id ?? '';
const isThere = async () => (await world.record()).startCode?.code !== null;

describe('R20: a start code', () => {
  test('R20: has more than the 40 bits that one used with a user ID must have: ten signs of thirty-two, each as likely as another', () => {
    const codes = Array.from({ length: 4000 }, (_, n) => codeOf(world, `code-${n}`));
    expect(new Set(codes).size).toBe(4000);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/u);
    const bits = Array.from({ length: 10 }, (_, place) => Math.log2(new Set(codes.map((code) => code[place])).size));
    expect(bits.reduce((all, each) => all + each)).toBe(50);
    for (const code of ['code-1', 'code-2']) expect(startCodeHalf(world.seals, code, 1)).not.toBe(startCodeHalf(world.seals, code, 2));
    expect(readStartCode('AAAAABBB')).toBeNull();
  });

  test('R20, I12: is there once two people vouched, each on a gate of their own; one of them twice is one', async () => {
    expect(await vouches(two.agent)).toMatchObject({ type: 'check.recorded', half: null });
    expect(await vouches(two.agent)).toMatchObject({ type: 'check.recorded', half: null });
    expect(await isThere()).toBe(false);
    expect(await vouches(two.second)).toMatchObject({ type: 'check.recorded', half: { half: 2 } });
    expect(await isThere()).toBe(true);
  });

  test.each([
    ['for another purpose', { purpose: 'reset' }],
    ['of somebody else', { accountId: other }],
    ['that is stale', { at: 1 }],
  ] as const)('I12: a voucher’s gate %s is none', async (_which, more) => {
    await vouches(two.agent);
    expect(await vouches(two.second, more)).toEqual({ type: 'check.refused', reason: 'proofs' });
    expect(await isThere()).toBe(false);
  });

  test('I12: whoever lost the claim, or the right, vouches for nobody; nor does a manager who is none any more', async () => {
    await world.click({ act: 'release' });
    await vouchedFor(world, two, []);
    expect(await vouches(two.agent)).toEqual({ type: 'check.refused', reason: 'gone' });
    await world.pay();
    await world.click({ act: 'claim' });
    await vouchedFor(world, two, []);
    world.people.set(stina, account(stina, { managerId: other }));
    expect(await vouches(two.second)).toEqual({ type: 'check.refused', reason: 'gone' });
    world.people.set(agentNina, account(agentNina, { groups: [] }));
    expect(await vouches(two.agent)).toEqual({ type: 'check.refused', reason: 'gone' });
  });

  test('R20, I12: is worth something for ten minutes and not a moment longer', async () => {
    await vouches(two.agent);
    await vouches(two.second);
    const code = codeOf(world, await idOfCode());
    world.clock.forward(tenMinutes - 1);
    expect(await types(`${code.slice(0, 9)}${code.endsWith('0') ? '1' : '0'}`)).toMatchObject({ type: 'start-code.rejected' });
    world.clock.forward(1);
    expect(await types(code)).toEqual({ type: 'start-code.over' });
  });

  test('R20, I12: is used once, with its own account’s user ID alone', async () => {
    await vouches(two.agent);
    await vouches(two.second);
    const code = codeOf(world, await idOfCode());
    expect(await types(code, other)).toEqual({ type: 'start-code.over' });
    expect(await types(code)).toMatchObject({ type: 'start-code.redeemed' });
    expect(await types(code)).toEqual({ type: 'start-code.over' });
  });

  test('R20, I16: goes by no mail, text or card, and stands in no row, in no audit entry and in nobody’s inbox', async () => {
    await vouches(two.agent);
    await vouches(two.second);
    await world.pay();
    const code = await idOfCode();
    const inboxes = await Promise.all([stina, agentNina, boss].map((id) => world.inbox(id)));
    const kept = JSON.stringify([inboxes, await world.record(), await world.audit(), world.mails.list(), [...world.shown.values()]]);
    for (const half of [1, 2] as const) expect(kept).not.toContain(startCodeHalf(world.seals, code, half));
  });

  test('I10: an account that has extra protection by now gets nothing by it, whoever vouched', async () => {
    await vouches(two.agent);
    await vouches(two.second);
    world.people.set(stina, account(stina, { managerId: boss, privileged: true }));
    expect(await types(codeOf(world, await idOfCode()))).toEqual({ type: 'start-code.over' });
  });
});
