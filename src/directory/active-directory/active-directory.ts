import { Attribute, Change, type Client } from 'ldapts';
import type { LdapSettings } from '../../config/config.ts';
import type { Policy } from '../../config/policy.ts';
import { LatchkeyError } from '../../errors.ts';
import type { Clock, Random } from '../../ports.ts';
import { systemRandom } from '../../security/system-ports.ts';
import { doubtful, unreachable, type OnForbidden } from '../faults.ts';
import { brokenRule, passwordRules } from '../password-quality.ts';
import type {
  AccountId,
  AccountState,
  Directory,
  PasswordProved,
  PasswordRule,
  PasswordSet,
  PlacesOnFile,
  TemporaryPass,
} from '../port.ts';
import { temporaryPassword } from '../temporary-password.ts';
import { Controllers } from './controllers.ts';
import { guidBytes } from '../guid.ts';
import { domainPasswordRules, isComplex, ruleRefused, strictest } from './domain-rules.ts';
import { isNoSuchObject, isPasswordRestriction, writeFault } from './ldap-faults.ts';
import { placesById } from './places-on-file.ts';
import { accountById, accountByUserId, stateOf, type Account } from './read-account.ts';
import { policyHints } from './set-control.ts';

interface ActiveDirectoryOptions {
  readonly settings: LdapSettings;
  readonly policy: Pick<Policy, 'password' | 'organisation'>;
  readonly clock: Clock;
  readonly onForbidden?: OnForbidden;
  /** What passes are made of; the system's when left out. */
  readonly random?: Random;
  /** How long a controller has for each answer, ms; five seconds when left out. */
  readonly patienceMs?: number;
}

/**
 * Active Directory over LDAP. An account is its objectGUID (I9); its password is proved by a bind, set as an administrator sets it and held to the
 * domain's rules. Reads are repeated once on each other controller, writes never.
 */
export class ActiveDirectory implements Directory {
  readonly #settings: LdapSettings;
  readonly #policy: ActiveDirectoryOptions['policy'];
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #controllers: Controllers;

  constructor({ settings, policy, clock, onForbidden = () => {}, random = systemRandom, patienceMs }: ActiveDirectoryOptions) {
    this.#settings = settings;
    this.#policy = policy;
    this.#clock = clock;
    this.#random = random;
    this.#controllers = new Controllers(settings, clock, onForbidden, patienceMs);
  }

  async find(id: AccountId): Promise<AccountState | null> {
    // Somebody whom Teams and the directory do not both know: no controller need be asked.
    if (guidBytes(id) === null) return null;
    return this.#controllers.read(async (client) => this.#state(client, await this.#account(client, id)));
  }

