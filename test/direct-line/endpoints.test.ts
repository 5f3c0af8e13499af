import { describe, expect, test } from '@jest/globals';
import type { Activity } from '../../src/direct-line/activity.ts';
import type { Route } from '../../src/server/route.ts';
import { localChannelRoutes } from '../../src/direct-line/local-channel.ts';
import { toBotOverHttp, type BotAnswer } from '../../src/direct-line/to-bot.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import { call, read, serve } from './serve.ts';

const desk = '19:desk@thread.tacv2';
const alva = { id: 'account-alva', aadObjectId: 'account-alva', name: 'Alva Ek' };
const clientId = 'AAAAAAAAAAAAAAAAAAAAAA';
const clock = { now: () => Date.UTC(2026, 0, 5, 8), after: () => () => {} };

/** The channel with a bot that notes what it gets. */
function channelWith(toBot: (activity: Activity) => BotAnswer | Promise<BotAnswer> = () => ({ status: 200, body: null })) {
  const got: Activity[] = [];
  const routes = localChannelRoutes({
    publicUrl: 'http://localhost:3978',
    tenant: 'tenant-1',
    deskConversation: desk,
    clock,
    random: systemRandom,
    toBot: async (activity) => {
      got.push(activity);
      return toBot(activity);
    },
  });
  return { routes, got };
}

const begin = async (routes: readonly Route[], body: unknown = {}): Promise<string> =>
  read<{ conversationId: string }>(await call(routes, 'POST', '/v3/directline/conversations', body)).conversationId;

const poll = async (routes: readonly Route[], id: string, watermark = ''): Promise<{ activities: Activity[]; watermark: string }> =>
  read(await call(routes, 'GET', `/v3/directline/conversations/${encodeURIComponent(id)}/activities?watermark=${watermark}`));

const post = (routes: readonly Route[], id: string, activity: object) =>
  call(routes, 'POST', `/v3/directline/conversations/${encodeURIComponent(id)}/activities`, { from: alva, ...activity });

