import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { generateSync } from 'otplib';
import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import type { MethodKind, Purpose } from '../../dialogs/methods.ts';
import type { Policy } from '../../src/config/policy.ts';
import type { Act } from '../../src/conversation/port.ts';
import type { Delivered, Parcel } from '../../src/delivery/port.ts';
import type { AccountState, Directory } from '../../src/directory/port.ts';
import { answerElsewhere } from '../../src/methods/answer-elsewhere.ts';
import { methodHandlers } from '../../src/methods/handlers.ts';
import { readMethodsDocument, type MethodsDocument } from '../../src/methods/method-record.ts';
import { plantMethods, type PlantedMethod } from '../../src/methods/plant-methods.ts';
import type { ElsewherePorts } from '../../src/methods/answer-elsewhere.ts';
import type { TelephonyAlarm } from '../../src/methods/ports.ts';
import { otpauthAddresses } from '../../src/methods/summary.ts';
import type { Random } from '../../src/ports.ts';
import { Keys, type SealKey } from '../../src/security/keys.ts';
import { keys, partitionOf } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { demoPolicy, demoSentences } from '../delivery/demo-words.ts';
import { stillClock } from '../store/still-clock.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const start = Date.UTC(2026, 2, 2, 8, 0, 0);
export const anna = 'a0000000-0000-4000-8000-000000000001';
export const mobile = '+46701740605';
export const alternate = 'anna.berg@example.org';

/** A stack of an account, as the runner names it. */
export const stackOf = (accountId: string): string => keys.stack('tenant', accountId);

/** Bytes that look random and are the same in every run. */
export function seeded(seed: string): Random {
  let turn = 0;
  return {
    bytes(count) {
      const parts: Buffer[] = [];
      for (let length = 0; length < count; length += 32) {
        turn += 1;
        parts.push(createHash('sha256').update(`${seed} ${turn}`).digest());
      }
      return Buffer.concat(parts).subarray(0, count);
    },
  };
}

/** Somebody's account, as the directory reads it. */
export const accountOf = (id: string, change: Partial<AccountState> = {}): AccountState => ({
  readAt: start,
  id,
  userId: 'anna.berg@fjallbyn.example',
  name: 'Anna Berg',
  kind: 'person',
  enabled: true,
  licensed: true,
  hasPassword: true,
  passwordSetAt: start,
  passwordExpired: false,
  mustChangePassword: false,
  passwordManaged: 'here',
  locked: null,
  privileged: false,
  groups: [],
  managerId: null,
  workMail: 'anna.berg@fjallbyn.example',
  workAddresses: ['anna.berg@fjallbyn.example', 'anna@berg-alias.example'],
  language: null,
  ...change,
});

export interface RoomOptions {
  readonly policy?: (policy: Policy) => Policy;
  readonly mayRegister?: () => boolean;
  /** A store that somebody else opened and closes; a SQLite of its own when absent. */
  readonly store?: Store;
  /** The clock of another room on the same store. */
  readonly clock?: ReturnType<typeof stillClock>;
  readonly sealKeys?: readonly SealKey[];
  /** What the directory holds of numbers and addresses. */
  readonly placesOnFile?: Directory['placesOnFile'];
}

type ActChange = Partial<Omit<Act, 'account'>> & { readonly account?: () => Promise<AccountState | null> };

/** Rooms on one store must not give two acts one id. */
let rooms = 0;

