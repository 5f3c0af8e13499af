import { afterEach, describe, expect, test } from '@jest/globals';
import { LocalOutbox } from '../../src/delivery/local-outbox.ts';
import type { Delivery } from '../../src/delivery/port.ts';
import { readCase } from '../../src/desk/case-record.ts';
import { indexes, keys } from '../../src/store/keys.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { shiftedClock } from '../e2e/clock.ts';
import { openHouse, type House } from '../e2e/house.ts';
import type { Person } from '../e2e/person.ts';
import { openProcessHouse } from '../e2e/process-house.ts';
import { until } from '../e2e/wait.ts';
import { DeskChannel, inTime, nth, openCaseOf, somebodyAtTheOffer } from './crowd.ts';

const minute = 60_000;
const cases = 6;
const numbers = Array.from({ length: cases }, (_, index) => nth(index + 1));
const patienceMs = 120_000;

/** Everybody presses "Yes, contact an administrator", whether they can be answered or not. */
async function everybodyConsents(people: readonly Person[]): Promise<void> {
  const pressed = people.map(async (person) => {
    const [contact] = person.buttons().filter(({ choose }) => choose === 'contact');
    const action = { type: 'Action.Execute', verb: 'choose', data: contact };
    return (await person.post({ type: 'invoke', name: 'adaptiveCard/action', value: { action, trigger: 'manual' } })).status;
  });
  expect(new Set(await Promise.all(pressed))).toEqual(new Set([200]));
}

const crowd = async (scene: Parameters<typeof somebodyAtTheOffer>[0]): Promise<readonly Person[]> => {
  const people: Person[] = [];
  for (let each = 0; each < cases; each += 1) people.push(await somebodyAtTheOffer(scene));
  return people;
};

/** Waits for the cards of all cases, while time goes on. */
const allDelivered = (scene: Parameters<typeof inTime>[0], channel: DeskChannel): Promise<unknown> =>
  inTime(
    scene,
    1_000,
    async () => channel.cards().length >= cases,
    () => `${channel.cards().length} of ${cases} cards came`,
  );

describe('ten minutes without', () => {
  let house: House | undefined;
  afterEach(async () => {
    await house?.close();
    house = undefined;
  });

  test(
    'Teams: every case is mailed at once and again after five minutes, and its card comes when Teams is back, once',
    async () => {
      const running = (house = await openHouse());
      const channel = new DeskChannel(running);
      const refusals = (): number => running.logLines.filter((line) => line.includes('"not-sent"')).length;
      const people = await crowd(running);
      await running.connector.refuse();
      await everybodyConsents(people);
      for (let each = 0; each < 10; each += 1) {
        const before = refusals();
        running.clock.forward(minute);
        await until(
          async () => refusals() > before,
          () => 'nobody tried',
        );
      }
      const mails = async (): Promise<readonly string[]> =>
        (await running.outbox()).filter(({ kind }) => kind === 'mail').map(({ text }) => text.split('\n')[0] ?? '');
      await until(
        async () => (await mails()).length >= 2 * cases,
        () => 'too few mails',
      );
      expect([...(await mails())].sort()).toEqual(
        [
          ...numbers.map((number) => `Väntar fortfarande: ärende ${number}`),
          ...numbers.map((number) => `Ärende ${number}: vill återställa lösenordet`),
        ].sort(),
      );
      await running.connector.accept();
      await allDelivered(running, channel);
      expect(channel.cards().map(({ number }) => number)).toEqual(numbers);
      // Each person is told, at the latest when they write again.
      for (const person of people) expect(await person.say('mitt ärende')).toMatch(/LK-\d+/u);
    },
    patienceMs,
  );

  test(
    'mail: every card comes at once, and every mail when mail is back, once',
    async () => {
      const clock = shiftedClock();
      const sent = new LocalOutbox(clock);
      let isDown = true;
      const refused: string[] = [];
      const delivery: Delivery = {
        async deliver(parcel) {
          if (!isDown) return sent.deliver(parcel);
          refused.push(parcel.id);
          return { ok: false, reason: 'unavailable' };
        },
      };
      const running = (house = await openHouse({ ports: { delivery, clock } }));
      const forward = { ...running, clock };
      const channel = new DeskChannel(running);
      for (const person of await crowd(forward)) await openCaseOf(person);
      await until(
        async () => channel.cards().length === cases && refused.length >= cases,
        () => 'no cards',
      );
      for (let each = 0; each < 10; each += 1) {
        const before = refused.length;
        clock.forward(minute);
        await until(
          async () => refused.length > before || each > 3,
          () => 'nobody tried',
        );
      }
      expect(sent.list()).toEqual([]);
      isDown = false;
      await inTime(
        forward,
        10_000,
        async () => sent.list().length >= cases,
        () => `${sent.list().length} of ${cases} mails went`,
      );
      expect(new Set(sent.list().map(({ text }) => /LK-\d+/u.exec(text)?.[0]))).toEqual(new Set(numbers));
      expect(sent.list()).toHaveLength(cases);
      expect(channel.cards().map(({ number }) => number)).toEqual(numbers);
    },
    patienceMs,
  );

  test(
    'the process: what was agreed to a moment before it was killed is delivered and mailed when it is back',
    async () => {
      const running = await openProcessHouse();
      const channel = new DeskChannel(running);
      try {
        await everybodyConsents(await crowd(running));
        await running.kill();
        running.clock.forward(10 * minute);
        await running.restart();
        await inTime(
          running,
          1_000,
          async () => new Set(channel.cards().map(({ number }) => number)).size === cases,
          () => `${channel.cards().length} cards came`,
        );
        expect(new Set(channel.cards().map(({ number }) => number))).toEqual(new Set(numbers));
        // One card may have been on its way when the process ended, and is then made again.
        expect(channel.cards().length).toBeLessThanOrEqual(cases + 1);
        // What the dead process had leased is free by now, and the new one works while somebody talks to it.
        for (let each = 0; each < 4; each += 1) {
          running.clock.forward(minute);
          await somebodyAtTheOffer(running);
        }
        await running.kill();
        const rows = await rowsOf(running.folder, running.clock.now());
        expect(rows.filter(({ mail, state }) => mail !== 'sent' || state !== 'delivered')).toEqual([]);
        expect(rows).toHaveLength(cases);
      } finally {
        await running.close();
      }
    },
    patienceMs,
  );
});

/** What became of every open case, and of its mail. */
async function rowsOf(folder: string, now: number): Promise<readonly { readonly state: string; readonly mail: unknown }[]> {
  const store = openSqlite({ folder, serve: true });
  try {
    const { entries } = await store.scan(indexes.openCases, null, 100);
    return await Promise.all(
      entries.map(async ({ member }) => {
        const read = async (key: string) => (await store.open({ key, owner: null, now })).rows.get(key)?.value ?? null;
        const { id, state } = readCase(await read(member));
        return { state, mail: ((await read(keys.outbox(id.slice(0, 3), `case-mail-1-${id}`))) as { state?: unknown } | null)?.state };
      }),
    );
  } finally {
    await store.close();
  }
}
