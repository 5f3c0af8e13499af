import { z } from 'zod';
import type { Json } from '../ports.ts';

/** An activity as a channel keeps it: Bot Framework's fields pass through unread but for these. */
export interface Activity {
  readonly [field: string]: Json | undefined;
  readonly type: string;
  readonly id: string;
}

/** Somebody who speaks in a conversation, with the id the directory knows them by. */
export interface Member {
  readonly id: string;
  readonly aadObjectId: string;
  readonly name: string;
}

/** How the bot is addressed by our channel. */
export const bot = { id: 'latchkey', name: 'Latchkey' } as const;

const member = z.object({
  id: z.string().min(1).max(256),
  aadObjectId: z.string().min(1).max(256).optional(),
  name: z.string().max(256).optional(),
});

/** What a chat client may post; everything that says where it came from is written over by us, as a channel does. */
export const postedActivity = z.looseObject({
  type: z.string().min(1).max(64),
  from: member,
  channelId: z
    .string()
    .regex(/^[a-z]{2,20}$/)
    .optional(),
  channelData: z.record(z.string(), z.json()).optional(),
});
export type PostedActivity = z.infer<typeof postedActivity>;

/** What the bot may post: anything with a type. */
export const botActivity = z.looseObject({ type: z.string().min(1).max(64) });

/** The body that opens a conversation: Direct Line's token parameters, of which only the user is read. */
export const opening = z.looseObject({ user: member.optional(), locale: z.string().max(35).optional() });

export const asMember = (said: z.infer<typeof member>): Member => ({
  id: said.id,
  aadObjectId: said.aadObjectId ?? said.id,
  name: said.name ?? said.id,
});

const clientActivityId = z.looseObject({ clientActivityID: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/) });

/**
 * The id the client gave its activity (`channelData.clientActivityID`, as Bot Framework's own clients spell it), or null. We make it the
 * activity's id, so that the same thing sent twice is the same thing to the bot, even when we were restarted in between.
 */
export function idOfClient(posted: PostedActivity): string | null {
  const read = clientActivityId.safeParse(posted.channelData);
  return read.success ? read.data.clientActivityID : null;
}

/** A parsed body as plain JSON: what zod checked came from `JSON.parse`, so nothing else can be in it. */
export const plainJson = (value: object): Record<string, Json> => JSON.parse(JSON.stringify(value)) as Record<string, Json>;
