import { z } from 'zod';
import type { Policy } from '../../config/policy.ts';
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
import type { CloudDirectory } from '../hybrid/hybrid.ts';
import { brokenEntraRule, entraPasswordRules, refusedPassword } from './entra-password.ts';
import { Graph, type GraphPorts } from './graph.ts';
import { refused } from './graph-faults.ts';
import { kindByMailbox } from './mailbox.ts';
import { readMemberships } from './memberships.ts';
import { entraPlaces } from './places-on-file.ts';
import { isPrivilegedInEntra } from './privilege.ts';
import { temporaryAccessPass } from './temporary-access-pass.ts';
import {
  domainOf,
  isExpired,
  isExternal,
  isLicensed,
  passwordManaged,
  premisesIdOf,
  userById,
  userByName,
  workAddresses,
  type User,
} from './user.ts';

interface EntraOptions extends GraphPorts {
  readonly policy: Pick<Policy, 'password' | 'organisation'>;
  readonly signIn: SignIn;
}

const idOnly = z.object({ id: z.string() });

/**
 * Entra ID by Microsoft Graph. An account is its object id (I9). Graph shows no lock and lifts none: a new password does. It proves no
 * password either: that takes a sign-in.
 */
export class EntraDirectory implements CloudDirectory {
  readonly signIn: SignIn;
  readonly #graph: Graph;
  readonly #clock: EntraOptions['clock'];
  readonly #policy: EntraOptions['policy'];

  constructor({ policy, signIn, ...ports }: EntraOptions) {
    this.signIn = signIn;
    this.#graph = new Graph(ports);
    this.#clock = ports.clock;
    this.#policy = policy;
  }

  async find(id: AccountId): Promise<AccountState | null> {
    return this.#state(await userById(this.#graph, id));
  }

  async findByUserId(userId: string): Promise<AccountState | null> {
    return this.#state(await userByName(this.#graph, userId));
  }