describe('Direct Line, the side of the chat client', () => {
  test('a conversation is begun with an id, a token and its seconds, and no streamUrl: polling', async () => {
    const { routes, got } = channelWith();
    const answer = await call(routes, 'POST', '/v3/directline/conversations');
    expect(answer.status).toBe(201);
    const begun = read<Record<string, unknown>>(answer);
    expect(Object.keys(begun).sort()).toEqual(['conversationId', 'expires_in', 'token']);
    expect(read(await call(routes, 'GET', `/v3/directline/conversations/${String(begun['conversationId'])}`))).toEqual(begun);
    expect(got).toEqual([]);
  });

  test('a token may be made first and names the conversation; refreshed, it names the same', async () => {
    const { routes } = channelWith();
    const ticket = read<{ conversationId: string; token: string }>(await call(routes, 'POST', '/v3/directline/tokens/generate'));
    const authorized = { authorization: `Bearer ${ticket.token}` };
    expect(read(await call(routes, 'POST', '/v3/directline/tokens/refresh', undefined, authorized))).toEqual(ticket);
    expect((await call(routes, 'POST', '/v3/directline/tokens/refresh')).status).toBe(403);
    expect((await call(routes, 'POST', '/v3/directline/conversations', undefined, authorized)).status).toBe(201);
    const again = await call(routes, 'POST', '/v3/directline/conversations', undefined, authorized);
    expect(again.status).toBe(200);
    expect(read(again)).toEqual(ticket);
  });

  test('the bot hears who opened the chat, so that it can speak first', async () => {
    const { routes, got } = channelWith();
    const id = await begin(routes, { user: alva, locale: 'sv-SE' });
    expect(got).toMatchObject([{ type: 'conversationUpdate', from: alva, conversation: { id }, locale: 'sv-SE' }]);
    expect(got[0]?.['membersAdded']).toContainEqual(alva);
  });

  test('the channel says where an activity came from, whatever the client claims', async () => {
    const { routes, got } = channelWith();
    const id = await begin(routes);
    const claims = {
      serviceUrl: 'https://elsewhere.example',
      conversation: { id: 'other' },
      recipient: { id: 'x' },
      timestamp: 'never',
      id: 'mine',
    };
    await post(routes, id, { type: 'message', text: 'hej', locale: 'sv-SE', channelData: { tenant: { id: 'foreign' } }, ...claims });
    expect(got).toMatchObject([
      {
        type: 'message',
        text: 'hej',
        locale: 'sv-SE',
        channelId: 'directline',
        timestamp: '2026-01-05T08:00:00.000Z',
        serviceUrl: 'http://localhost:3978/direct-line',
        from: alva,
        recipient: { id: 'latchkey', name: 'Latchkey' },
        conversation: { id, conversationType: 'personal', tenantId: 'tenant-1' },
        channelData: { tenant: { id: 'tenant-1' } },
      },
    ]);
    expect(got[0]?.id).not.toBe('mine');
  });

  test('what a person said stands in the conversation; a pressed button does not', async () => {
    const { routes } = channelWith(() => ({ status: 200, body: { statusCode: 200 } }));
    const id = await begin(routes);
    const { id: said } = read<{ id: string }>(await post(routes, id, { type: 'message', text: 'hej' }));
    await post(routes, id, { type: 'invoke', name: 'adaptiveCard/action', value: {} });
    expect((await poll(routes, id)).activities).toMatchObject([{ id: said, text: 'hej' }]);
  });

  test("an invoke is answered with the bot's status and body", async () => {
    const body = { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: { type: 'AdaptiveCard' } };
    const { routes } = channelWith(() => ({ status: 200, body }));
    const id = await begin(routes);
    expect(read(await post(routes, id, { type: 'invoke', name: 'adaptiveCard/action' }))).toEqual({
      id: expect.any(String),
      status: 200,
      body,
    });
    expect(read(await post(routes, id, { type: 'message', text: 'hej' }))).toEqual({ id: expect.any(String) });
  });

  test('the card an invoke is answered with takes the place of the one pressed, for whoever reads the conversation anew', async () => {
    const contentType = 'application/vnd.microsoft.card.adaptive';
    const spent = { type: 'AdaptiveCard', body: [] };
    const { routes } = channelWith(() => ({ status: 200, body: { statusCode: 200, type: contentType, value: spent } }));
    const id = await begin(routes);
    const card = { type: 'message', attachments: [{ contentType, content: { type: 'AdaptiveCard', actions: [{}] } }] };
    const { id: shown } = read<{ id: string }>(await call(routes, 'POST', `/direct-line/v3/conversations/${id}/activities`, card));
    await post(routes, id, { type: 'invoke', name: 'adaptiveCard/action', replyToId: shown });
    expect((await poll(routes, id)).activities).toMatchObject([{ id: shown, attachments: [{ contentType, content: spent }] }]);
  });

  test('the same client id twice is one activity to the bot; after a failure it goes out again under the same id', async () => {
    let status = 500;
    const { routes, got } = channelWith(() => ({ status, body: null }));
    const id = await begin(routes);
    const message = { type: 'message', text: 'hej', channelData: { clientActivityID: clientId } };
    expect((await post(routes, id, message)).status).toBe(502);
    status = 200;
    expect(read(await post(routes, id, message))).toEqual({ id: clientId });
    expect(read(await post(routes, id, message))).toEqual({ id: clientId });
    expect(got.map((activity) => activity.id)).toEqual([clientId, clientId]);
    expect((await poll(routes, id)).activities).toHaveLength(1);
  });

  test('two posts of one client id at once reach the bot once', async () => {
    let finish = (): void => {};
    const turn = new Promise<void>((resolve) => (finish = resolve));
    const { routes, got } = channelWith(() => turn.then(() => ({ status: 200, body: null })));
    const id = await begin(routes);
    const message = { type: 'message', text: 'hej', channelData: { clientActivityID: clientId } };
    const both = [post(routes, id, message), post(routes, id, message)];
    finish();
    expect((await Promise.all(both)).map(read)).toEqual([{ id: clientId }, { id: clientId }]);
    expect(got).toHaveLength(1);
  });

  test('a bot that cannot be reached is a 502, and what was said is kept', async () => {
    const { routes } = channelWith(() => Promise.reject(new Error('away')));
    const id = await begin(routes, { user: alva });
    const answer = await post(routes, id, { type: 'message', text: 'hej' });
    expect(answer.status).toBe(502);
    expect(read(answer)).toMatchObject({ error: { code: 'BotError' } });
    expect((await poll(routes, id)).activities).toMatchObject([{ text: 'hej' }]);
  });

  test.each([
    {},
    { type: 'message', from: {} },
    { type: '', from: alva },
    { type: 'message', from: alva, channelId: 'UPPER' },
    null,
    'text',
    [],
  ])('what is no activity is refused with 400: %j', async (body) => {
    const { routes, got } = channelWith();
    const id = await begin(routes);
    expect((await call(routes, 'POST', `/v3/directline/conversations/${id}/activities`, body)).status).toBe(400);
    expect(got).toEqual([]);
  });

  test('an unknown conversation is 404 at every endpoint, so that the client begins anew', async () => {
    const { routes } = channelWith();
    const none = '/v3/directline/conversations/none';
    const answers = [call(routes, 'GET', none), call(routes, 'GET', `${none}/activities`), call(routes, 'POST', `${none}/activities`, {})];
    for (const answer of await Promise.all(answers)) {
      expect(answer.status).toBe(404);
      expect(read(answer)).toMatchObject({ error: { code: 'ConversationNotFound' } });
    }
  });

  test('a watermark of somebody else is refused with 400', async () => {
    const { routes } = channelWith();
    const id = await begin(routes);
    expect((await call(routes, 'GET', `/v3/directline/conversations/${id}/activities?watermark=x%7C1`)).status).toBe(400);
  });
});