  async findByUserId(userId: string): Promise<AccountState | null> {
    return this.#controllers.read(async (client) =>
      this.#state(client, await accountByUserId(client, this.#settings, userId, this.#clock.now())),
    );
  }

  async placesOnFile(id: AccountId): Promise<PlacesOnFile | null> {
    const readAt = this.#clock.now();
    const places = await this.#controllers.read((client) => placesById(client, this.#settings, id));
    return places === null ? null : { readAt, places };
  }

  async provePassword(id: AccountId, password: string): Promise<PasswordProved> {
    const account = await this.#controllers.read((client) => this.#account(client, id));
    if (account === null) return { ok: false, reason: 'not-found' };
    const { read, locked, entry } = account;
    if (!read.enabled) return { ok: false, reason: 'disabled' };
    if (!read.hasPassword) return { ok: false, reason: 'no-password' };
    if (locked !== null) return { ok: false, reason: 'locked' };
    // A bind without a password asks for nothing and succeeds (RFC 4513 5.1.2).
    if (password === '') return { ok: false, reason: 'wrong' };
    const said = await this.#controllers.bindAs(entry.dn, password).catch((fault: unknown) => {
      throw fault instanceof LatchkeyError ? fault : doubtful('the directory did not say whether the password is right', fault);
    });
    return said === 'right' ? { ok: true } : { ok: false, reason: said };
  }

  async passwordRules(id: AccountId): Promise<readonly PasswordRule[]> {
    const account = await this.#controllers.read((client) => this.#account(client, id));
    const { rules = null, controller } = account ?? {};
    const asUser = policyHints(controller?.supportedControls ?? []) !== null;
    // Whether it is the present password, only the directory's history could tell.
    const ours = passwordRules(strictest(this.#policy.password, rules)).filter((rule) => rule.id !== 'not-the-old-one');
    return [...ours, ...domainPasswordRules(rules, asUser)];
  }

  async setPassword(id: AccountId, password: string, present?: string): Promise<PasswordSet> {
    return this.#controllers.write(async (client) => {
      const account = await this.#accountToChange(client, id);
      const refused = settingRefused(account);
      if (account === null || refused !== null) return refused ?? { ok: false, reason: 'not-found' };
      const { read, rules, controller } = account;
      const broken = await this.#brokenRule(account, password);
      if (broken !== null) return { ok: false, reason: 'policy', rule: broken };
      const control = policyHints(controller.supportedControls);
      try {
        await client.modify(
          account.entry.dn,
          present === undefined ? passwordReset(account, password) : passwordChange(present, password),
          control ?? [],
        );
      } catch (fault) {
        if (isNoSuchObject(fault)) return { ok: false, reason: 'not-found' };
        if (!isPasswordRestriction(fault)) throw writeFault(fault, 'reset-password');
        return {
          ok: false,
          reason: 'policy',
          rule: ruleRefused(rules, present !== undefined || control !== null, read.passwordSetAt, this.#clock.now()),
        };
      }
      return { ok: true, at: await this.#setAt(client, account) };
    });
  }

  /**
   * A random password that must be changed at the next sign-in. Neither history nor age is held against it: it is to be changed at once, and who
   * chose a password today may need one all the same.
   */
  async temporaryPass(id: AccountId): Promise<TemporaryPass> {
    return this.#controllers.write(async (client) => {
      const account = await this.#accountToChange(client, id);
      const refused = settingRefused(account);
      if (account === null || refused !== null) return refused ?? { ok: false, reason: 'not-found' };
      const { minimumLength } = strictest(this.#policy.password, account.rules);
      const pass = await temporaryPassword(this.#random, minimumLength, (each) => this.#brokenRule(account, each));
      try {
        await client.modify(account.entry.dn, [...passwordReset(account, pass), change('replace', 'pwdLastSet', '0')]);
      } catch (fault) {
        if (isNoSuchObject(fault)) return { ok: false, reason: 'not-found' };
        if (isPasswordRestriction(fault)) return { ok: false, reason: 'not-allowed' };
        throw writeFault(fault, 'temporary-password');
      }
      return { ok: true, pass, is: 'password', until: null };
    });
  }

  async unlock(id: AccountId): ReturnType<Directory['unlock']> {
    return this.#controllers.write(async (client) => {
      const account = await this.#accountToChange(client, id);
      if (account === null) return { ok: false, reason: 'not-found' };
      if (account.read.passwordManaged !== 'here') return { ok: false, reason: 'managed-elsewhere' };
      if (account.locked === null) return { ok: true };
      await liftLock(client, account);
      const after = await this.#accountToChange(client, id);
      // Something that keeps trying an old password locks it again within a moment.
      if ((after?.locked ?? null) !== null) throw unreachable('the account was locked again at once');
      return { ok: true };
    });
  }

  /** Tickets that were given out live until they end: there is no way to call them back. */
  async endSessions(_id: AccountId): Promise<'live'> {
    return 'live';
  }

  #account(client: Client, id: AccountId): Promise<Account | null> {
    return accountById(client, this.#settings, id, this.#clock.now());
  }

  /** Read before something is changed on the same controller: what goes wrong here changed nothing. */
  async #accountToChange(client: Client, id: AccountId): Promise<Account | null> {
    return this.#account(client, id).catch((fault: unknown) => {
      throw fault instanceof LatchkeyError ? fault : unreachable('the directory gave no answer', fault);
    });
  }

  async #state(client: Client, account: Account | null): Promise<AccountState | null> {
    return account === null ? null : stateOf(client, this.#settings, account, this.#clock.now());
  }

  /** What can be judged before the directory is asked, so that the refusal names its rule. */
  async #brokenRule({ read, rules }: Account, password: string): Promise<PasswordRule['id'] | null> {
    const { name, domains } = this.#policy.organisation;
    const broken = await brokenRule(password, read, strictest(this.#policy.password, rules), [name, ...domains]);
    if (broken !== null) return broken;
    return rules?.complexity === true && !isComplex(password) ? 'complexity' : null;
  }

  /**
   * When the directory says that the password was set; and the lock that a wrong try may have set meanwhile is lifted. The password is set
   * whatever goes wrong here.
   */
  async #setAt(client: Client, { read }: Account): Promise<number> {
    try {
      const after = await this.#account(client, read.id);
      if (after !== null && after.locked !== null) await liftLock(client, after);
      return after?.read.passwordSetAt ?? this.#clock.now();
    } catch {
      return this.#clock.now();
    }
  }
}

function settingRefused(account: Account | null): Exclude<PasswordSet, { ok: true } | { reason: 'policy' }> | null {
  if (account === null) return { ok: false, reason: 'not-found' };
  if (!account.read.enabled) return { ok: false, reason: 'disabled' };
  return account.read.passwordManaged === 'here' ? null : { ok: false, reason: 'managed-elsewhere' };
}

const change = (operation: 'add' | 'delete' | 'replace', type: string, value: Buffer | string): Change =>
  new Change({ operation, modification: new Attribute({ type, values: [value] as Buffer[] | string[] }) });

const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

/** As an administrator sets it. Both or neither: a new password behind a lock that stays would help nobody. */
function passwordReset({ locked }: Account, password: string): Change[] {
  const changes = [change('replace', 'unicodePwd', quoted(password))];
  return locked === null ? changes : [...changes, change('replace', 'lockoutTime', '0')];
}

/** As its owner changes it: history and minimum age hold, with every controller. */
const passwordChange = (present: string, password: string): Change[] => [
  change('delete', 'unicodePwd', quoted(present)),
  change('add', 'unicodePwd', quoted(password)),
];

async function liftLock(client: Client, { entry }: Account): Promise<void> {
  await client.modify(entry.dn, change('replace', 'lockoutTime', '0')).catch((fault: unknown) => {
    throw writeFault(fault, 'write-lockout-time');
  });
}
