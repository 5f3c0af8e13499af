import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LatchkeyError } from '../../src/errors.ts';
import { openCaseFor } from '../../src/desk/open-case.ts';
import { keys } from '../../src/store/keys.ts';
import { account, DeskWorld, stina } from './desk-world.ts';

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
});
afterEach(() => world.end());

const wanted = { code: 'SSPR_0014', wish: 'reset' } as const;

describe('opening a case', () => {
  test('numbers run upward from LK-1001', async () => {
    expect(await world.open(wanted)).toMatchObject({ type: 'case.opened', number: 'LK-1001', isNew: true });
    expect(await world.open({ ...wanted, code: 'SSPR_0009' }, { id: 'effect-2' })).toMatchObject({ number: 'LK-1002', isNew: true });
  });

  test('R41: the case, its list, its index, its audit entry, its post and its mail are one commit', async () => {
    let commits = 0;
    const { store } = world;
    world.store = {
      ...bound(store),
      commit: (commit) => {
        if (Object.keys(commit.put ?? {}).some((key) => key.includes('/case/'))) commits += 1;
        return store.commit(commit);
      },
    };
    await world.open(wanted);
    expect(commits).toBe(1);
    const record = await world.record();
    expect(record).toMatchObject({ number: 'LK-1001', state: 'new', code: 'SSPR_0014', wish: 'reset', reference: 'K7Q2M9XD' });
    expect(await world.openIndex()).toEqual([keys.case(record.id)]);
    expect(await world.audit()).toMatchObject([
      { act: 'desk.open-case', actor: stina, account: stina, reason: 'SSPR_0014', door: 'teams' },
    ]);
    const due = (await world.store.due(world.clock.now(), 10)).map(({ id }) => id.split('/')[2]);
    expect(due).toEqual(['outbox', 'outbox']);
  });

  test('I13: one open case for an account, reason and kind of requester: found again instead of doubled', async () => {
    await world.open(wanted);
    expect(await world.open({ ...wanted, wish: 'contact' }, { id: 'effect-2' })).toMatchObject({
      type: 'case.opened',
      number: 'LK-1001',
      isNew: false,
    });
    expect(await world.records()).toHaveLength(1);
    world.gates = 1;
    expect(await world.open(wanted, { id: 'effect-3' })).toMatchObject({ isNew: true });
    world.gates = 2;
    expect(await world.open(wanted, { id: 'effect-4' })).toMatchObject({ isNew: false });
  });

  test('I13: fifty at once make one case', async () => {
    const opened = await Promise.all(Array.from({ length: 50 }, (_, n) => world.open(wanted, { id: `effect-${n}` })));
    expect(new Set(opened.map((each) => (each?.type === 'case.opened' ? each.number : null))).size).toBe(1);
    expect(opened.filter((each) => each?.type === 'case.opened' && each.isNew)).toHaveLength(1);
    expect(await world.records()).toHaveLength(1);
  });

  test('I13: the same act again finds what it made, and one that was resolved is open no more', async () => {
    const first = await world.open(wanted);
    expect(await world.open(wanted)).toEqual(first);
    await world.resolve();
    const { next: _next, ...same } = first as { readonly next?: unknown };
    expect(await world.open(wanted)).toEqual(same);
    expect(await world.open(wanted, { id: 'effect-2' })).toMatchObject({ type: 'case.opened', number: 'LK-1002', isNew: true });
  });

  test('I13: it says how the requester is known, never more than that', async () => {
    await world.open(wanted);
    expect((await world.record()).requester).toEqual({ how: 'signed-in' });
    world.gates = 2;
    await world.open(wanted, { id: 'effect-2' });
    expect((await world.records()).map(({ requester }) => requester)).toContainEqual({ how: 'proved', gates: 2 });
  });

  test('I13, I20: at the front door nobody is signed in, and the case says that nobody proved anything', async () => {
    await world.open(wanted, { door: 'front-door' });
    expect((await world.record()).requester).toEqual({ how: 'nobody' });
    await world.pay();
    expect(JSON.stringify(world.shown.get('activity-1'))).toMatch(/^[^]*"size":"Large"/);
  });

  test('a case of an earlier release is read, and stands as new in the queue', async () => {
    await world.open(wanted);
    const { priority: _p, deadline: _d, claimed: _c, thread: _t, since: _s, ...before } = await world.record();
    const key = keys.case(before.id);
    await world.store.commit({ put: { [key]: { ...before, state: 'open' } } });
    expect(await world.record()).toMatchObject({ state: 'new', priority: 'normal', claimed: null, thread: [] });
    await world.pay();
    expect(await world.click()).toMatchObject({ ok: true, changed: true });
  });

  test('a disabled account: its code stands in the case', async () => {
    world.people.set(stina, account(stina, { enabled: false }));
    await world.open({ code: 'SSPR_0009', wish: 'reset' });
    expect((await world.record()).code).toBe('LK_DISABLED');
  });

  test('a directory that is down keeps nobody from asking for help', async () => {
    world.directoryDown = new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
    expect(await world.open(wanted)).toMatchObject({ isNew: true });
    expect(await world.record()).toMatchObject({ name: null, userId: null, account: stina });
  });

  test('R41: no number, address or secret in any row; kinds of methods only', async () => {
    world.registered = [{ kind: 'text-message', since: world.clock.now() }];
    await world.open(wanted);
    const record = await world.record();
    expect(record.methods).toEqual([{ kind: 'text-message', since: world.clock.now() }]);
    const mailRow = await world.read(keys.outbox(record.id.slice(0, 3), `case-mail-1-${record.id}`));
    expect(JSON.stringify(mailRow)).not.toMatch(/fjallbyn|Stina|LK-1001/);
    expect(JSON.stringify(await world.audit())).not.toMatch(/Stina|@/);
  });
});

