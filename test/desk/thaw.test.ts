import { beforeEach, expect, test } from '@jest/globals';
import { thaw, thawBy } from '../../src/desk/acts/thaw.ts';
import { advance } from '../../src/desk/advance.ts';
import type { ActRan } from '../../src/desk/case-act.ts';
import { changeCase } from '../../src/desk/change-case.ts';
import type { KnownPerson } from '../../src/desk/known-person.ts';
import { keys } from '../../src/store/keys.ts';
import { describeEngines, type Fresh } from '../store/engines.ts';
import { account, agentNina, agentOmar, stina } from './desk-world.ts';
import { FreezeRoom } from './freeze-room.ts';

describeEngines('a thaw', (engine) => {
  let fresh: Fresh;
  let room: FreezeRoom;
  let known: KnownPerson | null;
  const act = thawBy([() => known]);

  beforeEach(async () => {
    fresh = await engine.fresh();
    room = new FreezeRoom(fresh.store);
    known = null;
    await room.notMe(await room.happens('password-set'));
    await room.settle();
    room.clock.forward(60_000);
  });

  /** What the frame does with an act once it allowed it: decides on the case as it is, and commits. */
  async function press(by: string): Promise<ActRan> {
    const [seen] = await room.cases();
    if (seen === undefined) throw new Error('there is no case');
    const needs = room.needs();
    const now = room.clock.now();
    const agent = account(by, { name: by });
    return act.run({
      needs: {
        ...needs,
        policy: room.policy,
        vouching: { account: async (id) => account(id), canPass: async () => true, refusal: async () => null, opensAny: async () => true },
        directory: { find: async (id) => account(id), findByUserId: async () => null },
        givesPasses: false,
        accountById: async (id) => account(id),
        withinPace: async () => true,
        standingProof: async () => ({ ok: false }),
      },
      tenant: '',
      agent,
      record: seen,
      now,
      proof: 'proof-1',
      typed: {},
      change: async (decide, alsoRead = []) =>
        changeCase<ActRan>(
          needs,
          seen,
          (record, rows) => {
            if (record === null || record.revision !== seen.revision)
              return { advanced: null, entries: [], result: { ok: true, changed: false, record: record ?? seen } };
            const decision = decide(record, rows);
            if (!decision.ok) return { advanced: null, entries: [], result: decision };
            const after = { ...record, ...decision.change, revision: record.revision + 1 };
            const result = { ok: true, changed: true, record: after } as const;
            return {
              advanced: { record: after, tells: [], posts: false },
              entries: [],
              result,
              ...(decision.also && { also: decision.also }),
            };
          },
          alsoRead,
        ),
    });
  }
  const isFrozen = async (): Promise<boolean> => (await room.record()).frozen !== null;
  const verified = (by: readonly string[] = [agentNina]): void => {
    known = { at: room.clock.now(), by, proofs: [] };
  };

  test('I17: is offered on the case of a freeze alone, once it is known who the person is', async () => {
    const [seen] = await room.cases();
    if (seen === undefined) throw new Error('there is no case');
    expect(act.offered(seen, room.clock.now())).toBeNull();
    verified();
    expect(act.offered(seen, room.clock.now())).not.toBeNull();
    expect(act.offered({ ...seen, code: 'SSPR_0014' }, room.clock.now())).toBeNull();
    expect([thaw.right, thaw.takesProof, act.right, act.takesProof]).toEqual(['approve', true, 'approve', true]);
  });

  test('I17: a second agent ends the freeze; what was made meanwhile is void, and the chat hears it', async () => {
    verified();
    expect(await press(agentOmar)).toMatchObject({ ok: true, changed: true });
    expect(await room.record()).toMatchObject({ frozen: null, voidBefore: room.clock.now() });
    const [only] = await room.cases();
    expect(only?.freeze?.thawed).toEqual({ at: room.clock.now(), by: agentOmar, name: agentOmar });
    expect(act.offered(only ?? ({} as never), room.clock.now())).toBeNull();
    const [tenant = ''] = room.policy.organisation.tenants;
    expect(await room.inbox(keys.stack(tenant, stina))).toContainEqual({ notice: 'runner.thawed', params: {} });
  });

  test('I17: nobody does it alone: neither who verified the person nor who has the case', async () => {
    verified();
    expect(await press(agentNina)).toEqual({ ok: false, reason: 'second-agent' });
    verified([agentOmar]);
    const [seen] = await room.cases();
    if (seen === undefined) throw new Error('there is no case');
    await changeCase(room.needs(), seen, (record) => {
      const facts = { policy: room.policy, now: room.clock.now(), agent: { id: agentNina, name: 'Nina' } };
      const advanced = record === null ? null : advance(record, { type: 'claim', by: agentNina }, facts);
      return { advanced, entries: [], result: undefined };
    });
    expect(await press(agentNina)).toEqual({ ok: false, reason: 'second-agent' });
    expect(await isFrozen()).toBe(true);
  });

  test('I17: a caller who was verified before the freeze, or before it reached further back, thaws nothing', async () => {
    known = { at: (await room.record()).voidBefore, by: [agentNina], proofs: [] };
    expect(await press(agentOmar)).toEqual({ ok: false, reason: 'not-verified' });
    verified();
    room.clock.forward(1000);
    await room.notMe(await room.happens('method-added'));
    expect(await press(agentOmar)).toEqual({ ok: false, reason: 'not-verified' });
    expect(await isFrozen()).toBe(true);
  });

  test('I17: nobody known, nothing thawed; and a freeze that has ended, or another one, is not ended by an old card', async () => {
    expect(await press(agentOmar)).toEqual({ ok: false, reason: 'not-verified' });
    verified();
    await press(agentOmar);
    expect(await press(agentOmar)).toEqual({ ok: false, reason: 'not-frozen' });
  });

  test('pressed by two agents at once, it is thawed by one', async () => {
    verified();
    const pressed = await Promise.all([press(agentOmar), press('aaaaaaaa-0000-4000-8000-000000000003')]);
    expect(pressed.filter((ran) => ran.ok && ran.changed)).toHaveLength(1);
    expect(await isFrozen()).toBe(false);
  });
});
