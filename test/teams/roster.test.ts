import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock, systemRandom } from '../../src/security/system-ports.ts';
import { createLog } from '../../src/server/log.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { Connector } from '../../src/teams/connector.ts';
import { userIdInRoster } from '../../src/teams/roster.ts';
import { trustOf } from '../../src/teams/service-url.ts';
import { startConnector, type FakeConnector } from '../servers/connector.ts';

const [tenant, anna] = ['5d0a4c1e-6f3b-4b8e-9a57-2c6d7e8f9a10', 'b7a2f3c1-0000-4000-8000-00000000000a'];

describe("Teams' own roster", () => {
  let connector: FakeConnector;
  beforeAll(async () => {
    connector = await startConnector();
  });
  afterAll(() => connector.close());

  const tokens: boolean[] = [];
  const userId = async (serviceUrl = connector.serviceUrl, user: string | null = '29:anna'): Promise<string | null> => {
    const rooms = {
      trusts: trustOf('production', [connector.host]),
      token: {
        async read(fresh: boolean) {
          tokens.push(fresh);
          return 'our-token';
        },
      },
      fetch: globalThis.fetch,
      frontDoor: null,
      clock: systemClock,
      random: systemRandom,
      log: createLog('silent', systemClock),
      metrics: createMetrics(),
    };
    const reference = { channelId: 'msteams', serviceUrl, conversation: 'a:1/2', bot: { id: '28:bot' }, user };
    return userIdInRoster(new Connector(rooms), { tenant, aadObjectId: anna, reference });
  };
  const says = (body: unknown, status = 200): void => void connector.roster.set('29:anna', { status, body });
  const member = { id: '29:anna', aadObjectId: anna, userPrincipalName: 'Anna.Berg@example.org', tenantId: tenant, userRole: 'user' };

  test('gives the user ID of a member, asked for with our token', async () => {
    says(member);
    expect(await userId()).toBe('Anna.Berg@example.org');
    expect(connector.asked.at(-1)).toEqual({ conversation: 'a:1/2', member: '29:anna', authorization: 'Bearer our-token' });
    says({ id: '29:anna', objectId: anna.toUpperCase(), userPrincipalName: 'anna.berg@example.org' });
    expect(await userId()).toBe('anna.berg@example.org');
  });

  test.each([
    ['a guest', { ...member, userRole: 'guest' }],
    ['somebody else', { ...member, aadObjectId: tenant }],
    ['somebody without an object id', { ...member, aadObjectId: undefined }],
    ['somebody of another tenant', { ...member, tenantId: anna }],
    ['somebody without a user ID', { ...member, userPrincipalName: undefined }],
  ])('I9: %s has none', async (_who, body) => {
    says(body);
    expect(await userId()).toBeNull();
  });

  test('whoever is not in it has none', async () => {
    connector.roster.clear();
    expect(await userId()).toBeNull();
    expect(await userId(connector.serviceUrl, null)).toBeNull();
  });

  test.each([[500], [403], [429], [200]])('an answer that says nothing (%s) is a fault, and no stranger', async (status) => {
    says('nonsense', status);
    await expect(userId()).rejects.toMatchObject({ code: 'latchkey_teams_roster', kind: 'unavailable' });
  });

  test('a token that is not taken is renewed once', async () => {
    says({}, 401);
    tokens.length = 0;
    await expect(userId()).rejects.toMatchObject({ code: 'latchkey_teams_roster' });
    expect(tokens).toEqual([false, true]);
  });

  test('nobody is asked at an address that is not Teams’', async () => {
    const asked = connector.asked.length;
    await expect(userId('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'latchkey_teams_roster' });
    expect(connector.asked).toHaveLength(asked);
  });
});