describe('I13: a case that nobody proved anything for', () => {
  const stranger = { door: 'front-door', client: '198.51.100.7', stack: 'p03/stack/front-door/1' } as const;
  const another = (n: number): string => {
    const id = `d4c7f0b2-58a1-4e6d-8b39-${String(n).padStart(12, '0')}`;
    world.people.set(id, account(id));
    return id;
  };

  test('its owner hears of it in Teams and by mail, and can withdraw it there; nothing of theirs is in it', async () => {
    await world.open(wanted, stranger);
    expect(await world.inbox()).toMatchObject([{ value: { notice: 'desk-unproved.chat', params: { number: 'LK-1001' } } }]);
    await world.pay();
    const mail = world.mails.list().find(({ to }) => to === 'stina.berg@fjallbyn.example');
    expect(mail?.text).toMatch(/utan att visa vem de är[^]*LK-1001[^]*Var det inte du/);
    expect(mail?.text).not.toMatch(/https?:|Stina/);
    // I20: why stands in the case and in the work mailbox, and nowhere else.
    expect(mail?.text).toContain('SSPR_0014');
    expect(await world.cases()).toMatchObject({ cases: [{ number: 'LK-1001', mayWrite: false, mayWithdraw: true }] });
    expect(await world.change('withdraw')).toEqual({ type: 'case.changed' });
  });

  test('one a day for an account, whatever its reason and its end', async () => {
    await world.open(wanted, stranger);
    const again = { ...stranger, client: '203.0.113.9', stack: 'p03/stack/front-door/2' };
    expect(await world.open({ ...wanted, code: 'LK_STUCK' }, { ...again, id: 'effect-2' })).toMatchObject({
      number: 'LK-1001',
      isNew: false,
    });
    await world.change('withdraw');
    expect(await world.open(wanted, { ...again, id: 'effect-3' })).toMatchObject({ number: 'LK-1001', isNew: false });
    // Its owner, signed in, is not kept from help by it.
    expect(await world.open(wanted, { id: 'effect-4' })).toMatchObject({ number: 'LK-1002', isNew: true });
    world.clock.forward(24 * 3_600_000);
    expect(await world.open(wanted, { ...again, id: 'effect-5' })).toMatchObject({ number: 'LK-1003', isNew: true });
  });

  test('ten an hour for a client, whoever they are for; the same act counts once', async () => {
    for (let n = 1; n <= 10; n += 1) {
      const act = { ...stranger, accountId: another(n), id: `effect-${n}` };
      for (const _ of [1, 2]) expect(await world.open(wanted, act)).toMatchObject({ type: 'case.opened', isNew: true });
    }
    const more = { ...stranger, accountId: another(11), id: 'effect-11' };
    expect(await world.open(wanted, more)).toEqual({ type: 'case.not-opened', until: world.clock.now() + 3_600_000 });
    expect(await world.open(wanted, { ...more, client: '203.0.113.9' })).toMatchObject({ type: 'case.opened' });
    world.clock.forward(3_600_000);
    expect(await world.open(wanted, { ...more, accountId: another(12), id: 'effect-12' })).toMatchObject({ isNew: true });
  });

  test('fifty at once from one client make ten', async () => {
    const opened = await Promise.all(
      Array.from({ length: 50 }, (_, n) => world.open(wanted, { ...stranger, accountId: another(n), id: `effect-${n}` })),
    );
    expect(opened.filter((each) => each?.type === 'case.opened')).toHaveLength(10);
  });

  test('who proved something is counted by neither', async () => {
    world.gates = 1;
    for (let n = 1; n <= 12; n += 1)
      expect(await world.open(wanted, { ...stranger, accountId: another(n), id: `effect-${n}` })).toMatchObject({ isNew: true });
  });
});

