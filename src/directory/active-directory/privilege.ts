import { AndFilter, EqualityFilter, ExtensibleFilter, OrFilter, type Client, type Entry, type Filter } from 'ldapts';
import { byteAttributes, bytesOf, sidText, textOf, wholeOf } from './entry.ts';

/** Accounts that are the domain itself: the built-in administrator and the key of Kerberos. */
const ownRids = [500, 502];

/**
 * Groups whose members can take the domain: those that Active Directory protects (AdminSDHolder), and those that edit group policy or keys.
 * By the end of their security id, so that those of the forest's root count too.
 */
const domainRids = [512, 516, 518, 519, 520, 521, 526, 527];
const builtinRids = [544, 548, 549, 550, 551, 552];
const builtin = 'S-1-5-32-';
/** It has no number that is the same everywhere, and runs code on domain controllers. */
const namedGroup = 'DnsAdmins';

/** LDAP_MATCHING_RULE_IN_CHAIN: membership by any number of groups in between. */
const inChain = '1.2.840.113556.1.4.1941';

/** Whether a group's security id is one of the protected. */
export const isProtectedSid = (sid: string): boolean =>
  sid.startsWith(builtin)
    ? builtinRids.some((rid) => sid === `${builtin}${rid}`)
    : sid.startsWith('S-1-5-21-') && domainRids.some((rid) => sid.endsWith(`-${rid}`));

/** What an account's groups say of it. */
export interface Memberships {
  /** By name (sAMAccountName) and by distinguished name; those of other domains, which have neither here, by security id. */
  readonly groups: readonly string[];
  /** Something could not be read that might have made the account privileged. */
  readonly unsure: boolean;
  /** In a protected group, by whatever way. */
  readonly protected: boolean;
}

/**
 * The security groups an account is in, through any number of others, its primary group too: the controller's own list of them
 * (`tokenGroups`), and for the protected ones also the in-chain rule.
 * @param domain the domain's distinguished name: groups may stand outside LDAP_BASE
 */
export async function readMemberships(client: Client, domain: string, account: Entry): Promise<Memberships> {
  const [ownSid] = bytesOf(account, 'objectSid');
  if (ownSid === undefined) return { groups: [], unsure: true, protected: false };
  const [token, guarded] = await Promise.all([
    client.search(account.dn, { scope: 'base', attributes: ['tokenGroups'], explicitBufferAttributes: byteAttributes }),
    client.search(domain, { filter: protectedGroups(ownSid), attributes: ['objectSid'], explicitBufferAttributes: byteAttributes }),
  ]);
  const sids = token.searchEntries.flatMap((entry) => bytesOf(entry, 'tokenGroups'));
  const guardedNames = guarded.searchEntries.map(({ dn }) => dn);
  const seesAdministrators = guarded.searchEntries.some((entry) =>
    bytesOf(entry, 'objectSid').some((sid) => sidText(sid) === `${builtin}544`),
  );
  const [names, chained] = await Promise.all([readNames(client, domain, sids), isChained(client, account.dn, guardedNames)]);
  const texts = sids.map(sidText);
  const ownDomain = sidText(ownSid).replace(/-\d+$/u, '-');
  const nameless = texts.filter((sid) => !names.has(sid));
  return {
    groups: [...[...names.values()].flat(), ...nameless],
    // Every account is in some group; and a group of this domain that has no name for us may be one the policy protects.
    unsure: sids.length === 0 || !seesAdministrators || nameless.some((sid) => sid.startsWith(ownDomain) || sid.startsWith(builtin)),
    protected: chained || texts.some(isProtectedSid) || [...names.values()].flat().includes(namedGroup),
  };
}

/** Whether an account has extra protection (I10); cannot tell means yes. @param own how our service account signs in: a name of it */
export function isPrivilegedEntry(entry: Entry, memberships: Memberships, own: string): boolean {
  const rid = bytesOf(entry, 'objectSid').map((sid) => Number(sidText(sid).split('-').at(-1)))[0];
  const primary = wholeOf(entry, 'primaryGroupID');
  const names = [entry.dn, textOf(entry, 'userPrincipalName') ?? ''].map((name) => name.toLowerCase());
  return (
    memberships.unsure ||
    memberships.protected ||
    rid === undefined ||
    ownRids.includes(rid) ||
    (primary !== null && domainRids.includes(Number(primary))) ||
    (wholeOf(entry, 'adminCount') ?? 0n) > 0n ||
    names.includes(own.toLowerCase())
  );
}

const bySid = (value: Buffer): Filter => new EqualityFilter({ attribute: 'objectSid', value });

function protectedGroups(ownSid: Buffer): Filter {
  const withRid = (head: Buffer, rid: number): Buffer => {
    const sid = Buffer.from(head);
    sid.writeUInt32LE(rid, sid.length - 4);
    return sid;
  };
  const builtinHead = Buffer.from('01020000000000052000000000000000', 'hex');
  const sids = [...domainRids.map((rid) => withRid(ownSid, rid)), ...builtinRids.map((rid) => withRid(builtinHead, rid))];
  return new OrFilter({ filters: [...sids.map(bySid), new EqualityFilter({ attribute: 'sAMAccountName', value: namedGroup })] });
}

async function isChained(client: Client, dn: string, groups: readonly string[]): Promise<boolean> {
  if (groups.length === 0) return false;
  const filters = groups.map((value) => new ExtensibleFilter({ matchType: 'memberOf', rule: inChain, value }));
  const { searchEntries } = await client.search(dn, { scope: 'base', filter: new OrFilter({ filters }), attributes: ['1.1'] });
  return searchEntries.length > 0;
}

/** How many groups are asked for at once. */
const chunk = 100;

/** The names of groups, by their security ids. */
async function readNames(client: Client, domain: string, sids: readonly Buffer[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = new Map<string, readonly string[]>();
  for (let from = 0; from < sids.length; from += chunk) {
    const { searchEntries } = await client.search(domain, {
      filter: new AndFilter({
        filters: [
          new EqualityFilter({ attribute: 'objectClass', value: 'group' }),
          new OrFilter({ filters: sids.slice(from, from + chunk).map(bySid) }),
        ],
      }),
      attributes: ['sAMAccountName', 'objectSid'],
      explicitBufferAttributes: byteAttributes,
      paged: { pageSize: chunk },
    });
    for (const entry of searchEntries) {
      const [sid] = bytesOf(entry, 'objectSid');
      const name = textOf(entry, 'sAMAccountName');
      if (sid !== undefined && name !== null) names.set(sidText(sid), [name, entry.dn]);
    }
  }
  return names;
}
