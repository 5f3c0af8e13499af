/**
 * One conversation over Direct Line 3.0, by polling. Knows nothing of a page: it brings activities in and out, and finds its way back
 * when the server was away or has forgotten the conversation.
 *
 * @typedef {{ id: string, aadObjectId: string, name: string }} Person
 * @typedef {{ contentType: string, content?: unknown }} Attachment
 * @typedef {{
 *   type: string, id: string, text?: string, timestamp?: string, locale?: string, label?: string,
 *   from?: { id: string, name?: string, role?: string }, attachments?: Attachment[], channelData?: { clientActivityID?: string },
 * }} Activity
 * @typedef {{ type: 'message' | 'invoke', text?: string, name?: string, value?: unknown, replyToId?: string }} Said
 * @typedef {{ id: string, status?: number, body?: unknown }} Accepted
 *
 * @typedef {object} DirectLineParts
 * @property {() => Person} person who speaks; asked at each activity
 * @property {() => string} locale the language they read, e.g. `sv-SE`
 * @property {string} [fixed] a conversation that is always there; left out, one is begun
 * @property {{ read(): string | null, write(id: string): void }} [memory] where the conversation's id outlives the page
 * @property {string} [base] where the conversations are; left out, local mode's
 * @property {() => Promise<Readonly<Record<string, string>>>} [headers] what each post carries beside
 * @property {string} [channelId] what kind of channel the bot shall see
 * @property {(activity: Activity) => void} onActivity new or changed
 * @property {(away: boolean) => void} onAway whether the server is out of reach
 * @property {() => void} onBeganAnew the server had forgotten the conversation; another one goes on
 */

/** What was posted did not arrive; the same id may be posted again. */
export class NotSent extends Error {
  /** @param {number} status 0 when nobody answered */
  constructor(status) {
    super(`not sent (${status})`);
    this.status = status;
  }
}

const pollMs = 1000;
/** A page that nobody looks at asks less often. */
const idlePollMs = 5000;
/** Waits before each try of a post. */
const tryAfterMs = [0, 1000, 3000];
const localBase = '/v3/directline/conversations';

/** An id of 128 random bits, base64url: the same thing posted twice under it is one thing to the bot. */
export function newActivityId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

export class DirectLine {
  /** @type {string | null} */
  #id = null;
  #watermark = '';
  #stopped = false;
  /** @type {Promise<void> | null} */
  #beginning = null;
  #nudge = () => {};

  /** @param {DirectLineParts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /** Goes on with the conversation that is remembered, or begins one, and polls until `stop`. */
  start() {
    this.#id = this.parts.fixed ?? this.parts.memory?.read() ?? null;
    void this.#pollOn();
  }

  stop() {
    this.#stopped = true;
    this.#nudge();
  }

  /**
   * Posts what was said, up to three times under one id. @throws {NotSent}
   * @param {Said} said
   * @param {string} id
   * @returns {Promise<Accepted>}
   */
  async post(said, id) {
    let status = 0;
    for (const wait of tryAfterMs) {
      if (wait > 0) await pause(wait);
      const response = await this.#tryPost(said, id);
      if (response?.ok) {
        this.#nudge();
        return response.json();
      }
      status = response?.status ?? 0;
      if (status >= 400 && status < 500 && status !== 404 && status !== 429) break;
    }
    throw new NotSent(status);
  }

  /**
   * @param {Said} said
   * @param {string} id
   * @returns {Promise<Response | null>} null when nobody answered
   */
  async #tryPost(said, id) {
    const from = this.parts.person();
    const { channelId } = this.parts;
    const activity = {
      ...said,
      from,
      locale: this.parts.locale(),
      channelData: { clientActivityID: id },
      ...(channelId ? { channelId } : {}),
    };
    const send = () => this.#request(`/${encodeURIComponent(this.#id ?? '')}/activities`, activity);
    try {
      if (this.#id === null) await this.#begin();
      const response = await send();
      if (response.status !== 404) return response;
      await this.#begin();
      return await send();
    } catch {
      return null;
    }
  }

  async #pollOn() {
    while (!this.#stopped) {
      try {
        await this.#poll();
        this.parts.onAway(false);
      } catch {
        this.parts.onAway(true);
      }
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, document.hidden ? idlePollMs : pollMs);
        this.#nudge = () => {
          clearTimeout(timer);
          resolve(undefined);
        };
      });
    }
  }

  async #poll() {
    if (this.#id === null) await this.#begin();
    const id = this.#id;
    const response = await this.#request(`/${encodeURIComponent(id ?? '')}/activities?watermark=${this.#watermark}`);
    if (response.status === 404) return this.#begin();
    if (!response.ok) throw new Error(`poll answered ${response.status}`);
    /** @type {{ activities: Activity[], watermark: string }} */
    const seen = await response.json();
    // Stopped, or another conversation was begun, while this one answered.
    if (this.#stopped || id !== this.#id) return;
    // A conversation that never ends lost its memory: its numbers begin anew, so everything is read again.
    if (Number(seen.watermark) < Number(this.#watermark)) {
      this.#watermark = '';
      return;
    }
    this.#watermark = seen.watermark;
    for (const activity of seen.activities) this.parts.onActivity(activity);
  }

  /** Begins a conversation; asked twice at once, it begins one. */
  #begin() {
    this.#beginning ??= this.#beginOnce().finally(() => {
      this.#beginning = null;
    });
    return this.#beginning;
  }

  async #beginOnce() {
    if (this.parts.fixed !== undefined) throw new Error('the conversation is not there');
    const wasInOne = this.#id !== null;
    const response = await this.#request('', { user: this.parts.person(), locale: this.parts.locale() });
    if (!response.ok) throw new Error(`begin answered ${response.status}`);
    /** @type {{ conversationId: string }} */
    const begun = await response.json();
    this.#id = begun.conversationId;
    this.#watermark = '';
    this.parts.memory?.write(begun.conversationId);
    if (wasInOne) this.parts.onBeganAnew();
  }

  /**
   * @param {string} path below the conversations
   * @param {object} [body] left out, it is a GET
   */
  async #request(path, body) {
    const url = (this.parts.base ?? localBase) + path;
    if (body === undefined) return fetch(url, { cache: 'no-store' });
    const headers = { 'content-type': 'application/json', ...(await this.parts.headers?.()) };
    return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