describe('a case that no conversation opens', () => {
  const wantedFor = (more: object = {}) => ({
    account: stina,
    state: account(stina),
    code: 'LK_FROZEN',
    wish: 'contact' as const,
    priority: 'highest' as const,
    requester: { how: 'system' } as const,
    stack: null,
    language: 'sv' as const,
    reference: 'K7Q2M9XD',
    act: 'freeze-1',
    actor: 'system',
    door: 'system' as const,
    ...more,
  });

  test('comes to the desk, before all that is less urgent, and tells nobody', async () => {
    await world.open(wanted);
    expect(await openCaseFor(world.needs, wantedFor())).toMatchObject({ number: 'LK-1002', isNew: true });
    const [, urgent] = await world.records();
    expect(urgent).toMatchObject({ priority: 'highest', stack: null, deadline: world.clock.now() + 10 * 60_000 });
    expect((await world.openIndex())[0]).toBe(keys.case(urgent?.id ?? ''));
    await world.pay();
    await world.click({ case: urgent?.id, version: 1, act: 'claim' });
    expect(await world.record()).toMatchObject({ state: 'claimed' });
    expect(await world.inbox()).toEqual([]);
  });

  test('I13: the same act again, and another one of its kind, find it', async () => {
    const first = await openCaseFor(world.needs, wantedFor());
    expect(await openCaseFor(world.needs, wantedFor())).toEqual(first);
    expect(await openCaseFor(world.needs, wantedFor({ act: 'freeze-2' }))).toEqual({ ...first, isNew: false });
  });
});

describe('how a case goes', () => {
  test('the requester and the agents see the same state: new, delivered, resolved', async () => {
    await world.open(wanted);
    const now = world.clock.now();
    const byAt = now + 240 * 60_000;
    const view = {
      number: 'LK-1001',
      openedAt: now,
      resolvedAt: null,
      agent: null,
      next: { opens: 'open', opensAt: now, by: 'today', byAt, holiday: null, emergency: '08-465 004 11' },
      isLate: false,
      until: null,
      question: null,
      mayWrite: true,
      mayWithdraw: true,
      mayReopen: false,
    };
    expect(await world.cases()).toEqual({ type: 'cases.read', cases: [{ ...view, state: 'new' }] });
    await world.pay();
    expect(await world.cases()).toEqual({ type: 'cases.read', cases: [{ ...view, state: 'delivered' }] });
    world.clock.forward(60_000);
    await world.resolve();
    expect(await world.cases()).toEqual({
      type: 'cases.read',
      cases: [
        { ...view, next: null, state: 'resolved', resolvedAt: world.clock.now(), mayWrite: false, mayWithdraw: false, mayReopen: true },
      ],
    });
  });

  test('newest first, five at most, and nobody else`s (I13)', async () => {
    for (let n = 1; n <= 7; n += 1) await world.open({ ...wanted, code: `SSPR_${n}` }, { id: `effect-${n}` });
    const read = await world.cases();
    expect(read?.cases.map(({ number }) => number)).toEqual(['LK-1007', 'LK-1006', 'LK-1005', 'LK-1004', 'LK-1003']);
    expect(await world.cases('somebody-else')).toEqual({ type: 'cases.read', cases: [] });
  });
});

const bound = (store: DeskWorld['store']): DeskWorld['store'] => ({
  open: (request) => store.open(request),
  commit: (commit) => store.commit(commit),
  due: (now, n) => store.due(now, n),
  scan: (index, from, n) => store.scan(index, from, n),
  close: () => store.close(),
});
