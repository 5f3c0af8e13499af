import { randomUUID } from 'node:crypto';
import type { Tenant, TenantUser } from './tenant.ts';

/** An answer of Graph's. */
export interface GraphAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A request as Graph sees it; `path` below /v1.0, `query` decoded. */
export interface GraphRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** The published form of an error (Graph, "Error responses and resource types"). */
export const failure = (status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): GraphAnswer => ({
  status,
  headers,
  body: {
    error: { code, message, innerError: { date: new Date().toISOString(), 'request-id': randomUUID(), 'client-request-id': randomUUID() } },
  },
});

export const noSuchResource = (id: string): GraphAnswer =>
  failure(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const denied = failure(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
export const throttled = (retryAfter: string): GraphAnswer =>
  failure(429, 'TooManyRequests', 'Too many requests', { 'retry-after': retryAfter });

const badPassword = failure(
  400,
  'Request_BadRequest',
  'The specified password does not comply with password complexity requirements. Please provide a different password.',
);
const mastered = failure(
  400,
  'Request_BadRequest',
  'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
);
const noPim = failure(
  400,
  'AadPremiumLicenseRequired',
  'The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.',
);
const unsupported = failure(400, 'Request_UnsupportedQuery', 'Unsupported or invalid query filter clause specified.');

/** The permissions each path takes. */
export function permissionFor({ method, path }: Pick<GraphRequest, 'method' | 'path'>): string {
  if (method === 'PATCH') return 'User-PasswordProfile.ReadWrite.All';
  if (path.endsWith('/phoneMethods')) return 'UserAuthMethod-Phone.Read.All';
  if (path.endsWith('/emailMethods')) return 'UserAuthMethod-Email.Read.All';
  if (path.endsWith('/temporaryAccessPassMethods')) return 'UserAuthMethod-TAP.ReadWrite.All';
  if (path.endsWith('/revokeSignInSessions')) return 'User.RevokeSessions.All';
  if (path.startsWith('/domains')) return 'Domain.Read.All';
  if (path.startsWith('/roleManagement')) return 'RoleManagement.Read.Directory';
  if (path.startsWith('/identityGovernance')) return 'PrivilegedEligibilitySchedule.Read.AzureADGroup';
  if (path.endsWith('/userPurpose')) return 'MailboxSettings.Read';
  if (path.startsWith('/groups') || /MemberOf|ownedObjects/u.test(path)) return 'GroupMember.Read.All';
  return 'User.Read.All';
}

/** What Graph says: an object, a list, or an error. A list is cut in pages by the server. */
export function answerOf(tenant: Tenant, request: GraphRequest): GraphAnswer | readonly object[] {
  const [, area = '', id = '', part = ''] = request.path.split('/');
  if (area === 'users' && id === '') return usersBy(tenant, request);
  if (area === 'users') return aboutUser(tenant, request, id, part);
  if (area === 'domains') {
    const domain = tenant.domains.get(id);
    return domain === undefined ? noSuchResource(id) : { status: 200, body: domain };
  }
  if (area === 'groups') return request.query.get('$filter') === 'isAssignableToRole eq true' ? tenant.roleGroups : unsupported;
  if (area === 'roleManagement') return rolesOf(tenant, request);
  if (area === 'identityGovernance') {
    if (!tenant.hasPim) return noPim;
    const wanted = equals('groupId', request.query.get('$filter') ?? '');
    return wanted === null ? unsupported : tenant.eligibleForGroup.filter(({ groupId }) => groupId === wanted);
  }
  return failure(400, 'BadRequest', `Resource not found for the segment '${area}'.`);
}

function usersBy(tenant: Tenant, request: GraphRequest): GraphAnswer | readonly object[] {
  const wanted = equals('userPrincipalName', request.query.get('$filter') ?? '')?.toLowerCase();
  if (wanted === undefined) return unsupported;
  return tenant.users.filter((user) => user.userPrincipalName.toLowerCase() === wanted).map((user) => selected(user, request));
}

/** The value of `property eq 'value'`, quotes undoubled; null for any other filter. */
function equals(property: string, filter: string): string | null {
  const [, name, value] = /^(\w+) eq '((?:[^']|'')*)'$/u.exec(filter) ?? [];
  return name === property && value !== undefined ? value.replaceAll("''", "'") : null;
}