describe('the connector, the side of the bot', () => {
  const at = (id: string): string => `/direct-line/v3/conversations/${encodeURIComponent(id)}`;

  test('an answer reaches the poller once, by its watermark', async () => {
    const { routes } = channelWith();
    const id = await begin(routes);
    const { id: first } = read<{ id: string }>(await call(routes, 'POST', `${at(id)}/activities`, { type: 'message', text: 'one' }));
    const { id: second } = read<{ id: string }>(
      await call(routes, 'POST', `${at(id)}/activities/some-button`, { type: 'message', text: 'two' }),
    );
    const seen = await poll(routes, id);
    expect(seen.activities.map((activity) => activity.id)).toEqual([first, second]);
    expect(seen.activities[0]).toMatchObject({ text: 'one', from: { id: 'latchkey', role: 'bot' }, conversation: { id } });
    expect(await poll(routes, id, seen.watermark)).toEqual({ activities: [], watermark: seen.watermark });
  });

  test('an updated activity comes again with its id; who reads from the start sees it once, where it stood', async () => {
    const { routes } = channelWith();
    const id = await begin(routes);
    const { id: card } = read<{ id: string }>(await call(routes, 'POST', `${at(id)}/activities`, { type: 'message', text: 'choose' }));
    await call(routes, 'POST', `${at(id)}/activities`, { type: 'message', text: 'after' });
    const { watermark } = await poll(routes, id);
    expect((await call(routes, 'PUT', `${at(id)}/activities/${card}`, { type: 'message', text: 'chosen' })).status).toBe(200);
    expect((await poll(routes, id, watermark)).activities).toMatchObject([{ id: card, text: 'chosen' }]);
    expect((await poll(routes, id)).activities).toMatchObject([{ id: card, text: 'chosen' }, { text: 'after' }]);
  });

  test('a card from before a restart can still be changed: the page that shows it gets it', async () => {
    const { routes } = channelWith();
    expect((await call(routes, 'PUT', `${at(desk)}/activities/old-card`, { type: 'message', text: 'resolved' })).status).toBe(200);
    expect((await poll(routes, desk)).activities).toMatchObject([{ id: 'old-card', text: 'resolved' }]);
  });

  test('a deleted activity comes again as messageDelete and its words are gone', async () => {
    const { routes } = channelWith();
    const id = await begin(routes);
    const { id: said } = read<{ id: string }>(await call(routes, 'POST', `${at(id)}/activities`, { type: 'message', text: 'secret' }));
    await call(routes, 'DELETE', `${at(id)}/activities/${said}`);
    const { activities } = await poll(routes, id);
    expect(activities).toMatchObject([{ type: 'messageDelete', id: said }]);
    expect(JSON.stringify(activities)).not.toContain('secret');
  });

  test("the helpdesk's conversation is always there, takes cards, and is a channel to the bot", async () => {
    const { routes, got } = channelWith();
    expect((await call(routes, 'POST', `${at(desk)}/activities`, { type: 'message', text: 'LK-1001' })).status).toBe(201);
    expect((await poll(routes, desk)).activities).toMatchObject([{ text: 'LK-1001' }]);
    await post(routes, desk, { type: 'message', text: 'hej' });
    expect(got).toMatchObject([
      { conversation: { id: desk, conversationType: 'channel', isGroup: true }, channelData: { channel: { id: desk } } },
    ]);
  });

  test('members are those who spoke or were greeted, each with the id the directory knows', async () => {
    const { routes } = channelWith();
    const id = await begin(routes, { user: alva });
    expect(read(await call(routes, 'GET', `${at(id)}/members`))).toEqual([{ ...alva, objectId: alva.aadObjectId }]);
    expect(read(await call(routes, 'GET', `${at(id)}/members/${alva.id}`))).toMatchObject(alva);
    expect((await call(routes, 'GET', `${at(id)}/members/nobody`)).status).toBe(404);
  });

  test('to a conversation that is gone the bot may not speak; what is no activity is refused', async () => {
    const { routes } = channelWith();
    const id = await begin(routes);
    expect((await call(routes, 'POST', `${at('none')}/activities`, { type: 'message' })).status).toBe(404);
    expect((await call(routes, 'PUT', `${at('none')}/activities/card`, { type: 'message' })).status).toBe(404);
    expect((await call(routes, 'POST', `${at(id)}/activities`, { text: 'no type' })).status).toBe(400);
  });
});

