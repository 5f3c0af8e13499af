import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eligibility } from '../../../src/directory/eligibility.ts';
import { Forbidden, doubtful, unreachable } from '../../../src/directory/faults.ts';
import type { AccountState, Directory } from '../../../src/directory/port.ts';
import { startGraph, type GraphServer } from '../../servers/graph/graph.ts';
import { group, hire } from '../../servers/graph/tenant.ts';
import { demoPolicy } from '../../delivery/demo-words.ts';
import { DirectoryStandIn } from '../../pages/directory-stand-in.ts';
import { stillClock } from '../../store/still-clock.ts';
import { hybridOn, immutableIdOf, sync } from './on-both.ts';

const premisesId = 'a1b2c3d4-0000-4000-8000-00000000abcd';
const good = 'Stugan-bakom-skogen-77';

let graph: GraphServer;
let premises: DirectoryStandIn;
let hybrid: Directory;
beforeEach(async () => {
  graph = await startGraph();
  premises = new DirectoryStandIn(stillClock(Date.UTC(2026, 2, 2)));
  premises.account = { ...(premises.account as AccountState), id: premisesId };
  hybrid = hybridOn(graph, premises);
});
afterEach(() => graph.close());

const writes = () => graph.asked.filter(({ method }) => method !== 'GET');
const resetOf = (state: AccountState | null) =>
  eligibility({
    purpose: 'reset',
    policy: { ...demoPolicy(), reset: { ...demoPolicy().reset, covers: 'everyone', for: 'everyone' } },
    state,
    stops: [],
    summary: {
      counting: [
        { kind: 'security-key', countsFrom: 0 },
        { kind: 'text-message', countsFrom: 0 },
      ],
      closedUntil: { teams: null, 'front-door': null },
      reportedUntil: { teams: null, 'front-door': null },
      frozen: false,
    },
    door: 'teams',
    now: 0,
  });

