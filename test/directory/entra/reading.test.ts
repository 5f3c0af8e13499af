import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eligibility } from '../../../src/directory/eligibility.ts';
import type { Directory } from '../../../src/directory/port.ts';
import { demoPolicy } from '../../delivery/demo-words.ts';
import { startGraph, type GraphServer } from '../../servers/graph/graph.ts';
import { group, hire, type TenantUser } from '../../servers/graph/tenant.ts';
import { entraOn } from './on-graph.ts';

let graph: GraphServer;
let entra: Directory;
beforeEach(async () => {
  graph = await startGraph();
  entra = entraOn(graph);
});
afterEach(() => graph.close());

/** The code under which an account is refused a reset; null where it may have one as far as the account goes. */
async function refusal(user: TenantUser): Promise<string | null> {
  const verdict = eligibility({
    purpose: 'reset',
    policy: { ...demoPolicy(), reset: { ...demoPolicy().reset, covers: 'everyone', for: 'everyone' } },
    state: await entra.find(user.id),
    summary: {
      counting: [],
      closedUntil: { teams: null, 'front-door': null },
      reportedUntil: { teams: null, 'front-door': null },
      frozen: false,
    },
    stops: [],
    door: 'teams',
    now: Date.now(),
  });
  // SSPR_0014 is about methods, of which these people have none.
  return verdict.ok || verdict.refusal.code === 'SSPR_0014' ? null : verdict.refusal.code;
}

describe('the numbers and addresses that Entra holds', () => {
  const held = {
    mobilePhone: '070-174 06 98',
    businessPhones: ['+46 8 465 004 10'],
    otherMails: ['alma.hemma@example.net'],
    signInPhones: [{ phoneNumber: '+46 701740699', phoneType: 'mobile' as const }],
    signInMail: 'alma.privat@example.net',
  };

  test('are those to sign in with and those of the profile; only what is asked for is read, and only when it is asked for', async () => {
    const user = hire(graph.tenant, held);
    await entra.find(user.id);
    const properties = graph.asked.flatMap(({ query }) => (query.get('$select') ?? '').split(','));
    expect(properties).not.toEqual(expect.arrayContaining(['mobilePhone']));
    expect(graph.asked.some(({ path }) => /phoneMethods|emailMethods/u.test(path))).toBe(false);
    expect((await entra.placesOnFile?.(user.id))?.places).toEqual([
      { kind: 'phone', to: '+46 701740699', source: 'sign-in' },
      { kind: 'mail', to: 'alma.privat@example.net', source: 'sign-in' },
      { kind: 'phone', to: '070-174 06 98', source: 'profile' },
      { kind: 'phone', to: '+46 8 465 004 10', source: 'profile' },
      { kind: 'mail', to: 'alma.hemma@example.net', source: 'profile' },
    ]);
    const profile = graph.asked.find(({ query }) => query.get('$select')?.includes('mobilePhone') === true);
    expect(profile?.query.get('$select')).toBe('mobilePhone,businessPhones,otherMails');
  });

  test('that our application may not read are not missed, and a list that fails or is of another form is one attempt and no fault', async () => {
    const user = hire(graph.tenant, held);
    graph.granted.delete('UserAuthMethod-Email.Read.All');
    graph.trouble(({ path }) => path.endsWith('/phoneMethods'), { status: 200, body: { value: [{ phoneNumber: 7 }] } });
    const sources = (await entra.placesOnFile?.(user.id))?.places.map(({ source }) => source);
    expect(sources).toEqual(['profile', 'profile', 'profile']);
    graph.trouble(({ path }) => path.endsWith('/phoneMethods'), { status: 503, body: {} });
    await entra.placesOnFile?.(user.id);
    expect(graph.asked.filter(({ path }) => path.endsWith('/phoneMethods'))).toHaveLength(2);
  });

  test("of a guest are another tenant's to keep", async () => {
    const guest = hire(graph.tenant, { ...held, userType: 'Guest' });
    expect((await entra.placesOnFile?.(guest.id))?.places).toEqual([]);
  });
});

