import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Directory } from '../../../src/directory/port.ts';
import { failure, throttled } from '../../servers/graph/answers.ts';
import { startGraph, type GraphServer } from '../../servers/graph/graph.ts';
import { group, hire, type TenantUser } from '../../servers/graph/tenant.ts';
import { entraOn, hurriedClock, settingsOf } from './on-graph.ts';

let graph: GraphServer;
let clock: ReturnType<typeof hurriedClock>;
let entra: Directory;
let user: TenantUser;
beforeEach(async () => {
  graph = await startGraph();
  clock = hurriedClock();
  entra = entraOn(graph, { clock });
  user = hire(graph.tenant);
  // The token is there: what follows is Graph's.
  await entra.find(user.id);
  graph.asked.length = 0;
  clock.waits.length = 0;
});
afterEach(() => graph.close());

const good = 'Stugan-bakom-skogen-77';
const isUser = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  method === 'GET' && path === `/users/${user.id}`;
const isSetting = ({ method }: { readonly method: string }): boolean => method === 'PATCH';
const settings = (): number => graph.asked.filter(isSetting).length;
const unreachable = { code: 'latchkey_directory_unreachable', kind: 'unavailable' };
const doubtful = { code: 'latchkey_directory_doubtful', kind: 'doubtful' };
const unavailable = failure(503, 'serviceNotAvailable', 'The service is not available.');

describe('reads', () => {
  test('are repeated when Graph is busy, after as long as it says', async () => {
    graph.trouble(isUser, throttled('3'));
    expect((await entra.find(user.id))?.id).toBe(user.id);
    expect(clock.waits).toContain(3000);
    expect(graph.asked.filter(isUser)).toHaveLength(2);
  });

  test('are repeated after a date that Graph says', async () => {
    graph.trouble(isUser, throttled(new Date(clock.now() + 5000).toUTCString()));
    await entra.find(user.id);
    expect(clock.waits.some((ms) => ms > 2000 && ms <= 5000)).toBe(true);
  });

  test.each([
    ['500', failure(500, 'generalException', '')],
    ['503', unavailable],
    ['504', failure(504, 'UnknownError', '')],
    ['a cut line', 'cut'],
  ] as const)('are repeated after %s, and then there they are', async (_what, what) => {
    graph.trouble(isUser, what, 2);
    expect((await entra.find(user.id))?.id).toBe(user.id);
  });

  test('are not repeated for ever: four tries, then the directory cannot be reached', async () => {
    graph.trouble(isUser, unavailable, 99);
    await expect(entra.find(user.id)).rejects.toMatchObject(unreachable);
    expect(graph.asked.filter(isUser)).toHaveLength(4);
  });

  test('that are told to wait longer than a minute end at once, and Graph is left alone as long as it said', async () => {
    graph.trouble(isUser, throttled('300'));
    await expect(entra.find(user.id)).rejects.toMatchObject(unreachable);
    const asked = graph.asked.length;
    await expect(entra.find(user.id)).rejects.toMatchObject(unreachable);
    await expect(entra.setPassword(user.id, good)).rejects.toMatchObject(unreachable);
    expect(graph.asked).toHaveLength(asked);
  });

  test('a call that gets no answer ends after ten seconds, and is made again', async () => {
    graph.trouble(isUser, 'hang');
    const before = clock.now();
    expect((await entra.find(user.id))?.id).toBe(user.id);
    expect(clock.now() - before).toBeGreaterThanOrEqual(10_000);
    expect(clock.waits).toContain(10_000);
  });

  test('a Graph that never answers is given up within a minute', async () => {
    graph.trouble(() => true, 'hang', 99);
    const before = clock.now();
    await expect(entra.find(user.id)).rejects.toMatchObject(unreachable);
    expect(clock.now() - before).toBeLessThan(70_000);
  });

  test.each(['transitiveMemberOf', 'manager', 'roleAssignments', 'roleEligibilityScheduleInstances', 'ownedObjects'])(
    'half a directory is none: without %s nothing is said of the account',
    async (part) => {
      graph.trouble(({ path }) => path.endsWith(part), unavailable, 99);
      await expect(entra.find(user.id)).rejects.toMatchObject(unreachable);
    },
  );

  test('a page that fails in the middle of a list is asked for again, not left out', async () => {
    graph.pageSize = 1;
    user.memberOf = [group(), group(), group()];
    let pages = 0;
    graph.trouble(({ path }) => path.endsWith('transitiveMemberOf') && (pages += 1) === 2, unavailable);
    expect((await entra.find(user.id))?.groups).toHaveLength(3);
  });

  test('a mailbox that does not answer keeps nobody waiting for a minute', async () => {
    graph.trouble(({ path }) => path.endsWith('userPurpose'), 'hang', 99);
    const before = clock.now();
    expect((await entra.find(user.id))?.kind).toBe('person');
    expect(clock.now() - before).toBeLessThan(30_000);
  });

  test('an answer that is no answer of Graph is none', async () => {
    graph.trouble(isUser, { status: 200, body: { hello: 'from a proxy' } }, 9);
    await expect(entra.find(user.id)).rejects.toMatchObject(unreachable);
  });

  test('a redirect is not followed: it would take our token along', async () => {
    graph.trouble(isUser, { status: 302, headers: { location: 'https://evil.example/' } }, 9);
    await expect(entra.find(user.id)).rejects.toMatchObject(unreachable);
  });

  test('that we may not make are a fault that says what to grant', async () => {
    graph.granted.delete('User.Read.All');
    await expect(entra.find(user.id)).rejects.toMatchObject({ code: 'latchkey_directory_forbidden', kind: 'refused' });
    await expect(entra.find(user.id)).rejects.toThrow(/User\.Read\.All/u);
  });
});

