import type { Policy } from '../config/policy.ts';
import { LatchkeyError } from '../errors.ts';
import type { Clock, Random } from '../ports.ts';
import { systemRandom } from '../security/system-ports.ts';
import { indexes, keys } from '../store/keys.ts';
import type { Commit, Store } from '../store/port.ts';
import { update } from '../store/update.ts';
import {
  afterWrongPassword,
  lockAt,
  noneWrong,
  readLocalAccount,
  stateOf,
  type LocalAccount,
  type LocalAccountChange,
} from './local-account.ts';
import { hashPassword, isPassword } from './password-hash.ts';
import { brokenRule, passwordRules } from './password-quality.ts';
import type { AccountId, AccountState, Directory, PasswordProved, PasswordRule, PasswordSet, PlacesOnFile, TemporaryPass } from './port.ts';
import { temporaryPassword } from './temporary-password.ts';

interface LocalDirectoryOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Pick<Policy, 'password' | 'organisation'>;
  /** What passes are made of; the system's when left out. */
  readonly random?: Random;
}

/** What a new account is, beside its password. */
export type NewLocalAccount = Omit<
  LocalAccount,
  'passwordHash' | 'passwordSetAt' | 'hasFirstPassword' | 'passwordDue' | 'wrong' | 'sessionsEnded' | 'placesOnFile'
> &
  Partial<Pick<LocalAccount, 'placesOnFile'>>;

/**
 * The demo company's directory, kept in the store. It behaves as a directory does: it keeps password hashes only, locks an account after
 * ten wrong passwords for 15 minutes, and refuses passwords by its own rules.
 */
export class LocalDirectory implements Directory {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #policy: LocalDirectoryOptions['policy'];
  readonly #random: Random;

  constructor({ store, clock, policy, random = systemRandom }: LocalDirectoryOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#policy = policy;
    this.#random = random;
  }

  async find(id: AccountId): Promise<AccountState | null> {
    const account = await this.#read(id);
    return account === null ? null : stateOf(account, this.#clock.now());
  }

  async findByUserId(userId: string): Promise<AccountState | null> {
    const wanted = userId.trim().toLowerCase();
    const found: AccountId[] = [];
    for (let from: string | null = null; ;) {
      const page = await this.#store.scan(indexes.localAccounts, from, 200);
      for (const { member } of page.entries) {
        const named = keys.localUserIdParts(member);
        if (named.userId === wanted) found.push(named.accountId);
      }
      from = page.next;
      if (from === null) break;
    }
    const [only] = found;
    return only !== undefined && found.length === 1 ? this.find(only) : null;
  }

  async placesOnFile(id: AccountId): Promise<PlacesOnFile | null> {
    const account = await this.#read(id);
    if (account === null) return null;
    return { readAt: this.#clock.now(), places: account.placesOnFile.map((place) => ({ ...place, source: 'profile' })) };
  }

  async provePassword(id: AccountId, password: string): Promise<PasswordProved> {
    const before = await this.#read(id);
    const refused = refusal(before, this.#clock.now());
    if (refused !== null) return refused;
    const hashed = before?.passwordHash ?? '';
    const right = await isPassword(hashed, password);
    const proved = await this.#change<PasswordProved | 'changed'>(id, (account, now) => {
      // Judged again on the account as it is now, so that of many guesses at once no more count than the limit allows.
      const refusedNow = refusal(account, now);
      if (account === null || refusedNow !== null) return { account: null, result: refusedNow ?? { ok: false, reason: 'not-found' } };
      if (account.passwordHash !== hashed) return { account: null, result: 'changed' };
      if (!right) return { account: afterWrongPassword(account, now), result: { ok: false, reason: 'wrong' } };
      return { account: account.wrong.count === 0 ? null : { ...account, wrong: noneWrong }, result: { ok: true } };
    });
    return proved === 'changed' ? this.provePassword(id, password) : proved;
  }

  async passwordRules(_id: AccountId): Promise<readonly PasswordRule[]> {
    return passwordRules(this.#policy.password);
  }

  async setPassword(id: AccountId, password: string): Promise<PasswordSet> {
    const before = await this.#read(id);
    const refused = settingRefused(before);
    if (before === null || refused !== null) return refused ?? { ok: false, reason: 'not-found' };
    const broken = await this.#brokenRule(before, password);
    if (broken !== null) return { ok: false, reason: 'policy', rule: broken };
    return this.#setPassword(id, password, null);
  }

  /** A random password that must be changed at the next sign-in. */
  async temporaryPass(id: AccountId): Promise<TemporaryPass> {
    const before = await this.#read(id);
    const refused = settingRefused(before);
    if (before === null || refused !== null) return refused ?? { ok: false, reason: 'not-found' };
    const pass = await temporaryPassword(this.#random, this.#policy.password.minimumLength, (each) => this.#brokenRule(before, each));
    const set = await this.#setPassword(id, pass, 'must-change');
    return set.ok ? { ok: true, pass, is: 'password', until: null } : set;
  }

  async #setPassword(
    id: AccountId,
    password: string,
    passwordDue: LocalAccount['passwordDue'],
  ): Promise<Exclude<PasswordSet, { reason: 'policy' }>> {
    const passwordHash = await hashPassword(password);
    return this.#change<Exclude<PasswordSet, { reason: 'policy' }>>(id, (account, now) => {
      const refusedNow = settingRefused(account);
      if (account === null || refusedNow !== null) return { account: null, result: refusedNow ?? { ok: false, reason: 'not-found' } };
      return {
        account: { ...account, passwordHash, passwordSetAt: now, hasFirstPassword: false, passwordDue, lock: null, wrong: noneWrong },
        result: { ok: true, at: now },
      };
    });
  }

