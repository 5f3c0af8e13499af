import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Answer } from '../../src/conversation/port.ts';
import { LatchkeyError } from '../../src/errors.ts';
import type { Json } from '../../src/ports.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import { readActivity } from '../../src/teams/read-activity.ts';
import { stillClock } from '../store/still-clock.ts';
import { startConnector, wordsOf, type FakeConnector } from '../servers/connector.ts';
import { startOpenId } from '../servers/openid.ts';
import { anna, appId, closeAll, configFor, message, opened, openHouse, tenant, type House } from './house.ts';

let connector: FakeConnector;
let house: House;

beforeAll(async () => {
  connector = opened(await startConnector());
  house = await openHouse('local');
});
beforeEach(() => {
  house.inputs.length = 0;
  house.clicks.length = 0;
  house.logLines.length = 0;
  house.say.turn = () => ({ spent: null, answer: null });
  house.say.act = () => ({ card: null, text: null });
});
afterAll(closeAll);

const heard = (changes: Record<string, unknown> = {}) => house.post(message(connector.serviceUrl, changes));
const invoke = (value: unknown, changes: Record<string, unknown> = {}) =>
  heard({ type: 'invoke', name: 'adaptiveCard/action', text: undefined, value, ...changes });
const action = (data: unknown, more: Record<string, unknown> = {}) => ({
  action: { type: 'Action.Execute', verb: 'choose', data },
  ...more,
});

const asked: Answer = {
  language: 'sv',
  notices: ['Fel kod.'],
  prompt: {
    id: 'verify.choose',
    step: 'step-2',
    title: null,
    text: 'Hur vill du verifiera dig?',
    choices: [{ id: 'text-message', label: 'Sms' }],
    input: null,
    shownCode: null,
    page: null,
  },
};
const spent = { language: 'sv' as const, prompt: 'verify.choose', text: 'Hur vill du verifiera dig?', chosen: 'Sms' };

describe('an activity becomes an input', () => {
  test('a message: person, place, language, text, and a reference', async () => {
    expect(await heard()).toEqual({ status: 200, text: '' });
    expect(house.inputs).toEqual([
      {
        activityId: 'f:1',
        tenant,
        aadObjectId: anna,
        place: 'personal',
        locale: 'sv-SE',
        said: { kind: 'text', text: 'hej' },
        reference: expect.objectContaining({ serviceUrl: connector.serviceUrl, conversation: 'a:personal-1' }),
      },
    ]);
  });

  test('the bot is not among the words, however often it is mentioned', async () => {
    const mention = (id: string, text: string) => ({ type: 'mention', text, mentioned: { id } });
    await heard({
      text: '<at>Latchkey</at>\u00a0glömt lösenord, <at>Bo</at> <at>Latchkey</at>\r\n',
      entities: [mention(`28:${appId}`, '<at>Latchkey</at>'), mention('29:bo', '<at>Bo</at>'), { type: 'mention' }, null],
    });
    expect(house.inputs[0]?.said).toEqual({ kind: 'text', text: 'glömt lösenord, <at>Bo</at>' });
  });

  test('full-width digits are digits, and a leading zero stays', async () => {
    await heard({ text: ' ０１２３４５\u3000' });
    expect(house.inputs[0]?.said).toEqual({ kind: 'text', text: '012345' });
    await heard({ text: undefined, value: { choose: 'answer', step: 's', answer: ' ０１２３４５' } });
    expect(house.inputs[1]?.said).toEqual({ kind: 'card', choose: 'answer', step: 's', answer: '012345' });
  });

  test.each([
    [{ conversationType: 'channel', isGroup: true }, 'channel'],
    [{ conversationType: 'groupChat', isGroup: true }, 'group'],
    [{ isGroup: true }, 'group'],
    [{ conversationType: 'meeting' }, 'group'],
    [{}, 'personal'],
  ])('I11: the place of %j is %s', async (conversation, place) => {
    await heard({ conversation: { id: 'c', ...conversation } });
    expect(house.inputs[0]?.place).toBe(place);
  });

  test.each([
    ['production', {}, 'group'],
    ['production', { isGroup: false }, 'group'],
    ['production', { conversationType: 'personal' }, 'personal'],
    ['local', {}, 'personal'],
    ['local', { isGroup: true }, 'group'],
  ] as const)('I11: in %s the place of %j is %s, because Teams always says which kind it is', (mode, conversation, place) => {
    const activity = message('https://smba.example', { conversation: { id: 'c', ...conversation } });
    expect(readActivity(activity, { config: configFor(mode), random: systemRandom })).toMatchObject({ input: { place } });
  });

  test('what has no id, no language and no words still becomes one', async () => {
    await heard({ id: undefined, locale: 7, text: undefined });
    expect(house.inputs[0]).toMatchObject({
      activityId: expect.stringMatching(/^[\w-]{22}$/u),
      locale: null,
      said: { kind: 'text', text: '' },
    });
  });

  test('Action.Submit and Action.Execute mean the same', async () => {
    const data = { choose: 'text-message', step: 'step-1' };
    await heard({ text: undefined, value: data, replyToId: 'activity-1' });
    await invoke(action(data));
    expect(house.inputs.map(({ said }) => said)).toEqual([1, 2].map(() => ({ kind: 'card', ...data, answer: null })));
  });

  test("a card's data is tampered with: whatever is no text is nothing", async () => {
    await heard({ text: undefined, value: { choose: { $ne: null }, step: ['x'], answer: 7 } });
    await invoke(action({ choose: 'x'.repeat(201), step: '__proto__' }));
    expect(house.inputs.map(({ said }) => said)).toEqual([
      { kind: 'card', choose: null, step: null, answer: null },
      { kind: 'card', choose: null, step: '__proto__', answer: null },
    ]);
  });
});