  async placesOnFile(id: AccountId): Promise<PlacesOnFile | null> {
    const readAt = this.#clock.now();
    const user = await userById(this.#graph, id);
    const places = user === null ? null : await entraPlaces(this.#graph, user);
    return places === null ? null : { readAt, places };
  }

  async provePassword(_id: AccountId, _password: string): Promise<PasswordProved> {
    return { ok: false, reason: 'by-sign-in' };
  }

  async passwordRules(_id: AccountId): Promise<readonly PasswordRule[]> {
    return entraPasswordRules(this.#policy.password);
  }

  async setPassword(id: AccountId, password: string): Promise<PasswordSet> {
    const standing = await this.#mayWrite(id);
    if ('reason' in standing) return { ok: false, reason: standing.reason };
    const { user } = standing;
    if (user.accountEnabled !== true) return { ok: false, reason: 'disabled' };
    const person = { name: user.displayName ?? '', userId: user.userPrincipalName };
    const broken = await brokenEntraRule(password, person, this.#policy);
    if (broken !== null) return { ok: false, reason: 'policy', rule: broken };
    const profile = { passwordProfile: { password, forceChangePasswordNextSignIn: false } };
    const set = await this.#graph.write('PATCH', `/users/${user.id}`, profile, 'User-PasswordProfile.ReadWrite.All');
    if (set.ok) return { ok: true, at: await this.#setAt(user) };
    const why = refusedPassword(set);
    if (why === null) throw refused(set);
    return why === 'policy' ? { ok: false, reason: why, rule: 'directory' } : { ok: false, reason: why };
  }

  /** Entra shows no lock to an application and lifts none without a new password (smart lockout). */
  async unlock(id: AccountId): ReturnType<Directory['unlock']> {
    const standing = await this.#mayWrite(id);
    return { ok: false, reason: 'reason' in standing ? standing.reason : 'takes-new-password' };
  }

  /** A Temporary Access Pass: it takes the place of a password wherever that is managed, and leaves it as it is. */
  async temporaryPass(id: AccountId): Promise<TemporaryPass> {
    const user = await userById(this.#graph, id);
    if (user === null) return { ok: false, reason: 'not-found' };
    if (user.accountEnabled !== true) return { ok: false, reason: 'disabled' };
    // A guest signs in at home.
    if (isExternal(user)) return { ok: false, reason: 'managed-elsewhere' };
    return temporaryAccessPass(this.#graph, user.id);
  }

  /** Refresh tokens and session cookies end within minutes; an access token lives on until it expires, an hour or so. */
  async endSessions(id: AccountId): Promise<'ended' | 'live'> {
    const user = await userById(this.#graph, id);
    // Those of a guest are in another tenant.
    if (user === null || isExternal(user)) return 'live';
    const ended = await this.#graph.write('POST', `/users/${user.id}/revokeSignInSessions`, undefined, 'User.RevokeSessions.All');
    if (!ended.ok) throw refused(ended);
    return 'ended';
  }

  async syncedFrom(id: AccountId): ReturnType<CloudDirectory['syncedFrom']> {
    const user = await userById(this.#graph, id);
    if (user === null) return null;
    return user.onPremisesSyncEnabled === true ? { is: 'premises', id: premisesIdOf(user) } : { is: 'cloud' };
  }

  /** The account before it is written to, or why it is not. */
  async #mayWrite(id: AccountId): Promise<{ readonly user: User } | { readonly reason: 'not-found' | 'managed-elsewhere' }> {
    const user = await userById(this.#graph, id);
    if (user === null) return { reason: 'not-found' };
    const managed = passwordManaged(user, await domainOf(this.#graph, user));
    return managed === 'here' ? { user } : { reason: 'managed-elsewhere' };
  }

  /** When Entra says that the password was set. It is set whatever goes wrong here, and Entra may be minutes late to say so. */
  async #setAt(before: User): Promise<number> {
    const after = await userById(this.#graph, before.id).catch(() => null);
    const at = after?.lastPasswordChangeDateTime ?? 0;
    return at > (before.lastPasswordChangeDateTime ?? 0) ? at : this.#clock.now();
  }

  async #kind(user: User): Promise<AccountState['kind']> {
    if (isExternal(user)) return 'guest';
    return typeof user.mail === 'string' ? kindByMailbox(this.#graph, user.id) : 'person';
  }

  async #state(user: User | null): Promise<AccountState | null> {
    if (user === null) return null;
    const graph = this.#graph;
    const readAt = this.#clock.now();
    const [domain, memberships, manager, kind] = await Promise.all([
      isExternal(user) ? { federated: true, passwordMs: null } : domainOf(graph, user),
      readMemberships(graph, user.id),
      graph.read(`/users/${user.id}/manager`, { $select: 'id' }, 'User.Read.All', idOnly),
      this.#kind(user),
    ]);
    // Deleted in this very moment.
    if (memberships === null) return null;
    const setAt = user.lastPasswordChangeDateTime ?? null;
    const { forceChangePasswordNextSignIn, forceChangePasswordNextSignInWithMfa } = user.passwordProfile ?? {};
    return {
      readAt,
      id: user.id,
      userId: user.userPrincipalName,
      name: user.displayName ?? user.userPrincipalName,
      kind,
      enabled: user.accountEnabled === true,
      licensed: isLicensed(user),
      hasPassword: setAt !== null,
      passwordSetAt: setAt,
      passwordExpired: isExpired(user, domain, readAt),
      mustChangePassword: forceChangePasswordNextSignIn === true || forceChangePasswordNextSignInWithMfa === true,
      passwordManaged: passwordManaged(user, domain),
      locked: null,
      privileged: await isPrivilegedInEntra(graph, user.id, memberships),
      groups: memberships.filter(({ type }) => type === 'group').map(({ id }) => id),
      managerId: manager?.id ?? null,
      workMail: user.mail ?? null,
      workAddresses: workAddresses(user),
      language: user.preferredLanguage?.slice(0, 2).toLowerCase() ?? null,
    };
  }
}
