import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Answer } from '../../src/conversation/port.ts';
import type { Clock, Json } from '../../src/ports.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import { createLog } from '../../src/server/log.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { Cards } from '../../src/teams/cards.ts';
import { Connector, type ConnectorRooms } from '../../src/teams/connector.ts';
import { TeamsCourier } from '../../src/teams/courier.ts';
import { Pace } from '../../src/teams/pace.ts';
import { trustOf } from '../../src/teams/service-url.ts';
import { stillClock } from '../store/still-clock.ts';
import { startConnector, type FakeConnector } from '../servers/connector.ts';
import { closeAll, opened, sentences } from './house.ts';

let connector: FakeConnector;
beforeAll(async () => {
  connector = opened(await startConnector());
});
afterAll(closeAll);

/** A clock on which waits pass at once and are noted; a call's own time limit runs out only when the test says so. */
function hurriedClock(): Clock & { readonly waits: number[]; runOut(): void } {
  const callMs = 5_000;
  const limits = new Set<() => void>();
  const waits: number[] = [];
  let now = Date.UTC(2026, 0, 1);
  return {
    waits,
    now: () => now,
    after(ms, task) {
      if (ms === callMs) {
        limits.add(task);
        return () => limits.delete(task);
      }
      waits.push(ms);
      now += ms;
      const soon = setImmediate(task);
      return () => clearImmediate(soon);
    },
    runOut() {
      for (const task of limits) task();
    },
  };
}

const hello: Answer = { language: 'sv', notices: ['Hej!'], prompt: null };
let logLines: string[] = [];
beforeEach(() => {
  logLines = [];
});

function courierWith(changes: Partial<ConnectorRooms> = {}) {
  const clock = hurriedClock();
  const rooms: ConnectorRooms = {
    trusts: trustOf('local'),
    token: null,
    frontDoor: null,
    fetch: globalThis.fetch,
    clock,
    random: systemRandom,
    log: createLog('info', clock, { write: (line: string) => void logLines.push(line) }),
    metrics: createMetrics(),
    ...changes,
  };
  return { courier: new TeamsCourier(new Connector(rooms), new Cards(sentences, [])), clock };
}

let conversations = 0;
const reference = (changes: Record<string, Json> = {}): Json => ({
  channelId: 'msteams',
  serviceUrl: connector.serviceUrl,
  conversation: `a:talk/${(conversations += 1)}`,
  bot: { id: '28:bot', name: 'Latchkey' },
  user: '29:anna',
  ...changes,
});

