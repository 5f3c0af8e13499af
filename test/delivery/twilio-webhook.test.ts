import { afterEach, describe, expect, test } from '@jest/globals';
import { twilioRoute } from '../../src/delivery/twilio-webhook.ts';
import { createLog } from '../../src/server/log.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { createServer, type Server } from '../../src/server/server.ts';
import { systemClock, systemRandom } from '../../src/security/system-ports.ts';
import { twilioSignature } from './twilio-signature.ts';

const authToken = '12345';
const open: Server[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A server behind a proxy: nobody outside knows its own host and port. */
async function start(publicUrl: string, path: string) {
  const heard: Record<string, string>[] = [];
  const forged: string[] = [];
  const route = twilioRoute({ publicUrl, authToken, onForged: (where) => forged.push(where) }, path, (form) => {
    heard.push(Object.fromEntries(form));
    return { status: 204 };
  });
  const server = createServer({
    config: { mode: 'production', host: '127.0.0.1', port: 0, publicUrl },
    routes: [route],
    ready: async () => [],
    clock: systemClock,
    random: systemRandom,
    log: createLog('silent', systemClock),
    metrics: createMetrics(),
  });
  open.push(server);
  const port = await server.listen();
  const post = async (target: string, fields: Readonly<Record<string, string>>, headers: Record<string, string>): Promise<number> =>
    (await fetch(`http://127.0.0.1:${port}${target}`, { method: 'POST', body: new URLSearchParams(fields), headers })).status;
  return { heard, forged, post, port };
}

describe('R34: a webhook of Twilio', () => {
  const fields = { CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234', From: '+14158675309', To: '+18005551212' };
  const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';

  test('a request as Twilio publishes it for its own libraries is proved, under the public address and with its query', async () => {
    const { heard, post } = await start('https://mycompany.com', '/myapp.php');
    expect(await post('/myapp.php?foo=1&bar=2', fields, { 'x-twilio-signature': signature })).toBe(204);
    expect(heard).toEqual([fields]);
  });

  test('the path of PUBLIC_URL is signed, though a proxy strips it; what the proxy calls the host is not looked at', async () => {
    const publicUrl = 'https://it.example.org/latchkey';
    const { heard, post } = await start(publicUrl, '/twilio/status/:id');
    const signed = twilioSignature(authToken, `${publicUrl}/twilio/status/p07-a.b`, fields);
    expect(await post('/twilio/status/p07-a.b', fields, { 'x-twilio-signature': signed, 'x-forwarded-host': 'elsewhere.example' })).toBe(
      204,
    );
    const behind = twilioSignature(authToken, 'https://it.example.org/twilio/status/p07-a.b', fields);
    expect(await post('/twilio/status/p07-a.b', fields, { 'x-twilio-signature': behind })).toBe(403);
    expect(heard).toHaveLength(1);
  });

  test('fields with other letters than ours are signed as they are', async () => {
    const { post } = await start('https://mycompany.com', '/myapp.php');
    const odd = { Body: 'Hej från åäö + 1&2', Empty: '', __proto: 'x' };
    const signed = twilioSignature(authToken, 'https://mycompany.com/myapp.php', odd);
    expect(await post('/myapp.php', odd, { 'x-twilio-signature': signed })).toBe(204);
  });

  test.each([
    ['no signature', '/myapp.php?foo=1&bar=2', fields, {}],
    ['an empty signature', '/myapp.php?foo=1&bar=2', fields, { 'x-twilio-signature': '' }],
    ['a signature that is none', '/myapp.php?foo=1&bar=2', fields, { 'x-twilio-signature': 'forged' }],
    ['a signature twice', '/myapp.php?foo=1&bar=2', fields, { 'x-twilio-signature': `${signature}, ${signature}` }],
    ['another query', '/myapp.php?foo=1&bar=3', fields, { 'x-twilio-signature': signature }],
    ['no query', '/myapp.php', fields, { 'x-twilio-signature': signature }],
    ['another field', '/myapp.php?foo=1&bar=2', { ...fields, Digits: '1235' }, { 'x-twilio-signature': signature }],
    ['one more field', '/myapp.php?foo=1&bar=2', { ...fields, More: '' }, { 'x-twilio-signature': signature }],
    [
      'the signature of another token',
      '/myapp.php?foo=1&bar=2',
      fields,
      { 'x-twilio-signature': twilioSignature('54321', 'https://mycompany.com/myapp.php?foo=1&bar=2', fields) },
    ],
    [
      'the signature of the host it came to',
      '/myapp.php',
      fields,
      { 'x-twilio-signature': twilioSignature(authToken, 'http://127.0.0.1/myapp.php', fields) },
    ],
  ] as const)('%s is 403, and nothing is done', async (_how, target, sent, headers) => {
    const { heard, forged, post } = await start('https://mycompany.com', '/myapp.php');
    expect(await post(target, sent, headers as Record<string, string>)).toBe(403);
    expect(heard).toEqual([]);
    expect(forged).toEqual(['/myapp.php']);
  });

  test('a body that is no form is 403', async () => {
    const { heard, port } = await start('https://mycompany.com', '/myapp.php');
    const signed = twilioSignature(authToken, 'https://mycompany.com/myapp.php', {});
    const response = await fetch(`http://127.0.0.1:${port}/myapp.php`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', 'x-twilio-signature': signed },
    });
    expect(response.status).toBe(403);
    expect(heard).toEqual([]);
  });
});
