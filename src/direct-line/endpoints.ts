import type { Json, Random } from '../ports.ts';
import { newId } from '../security/ids.ts';
import { asMember, opening, postedActivity, type Activity } from './activity.ts';
import type { Channel } from './channel.ts';
import type { Conversation, Conversations } from './conversations.ts';
import { jsonResponse, type PlainRequest, type PlainResponse, type Route } from '../server/route.ts';

/** Seconds, as Direct Line issues them; ours do not run out, since in local mode they guard nothing. */
const tokenSeconds = 1800;

/**
 * The side of Direct Line 3.0 that a chat client speaks to, by polling (no `streamUrl`), after
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-direct-line-3-0-api-reference. Beyond what is published: an
 * activity posted with `channelData.clientActivityID` has that id, an `invoke` is answered with the bot's `status` and `body`, and an
 * activity that changed comes again with its id. For local mode only: any client on loopback is believed (I1).
 */
export function directLineRoutes(conversations: Conversations, channel: Channel, random: Random): readonly Route[] {
  const withConversation =
    (act: (conversation: Conversation, request: PlainRequest) => Promise<PlainResponse> | PlainResponse) => (request: PlainRequest) => {
      const conversation = conversations.find(request.params['conversationId'] ?? '');
      return conversation === null
        ? refusal(404, 'ConversationNotFound', 'There is no such conversation; begin a new one.')
        : act(conversation, request);
    };
  const base = '/v3/directline';
  const one = `${base}/conversations/:conversationId`;
  return [
    { method: 'POST', path: `${base}/tokens/generate`, handle: () => jsonResponse(200, ticket(newId(random))) },
    {
      method: 'POST',
      path: `${base}/tokens/refresh`,
      handle(request) {
        const id = namedByToken(request);
        return id === null
          ? refusal(403, 'BadArgument', 'The token to refresh goes into the Authorization header.')
          : jsonResponse(200, ticket(id));
      },
    },
    {
      method: 'POST',
      path: `${base}/conversations`,
      async handle(request) {
        const read = opening.safeParse(request.body ?? {});
        if (!read.success) return refusal(400, 'BadArgument', 'The user needs an id.');
        const id = namedByToken(request) ?? newId(random);
        if (conversations.find(id) !== null) return jsonResponse(200, ticket(id));
        const conversation = conversations.begin(id);
        if (read.data.user !== undefined) await channel.greet(conversation, asMember(read.data.user), read.data.locale ?? null);
        return jsonResponse(201, ticket(id));
      },
    },
    { method: 'GET', path: one, handle: withConversation((conversation) => jsonResponse(200, ticket(conversation.id))) },
    {
      method: 'GET',
      path: `${one}/activities`,
      handle: withConversation((conversation, request) => {
        const watermark = request.query['watermark'] ?? '';
        if (!/^\d{0,15}$/.test(watermark)) return refusal(400, 'BadArgument', 'The watermark is not one of ours.');
        return jsonResponse(200, seen(conversation.since(Number(watermark))));
      }),
    },
    {
      method: 'POST',
      path: `${one}/activities`,
      handle: withConversation(async (conversation, request) => {
        const read = postedActivity.safeParse(request.body);
        if (!read.success) return refusal(400, 'BadArgument', 'An activity needs a type and a from.id.');
        const posted = await channel.post(conversation, read.data);
        if (!posted.ok) return refusal(502, 'BotError', 'The bot did not take the activity; post it again with the same clientActivityID.');
        return jsonResponse(
          200,
          read.data.type === 'invoke' ? { id: posted.id, status: posted.answer.status, body: posted.answer.body } : { id: posted.id },
        );
      }),
    },
  ];
}

/** The token names its conversation and guards nothing. */
const ticket = (conversationId: string): Json => ({ conversationId, token: `local.${conversationId}`, expires_in: tokenSeconds });

const namedByToken = (request: PlainRequest): string | null =>
  /^Bearer local\.([A-Za-z0-9_-]{22})$/.exec(request.headers['authorization'] ?? '')?.[1] ?? null;

const seen = (found: { readonly activities: readonly Activity[]; readonly watermark: string }): Json => ({
  // JSON has no undefined: what an activity lacks is left out when it is written.
  activities: found.activities.map((activity) => activity as { readonly [field: string]: Json }),
  watermark: found.watermark,
});

const refusal = (status: number, code: string, message: string): PlainResponse => jsonResponse(status, { error: { code, message } });
