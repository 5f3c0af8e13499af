import { LatchkeyError } from '../errors.ts';
import type { Clock, Json, Random } from '../ports.ts';
import type { Log } from '../server/log.ts';
import type { Metrics } from '../server/metrics.ts';
import type { BotToken } from './bot-token.ts';
import { readAnswer, readFailure, type Verdict } from './connector-answer.ts';
import { Pace } from './pace.ts';
import type { Posted } from './port.ts';
import type { Reference } from './reference.ts';
import type { TrustsServiceUrl } from './service-url.ts';
import { frontDoorChannel } from './visit-identity.ts';

/** How long one call may take, from the connection to the end of the answer. */
const callMs = 5_000;
/** All waiting of one send together; then it counts as not sent. */
const longestWaitMs = 8_000;
const mostTries = 4;

export interface ConnectorRooms {
  readonly trusts: TrustsServiceUrl;
  /** Null in local mode, where connectors ask for none. */
  readonly token: BotToken | null;
  readonly fetch: typeof globalThis.fetch;
  /** Where the front door's conversations are; null where there is none. */
  readonly frontDoor: FrontDoorSink | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Takes what is said in a conversation at the front door: a new activity, or another in the place of the one named. Never throws. */
export type FrontDoorSink = (conversation: string, activity: Readonly<Record<string, Json>>, activityId: string | null) => Promise<Posted>;

/**
 * How a call is made again: `never` where it may have arrived, for what must not be said twice; `always`, where a second call changes nothing (an
 * update); `elsewhere`: one try, for what the outbox owes and brings again by itself.
 */
export type Repeats = 'never' | 'always' | 'elsewhere';

/**
 * Bot Framework's connector API, as much as the bot speaks of it: bounded in time, paced, never repeated by itself where it may have
 * arrived. The stock client repeats a POST up to four times and has no time limit.
 */
export class Connector {
  readonly #rooms: ConnectorRooms;
  readonly #pace: Pace;

  constructor(rooms: ConnectorRooms) {
    this.#rooms = rooms;
    this.#pace = new Pace(rooms.clock);
  }

  /** Posts an activity, or changes the one with `activityId`. Never throws. */
  async call(to: Reference, activity: Readonly<Record<string, Json>>, repeats: Repeats, activityId: string | null = null): Promise<Posted> {
    const posted =
      to.channelId === frontDoorChannel
        ? await this.#atDoor(to.conversation, activity, activityId)
        : await this.#patiently(to, JSON.stringify(activity), repeats, activityId);
    this.#rooms.metrics.send(posted.ok ? 'ok' : posted.reason);
    if (!posted.ok) this.#rooms.log.warn('not-sent', { result: posted.reason });
    return posted;
  }

