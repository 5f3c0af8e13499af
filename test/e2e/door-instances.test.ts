import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openRedis } from '../../src/store/redis.ts';
import { redisServerPath, startRedis, type RedisServer } from '../servers/redis.ts';
import { describeWith } from '../servers/require.ts';
import { BrowserTab } from './browser-tab.ts';
import { appCode, codeIn } from './codes.ts';
import { openHouse, type House } from './house.ts';
import { Visitor } from './visitor.ts';
import { until } from './wait.ts';

const password = 'Gröna-Älgar-Springer-7';
/** User IDs that may be named from one network address in an hour. */
const most = 5;

describeWith(redisServerPath, 'redis-server', 'the front door of two instances on one Redis', () => {
  let redis: RedisServer;
  let one: House;
  let other: House;
  beforeAll(async () => {
    redis = await startRedis();
    const policy: Parameters<typeof openHouse>[0] = {
      policy: (same) => ({ ...same, frontDoor: { ...same.frontDoor, answerAfterMs: 0, userIdsPerAddress: most, codesPerAddress: most } }),
    };
    one = await openHouse({ ...policy, store: await openRedis({ url: redis.url }) });
    other = await openHouse({ ...policy, store: await openRedis({ url: redis.url }), beside: one });
  });
  afterAll(async () => {
    await other.close();
    await one.close();
    await other.store.close();
    await one.store.close();
    await redis.stop();
  });

  /** A visitor whose every request goes to the instance that did not get the one before. */
  const between = (from: string): Visitor => {
    let turn = 0;
    class Between extends Visitor {
      override send(...[method, path, body, headers]: Parameters<Visitor['send']>): ReturnType<Visitor['send']> {
        turn += 1;
        const { url } = turn % 2 === 0 ? one : other;
        return super.send(method, `${url}${path}`, body, { ...headers, ...(method === 'POST' && { origin: url }) });
      }
    }
    return new Between(one, { from });
  };

  test('a conversation that began at one goes on at the other, to a new password', async () => {
    const account = await one.hire('registered');
    const visitor = await between('127.4.0.1').open();
    await visitor.type(account.userId);
    await visitor.choose('reset');
    await visitor.choose('authenticator-app');
    await visitor.type(await appCode(account.otpauth ?? '', one.clock.now()));
    await visitor.choose('text-message');
    await visitor.type(account.number ?? '');
    const outbox = async () => [...(await one.outbox()), ...(await other.outbox())];
    const code = await until(
      async () => (await outbox()).find(({ to }) => to === account.number),
      () => 'no code came',
    );
    await visitor.type(codeIn(code.text));
    expect(visitor.prompt).toBe('let-in.page');
    const tab = await new BrowserTab(other.url, other.config.publicUrl).holding(visitor.cookie).open(visitor.page);
    await tab.submit({ password, again: password });
    await visitor.hear('front-door.menu');
    expect(await one.directory.provePassword(account.id, password)).toEqual({ ok: true });
  });

  test('work that was spent at one is spent at the other', async () => {
    const visitor = await new Visitor(one, { from: '127.4.0.2' }).open();
    const work = await visitor.work();
    const path = `/start/v3/directline/conversations/${visitor.conversation}/activities`;
    const says = (id: string) => ({ type: 'message', text: 'hej', channelData: { clientActivityID: id.repeat(22) } });
    const post = async (house: House, id: string): Promise<number> =>
      (await visitor.send('POST', `${house.url}${path}`, says(id), { 'x-latchkey-work': work, origin: house.url })).status;
    expect(await post(one, 'a')).toBe(200);
    expect(await post(other, 'b')).toBe(403);
    expect(await post(other, 'a')).toBe(200);
  });

  test('user IDs, codes and conversations of one network address are counted together', async () => {
    const from = '127.4.0.3';
    const named: string[] = [];
    for (let n = 0; n <= most; n += 1) {
      const visitor = await new Visitor(n % 2 === 0 ? one : other, { from }).open();
      await visitor.type(`somebody-${n}@fjallbyn.example`);
      named.push(visitor.prompt);
    }
    expect(named).toEqual([...Array.from({ length: most }, () => 'front-door.menu'), 'front-door.user-id']);
    // Twice as many conversations as user IDs, in an hour.
    const begun: number[] = [];
    for (let n = named.length; n <= 2 * most; n += 1) {
      const visitor = new Visitor(n % 2 === 0 ? one : other, { from });
      const work = await visitor.work();
      begun.push((await visitor.send('POST', '/start/v3/directline/conversations', {}, { 'x-latchkey-work': work })).status);
    }
    expect(begun).toEqual([...Array.from({ length: most - 1 }, () => 201), 429]);

    const asks = await new Visitor(one, { from: '127.4.0.4' }).open();
    await asks.type('somebody@fjallbyn.example');
    await asks.choose('reset');
    const asked: string[] = [];
    for (let n = 0; n <= most; n += 1) {
      const visitor = n % 2 === 0 ? asks : await new Visitor(other, { from: '127.4.0.4' }).open();
      if (visitor !== asks) {
        await visitor.type(`somebody-else-${n}@fjallbyn.example`);
        await visitor.choose('reset');
      }
      await visitor.choose('text-message');
      await visitor.type(`+4670174065${n}`);
      asked.push(visitor.prompt);
      if (visitor === asks && visitor.prompt === 'verify-claim.answer') await visitor.choose('another');
    }
    expect(asked.slice(0, most)).toEqual(Array.from({ length: most }, () => 'verify-claim.answer'));
    expect(asked[most]).toBe('verify-claim.choose');
  });
});