describe('an account as Graph has it', () => {
  test('is read whole, and says when it was read', async () => {
    const manager = hire(graph.tenant);
    const groups = [group(), group(), { '@odata.type': '#microsoft.graph.administrativeUnit', id: 'unit-1' }];
    const user = hire(graph.tenant, { userPrincipalName: 'asa.oberg@fjallbyn.example', managerId: manager.id, memberOf: groups });
    const before = Date.now();
    const state = await entra.find(user.id);
    expect(state).toEqual({
      readAt: expect.any(Number),
      id: user.id,
      userId: 'asa.oberg@fjallbyn.example',
      name: 'Anna Berg',
      kind: 'person',
      enabled: true,
      licensed: true,
      hasPassword: true,
      passwordSetAt: Date.parse('2026-01-12T07:30:00Z'),
      passwordExpired: false,
      mustChangePassword: false,
      passwordManaged: 'here',
      locked: null,
      privileged: false,
      groups: groups.slice(0, 2).map(({ id }) => id),
      managerId: manager.id,
      workMail: 'asa.oberg@fjallbyn.example',
      workAddresses: ['asa.oberg@fjallbyn.example', 'alias-of-asa.oberg@fjallbyn.example'],
      language: 'sv',
    });
    expect(state?.readAt).toBeGreaterThanOrEqual(before);
  });

  test('everything read of a user is named: nothing more is asked for', async () => {
    await entra.find(hire(graph.tenant).id);
    const reads = graph.asked.filter(({ path }) => !path.endsWith('/userPurpose'));
    expect(reads.length).toBeGreaterThan(5);
    expect(reads.filter(({ query }) => !query.has('$select'))).toEqual([]);
  });

  test('a list of several pages is read to its end', async () => {
    graph.pageSize = 2;
    const memberOf = Array.from({ length: 7 }, () => group());
    const user = hire(graph.tenant, { memberOf });
    expect((await entra.find(user.id))?.groups).toEqual(memberOf.map(({ id }) => id));
  });

  test.each([
    'https://graph.microsoft.com.evil.example/v1.0/groups',
    'https://evil.example/v1.0/groups',
    'http://graph.microsoft.com/v1.0/groups',
    'https://graph.microsoft.com/beta/groups',
    'https://graph.microsoft.com@evil.example/v1.0/groups',
    '/v1.0/groups',
  ])('a next page at %s is not followed', async (nextLink) => {
    graph.pageSize = 1;
    graph.nextLink = nextLink;
    const user = hire(graph.tenant, { memberOf: [group(), group()] });
    const asked = graph.asked.length;
    await expect(entra.find(user.id)).rejects.toMatchObject({ code: 'latchkey_directory_refused' });
    expect(graph.asked.slice(asked).every(({ path }) => !path.endsWith('/groups'))).toBe(true);
  });

  test.each([
    ['an ordinary person', {}, null],
    ['a leaver, whose account is disabled', { accountEnabled: false }, 'LK_DISABLED'],
    ['a guest', { userType: 'Guest' }, 'LK_NOT_A_PERSON_GUEST'],
    ['a guest who was made a member', { userPrincipalName: 'eva_example.org#EXT#@fjallbyn.example' }, 'LK_NOT_A_PERSON_GUEST'],
    ['somebody invited', { externalUserState: 'Accepted' }, 'LK_NOT_A_PERSON_GUEST'],
    ['a shared mailbox', { purpose: 'shared' }, 'LK_NOT_A_PERSON_SHARED'],
    ['a room', { purpose: 'room' }, 'LK_NOT_A_PERSON_ROOM'],
    ['equipment', { purpose: 'equipment' }, 'LK_NOT_A_PERSON_ROOM'],
    ["a mailbox of no person's", { purpose: 'others' }, 'LK_NOT_A_PERSON_SERVICE'],
    ['a person without a mailbox in the cloud', { purpose: null }, null],
    ['somebody without a licence', { assignedPlans: [] }, 'SSPR_0012'],
    [
      'a licence that was taken away',
      { assignedPlans: [{ service: 'AADPremiumService', capabilityStatus: 'Deleted', servicePlanId: 'x' }] },
      'SSPR_0012',
    ],
    ['a synced account', { onPremisesSyncEnabled: true }, 'SSPR_0010'],
    ['one that was synced once', { onPremisesSyncEnabled: false }, null],
    ['an account of a federated domain', { userPrincipalName: 'bo@federated.example' }, 'SSPR_0010'],
    ['an account of a domain that Graph does not know', { userPrincipalName: 'bo@unknown.example' }, 'SSPR_0010'],
  ] as const)('I9: %s', async (_who, more, code) => {
    graph.tenant.domains.set('federated.example', { authenticationType: 'Federated', passwordValidityPeriodInDays: null });
    expect(await refusal(hire(graph.tenant, more))).toBe(code);
  });

  test('I9: whose kind Exchange keeps to itself is a person', async () => {
    graph.granted.delete('MailboxSettings.Read');
    expect((await entra.find(hire(graph.tenant, { purpose: 'shared' }).id))?.kind).toBe('person');
  });

  test('a password that is too old for its domain has expired, but not one that never does', async () => {
    graph.tenant.domains.set('old.example', { authenticationType: 'Managed', passwordValidityPeriodInDays: 90 });
    const of = (more: Partial<TenantUser>) => hire(graph.tenant, { userPrincipalName: `bo-${Math.random()}@old.example`, ...more }).id;
    const old = '2020-01-01T00:00:00Z';
    expect((await entra.find(of({ lastPasswordChangeDateTime: old })))?.passwordExpired).toBe(true);
    expect((await entra.find(of({ lastPasswordChangeDateTime: new Date().toISOString() })))?.passwordExpired).toBe(false);
    expect(
      (await entra.find(of({ lastPasswordChangeDateTime: old, passwordPolicies: 'DisablePasswordExpiration' })))?.passwordExpired,
    ).toBe(false);
    expect((await entra.find(of({ forceChange: true })))?.mustChangePassword).toBe(true);
  });
});

