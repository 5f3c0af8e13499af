import { beforeEach, expect, test } from '@jest/globals';
import { notMeMs } from '../../src/delivery/happened.ts';
import { isFrozen, isVoid } from '../../src/desk/freeze-record.ts';
import { LatchkeyError } from '../../src/errors.ts';
import type { MethodRecord } from '../../src/methods/method-record.ts';
import { noTries } from '../../src/methods/tries.ts';
import { keys } from '../../src/store/keys.ts';
import { describeEngines, type Fresh } from '../store/engines.ts';
import { FreezeRoom } from './freeze-room.ts';
import { stina } from './desk-world.ts';

const method = (id: string, addedAt: number, suspended: MethodRecord['suspended'] = null): MethodRecord => ({
  id,
  kind: 'email',
  label: `${id[0]}...@example.org`,
  sealed: 'sealed',
  addedAt,
  countsFrom: addedAt,
  addedSession: 's',
  lastUsedAt: null,
  tries: noTries,
  lastStep: null,
  suspended,
});

describeEngines('"this was not me"', (engine) => {
  let fresh: Fresh;
  let room: FreezeRoom;
  beforeEach(async () => {
    fresh = await engine.fresh();
    room = new FreezeRoom(fresh.store);
  });

  const register = (...methods: readonly MethodRecord[]) =>
    room.store.commit({ put: { [keys.methods(stina)]: { methods: [...methods], first: null, removals: [] } } });

  test('I17: freezes the account, with one case of the highest priority, and ends its sessions', async () => {
    const id = await room.happens('password-set');
    const frozen = await room.notMe(id);
    expect(frozen).toMatchObject({ ok: true, isNew: true, number: expect.stringMatching(/^LK-/) });
    await room.settle();
    expect((await room.record()).frozen).toMatchObject({ events: [id], said: 'mail', sessions: 'ended' });
    const [only, ...others] = await room.cases();
    expect(others).toEqual([]);
    expect(only).toMatchObject({ code: 'LK_FROZEN', priority: 'highest', requester: { how: 'nobody' }, wish: 'not-me', stack: null });
    expect(only?.freeze).toMatchObject({ sessions: 'ended', thawed: null });
    expect(room.ended).toBe(1);
  });

  test('I17: its deadline does not stand still outside hours', async () => {
    const night = Date.UTC(2026, 2, 14, 1, 0);
    room.clock.forward(night - room.clock.now());
    await room.notMe(await room.happens('password-set'));
    const [only] = await room.cases();
    expect(only?.deadline).toBe(room.clock.now() + room.policy.desk.takeUpMinutes.highest * 60_000);
  });

  test('I17: pressed twenty times at once, in two processes, it is one freeze and one case', async () => {
    const id = await room.happens('password-set');
    const beside = await fresh.beside();
    const said = await Promise.all(Array.from({ length: 20 }, (_, n) => room.notMe(id, 'mail', n % 2 === 0 ? room.store : beside)));
    expect(said.filter((each) => each.ok && each.isNew)).toHaveLength(1);
    expect(said.every(({ ok }) => ok)).toBe(true);
    await room.settle();
    expect(await room.cases()).toHaveLength(1);
    expect(room.ended).toBe(1);
  });

  test('I17: what was touched since is suspended, and what was there before is not', async () => {
    const before = method('before', room.clock.now() - 1);
    const id = await room.happens('method-added');
    const added = method('added', room.clock.now());
    room.clock.forward(1000);
    const later = method('later', room.clock.now());
    const dead = method('dead', room.clock.now(), 'unreachable');
    await register(before, added, later, dead);
    await room.notMe(id);
    expect((await room.methods()).methods.map(({ id, suspended }) => [id, suspended])).toEqual([
      ['before', null],
      ['added', 'reported'],
      ['later', 'reported'],
      ['dead', 'unreachable'],
    ]);
  });

  test('I17: said of something earlier meanwhile, it reaches further back, in the same case', async () => {
    const first = await room.happens('method-added');
    const added = method('added', room.clock.now());
    room.clock.forward(1000);
    const second = await room.happens('password-set');
    await register(added);
    await room.notMe(second);
    expect((await room.methods()).methods.map(({ suspended }) => suspended)).toEqual([null]);
    expect(await room.notMe(first)).toMatchObject({ ok: true, isNew: false });
    await room.settle();
    expect((await room.methods()).methods.map(({ suspended }) => suspended)).toEqual(['reported']);
    expect(await room.cases()).toHaveLength(1);
    expect((await room.cases())[0]?.freeze?.suspended).toBe(1);
  });

  test('I17: what was made before it is over for good', async () => {
    const id = await room.happens('password-set');
    const made = room.clock.now();
    await room.notMe(id);
    const { rows } = await room.store.open({ key: keys.frozen(stina), owner: null, now: room.clock.now() });
    const row = rows.get(keys.frozen(stina)) ?? null;
    expect([isFrozen(row), isVoid(row, made), isVoid(row, made + 1)]).toEqual([true, true, false]);
  });

  test("I17: it is told in the account's own chat, once, whose dialogs end", async () => {
    const id = await room.happens('password-set');
    await room.notMe(id);
    await room.notMe(id);
    const [tenant = ''] = room.policy.organisation.tenants;
    expect(await room.inbox(keys.stack(tenant, stina))).toEqual([{ event: { type: 'account.frozen' } }]);
    expect(room.woken).toContain(keys.stack(tenant, stina));
  });

  test('I17: it can be said for thirty days, and of nothing that did not happen', async () => {
    const id = await room.happens('password-set');
    expect(await room.notMe(`${id.slice(0, 4)}AAAAAAAAAAAAAAAAAAAAAA`)).toEqual({ ok: false, reason: 'over' });
    room.clock.forward(notMeMs);
    expect(await room.notMe(id)).toEqual({ ok: false, reason: 'over' });
    expect((await room.record()).frozen).toBeNull();
  });

  test('I17: a link acts once: after a thaw the same one freezes nobody again, and another one does', async () => {
    const [first, second] = [await room.happens('password-set'), await room.happens('method-removed')];
    await room.notMe(first);
    const { frozen: _, ...rest } = await room.record();
    await room.store.commit({ put: { [keys.frozen(stina)]: { ...rest, frozen: null } } });
    expect(await room.notMe(first)).toEqual({ ok: false, reason: 'used' });
    expect((await room.record()).frozen).toBeNull();
    expect(await room.notMe(second)).toMatchObject({ ok: true, isNew: true });
  });

  test('a directory that does not answer keeps neither the freeze nor the case waiting; its sessions end when it does', async () => {
    room.trouble = new LatchkeyError('latchkey_directory_unavailable', 'unavailable', 'no answer');
    await room.notMe(await room.happens('password-set'));
    await expect(room.settle()).rejects.toThrow('no answer');
    expect((await room.cases())[0]?.freeze?.sessions).toBeNull();
    room.trouble = null;
    room.clock.forward(31_000);
    await room.settle();
    expect((await room.cases())[0]?.freeze?.sessions).toBe('ended');
    room.clock.forward(60_000);
    await room.settle();
    expect(room.ended).toBe(1);
  });

  test('I17: killed between the freeze and its case, the case comes by itself', async () => {
    const id = await room.happens('password-set');
    const { store } = room;
    const dies: typeof store = {
      ...store,
      open: async (request) => {
        if (request.key.includes('/counter/')) throw new Error('killed');
        return store.open(request);
      },
      commit: async (commit) => store.commit(commit),
      due: async (now, n) => store.due(now, n),
      scan: async (index, from, n) => store.scan(index, from, n),
      close: async () => undefined,
    };
    await expect(room.notMe(id, 'mail', dies)).rejects.toThrow('killed');
    expect((await room.record()).frozen?.case).toBeNull();
    await room.settle();
    expect(await room.cases()).toHaveLength(1);
    expect(await room.notMe(id)).toMatchObject({ ok: true, isNew: false, number: (await room.cases())[0]?.number });
  });
});
