import { beforeEach, expect, test } from '@jest/globals';
import type { Act } from '../../src/conversation/port.ts';
import { advance } from '../../src/desk/advance.ts';
import { isExpired, nextMoment } from '../../src/desk/case-clock.ts';
import { changeCase } from '../../src/desk/change-case.ts';
import { openDoorCase } from '../../src/desk/open-door-case.ts';
import { readCases } from '../../src/desk/read-cases.ts';
import { reportedNote } from '../../src/desk/reported.ts';
import { changeOwnCase } from '../../src/desk/requester-acts.ts';
import { keys } from '../../src/store/keys.ts';
import { describeEngines } from '../store/engines.ts';
import { account, agentNina, stina } from './desk-world.ts';
import { FreezeRoom } from './freeze-room.ts';

describeEngines('the case of what was not its owner', (engine) => {
  let room: FreezeRoom;
  beforeEach(async () => {
    room = new FreezeRoom((await engine.fresh()).store);
  });

  const act = (more: Partial<Act> = {}): Act => ({
    id: 'effect-1',
    now: room.clock.now(),
    tenant: room.policy.organisation.tenants[0] ?? '',
    door: 'teams',
    accountId: stina,
    account: async () => account(stina),
    language: 'sv',
    stack: keys.stack(room.policy.organisation.tenants[0] ?? '', stina),
    session: 'home-1',
    reference: 'K7Q2M9XD',
    rows: new Map(),
    ...more,
  });

  /** A stranger at the front door asks for help in the account's name. */
  const strangerAsks = (exact: string, id = 'effect-1') =>
    openDoorCase({
      ...room.needs(),
      proved: async () => ({ gates: 0, proofs: [] }),
      exactCode: async () => exact,
      typedUserId: async () => null,
      keepForCase: async () => undefined,
    }).run(
      { code: 'LK_UNPROVED', wish: 'reset', proofs: [] },
      act({ id, door: 'front-door', client: '198.51.100.7', stack: 'p03/stack/front-door/1' }),
    );

  const noted = () =>
    reportedNote({ ...room.needs(), directory: { find: async (id) => account(id) } })({
      id: 'p03/due/reported/call-1',
      at: room.clock.now(),
      data: { account: stina, act: 'call-1' },
    });

  test('I17, I13: a freeze gets its own case, also where a stranger asked for help in that name before it', async () => {
    await strangerAsks('SSPR_0014');
    await room.notMe(await room.happens('password-set'));
    await room.settle();
    const cases = await room.cases();
    expect(cases.map(({ code, priority }) => [code, priority])).toEqual([
      ['LK_FROZEN', 'highest'],
      ['SSPR_0014', 'normal'],
    ]);
    expect(cases.map(({ freeze, stack }) => [freeze !== undefined, stack])).toEqual([
      [true, null],
      [false, 'p03/stack/front-door/1'],
    ]);
  });

  test('I17, I13: a report reaches the helpdesk, also where a stranger asked for help in that name before it', async () => {
    await strangerAsks('SSPR_0014');
    await noted();
    expect((await room.cases()).map(({ code, priority }) => [code, priority])).toEqual([
      ['LK_REPORTED', 'high'],
      ['SSPR_0014', 'normal'],
    ]);
  });

  test('I20: at the front door nobody is told that the account is frozen, or that something was reported', async () => {
    await room.notMe(await room.happens('password-set'));
    await noted();
    expect(await strangerAsks('LK_FROZEN')).toMatchObject({ type: 'door-case.opened', number: 'LK-1003', isNew: true });
    expect((await room.cases())[0]).toMatchObject({ code: 'LK_FROZEN', priority: 'normal', requester: { how: 'nobody' } });
  });

  test('I17: the case of a freeze is withdrawn by nobody, whoever sits in that chat, and does not expire', async () => {
    await room.notMe(await room.happens('password-set'));
    const [own] = await room.cases();
    if (own === undefined) throw new Error('there is no case');
    const cases = [{ number: own.number, mayWithdraw: false }];
    expect(await readCases(room).run({}, act())).toMatchObject({ cases });
    expect(await changeOwnCase(room.needs()).run({ case: own.number, how: 'withdraw' }, act())).toMatchObject({ type: 'case.over' });
    expect((await room.cases())[0]?.state).toBe('new');

    const step = (event: Parameters<typeof advance>[1]) =>
      changeCase<null>(room.needs(), own, (record) => {
        const agent = { id: agentNina, name: 'Nina Falk' };
        const advanced = record === null ? null : advance(record, event, { policy: room.policy, now: room.clock.now(), agent });
        return { advanced, entries: [], result: null };
      });
    await step({ type: 'claim', by: agentNina });
    await step({ type: 'ask', by: agentNina });
    const [waiting] = await room.cases();
    if (waiting === undefined) throw new Error('there is no case');
    expect(waiting.state).toBe('waiting');
    expect([isExpired(waiting, Number.MAX_SAFE_INTEGER), nextMoment(room.policy, waiting)]).toEqual([false, null]);
  });
});
