import { z } from 'zod';
import { guidText } from '../guid.ts';
import type { AccountId, AccountState } from '../port.ts';
import { literal, type Graph } from './graph.ts';

/** What is read of a user: nothing else is asked for. */
const properties = [
  'id',
  'userPrincipalName',
  'displayName',
  'userType',
  'accountEnabled',
  'externalUserState',
  'onPremisesSyncEnabled',
  'onPremisesImmutableId',
  'lastPasswordChangeDateTime',
  'passwordPolicies',
  'passwordProfile',
  'assignedPlans',
  'mail',
  'proxyAddresses',
  'preferredLanguage',
] as const;

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const userShape = z.object({
  id: z.guid(),
  userPrincipalName: z.string().min(1),
  displayName: z.string().nullish(),
  userType: z.string().nullish(),
  /** False where it is missing: nobody is enabled by silence. */
  accountEnabled: z.boolean().nullish(),
  externalUserState: z.string().nullish(),
  onPremisesSyncEnabled: z.boolean().nullish(),
  onPremisesImmutableId: z.string().nullish(),
  lastPasswordChangeDateTime: time.nullish(),
  passwordPolicies: z.string().nullish(),
  passwordProfile: z
    .object({ forceChangePasswordNextSignIn: z.boolean().nullish(), forceChangePasswordNextSignInWithMfa: z.boolean().nullish() })
    .nullish(),
  assignedPlans: z.array(z.object({ service: z.string().nullish(), capabilityStatus: z.string().nullish() })).nullish(),
  mail: z.string().nullish(),
  proxyAddresses: z.array(z.string()).nullish(),
  preferredLanguage: z.string().nullish(),
});

export type User = Readonly<z.infer<typeof userShape>>;

const query = { $select: properties.join(',') };

/** By object id; null when there is none, or for what is no object id (a user ID there would find somebody by a label, I9). */
export async function userById(graph: Graph, id: AccountId): Promise<User | null> {
  if (!z.guid().safeParse(id).success) return null;
  return graph.read(`/users/${id}`, query, 'User.Read.All', userShape);
}

/** As long as a user principal name may be, with that of a guest in mind. */
const longestUserId = 256;

/** By user ID (the user principal name), whole, in any case, one hit; null otherwise. */
export async function userByName(graph: Graph, userId: string): Promise<User | null> {
  const name = userId.trim();
  if (name === '' || name.length > longestUserId || /\p{C}/u.test(name)) return null;
  const found = await graph.list('/users', { $filter: `userPrincipalName eq ${literal(name)}`, ...query }, 'User.Read.All', userShape);
  const exact = (found ?? []).filter(({ userPrincipalName }) => userPrincipalName.toLowerCase() === name.toLowerCase());
  const [only] = exact;
  return only !== undefined && exact.length === 1 && found?.length === 1 ? only : null;
}

/** The domain a user signs in under. */
export interface Domain {
  /** Its users sign in somewhere else. */
  readonly federated: boolean;
  /** How long a password lasts, ms; null: for ever, or as long as Entra does not say. */
  readonly passwordMs: number | null;
}

const domainShape = z.object({ authenticationType: z.string(), passwordValidityPeriodInDays: z.number().nullish() });
const forEver = 2_147_483_647;

/** The domain of a user ID. One that Graph does not know is taken for federated: we could set nothing there. */
export async function domainOf(graph: Graph, { userPrincipalName }: Pick<User, 'userPrincipalName'>): Promise<Domain> {
  const name = userPrincipalName.slice(userPrincipalName.lastIndexOf('@') + 1);
  const domain = await graph.read(
    `/domains/${encodeURIComponent(name)}`,
    { $select: 'authenticationType,passwordValidityPeriodInDays' },
    'Domain.Read.All',
    domainShape,
  );
  const days = domain?.passwordValidityPeriodInDays ?? forEver;
  return { federated: domain?.authenticationType !== 'Managed', passwordMs: days >= forEver || days <= 0 ? null : days * 86_400_000 };
}

/** Someone from another organisation, whatever they were invited as. */
export const isExternal = ({ userType, externalUserState, userPrincipalName }: User): boolean =>
  userType?.toLowerCase() === 'guest' || typeof externalUserState === 'string' || userPrincipalName.toUpperCase().includes('#EXT#');

/**
 * Where the password is managed. A synced account's is in Active Directory, and Graph does not write it back there when an application asks; a
 * federated domain's or a guest's is not in this tenant at all.
 */
export const passwordManaged = (user: User, { federated }: Domain): AccountState['passwordManaged'] =>
  user.onPremisesSyncEnabled === true || federated || isExternal(user) ? 'elsewhere' : 'here';

/** The objectGUID that a synced account has in Active Directory: its immutable id, sixteen bytes in base64 (I9); null where a company joins by something else. */
export function premisesIdOf({ onPremisesImmutableId }: User): string | null {
  const bytes = Buffer.from(onPremisesImmutableId ?? '', 'base64');
  return bytes.length === 16 && bytes.toString('base64') === onPremisesImmutableId ? guidText(bytes) : null;
}

/** Plans of which one must be there for Entra's own reset of cloud passwords: Entra ID P1 or P2, or Microsoft 365 with the Office apps. */
const plans = ['AADPremiumService', 'MicrosoftOffice'];
const inForce = ['Enabled', 'Warning'];

export const isLicensed = ({ assignedPlans }: Pick<User, 'assignedPlans'>): boolean =>
  (assignedPlans ?? []).some(({ service, capabilityStatus }) => plans.includes(service ?? '') && inForce.includes(capabilityStatus ?? ''));

/** Whether the password is too old to sign in with. Where somebody else manages it, they say so. */
export const isExpired = (user: User, { passwordMs }: Domain, now: number): boolean =>
  user.onPremisesSyncEnabled !== true &&
  !(user.passwordPolicies ?? '').includes('DisablePasswordExpiration') &&
  passwordMs !== null &&
  typeof user.lastPasswordChangeDateTime === 'number' &&
  user.lastPasswordChangeDateTime + passwordMs < now;

/** The work mailbox's addresses and the user ID, small letters, each once. */
export const workAddresses = ({ mail, proxyAddresses, userPrincipalName }: User): readonly string[] => {
  const proxies = (proxyAddresses ?? []).filter((each) => /^smtp:/iu.test(each)).map((each) => each.slice('smtp:'.length));
  return [...new Set([mail ?? '', userPrincipalName, ...proxies].filter(Boolean).map((each) => each.toLowerCase()))];
};
