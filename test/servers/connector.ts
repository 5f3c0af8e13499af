import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A call as the connector got it. */
export interface Recorded {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly conversation: string;
  /** The id the activity has here: given by us for a POST, named by the bot for a PUT. */
  readonly id: string;
  readonly activity: Sent;
  readonly headers: IncomingMessage['headers'];
  /** The status it was answered with; null where it was left hanging or cut off. */
  readonly status: number | null;
}

/** An activity as a bot sends it. */
export interface Sent {
  readonly type: string;
  readonly label?: string;
  readonly text?: string;
  readonly locale?: string;
  readonly summary?: string;
  readonly attachments?: readonly { readonly contentType: string; readonly content: Card }[];
  readonly [field: string]: unknown;
}

export interface Card {
  readonly body: readonly CardPart[];
  readonly actions?: readonly CardPart[];
  readonly fallbackText?: string;
  readonly version?: string;
  readonly [field: string]: unknown;
}

export interface CardPart {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** How the next calls are answered, one each; then with 201 again. */
type Behaviour =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  /** The call is taken, and never answered. */
  | 'hang'
  /** The call is taken, and the connection cut. */
  | 'cut';

export interface FakeConnector {
  /** What activities carry as `serviceUrl`. */
  readonly serviceUrl: string;
  /** `host:port`, as a bot is told to trust it. */
  readonly host: string;
  /** What the roster says of a member, by the member's id; of nobody else there is anything. A status alone is a failure. */
  readonly roster: Map<string, { readonly status: number; readonly body?: unknown }>;
  /** Who was asked for, and by which token, oldest first. */
  readonly asked: readonly { readonly conversation: string; readonly member: string; readonly authorization: string | undefined }[];
  /** All calls, oldest first. */
  readonly calls: readonly Recorded[];
  /** The first call that fits, already here or still to come. @param from leaves out the calls before this one */
  waitFor(fits?: (call: Recorded) => boolean, from?: number): Promise<Recorded>;
  behave(...next: readonly Behaviour[]): void;
  /** How calls are answered until it is said otherwise, where `behave` says nothing; null from it: with 201. */
  trouble(mood: ((call: Pick<Recorded, 'method' | 'conversation' | 'activity'>) => Behaviour | null) | null): void;
  /** Nobody listens any more: connections are refused. */
  refuse(): Promise<void>;
  /** Listens again at the same place. */
  accept(): Promise<void>;
  close(): Promise<void>;
}

/** A Bot Framework connector on a free loopback port, which records what a bot sends. */
export async function startConnector(): Promise<FakeConnector> {
  const calls: Recorded[] = [];
  const roster: FakeConnector['roster'] = new Map();
  const asked: FakeConnector['asked'][number][] = [];
  const behaviours: Behaviour[] = [];
  let mood: Parameters<FakeConnector['trouble']>[0] = null;
  let waiting: { readonly fits: (call: Recorded) => boolean; readonly found: (call: Recorded) => void }[] = [];

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const place = /^\/teams\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/u.exec(request.url ?? '');
    const member = /^\/teams\/v3\/conversations\/([^/]+)\/members\/([^/]+)$/u.exec(request.url ?? '');
    if (request.method === 'GET' && member !== null) {
      const [conversation = '', who = ''] = member.slice(1).map(decodeURIComponent);
      asked.push({ conversation, member: who, authorization: request.headers.authorization });
      const known = roster.get(who) ?? { status: 404, body: { error: { code: 'MemberNotFoundInConversation' } } };
      response.writeHead(known.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(known.body ?? {}));
      return;
    }
    let body = '';
    for await (const piece of request) body += String(piece);
    if (place === null) {
      response.writeHead(404);
      response.end();
      return;
    }
    const method = request.method as Recorded['method'];
    const conversation = decodeURIComponent(place[1] ?? '');
    const activity = JSON.parse(body === '' ? '{}' : body) as Sent;
    const behaviour = behaviours.shift() ?? mood?.({ method, conversation, activity }) ?? { status: 201 };
    const id = request.method === 'POST' ? `activity-${calls.length + 1}` : decodeURIComponent(place[2] ?? '');
    const call: Recorded = {
      method,
      conversation,
      id,
      activity,
      headers: request.headers,
      status: typeof behaviour === 'object' ? behaviour.status : null,
    };
    calls.push(call);
    if (behaviour === 'cut') request.socket.destroy();
    else if (behaviour !== 'hang') {
      response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers });
      response.end(JSON.stringify(behaviour.body ?? { id }));
    }
    const found = waiting.filter(({ fits }) => fits(call));
    waiting = waiting.filter((each) => !found.includes(each));
    for (const each of found) each.found(call);
  };

  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;

  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    serviceUrl: `http://127.0.0.1:${port}/teams/`,
    host: `127.0.0.1:${port}`,
    calls,
    roster,
    asked,
    waitFor(fits = () => true, from = 0) {
      const here = calls.slice(from).find((call) => fits(call));
      if (here !== undefined) return Promise.resolve(here);
      return new Promise((found) => {
        waiting.push({ fits, found });
      });
    },
    behave: (...next) => void behaviours.push(...next),
    trouble(next) {
      mood = next;
    },
    refuse: stop,
    async accept() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    close: stop,
  };
}

/** Everything a person reads in an activity, in order: its text, or its card's texts, labels and buttons. */
export function wordsOf(activity: Sent): string {
  const card = activity.attachments?.[0]?.content;
  if (card === undefined) return activity.text ?? '';
  return [...partsOf(card)]
    .flatMap((part) => [part['text'], part['label'], part.type.startsWith('Action.') ? part['title'] : undefined])
    .filter((words) => typeof words === 'string')
    .join('\n');
}

/** Every part of a card, at any depth, with its buttons but without what stands in for them. */
export function* partsOf(card: Card): Generator<CardPart> {
  for (const list of [card.body, card.actions ?? []]) yield* parts(list);
}

function* parts(list: readonly unknown[]): Generator<CardPart> {
  for (const each of list) {
    if (typeof each !== 'object' || each === null || !('type' in each)) continue;
    const part = each as CardPart;
    yield part;
    for (const inner of ['items', 'columns', 'inlines', 'actions'] as const) {
      const nested = part[inner];
      if (Array.isArray(nested)) yield* parts(nested);
    }
    // What opens beneath a button.
    const { card } = each as { readonly card?: Card };
    if (card !== undefined) yield* partsOf({ ...card, body: card.body ?? [] });
  }
}

/** The data of a card's button, found by its choice or its words: what a client sends back when it is pressed. */
export function buttonOf(activity: Sent, wanted: string): { readonly choose: string; readonly step: string } {
  const card = activity.attachments?.[0]?.content;
  for (const part of card === undefined ? [] : partsOf(card)) {
    const data = part['data'] as { choose: string; step: string } | undefined;
    if (part.type === 'Action.Execute' && data !== undefined && (data.choose === wanted || part['title'] === wanted)) return data;
  }
  throw new Error(`no button "${wanted}" in: ${wordsOf(activity)}`);
}
