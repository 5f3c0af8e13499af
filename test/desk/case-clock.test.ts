import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { weekdays, type Policy, type Weekday } from '../../src/config/policy.ts';
import { advance } from '../../src/desk/advance.ts';
import { openCaseFor } from '../../src/desk/open-case.ts';
import { readCase } from '../../src/desk/case-record.ts';
import { changeCase } from '../../src/desk/change-case.ts';
import { instantOf } from '../../src/desk/wall-clock.ts';
import { keys } from '../../src/store/keys.ts';
import { agentNina, DeskWorld, stina } from './desk-world.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const wanted = { code: 'SSPR_0014', wish: 'reset' } as const;

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
  world.setDesk({ secondRoute: '19:second@thread.tacv2' });
});
afterEach(() => world.end());

/** Ways by which cases were brought up again, in order, as the audit has them. */
const chases = async (): Promise<readonly unknown[]> =>
  (await world.audit()).filter(({ act }) => act === 'desk.chase').map(({ reason }) => reason);
const subjects = (): readonly unknown[] => world.mails.list().map(({ kind, text }) => `${kind} ${text.split('\n')[0]}`);

/** Weekdays from eight to five. */
const office = Object.fromEntries(
  weekdays.map((weekday: Weekday) => [weekday, weekday.startsWith('s') ? [] : [{ from: 480, to: 1020 }]]),
) as unknown as Policy['desk']['hours'];
const moveTo = (date: string, minutes: number): void =>
  world.clock.forward(instantOf('Europe/Stockholm', date, minutes) - world.clock.now());

/** A case of the highest priority, as a freeze opens it. */
const openHighest = () =>
  openCaseFor(world.needs, {
    account: stina,
    state: { name: 'Stina Berg', userId: 'stina' },
    code: 'LK_FROZEN',
    wish: 'reset',
    priority: 'highest',
    requester: { how: 'system' },
    stack: null,
    language: 'sv',
    reference: 'K7Q2M9XD',
    act: 'freeze-1',
    actor: 'system',
    door: 'system',
  });

describe('a case that nobody takes up', () => {
  test('is posted anew after fifteen minutes, goes by the second route after thirty and by mail after sixty, each once and in the audit', async () => {
    await world.open(wanted);
    await world.payFor(14 * minute);
    expect(await chases()).toEqual([]);
    await world.payFor(2 * minute);
    expect(await chases()).toEqual(['again']);
    expect([...world.shown.keys()]).toEqual(['activity-1', 'activity-2']);
    expect(JSON.stringify(world.shown.get('activity-1'))).toContain('nyare meddelande');
    expect(await world.record()).toMatchObject({ activity: 'activity-2', copies: ['activity-1'], state: 'delivered' });
    await world.payFor(15 * minute);
    expect(await chases()).toEqual(['again', 'second-route']);
    expect(JSON.stringify(world.second)).toContain('Ingen har tagit det sedan');
    await world.payFor(30 * minute);
    expect(await chases()).toEqual(['again', 'second-route', 'mail']);
    expect(subjects()).toEqual(['mail Ärende LK-1001: vill återställa lösenordet', 'mail Väntar fortfarande: ärende LK-1001']);
    await world.payFor(3 * hour);
    expect([(await chases()).length, world.shown.size, world.second.length, world.mails.list().length]).toEqual([3, 2, 1, 2]);
  });

  test('pages nobody any more once it is claimed, also where its page is owed already', async () => {
    await world.open(wanted);
    await world.payFor(minute);
    world.clock.forward(14 * minute);
    await world.click({ act: 'claim' });
    await world.payFor(2 * hour);
    expect([await chases(), world.shown.size, world.second.length, world.mails.list().length]).toEqual([[], 1, 0, 1]);
  });

  test('begins anew when it comes back into the queue', async () => {
    await world.open(wanted);
    await world.payFor(16 * minute);
    await world.click({ act: 'claim' });
    await world.payFor(hour);
    await world.click({ act: 'release' });
    await world.payFor(16 * minute);
    expect(await chases()).toEqual(['again', 'again']);
    expect(await world.record()).toMatchObject({ activity: 'activity-3', copies: ['activity-1', 'activity-2'] });
  });

  test('waits outside opening hours without paging anybody, and its deadline with it', async () => {
    world.setDesk({ hours: office });
    // A Friday, ten minutes before the helpdesk closes.
    moveTo('2026-11-27', 1010);
    await world.open(wanted);
    expect((await world.record()).deadline).toBe(instantOf('Europe/Stockholm', '2026-11-30', 480 + 230));
    await world.pay();
    world.clock.forward(2 * day);
    await world.pay();
    expect(await chases()).toEqual([]);
    moveTo('2026-11-30', 486);
    await world.pay();
    expect(await chases()).toEqual(['again']);
  });

  test('that cannot wait goes to who is on call when the helpdesk is closed, at once, and its time runs on at night', async () => {
    world.setDesk({ hours: office, onCall: { numbers: ['+46701740639'], mail: ['jour@fjallbyn.example'] } });
    moveTo('2026-11-28', 120);
    await openHighest();
    expect((await world.record()).deadline).toBe(world.clock.now() + 10 * minute);
    await world.payFor(minute);
    expect(subjects()).toEqual([
      'mail Ärende LK-1001: vill återställa lösenordet',
      'mail Kan inte vänta: ärende LK-1001',
      'sms Latchkey hos Fjällbyn AB: ärende LK-1001 kan inte vänta, och helpdesken har stängt. Se helpdeskens konversation i Teams.',
    ]);
    expect(JSON.stringify(world.mails.list()[2])).not.toContain('Stina');
    await world.payFor(hour);
    expect(await chases()).toEqual(['on-call', 'again', 'second-route', 'mail']);
  });

  test('that cannot wait goes to nobody on call while the helpdesk is there', async () => {
    world.setDesk({ onCall: { numbers: ['+46701740639'], mail: [] } });
    await openHighest();
    await world.payFor(2 * hour);
    expect(await chases()).toEqual(['again', 'second-route', 'mail']);
    expect(subjects().filter((each) => String(each).startsWith('sms'))).toEqual([]);
  });

  test('without a second route goes by mail all the same', async () => {
    world.setDesk({ secondRoute: 'none' });
    await world.open(wanted);
    await world.payFor(2 * hour);
    expect(await chases()).toEqual(['again', 'mail']);
  });
});