  unlock(id: AccountId): ReturnType<Directory['unlock']> {
    return this.#change<Awaited<ReturnType<Directory['unlock']>>>(id, (account) => {
      if (account === null) return { account: null, result: { ok: false, reason: 'not-found' } };
      if (account.passwordManaged !== 'here') return { account: null, result: { ok: false, reason: 'managed-elsewhere' } };
      const isOpen = account.lock === null && account.wrong.count === 0;
      return { account: isOpen ? null : { ...account, lock: null, wrong: noneWrong }, result: { ok: true } };
    });
  }

  endSessions(id: AccountId): Promise<'ended'> {
    return this.#change<'ended'>(id, (account) => ({
      account: account === null ? null : { ...account, sessionsEnded: account.sessionsEnded + 1 },
      result: 'ended',
    }));
  }

  /** What a directory's administrator sees of an account, even while the directory does not answer for it; null when there is none. */
  async peek(id: AccountId): Promise<Pick<LocalAccount, 'userId' | 'name' | 'hasFirstPassword' | 'sessionsEnded'> | null> {
    return this.#stored(id);
  }

  /**
   * Adds an account, unless there is one of its id: that one stays as it is.
   * @returns whether it was added
   */
  async add(account: NewLocalAccount, password: string | null): Promise<boolean> {
    const key = keys.localAccount(account.id);
    const opened = await this.#store.open({ key, owner: null, now: this.#clock.now() });
    if ((opened.rows.get(key) ?? null) !== null) return false;
    const now = this.#clock.now();
    const passwordHash = password === null ? null : await hashPassword(password);
    const added: LocalAccount = {
      placesOnFile: [],
      ...account,
      passwordHash,
      passwordSetAt: password === null ? null : now,
      hasFirstPassword: password !== null,
      wrong: noneWrong,
      passwordDue: null,
      sessionsEnded: 0,
    };
    const committed = await this.#store.commit({ expect: { [key]: 0 }, put: { [key]: { ...added } }, index: [named(added, 0)] });
    return committed.ok;
  }

  /** What an administrator of the directory does to an account: disable it, lock it, move its user ID, and so on. @returns whether there is one */
  change(id: AccountId, change: LocalAccountChange): Promise<boolean> {
    return this.#change(
      id,
      (account) => ({ account: account === null ? null : { ...account, ...change }, result: account !== null }),
      true,
    );
  }

  async #brokenRule(account: LocalAccount, password: string): Promise<PasswordRule['id'] | null> {
    const { name, domains } = this.#policy.organisation;
    const broken = await brokenRule(password, account, this.#policy.password, [name, ...domains]);
    if (broken !== null) return broken;
    const isOld = account.passwordHash !== null && (await isPassword(account.passwordHash, password));
    return isOld ? 'not-the-old-one' : null;
  }

  async #read(id: AccountId): Promise<LocalAccount | null> {
    const account = await this.#stored(id);
    return account === null ? null : reachable(account);
  }

  async #stored(id: AccountId): Promise<LocalAccount | null> {
    const key = keys.localAccount(id);
    const opened = await this.#store.open({ key, owner: null, now: this.#clock.now() });
    const row = opened.rows.get(key) ?? null;
    return row === null ? null : readLocalAccount(row.value);
  }

  /** @param always changes an unreachable account too: the one who makes it so does not go through the directory */
  #change<Result>(
    id: AccountId,
    decide: (account: LocalAccount | null, now: number) => { readonly account: LocalAccount | null; readonly result: Result },
    always = false,
  ): Promise<Result> {
    const key = keys.localAccount(id);
    return update(this.#store, this.#clock, key, (row) => {
      const before = row === null ? null : readLocalAccount(row.value);
      const { account, result } = decide(before === null || always ? before : reachable(before), this.#clock.now());
      if (account === null || before === null) return { commit: null, result };
      const moved = account.userId.toLowerCase() !== before.userId.toLowerCase();
      const commit: Commit = { put: { [key]: { ...account } }, ...(moved ? { index: [named(before, null), named(account, 0)] } : {}) };
      return { commit, result };
    });
  }
}

/** The index entry that finds an account by its user ID. */
const named = ({ id, userId }: LocalAccount, score: 0 | null): NonNullable<Commit['index']>[number] => ({
  index: indexes.localAccounts,
  member: keys.localUserId(id, userId),
  score,
});

function reachable(account: LocalAccount): LocalAccount {
  if (account.unreachable) throw new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'the directory does not answer');
  return account;
}

function refusal(account: LocalAccount | null, now: number): Extract<PasswordProved, { ok: false }> | null {
  if (account === null) return { ok: false, reason: 'not-found' };
  if (!account.enabled) return { ok: false, reason: 'disabled' };
  if (account.passwordHash === null) return { ok: false, reason: 'no-password' };
  return lockAt(account, now) === null ? null : { ok: false, reason: 'locked' };
}

function settingRefused(account: LocalAccount | null): Exclude<PasswordSet, { ok: true } | { reason: 'policy' }> | null {
  if (account === null) return { ok: false, reason: 'not-found' };
  if (!account.enabled) return { ok: false, reason: 'disabled' };
  return account.passwordManaged === 'here' ? null : { ok: false, reason: 'managed-elsewhere' };
}
