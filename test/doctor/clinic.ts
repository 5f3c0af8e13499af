import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { SmtpDelivery } from '../../src/delivery/smtp.ts';
import { TwilioDelivery } from '../../src/delivery/twilio.ts';
import type { DoctorPorts } from '../../src/doctor/doctor.ts';
import { portsOf, runDoctor } from '../../src/doctor/doctor-cli.ts';
import { systemClock } from '../../src/security/system-ports.ts';
import { LoopbackTransport, startTwilio } from '../delivery/twilio-stand-in.ts';
import { startSmtp } from '../delivery/smtp-stand-in.ts';
import { startGraph } from '../servers/graph/graph.ts';

const publicUrl = 'https://latchkey.example.com';
export const smtpPassword = 'right horse';
export const twilioToken = 'a-token-of-twilio';

/** All that a production with Entra ID needs, each part well, on loopback. A test breaks what it is about. */
export async function openClinic() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-doctor-'));
  const graph = await startGraph();
  const smtp = await startSmtp({ user: 'latchkey' });
  const twilio = await startTwilio();
  const policyFile = join(folder, 'policy.yaml');
  const demo = readFileSync(new URL('../../src/config/demo-policy.yaml', import.meta.url), 'utf8');
  const writePolicy = (more = ''): void =>
    writeFileSync(policyFile, `${demo.replace('serviceUrl: here', 'serviceUrl: https://smba.trafficmanager.net/teams/')}\n${more}`);
  writePolicy();
  const environment: Record<string, string | undefined> = {
    DATA_DIR: join(folder, 'data'),
    POLICY_FILE: policyFile,
    SEAL_KEYS: `test:${randomBytes(32).toString('base64url')}`,
    PUBLIC_URL: publicUrl,
    SMTP_URL: `smtp://latchkey:${encodeURIComponent(smtpPassword)}@127.0.0.1:${smtp.port}`,
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: twilioToken,
    TWILIO_FROM: '+46701740600',
    MicrosoftAppId: '11111111-2222-4333-8444-555555555555',
    MicrosoftAppPassword: 'a password of the bot',
    MicrosoftAppTenantId: graph.tenant.id,
    DIRECTORY: 'entra',
    ENTRA_TENANT_ID: graph.tenant.id,
    ENTRA_CLIENT_ID: graph.clientId,
    ENTRA_CLIENT_SECRET: graph.secret,
  };
  const health = { status: 200, body: { status: 'ok' } as unknown };
  const days = { left: 60 };
  const portsFor = (config: Config): DoctorPorts => ({
    ...portsOf(config),
    fetch: async (input, init) =>
      new URL(input instanceof Request ? input.url : input).origin === publicUrl
        ? new Response(JSON.stringify(health.body), { status: health.status })
        : graph.fetch(input, init),
    certificateEnd: async () => Date.now() + days.left * 24 * 3_600_000 + 60_000,
    botToken: config.bot === null ? null : { read: async () => "the bot's own token" },
    delivery: {
      mail:
        config.mode === 'local'
          ? null
          : new SmtpDelivery({ url: config.smtpUrl ?? '', from: config.mailFrom, clock: systemClock, stepMs: 1000 }),
      twilio: config.twilio === null ? null : new TwilioDelivery(config.twilio, { transport: new LoopbackTransport(twilio.port) }),
    },
  });
  return {
    graph,
    smtp,
    twilio,
    environment,
    health,
    days,
    folder,
    writePolicy,
    /** Runs the command; `ports` says what is otherwise. */
    async run(args: readonly string[] = [], ports: Partial<DoctorPorts> = {}) {
      const written = { out: '', err: '' };
      const status = await runDoctor(args, {
        environment,
        ports: (config) => ({ ...portsFor(config), ...ports }),
        out: (text) => void (written.out += text),
        err: (text) => void (written.err += text),
      });
      return { status, ...written, row: (part: string) => rowOf(written.out, part) };
    },
    async close() {
      await Promise.all([graph.close(), smtp.close(), twilio.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Clinic = Awaited<ReturnType<typeof openClinic>>;

/** A part's row with its remedy. */
function rowOf(out: string, part: string): string {
  const lines = out.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`${part} `));
  if (at === -1) return '';
  const remedies = lines.slice(at + 1);
  const end = remedies.findIndex((line) => !line.startsWith(' '));
  return [lines[at], ...remedies.slice(0, end === -1 ? undefined : end)].join('\n').replaceAll(/ +/gu, ' ');
}

/** A server with TLS on loopback, with this key and certificate. */
export async function startTls(pem: { readonly key: string; readonly cert: string }) {
  const server = createTlsServer(pem, (_request, response) => response.end('{"status":"ok"}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => void sockets.add(socket));
  return {
    port: address.port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