function aboutUser(tenant: Tenant, request: GraphRequest, id: string, part: string): GraphAnswer | readonly object[] {
  // As Graph has it, a user ID would do in the place of the id.
  const user = tenant.users.find((each) => each.id === id || each.userPrincipalName === decodeURIComponent(id));
  if (user === undefined) return noSuchResource(id);
  if (request.method === 'PATCH') return setPassword(user, request.body);
  switch (part) {
    case '':
      return { status: 200, body: selected(user, request) };
    case 'transitiveMemberOf':
      return user.memberOf;
    case 'ownedObjects':
      return user.owns;
    case 'manager':
      return user.managerId === null
        ? noSuchResource(id)
        : { status: 200, body: { '@odata.type': '#microsoft.graph.user', id: user.managerId } };
    case 'mailboxSettings':
      if (user.purpose === null)
        return failure(404, 'MailboxNotEnabledForRESTAPI', 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.');
      return { status: 200, body: { value: user.purpose } };
    case 'authentication':
      return signInMethods(tenant, user, request);
    case 'revokeSignInSessions':
      user.sessionsRevoked += 1;
      return { status: 200, body: { '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#Edm.Boolean', value: true } };
    default:
      return failure(400, 'BadRequest', `Resource not found for the segment '${part}'.`);
  }
}

/** Only what `$select` names, as Graph gives it. */
function selected(user: TenantUser, { query }: GraphRequest): object {
  const { password: _, accessPass: __, signInPhones: ___, signInMail: ____, forceChange, ...kept } = user;
  const shown: Record<string, unknown> = {
    ...kept,
    passwordProfile: { password: null, forceChangePasswordNextSignIn: forceChange, forceChangePasswordNextSignInWithMfa: false },
  };
  const names = (query.get('$select') ?? '').split(',');
  return Object.fromEntries(names.map((name) => [name, shown[name] ?? null]));
}

function rolesOf(tenant: Tenant, { path, query }: GraphRequest): GraphAnswer | readonly object[] {
  const who = equals('principalId', query.get('$filter') ?? '');
  if (who === null) return unsupported;
  const found = (holders: ReadonlySet<string>): readonly object[] =>
    holders.has(who) ? [{ id: 'LJnv8vs6uUa3z6Em7nTEUefRNvHZlbVCkVt_KqnfOK0-1' }] : [];
  if (path.endsWith('/roleAssignments')) return found(tenant.activeRoles);
  return tenant.hasPim ? found(tenant.eligibleRoles) : noPim;
}

/** The methods somebody signs in with ("List phoneMethods", "List emailMethods": without query options), and passes. */
function signInMethods(tenant: Tenant, user: TenantUser, request: GraphRequest): GraphAnswer {
  const list = (value: readonly object[]): GraphAnswer =>
    [...request.query.keys()].length === 0 ? { status: 200, body: { value } } : unsupported;
  if (request.path.endsWith('/phoneMethods'))
    return list(user.signInPhones.map((phone) => ({ ...phone, smsSignInState: 'notSupported', id: randomUUID() })));
  if (request.path.endsWith('/emailMethods'))
    return list(user.signInMail === null ? [] : [{ id: randomUUID(), emailAddress: user.signInMail }]);
  return accessPass(tenant, user, request);
}

const noPasses = failure(
  400,
  'badRequest',
  'Converged UserCredentialPolicy does not allow creating or updating this authentication method. AuthMethodType [TemporaryAccessPass].',
);
const noSuchLifetime = failure(400, 'badRequest', 'The lifetimeInMinutes is not within the bounds that the policy allows.');

/** Makes a pass ("Create temporaryAccessPassMethod"): the one before it is gone. */
function accessPass({ passes }: Tenant, user: TenantUser, { body }: GraphRequest): GraphAnswer {
  const { lifetimeInMinutes = 60, isUsableOnce = false } = body as { lifetimeInMinutes?: number; isUsableOnce?: boolean };
  if (!passes.enabled) return noPasses;
  if (lifetimeInMinutes < passes.minimum || lifetimeInMinutes > passes.maximum) return noSuchLifetime;
  user.accessPass = `T@p-${randomUUID().slice(0, 6)}`;
  const now = new Date().toISOString();
  return {
    status: 201,
    body: {
      '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#users('${user.id}')/authentication/temporaryAccessPassMethods/$entity`,
      id: randomUUID(),
      isUsable: true,
      methodUsabilityReason: 'EnabledByPolicy',
      temporaryAccessPass: user.accessPass,
      createdDateTime: now,
      startDateTime: now,
      lifetimeInMinutes,
      isUsableOnce,
    },
  };
}

const kinds = [/[A-Z]/u, /[a-z]/u, /[0-9]/u, /[^A-Za-z0-9]/u];

/** Takes a password as Entra does: 8 to 256 signs of ASCII, three kinds of four, no banned word. */
function setPassword(user: TenantUser, body: unknown): GraphAnswer {
  const { passwordProfile } = body as { passwordProfile: { password: string; forceChangePasswordNextSignIn: boolean } };
  const { password, forceChangePasswordNextSignIn } = passwordProfile;
  if (user.onPremisesSyncEnabled === true) return mastered;
  const isKinds = kinds.filter((kind) => kind.test(password)).length >= 3;
  const isPlain = /^[\x20-\x7E]{8,256}$/u.test(password);
  if (!isKinds || !isPlain || /blank12/iu.test(password)) return badPassword;
  user.password = password;
  user.forceChange = forceChangePasswordNextSignIn;
  user.lastPasswordChangeDateTime = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace('.000', '');
  return { status: 204 };
}