describe('a synced account', () => {
  test('I9: is joined by its immutable id, whatever it is called on either side', async () => {
    const user = sync(graph, { id: premisesId, userId: 'new.name@fjallbyn.example' });
    const state = await hybrid.find(user.id);
    expect(state).toMatchObject({ id: user.id, userId: 'new.name@fjallbyn.example', passwordManaged: 'here' });
    expect(state?.passwordSetAt).toBe(premises.account?.passwordSetAt);
    expect((await hybrid.findByUserId('NEW.name@fjallbyn.example'))?.id).toBe(user.id);
    // Nobody is found by what the other side calls them, or by its id for them.
    expect(await hybrid.findByUserId(premises.account?.userId ?? '')).toBeNull();
    expect(await hybrid.find(premisesId)).toBeNull();
  });

  test('gets its password in its own directory, and its sessions end in the cloud', async () => {
    const user = sync(graph, { id: premisesId });
    expect(await hybrid.setPassword(user.id, good)).toMatchObject({ ok: true });
    expect([premises.asked.set, premises.password, user.password]).toEqual([1, good, null]);
    expect(await hybrid.endSessions(user.id)).toBe('ended');
    expect([user.sessionsRevoked, premises.asked.endSessions]).toEqual([1, 0]);
    expect(writes().map(({ path }) => path)).toEqual([`/users/${user.id}/revokeSignInSessions`]);
  });

  test("set, and its sessions not ended: the fault is the sessions' alone, and trying it again sets nothing", async () => {
    const user = sync(graph, { id: premisesId });
    expect(await hybrid.setPassword(user.id, good)).toMatchObject({ ok: true });
    graph.trouble(({ path }) => path.endsWith('/revokeSignInSessions'), 'lost-answer');
    await expect(hybrid.endSessions(user.id)).rejects.toMatchObject({ kind: 'doubtful' });
    expect(await hybrid.endSessions(user.id)).toBe('ended');
    expect(premises.asked.set).toBe(1);
  });

  test.each([
    ['is disabled in the cloud', { accountEnabled: false }, {}],
    ['is disabled in its own directory', {}, { enabled: false }],
  ])('%s: it is disabled', async (_how, inCloud, onPremises) => {
    const user = sync(graph, { id: premisesId }, inCloud);
    premises.account = { ...(premises.account as AccountState), ...onPremises };
    expect(await hybrid.find(user.id)).toMatchObject({ enabled: false });
    premises.refuses = premises.account.enabled ? null : { ok: false, reason: 'disabled' };
    expect(await hybrid.setPassword(user.id, good)).toEqual({ ok: false, reason: 'disabled' });
    expect(await hybrid.temporaryPass?.(user.id)).toEqual({ ok: false, reason: 'disabled' });
    expect([premises.password, writes()]).toEqual(['Gammalt-lösenord-1', []]);
  });

  test.each([
    ['in the cloud', true, false],
    ['in its own directory', false, true],
  ])('I10: privileged %s is privileged', async (_where, inCloud, onPremises) => {
    const user = sync(graph, { id: premisesId });
    if (inCloud) graph.tenant.activeRoles.add(user.id);
    premises.account = { ...(premises.account as AccountState), privileged: onPremises };
    const state = await hybrid.find(user.id);
    expect(state?.privileged).toBe(true);
    expect(resetOf(state)).toMatchObject({ ok: false, refusal: { code: 'LK_PRIVILEGED' } });
  });

  test('has the groups and the addresses of both sides, and the manager of the cloud', async () => {
    const boss = hire(graph.tenant);
    const inCloud = group();
    const user = sync(graph, { id: premisesId }, { managerId: boss.id, memberOf: [inCloud] });
    const account = premises.account as AccountState;
    premises.account = { ...account, groups: ['Self-service'], managerId: 'another-id', workAddresses: ['Old@fjallbyn.example'] };
    const state = await hybrid.find(user.id);
    expect(state).toMatchObject({ managerId: boss.id, groups: [inCloud.id, 'Self-service'] });
    expect(state?.workAddresses).toContain('old@fjallbyn.example');
  });

  test.each([
    ['no account of its own directory has that id', { onPremisesImmutableId: immutableIdOf('0d0a4c1e-6f3b-4b8e-9a57-2c6d7e8f9a10') }],
    ['it is joined by something else', { onPremisesImmutableId: 'anna.berg' }],
    ['it is joined by nothing', { onPremisesImmutableId: null }],
  ])('where %s, it is managed elsewhere and nothing is set anywhere', async (_why, more) => {
    const user = sync(graph, { id: premisesId }, more);
    expect(await hybrid.find(user.id)).toMatchObject({ passwordManaged: 'elsewhere' });
    premises.refuses = { ok: false, reason: 'not-found' };
    expect(await hybrid.setPassword(user.id, good)).toEqual({ ok: false, reason: 'managed-elsewhere' });
    expect([premises.password, writes()]).toEqual(['Gammalt-lösenord-1', []]);
  });

  test('whose own directory does not answer: told to come back later, never that it is privileged or not enabled; nothing is set', async () => {
    const user = sync(graph, { id: premisesId });
    premises.beforeFind = () => {
      throw unreachable('no controller answers');
    };
    const state = await hybrid.find(user.id);
    expect(state).toMatchObject({ enabled: true, passwordManaged: 'unreachable', privileged: true });
    expect(resetOf(state)).toEqual({ ok: false, refusal: { code: 'SSPR_0030', ending: 'later' } });
    premises.beforeSet = () => {
      throw unreachable('no controller answers');
    };
    await expect(hybrid.setPassword(user.id, good)).rejects.toMatchObject({ code: 'latchkey_directory_unreachable' });
    expect(writes()).toEqual([]);
  });

  test.each([
    ['may have set it', doubtful('no answer'), 'latchkey_directory_doubtful'],
    ['does not let us', new Forbidden('reset-password', 'grant it'), 'latchkey_directory_forbidden'],
  ])('whose own directory %s: that is the fault, and the cloud is not tried in its place', async (_how, fault, code) => {
    const user = sync(graph, { id: premisesId });
    premises.beforeSet = () => {
      throw fault;
    };
    await expect(hybrid.setPassword(user.id, good)).rejects.toMatchObject({ code });
    expect([premises.asked.set, writes()]).toEqual([1, []]);
  });

  test('while the cloud does not answer, nothing is begun on the other side', async () => {
    const user = sync(graph, { id: premisesId });
    await graph.cutOff();
    await expect(hybrid.find(user.id)).rejects.toMatchObject({ code: 'latchkey_directory_unreachable' });
    await expect(hybrid.setPassword(user.id, good)).rejects.toMatchObject({ code: 'latchkey_directory_unreachable' });
    await expect(hybrid.unlock(user.id)).rejects.toMatchObject({ code: 'latchkey_directory_unreachable' });
    expect([premises.asked.set, premises.password]).toEqual([0, 'Gammalt-lösenord-1']);
  });

  test('is given a pass of the cloud; the password on the other side stays', async () => {
    const user = sync(graph, { id: premisesId });
    expect(await hybrid.temporaryPass?.(user.id)).toMatchObject({ ok: true, is: 'access-pass', pass: user.accessPass });
    expect(premises.asked.set).toBe(0);
  });
});

describe("an account of the cloud's own", () => {
  test('is read, set and shown the rules there alone', async () => {
    const user = hire(graph.tenant);
    expect(await hybrid.find(user.id)).toMatchObject({ id: user.id, passwordManaged: 'here', locked: null });
    expect(await hybrid.setPassword(user.id, good)).toMatchObject({ ok: true });
    expect([user.password, premises.asked.set]).toEqual([good, 0]);
    expect((await hybrid.passwordRules(user.id)).map(({ id }) => id)).toContain('ascii-only');
    expect(await hybrid.unlock(user.id)).toEqual({ ok: false, reason: 'takes-new-password' });
    expect((await hybrid.passwordRules(sync(graph, { id: premisesId }).id)).map(({ id }) => id)).not.toContain('ascii-only');
  });

  test('I9: that carries the immutable id of somebody synced, and is not, reaches nothing of theirs', async () => {
    const user = hire(graph.tenant, { onPremisesImmutableId: immutableIdOf(premisesId) });
    expect(await hybrid.setPassword(user.id, good)).toMatchObject({ ok: true });
    expect([user.password, premises.asked.set]).toEqual([good, 0]);
  });

  test('a guest stays one', async () => {
    expect(await hybrid.find(hire(graph.tenant, { userType: 'Guest' }).id)).toMatchObject({ kind: 'guest' });
  });
});
