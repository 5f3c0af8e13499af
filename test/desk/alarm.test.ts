import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bringAlarm, raiseAlarm, type Alarm } from '../../src/desk/alarm.ts';
import { watch } from '../../src/desk/watch.ts';
import { watched, watchDue, type Watched } from '../../src/desk/watched.ts';
import { OutboxDispatcher } from '../../src/delivery/dispatcher.ts';
import { deskItself, partitionOf } from '../../src/store/keys.ts';
import { noCarriers } from '../delivery/no-carriers.ts';
import { realRandom } from '../delivery/still-time.ts';
import { DeskWorld } from './desk-world.ts';

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
});
afterEach(() => world.end());

/** Of one the directory says nothing. */
const nameOf = async (account: string): Promise<string | null> => (account === 'gone' ? null : `Person ${account}`);

const raise = (alarm: Omit<Alarm, 'since'>) => raiseAlarm(world, { since: world.clock.now(), ...alarm });

/** Handles everything that is due, each entry `times` times, as where processes take it over from one another. */
async function pay(times = 1): Promise<void> {
  const { store, clock, seals, mails, desk, sentences, policy } = world;
  const cases = { bring: async () => ({ ok: true, providerId: null }) as const };
  const carriers = { ...noCarriers, alarm: bringAlarm({ sentences, policy, nameOf }, desk) };
  const dispatcher = new OutboxDispatcher({ store, seals, clock, random: realRandom, delivery: mails, cases, carriers, onLost: () => {} });
  for (;;) {
    const due = await store.due(clock.now(), 100);
    if (due.length === 0) return;
    const again = due.flatMap((entry) => Array.from({ length: entry.id.includes(`/${watchDue}/`) ? times : 1 }, () => entry));
    await Promise.all(
      again.map(async (entry) => (entry.id.includes(`/${watchDue}/`) ? watch(world)(entry) : dispatcher.deliverDue(entry))),
    );
  }
}

const shown = (): readonly string[] => [...world.shown.values()].map((card) => (card as unknown as { fallbackText: string }).fallbackText);

async function happens(event: Omit<Watched, 'at'>): Promise<void> {
  const at = world.clock.now();
  await world.store.commit({ due: [watched(partitionOf(event.account), { ...event, at })] });
}

test('R35: an alarm says what, since when, how many and what to do; it stands in the audit', async () => {
  expect(await raise({ kind: 'accounts-blocked', count: 12 })).toBe(true);
  await pay();
  expect(shown()).toHaveLength(1);
  expect(shown()[0]).toMatch(/12 konton .* sedan .*\n.*”stoppa återställningar”/u);
  expect(await world.audit(deskItself)).toMatchObject([{ act: 'desk.alarm', reason: 'accounts-blocked', actor: 'system' }]);
});

test('each kind is told once an hour, exactly, whoever raises it; what was left unsaid is counted', async () => {
  const raised = await Promise.all(Array.from({ length: 20 }, () => raise({ kind: 'number-shared', count: 3, account: 'a' })));
  expect(raised.filter(Boolean)).toHaveLength(1);
  expect(await raise({ kind: 'telephony-stopped', what: 'SE' })).toBe(true);
  world.clock.forward(59 * 60_000);
  expect(await raise({ kind: 'number-shared', count: 3, account: 'a' })).toBe(false);
  world.clock.forward(60_000);
  expect(await raise({ kind: 'number-shared', count: 3, account: 'b' })).toBe(true);
  await pay();
  expect(shown()).toHaveLength(3);
  expect(shown()[2]).toContain('20 till av samma slag');
});

test('an agent over their pace is told of though another one was just now', async () => {
  expect(await raise({ kind: 'agent-pace', account: 'nina', name: 'Nina Falk', count: 30 })).toBe(true);
  expect(await raise({ kind: 'agent-pace', account: 'omar', name: 'Omar Dahl', count: 30 })).toBe(true);
  expect(await raise({ kind: 'agent-pace', account: 'omar', name: 'Omar Dahl', count: 31 })).toBe(false);
  await pay();
  expect(shown().join('\n')).toMatch(/Nina Falk arbetar snabbare.*Omar Dahl arbetar snabbare/su);
});

test('R35: ten accounts blocked in parallel, each told several times, are ten: one alarm, at the tenth', async () => {
  for (let each = 0; each < 9; each += 1) await happens({ event: 'account-blocked', id: `c${each}`, account: `a${each}` });
  await pay(3);
  expect(shown()).toEqual([]);
  await happens({ event: 'account-blocked', id: 'c9', account: 'a9' });
  await pay(3);
  expect(shown()).toHaveLength(1);
  expect(shown()[0]).toContain('10 konton');
});

test('R35: resets are counted exactly, and told where they are over five times the usual hour', async () => {
  for (let each = 0; each < 50; each += 1) await happens({ event: 'reset', id: `r${each}`, account: `a${each}` });
  await pay(2);
  expect(shown()).toEqual([]);
  await happens({ event: 'reset', id: 'r50', account: 'a0' });
  await pay(2);
  expect(shown()).toHaveLength(1);
  expect(shown()[0]).toContain('51 lösenord');
});

test('first registrations have a count of their own', async () => {
  for (let each = 0; each < 51; each += 1) await happens({ event: 'first-registration', id: `r${each}`, account: `a${each}` });
  await pay();
  expect(shown()[0]).toContain('51 personer har registrerat sig');
});

test('it names whom it is about, as the directory has them; where it does not say, by the account', async () => {
  await raise({ kind: 'number-shared', count: 3, account: 'a' });
  world.clock.forward(61 * 60_000);
  await raise({ kind: 'number-shared', count: 3, account: 'gone' });
  await pay();
  expect(shown()[0]).toContain('Person a');
  expect(shown()[1]).toContain('gone');
});

test.each([
  ['accounts-blocked', {}],
  ['many-resets', { usual: 2.5 }],
  ['many-registrations', { usual: 0 }],
  ['number-shared', { account: 'a' }],
  ['agent-pace', { account: 'a', name: 'Nina' }],
  ['telephony-stopped', { what: 'SE' }],
  ['not-delivered', { what: 'case-post' }],
  ['audit-broken', {}],
] as const)('%s has its words in both languages', async (kind, more) => {
  for (const language of ['en', 'sv'] as const) {
    const policy = { contacts: { ...world.policy.contacts, desk: { ...world.policy.contacts.desk, language } } };
    const bring = bringAlarm({ sentences: world.sentences, policy, nameOf }, world.desk);
    const what = JSON.stringify({ kind, count: 3, since: world.clock.now(), more: 1, ...more });
    expect(await bring(what)).toMatchObject({ ok: true });
  }
  expect(new Set(shown()).size).toBe(2);
});
