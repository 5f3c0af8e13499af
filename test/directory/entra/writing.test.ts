import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Directory } from '../../../src/directory/port.ts';
import { failure } from '../../servers/graph/answers.ts';
import { startGraph, type GraphServer } from '../../servers/graph/graph.ts';
import { hire } from '../../servers/graph/tenant.ts';
import { entraOn } from './on-graph.ts';

let graph: GraphServer;
let entra: Directory;
beforeEach(async () => {
  graph = await startGraph();
  entra = entraOn(graph);
});
afterEach(() => graph.close());

const good = 'Stugan-bakom-skogen-77';

describe('a new password', () => {
  test('is final: nothing forces another one at the next sign-in', async () => {
    const user = hire(graph.tenant, { forceChange: true });
    expect(await entra.setPassword(user.id, good)).toEqual({ ok: true, at: Date.parse(user.lastPasswordChangeDateTime ?? '') });
    expect([user.password, user.forceChange]).toEqual([good, false]);
    expect(graph.asked.filter(({ method }) => method !== 'GET')).toEqual([
      expect.objectContaining({ method: 'PATCH', body: { passwordProfile: { password: good, forceChangePasswordNextSignIn: false } } }),
    ]);
  });

  test.each([
    ['Kort-77', 'length'],
    [`${'Lång stig '.repeat(2)}77`, 'ascii-only'],
    ['stugan-bakom-skogen', 'complexity'],
    ['Berg-bakom-skogen-77', 'not-your-name'],
    ['Password1234', 'not-common'],
  ])('R30: %s is refused by %s before Graph is asked to set it', async (password, rule) => {
    const user = hire(graph.tenant);
    expect(await entra.setPassword(user.id, password)).toEqual({ ok: false, reason: 'policy', rule });
    expect(graph.asked.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('one that holds a word Entra has banned is refused by the directory', async () => {
    const user = hire(graph.tenant);
    const password = 'Tillbaka-blank12-Hem';
    expect(await entra.setPassword(user.id, password)).toEqual({ ok: false, reason: 'policy', rule: 'directory' });
    expect(user.password).toBe('Gammalt-glomt-77');
  });

  test('every rule that can refuse it is shown before typing, but for those of the directory', async () => {
    const rules = await entra.passwordRules(hire(graph.tenant).id);
    expect(rules.map(({ id }) => id)).toEqual(['length', 'ascii-only', 'not-your-name', 'not-common', 'complexity']);
    expect(rules[0]).toEqual({ id: 'length', params: { minimum: 12, maximum: 128 } });
  });

  test.each([
    ['synced', { onPremisesSyncEnabled: true }],
    ['of a federated domain', { userPrincipalName: 'bo@federated.example' }],
    ["a guest's", { userType: 'Guest' }],
  ] as const)('is never set where the account is %s', async (_how, more) => {
    graph.tenant.domains.set('federated.example', { authenticationType: 'Federated', passwordValidityPeriodInDays: null });
    const user = hire(graph.tenant, more);
    expect(await entra.setPassword(user.id, good)).toEqual({ ok: false, reason: 'managed-elsewhere' });
    expect(graph.asked.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('of an account that becomes synced, or goes, in that very moment, is refused for that reason', async () => {
    const user = hire(graph.tenant);
    const isSetting = ({ method }: { readonly method: string }): boolean => method === 'PATCH';
    const mastered = 'Unable to update the specified properties for on-premises mastered Directory Sync objects.';
    graph.trouble(isSetting, failure(400, 'Request_BadRequest', mastered));
    expect(await entra.setPassword(user.id, good)).toEqual({ ok: false, reason: 'managed-elsewhere' });
    graph.trouble(isSetting, failure(404, 'Request_ResourceNotFound', 'gone'));
    expect(await entra.setPassword(user.id, good)).toEqual({ ok: false, reason: 'not-found' });
  });

  test('that our application may not set is a fault that says what to grant, and holds no password', async () => {
    const user = hire(graph.tenant);
    graph.granted.delete('User-PasswordProfile.ReadWrite.All');
    const fault: unknown = await entra.setPassword(user.id, good).catch((each: unknown) => each);
    expect(fault).toMatchObject({ code: 'latchkey_directory_forbidden', kind: 'refused' });
    expect(String(fault)).toMatch(/User-PasswordProfile\.ReadWrite\.All.*User Administrator.*Authorization_RequestDenied/u);
    expect(JSON.stringify([fault, String(fault)])).not.toContain(good);
  });
});

describe('what Entra lets nobody do', () => {
  test('a lock is lifted by a new password alone, and that is what it says', async () => {
    expect(await entra.unlock(hire(graph.tenant).id)).toEqual({ ok: false, reason: 'takes-new-password' });
    expect(await entra.unlock(hire(graph.tenant, { onPremisesSyncEnabled: true }).id)).toEqual({ ok: false, reason: 'managed-elsewhere' });
    expect(graph.asked.every(({ method }) => method === 'GET')).toBe(true);
  });
});

describe('sessions', () => {
  test('end, again and again', async () => {
    const user = hire(graph.tenant);
    expect([await entra.endSessions(user.id), await entra.endSessions(user.id)]).toEqual(['ended', 'ended']);
    expect(user.sessionsRevoked).toBe(2);
  });

  test("a guest's are in another tenant, and live on", async () => {
    expect(await entra.endSessions(hire(graph.tenant, { userType: 'Guest' }).id)).toBe('live');
  });

  test('that we may not end are a fault that says what to grant', async () => {
    graph.granted.delete('User.RevokeSessions.All');
    await expect(entra.endSessions(hire(graph.tenant).id)).rejects.toThrow(/User\.RevokeSessions\.All/u);
  });
});