describe('R45: what is sent, and how often', () => {
  test('a send is one POST to the conversation', async () => {
    const { courier } = courierWith();
    const before = connector.calls.length;
    const to = reference();
    expect(await courier.send(to, hello)).toEqual({ ok: true });
    expect(connector.calls.slice(before)).toMatchObject([
      {
        method: 'POST',
        conversation: (to as { conversation: string }).conversation,
        activity: { type: 'message', text: 'Hej!', textFormat: 'plain' },
      },
    ]);
    expect(connector.calls[before]?.headers.authorization).toBeUndefined();
  });

  test('nothing to say is nothing sent', async () => {
    const before = connector.calls.length;
    expect(await courierWith().courier.send(reference(), { language: 'sv', notices: [], prompt: null })).toEqual({ ok: true });
    expect(connector.calls).toHaveLength(before);
  });

  test.each([429, 412])('%i is waited for as long as it says, then sent again', async (status) => {
    const { courier, clock } = courierWith();
    const before = connector.calls.length;
    connector.behave({ status, headers: { 'retry-after': '3' } });
    expect(await courier.send(reference(), hello)).toEqual({ ok: true });
    expect(connector.calls.slice(before).map((call) => call.status)).toEqual([status, 201]);
    expect(clock.waits).toHaveLength(1);
    expect(clock.waits[0]).toBeGreaterThanOrEqual(3_000);
    expect(clock.waits[0]).toBeLessThan(3_250);
  });

  test('Retry-After may be a date', async () => {
    const { courier, clock } = courierWith();
    connector.behave({ status: 429, headers: { 'retry-after': new Date(clock.now() + 4_000).toUTCString() } });
    expect(await courier.send(reference(), hello)).toEqual({ ok: true });
    expect(clock.waits[0]).toBeGreaterThanOrEqual(4_000);
  });

  test('who asks for more patience than there is was not sent to', async () => {
    const { courier, clock } = courierWith();
    const before = connector.calls.length;
    connector.behave({ status: 429, headers: { 'retry-after': '60' } });
    expect(await courier.send(reference(), hello)).toEqual({ ok: false, reason: 'unavailable' });
    expect(connector.calls).toHaveLength(before + 1);
    expect(clock.waits).toEqual([]);
  });

  test('without Retry-After the waits grow, and end', async () => {
    const { courier, clock } = courierWith();
    const before = connector.calls.length;
    connector.behave(...Array.from({ length: 4 }, () => ({ status: 429 })));
    expect(await courier.send(reference(), hello)).toEqual({ ok: false, reason: 'unavailable' });
    expect(connector.calls).toHaveLength(before + 4);
    expect(clock.waits.map((ms) => Math.floor(ms / 250))).toEqual([1, 2, 4]);
  });

  test.each([500, 502, 503, 504, 408])('%i is doubtful, and posted once: the stock client would post four times', async (status) => {
    const before = connector.calls.length;
    connector.behave({ status });
    expect(await courierWith().courier.send(reference(), hello)).toEqual({ ok: false, reason: 'doubtful' });
    expect(connector.calls).toHaveLength(before + 1);
  });

  test('a connection that is cut is doubtful, and posted once', async () => {
    const before = connector.calls.length;
    connector.behave('cut');
    expect(await courierWith().courier.send(reference(), hello)).toEqual({ ok: false, reason: 'doubtful' });
    expect(connector.calls).toHaveLength(before + 1);
  });

  test('a connector that never answers holds nobody for more than five seconds', async () => {
    const { courier, clock } = courierWith();
    const before = connector.calls.length;
    connector.behave('hang');
    const sent = courier.send(reference(), hello);
    await connector.waitFor(() => true, before);
    clock.runOut();
    expect(await sent).toEqual({ ok: false, reason: 'doubtful' });
    expect(connector.calls).toHaveLength(before + 1);
  });

  test('refused before it was sent: tried again, and sent once', async () => {
    const own = opened(await startConnector());
    await own.refuse();
    const clock = hurriedClock();
    let tries = 0;
    const fetchOnceUp: typeof globalThis.fetch = async (...call) => {
      tries += 1;
      if (tries === 3) await own.accept();
      return fetch(...call);
    };
    const { courier } = courierWith({ clock, fetch: fetchOnceUp });
    expect(await courier.send(reference({ serviceUrl: own.serviceUrl }), hello)).toEqual({ ok: true });
    expect(own.calls).toHaveLength(1);
    expect(clock.waits).toHaveLength(2);
  });

  test('refused for good: it was not sent', async () => {
    const own = opened(await startConnector());
    await own.refuse();
    expect(await courierWith().courier.send(reference({ serviceUrl: own.serviceUrl }), hello)).toEqual({
      ok: false,
      reason: 'unavailable',
    });
  });

  test.each([
    [403, { error: { code: 'MessageWritesBlocked' } }, 'gone'],
    [403, { error: { code: 'Forbidden', innerError: { subCode: 'MessageWritesBlocked' } } }, 'gone'],
    [403, { error: { code: 'BotNotInConversationRoster' } }, 'gone'],
    [403, { error: { code: 'ServiceError' } }, 'unavailable'],
    [404, { error: { code: 'ConversationNotFound' } }, 'gone'],
    [400, { error: { code: 'BadSyntax' } }, 'unavailable'],
    [413, { error: { code: 'MessageSizeTooBig' } }, 'unavailable'],
    [302, {}, 'unavailable'],
  ] as const)('%i %j: %s', async (status, body, reason) => {
    const before = connector.calls.length;
    connector.behave({ status, body, headers: status === 302 ? { location: 'https://evil.example.com/' } : {} });
    expect(await courierWith().courier.send(reference(), hello)).toEqual({ ok: false, reason });
    expect(connector.calls).toHaveLength(before + 1);
  });
});

