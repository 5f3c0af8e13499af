import { setTimeout as pause } from 'node:timers/promises';
import { BrowserTab } from './browser-tab.ts';
import { appCode, codeIn } from './codes.ts';
import type { DemoAccount, OutboxEntry } from './house.ts';
import { Visitor, type DoorAnswer } from './visitor.ts';

/** What somebody at the front door needs of a running product. */
interface DoorScene {
  readonly url: string;
  readonly publicUrl: string;
  readonly clock: { now(): number };
  /** Waits for something in the outbox, already there or still to come. */
  delivered(fits: (entry: OutboxEntry) => boolean): Promise<OutboxEntry>;
}

/** A browser's own patience: who is told to come back does so, with work done anew. */
class PatientVisitor extends Visitor {
  /** How often it was told to come back. */
  sentBack = 0;
  readonly #until: number;

  constructor(scene: DoorScene, from: string, patienceMs: number) {
    super({ url: scene.url }, { from });
    this.#until = performance.now() + patienceMs;
  }

  override async send(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<DoorAnswer> {
    for (let renewed = headers; ;) {
      const answer = await super.send(method, path, body, renewed);
      if ((answer.status !== 429 && answer.status !== 503) || performance.now() > this.#until) return answer;
      this.sentBack += 1;
      await pause(1000);
      renewed = 'x-latchkey-work' in headers ? { ...headers, 'x-latchkey-work': await this.work() } : headers;
    }
  }
}

/** How the story of an honest one ended. */
export interface Ended {
  /** The prompt it ended at; `done` with a new password. */
  readonly at: string;
  readonly sentBack: number;
  readonly ms: number;
}

/** Somebody honest, from the door to a new password: by app and by a code that is sent. */
export async function honest(scene: DoorScene, account: DemoAccount, from: string, patienceMs: number): Promise<Ended> {
  const visitor = new PatientVisitor(scene, from, patienceMs);
  const began = performance.now();
  const ended = (at: string): Ended => ({ at, sentBack: visitor.sentBack, ms: performance.now() - began });
  try {
    await visitor.open();
    await visitor.type(account.userId);
    await visitor.choose('reset');
    await visitor.choose('authenticator-app');
    await visitor.type(await appCode(account.otpauth ?? '', scene.clock.now()));
    await visitor.choose('email');
    await visitor.type(account.address ?? '');
    const mail = await scene.delivered(({ kind, to, text }) => kind === 'mail' && to === account.address && codeIn(text) !== '');
    await visitor.type(codeIn(mail.text));
    if (visitor.prompt !== 'let-in.page') return ended(visitor.prompt);
    const tab = await new BrowserTab(scene.url, scene.publicUrl).holding(visitor.cookie).open(visitor.page);
    const password = 'Gröna-Älgar-Springer-7';
    await tab.submit({ password, again: password });
    await visitor.hear('front-door.menu');
    return ended('done');
  } catch (fault) {
    return ended(`${visitor.prompt}: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}

/** What one of a flood got. */
export type Met = 'begun' | 'refused' | 'found-work-too-hard';

/** One of a flood that does no work: it begins a conversation with what it made up. */
export async function emptyHanded(scene: Pick<DoorScene, 'url'>, from: string, work?: string): Promise<Met> {
  const visitor = new Visitor(scene, { from });
  const { status } = await visitor.send('POST', '/start/v3/directline/conversations', {}, { 'x-latchkey-work': work });
  return status === 201 ? 'begun' : 'refused';
}

/** The work got harder than one of a flood likes. */
class TooHard extends Error {}

/** Does easy work only. */
class Lazy extends Visitor {
  readonly #most: number;

  constructor(scene: Pick<DoorScene, 'url'>, from: string, mostDigits: number) {
    super(scene, { from });
    this.#most = mostDigits;
  }

  override async send(...request: Parameters<Visitor['send']>): Promise<DoorAnswer> {
    const answer = await super.send(...request);
    if (request[1] === '/start/work' && answer.status !== 200) throw new Error('no work to be had');
    const digits = /"keyPrefix":"(0+)"/u.exec(answer.body)?.[1]?.length ?? 0;
    if (digits > this.#most) throw new TooHard();
    return answer;
  }
}

/**
 * One of a flood that does what it is asked: it begins a conversation, and names somebody in it.
 * @param mostDigits it does no work that is harder
 */
export async function working(scene: Pick<DoorScene, 'url'>, from: string, mostDigits = 5): Promise<Met> {
  const visitor = new Lazy(scene, from, mostDigits);
  try {
    await visitor.open();
  } catch (fault) {
    return fault instanceof TooHard ? 'found-work-too-hard' : 'refused';
  }
  await visitor.type('nobody-at-all@fjallbyn.example').catch(() => '');
  return 'begun';
}

/** Runs all of them, so many at once. */
export async function crowd<T>(tasks: readonly (() => Promise<T>)[], atOnce: number): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) results.push(await task());
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

/** A loopback address of its own for each number: limits count them apart. */
export const addressOf = (street: number, n: number): string => `127.${street}.${Math.floor(n / 250)}.${(n % 250) + 2}`;