describe('what is kept is bounded', () => {
  test('of a conversation the last 500 activities; of conversations the 200 last used, and always the desk', async () => {
    const { routes } = channelWith();
    const id = await begin(routes);
    for (let n = 1; n <= 510; n += 1)
      await call(routes, 'POST', `/direct-line/v3/conversations/${id}/activities`, { type: 'message', text: `${n}` });
    const { activities } = await poll(routes, id);
    expect(activities).toHaveLength(500);
    expect(activities[0]).toMatchObject({ text: '11' });
    const idle = await begin(routes);
    for (let n = 0; n < 199; n += 1) {
      await begin(routes);
      await poll(routes, id);
    }
    expect((await call(routes, 'GET', `/v3/directline/conversations/${id}`)).status).toBe(200);
    expect((await call(routes, 'GET', `/v3/directline/conversations/${idle}`)).status).toBe(404);
    expect((await call(routes, 'GET', `/v3/directline/conversations/${encodeURIComponent(desk)}`)).status).toBe(200);
  });
});

describe('the way to the bot', () => {
  test('an activity is posted as JSON to the endpoint; status and body come back', async () => {
    const served = await serve(() => [
      { method: 'POST', path: '/api/messages', handle: ({ body }) => ({ status: 200, body: JSON.stringify({ got: body }) }) },
    ]);
    try {
      const activity = { type: 'message', id: '1', text: 'hej' };
      expect(await toBotOverHttp(`${served.url}/api/messages`)(activity)).toEqual({ status: 200, body: { got: activity } });
    } finally {
      await served.stop();
    }
  });

  test('nobody there is a fault of ours with a code: it may have happened', async () => {
    const served = await serve(() => []);
    await served.stop();
    await expect(toBotOverHttp(`${served.url}/api/messages`)({ type: 'message', id: '1' })).rejects.toMatchObject({
      code: 'latchkey_directline_unreachable',
      kind: 'doubtful',
    });
  });
});
