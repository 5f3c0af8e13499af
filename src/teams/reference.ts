import { z } from 'zod';
import type { Json } from '../ports.ts';

const party = z.object({ id: z.string(), name: z.string().optional() });
const shape = z.object({
  channelId: z.string(),
  serviceUrl: z.string(),
  conversation: z.string(),
  /** The bot, as this channel addresses it. */
  bot: party,
  /** The person last heard from; a channel's post is for nobody in particular. */
  user: z.string().nullable(),
});

/** Where an answer goes. To everybody but `teams` it is opaque JSON. */
export type Reference = z.infer<typeof shape>;

/** Reads a kept reference; null for one that is not of ours. */
export function readReference(kept: Json): Reference | null {
  const read = shape.safeParse(kept);
  return read.success ? read.data : null;
}

/** The reference of a conversation nobody was heard from yet: the helpdesk's, from the policy. */
export const referenceTo = (conversation: string, serviceUrl: string, appId: string | null): Reference => ({
  channelId: 'msteams',
  serviceUrl,
  conversation,
  // Teams' id of a bot is its app id with the prefix 28.
  bot: { id: appId === null ? 'latchkey' : `28:${appId}`, name: 'Latchkey' },
  user: null,
});
