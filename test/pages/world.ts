import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PageKind } from '../../dialogs/views.ts';
import type { Language } from '../../src/config/policy.ts';
import type { Act } from '../../src/conversation/port.ts';
import type { Directory } from '../../src/directory/port.ts';
import { Sentences } from '../../src/locales/sentences.ts';
import { presentPasswordProof } from '../../src/methods/proof-record.ts';
import type { PageNeeds, PageRules } from '../../src/pages/needs.ts';
import { openPage } from '../../src/pages/open-page.ts';
import { PageAddresses } from '../../src/pages/page-links.ts';
import { readPage, type PageRecord } from '../../src/pages/page-record.ts';
import { pageRoutes } from '../../src/pages/routes.ts';
import { readTrail } from '../../src/security/audit-trail.ts';
import type { Clock } from '../../src/ports.ts';
import { Keys } from '../../src/security/keys.ts';
import type { PlainRequest, PlainResponse, Route } from '../../src/server/route.ts';
import { keys, partitionOf } from '../../src/store/keys.ts';
import type { InboxEntry, Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { stillClock } from '../store/still-clock.ts';
import { anna, DirectoryStandIn } from './directory-stand-in.ts';

const startAt = Date.UTC(2026, 2, 14, 9, 22);
const publicUrl = 'https://latchkey.example.com';
export const seed = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
/** Pages that show what is being registered. */
const showsDraft: readonly PageKind[] = ['enrol-authenticator-app', 'show-recovery-codes', 'choose-security-questions'];
/** As the page shows them. */
export const codes = Array.from({ length: 10 }, (_, n) => `7K3M-Q9XZ-0B2D-${n}H5T`);
export const stack = keys.stack('tenant-1', anna.id);
export const partition = partitionOf(anna.id);

export const testKeys = (...names: readonly string[]): Keys =>
  new Keys(
    (names.length === 0 ? ['k1'] : names).map((name) => ({ name, bytes: Buffer.alloc(32, name) })),
    { bytes: randomBytes },
  );

const standing = (language: Language): Record<string, string> => ({
  organisation: 'Fjällgruppen',
  itName: 'IT',
  itPhone: '010-1',
  itHours: language,
  itLink: 'https://it.example.org',
  guideLink: '',
  securityInfoLink: '',
  resetPortalLink: '',
  personalLink: '',
  publicUrl,
});

export type World = Awaited<ReturnType<typeof newWorld>>;

/** The pages' room on a store of its own, with a directory of one account. */
export async function newWorld(
  options: {
    readonly store?: Store;
    readonly directory?: (store: Store, clock: Clock) => Directory;
    readonly rules?: Partial<PageRules>;
    readonly publicUrl?: string;
    readonly keyring?: Keys;
  } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-pages-'));
  const store = options.store ?? openSqlite({ folder, serve: true });
  const clock = stillClock(startAt);
  const directory = new DirectoryStandIn(clock);
  const woken: string[] = [];
  let effects = 0;
  const rules: PageRules = {
    mayHave: async () => true,
    proofsSuffice: async () => ({ ok: true, expect: {} }),
    giveBack: async () => ({ expect: {}, parts: {} }),
    isByStartCode: async () => false,
    presentPasswordProof,
    passwordSetNotices: async ({ pageId, what, at }) => ({
      put: { [keys.outbox(partition, `${pageId}.notice`)]: { notice: what, at } },
    }),
    openDraftSeed: async (account, _userId, draft) =>
      account === anna.id && draft === 'draft-1'
        ? { secret: seed, otpauth: `otpauth://totp/Fj%C3%A4llgruppen:anna.berg%40example.org?secret=${seed}&issuer=Fj%C3%A4llgruppen` }
        : null,
    openDraftCodes: async (account, draft) => (account === anna.id && draft === 'draft-1' ? codes : null),
    confirmDraftCodes: async ({ id, draft, accountId }) =>
      accountId === anna.id && draft === 'draft-1'
        ? { proof: id, parts: { put: { [keys.proof(accountId, id)]: { proves: draft } }, until: {} }, expect: {} }
        : null,
    openQuestionChoice: async () => null,
    confirmQuestions: async () => null,
    openQuestions: async () => null,
    answerQuestions: async () => ({ type: 'answer.rejected', reason: 'expired', triesLeft: 0, mark: null }),
    key: { purpose: async () => null, open: async () => null, weigh: async () => ({ is: 'over' }), digits: async () => null },
    doorKey: { open: async () => null, weigh: async () => ({ is: 'over' }) },
    ...options.rules,
  };
  const needs: PageNeeds = {
    store,
    clock,
    random: { bytes: randomBytes },
    keys: options.keyring ?? testKeys(),
    directory: options.directory?.(store, clock) ?? directory,
    sentences: new Sentences(standing, 'Europe/Stockholm'),
    policy: {
      limits: { pageMinutes: 10, passwordTriesPerDay: 3 } as PageNeeds['policy']['limits'],
      organisation: { name: 'Fjällgruppen', domains: ['example.org'], tenants: ['tenant-1'], zone: 'Europe/Stockholm' },
      contacts: {
        it: {
          name: 'IT',
          phone: '08-465 004 10',
          hours: { en: 'weekdays 8 to 17', sv: 'vardagar 8 till 17' },
          link: 'https://it.example.org/',
        },
      } as PageNeeds['policy']['contacts'],
    },
    publicUrl: options.publicUrl ?? publicUrl,
    wake: (woke) => void woken.push(woke),
    doorConversation: () => null,
    rules,
  };
  const routes = pageRoutes(needs);

  const actOf = (changes: Partial<Act> = {}): Act => {
    effects += 1;
    return {
      id: `effect-${effects}`,
      now: clock.now(),
      tenant: 'tenant-1',
      door: 'teams',
      accountId: anna.id,
      account: () => needs.directory.find(anna.id),
      language: 'en',
      stack,
      session: 'session-1',
      reference: 'ABCD1234',
      rows: new Map(),
      ...changes,
    };
  };

  const inbox = async (): Promise<readonly InboxEntry[]> => (await store.open({ key: stack, owner: null, now: clock.now() })).inbox;

  return {
    needs,
    routes,
    store,
    clock,
    directory,
    woken,
    actOf,
    links: new PageAddresses(needs.keys, needs.publicUrl),
    /** Opens a page as the effect does; fails the test when it is refused. */
    async open(kind: PageKind, changes: Partial<Act> = {}): Promise<string> {
      const params = { page: kind, proofs: ['proof-1', 'proof-2'], ...(showsDraft.includes(kind) ? { draft: 'draft-1' } : {}) };
      const result = await openPage(needs).run(params, actOf(changes));
      if (result?.type !== 'page.opened') throw new Error(`the page was refused: ${JSON.stringify(result)}`);
      return result.page;
    },
    /** The page's row as it is. */
    async page(pageId: string): Promise<PageRecord> {
      const key = keys.page(pageId);
      const row = (await store.open({ key, owner: null, now: clock.now() })).rows.get(key);
      const page = row ? readPage(row.value) : null;
      if (page === null) throw new Error('no such page');
      return page;
    },
    /** What the chat was told, oldest first. */
    told: async (): Promise<readonly unknown[]> => (await inbox()).map(({ value }) => (value as { event: unknown }).event),
    inbox,
    async row(key: string): Promise<unknown> {
      return (await store.open({ key, owner: null, now: clock.now() })).rows.get(key)?.value ?? null;
    },
    /** The audit's acts with their verdicts, oldest first. */
    async audit(): Promise<readonly string[]> {
      const acts: string[] = [];
      for await (const { rows } of readTrail(store, needs.keys, partition)) {
        for (const { value } of rows) if (value !== null) acts.push(said(value as Record<string, unknown>));
      }
      return acts;
    },
    async close(): Promise<void> {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const said = ({ act, verdict, reason }: Record<string, unknown>): string => `${String(act)} ${String(verdict)} ${String(reason)}`;

/** A browser: a jar of cookies with their paths, and the forms it was given. */
export class Browser {
  readonly #routes: readonly Route[];
  readonly #origin: string;
  readonly #jar: { path: string; name: string; value: string }[] = [];
  last: PlainResponse = { status: 0 };

  constructor(world: Pick<World, 'routes' | 'needs'>) {
    this.#routes = world.routes;
    this.#origin = new URL(world.needs.publicUrl).origin;
  }

  get text(): string {
    return typeof this.last.body === 'string' ? this.last.body : '';
  }

  /** The cookie this browser would send to a page. */
  cookie(url: string): string {
    return this.#jar.find((each) => new URL(url).pathname.startsWith(each.path))?.value ?? '';
  }

  /** Puts a cookie there that no page gave it. */
  take(url: string, value: string): void {
    this.#jar.push({ path: new URL(url).pathname, name: 'latchkey-page', value });
  }

  /** The hidden token of the last form. */
  get csrf(): string {
    return /name="csrf" value="([^"]+)"/.exec(this.text)?.[1] ?? '';
  }

  get(url: string, headers: Record<string, string> = {}): Promise<PlainResponse> {
    return this.#send('GET', url, headers, null);
  }

  /** Sends a form as a page with `no-referrer` does, and follows where it is sent. */
  async post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<PlainResponse> {
    const sent = { origin: 'null', 'sec-fetch-site': 'same-origin', ...headers };
    const response = await this.#send('POST', url, sent, new URLSearchParams(fields));
    return response.status === 303 ? this.get(new URL(String(response.headers?.['location']), url).href) : response;
  }

  async #send(method: 'GET' | 'POST', url: string, headers: Record<string, string>, form: URLSearchParams | null): Promise<PlainResponse> {
    const path = new URL(url, this.#origin).pathname;
    const [, room = '', address] = /^(.*\/(?:page|not-me))\/([^/]+)$/.exec(path) ?? [];
    const route = this.#routes.find(
      (each) => each.method === method && each.path === (address === undefined ? path : `${room.slice(room.lastIndexOf('/'))}/:address`),
    );
    if (route === undefined) throw new Error(`no route for ${method} ${path}`);
    const cookies = Object.fromEntries(this.#jar.filter((each) => path.startsWith(each.path)).map(({ name, value }) => [name, value]));
    const request: PlainRequest = {
      id: 'request-1',
      method,
      path,
      params: { address: address ?? '' },
      query: {},
      search: '',
      headers,
      cookies,
      body: undefined,
      form,
      raw: form?.toString() ?? '',
      client: '127.0.0.1',
    };
    this.last = await route.handle(request);
    const set = this.last.headers?.['set-cookie'];
    if (typeof set === 'string') {
      const [, name = '', value = '', cookiePath = '/'] = /^([^=]+)=([^;]*); Path=([^;]+)/.exec(set) ?? [];
      this.#jar.push({ path: cookiePath, name, value });
    }
    return this.last;
  }
}

/** Opens a page and types its number: the browser then holds it. */
export async function hold(
  world: World,
  kind: PageKind,
  changes: Partial<Act> = {},
): Promise<{ pageId: string; url: string; browser: Browser }> {
  const pageId = await world.open(kind, changes);
  const { url, number } = world.links.of(pageId);
  const browser = new Browser(world);
  await browser.post(url, { number });
  return { pageId, url, browser };
}
