import type { ServiceClientCredentialsFactory } from 'botframework-connector';
import type { Config } from '../config/config.ts';
import type { Visit } from '../conversation/port.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Clock, Json, Random } from '../ports.ts';
import type { Log } from '../server/log.ts';
import type { Metrics } from '../server/metrics.ts';
import type { PlainResponse, Route } from '../server/route.ts';
import { TeamsAdapter } from './adapter.ts';
import { credentialsOf, StrictAuth } from './authentication.ts';
import { botToken, type BotToken } from './bot-token.ts';
import { Cards } from './cards.ts';
import { Connector, type FrontDoorSink } from './connector.ts';
import { TeamsCourier } from './courier.ts';
import type { TeamsLogic } from './port.ts';
import { referenceTo } from './reference.ts';
import { userIdInRoster } from './roster.ts';
import { trustOf } from './service-url.ts';
import type { VisitSaid } from './visit-activity.ts';

export interface TeamsPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
  readonly metrics: Metrics;
  /**
   * For a caller with servers of its own in place of Microsoft's; code alone can give these, no setting does. `serviceHosts` are `host:port`
   * of connectors that are trusted over http.
   */
  readonly microsoft?: {
    readonly openIdMetadata?: string;
    readonly serviceHosts?: readonly string[];
    readonly credentials?: ServiceClientCredentialsFactory;
    readonly token?: BotToken;
  };
}

export interface Teams {
  /** `POST /api/messages`. */
  readonly route: Route;
  readonly courier: TeamsCourier;
  /** The helpdesk's conversation, as the policy names it: where case cards are posted. */
  readonly desk: Json;
  /** The second conversation, for what the first did not settle; null where the policy names none. */
  readonly second: Json | null;
  /** Takes what a visitor said at the front door. */
  visit(visit: Visit, said: VisitSaid): Promise<PlainResponse>;
  /** A person's user ID as Teams has it; null for guests and strangers. @throws LatchkeyError when Teams does not say */
  userIdOf(person: Parameters<typeof userIdInRoster>[1]): Promise<string | null>;
  /** Resolves when the running turns and sends have ended. */
  close(): Promise<void>;
}

/**
 * The boundary to Teams, put together.
 * @param rooms.logic makes what turns are handed to, and is given the courier that its answers go by
 * @throws LatchkeyError `latchkey_teams_no_credentials` in production without an app id
 */
export function createTeams(rooms: {
  config: Config;
  sentences: Sentences;
  ports: TeamsPorts;
  /** Where the front door's conversations are; null where there is none. */
  frontDoor: FrontDoorSink | null;
  logic: (courier: TeamsCourier) => TeamsLogic;
}): Teams {
  const { config, sentences, ports, frontDoor } = rooms;
  const { clock, random, log, metrics, microsoft } = ports;
  const trusts = trustOf(config.mode, microsoft?.serviceHosts);
  const credentials = microsoft?.credentials ?? credentialsOf(config.bot);
  const authentication = new StrictAuth({ config, trusts, clock, credentials, openIdMetadata: microsoft?.openIdMetadata });
  const token = config.bot === null ? null : (microsoft?.token ?? botToken(credentials, config.bot.appId));
  const { contacts, links, desk } = config.policy;
  const inTeams = (conversation: string): Json => referenceTo(conversation, contacts.desk.serviceUrl, config.bot?.appId ?? null);
  const cards = new Cards(sentences, [contacts.it.link, ...Object.values(links)]);
  const connector = new Connector({ ...ports, trusts, token, frontDoor });
  const courier = new TeamsCourier(connector, cards);
  const adapter = new TeamsAdapter(authentication, {
    config,
    logic: rooms.logic(courier),
    courier,
    cards,
    sentences,
    clock,
    random,
    log,
    metrics,
  });
  return {
    route: { method: 'POST', path: '/api/messages', handle: (request) => adapter.handle(request) },
    courier,
    visit: async (visit, said) => adapter.visit(visit, said),
    userIdOf: async (person) => userIdInRoster(connector, person),
    desk: inTeams(contacts.desk.conversation),
    second: desk.secondRoute === 'none' ? null : inTeams(desk.secondRoute),
    async close() {
      await adapter.idle();
      await courier.idle();
    },
  };
}
