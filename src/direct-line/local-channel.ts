import type { Clock, Random } from '../ports.ts';
import { Channel } from './channel.ts';
import { connectorPath, connectorRoutes } from './connector.ts';
import { Conversation, Conversations } from './conversations.ts';
import { directLineRoutes } from './endpoints.ts';
import type { Route } from '../server/route.ts';
import { toBotOverHttp, type ToBot } from './to-bot.ts';

/** What local mode's channel is built from. */
export interface LocalChannelParts {
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** The one tenant of the demo company. */
  readonly tenant: string;
  /** The helpdesk's conversation: it is always there. */
  readonly deskConversation: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Left out: `POST <publicUrl>/api/messages`. */
  readonly toBot?: ToBot;
}

/** Both sides of local mode's own channel: what a chat client calls, and what the bot answers to. Never built in production. */
export function localChannelRoutes(parts: LocalChannelParts): readonly Route[] {
  const { publicUrl, tenant, clock, random } = parts;
  const conversations = new Conversations([new Conversation(parts.deskConversation, 'channel')]);
  const toBot = parts.toBot ?? toBotOverHttp(`${publicUrl}/api/messages`);
  const channel = new Channel({ toBot, serviceUrl: `${publicUrl}${connectorPath}`, tenant, clock, random });
  return [...directLineRoutes(conversations, channel, random), ...connectorRoutes(conversations, clock, random)];
}
