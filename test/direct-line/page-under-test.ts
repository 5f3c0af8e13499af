import type { Activity } from '../../src/direct-line/activity.ts';
import { localChannelRoutes } from '../../src/direct-line/local-channel.ts';
import type { LocalDelivery } from '../../src/delivery/local-outbox.ts';
import type { DemoAccountShown } from '../../src/directory/demo-company.ts';
import { localPageRoutes } from '../../src/direct-line/local-routes.ts';
import type { BotAnswer } from '../../src/direct-line/to-bot.ts';
import { Sentences } from '../../src/locales/sentences.ts';
import { systemClock, systemRandom } from '../../src/security/system-ports.ts';
import type { Route } from '../../src/server/route.ts';
import { ScriptedBot } from './scripted-bot.ts';
import { serve, type Served } from './serve.ts';

const desk = '19:helpdesk@thread.tacv2';

const accounts: DemoAccountShown[] = [
  { id: 'alva', userId: 'alva.ek@fjallbyn.example', name: 'Alva Ek', story: 'unregistered', password: 'Skogsvinge-ny-4' },
  {
    id: 'bo',
    userId: 'bo.norberg@fjallbyn.example',
    name: 'Bo Norberg',
    story: 'registered',
    password: 'Isgren-blek-7',
    otpauth: 'otpauth://totp/Latchkey:bo?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Latchkey',
  },
  { id: 'ida', userId: 'ida.strand@fjallbyn.example', name: 'Ida Strand', story: 'no-password' },
  {
    id: 'sara',
    userId: 'sara.lind@fjallbyn.example',
    name: 'Sara Lind',
    story: 'agent',
    password: 'Rimfrost-ren-1',
    otpauth: 'otpauth://totp/Latchkey:sara?secret=MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK&issuer=Latchkey',
  },
  { id: 'tom', userId: 'tom.berg@fjallbyn.example', name: 'Tom Berg', story: 'agent', password: 'Tallkott-var-9' },
];

export interface PageUnderTest {
  readonly url: string;
  readonly bot: ScriptedBot;
  readonly outbox: LocalDelivery[];
  /** Everything that was brought to the bot, taken or not. */
  readonly posted: Activity[];
  /** Set, the bot does not take what is posted: it answers 500. */
  failing: boolean;
  /** What a restart does to the channel: it forgets every conversation. */
  forget(): void;
  stop(): Promise<void>;
}

/** The page of local mode over a scripted bot, on a port of its own. */
export async function startPage(): Promise<PageUnderTest> {
  const bot = new ScriptedBot(desk);
  const outbox: LocalDelivery[] = [];
  const sentences = new Sentences(() => ({}), 'Europe/Stockholm');
  const page = localPageRoutes({
    accounts: async () => accounts,
    outbox: async () => outbox,
    sentences,
    organisation: 'Fjällbyn AB',
    deskConversation: desk,
  });
  let channel: readonly Route[] = [];
  const served: Served = await serve(() => [...channel, ...page]);
  const toBot = async (activity: Activity): Promise<BotAnswer> => {
    underTest.posted.push(activity);
    return underTest.failing ? { status: 500, body: null } : bot.turn(activity);
  };
  const forget = (): void => {
    const parts = { publicUrl: served.url, tenant: 'tenant-1', deskConversation: desk, clock: systemClock, random: systemRandom, toBot };
    channel = localChannelRoutes(parts);
  };
  forget();
  const underTest: PageUnderTest = { url: served.url, bot, outbox, posted: [], failing: false, forget, stop: served.stop };
  return underTest;
}