  /**
   * Reads something of a conversation: `ok` with its text, `gone` where there is no such thing. A fresh token is tried once, nothing else is: a person
   * waits. Never throws.
   */
  async read(
    to: Reference,
    path: string,
  ): Promise<{ readonly kind: 'ok'; readonly text: string } | { readonly kind: 'gone' | 'unavailable' }> {
    if (!this.#rooms.trusts(to.serviceUrl)) {
      this.#rooms.log.warn('service-url-refused');
      return { kind: 'unavailable' };
    }
    const url = `${to.serviceUrl.replace(/\/+$/u, '')}/v3/conversations/${encodeURIComponent(to.conversation)}/${path}`;
    let { verdict, text } = await this.#once('GET', url, null, false);
    if (verdict.kind === 'token') ({ verdict, text } = await this.#once('GET', url, null, true));
    if (verdict.kind === 'ok') return { kind: 'ok', text };
    return { kind: verdict.kind === 'gone' ? 'gone' : 'unavailable' };
  }

  /** The front door is in this house: nothing of it goes over a network. */
  async #atDoor(conversation: string, activity: Readonly<Record<string, Json>>, activityId: string | null): Promise<Posted> {
    return (await this.#rooms.frontDoor?.(conversation, activity, activityId)) ?? { ok: false, reason: 'gone' };
  }

  async #patiently(to: Reference, body: string, repeats: Repeats, activityId: string | null): Promise<Posted> {
    if (!this.#rooms.trusts(to.serviceUrl)) {
      this.#rooms.log.warn('service-url-refused');
      return { ok: false, reason: 'unavailable' };
    }
    const url = `${to.serviceUrl.replace(/\/+$/u, '')}/v3/conversations/${encodeURIComponent(to.conversation)}/activities`;
    const target = activityId === null ? url : `${url}/${encodeURIComponent(activityId)}`;
    const method = activityId === null ? 'POST' : 'PUT';
    let fresh = false;
    let waited = 0;
    const place = `${to.serviceUrl} ${to.conversation}`;
    for (let tries = 1; ; tries += 1) {
      const turn = this.#pace.take(place);
      if (!turn.ok) return { ok: false, reason: 'unavailable', retryAfterMs: turn.freeInMs };
      await this.#wait(turn.waitMs);
      const { verdict } = await this.#once(method, target, body, fresh);
      if (verdict.kind === 'ok') return { ok: true, activityId: verdict.activityId ?? activityId };
      if (verdict.kind === 'gone' || verdict.kind === 'unavailable') return { ok: false, reason: verdict.kind };
      if (verdict.kind === 'token') {
        if (fresh) return { ok: false, reason: 'unavailable' };
        fresh = true;
        continue;
      }
      const afterMs = verdict.kind === 'again' ? verdict.afterMs : 0;
      if (afterMs > 0) this.#pace.hold(place, afterMs);
      const mayRepeat = repeats === 'always' || (repeats === 'never' && verdict.kind === 'again');
      const wait = this.#backOff(tries, afterMs);
      waited += wait;
      if (!mayRepeat || tries >= mostTries || waited > longestWaitMs)
        return verdict.kind === 'again' ? { ok: false, reason: 'unavailable', retryAfterMs: afterMs } : { ok: false, reason: 'doubtful' };
      await this.#wait(wait);
    }
  }

  async #once(
    method: string,
    url: string,
    body: string | null,
    fresh: boolean,
  ): Promise<{ readonly verdict: Verdict; readonly text: string }> {
    const { clock, fetch, token } = this.#rooms;
    const bound = new AbortController();
    const forget = clock.after(callMs, () => bound.abort());
    const late = new Promise<never>((_resolve, reject) => {
      bound.signal.addEventListener('abort', () => reject(new LatchkeyError('latchkey_teams_late', 'unavailable', 'no answer in time')));
    });
    late.catch(() => undefined);
    try {
      const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' };
      if (token !== null) {
        try {
          headers['authorization'] = `Bearer ${await Promise.race([token.read(fresh), late])}`;
        } catch (error) {
          this.#rooms.log.fault(new LatchkeyError('latchkey_teams_no_token', 'unavailable', 'the bot got no token of its own', error));
          return { verdict: { kind: 'unavailable' }, text: '' };
        }
      }
      // A redirect would carry the token to wherever it points.
      const answer = await fetch(url, { method, headers, body, signal: bound.signal, redirect: 'manual' });
      // The status is the answer: a body that does not arrive changes nothing about it.
      const text = await answer.text().catch(() => '');
      return { verdict: readAnswer(answer.status, answer.headers.get('retry-after'), text, clock.now()), text };
    } catch (error) {
      return { verdict: readFailure(error), text: '' };
    } finally {
      forget();
    }
  }

  /** At least what the channel asks, else a quarter of a second, doubled each time; with jitter, so that instances do not come back together. */
  #backOff(tries: number, atLeast: number): number {
    const [first = 0, second = 0] = this.#rooms.random.bytes(2);
    return Math.max(atLeast, 250 * 2 ** (tries - 1)) + ((first * 256 + second) % 250);
  }

  async #wait(ms: number): Promise<void> {
    if (ms <= 0) return;
    await new Promise<void>((resolve) => {
      this.#rooms.clock.after(ms, resolve);
    });
  }
}
