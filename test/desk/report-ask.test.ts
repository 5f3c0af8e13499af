import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bringAsks, bringing, readAskList, type Ask } from '../../src/desk/asks.ts';
import { reportedUntil } from '../../src/desk/freeze-record.ts';
import { redeemStartCode } from '../../src/desk/redeem-start-code.ts';
import { reportedNote } from '../../src/desk/reported.ts';
import { startCodeMs } from '../../src/desk/start-code-record.ts';
import { recordCheck, reportAsk, type VouchNeeds } from '../../src/desk/vouch.ts';
import { vouching } from '../../src/desk/vouching.ts';
import { keys } from '../../src/store/keys.ts';
import { realRandom } from '../delivery/still-time.ts';
import { account, agentNina, agentOmar, DeskWorld, stina } from './desk-world.ts';
import { vouchedFor } from './vouched-case.ts';

const boss = 'b0000000-0000-4000-8000-000000000002';
const day = 24 * 3_600_000;

const two = {
  agent: { id: agentNina, name: 'Nina Falk', as: 'agent', ask: 'ask-nina' },
  second: { id: boss, name: 'Berit Chef', as: 'manager', ask: 'ask-boss' },
} as const;

let world: DeskWorld;
let ask: Ask;

/** A case whose agent vouched, and whose employee's manager is asked to; with the code, where the manager did too. */
beforeEach(async () => {
  world = new DeskWorld();
  world.people.set(stina, account(stina, { managerId: boss }));
  world.people.set(boss, account(boss, { name: 'Berit Chef', userId: 'berit@fjallbyn.example' }));
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  await world.pay();
  await world.click({ act: 'claim' });
  await world.pay();
  const { id, number } = await world.record();
  const until = world.clock.now() + startCodeMs;
  ask = { id: 'ask-boss', kind: 'vouch', account: stina, name: 'Stina Berg', userId: 'stina', case: { id, number }, until };
  await underWay();
  const needs = { ...world.requesterNeeds, wake: () => {} };
  for (const { at, id: of, data } of bringing(stina, { to: boss, ask }, world.clock.now()).due)
    await bringAsks(needs)({ id: of, at: at ?? 0, data: data ?? null });
});
afterEach(() => world.end());

const underWay = (checked: readonly string[] = [agentNina]): Promise<string> => vouchedFor(world, two, checked);

const needs = (): VouchNeeds => ({
  ...world.requesterNeeds,
  vouching: vouching(world),
  approval: { asked: async () => null, report: async () => {} },
});
const says = (by = boss, of = 'ask-boss') => reportAsk(needs()).run({ ask: of }, world.act({ accountId: by, id: 'not-asked' }));
const types = (answer: string) =>
  redeemStartCode({ ...needs(), random: realRandom, doorRefusal: async () => null }).run({ answer }, world.act({ id: 'typed' }));

/** The helpdesk's notes, once what is due was done. */
async function notes() {
  for (const entry of await world.store.due(world.clock.now(), 100))
    if (entry.id.includes('/due/reported/')) await reportedNote({ ...world.needs, directory: world.directory })(entry);
  return (await world.records())
    .filter(({ code }) => code.startsWith('LK_'))
    .map(({ code, priority, requester, wish }) => [code, priority, requester.how, wish]);
}

describe('"I was not asked", by whoever was to vouch', () => {
  test('I12, I17: the start code under way ends, for both, and what was checked counts for nothing', async () => {
    const code = await underWay([agentNina, boss]);
    await says();
    const { startCode } = await world.record();
    expect(startCode?.reported).toEqual({ by: boss, at: world.clock.now() });
    expect(await types(code)).toEqual({ type: 'start-code.over' });
    expect(await recordCheck(needs()).run({ ask: 'ask-boss', how: 'knows-them', proofs: [] }, world.act({ accountId: boss }))).toEqual({
      type: 'check.refused',
      reason: 'gone',
    });
    expect(readAskList(await world.read(keys.asks(boss)), world.clock.now())).toEqual([]);
    await world.pay();
    expect(JSON.stringify([...world.shown.values()].at(-1))).toContain('kände inte till det');
  });

  test('I17: the helpdesk gets a note of its own, once, which is not the asking agent’s alone; it stands in the audit', async () => {
    await says();
    await says();
    expect(await notes()).toEqual([['LK_NOT_ASKED', 'high', 'system', 'not-me']]);
    expect((await world.audit()).filter(({ act, reason }) => act === 'desk.vouch' && reason === 'reported')).toEqual([
      expect.objectContaining({ verdict: 'refused', actor: boss, account: stina }),
    ]);
    const [note] = (await world.records()).slice(-1);
    expect(note?.claimed).toBeNull();
  });

  test('I17: no door is closed by it, for whoever cannot pass a gate could not open one again', async () => {
    await says();
    await notes();
    const key = keys.frozen(stina);
    const row = (await world.store.open({ key, owner: null, now: world.clock.now() })).rows.get(key) ?? null;
    for (const door of ['teams', 'front-door'] as const) expect(reportedUntil(row, door, world.clock.now() + day - 1)).toBeNull();
  });

  test.each([
    ['somebody who was not asked', agentOmar, 'ask-boss'],
    ['the employee', stina, 'ask-boss'],
    ['the manager, of another ask', boss, 'ask-nina'],
  ])('by %s it ends nothing and tells nobody', async (_who, by, of) => {
    await says(by, of);
    expect((await world.record()).startCode?.reported).toBeNull();
    expect(await notes()).toEqual([]);
  });
});
