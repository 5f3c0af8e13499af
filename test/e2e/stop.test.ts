import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { actOnStop, askToStop } from '../../src/desk/stop-acts.ts';
import { stopOfCard } from '../../src/desk/stop-card.ts';
import { stopMs, type StopGroup, type Stoppable } from '../../src/desk/stop-record.ts';
import { exportAudit } from '../../src/security/audit-export.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import { Sentences } from '../../src/locales/sentences.ts';
import { openRedis } from '../../src/store/redis.ts';
import { wordsOf } from '../servers/connector.ts';
import { redisServerPath, startRedis, type RedisServer } from '../servers/redis.ts';
import { describeWith } from '../servers/require.ts';
import { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, openPage, pass, signsIn } from './steps.ts';

/** Stops something as two agents do, on one instance's store; lifts it when it is told to. */
async function stopped(house: House, what: Stoppable, group: StopGroup | null = null): Promise<{ lift(): Promise<void> }> {
  const { store, clock, seals, config } = house;
  const needs = { store, clock, seals, random: systemRandom, policy: config.policy, sentences: new Sentences(() => ({}), 'UTC') };
  const [one, other] = ['nina', 'omar'].map((id) => ({ id, name: id, proof: `proof-${id}` }));
  if (one === undefined || other === undefined) throw new Error('no agents');
  const press = async (card: unknown, act: 'confirm' | 'ask-lift', by: typeof one): Promise<unknown> => {
    const data = (card as { actions: { data: { case: string; act: string; version: number } }[] }).actions[0]?.data;
    const acted = await actOnStop(needs, { stop: stopOfCard(data?.case) ?? '', act, version: data?.version ?? 0 }, by);
    if (acted?.ok !== true) throw new Error(`not done: ${acted?.reason}`);
    return acted.card;
  };
  const asked = await askToStop(needs, { what, group }, one);
  if (!asked.ok) throw new Error(asked.reason);
  const held = await press(asked.card, 'confirm', other);
  return { lift: async () => void (await press(await press(held, 'ask-lift', other), 'confirm', one)) };
}

const told = {
  sv: { reset: /Helpdesken har för säkerhets skull pausat återställningen av lösenord en stund/u, calm: /Det beror inte på dig/u },
  en: { reset: /The helpdesk has paused password resets for a while, as a precaution/u, calm: /nothing to do with you/u },
} as const;