describe('the first words', () => {
  const bot = { id: `28:${appId}` };
  const installed = { type: 'installationUpdate', action: 'add', text: undefined };
  const added = { type: 'conversationUpdate', membersAdded: [{ id: '29:anna' }, bot], text: undefined };

  test('an installation, told twice, is one hello', async () => {
    const conversation = { id: 'a:new-1', conversationType: 'personal' };
    await heard({ ...installed, id: 'i:1', conversation });
    await heard({ ...added, id: 'u:1', conversation });
    expect(house.inputs.map(({ said }) => said.kind)).toEqual(['hello']);
  });

  test('the chat is opened, where no installation is told', async () => {
    await heard({ ...added, conversation: { id: 'a:new-2', conversationType: 'personal' } });
    expect(house.inputs.map(({ said }) => said.kind)).toEqual(['hello']);
  });

  test.each<[string, Record<string, unknown>]>([
    ['an upgrade', { ...installed, action: 'add-upgrade' }],
    ['a removal', { ...installed, action: 'remove' }],
    ['somebody else came', { ...added, membersAdded: [{ id: '29:bo' }] }],
    ['a hello from nobody known', { ...added, from: { id: '29:x' } }],
    ['typing', { type: 'typing' }],
    ['a reaction', { type: 'messageReaction', reactionsAdded: [{ type: 'like' }] }],
    ['an edit', { type: 'messageUpdate' }],
    ['something new', { type: 'somethingNew' }],
  ])('%s is not', async (_name, changes) => {
    const before = connector.calls.length;
    expect((await heard({ conversation: { id: 'a:new-3', conversationType: 'personal' }, ...changes })).status).toBe(200);
    expect(house.inputs).toHaveLength(0);
    expect(connector.calls).toHaveLength(before);
  });
});

describe('bad input gets a clear answer, never a fault', () => {
  test.each<[string, unknown]>([
    ['no object', '"hej"'],
    ['a list', '[{"type":"message"}]'],
    ['null', 'null'],
    ['no type', '{"text":"hej"}'],
    ['a type that is no text', '{"type":{"a":1}}'],
  ])('%s: 400', async (_name, body) => {
    const answer = await house.post(body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({ code: 'bad-activity', reference: expect.any(String) });
  });

  test.each<[string, Record<string, unknown>]>([
    ['no sender', { from: undefined }],
    ['a sender that is no object', { from: 'anna' }],
    ['no conversation', { conversation: undefined }],
    ['a value that is no object', { text: undefined, value: 'choose' }],
    ['a case without an act', { text: undefined, value: { case: 'x', version: 1 } }],
  ])('a message with %s: 400', async (_name, changes) => {
    expect((await heard(changes)).status).toBe(400);
    expect(house.inputs).toHaveLength(0);
  });

  test.each<[string, unknown]>([
    ['no value', undefined],
    ['a value that is no object', 'x'],
    ['no action', {}],
    ['an action without data', { action: { type: 'Action.Execute' } }],
    ['data that is no object', action('x')],
  ])('an action with %s: 400, as the protocol words it', async (_name, value) => {
    const answer = await invoke(value);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ statusCode: 400, type: 'application/vnd.microsoft.error' });
    expect(house.inputs).toHaveLength(0);
  });

  test('an invoke that is none of ours: 501', async () => {
    expect((await invoke({}, { name: 'composeExtension/query' })).status).toBe(501);
  });

  test('100 KB of text arrive whole', async () => {
    await heard({ text: '🔑'.repeat(25_600) });
    expect(house.inputs[0]?.said).toEqual({ kind: 'text', text: '🔑'.repeat(25_600) });
  });
});