/** A step of the case's machine, as an act makes it. */
async function step(event: Parameters<typeof advance>[1]): Promise<void> {
  const { store, clock, seals, policy } = world;
  const now = clock.now();
  await changeCase({ store, clock, seals, policy, wake: () => {} }, await world.record(), (record) => ({
    advanced: record === null ? null : advance(record, event, { policy, now, agent: { id: agentNina, name: 'Nina Falk' } }),
    entries: [],
    result: null,
  }));
}

describe('a case that waits for its requester', () => {
  test('expires when no reply came, in opening hours, and its requester hears it', async () => {
    world.setDesk({ hours: office });
    moveTo('2026-11-25', 600);
    await world.open(wanted);
    await world.pay();
    await step({ type: 'claim', by: agentNina });
    await step({ type: 'ask', by: agentNina });
    // 72 hours later it is Saturday.
    moveTo('2026-11-29', 600);
    await world.pay();
    expect((await world.record()).state).toBe('waiting');
    moveTo('2026-11-30', 480);
    await world.pay();
    expect((await world.record()).state).toBe('expired');
    expect((await world.inbox()).at(-1)).toMatchObject({ value: { event: { type: 'case.told', what: 'expired', case: 'LK-1001' } } });
    expect((await world.audit()).at(-1)).toMatchObject({ act: 'desk.expire', actor: 'system', reason: 'no-reply' });
  });

  test('does not expire once the reply is there', async () => {
    await world.open(wanted);
    await world.pay();
    await step({ type: 'claim', by: agentNina });
    await step({ type: 'ask', by: agentNina });
    await step({ type: 'write' });
    await world.payFor(4 * day);
    expect((await world.record()).state).toBe('claimed');
  });
});