const opened: { readonly store: Store; readonly folder: string }[] = [];
afterEach(async () => {
  for (const { store, folder } of opened.splice(0)) {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

function ownStore(): Store {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-methods-'));
  const store = openSqlite({ folder, serve: true });
  opened.push({ store, folder });
  return store;
}

/** The room on a real store in a folder of its own, with a still clock, and somebody to act in it. */
export function makeRoom(options: RoomOptions = {}) {
  const store = options.store ?? ownStore();
  const clock = options.clock ?? stillClock(start);
  rooms += 1;
  const name = options.store === undefined ? 'act' : `act-${rooms}`;
  const parcels: Parcel[] = [];
  const outcomes: Delivered[] = [];
  const alarms: TelephonyAlarm[] = [];
  const seals = new Keys(options.sealKeys ?? [{ name: 'k1', bytes: Buffer.alloc(32, 7) }], seeded('keys'));
  const policy = (options.policy ?? ((same) => same))(demoPolicy());
  const ports: ElsewherePorts = {
    store,
    clock,
    random: seeded(`room ${name}`),
    keys: seals,
    policy,
    sentences: demoSentences(policy),
    delivery: {
      deliver(parcel) {
        parcels.push(parcel);
        return Promise.resolve(outcomes.shift() ?? { ok: true, providerId: null });
      },
    },
    mayRegister: () => Promise.resolve((options.mayRegister ?? (() => true))()),
    mayBeHelped: async () => true,
    telephonyAlarm: (alarm) => alarms.push(alarm),
    wake: () => undefined,
    accountOf: async () => null,
    ...(options.placesOnFile && { placesOnFile: options.placesOnFile }),
  };
  const handlers = methodHandlers(ports);
  let acts = 0;

  const act = (change: ActChange = {}): Act => {
    acts += 1;
    const accountId = change.accountId ?? anna;
    return {
      id: `${name}-${acts}`,
      now: clock.now(),
      tenant: 'tenant',
      door: 'teams',
      accountId,
      account: () => Promise.resolve(accountOf(accountId)),
      language: 'sv',
      stack: stackOf(accountId),
      session: 'f2',
      reference: 'TESTTEST',
      rows: new Map(),
      ...change,
    };
  };

  const room = {
    ports,
    store,
    clock,
    parcels,
    /** What delivery answers next, in order; then it all arrives. */
    outcomes,
    /** What an operator was told. */
    alarms,
    seals,
    policy,
    handlers,
    act,
    plant: (planted: readonly PlantedMethod[], accountId = anna) => plantMethods(ports, accountId, planted, start - 30 * day),
    async document(accountId = anna): Promise<MethodsDocument> {
      const row = await room.row(keys.methods(accountId));
      return readMethodsDocument(row);
    },
    async row(key: string) {
      const { rows } = await store.open({ key, owner: null, now: 0 });
      return rows.get(key)?.value ?? null;
    },
    /** The audit entries of an account's partition. */
    async audit(accountId = anna): Promise<readonly { readonly act: string; readonly verdict: string; readonly reason: string }[]> {
      const entries: { act: string; verdict: string; reason: string }[] = [];
      for (let n = 1; ; n += 1) {
        const entry = await room.row(keys.auditEntry(partitionOf(accountId), n));
        if (entry === null) return entries;
        entries.push(entry as unknown as (typeof entries)[number]);
      }
    },
    send: (to: { readonly method: string } | { readonly draft: string }, purpose: Purpose, change?: ActChange) =>
      handlers.sendChallenge.run({ ...to, purpose }, act(change)) as Promise<ResultOf<'sendChallenge'>>,
    check: (challenge: string, answer: string, change?: ActChange) =>
      handlers.checkAnswer.run({ challenge, answer }, act(change)) as Promise<ResultOf<'checkAnswer'>>,
    /** Keys digits on a telephone. */
    key: (challenge: string, answer: string, accountId = anna): Promise<ResultOf<'checkAnswer'>> =>
      answerElsewhere(
        { ...ports, wake: () => {}, accountOf: (id) => Promise.resolve(accountOf(id)) },
        { accountId, challenge, attempt: act().id, answer },
      ),
    draft: (kind: MethodKind, answer?: string, change?: ActChange, replaces?: string) =>
      handlers.draftMethod.run(
        { kind, ...(answer !== undefined && { answer }), ...(replaces !== undefined && { replaces }) },
        act(change),
      ) as Promise<ResultOf<'draftMethod'>>,
    save: (params: EffectTable['storeMethod']['params'], change?: ActChange) =>
      handlers.storeMethod.run(params, act(change)) as Promise<ResultOf<'storeMethod'>>,
    remove: (params: EffectTable['removeMethod']['params'], change?: ActChange) =>
      handlers.removeMethod.run(params, act(change)) as Promise<ResultOf<'removeMethod'>>,
    name: (method: string, name?: string, change?: ActChange) =>
      handlers.nameMethod.run(name === undefined ? { method } : { method, name }, act(change)) as Promise<ResultOf<'nameMethod'>>,
    prefer: (method: string, change?: ActChange) => handlers.preferMethod.run({ method }, act(change)) as Promise<ResultOf<'preferMethod'>>,
    read: (purpose: Purpose, change?: ActChange) => handlers.readMethods.run({ purpose }, act(change)) as Promise<ResultOf<'readMethods'>>,
    /** The code of the last parcel that carried one. */
    lastCode: (): string => codeOf(parcels.at(-1)),
    /** The code an account's first app shows now, or some steps from now. */
    async appCode(steps = 0, accountId = anna): Promise<string> {
      const [uri = ''] = await otpauthAddresses(store, seals, accountId, 'someone');
      const secret = new URL(uri).searchParams.get('secret') ?? '';
      return totp(secret, clock.now() + steps * 30_000);
    },
    /** Sends a challenge and gives its id. */
    async challenge(to: { readonly method: string } | { readonly draft: string }, purpose: Purpose, change?: ActChange): Promise<string> {
      const sent = await room.send(to, purpose, change);
      if (sent.type !== 'challenge.sent') throw new Error(`the challenge was not sent: ${JSON.stringify(sent)}`);
      return sent.challenge;
    },
    /** Passes a gate by text message, mail or app, and gives the proof. */
    async prove(method: string, purpose: Purpose, change?: ActChange): Promise<string> {
      const challenge = await room.challenge({ method }, purpose, change);
      const { methods } = await room.document(change?.accountId);
      const isApp = methods.find(({ id }) => id === method)?.kind === 'authenticator-app';
      return accepted(await room.check(challenge, isApp ? await room.appCode(0, change?.accountId) : room.lastCode(), change));
    },
  };
  return room;
}

export type Room = ReturnType<typeof makeRoom>;

export const codeOf = (parcel: Parcel | undefined): string => /^\d{6}/.exec(parcel?.text ?? '')?.[0] ?? 'none';

/** A code that is not this one. */
export const wrongCode = (right: string): string => (right === '000000' ? '000001' : '000000');

export const totp = (secret: string, at: number): string => generateSync({ secret, epoch: Math.floor(at / 1000) });

/** The proof of an accepted answer. */
export function accepted(result: ResultOf<'checkAnswer'>): string {
  if (result.type !== 'answer.accepted') throw new Error(`not accepted: ${JSON.stringify(result)}`);
  return result.proof;
}

/** The draft that was taken. */
export function taken(result: ResultOf<'draftMethod'>): string {
  if (result.type !== 'draft.taken') throw new Error(`not taken: ${JSON.stringify(result)}`);
  return result.draft;
}
