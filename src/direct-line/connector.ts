import type { Clock, Json, Random } from '../ports.ts';
import { newId } from '../security/ids.ts';
import { bot, botActivity, plainJson, type Activity, type Member } from './activity.ts';
import type { Conversation, Conversations } from './conversations.ts';
import { jsonResponse, type PlainRequest, type PlainResponse, type Route } from '../server/route.ts';

/** Where the bot answers, below PUBLIC_URL: the `serviceUrl` of every activity of ours. */
export const connectorPath = '/direct-line';

/** The side that the bot speaks to: Bot Framework's connector, as much of it as a bot needs to answer, change, take back and look who is there. */
export function connectorRoutes(conversations: Conversations, clock: Clock, random: Random): readonly Route[] {
  const withConversation =
    (act: (conversation: Conversation, request: PlainRequest) => PlainResponse) =>
    (request: PlainRequest): PlainResponse => {
      const conversation = conversations.find(request.params['conversationId'] ?? '');
      return conversation === null ? gone('ConversationNotFound', 'There is no such conversation.') : act(conversation, request);
    };
  const stamped = (conversation: Conversation, request: PlainRequest, id: string): Activity | null => {
    const read = botActivity.safeParse(request.body);
    if (!read.success) return null;
    return {
      ...plainJson(read.data),
      type: read.data.type,
      id,
      timestamp: new Date(clock.now()).toISOString(),
      channelId: 'directline',
      from: { ...bot, role: 'bot' },
      conversation: { id: conversation.id },
    };
  };
  const record = withConversation((conversation, request) => {
    const activity = stamped(conversation, request, newId(random));
    if (activity === null) return jsonResponse(400, error('BadSyntax', 'An activity needs a type.'));
    conversation.put(activity);
    return jsonResponse(201, { id: activity.id });
  });
  const one = `${connectorPath}/v3/conversations/:conversationId`;
  return [
    { method: 'POST', path: `${one}/activities`, handle: record },
    // The activity answered may be one that never stood in the conversation (a pressed button), so it is not looked up.
    { method: 'POST', path: `${one}/activities/:activityId`, handle: record },
    {
      method: 'PUT',
      path: `${one}/activities/:activityId`,
      // One we do not know is from before a restart: a page that still shows it replaces it, so it is taken as it is.
      handle: withConversation((conversation, request) => {
        const activity = stamped(conversation, request, request.params['activityId'] ?? '');
        if (activity === null) return jsonResponse(400, error('BadSyntax', 'An activity needs a type.'));
        conversation.put(activity);
        return jsonResponse(200, { id: activity.id });
      }),
    },
    {
      method: 'DELETE',
      path: `${one}/activities/:activityId`,
      handle: withConversation((conversation, request) => {
        const id = request.params['activityId'] ?? '';
        if (conversation.find(id) === null) return gone('ActivityNotFound', 'There is no such activity.');
        conversation.put({ type: 'messageDelete', id, from: { ...bot, role: 'bot' } });
        return jsonResponse(200, {});
      }),
    },
    {
      method: 'GET',
      path: `${one}/members`,
      handle: withConversation((conversation) => jsonResponse(200, conversation.members.map(asJson))),
    },
    {
      method: 'GET',
      path: `${one}/members/:memberId`,
      handle: withConversation((conversation, request) => {
        const member = conversation.members.find(({ id }) => id === request.params['memberId']);
        return member === undefined ? gone('MemberNotFoundInConversation', 'Nobody here has that id.') : jsonResponse(200, asJson(member));
      }),
    },
  ];
}

const asJson = (member: Member): Json => ({ ...member, objectId: member.aadObjectId });

const error = (code: string, message: string): Json => ({ error: { code, message } });

const gone = (code: string, message: string): PlainResponse => jsonResponse(404, error(code, message));