describe('a day after a case was resolved', () => {
  const asked = async (): Promise<number> =>
    (await world.inbox()).filter(({ value }) => (value as { notice: string }).notice === 'desk-delivery.register').length;

  test('its requester is asked to register, once, when the helpdesk is there next', async () => {
    world.setDesk({ hours: office });
    moveTo('2026-11-26', 990);
    await world.open(wanted);
    await world.resolve();
    moveTo('2026-11-27', 995);
    expect(await asked()).toBe(0);
    await world.pay();
    expect(await asked()).toBe(1);
    await world.payFor(2 * day);
    expect(await asked()).toBe(1);
  });

  test('quiet at night and on holidays', async () => {
    world.setDesk({ hours: office, holidays: [{ date: '2026-11-30', hours: [], name: null }] });
    moveTo('2026-11-27', 990);
    await world.open(wanted);
    await world.resolve();
    moveTo('2026-11-30', 720);
    await world.pay();
    expect(await asked()).toBe(0);
    moveTo('2026-12-01', 480);
    await world.pay();
    expect(await asked()).toBe(1);
  });

  test('nobody is asked who has registered meanwhile', async () => {
    await world.open(wanted);
    await world.resolve();
    world.isRegistered = true;
    await world.payFor(2 * day);
    expect(await asked()).toBe(0);
    expect(await world.record()).toMatchObject({ followedUp: true });
  });

  test('nor whose case was opened again', async () => {
    await world.open(wanted);
    await world.resolve();
    await step({ type: 'reopen' });
    await world.payFor(2 * day);
    expect(await asked()).toBe(0);
  });
});

test('a requester at the front door hears what becomes of the case there, whatever partition it is in, and is not asked the day after', async () => {
  const [tenant = ''] = world.policy.organisation.tenants;
  // A conversation in each partition, and the case in one.
  const stacks = new Map(
    Array.from({ length: 200 }, (_, index) => keys.doorStack(tenant, `conversation-${index}`)).map((stack) => [stack.slice(0, 3), stack]),
  );
  expect(stacks.size).toBe(16);
  for (const [partition, stack] of stacks) await world.open(wanted, { stack, accountId: `person-${partition}`, id: `effect-${partition}` });
  await world.pay();
  for (const activity of world.shown.keys()) await world.click({ act: 'claim', ...clickOf(activity) });
  await world.pay();
  for (const stack of stacks.values()) {
    const { inbox } = await world.store.open({ key: stack, owner: null, now: world.clock.now() });
    expect(inbox.map(({ value }) => (value as { event: { type: string; what: string } }).event)).toEqual([
      expect.objectContaining({ type: 'case.told', what: 'claimed', agent: 'Nina Falk' }),
    ]);
    expect(world.woken).toContain(stack);
  }
  for (const activity of world.shown.keys()) await world.click({ act: 'resolve', ...clickOf(activity) });
  await world.payFor(2 * day);
  for (const stack of stacks.values())
    expect((await world.store.open({ key: stack, owner: null, now: world.clock.now() })).inbox).toHaveLength(2);
});

/** What a card's first button brings back. */
function clickOf(activity: string) {
  const card = world.shown.get(activity) as { actions: readonly { data: { case: string; version: number } }[] };
  const data = card.actions.map((action) => action.data).find((each) => each !== undefined);
  return { case: data?.case, version: data?.version, cardActivity: activity };
}

describe('its requester is told the truth', () => {
  const told = async () => {
    const { cases } = (await world.cases()) as {
      readonly cases: readonly {
        readonly state: string;
        readonly isLate: boolean;
        readonly agent: string | null;
        readonly next: unknown;
      }[];
    };
    const [one] = cases;
    return [one?.state, one?.isLate, one?.agent, one?.next !== null];
  };

  test('while Teams does not take its card, while nobody takes it up, and when somebody has', async () => {
    world.next = Array.from({ length: 20 }, () => ({ ok: false, reason: 'unavailable' }));
    await world.open(wanted);
    expect(await told()).toEqual(['new', false, null, true]);
    await world.payFor(2 * minute);
    expect(await told()).toEqual(['new', true, null, true]);
    world.next = [];
    await world.payFor(2 * minute);
    expect(await told()).toEqual(['delivered', false, null, true]);
    await world.payFor(20 * minute);
    expect(await told()).toEqual(['delivered', true, null, true]);
    await world.payFor(5 * hour);
    expect(await told()).toEqual(['delivered', true, null, false]);
    await world.click({ act: 'claim' });
    expect(await told()).toEqual(['claimed', false, 'Nina Falk', false]);
  });
});

test('a case of before there was a clock is left as it is', async () => {
  await world.open(wanted);
  const { queued: _queued, followedUp: _followedUp, copies: _copies, doubted: _doubted, ...old } = await world.record();
  expect(readCase(old)).toMatchObject({ queued: null, followedUp: false, copies: [], doubted: false });
  await world.store.commit({ put: { [keys.case(old.id)]: old } });
  await world.payFor(2 * hour);
  expect(await chases()).toEqual([]);
});
