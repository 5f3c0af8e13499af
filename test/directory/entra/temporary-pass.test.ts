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

const isPass = ({ path }: { readonly path: string }): boolean => path.endsWith('/temporaryAccessPassMethods');
const passFor = async (id: string) => entra.temporaryPass?.(id);

describe('a Temporary Access Pass', () => {
  test('is good for one sign-in within an hour, and the password stays', async () => {
    const user = hire(graph.tenant);
    const before = Date.now();
    const given = await passFor(user.id);
    expect(given).toMatchObject({ ok: true, is: 'access-pass', pass: user.accessPass });
    const until = given?.ok === true ? (given.until ?? 0) : 0;
    expect(until).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(until).toBeLessThanOrEqual(Date.now() + 3_600_000);
    expect([user.password, user.forceChange]).toEqual(['Gammalt-glomt-77', false]);
    expect(graph.asked.filter(isPass)).toEqual([
      expect.objectContaining({ method: 'POST', body: { lifetimeInMinutes: 60, isUsableOnce: true } }),
    ]);
  });

  test('is given for synced and federated accounts too: it takes the place of their password', async () => {
    graph.tenant.domains.set('federated.example', { authenticationType: 'Federated', passwordValidityPeriodInDays: null });
    for (const more of [{ onPremisesSyncEnabled: true }, { userPrincipalName: 'bo@federated.example' }]) {
      expect(await passFor(hire(graph.tenant, more).id)).toMatchObject({ ok: true });
    }
    expect(await passFor(hire(graph.tenant, { userType: 'Guest' }).id)).toEqual({ ok: false, reason: 'managed-elsewhere' });
  });

  test("is refused where the tenant's policy gives none, or none so short", async () => {
    const user = hire(graph.tenant);
    graph.tenant.passes.enabled = false;
    expect(await passFor(user.id)).toEqual({ ok: false, reason: 'not-allowed' });
    graph.tenant.passes = { enabled: true, minimum: 120, maximum: 480 };
    expect(await passFor(user.id)).toEqual({ ok: false, reason: 'not-allowed' });
    graph.trouble(isPass, failure(404, 'Request_ResourceNotFound', 'gone'));
    expect(await passFor(user.id)).toEqual({ ok: false, reason: 'not-found' });
    graph.trouble(isPass, failure(400, 'badRequest', 'something else'));
    await expect(passFor(user.id)).rejects.toMatchObject({ code: 'latchkey_directory_refused' });
  });

  test('that our application may not make is a fault that says what to grant', async () => {
    graph.granted.delete('UserAuthMethod-TAP.ReadWrite.All');
    const fault: unknown = await passFor(hire(graph.tenant).id).catch((each: unknown) => each);
    expect(fault).toMatchObject({ code: 'latchkey_directory_forbidden', kind: 'refused', grant: 'UserAuthMethod-TAP.ReadWrite.All' });
  });

  test.each(['hang', 'lost-answer', failure(503, 'ServiceUnavailable', 'busy')] as const)(
    'is never asked for twice where one may have been made (%j)',
    async (what) => {
      const user = hire(graph.tenant);
      graph.trouble(isPass, what);
      const clock = { now: () => Date.now(), after: (ms: number, task: () => void) => later(task, ms / 20) };
      await expect(entraOn(graph, { clock }).temporaryPass?.(user.id)).rejects.toMatchObject({ code: 'latchkey_directory_doubtful' });
      expect(graph.asked.filter(isPass)).toHaveLength(1);
    },
  );

  test('of another form than the published one is given to nobody', async () => {
    const user = hire(graph.tenant);
    const made = { temporaryAccessPass: 'T@p-1', startDateTime: '2026-01-12T07:30:00Z', lifetimeInMinutes: 60 };
    for (const body of [{}, { ...made, isUsableOnce: false }, { ...made, isUsableOnce: true, temporaryAccessPass: null }]) {
      graph.trouble(isPass, { status: 201, body });
      await expect(passFor(user.id)).rejects.toMatchObject({ code: 'latchkey_directory_doubtful' });
    }
  });
});

function later(task: () => void, ms: number): () => void {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}