describe('a password is set once', () => {
  test('when Graph takes it and its answer is lost: it may have happened, and nobody sets it again', async () => {
    graph.trouble(isSetting, 'lost-answer', 9);
    await expect(entra.setPassword(user.id, good)).rejects.toMatchObject(doubtful);
    expect(settings()).toBe(1);
    // And the directory shows it: whoever looks sees that it was set.
    expect((await entra.find(user.id))?.passwordSetAt).toBeGreaterThan(Date.parse('2026-01-12T07:30:00Z'));
  });

  test.each([
    ['silence', 'hang'],
    ['500', failure(500, 'generalException', '')],
    ['503', unavailable],
    ['a cut line', 'cut'],
  ] as const)('and is doubtful after %s', async (_what, what) => {
    graph.trouble(isSetting, what, 9);
    await expect(entra.setPassword(user.id, good)).rejects.toMatchObject(doubtful);
    expect(settings()).toBe(1);
  });

  test('but asked for again when Graph did not take it', async () => {
    graph.trouble(isSetting, throttled('2'));
    expect(await entra.setPassword(user.id, good)).toMatchObject({ ok: true });
    expect(clock.waits).toContain(2000);
  });

  test('and not at all while Graph takes nothing', async () => {
    graph.trouble(isSetting, throttled('200'), 9);
    await expect(entra.setPassword(user.id, good)).rejects.toMatchObject(unreachable);
    expect(user.password).toBe('Gammalt-glomt-77');
  });

  test('it is set, though Graph cannot say when', async () => {
    graph.trouble(({ path, method }) => isUser({ path, method }) && settings() > 0, unavailable, 99);
    expect(await entra.setPassword(user.id, good)).toEqual({ ok: true, at: expect.any(Number) });
    expect(user.password).toBe(good);
  });

  test('sessions that may not have ended are doubtful, and ending them again is harmless', async () => {
    graph.trouble(({ path }) => path.endsWith('revokeSignInSessions'), 'lost-answer');
    await expect(entra.endSessions(user.id)).rejects.toMatchObject(doubtful);
    expect(await entra.endSessions(user.id)).toBe('ended');
  });
});

describe('our application', () => {
  test('asks for a token once, and keeps it', async () => {
    await entra.find(user.id);
    await entra.find(user.id);
    expect(graph.tokenForms.length).toBeGreaterThan(0);
    const before = graph.tokenForms.length;
    await entra.find(user.id);
    expect(graph.tokenForms).toHaveLength(before);
    expect(Object.fromEntries(graph.tokenForms[0] ?? [])).toMatchObject({
      grant_type: 'client_credentials',
      scope: expect.stringContaining('https://graph.microsoft.com/.default'),
    });
  });

  test('with a secret that is over can do nothing, and says so without it', async () => {
    const settings = { ...settingsOf(graph), credential: { is: 'secret', secret: 'a-secret-that-is-over' } } as const;
    const other = entraOn(graph, { clock, settings });
    const fault: unknown = await other.find(user.id).catch((each: unknown) => each);
    expect(fault).toMatchObject({ code: 'latchkey_directory_credentials', kind: 'unavailable' });
    expect(String(fault)).toContain('ENTRA_CLIENT_ID');
    expect(JSON.stringify(fault) + String(fault) + String((fault as Error).cause)).not.toContain('a-secret-that-is-over');
    expect(graph.asked).toEqual([]);
  });
});
