import type { lookup } from 'node:dns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bringHook, type HookNeeds } from '../../src/desk/hook-call.ts';
import { provedId } from '../../src/desk/hook-signature.ts';
import { StillClock } from '../delivery/still-time.ts';
import { startReceiver, type Receiver } from '../servers/receiver.ts';

const secrets = [1, 2].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`);
const body = JSON.stringify({ type: 'case.new', data: { number: 'LK-1001' } });
const call = JSON.stringify({ hook: 'tickets', id: 'LK-1001.1.new', body });
const clock = new StillClock();

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const bring = (more: Partial<HookNeeds> = {}, url = receiver.url) =>
  bringHook({
    clock,
    policy: { hooks: { out: [{ name: 'tickets', url, tells: [] }], in: [] } },
    secrets: { tickets: secrets },
    isLocal: true,
    ...more,
  })(call);

test('an event arrives whole, and its signature is right under each secret', async () => {
  expect(await bring()).toEqual({ ok: true, providerId: null });
  const [got] = receiver.received;
  expect(got).toMatchObject({ path: '/cases', body });
  expect(got?.headers).toMatchObject({ 'content-type': 'application/json' });
  for (const secret of secrets) expect(provedId([secret], got?.headers ?? {}, got?.body ?? '', clock.now())).toBe('LK-1001.1.new');
});

test('a second try has the same id, and a signature of its own time', async () => {
  receiver.behave({ status: 500 });
  expect(await bring()).toMatchObject({ ok: false, reason: 'unavailable' });
  clock.forward(60_000);
  expect(await bring()).toMatchObject({ ok: true });
  const [first, second] = receiver.received;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature']);
  expect(provedId(secrets, second?.headers ?? {}, body, clock.now())).not.toBeNull();
});

describe('R42: what goes wrong is tried again', () => {
  test.each([400, 401, 403, 404, 408, 409, 429, 500, 502, 503])('%i', async (status) => {
    receiver.behave({ status });
    expect(await bring()).toMatchObject({ ok: false, reason: 'unavailable' });
  });

  test('no sooner than it asks for', async () => {
    receiver.behave({ status: 503, headers: { 'retry-after': '90' } });
    expect(await bring()).toEqual({ ok: false, reason: 'unavailable', retryAfterMs: 90_000 });
  });

  test('a connection that is cut, an answer that never comes, nobody there', async () => {
    receiver.behave('cut', 'hang');
    expect(await bring()).toEqual({ ok: false, reason: 'unavailable' });
    expect(await bring({ answerMs: 50 })).toEqual({ ok: false, reason: 'unavailable' });
    await receiver.close();
    expect(await bring()).toEqual({ ok: false, reason: 'unavailable' });
    receiver = await startReceiver();
  });

  test('410 says that nobody wants it any more: then not', async () => {
    receiver.behave({ status: 410 });
    expect(await bring()).toEqual({ ok: false, reason: 'rejected' });
  });
});

describe('it goes nowhere else', () => {
  test.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (status) => {
    const elsewhere = await startReceiver();
    receiver.behave({ status, headers: { location: elsewhere.url } });
    expect(await bring()).toMatchObject({ ok: false, reason: 'unavailable' });
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  test('a certificate that nobody signed gets nothing', async () => {
    const own = await startReceiver('own');
    expect(await bring({}, own.url)).toEqual({ ok: false, reason: 'unavailable' });
    expect(own.received).toEqual([]);
    await own.close();
  });

  test('in production: nothing over http, nothing to an address that is not public', async () => {
    for (const url of [receiver.url, 'https://127.0.0.1/x', 'https://[::1]/x', 'https://10.0.0.1/x', 'https://169.254.169.254/x'])
      expect(await bring({ isLocal: false }, url)).toEqual({ ok: false, reason: 'rejected' });
    expect(receiver.received).toEqual([]);
  });

  test('in production: nothing to a name that leads to this machine', async () => {
    const own = await startReceiver('own');
    let connections = 0;
    const resolve = ((_host: string, _options: object, done: (fault: null, all: unknown) => void) => {
      connections += 1;
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    }) as unknown as typeof lookup;
    const { port } = new URL(own.url);
    expect(await bring({ isLocal: false, lookup: resolve }, `https://tickets.example.org:${port}/cases`)).toEqual({
      ok: false,
      reason: 'unavailable',
    });
    expect([connections, own.received]).toEqual([1, []]);
    await own.close();
  });

  test('a hook that was taken out of the policy, or has no secret, gets nothing', async () => {
    expect(await bring({ policy: { hooks: { out: [], in: [] } } })).toEqual({ ok: false, reason: 'rejected' });
    expect(await bring({ secrets: {} })).toEqual({ ok: false, reason: 'rejected' });
    expect(receiver.received).toEqual([]);
  });
});
