import { z } from 'zod';
import { doorIdleMs } from '../conversation/document.ts';
import type { Visit } from '../conversation/port.ts';
import { countedAddress } from '../security/client-address.ts';
import { jsonResponse, type PlainRequest, type PlainResponse, type Route } from '../server/route.ts';
import type { FrontDoorSink } from '../teams/connector.ts';
import type { VisitSaid } from '../teams/visit-activity.ts';
import type { Clock, Json } from '../ports.ts';
import { count } from '../security/counter.ts';
import { newId } from '../security/ids.ts';
import { DoorChats, type DoorChatNeeds, type DoorConversation } from './door-chat.ts';
import { DoorCookie } from './door-cookie.ts';
import { addressFlow, addressPosts, beginnings, conversationFlow, DoorGate } from './door-gate.ts';
import { DoorWork } from './door-work.ts';
import { Doorway, InTurn } from './doorway.ts';

/** Turns that run side by side, and requests that wait for one. Whoever comes in takes no place of those who are in. */
const inside = { sideBySide: 40, waiting: 400 };
const comingIn = { sideBySide: 8, waiting: 200 };

/** One network address begins so many times as many conversations an hour as it may name user IDs: who comes back after a while begins anew. */
const conversationsPerUserId = 2;
const hourMs = 3_600_000;

/** What a client may post: these fields are read, and nothing else of what it sent. */
const postedShape = z.object({
  type: z.enum(['message', 'invoke']),
  text: z.string().max(8_000).optional(),
  name: z.string().max(64).optional(),
  value: z.json().optional(),
  replyToId: z.string().max(128).optional(),
  locale: z.string().max(35).optional(),
  channelData: z.object({ clientActivityID: z.string().regex(/^[\w-]{16,64}$/) }).optional(),
});

const openingShape = z.object({ locale: z.string().max(35).optional() });

export interface FrontDoorNeeds extends DoorChatNeeds {
  readonly publicUrl: string;
  /** Local mode answers to every loopback name. */
  readonly isLocal: boolean;
  /** Every answer comes so many milliseconds after what was said, or a multiple (I20). */
  readonly answerAfterMs: number;
  /** User IDs that may be named from one network address in an hour. */
  readonly userIdsPerAddress: number;
  /** Whether a case is still open: its conversation lives as long. */
  readonly isCaseOpen: (caseId: string) => Promise<boolean>;
}

/**
 * The front door: Direct Line 3.0 for a browser that nobody knows, by polling. The conversation is held by a cookie; who speaks, where and over which channel is
 * set here, and what the client says of it is dropped. Everything is refused before work is done for it: by the source's flow, its origin, its cookie and its
 * proof of work, in this order.
 */
export class FrontDoor {
  readonly chats: DoorChats;
  readonly #needs: FrontDoorNeeds;
  readonly #cookie: DoorCookie;
  readonly #work: DoorWork;
  readonly #gate: DoorGate;
  readonly #doorway = new Doorway(inside.sideBySide, inside.waiting);
  readonly #entrance = new Doorway(comingIn.sideBySide, comingIn.waiting);
  readonly #inTurn = new InTurn();
  /** When the turn under way in a conversation began, epoch ms. */
  readonly #began = new Map<string, number>();

  constructor(needs: FrontDoorNeeds) {
    this.#needs = needs;
    this.chats = new DoorChats(needs);
    this.#cookie = new DoorCookie(needs.seals, needs.publicUrl);
    this.#work = new DoorWork(needs);
    this.#gate = new DoorGate(needs.clock);
  }

  /** Where the bot's side of a conversation goes. */
  readonly sink: FrontDoorSink = async (conversation, activity, activityId) => {
    const began = this.#began.get(conversation);
    if (began !== undefined) await this.#doorway.aside(() => this.#inTime(began));
    try {
      const id = await this.chats.put(conversation, activity, activityId);
      return id === null ? { ok: false, reason: 'gone' } : { ok: true, activityId: id };
    } catch {
      return { ok: false, reason: 'unavailable' };
    }
  };

  /** The conversation that a browser holds, for the pages opened from it (I21); null for none. */
  conversationOf(request: Pick<PlainRequest, 'cookies'>): string | null {
    return this.#cookie.read(request);
  }