describe("the bot's own token", () => {
  test('goes along; one that is refused is got anew, once', async () => {
    const asked: boolean[] = [];
    const token = {
      read: async (fresh: boolean) => {
        asked.push(fresh);
        return fresh ? 'new' : 'old';
      },
    };
    const { courier } = courierWith({ token });
    const before = connector.calls.length;
    connector.behave({ status: 401 });
    expect(await courier.send(reference(), hello)).toEqual({ ok: true });
    expect(connector.calls.slice(before).map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
    connector.behave({ status: 401 }, { status: 401 });
    expect(await courier.send(reference(), hello)).toEqual({ ok: false, reason: 'unavailable' });
    expect(asked).toEqual([false, true, false, true]);
    expect(logLines.join('')).not.toMatch(/old|new"/u);
  });

  test('without one nothing is sent', async () => {
    const before = connector.calls.length;
    const { courier } = courierWith({ token: { read: () => Promise.reject(new Error('client_secret wrong: hunter2')) } });
    expect(await courier.send(reference(), hello)).toEqual({ ok: false, reason: 'unavailable' });
    expect(connector.calls).toHaveLength(before);
    expect(logLines.join('')).toContain('latchkey_teams_no_token');
    expect(logLines.join('')).not.toContain('hunter2');
  });

  test('one that does not come in time is not waited for', async () => {
    let asked = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const read = (): Promise<string> => {
      asked();
      return new Promise(() => {});
    };
    const { courier, clock } = courierWith({ token: { read } });
    const sent = courier.send(reference(), hello);
    await waiting;
    clock.runOut();
    expect(await sent).toEqual({ ok: false, reason: 'unavailable' });
  });

  test.each(['https://evil.example.com/', 'http://smba.trafficmanager.net/', 'http://127.0.0.1:9/'])(
    'never goes to %s',
    async (serviceUrl) => {
      let isAsked = false;
      const never: typeof globalThis.fetch = () => {
        isAsked = true;
        return Promise.reject(new Error('asked'));
      };
      const { courier } = courierWith({ trusts: trustOf('production'), token: { read: async () => 'token' }, fetch: never });
      expect(await courier.send(reference({ serviceUrl }), hello)).toEqual({ ok: false, reason: 'unavailable' });
      expect(isAsked).toBe(false);
    },
  );
});

describe('cards of other rooms', () => {
  const card: Json = { type: 'AdaptiveCard', version: '1.5', fallbackText: 'Ärende LK-1001\nNytt', body: [] };

  test('are posted alone, with a line for the notification, and changed in their place', async () => {
    const { courier } = courierWith();
    const before = connector.calls.length;
    const to = reference({ user: null });
    const posted = await courier.postCard(to, card);
    expect(posted).toEqual({ ok: true, activityId: connector.calls[before]?.id });
    expect(connector.calls[before]?.activity).toMatchObject({ summary: 'Ärende LK-1001', attachments: [{ content: card }] });
    expect(connector.calls[before]?.activity.text).toBeUndefined();
    expect(await courier.updateCard(to, 'activity:1', card)).toEqual({ ok: true, activityId: 'activity:1' });
    expect(connector.calls.at(-1)).toMatchObject({ method: 'PUT', id: 'activity:1', activity: { id: 'activity:1' } });
  });

  test('R45: what the outbox owes is tried once, and says how long the channel asked to be left alone', async () => {
    const { courier, clock } = courierWith();
    const before = connector.calls.length;
    connector.behave({ status: 502 });
    expect(await courier.postCard(reference(), card)).toEqual({ ok: false, reason: 'doubtful' });
    connector.behave({ status: 412 });
    expect(await courier.postCard(reference(), card)).toEqual({ ok: false, reason: 'unavailable', retryAfterMs: 0 });
    const to = reference();
    connector.behave({ status: 429, headers: { 'retry-after': '20' } });
    expect(await courier.postCard(to, card)).toEqual({ ok: false, reason: 'unavailable', retryAfterMs: 20_000 });
    expect(connector.calls).toHaveLength(before + 3);
    // Until then nothing is sent to that conversation, whatever it is.
    expect(await courier.postCard(to, card)).toEqual({ ok: false, reason: 'unavailable', retryAfterMs: 20_000 });
    expect(await courier.updateCard(to, 'activity-1', card, 'elsewhere')).toMatchObject({ ok: false, reason: 'unavailable' });
    expect(connector.calls).toHaveLength(before + 3);
    expect(clock.waits).toEqual([]);
  });

  test('a change is made again whatever happened: twice is the same as once', async () => {
    const before = connector.calls.length;
    connector.behave('cut', { status: 500 });
    expect(await courierWith().courier.updateCard(reference(), 'activity-1', card)).toEqual({ ok: true, activityId: 'activity-1' });
    expect(connector.calls).toHaveLength(before + 3);
  });

  test('become their fallback text where cards do not show', async () => {
    const { courier } = courierWith();
    const to = reference({ channelId: 'sms' });
    await courier.postCard(to, card);
    expect(connector.calls.at(-1)?.activity).toMatchObject({ text: 'Ärende LK-1001\nNytt', textFormat: 'plain' });
    const before = connector.calls.length;
    expect(await courier.updateCard(to, 'activity-1', card)).toMatchObject({ ok: true });
    expect(connector.calls).toHaveLength(before);
  });
});

test('a reference that is none of ours leads nowhere', async () => {
  const { courier } = courierWith();
  expect(await courier.send({ serviceUrl: 7 }, hello)).toEqual({ ok: false, reason: 'gone' });
  expect(await courier.postCard(null, {})).toEqual({ ok: false, reason: 'gone' });
});

describe('R45: pace', () => {
  /** How long a send waits; null: it is not made. */
  const waitFor = (pace: Pace, conversation: string): number | null => {
    const place = pace.take(conversation);
    return place.ok ? place.waitMs : null;
  };

  test('a channel that asks to be left alone is, for so long and no other', () => {
    const clock = stillClock(0);
    const pace = new Pace(clock);
    pace.hold('a', 20_000);
    pace.hold('a', 5_000);
    expect(pace.take('a')).toEqual({ ok: false, freeInMs: 20_000 });
    expect(waitFor(pace, 'b')).toBe(0);
    clock.forward(17_000);
    expect(waitFor(pace, 'a')).toBe(3_000);
  });

  test('seven a second to one conversation, another conversation is not held up', () => {
    const clock = stillClock(0);
    const pace = new Pace(clock);
    expect(Array.from({ length: 9 }, () => waitFor(pace, 'a'))).toEqual([0, 0, 0, 0, 0, 0, 0, 1_000, 2_000]);
    expect(waitFor(pace, 'b')).toBe(0);
    clock.forward(3_000);
    expect(waitFor(pace, 'a')).toBe(0);
  });

  test('sixty in half a minute; what would wait too long is not sent', () => {
    const clock = stillClock(0);
    const pace = new Pace(clock);
    for (let sent = 0; sent < 60; sent += 1) {
      expect(waitFor(pace, 'a')).toBe(0);
      clock.forward(250);
    }
    expect(pace.take('a')).toEqual({ ok: false, freeInMs: 15_000 });
    clock.forward(12_000);
    expect(waitFor(pace, 'a')).toBe(3_000);
  });

  test('fifty a second for the app', () => {
    const pace = new Pace(stillClock(0));
    const waits = Array.from({ length: 60 }, (_each, index) => waitFor(pace, `conversation ${index}`));
    expect(waits.slice(0, 50).every((wait) => wait === 0)).toBe(true);
    expect(waits.slice(50).every((wait) => wait === 1_000)).toBe(true);
  });
});
