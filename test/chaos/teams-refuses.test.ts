import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { leaseMs } from '../../src/conversation/lease.ts';
import type { Person } from '../e2e/person.ts';
import { openProcessHouse, type ProcessHouse } from '../e2e/process-house.ts';
import { until } from '../e2e/wait.ts';
import { redisServerPath, startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers/require.ts';
import { DeskChannel, howItGoes, inTime, nth, openCaseOf, somebodyAtTheOffer } from './crowd.ts';

const minute = 60_000;
const patienceMs = 240_000;

/**
 * Teams refuses the helpdesk's conversation for ten minutes: too many requests, then a precondition that fails, then no connection at all. The
 * process is killed twice in between.
 */
function stories(open: () => Promise<ProcessHouse>, cases: number): void {
  let house: ProcessHouse | undefined;
  beforeAll(async () => {
    house = await open();
  }, patienceMs);
  afterAll(() => house?.close());

  test(
    `of ${cases} cases all are delivered, none twice, in order, and everybody is told where theirs stands`,
    async () => {
      const running = house;
      if (running === undefined) throw new Error('it never started');
      const { connector, clock } = running;
      const channel = new DeskChannel(running);
      const refusals = (): number => running.logLines.filter((line) => line.includes('"not-sent"')).length;
      const killed = async (): Promise<void> => {
        await running.kill();
        await running.restart();
        clock.forward(leaseMs);
      };
      /** A minute in which the product tries in vain. */
      const inVain = async (): Promise<void> => {
        const before = refusals();
        clock.forward(minute);
        await until(
          async () => refusals() > before,
          () => 'nobody tried',
        );
      };
      const third = Math.floor(cases / 3);
      const people: Person[] = [];
      /** Those who ask while nothing can be said to them. */
      const atTheOffer: Person[] = [];
      for (let each = 2 * third; each < cases; each += 1) atTheOffer.push(await somebodyAtTheOffer(running));

      const began = clock.now();
      connector.trouble((call) => (channel.isHere(call) ? { status: 429, headers: { 'retry-after': '20' } } : null));
      for (let each = 0; each < third; each += 1) people.push(await somebodyAtTheOffer(running));
      for (const person of people) await openCaseOf(person);
      await inVain();
      await killed();

      connector.trouble((call) => (channel.isHere(call) ? { status: 412 } : null));
      for (let each = third; each < 2 * third; each += 1) {
        const person = await somebodyAtTheOffer(running);
        await openCaseOf(person);
        people.push(person);
      }
      await inVain();

      await connector.refuse();
      const statuses = await Promise.all(
        atTheOffer.map(async (person) => {
          const [contact] = person.buttons().filter(({ choose }) => choose === 'contact');
          const pressed = { action: { type: 'Action.Execute', verb: 'choose', data: contact }, trigger: 'manual' };
          return (await person.post({ type: 'invoke', name: 'adaptiveCard/action', value: pressed })).status;
        }),
      );
      expect(new Set(statuses)).toEqual(new Set([200]));
      await inVain();
      await killed();
      while (clock.now() - began < 10 * minute) await inVain();
      expect(channel.cards()).toEqual([]);

      // Nobody is told that it arrived while it did not.
      await connector.accept();
      const [first, last] = [people[0], people.at(-1)];
      if (first === undefined || last === undefined) throw new Error('nobody asked');
      expect(await howItGoes(first)).toMatch(/LK-1001 [^]*inte nått helpdeskens konversation än/u);

      connector.trouble(null);
      for (let came = 0; came < cases; came = channel.cards().length) {
        await inTime(
          running,
          1_000,
          async () => channel.cards().length > came,
          () => `${came} came, and then none`,
        );
      }
      // Whatever would come a second time has its time to.
      for (let each = 0; each < 4; each += 1) {
        clock.forward(minute);
        await somebodyAtTheOffer(running);
      }
      const numbers = channel.cards().map(({ number }) => number);
      expect(numbers).toEqual(Array.from({ length: cases }, (_, index) => nth(index + 1)));
      for (const person of [first, last]) expect(await howItGoes(person)).toMatch(/LK-\d+ [^]*Helpdesken har fått det/u);
    },
    patienceMs,
  );
}

describe('Teams refuses for ten minutes, and the process is killed twice, on SQLite', () => stories(() => openProcessHouse(), 100));

describeWith(redisServerPath, 'redis-server', 'Teams refuses for ten minutes, and the process is killed twice, on Redis', () => {
  stories(async () => {
    const redis = await startRedis();
    const house = await openProcessHouse(redis.url).catch(async (fault: unknown) => {
      await redis.stop();
      throw fault;
    });
    return {
      ...house,
      async close() {
        await house.close();
        await redis.stop();
      },
    };
  }, 12);
});