describe('finding by user ID', () => {
  test('I9: a user ID that was given to somebody else brings nothing along', async () => {
    const before = hire(graph.tenant, { userPrincipalName: 'it@fjallbyn.example' });
    before.userPrincipalName = 'it-before@fjallbyn.example';
    const after = hire(graph.tenant, { userPrincipalName: 'it@fjallbyn.example' });
    expect((await entra.findByUserId('it@fjallbyn.example'))?.id).toBe(after.id);
    expect((await entra.find(before.id))?.userId).toBe('it-before@fjallbyn.example');
  });

  test('I9: two hits find nobody', async () => {
    hire(graph.tenant, { userPrincipalName: 'Two@fjallbyn.example' });
    hire(graph.tenant, { userPrincipalName: 'two@fjallbyn.example' });
    expect(await entra.findByUserId('two@fjallbyn.example')).toBeNull();
  });

  test('I9: a user ID in the place of an id finds nobody, and Graph is not asked', async () => {
    const { userPrincipalName } = hire(graph.tenant);
    for (const id of [userPrincipalName, '', '.', '..', 'me', `${userPrincipalName}/manager`, '$count', "('x')"]) {
      expect(await entra.find(id)).toBeNull();
      expect(await entra.setPassword(id, 'Stugan-bakom-skogen-77')).toEqual({ ok: false, reason: 'not-found' });
    }
    expect(graph.asked).toEqual([]);
  });

  test('a quote in a user ID is a quote', async () => {
    const user = hire(graph.tenant, { userPrincipalName: "o'brien@fjallbyn.example" });
    expect((await entra.findByUserId("o'brien@fjallbyn.example"))?.id).toBe(user.id);
  });

  test('a hundred hostile user IDs find nobody and harm nothing', async () => {
    const user = hire(graph.tenant);
    const before = JSON.stringify(graph.tenant.users);
    for (const hostile of hostileUserIds(user.userPrincipalName))
      expect([hostile, await entra.findByUserId(hostile)]).toEqual([hostile, null]);
    expect(JSON.stringify(graph.tenant.users)).toBe(before);
    // One question, each time the same but for its literal: no path, option or operator of theirs.
    expect(graph.asked.length).toBeGreaterThan(50);
    for (const { method, path, query } of graph.asked) {
      expect([method, path, [...query.keys()]]).toEqual(['GET', '/users', ['$filter', '$select']]);
      expect(query.get('$filter')).toMatch(/^userPrincipalName eq '(?:[^']|'')*'$/u);
    }
  });
});

/** A hundred: OData's operators, quotes, ends of addresses, paths, options, and signs that are no letters. */
function hostileUserIds(real: string): readonly string[] {
  const tails = [
    "' or '1' eq '1",
    "' or true eq true or '",
    "') or startswith(userPrincipalName,'a",
    "' and accountEnabled eq true or userPrincipalName ne '",
    "'' or ''=''",
    "'&$select=*",
    '&$filter=true',
    '?$top=999',
    '#',
    '%27 or 1 eq 1',
    '%2527',
    '\u0000',
    '\r\nAuthorization: x',
    '/manager',
    '/../../groups',
    "';--",
    '*',
    '"',
    '\\',
    '${jndi:ldap://x}',
  ];
  const heads = ['', real, real.slice(0, 4), "'"];
  const joined = heads.flatMap((head) => tails.map((tail) => head + tail));
  const others = [
    '*',
    '%',
    '_',
    'me',
    '$count',
    '$batch',
    '..',
    '/',
    '?',
    '.',
    "'",
    "''",
    "'''",
    '""',
    'null',
    'true',
    '0',
    '-1',
    ' ',
    `${real},${real}`,
  ];
  const all = [...joined, ...others, 'å'.repeat(5000)].filter((each) => each !== real);
  return [...new Set(all)].slice(0, 101);
}
