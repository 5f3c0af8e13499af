import type { AccountState, Directory, PasswordProved, PasswordRule, PasswordSet, TemporaryPass } from '../../src/directory/port.ts';
import type { Clock } from '../../src/ports.ts';

export const anna: AccountState = {
  readAt: 0,
  id: 'account-anna',
  userId: 'anna.berg@example.org',
  name: 'Anna Berg',
  kind: 'person',
  enabled: true,
  licensed: true,
  hasPassword: true,
  passwordSetAt: Date.UTC(2025, 0, 10),
  passwordExpired: false,
  mustChangePassword: false,
  passwordManaged: 'here',
  locked: null,
  privileged: false,
  groups: [],
  managerId: null,
  workMail: 'anna.berg@example.org',
  workAddresses: ['anna.berg@example.org'],
  language: 'sv',
};

const rules: readonly PasswordRule[] = [
  { id: 'length', params: { minimum: 8, maximum: 256 } },
  { id: 'not-your-name' },
  { id: 'not-common' },
];

/** A directory of one account that counts what it is asked, and whose next answers a test may choose. */
export class DirectoryStandIn implements Directory {
  account: AccountState | null = anna;
  password = 'Gammalt-lösenord-1';
  readonly asked = { prove: 0, set: 0, pass: 0, endSessions: 0 };
  /** The present password that came with the last one that was set. */
  presentGiven: string | undefined = undefined;
  /** Runs before the password is set; what it throws is the directory's fault, before anything happened. */
  beforeSet: () => Promise<void> | void = () => {};
  /** Runs after it was set and before the caller hears of it. */
  afterSet: () => Promise<void> | void = () => {};
  beforeProve: () => Promise<void> | void = () => {};
  beforeFind: () => void = () => {};
  beforeEnd: () => void = () => {};
  endsSessions: 'ended' | 'live' = 'ended';
  proved: PasswordProved | null = null;
  refuses: PasswordSet | null = null;
  /** What it answers when it is asked for a temporary pass; null: a password that must be changed. */
  pass: TemporaryPass | null = null;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async find(id: string): Promise<AccountState | null> {
    this.beforeFind();
    return this.account?.id === id ? { ...this.account, readAt: this.#clock.now() } : null;
  }

  /** How far its clock is ahead of ours, ms. */
  clockAheadMs = 0;

  async findByUserId(): Promise<AccountState | null> {
    return this.account;
  }

  async provePassword(_id: string, password: string): Promise<PasswordProved> {
    this.asked.prove += 1;
    await this.beforeProve();
    if (this.proved !== null) return this.proved;
    return password === this.password ? { ok: true } : { ok: false, reason: 'wrong' };
  }

  async passwordRules(): Promise<readonly PasswordRule[]> {
    return rules;
  }

  async setPassword(_id: string, password: string, present?: string): Promise<PasswordSet> {
    this.asked.set += 1;
    this.presentGiven = present;
    await this.beforeSet();
    if (this.refuses !== null) return this.refuses;
    if (Array.from(password).length < 8) return { ok: false, reason: 'policy', rule: 'length' };
    this.password = password;
    const at = this.#clock.now() + this.clockAheadMs;
    if (this.account !== null) this.account = { ...this.account, passwordSetAt: at, hasPassword: true };
    await this.afterSet();
    return { ok: true, at };
  }

  async temporaryPass(): Promise<TemporaryPass> {
    this.asked.pass += 1;
    await this.beforeSet();
    if (this.pass !== null) return this.pass;
    this.password = `Tillfällig-${this.asked.pass}`;
    if (this.account !== null) this.account = { ...this.account, passwordSetAt: this.#clock.now(), mustChangePassword: true };
    await this.afterSet();
    return { ok: true, pass: this.password, is: 'password', until: null };
  }

  async unlock(): Promise<{ readonly ok: true }> {
    return { ok: true };
  }

  async endSessions(): Promise<'ended' | 'live'> {
    this.beforeEnd();
    this.asked.endSessions += 1;
    return this.endsSessions;
  }
}
