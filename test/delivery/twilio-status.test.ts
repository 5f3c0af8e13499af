import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { statusAddress } from '../../src/delivery/sending-names.ts';
import { messageStatusRoute } from '../../src/delivery/twilio-status.ts';
import { Keys } from '../../src/security/keys.ts';
import { systemClock, systemRandom } from '../../src/security/system-ports.ts';
import { createLog } from '../../src/server/log.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { createServer, type Server } from '../../src/server/server.ts';
import { tellStatus } from './twilio-stand-in.ts';

const publicUrl = 'https://it.example.org/latchkey';
const authToken = 'token-of-the-test';
const sending = { what: 'challenge', account: 'a0000000-0000-4000-8000-000000000001', id: 'the-challenge' } as const;
const keysOf = (...bytes: readonly number[]) =>
  new Keys(
    bytes.map((byte) => ({ name: `k_${byte}`, bytes: Buffer.alloc(32, byte) })),
    systemRandom,
  );

let server: Server;
let over: { publicUrl: string; url: string; authToken: string };
let told: unknown[];

beforeEach(async () => {
  told = [];
  const route = messageStatusRoute({ publicUrl, authToken }, keysOf(2, 1), async (what) => void told.push(what));
  server = createServer({
    config: { mode: 'production', host: '127.0.0.1', port: 0, publicUrl },
    routes: [route],
    ready: async () => [],
    clock: systemClock,
    random: systemRandom,
    log: createLog('silent', systemClock),
    metrics: createMetrics(),
  });
  over = { publicUrl, authToken, url: `http://127.0.0.1:${await server.listen()}` };
});
afterEach(() => server.close());

test.each([
  ['undelivered', 30_003, false],
  ['undelivered', 30_005, true],
  ['undelivered', 30_006, false],
  ['undelivered', 30_007, false],
  ['undelivered', 30_008, false],
  ['failed', 30_450, false],
  ['failed', undefined, false],
] as const)('%s with %s is told, and whether the number is dead: %s', async (status, code, isNumberDead) => {
  expect(await tellStatus(over, statusAddress(publicUrl, keysOf(2), sending), status, code)).toBe(204);
  expect(told).toEqual([{ sending, code: code ?? null, isNumberDead }]);
});

test.each(['accepted', 'scheduled', 'queued', 'sending', 'sent', 'delivered', 'read', 'canceled', 'something new'])(
  '%s means nothing to anybody',
  async (status) => {
    expect(await tellStatus(over, statusAddress(publicUrl, keysOf(2), sending), status, 30_005)).toBe(204);
    expect(told).toEqual([]);
  },
);

test('R41: the address says nothing of the account, and is another one each time', () => {
  const [one, other] = [1, 2].map(() => statusAddress(publicUrl, keysOf(2), sending));
  expect(one).not.toBe(other);
  expect(one).not.toMatch(/a0000000|challenge|%/);
  expect(Buffer.from(one?.split('.').at(-1) ?? '', 'base64url').toString('latin1')).not.toMatch(/a0000000|challenge/);
});

test('R34: a name that was not given here is told nobody, and answered alike; one from before a rotation of keys is known', async () => {
  const address = statusAddress(publicUrl, keysOf(2), sending);
  const changed = `${address.slice(0, -4)}AAAA`;
  const strange = ['nobody', 'k_2.', 'k_2.AAAA', 'k_9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '..', 'a'.repeat(400)];
  const foreign = [changed, statusAddress(publicUrl, keysOf(3), sending), ...strange.map((name) => `${publicUrl}/twilio/message/${name}`)];
  for (const each of foreign) expect(await tellStatus(over, each, 'undelivered', 30_005)).toBe(each.endsWith('/..') ? 404 : 204);
  expect(told).toEqual([]);
  expect(await tellStatus(over, statusAddress(publicUrl, keysOf(1), sending), 'undelivered', 30_003)).toBe(204);
  expect(told).toHaveLength(1);
});

test('R34: unsigned or signed by somebody else it is 403, and nobody is told', async () => {
  const address = statusAddress(publicUrl, keysOf(2), sending);
  expect(await tellStatus({ ...over, authToken: 'a guess' }, address, 'undelivered', 30_005)).toBe(403);
  const bare = await fetch(address.replace(publicUrl, over.url), {
    method: 'POST',
    body: new URLSearchParams({ MessageStatus: 'failed' }),
  });
  expect(bare.status).toBe(403);
  expect(told).toEqual([]);
});