describe('I1: who speaks', () => {
  test('without an object id nobody is known: a polite refusal, in the language of the activity', async () => {
    const before = connector.calls.length;
    expect((await heard({ from: { id: '29:x', name: 'Anna' } })).status).toBe(200);
    const call = await connector.waitFor(() => true, before);
    expect(call.activity.text).toContain('arbets- eller skolkonto');
    const pressed = await invoke(action({ choose: 'x', step: 'y' }), { from: { id: '29:x' }, locale: 'en-GB' });
    expect(JSON.parse(pressed.text)).toMatchObject({
      type: 'application/vnd.microsoft.activity.message',
      value: expect.stringContaining('work or school'),
    });
    expect(house.inputs).toHaveLength(0);
  });

  test.each(['somebody/else', '../x', 'a b', 'x\u0000', '\ud800', 'x'.repeat(129)])(
    'I9: what cannot be an object id (%j) is nobody, since accounts are told apart by it',
    async (aadObjectId) => {
      expect((await heard({ from: { id: '29:x', name: 'Anna', aadObjectId } })).status).toBe(200);
      expect(house.inputs).toHaveLength(0);
    },
  );

  test('the object id is believed of Teams alone', async () => {
    const openId = opened(await startOpenId({ audience: appId, serviceUrl: connector.serviceUrl }));
    const strict = await openHouse('production', {
      openIdMetadata: openId.metadataUrl,
      serviceHosts: [connector.host],
      token: { read: async () => 'token' },
    });
    const authorization = `Bearer ${await openId.token()}`;
    expect((await strict.post(message(connector.serviceUrl, { channelId: 'webchat' }), { authorization })).status).toBe(200);
    expect(strict.inputs).toHaveLength(0);
    expect((await strict.post(message(connector.serviceUrl), { authorization })).status).toBe(200);
    expect(strict.inputs).toHaveLength(1);
  });

  test('in local mode any channel is believed, and there is one company', async () => {
    await heard({ channelId: 'emulator', channelData: { tenant: { id: '00000000-0000-0000-0000-0000000000001' } } });
    expect(house.inputs[0]).toMatchObject({ tenant, aadObjectId: anna });
  });

  test('local mode answers to loopback alone', async () => {
    expect((await house.post(message('https://smba.trafficmanager.net/emea/'))).status).toBe(401);
    expect((await house.post(message('http://192.168.1.20:3978/'))).status).toBe(401);
    expect(house.inputs).toHaveLength(0);
  });
});

