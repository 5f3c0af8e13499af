import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Policy } from '../../src/config/policy.ts';
import type { Act } from '../../src/conversation/port.ts';
import { openOwed, readOutboxRow } from '../../src/delivery/outbox.ts';
import type { Parcel } from '../../src/delivery/port.ts';
import { demoAccounts, seedDemoPeople } from '../../src/directory/demo-company.ts';
import type { DirectoryNeeds } from '../../src/directory/handlers.ts';
import { LocalDirectory } from '../../src/directory/local.ts';
import { exportAudit } from '../../src/security/audit-export.ts';
import { Keys } from '../../src/security/keys.ts';
import { keys } from '../../src/store/keys.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { demoPolicy, demoSentences } from '../delivery/demo-words.ts';
import { movedClock, type MovedClock } from './moved-clock.ts';

/** The demo company in a store of its own. */
export interface Company {
  readonly needs: Omit<DirectoryNeeds, 'directory'> & { readonly directory: LocalDirectory };
  readonly clock: MovedClock;
  /** The id of the person of a story. */
  idOf(story: string): Promise<string>;
  /** An act of the person of a story, from their own Teams chat. */
  act(story: string, more?: Partial<Act>): Promise<Act>;
  seed(): Promise<void>;
  accounts(): ReturnType<typeof demoAccounts>;
  /** Every audit entry, in words that matter here. */
  audit(): Promise<
    readonly {
      readonly act: string;
      readonly verdict: string;
      readonly reason: string;
      readonly actor: string;
      readonly account: string | null;
    }[]
  >;
  /** What is owed to the world, opened. */
  owed(): Promise<readonly Omit<Parcel, 'id'>[]>;
  close(): Promise<void>;
}

/** A company whose people were put there once: hashing eleven passwords is slow on purpose. */
let template: string | null = null;
process.once('exit', () => template !== null && rmSync(template, { recursive: true, force: true }));

/** The demo company with its people, in a folder of its own. */
export async function startCompany(change?: (policy: Policy) => Policy): Promise<Company> {
  if (template === null) {
    const made = mkdtempSync(join(tmpdir(), 'latchkey-company-'));
    const seeded = openCompany(made);
    await seeded.seed();
    await seeded.needs.store.close();
    template = made;
  }
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-company-'));
  cpSync(template, folder, { recursive: true });
  return openCompany(folder, change);
}

function openCompany(folder: string, change: (policy: Policy) => Policy = (policy) => policy): Company {
  const store = openSqlite({ folder, serve: false });
  const clock = movedClock(1_800_000_000_000);
  const random = { bytes: (count: number) => randomBytes(count) };
  const seals = new Keys([{ name: 'test', bytes: Buffer.alloc(32, 9) }], random);
  const policy = change(demoPolicy());
  const directory = new LocalDirectory({ store, clock, policy });
  const needs = { store, seals, policy, sentences: demoSentences(), directory };
  const company = { store, seals, clock, random, policy, directory };
  const accounts = () => demoAccounts(company);
  const idOf = async (story: string): Promise<string> => {
    const found = (await accounts()).find((each) => each.story === story);
    if (found === undefined) throw new Error(`no ${story}`);
    return found.id;
  };
  return {
    needs,
    clock,
    idOf,
    accounts,
    seed: () => seedDemoPeople(company),
    async act(story, more = {}) {
      const accountId = await idOf(story);
      const tenant = policy.organisation.tenants[0] ?? '';
      const act: Act = {
        id: 'act-1',
        now: clock.now(),
        tenant,
        door: 'teams',
        accountId,
        account: () => directory.find(accountId),
        language: 'sv',
        stack: keys.stack(tenant, accountId),
        session: '1',
        reference: 'REF00001',
        rows: new Map(),
      };
      return { ...act, ...more };
    },
    async audit() {
      const entries = [];
      for await (const line of exportAudit(store, seals, 0)) {
        const { act, verdict, reason, actor, account } = JSON.parse(line) as Record<string, string>;
        entries.push({ act: act ?? '', verdict: verdict ?? '', reason: reason ?? '', actor: actor ?? '', account: account ?? null });
      }
      return entries;
    },
    async owed() {
      const parcels = [];
      const due = await store.due(clock.now(), 100);
      for (const { id } of due.filter(({ id: each }) => each.includes('/due/outbox/'))) {
        const key = id.replace('/due/outbox/', '/outbox/');
        const row = (await store.open({ key, owner: null, now: clock.now() })).rows.get(key) ?? null;
        if (row === null) throw new Error(`nothing at ${key}`);
        const owed = openOwed(seals, key, readOutboxRow(row.value));
        if ('parcel' in owed) parcels.push(owed.parcel);
      }
      return parcels;
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
