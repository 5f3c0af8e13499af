import type { Config } from '../../src/config/config.ts';
import type { Answer, Input, Spent } from '../../src/conversation/port.ts';
import { Sentences } from '../../src/locales/sentences.ts';
import { systemClock, systemRandom } from '../../src/security/system-ports.ts';
import { createLog } from '../../src/server/log.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { createServer, type Server } from '../../src/server/server.ts';
import { createTeams, type Teams, type TeamsPorts } from '../../src/teams/create-teams.ts';
import type { CaseClick, CaseOutcome } from '../../src/teams/port.ts';

export const tenant = '8d5a4b1e-0000-4000-8000-0000000000aa';
export const appId = '11111111-2222-4333-8444-555555555555';
export const anna = '00000000-0000-4000-8000-000000000001';

/** IT's facts, as the sentences use them. */
export const sentences = new Sentences(() => ({ itName: 'IT-service', itPhone: '+46 8 123 45', itHours: '8–17' }), 'Europe/Stockholm');

/** As much of a configuration as the Teams boundary reads. */
export const configFor = (mode: 'local' | 'production'): Config =>
  ({
    mode,
    host: '127.0.0.1',
    port: 0,
    publicUrl: mode === 'local' ? 'http://localhost:3978' : 'https://latchkey.example.com',
    bot: mode === 'local' ? null : { appId, password: 'a password of the bot', type: 'SingleTenant', tenantId: tenant },
    policy: {
      organisation: { tenants: [tenant] },
      contacts: {
        it: { link: 'https://it.example.com/help' },
        desk: { conversation: '19:desk@thread.tacv2', serviceUrl: 'https://smba.trafficmanager.net/emea/', language: 'sv' },
      },
      desk: { secondRoute: 'none' },
      links: { securityInfo: 'https://mysignins.example.com/security-info' },
    },
  }) as unknown as Config;

const toClose: { close(): Promise<void> }[] = [];

/** Has a server closed at the end of the test file, however its tests end. */
export function opened<T extends { close(): Promise<void> }>(server: T): T {
  toClose.unshift(server);
  return server;
}

export async function closeAll(): Promise<void> {
  for (const server of toClose.splice(0)) await server.close();
}

/** What the logic makes of an input: the answer is sent as the runner does. */
interface Outcome {
  readonly spent: Spent | null;
  readonly answer: Answer | null;
}

export interface House {
  readonly url: string;
  readonly teams: Teams;
  readonly inputs: Input[];
  readonly clicks: CaseClick[];
  readonly logLines: string[];
  /** What the logic says next; changed by a test at any time. */
  say: { turn: (input: Input) => Outcome | Promise<Outcome>; act: (click: CaseClick) => CaseOutcome | Promise<CaseOutcome> };
  post(activity: unknown, headers?: Readonly<Record<string, string>>): Promise<{ status: number; text: string }>;
  close(): Promise<void>;
}

/** The Teams boundary behind the real server, on a free loopback port; the logic records what it is given. */
export async function openHouse(
  mode: 'local' | 'production',
  microsoft: TeamsPorts['microsoft'] = {},
  changes: Partial<TeamsPorts> = {},
): Promise<House> {
  const inputs: Input[] = [];
  const clicks: CaseClick[] = [];
  const logLines: string[] = [];
  const say: House['say'] = { turn: () => ({ spent: null, answer: null }), act: () => ({ card: null, text: null }) };
  const config = configFor(mode);
  const log = createLog('info', systemClock, { write: (line: string) => void logLines.push(line) });
  const ports: TeamsPorts = {
    clock: systemClock,
    random: systemRandom,
    fetch: globalThis.fetch,
    log,
    metrics: createMetrics(),
    microsoft,
    ...changes,
  };
  const teams = createTeams({
    config,
    sentences,
    ports,
    frontDoor: null,
    logic: (courier) => ({
      turn: async (input) => {
        inputs.push(input);
        const { spent, answer } = await say.turn(input);
        if (answer !== null) await courier.send(input.reference, answer);
        return spent;
      },
      deskWords: async () => null,
      caseAct: async (click) => {
        clicks.push(click);
        return say.act(click);
      },
    }),
  });
  const server: Server = createServer({ config, routes: [teams.route], ready: async () => [], ...ports });
  const url = `http://127.0.0.1:${await server.listen()}`;
  return opened({
    url,
    teams,
    inputs,
    clicks,
    logLines,
    say,
    async post(activity, headers = {}) {
      const response = await fetch(`${url}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof activity === 'string' ? activity : JSON.stringify(activity),
      });
      return { status: response.status, text: await response.text() };
    },
    async close() {
      await server.close();
      await teams.close();
    },
  });
}

/** A message as Teams sends it; `changes` go over it, `undefined` leaves a field out. */
export const message = (serviceUrl: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  type: 'message',
  id: 'f:1',
  channelId: 'msteams',
  serviceUrl,
  text: 'hej',
  textFormat: 'plain',
  locale: 'sv-SE',
  from: { id: '29:anna', name: 'Anna Ek', aadObjectId: anna },
  recipient: { id: `28:${appId}`, name: 'Latchkey' },
  conversation: { id: 'a:personal-1', conversationType: 'personal', tenantId: tenant },
  channelData: { tenant: { id: tenant } },
  ...changes,
});