describeWith(redisServerPath, 'redis-server', 'a stop, on two instances', () => {
  let redis: RedisServer;
  let one: House;
  let other: House;
  beforeAll(async () => {
    redis = await startRedis();
    one = await openHouse({ store: await openRedis({ url: redis.url }) });
    other = await openHouse({ store: await openRedis({ url: redis.url }), beside: one });
  });
  afterAll(async () => {
    await other.close();
    await one.close();
    await other.store.close();
    await one.store.close();
    await redis.stop();
  });

  test.each(['sv', 'en'] as const)(
    'R37: asked for on one, it holds on both at once, and says so in calm words in every chat (%s)',
    async (language) => {
      const { locale, forgot } = languages[language];
      const { lift } = await stopped(one, 'resets');
      for (const house of [one, other]) {
        const person = new Person(house, await one.hire('registered'), { locale });
        await person.say(forgot);
        expect(person.prompt).toBe('escalate.offer');
        expect(person.words).toMatch(told[language].reset);
        expect(person.words).toMatch(told[language].calm);
        await person.choose('contact');
        const number = /LK-\d+/u.exec(person.words)?.[0] ?? '';
        expect((await new Desk(one).card(number)).words).toContain('LK_STOPPED');
      }
      await lift();
      const person = new Person(other, await one.hire('registered'), { locale });
      await person.say(forgot);
      expect(person.prompt).toBe('verify.answer');
    },
  );

  test('R37: a page that was opened before a stop sets no password after it, and the chat says why', async () => {
    const person = new Person(one, await one.hire('registered'));
    await person.say(languages.sv.forgot);
    await pass(one, person, 'authenticator-app');
    await pass(one, person, 'text-message');
    expect(person.prompt).toBe('reset.page');
    const tab = await openPage(one, person);
    const { lift } = await stopped(other, 'resets');
    const password = 'Odon på heden 2027';
    await tab.submit({ password, again: password });
    await person.hearOf('för säkerhets skull pausat');
    expect(await signsIn(one, person, password)).toBe(false);
    expect(await signsIn(one, person, person.account.password ?? '')).toBe(true);
    await lift();
  });

  test('gates passed before a stop open no page after it', async () => {
    const person = new Person(one, await one.hire('registered'));
    await person.say(languages.sv.forgot);
    await pass(one, person, 'authenticator-app');
    const { lift } = await stopped(other, 'resets');
    await pass(one, person, 'text-message');
    expect(person.words).toMatch(told.sv.reset);
    expect(person.page().url).toBe('');
    await lift();
  });

  test('a stop of registration stops that alone; a stop of all stops unlocks too', async () => {
    const registration = await stopped(one, 'registration');
    const newcomer = new Person(other, await one.hire('unregistered'));
    await newcomer.say(languages.sv.register);
    expect(newcomer.words).toContain('pausat registreringen');
    const forgetful = new Person(other, await one.hire('registered'));
    await forgetful.say(languages.sv.forgot);
    expect(forgetful.prompt).toBe('verify.answer');
    await registration.lift();
    const all = await stopped(one, 'all');
    const locked = new Person(other, await one.hire('locked'));
    await locked.say(languages.sv.locked);
    expect(locked.words).toContain('pausat upplåsningen');
    await all.lift();
  });

  test('of a group, it stops its members alone', async () => {
    const { lift } = await stopped(one, 'resets', { name: 'Lager', group: 'fjallbyn-lager' });
    const member = new Person(other, await one.hire('registered', { account: { groups: ['fjallbyn-lager'] } }));
    const another = new Person(other, await one.hire('registered'));
    for (const person of [member, another]) await person.say(languages.sv.forgot);
    expect([member.prompt, another.prompt]).toEqual(['escalate.offer', 'verify.answer']);
    await lift();
  });

  test('it ends by itself after four hours', async () => {
    await stopped(one, 'resets');
    one.clock.forward(stopMs);
    const person = new Person(other, await one.hire('registered'));
    await person.say(languages.sv.forgot);
    expect(person.prompt).toBe('verify.answer');
  });
});

/** What an agent hears who has not proved themselves. */
const notProved = 'Det här kräver att du först bevisar vem du är';

describe('who may ask for one', () => {
  let house: House;
  let agent: DemoAccount;
  beforeAll(async () => {
    house = await openHouse();
    agent = await house.account('agent');
  });
  afterAll(() => house.close());

  /** Writes in a conversation, and reads what the bot answers there. */
  async function write(by: DemoAccount, text: string, conversation = house.config.policy.contacts.desk.conversation): Promise<string> {
    const from = house.connector.calls.length;
    await new Person(house, by).post({
      type: 'message',
      text,
      id: randomUUID(),
      conversation: { id: conversation, conversationType: 'channel', tenantId: house.config.policy.organisation.tenants[0] },
    });
    return wordsOf((await house.connector.waitFor((call) => call.conversation === conversation, from)).activity);
  }

  const audited = async (): Promise<readonly string[]> => {
    const lines: string[] = [];
    for await (const line of exportAudit(house.store, house.seals, 0)) lines.push(line);
    return lines
      .map((line) => JSON.parse(line) as { act: string; verdict: string; reason: string })
      .filter(({ act }) => act.startsWith('desk.stop'))
      .map(({ verdict, reason }) => `${verdict} ${reason}`);
  };

  test('I14: an agent who has not proved themselves stops nothing', async () => {
    expect(await write(agent, 'stoppa allt')).toContain(notProved);
    expect(await audited()).toEqual(['refused not-proved']);
  });

  test('I14: somebody else in the channel stops nothing', async () => {
    expect(await write(await house.account('registered'), 'stop all')).toContain('Bara helpdeskens handläggare');
  });

  test('I11: in another channel it is no command at all', async () => {
    expect(await write(agent, 'stop all', '19:lunch@thread.tacv2')).toContain('egen chatt');
  });

  test('a pressed card of no stop, or of one that is not there, does nothing', async () => {
    const desk = new Desk(house);
    expect(await desk.press({ case: 'stop-nothing', act: 'confirm', version: 1 }, agent)).toContain(notProved);
    expect(await desk.press({ case: 'stop-nothing', act: 'confirm', version: 1 }, await house.account('registered'))).toContain(
      'Bara helpdeskens handläggare',
    );
  });
});
