import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportAudit } from '../../src/security/audit-export.ts';
import { verifyAudit } from '../../src/security/audit-verify.ts';
import { openRedis } from '../../src/store/redis.ts';
import { redisServerPath, startRedis, type RedisServer } from '../servers/redis.ts';
import { describeWith } from '../servers/require.ts';
import { Desk } from './desk.ts';
import { openHouse, type House, type Scene } from './house.ts';
import { Person } from './person.ts';
import { askFor, pass, provePresentPassword, registerApp, registerByCode, rightCode, setPassword, signsIn } from './steps.ts';

const newPassword = 'Odon på heden 2026';

describeWith(redisServerPath, 'redis-server', 'two instances on one Redis', () => {
  let redis: RedisServer;
  let one: House;
  let other: House;
  /** Every request goes to the instance that did not get the one before. */
  let shared: Scene;
  beforeAll(async () => {
    redis = await startRedis();
    one = await openHouse({ store: await openRedis({ url: redis.url }) });
    other = await openHouse({ store: await openRedis({ url: redis.url }), beside: one });
    let turn = 0;
    shared = {
      ...one,
      get url() {
        turn += 1;
        return turn % 2 === 0 ? one.url : other.url;
      },
      outbox: async () => [...(await one.outbox()), ...(await other.outbox())].sort((a, b) => a.at.localeCompare(b.at)),
    };
  });
  afterAll(async () => {
    await other.close();
    await one.close();
    await other.store.close();
    await one.store.close();
    await redis.stop();
  });

  /** What was decided of an account, oldest first. */
  async function decided(account: string): Promise<readonly string[]> {
    const lines: string[] = [];
    for await (const line of exportAudit(one.store, one.seals, 0)) lines.push(line);
    return lines
      .map((line) => JSON.parse(line) as { account: string; act: string; verdict: string; reason: string })
      .filter((entry) => entry.account === account)
      .map(({ act, verdict, reason }) => `${act} ${verdict} ${reason}`);
  }

  test('take turns on one stack: registration, reset and case, without losing or doubling a step', async () => {
    const bjorn = new Person(shared, await one.hire('unregistered'));
    await bjorn.say('registrera');
    await provePresentPassword({ ...shared, config: other.config }, bjorn);
    await registerByCode(shared, bjorn, 'text-message', '070-174 06 21', '+46701740621');
    await registerApp(shared, bjorn);
    await bjorn.choose('finish');
    expect(bjorn.words).toContain('Klart. Du kan återställa ditt eget lösenord.');
    const stored = (await decided(bjorn.account.id)).filter((entry) => entry.startsWith('methods.store allowed'));
    expect(stored).toHaveLength(2);

    const alma = new Person(shared, await one.hire('registered'));
    await alma.say('jag har glömt mitt lösenord');
    await pass(shared, alma, 'authenticator-app');
    await pass(shared, alma, 'text-message');
    // Opened by one instance; read and filled in at the other.
    await setPassword({ ...shared, config: other.config }, alma, newPassword);
    expect(await signsIn(one, alma, newPassword)).toBe(true);

    const cecilia = new Person(shared, await one.hire('not-enabled'));
    await cecilia.say('jag har glömt mitt lösenord');
    await cecilia.choose('contact');
    const number = /LK-\d+/u.exec(cecilia.words)?.[0] ?? '';
    const desk = new Desk(other);
    const card = await desk.card(number);
    await desk.hasIt(cecilia.account);
    const posts = one.connector.calls.filter(
      ({ method, activity }) => method === 'POST' && JSON.stringify(activity).includes(`Ärende ${number}`),
    );
    expect(posts).toHaveLength(1);
    await desk.does(card, await one.account('agent'), 'claim', 'resolve');
    await cecilia.hearOf(`ditt ärende ${number} som löst`);
    expect((await verifyAudit(one.store, one.seals)).faults).toEqual([]);
  });

  test('the same activity, brought to both at once: it is weighed once', async () => {
    const person = new Person(shared, await one.hire('registered'));
    await person.say('jag har glömt mitt lösenord');
    await askFor(person, 'text-message');
    const code = await rightCode(shared, person, 'text-message');
    const answer = person.buttons().find((data) => data['choose'] === 'answer');
    const activity = {
      id: randomUUID(),
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { type: 'Action.Execute', verb: 'choose', data: { ...answer, answer: code } }, trigger: 'manual' },
    };
    const answers = await Promise.all([person.post(activity), person.post(activity), person.post(activity), person.post(activity)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await person.hearLast();
    expect(person.words).toContain('Steg 2 av 2');
    const checks = (await decided(person.account.id)).filter((entry) => entry.startsWith('methods.check-answer'));
    expect(checks).toEqual(['methods.check-answer allowed reset text-message right']);
    await pass(shared, person, 'authenticator-app');
    expect(person.prompt).toBe('reset.page');
  });
});
