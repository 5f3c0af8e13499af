import { randomUUID } from 'node:crypto';

/** A user as the stand-in keeps it: Graph's own names, and what Graph never shows. */
export interface TenantUser {
  readonly id: string;
  userPrincipalName: string;
  displayName: string;
  userType: 'Member' | 'Guest';
  accountEnabled: boolean;
  externalUserState: string | null;
  onPremisesSyncEnabled: boolean | null;
  onPremisesImmutableId: string | null;
  lastPasswordChangeDateTime: string | null;
  passwordPolicies: string | null;
  forceChange: boolean;
  assignedPlans: readonly { readonly service: string; readonly capabilityStatus: string; readonly servicePlanId: string }[];
  mail: string | null;
  proxyAddresses: readonly string[];
  preferredLanguage: string | null;
  mobilePhone: string | null;
  businessPhones: readonly string[];
  otherMails: readonly string[];
  /** Registered to sign in with: Graph shows them beside the user alone. */
  signInPhones: readonly { readonly phoneNumber: string; readonly phoneType: 'mobile' | 'alternateMobile' | 'office' }[];
  signInMail: string | null;
  password: string | null;
  managerId: string | null;
  /** What it is in, directly or by others, as Graph lists it. */
  memberOf: TenantObject[];
  owns: TenantObject[];
  purpose: 'user' | 'linked' | 'shared' | 'room' | 'equipment' | 'others' | null;
  sessionsRevoked: number;
  /** Its Temporary Access Pass; the tenant keeps one for each. */
  accessPass: string | null;
}

export interface TenantObject {
  readonly '@odata.type': string;
  readonly id: string;
  readonly securityEnabled?: boolean | null;
  readonly isAssignableToRole?: boolean | null;
}

/** A tenant of Microsoft Entra ID, as far as the stand-in knows one. */
export interface Tenant {
  readonly id: string;
  readonly users: TenantUser[];
  readonly domains: Map<string, { authenticationType: 'Managed' | 'Federated'; passwordValidityPeriodInDays: number | null }>;
  /** Groups that roles may be assigned to. */
  readonly roleGroups: TenantObject[];
  /** Ids of those with an active role of their own, and with an eligible one. */
  readonly activeRoles: Set<string>;
  readonly eligibleRoles: Set<string>;
  /** Who may become a member or an owner of a group. */
  readonly eligibleForGroup: { readonly groupId: string; readonly principalId: string; readonly accessId: 'member' | 'owner' }[];
  /** Without the licence for Privileged Identity Management. */
  hasPim: boolean;
  /** The policy for Temporary Access Passes: minutes, and whether it is switched on. */
  passes: { enabled: boolean; minimum: number; maximum: number };
}

export const group = (more: Partial<TenantObject> = {}): TenantObject => ({
  '@odata.type': '#microsoft.graph.group',
  id: randomUUID(),
  securityEnabled: true,
  isAssignableToRole: null,
  ...more,
});

export function newTenant(): Tenant {
  return {
    id: '5d0a4c1e-6f3b-4b8e-9a57-2c6d7e8f9a10',
    users: [],
    domains: new Map([['fjallbyn.example', { authenticationType: 'Managed', passwordValidityPeriodInDays: 2_147_483_647 }]]),
    roleGroups: [],
    activeRoles: new Set(),
    eligibleRoles: new Set(),
    eligibleForGroup: [],
    hasPim: true,
    passes: { enabled: true, minimum: 60, maximum: 480 },
  };
}

let hired = 0;

/** Adds a user: an ordinary person, but for what is given. */
export function hire(tenant: Tenant, more: Partial<TenantUser> = {}): TenantUser {
  hired += 1;
  const name = more.userPrincipalName ?? `anna.berg${hired}@fjallbyn.example`;
  const user: TenantUser = {
    id: randomUUID(),
    userPrincipalName: name,
    displayName: 'Anna Berg',
    userType: 'Member',
    accountEnabled: true,
    externalUserState: null,
    onPremisesSyncEnabled: null,
    onPremisesImmutableId: null,
    lastPasswordChangeDateTime: '2026-01-12T07:30:00Z',
    passwordPolicies: null,
    forceChange: false,
    assignedPlans: [{ service: 'AADPremiumService', capabilityStatus: 'Enabled', servicePlanId: '41781fb2-bc02-4b7c-bd55-b576c07bb09d' }],
    mail: name,
    proxyAddresses: [`SMTP:${name}`, `smtp:alias-of-${name}`, 'x500:/o=Fjallbyn'],
    preferredLanguage: 'sv-SE',
    mobilePhone: null,
    businessPhones: [],
    otherMails: [],
    signInPhones: [],
    signInMail: null,
    password: 'Gammalt-glomt-77',
    managerId: null,
    memberOf: [group()],
    owns: [],
    purpose: 'user',
    sessionsRevoked: 0,
    accessPass: null,
    ...more,
  };
  tenant.users.push(user);
  return user;
}
