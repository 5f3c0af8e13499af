import { AndFilter, EqualityFilter, type Client, type Entry, type Filter } from 'ldapts';
import type { LdapSettings } from '../../config/config.ts';
import type { AccountState, Lock } from '../port.ts';
import { accountAttributes, lockOf, readEntry, type ReadEntry } from './account-entry.ts';
import { readRules, type DomainRules } from './domain-rules.ts';
import { guidBytes, guidText } from '../guid.ts';
import { byteAttributes, bytesOf, textOf, textsOf } from './entry.ts';
import { unreachable } from '../faults.ts';
import { isAnswer } from './ldap-faults.ts';
import { isPrivilegedEntry, readMemberships } from './privilege.ts';

/** Where accounts are looked for, and how people name them. */
export type Search = Pick<LdapSettings, 'base' | 'bindDn' | 'userId'>;

/** What a controller says of itself. */
interface Controller {
  /** Distinguished name of its domain. */
  readonly domain: string;
  readonly supportedControls: readonly string[];
}

/** An account as it was found. */
export interface Account {
  readonly entry: Entry;
  readonly read: ReadEntry;
  readonly controller: Controller;
  /** Null where they cannot be read. */
  readonly rules: DomainRules | null;
  readonly locked: Lock | null;
}

/** The account with an immutable id (objectGUID), if it stands under LDAP_BASE. */
export async function accountById(client: Client, search: Search, id: string, now: number): Promise<Account | null> {
  const value = guidBytes(id);
  if (value === null) return null;
  const [entry] = await find(client, search, new EqualityFilter({ attribute: 'objectGUID', value }));
  return entry === undefined ? null : completed(client, search, entry, now);
}

/** The one account with a user ID, in any case; null where there are none or two. */
export async function accountByUserId(client: Client, search: Search, userId: string, now: number): Promise<Account | null> {
  const wanted = folded(userId);
  if (wanted === '') return null;
  const found = await find(client, search, new EqualityFilter({ attribute: search.userId, value: userId.trim() }));
  // The directory compares more loosely than a name is to be believed: `asa` finds `åsa`.
  const exact = found.filter((entry) => folded(textOf(entry, search.userId) ?? '') === wanted);
  const [only] = exact;
  return only === undefined || exact.length > 1 ? null : completed(client, search, only, now);
}

const folded = (text: string): string => text.normalize('NFC').trim().toLowerCase();

/** Values stand in filter objects, whose bytes are sent as they are: nothing that was typed is ever read as a filter (RFC 4515). */
export async function find(
  client: Client,
  { base }: Search,
  filter: Filter,
  attributes: string[] = accountAttributes,
): Promise<readonly Entry[]> {
  const people = new EqualityFilter({ attribute: 'objectClass', value: 'user' });
  const { searchEntries } = await client.search(base, {
    filter: new AndFilter({ filters: [people, filter] }),
    attributes,
    explicitBufferAttributes: byteAttributes,
    paged: { pageSize: 50 },
  });
  return searchEntries;
}

async function completed(client: Client, { userId }: Search, entry: Entry, now: number): Promise<Account> {
  const controller = await readController(client);
  const rules = await readRules(client, controller.domain, textOf(entry, 'msDS-ResultantPSO'));
  const dnsName = controller.domain.replaceAll(/,?DC=/giu, '.').slice(1);
  const read = readEntry(entry, dnsName, now);
  const named = userId === 'userPrincipalName' ? read.userId : (textOf(entry, userId) ?? read.userId);
  return { entry, read: { ...read, userId: named }, controller, rules, locked: lockOf(entry, rules?.lockMs ?? null, now) };
}

async function readController(client: Client): Promise<Controller> {
  const { searchEntries } = await client.search('', { scope: 'base', attributes: ['defaultNamingContext', 'supportedControl'] });
  const [root] = searchEntries;
  const domain = root === undefined ? null : textOf(root, 'defaultNamingContext');
  if (root === undefined || domain === null) throw unreachable('this is no domain controller');
  return { domain, supportedControls: textsOf(root, 'supportedControl') };
}

/** All that the directory says of an account, its groups and manager too. */
export async function stateOf(client: Client, search: Search, account: Account, now: number): Promise<AccountState> {
  const { entry, read, controller, locked } = account;
  const [memberships, managerId] = await Promise.all([readMemberships(client, controller.domain, entry), managerOf(client, entry)]);
  const privileged = isPrivilegedEntry(entry, memberships, search.bindDn);
  return { ...read, readAt: now, locked, privileged, groups: memberships.groups, managerId };
}

/** The manager's id; null where there is none, or none that we may see. */
async function managerOf(client: Client, entry: Entry): Promise<string | null> {
  const manager = textOf(entry, 'manager');
  if (manager === null) return null;
  try {
    const { searchEntries } = await client.search(manager, {
      scope: 'base',
      attributes: ['objectGUID'],
      explicitBufferAttributes: byteAttributes,
    });
    const [guid] = searchEntries.flatMap((found) => bytesOf(found, 'objectGUID'));
    return guid === undefined ? null : guidText(guid);
  } catch (fault) {
    if (isAnswer(fault)) return null;
    throw fault;
  }
}