describe('the answer', () => {
  test('is one activity by the courier, with the id of its prompt', async () => {
    house.say.turn = () => ({ spent: null, answer: asked });
    const before = connector.calls.length;
    expect(await heard({ deliveryMode: 'expectReplies' })).toEqual({ status: 200, text: '' });
    expect(connector.calls.slice(before)).toMatchObject([
      {
        method: 'POST',
        conversation: 'a:personal-1',
        activity: { label: 'verify.choose', from: { id: `28:${appId}` }, recipient: { id: '29:anna' } },
      },
    ]);
  });

  test('a pressed Action.Execute is answered with its spent form, in the response', async () => {
    house.say.turn = () => ({ spent, answer: asked });
    const before = connector.calls.length;
    const body = JSON.parse((await invoke(action({ choose: 'text-message', step: 'step-1' }))).text);
    expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: { version: '1.5' } });
    expect(body.value.actions).toBeUndefined();
    expect(JSON.stringify(body.value)).toContain('Ditt svar: Sms');
    expect(connector.calls.slice(before).map(({ method }) => method)).toEqual(['POST']);
  });

  test('a pressed Action.Submit: the card is changed', async () => {
    house.say.turn = () => ({ spent, answer: asked });
    const before = connector.calls.length;
    await heard({ text: undefined, value: { choose: 'text-message', step: 'step-1' }, replyToId: 'activity-9' });
    const calls = connector.calls.slice(before);
    expect(calls.map(({ method }) => method).sort()).toEqual(['POST', 'PUT']);
    const change = calls.find(({ method }) => method === 'PUT');
    expect(change).toMatchObject({ conversation: 'a:personal-1', id: 'activity-9' });
    expect(wordsOf(change?.activity ?? { type: '' })).toBe('Hur vill du verifiera dig?\nDitt svar: Sms');
  });

  test('a late press, which spends nothing, changes no card', async () => {
    house.say.turn = () => ({ spent: null, answer: asked });
    const before = connector.calls.length;
    const body = JSON.parse((await invoke(action({ choose: 'x', step: 'old' }))).text);
    expect(body).toEqual({ statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: '' });
    await heard({ text: undefined, value: { choose: 'x', step: 'old' }, replyToId: 'activity-9' });
    expect(connector.calls.slice(before).map(({ method }) => method)).toEqual(['POST', 'POST']);
  });

  test('a card that its client refreshes by itself does nothing', async () => {
    const before = connector.calls.length;
    for (const data of [
      { choose: 'x', step: 'y' },
      { case: 'c', act: 'claim', version: 1 },
    ]) {
      expect((await invoke(action(data, { trigger: 'automatic' }))).status).toBe(200);
    }
    expect(house.inputs).toHaveLength(0);
    expect(house.clicks).toHaveLength(0);
    expect(connector.calls).toHaveLength(before);
  });

  test('a fault is a sentence with a reference, and never what went wrong', async () => {
    house.say.turn = () => Promise.reject(new LatchkeyError('latchkey_store_away', 'unavailable', 'redis://secret@host is away'));
    const before = connector.calls.length;
    expect(await heard()).toEqual({ status: 200, text: '' });
    const { activity } = await connector.waitFor(() => true, before);
    expect(activity.text).toMatch(/Något gick fel.*[0-9A-Z]{8}\./u);
    const pressed = await invoke(action({ choose: 'x', step: 'y' }));
    expect(pressed.status).toBe(200);
    expect(pressed.text).toContain('Något gick fel');
    for (const said of [activity.text, pressed.text, ...house.logLines]) expect(said).not.toContain('secret');
    expect(house.logLines.filter((line) => line.includes('latchkey_store_away'))).toHaveLength(2);
  });

  test('a connector that is down does not fail the turn', async () => {
    house.say.turn = () => ({ spent: null, answer: asked });
    connector.behave({ status: 500 });
    expect((await heard()).status).toBe(200);
  });

  test('the channel has its answer before it would send again, and closing waits for what still runs', async () => {
    const clock = stillClock(Date.now());
    const slow = await openHouse('local', {}, { clock });
    let began = (): void => {};
    const running = new Promise<void>((resolve) => {
      began = resolve;
    });
    let finish = (): void => {};
    slow.say.turn = () => {
      began();
      return new Promise((resolve) => {
        finish = () => resolve({ spent: null, answer: asked });
      });
    };
    const before = connector.calls.length;
    const answer = slow.post(message(connector.serviceUrl));
    await running;
    clock.forward(13_000);
    expect((await answer).status).toBe(200);
    const closed = slow.close();
    finish();
    await closed;
    expect(connector.calls.slice(before)).toHaveLength(1);
  });
});

describe('a case card goes to the desk, and never to a stack', () => {
  const data = { case: 'LK-1001', act: 'resolve', version: 3, note: ' klart ' };
  const card: Json = { type: 'AdaptiveCard', version: '1.5', fallbackText: 'Ärende LK-1001, löst', body: [] };
  const place = { conversation: { id: '19:desk@thread.tacv2;messageid=1', conversationType: 'channel' } };

  test('who pressed, where, what', async () => {
    house.say.act = () => ({ card, text: null });
    const answer = await invoke(action(data), place);
    expect(house.inputs).toHaveLength(0);
    expect(house.clicks).toEqual([
      {
        case: 'LK-1001',
        act: 'resolve',
        version: 3,
        typed: { note: 'klart' },
        cardActivity: null,
        tenant,
        aadObjectId: anna,
        name: 'Anna Ek',
        place: 'channel',
        conversationId: '19:desk@thread.tacv2;messageid=1',
        reference: expect.anything(),
      },
    ]);
    expect(JSON.parse(answer.text)).toEqual({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card });
  });

  test('by Action.Submit the card is changed in its place', async () => {
    house.say.act = () => ({ card, text: null });
    const before = connector.calls.length;
    await heard({ text: undefined, value: data, replyToId: 'activity-5', ...place });
    expect(connector.calls.slice(before)).toMatchObject([
      { method: 'PUT', id: 'activity-5', activity: { attachments: [{ content: card }] } },
    ]);
  });

  test('a refusal is a sentence', async () => {
    house.say.act = () => ({ card: null, text: 'Det får bara helpdesk göra.' });
    expect(JSON.parse((await invoke(action(data), place)).text)).toMatchObject({ value: 'Det får bara helpdesk göra.' });
    const before = connector.calls.length;
    await heard({ text: undefined, value: data, ...place });
    expect(connector.calls.slice(before).map(({ activity }) => activity.text)).toEqual(['Det får bara helpdesk göra.']);
  });

  test.each([{ version: 'new' }, { version: -1 }, { act: '' }, { case: 'x'.repeat(65) }])(
    'data that is none of ours: %j',
    async (changes) => {
      expect((await invoke(action({ ...data, ...changes }), place)).status).toBe(400);
      expect(house.clicks).toHaveLength(0);
    },
  );
});
