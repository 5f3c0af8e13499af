import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { leaseMs } from '../../src/conversation/lease.ts';
import { redisServerPath, startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers/require.ts';
import { Person } from './person.ts';
import { openProcessHouse, type ProcessHouse } from './process-house.ts';
import { askFor, newestCode, openPage, pass, provePresentPassword, registerByCode, rightCode } from './steps.ts';

const newPassword = 'Kantareller i mossan 2026';

/** Starting a process takes seconds on a busy machine. */
const patienceMs = 90_000;

function stories(open: () => Promise<ProcessHouse>): void {
  let house: ProcessHouse | undefined;
  beforeAll(async () => {
    house = await open();
  }, patienceMs);
  afterAll(() => house?.close());

  const killed = async (): Promise<void> => {
    await house?.kill();
    await house?.restart();
    // Where several processes share a store, what the dead one had leased is free once its lease has run out.
    house?.clock.forward(leaseMs);
  };
  const running = (): ProcessHouse => {
    if (house === undefined) throw new Error('it never started');
    return house;
  };

  test(
    'in mid-registration, after the code was sent: the code is taken, by the card that stood there, and nothing is asked or sent again',
    async () => {
      const bjorn = new Person(running(), await running().account('unregistered'));
      await bjorn.say('registrera');
      await provePresentPassword(running(), bjorn);
      await bjorn.choose('text-message');
      await bjorn.type('070-174 06 31');
      const code = await newestCode(running(), '+46701740631');
      expect(code).toMatch(/^\d{6}$/u);

      await killed();
      await bjorn.type(code);
      expect(bjorn.prompt).toBe('register.choose');
      expect(bjorn.words).toContain('Sms till ...31 är sparat.');
      expect(await newestCode(running(), '+46701740631')).toBe('');
      // The step-up holds too.
      await registerByCode(running(), bjorn, 'email', 'bjorn.efter@example.org');
      await bjorn.choose('finish');
      expect(bjorn.words).toContain('Du kan återställa ditt eget lösenord.');
    },
    patienceMs,
  );

  test(
    'in mid-reset, between two gates and between the opened page and the password: both count, and the same browser sets it, once',
    async () => {
      const alma = new Person(running(), await running().account('registered'));
      await alma.say('jag har glömt mitt lösenord');
      await pass(running(), alma, 'text-message');
      const used = await newestCode(running(), alma.account.number ?? '');

      await killed();
      expect(alma.words).toContain('Steg 2 av 2');
      await askFor(alma, 'authenticator-app');
      await alma.type(used);
      expect(alma.words).toContain('Koden stämmer inte');
      await alma.type(await rightCode(running(), alma, 'authenticator-app'));
      expect(alma.prompt).toBe('reset.page');
      const tab = await openPage(running(), alma);

      await killed();
      await tab.submit({ password: newPassword, again: newPassword });
      expect(tab.words).toContain('Ditt nya lösenord är sparat');
      await alma.hear('sign-out.ask');
      expect(alma.words).toContain('ditt nya lösenord gäller nu');
      const said = running().connector.calls.filter(({ activity }) => JSON.stringify(activity).includes('ditt nya lösenord gäller nu'));
      expect(said).toHaveLength(1);
    },
    patienceMs,
  );
}

describe('killed with kill -9 and started again, on SQLite', () => stories(() => openProcessHouse()));

describeWith(redisServerPath, 'redis-server', 'killed with kill -9 and started again, on Redis', () => {
  stories(async () => {
    const redis = await startRedis();
    try {
      const house = await openProcessHouse(redis.url);
      return {
        ...house,
        async close() {
          await house.close();
          await redis.stop();
        },
      };
    } catch (fault) {
      await redis.stop();
      throw fault;
    }
  });
});