  /** @param visit hands on what was said, by the adapter's direct door */
  routes(visit: (visit: Visit, said: VisitSaid) => Promise<PlainResponse>): readonly Route[] {
    const base = '/start/v3/directline/conversations';
    return [
      {
        method: 'GET',
        path: '/start/work',
        handle: (request) => this.#guarded(request, () => this.#askForWork(request)),
      },
      { method: 'POST', path: base, handle: (request) => this.#guarded(request, () => this.#begin(request, visit)) },
      {
        method: 'GET',
        path: `${base}/:conversationId/activities`,
        handle: (request) => this.#held(request, (id) => this.#since(id, request)),
      },
      {
        method: 'POST',
        path: `${base}/:conversationId/activities`,
        handle: (request) => this.#held(request, (id) => this.#post(id, request, visit)),
      },
    ];
  }

  /** Requests of nobody in particular. */
  async #guarded(request: PlainRequest, task: () => Promise<PlainResponse>): Promise<PlainResponse> {
    if (!this.#gate.admits(`address ${countedAddress(request.client)}`, addressFlow)) return tooMany();
    if (request.method === 'POST' && !this.#isFromOurPage(request)) return refusal(403, 'Forbidden');
    return task();
  }

  /** Requests of a browser that holds the conversation it names. One that does not is told what is told of a conversation that does not exist. */
  async #held(request: PlainRequest, task: (conversation: string) => Promise<PlainResponse>): Promise<PlainResponse> {
    const conversation = this.#cookie.read(request);
    if (conversation === null || conversation !== request.params['conversationId']) {
      return this.#gate.admits(`address ${countedAddress(request.client)}`, addressFlow) ? gone() : tooMany();
    }
    if (!this.#gate.admits(`conversation ${conversation}`, conversationFlow)) return tooMany();
    if (request.method === 'POST' && !this.#gate.admits(`posts ${countedAddress(request.client)}`, addressPosts)) return tooMany();
    if (request.method === 'POST' && !this.#isFromOurPage(request)) return refusal(403, 'Forbidden');
    return task(conversation);
  }

  async #askForWork(request: PlainRequest): Promise<PlainResponse> {
    const held = this.#cookie.read(request);
    const conversation = held !== null && (await this.#living(held)) !== null ? held : null;
    return jsonResponse(200, await this.#work.ask(countedAddress(request.client), conversation));
  }

  async #begin(request: PlainRequest, visit: (visit: Visit, said: VisitSaid) => Promise<PlainResponse>): Promise<PlainResponse> {
    const read = openingShape.safeParse(request.body ?? {});
    if (!read.success) return refusal(400, 'BadArgument');
    const before = this.#cookie.read(request);
    if (before !== null && (await this.#living(before)) !== null) return jsonResponse(200, ticket(before));
    const done = await this.#work.doneAs(request.headers[workHeader], null);
    if (done === null) return refusal(403, 'Work');
    if (!this.#gate.admits('beginnings', beginnings)) return busy();
    if (!(await this.#work.spend(done, request.id))) return refusal(403, 'Work');
    const client = countedAddress(request.client);
    if (!(await this.#mayBegin(client, request.id))) return tooMany();
    const began = await this.#entrance.pass(async () => {
      const id = await this.chats.begin();
      await visit({ conversation: id, client }, { type: 'hello', id: newId(this.#needs.random), locale: read.data.locale ?? 'en' });
      return id;
    });
    if (began === null) return busy();
    const opened = jsonResponse(201, ticket(began));
    return { ...opened, headers: { ...opened.headers, 'set-cookie': this.#cookie.write(began) } };
  }

  /** Counted in the store, so on every instance together. */
  async #mayBegin(client: string, id: string): Promise<boolean> {
    const most = conversationsPerUserId * this.#needs.userIdsPerAddress;
    const asked = { what: 'door-begun', whom: client, id, most, ms: hourMs };
    return (await count(this.#needs, asked, this.#needs.clock.now())) === null;
  }

  async #since(id: string, request: PlainRequest): Promise<PlainResponse> {
    const watermark = request.query['watermark'] ?? '';
    if (!/^\d{0,15}$/.test(watermark)) return refusal(400, 'BadArgument');
    const found = await this.#living(id);
    if (found === null) return gone();
    const news = found.entries.filter(({ changed }) => changed > Number(watermark));
    return jsonResponse(200, {
      activities: news.map(({ activity }) => activity as { readonly [field: string]: Json }),
      watermark: String(found.watermark),
    });
  }

  async #post(id: string, request: PlainRequest, visit: (visit: Visit, said: VisitSaid) => Promise<PlainResponse>): Promise<PlainResponse> {
    const began = this.#needs.clock.now();
    const read = postedShape.safeParse(request.body);
    if (!read.success) return refusal(400, 'BadArgument');
    const { channelData, locale = 'en', type, ...said } = read.data;
    const activityId = channelData?.clientActivityID ?? newId(this.#needs.random);
    const done = await this.#work.doneAs(request.headers[workHeader], id);
    if (done === null || !(await this.#work.spend(done, `${id} ${activityId}`))) return refusal(403, 'Work');
    if ((await this.#living(id)) === null) return gone();
    const turn = async (): Promise<PlainResponse> => {
      this.#began.set(id, began);
      try {
        await this.chats.spoke(id);
        const answer = await visit(
          { conversation: id, client: countedAddress(request.client) },
          {
            type,
            id: activityId,
            locale,
            ...(said.text !== undefined && { text: said.text }),
            ...(said.name !== undefined && { name: said.name }),
            ...(said.value !== undefined && { value: said.value }),
            ...(said.replyToId !== undefined && { replyToId: said.replyToId }),
          },
        );
        await this.#doorway.aside(() => this.#inTime(began, 4));
        return answer;
      } finally {
        this.#began.delete(id);
      }
    };
    const taken = await this.#inTurn.pass(id, async () => ({ answered: await this.#doorway.pass(turn) }));
    if (taken === null) return tooMany();
    const { answered } = taken;
    if (answered === null) return busy();
    if (type === 'message') {
      return answered.status < 300 ? jsonResponse(200, { id: activityId }) : refusal(answered.status >= 500 ? 502 : 400, 'BotError');
    }
    const body = bodyOf(answered);
    await this.#keepSpentCard(id, said.replyToId, body);
    return jsonResponse(200, { id: activityId, status: answered.status, body });
  }

  /** A card that an invoke was answered with takes the place of the one pressed, so that a page read anew shows no button twice. */
  async #keepSpentCard(id: string, pressed: string | undefined, body: Json): Promise<void> {
    const answer = cardShape.safeParse(body);
    if (pressed === undefined || !answer.success) return;
    const found = await this.chats.find(id);
    const card = found?.entries.find(({ activity }) => activity.id === pressed)?.activity;
    if (card === undefined) return;
    const attachments = [{ contentType: cardType, content: answer.data.value }];
    await this.chats.put(id, { ...(card as { readonly [field: string]: Json }), attachments }, pressed);
  }

  /** A conversation that goes on: somebody spoke lately, or the case it opened is open. */
  async #living(id: string): Promise<DoorConversation | null> {
    const found = await this.chats.find(id);
    if (found === null) return null;
    if (this.#needs.clock.now() - found.spokeAt <= doorIdleMs) return found;
    return found.case !== null && (await this.#needs.isCaseOpen(found.case)) ? found : null;
  }

  /**
   * Waits for the moment an answer may be given: the same for what took no time and for what took some (I20). `parts`: into how many moments the time of an answer
   * is divided. What comes behind an answer that was waited for already has a finer grain, or it would come a whole answer later.
   */
  async #inTime(began: number, parts = 1): Promise<void> {
    const { clock, answerAfterMs } = this.#needs;
    if (answerAfterMs === 0) return;
    const took = clock.now() - began;
    const grain = answerAfterMs / parts;
    const wait = Math.max(parts, Math.ceil(took / grain)) * grain - took;
    if (wait > 0) await pause(clock, wait);
  }

  /** Every browser says where a POST comes from (Fetch, "append a request Origin header"): one that does not, or comes from elsewhere, writes nothing. */
  #isFromOurPage({ headers }: PlainRequest): boolean {
    const { publicUrl, isLocal } = this.#needs;
    const { origin } = headers;
    if (origin === undefined || !URL.canParse(origin) || (headers['sec-fetch-site'] ?? 'same-origin') !== 'same-origin') return false;
    if (!(headers['content-type'] ?? '').startsWith('application/json')) return false;
    // The fence of local mode has looked at it already.
    return isLocal || origin === new URL(publicUrl).origin;
  }
}

const workHeader = 'x-latchkey-work';

const cardType = 'application/vnd.microsoft.card.adaptive';
const cardShape = z.looseObject({ type: z.literal(cardType), value: z.record(z.string(), z.json()) });

/** The token names its conversation and opens nothing: the cookie does. */
const ticket = (conversationId: string): Json => ({ conversationId, token: conversationId, expires_in: doorIdleMs / 1000 });

const pause = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

function bodyOf({ body }: PlainResponse): Json {
  if (typeof body !== 'string' || body === '') return null;
  return z.json().parse(JSON.parse(body));
}

const refusal = (status: number, code: string): PlainResponse => jsonResponse(status, { error: { code, message: code } });
const gone = (): PlainResponse => refusal(404, 'ConversationNotFound');
const tooMany = (): PlainResponse => retried(429, 'TooManyRequests', 5);
const busy = (): PlainResponse => retried(503, 'Busy', 10);

function retried(status: number, code: string, seconds: number): PlainResponse {
  const answer = refusal(status, code);
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}
