import { readFileSync } from 'node:fs';
import { Attribute, Change, Client } from 'ldapts';
import type { LdapSettings } from '../../src/config/config.ts';
import { bytesOf, sidText } from '../../src/directory/active-directory/entry.ts';
import { guidText } from '../../src/directory/guid.ts';
import { startDomainController, type DomainController } from '../servers/samba.ts';

/** A person in the test's domain. */
interface DomainPerson {
  readonly dn: string;
  readonly id: string;
  readonly userId: string;
  readonly password: string;
}

/** What a new account is given beside its name; `password: null` gives none, and asks for none. */
interface NewPerson {
  readonly name?: string;
  readonly password?: string | null;
  /** Instead of 512, a normal account. */
  readonly userAccountControl?: number;
  /** Under which unit; `People` is the one that our service account has rights on. */
  readonly unit?: 'People' | 'Board';
  readonly attributes?: Readonly<Record<string, string>>;
}

/** The test's domain, worked on as its administrator does. */
export interface SambaDomain {
  readonly controller: DomainController;
  /** How our service account reaches it. It has what src/directory/README.md lists, and nothing more. */
  readonly settings: LdapSettings;
  /** Wrong passwords that lock an account. */
  readonly wrongPasswordsThatLock: number;
  readonly administrator: Client;
  add(person?: NewPerson): Promise<DomainPerson>;
  /** Puts values in the place of those that are there. */
  change(dn: string, values: Readonly<Record<string, string | Buffer>>): Promise<void>;
  /** A new security group with these members; @returns its distinguished name */
  group(name: string, members: readonly string[]): Promise<string>;
  join(group: string, member: string): Promise<void>;
  /** Whether the domain takes this password of this person, by a bind that is not ours. */
  takes(dn: string, password: string): Promise<boolean>;
  stop(): Promise<void>;
}

export const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

const wrongPasswordsThatLock = 4;
const service = { name: 'latchkey', password: 'Service-acc0unt-of-the-test' };

/** `GUID`s of the schema: the right "Reset password", the attributes lockoutTime and pwdLastSet, the class user. */
const resetPassword = '00299570-246d-11d0-a768-00aa006e0529';
const lockoutTime = '28630ebf-41d5-11d1-a9c1-0000f80367c1';
const pwdLastSet = 'bf967a0a-0de6-11d0-a285-00aa003049e2';
const user = 'bf967aba-0de6-11d0-a285-00aa003049e2';

/** Starts a domain and gives our service account its rights on `OU=People`. */
export async function startSambaDomain(): Promise<SambaDomain> {
  const controller = await startDomainController();
  const { address, base } = controller;
  const ca = readFileSync(controller.caFile, 'utf8');
  const connect = async (dn: string, password: string): Promise<Client> => {
    const client = new Client({ url: `ldaps://${address}`, tlsOptions: { ca } });
    await client.bind(dn, password);
    return client;
  };
  const administrator = await connect(controller.administrator.dn, controller.administrator.password);
  const change: SambaDomain['change'] = async (dn, values) => {
    await administrator.modify(
      dn,
      Object.entries(values).map(
        ([type, value]) =>
          new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] as string[] | Buffer[] }) }),
      ),
    );
  };
  const read = async (dn: string, attribute: string): Promise<Buffer> => {
    const { searchEntries } = await administrator.search(dn, {
      scope: 'base',
      attributes: [attribute],
      explicitBufferAttributes: [attribute],
    });
    const [value] = searchEntries.flatMap((entry) => bytesOf(entry, attribute));
    if (value === undefined) throw new Error(`${dn} has no ${attribute}`);
    return value;
  };
  let count = 0;
  const add: SambaDomain['add'] = async (person = {}) => {
    count += 1;
    const { name = `Alma Lindqvist ${count}`, password = `Kaffe-vid-sjon-${(count % 90) + 10}`, unit = 'People', attributes = {} } = person;
    const dn = `CN=${name},OU=${unit},${base}`;
    const userId = `alma.lindqvist.${count}@fjallbyn.example`;
    const values: Record<string, string | Buffer> = {
      objectClass: 'user',
      sAMAccountName: `alma${count}`,
      userPrincipalName: userId,
      displayName: name,
      userAccountControl: String(person.userAccountControl ?? (password === null ? 544 : 512)),
      ...(password !== null && { unicodePwd: quoted(password) }),
      ...attributes,
    };
    await administrator.add(
      dn,
      Object.entries(values).map(([type, value]) => new Attribute({ type, values: [value] as string[] | Buffer[] })),
    );
    return { dn, id: guidText(await read(dn, 'objectGUID')), userId: attributes['userPrincipalName'] ?? userId, password: password ?? '' };
  };

  await change(base, { lockoutThreshold: String(wrongPasswordsThatLock), minPwdAge: '0' });
  for (const unit of ['People', 'Board']) await administrator.add(`OU=${unit},${base}`, { objectClass: 'organizationalUnit' });
  const bindDn = `CN=${service.name},CN=Users,${base}`;
  await administrator.add(bindDn, [
    new Attribute({ type: 'objectClass', values: ['user'] }),
    new Attribute({ type: 'sAMAccountName', values: [service.name] }),
    new Attribute({ type: 'unicodePwd', values: [quoted(service.password)] }),
    new Attribute({ type: 'userAccountControl', values: ['512'] }),
  ]);
  const sid = sidText(await read(bindDn, 'objectSid'));
  const rights = `(OA;CIIO;CR;${resetPassword};${user};${sid})${[lockoutTime, pwdLastSet].map((each) => `(OA;CIIO;WP;${each};${user};${sid})`).join('')}`;
  controller.tool('dsacl', 'set', `--objectdn=OU=People,${base}`, `--sddl=${rights}`, '--action=allow');

  return {
    controller,
    settings: { urls: [`ldaps://${address}`], bindDn, bindPassword: service.password, base, ca, userId: 'userPrincipalName' },
    wrongPasswordsThatLock,
    administrator,
    add,
    change,
    async group(name, members) {
      const dn = `CN=${name},CN=Users,${base}`;
      await administrator.add(dn, { objectClass: 'group', sAMAccountName: name, ...(members.length > 0 && { member: [...members] }) });
      return dn;
    },
    async join(group, member) {
      await administrator.modify(
        group,
        new Change({ operation: 'add', modification: new Attribute({ type: 'member', values: [member] }) }),
      );
    },
    async takes(dn, password) {
      try {
        await (await connect(dn, password)).unbind();
        return true;
      } catch {
        return false;
      }
    },
    async stop() {
      await administrator.unbind();
      await controller.stop();
    },
  };
}
