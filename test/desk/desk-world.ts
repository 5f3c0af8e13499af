import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Act } from '../../src/conversation/port.ts';
import { bringWord } from '../../src/conversation/word.ts';
import { OutboxDispatcher, type Lost } from '../../src/delivery/dispatcher.ts';
import { LocalOutbox } from '../../src/delivery/local-outbox.ts';
import { actOnCase, type CaseActed, type CaseClick } from '../../src/desk/act-on-case.ts';
import { pacedAgent } from '../../src/desk/agent-pace.ts';
import type { Alarm } from '../../src/desk/alarm.ts';
import { askDue, bringAsks } from '../../src/desk/asks.ts';
import { callsDue } from '../../src/desk/call-due.ts';
import { settleCall } from '../../src/desk/settle-call.ts';
import type { DeskNeeds } from '../../src/desk/case-act.ts';
import type { CaseCardData } from '../../src/desk/case-card.ts';
import { readCase, type CaseRecord } from '../../src/desk/case-record.ts';
import { bringDigest, deliverDigest } from '../../src/desk/digest-due.ts';
import { DeskCarrier } from '../../src/desk/desk-carrier.ts';
import type { DeskPost, NotPosted } from '../../src/desk/desk-post.ts';
import { wakeCase } from '../../src/desk/wake-case.ts';
import { openCase, type OpenCaseNeeds } from '../../src/desk/open-case.ts';
import { readCases } from '../../src/desk/read-cases.ts';
import { vouching } from '../../src/desk/vouching.ts';
import type { Policy } from '../../src/config/policy.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { changeOwnCase, writeToDesk } from '../../src/desk/requester-acts.ts';
import type { AccountState, Directory } from '../../src/directory/port.ts';
import type { Json } from '../../src/ports.ts';
import { indexes, keys, partitionOf } from '../../src/store/keys.ts';
import type { DueEntry, InboxEntry, Key, Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { noCarriers } from '../delivery/no-carriers.ts';
import { demoPolicy, demoSentences } from '../delivery/demo-words.ts';
import { realRandom, StillClock, testKeys } from '../delivery/still-time.ts';

export const stina = 'd4c7f0b2-58a1-4e6d-8b39-06f1a2c3e401';
export const agentNina = 'aaaaaaaa-0000-4000-8000-000000000001';
export const agentOmar = 'aaaaaaaa-0000-4000-8000-000000000002';

export const account = (id: string, more: Partial<AccountState> = {}): AccountState => ({
  readAt: 0,
  id,
  userId: 'stina.berg@fjallbyn.example',
  name: 'Stina Berg',
  kind: 'person',
  enabled: true,
  licensed: true,
  hasPassword: true,
  passwordSetAt: 0,
  passwordExpired: false,
  mustChangePassword: false,
  passwordManaged: 'here',
  locked: null,
  privileged: false,
  groups: [],
  managerId: null,
  workMail: 'stina.berg@fjallbyn.example',
  workAddresses: [],
  language: 'sv',
  ...more,
});

/** A helpdesk with its conversation, its outbox and a store of its own. */
export class DeskWorld {
  policy = demoPolicy();
  readonly sentences = demoSentences(this.policy);
  readonly clock = new StillClock();
  readonly seals = testKeys();
  readonly mails = new LocalOutbox(this.clock);
  readonly people = new Map<string, AccountState>();
  readonly lost: Lost[] = [];
  readonly woken: Key[] = [];
  readonly alarms: Alarm[] = [];
  /** Cards of the helpdesk's conversation by activity id, in the order they were posted. */
  readonly shown = new Map<string, Json>();
  /** What the next post or update answers instead; `killed` ends the process after the card is there. */
  next: (NotPosted | 'killed' | 'doubtful-but-there')[] = [];
  /** The number of a case whose card the channel never takes. */
  poison: string | null = null;
  #posted = 0;
  directoryDown: Error | null = null;
  /** The directory finds who pressed, and then answers no more. */
  accountDown = false;
  givesPasses = true;
  gates = 0;
  tried: NonNullable<CaseRecord['tried']> = { failures: 0, sends: 0, closed: 'no' };
  standing: Awaited<ReturnType<DeskNeeds['standingProof']>> = { ok: false };
  registered: Awaited<ReturnType<OpenCaseNeeds['registered']>> = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'latchkey-desk-'));
  store: Store = openSqlite({ folder: this.#folder, serve: true });

  constructor() {
    this.people.set(stina, account(stina));
    for (const [id, name] of [
      [agentNina, 'Nina Falk'],
      [agentOmar, 'Omar Dahl'],
    ] as const) {
      this.people.set(id, account(id, { name, userId: name, groups: ['fjallbyn-helpdesk'] }));
    }
  }

  readonly directory: Pick<Directory, 'find' | 'findByUserId'> = {
    findByUserId: async (userId) => [...this.people.values()].find((person) => person.userId === userId) ?? null,
    find: async (id) => {
      if (this.directoryDown !== null) throw this.directoryDown;
      return this.people.get(id) ?? null;
    },
  };

  readonly desk: DeskPost = {
    post: async (card) => {
      const answer = this.next.shift();
      if (typeof answer === 'object') return answer;
      if (this.poison !== null && JSON.stringify(card).includes(this.poison)) return { ok: false, reason: 'unavailable' };
      this.#posted += 1;
      const activityId = `activity-${this.#posted}`;
      this.shown.set(activityId, card);
      if (answer === 'killed') throw new Error('killed');
      if (answer === 'doubtful-but-there') return { ok: false, reason: 'doubtful' };
      return { ok: true, activityId };
    },
    update: async (activityId, card) => {
      const answer = this.next.shift();
      if (typeof answer === 'object') return answer;
      this.shown.set(activityId, card);
      return { ok: true };
    },
  };

  act(more: Partial<Act> = {}): Act {
    const accountId = more.accountId ?? stina;
    const tenant = this.policy.organisation.tenants[0] ?? '';
    return {
      id: 'effect-1',
      now: this.clock.now(),
      tenant,
      door: 'teams',
      accountId,
      account: () => this.directory.find(accountId),
      language: 'sv',
      stack: keys.stack(tenant, accountId),
      session: 'home-1',
      reference: 'K7Q2M9XD',
      rows: new Map(),
      ...more,
    };
  }

  open(params: Parameters<ReturnType<typeof openCase>['run']>[0], more: Partial<Act> = {}) {
    return openCase(this.needs).run(params, this.act(more));
  }

  /** What opening a case takes. */
  get needs() {
    return {
      store: this.store,
      clock: this.clock,
      random: realRandom,
      seals: this.seals,
      policy: this.policy,
      sentences: this.sentences,
      proved: async () => ({ gates: this.gates, proofs: [] }),
      registered: async () => this.registered,
      tried: async () => this.tried,
    };
  }

  cases(accountId = stina) {
    return readCases(this).run({}, this.act({ accountId }));
  }

  /** What the requester writes to the helpdesk about the newest case, or about another by its number. */
  async write(text: string, more: Partial<Act> & { readonly number?: string } = {}) {
    return writeToDesk(this.requesterNeeds).run(
      { case: more.number ?? (await this.record()).number, text },
      this.act({ id: `write-${text}`, ...more }),
    );
  }

  /** The requester withdraws the newest case, or opens it again. */
  async change(how: 'withdraw' | 'reopen', more: Partial<Act> & { readonly number?: string } = {}) {
    return changeOwnCase(this.requesterNeeds).run(
      { case: more.number ?? (await this.record()).number, how },
      this.act({ id: `${how}-1`, ...more }),
    );
  }

  async #accountById(id: string): Promise<AccountState | null> {
    if (this.accountDown) throw new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
    return this.directory.find(id);
  }

  /** What an act of an agent takes. */
  get actNeeds() {
    return {
      store: this.store,
      clock: this.clock,
      random: realRandom,
      seals: this.seals,
      policy: this.policy,
      sentences: this.sentences,
      directory: this.directory,
      givesPasses: this.givesPasses,
      wake: (stack: Key) => this.woken.push(stack),
      accountById: (id: string) => this.#accountById(id),
      withinPace: async (agent: AccountState) =>
        pacedAgent({ store: this.store, clock: this.clock, policy: this.policy, alarm: (alarm) => void this.alarms.push(alarm) })(agent),
      vouching: { ...vouching(this), account: (id: string) => this.#accountById(id) },
      standingProof: async () => this.standing,
    };
  }

  get requesterNeeds() {
    return { store: this.store, clock: this.clock, seals: this.seals, policy: this.policy, wake: (stack: Key) => this.woken.push(stack) };
  }

  /** What an agent's click does; by default Nina's on the first button, of the newest card, in the helpdesk's conversation. */
  click(more: Partial<CaseClick> & { readonly by?: string } = {}): Promise<CaseActed> {
    const [activity = '', card] = [...this.shown].at(-1) ?? [];
    return actOnCase(this.actNeeds, {
      ...dataOf(card ?? null, typeof more.act === 'string' ? more.act : undefined),
      aadObjectId: more.by ?? agentNina,
      tenant: this.policy.organisation.tenants[0] ?? '',
      place: 'channel',
      conversationId: `${this.policy.contacts.desk.conversation};messageid=1700000000000`,
      cardActivity: activity,
      ...more,
    });
  }

  /** Nina takes the newest case up and resolves it. */
  async resolve(): Promise<void> {
    await this.pay();
    await this.click({ act: 'claim' });
    await this.pay();
    await this.click({ act: 'resolve' });
  }

  /** What was put into the second conversation. */
  readonly second: Json[] = [];
  isRegistered = false;

  /** Changes the policy's block on the desk. */
  setDesk(desk: Partial<Policy['desk']>): void {
    this.policy = { ...this.policy, desk: { ...this.policy.desk, ...desk } };
  }

  /** Hands to the rooms of the process everything that is due, until nothing is. */
  async pay(): Promise<void> {
    const { dispatcher, wake } = (this.#process ??= this.#start());
    for (let found = await this.store.due(this.clock.now(), 100); found.length > 0; found = await this.store.due(this.clock.now(), 100)) {
      for (const entry of found) {
        const what = entry.id.split('/')[2];
        if (what === 'outbox') await dispatcher.deliverDue(entry).catch(() => {});
        if (what === 'case') await wake(entry);
        if (what === 'word') await bringWord(this.store, this.clock, (stack) => void this.woken.push(stack))(entry);
        if (what === 'digest') await deliverDigest({ store: this.store, clock: this.clock, seals: this.seals, policy: this.policy })(entry);
        if (what === askDue) await bringAsks({ ...this.requesterNeeds, wake: (stack) => void this.woken.push(stack) })(entry);
        if (what === callsDue) await settleCall(this.requesterNeeds)(entry);
      }
    }
  }

  /** The same while time goes on, looking every second for a minute and then twice a minute. */
  async payFor(ms: number): Promise<void> {
    for (let gone = 0; gone <= ms;) {
      await this.pay();
      const step = gone < 60_000 ? 1_000 : 30_000;
      gone += step;
      if (gone <= ms) this.clock.forward(step);
    }
  }

  #process: { readonly dispatcher: OutboxDispatcher; readonly wake: (entry: DueEntry) => Promise<void> } | null = null;

  #start() {
    const { store, clock, seals, sentences, policy, desk } = this;
    const changes = { store, clock, seals, policy, wake: (stack: Key) => void this.woken.push(stack) };
    const cases = new DeskCarrier({
      ...changes,
      random: realRandom,
      sentences,
      desk,
      second: async (card) => {
        this.second.push(card);
        return { ok: true, activityId: null };
      },
    });
    const dispatcher = new OutboxDispatcher({
      store,
      seals,
      clock,
      random: realRandom,
      delivery: this.mails,
      cases,
      carriers: { ...noCarriers, ...cases.more, digest: bringDigest({ sentences, policy }, desk) },
      onLost: (lost) => this.lost.push(lost),
    });
    return { dispatcher, wake: wakeCase({ ...changes, sentences, isRegistered: async () => this.isRegistered }) };
  }

  /** The process ends and another one starts on the same store. */
  async restart(): Promise<void> {
    await this.store.close();
    this.store = openSqlite({ folder: this.#folder, serve: true });
    this.#process = null;
  }

  async record(): Promise<CaseRecord> {
    const [only] = (await this.records()).slice(-1);
    if (only === undefined) throw new Error('there is no case');
    return only;
  }

  /** Every case of the account, oldest first. */
  async records(accountId = stina): Promise<readonly CaseRecord[]> {
    const list = (await this.read(keys.casesOf(accountId))) as { cases: { id: string }[] } | null;
    const rows = await Promise.all((list?.cases ?? []).map(({ id }) => this.read(keys.case(id))));
    return rows
      .filter((row) => row !== null)
      .map(readCase)
      .toReversed();
  }

  async read(key: Key): Promise<Json | null> {
    return (await this.store.open({ key, owner: null, now: this.clock.now() })).rows.get(key)?.value ?? null;
  }

  async inbox(accountId = stina): Promise<readonly InboxEntry[]> {
    return (await this.store.open({ key: this.act({ accountId }).stack, owner: null, now: this.clock.now() })).inbox;
  }

  async openIndex(): Promise<readonly Key[]> {
    return (await this.store.scan(indexes.openCases, null, 100)).entries.map(({ member }) => member);
  }

  /** The audit entries of an account's partition, in order. */
  async audit(accountId = stina): Promise<readonly Record<string, Json>[]> {
    const entries: Record<string, Json>[] = [];
    for (let sequence = 1; ; sequence += 1) {
      const entry = await this.read(keys.auditEntry(partitionOf(accountId), sequence));
      if (entry === null) return entries;
      entries.push(entry as Record<string, Json>);
    }
  }

  async end(): Promise<void> {
    await this.store.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** The data of a card's button: of this act, or of the first one. */
export function dataOf(card: Json, act?: string): CaseCardData {
  const all = buttonsOf(card);
  return all.find((data) => data.act === act) ?? { case: '', act: 'claim', version: 0, ...all[0], ...(act === undefined ? {} : { act }) };
}

/** What every button of a card brings back, those beneath others too. */
function buttonsOf(part: Json): CaseCardData[] {
  if (typeof part !== 'object' || part === null) return [];
  if (Array.isArray(part)) return (part as Json[]).flatMap(buttonsOf);
  const { type, data, fallback: _, ...rest } = part as Record<string, Json>;
  if (type === 'Action.Execute') return [data as unknown as CaseCardData];
  return Object.values(rest).flatMap(buttonsOf);
}
