import { LatchkeyError } from '../../errors.ts';
import type {
  AccountId,
  AccountState,
  Directory,
  PasswordProved,
  PasswordRule,
  PasswordSet,
  PlacesOnFile,
  SignIn,
  TemporaryPass,
} from '../port.ts';
import { joinedState, unreachableState } from './joined-state.ts';

/** The directory in the cloud: every account is there, and it says which of them comes from the other one. */
export interface CloudDirectory extends Directory {
  readonly signIn: SignIn;
  /**
   * Where an account is synced from: its immutable id there, or null where that is no id of ours; `cloud` for one that is the cloud's own; null when there
   * is no such account.
   */
  syncedFrom(id: AccountId): Promise<{ readonly is: 'cloud' } | { readonly is: 'premises'; readonly id: AccountId | null } | null>;
}

interface HybridOptions {
  readonly cloud: CloudDirectory;
  readonly premises: Directory;
}

type Home = { readonly is: 'cloud' } | { readonly is: 'premises'; readonly id: AccountId };

/**
 * Two directories as one. An account is its object id in the cloud, which is what Teams proves; where it is synced, its password, its lock and their rules are
 * the other directory's, joined by the immutable id (I9). Sessions end in the cloud, and passes are given there, for everybody. Which side an account is of
 * is read before each act, so that what one side failed in was not begun on the other.
 */
export class HybridDirectory implements Directory {
  readonly signIn: SignIn;
  readonly #cloud: CloudDirectory;
  readonly #premises: Directory;

  constructor({ cloud, premises }: HybridOptions) {
    this.signIn = cloud.signIn;
    this.#cloud = cloud;
    this.#premises = premises;
  }

  async find(id: AccountId): Promise<AccountState | null> {
    return this.#joined(await this.#cloud.find(id));
  }

  async findByUserId(userId: string): Promise<AccountState | null> {
    return this.#joined(await this.#cloud.findByUserId(userId));
  }

  /** Those of both sides, the cloud's first. */
  async placesOnFile(id: AccountId): Promise<PlacesOnFile | null> {
    const home = await this.#home(id);
    if (home === null) return null;
    const [cloud, premises] = await Promise.all([
      this.#cloud.placesOnFile?.(id),
      home.is === 'premises' ? this.#premises.placesOnFile?.(home.id) : null,
    ]);
    const found = [cloud, premises].filter((each) => each !== null && each !== undefined);
    if (found.length === 0) return null;
    return { readAt: Math.min(...found.map(({ readAt }) => readAt)), places: found.flatMap(({ places }) => places) };
  }

  /** By a sign-in for everybody: the cloud asks the other side where the password is there. */
  async provePassword(_id: AccountId, _password: string): Promise<PasswordProved> {
    return { ok: false, reason: 'by-sign-in' };
  }

  async passwordRules(id: AccountId): Promise<readonly PasswordRule[]> {
    const home = await this.#home(id);
    return home?.is === 'premises' ? this.#premises.passwordRules(home.id) : this.#cloud.passwordRules(id);
  }

  async setPassword(id: AccountId, password: string, present?: string): Promise<PasswordSet> {
    const home = await this.#mayWrite(id);
    if ('reason' in home) return { ok: false, reason: home.reason };
    if (home.is === 'cloud') return this.#cloud.setPassword(id, password, present);
    const set = await this.#premises.setPassword(home.id, password, present);
    return set.ok || set.reason !== 'not-found' ? set : { ok: false, reason: 'managed-elsewhere' };
  }

  async unlock(id: AccountId): ReturnType<Directory['unlock']> {
    const home = await this.#mayWrite(id);
    // What a disabled account's lock is, only its own side can say.
    if ('reason' in home) return { ok: false, reason: home.reason === 'disabled' ? 'managed-elsewhere' : home.reason };
    if (home.is === 'cloud') return this.#cloud.unlock(id);
    const unlocked = await this.#premises.unlock(home.id);
    return unlocked.ok || unlocked.reason !== 'not-found' ? unlocked : { ok: false, reason: 'managed-elsewhere' };
  }

  /** A pass of the cloud's, for everybody; where either side has disabled the account, none. */
  async temporaryPass(id: AccountId): Promise<TemporaryPass> {
    if (this.#cloud.temporaryPass === undefined) return { ok: false, reason: 'not-allowed' };
    const state = await this.find(id);
    if (state === null) return { ok: false, reason: 'not-found' };
    if (!state.enabled) return { ok: false, reason: 'disabled' };
    return this.#cloud.temporaryPass(id);
  }

  async endSessions(id: AccountId): Promise<'ended' | 'live'> {
    return this.#cloud.endSessions(id);
  }

  async #joined(cloud: AccountState | null): Promise<AccountState | null> {
    if (cloud === null) return null;
    const home = await this.#home(cloud.id);
    // Gone, or its own side's key to it, since it was read a moment ago.
    if (home === null) return null;
    if (home.is === 'cloud') return cloud;
    try {
      const premises = await this.#premises.find(home.id);
      return premises === null ? { ...cloud, passwordManaged: 'elsewhere' } : joinedState(cloud, premises);
    } catch (fault) {
      if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return unreachableState(cloud);
      throw fault;
    }
  }

  /** Where an account's password is; null when there is no such account. An id that cannot be ours finds nobody on its own side. */
  async #home(id: AccountId): Promise<Home | null> {
    const from = await this.#cloud.syncedFrom(id);
    return from === null || from.is === 'cloud' ? from : { is: 'premises', id: from.id ?? '' };
  }

  /** Where a password is to be set or a lock lifted; not where the cloud itself has disabled the account, which the other side may not know yet. */
  async #mayWrite(id: AccountId): Promise<Home | { readonly reason: 'not-found' | 'disabled' }> {
    const home = await this.#home(id);
    if (home === null) return { reason: 'not-found' };
    if (home.is === 'cloud') return home;
    const cloud = await this.#cloud.find(id);
    if (cloud === null) return { reason: 'not-found' };
    return cloud.enabled ? home : { reason: 'disabled' };
  }
}
