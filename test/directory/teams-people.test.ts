import { expect, test } from '@jest/globals';
import { TeamsPeople, type TeamsPerson } from '../../src/directory/teams-people.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { describeEngines } from '../store/engines.ts';
import { accountOf as stateOf } from '../methods/room.ts';
import { movedClock } from './moved-clock.ts';

const anna: TeamsPerson = { tenant: 'tenant-1', aadObjectId: 'aad-anna', reference: null };
const [annasId, bosId] = ['aaaaaaaa-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000002'];

describeEngines('the account of a person of Teams', (engine) => {
  /** A directory of user IDs, a roster of them, and whoever joins the two. */
  async function company() {
    const { store } = await engine.fresh();
    const clock = movedClock(1_800_000_000_000);
    const accounts = new Map([[annasId, 'anna@example.org']]);
    const roster: { userId: string | null | LatchkeyError } = { userId: 'anna@example.org' };
    const asked = { teams: 0, directory: 0 };
    const directory = {
      find: async (id: string) => (accounts.has(id) ? stateOf(id) : null),
      findByUserId: async (userId: string) => {
        asked.directory += 1;
        const [only, ...more] = [...accounts].filter(([, each]) => each === userId);
        return only === undefined || more.length > 0 ? null : stateOf(only[0]);
      },
    };
    const userIdInTeams = async (): Promise<string | null> => {
      asked.teams += 1;
      if (roster.userId instanceof LatchkeyError) throw roster.userId;
      return roster.userId;
    };
    const people = (): TeamsPeople => new TeamsPeople({ store, clock, directory, userIdInTeams });
    let present = people();
    return {
      accounts,
      roster,
      asked,
      clock,
      accountOf: (person = anna) => present.accountOf(person),
      later: () => clock.move(15 * 60_000),
      restart() {
        present = people();
      },
    };
  }
  const nobody = 'unmatched-aad-anna';
  const away = new LatchkeyError('latchkey_teams_roster', 'unavailable', 'away');

  test('I9: is the one that has the user ID of Teams’ own roster; asked once in a quarter of an hour', async () => {
    const { accountOf, asked, later } = await company();
    expect(await accountOf()).toBe(annasId);
    expect(await accountOf()).toBe(annasId);
    expect(asked).toEqual({ teams: 1, directory: 1 });
    later();
    expect(await accountOf()).toBe(annasId);
    expect(asked).toEqual({ teams: 2, directory: 2 });
  });

  test('I9: who is unknown, a guest, or one of two is nobody; and looked for again a minute later', async () => {
    const { accountOf, accounts, roster, clock } = await company();
    roster.userId = null;
    expect(await accountOf()).toBe(nobody);
    roster.userId = 'stranger@example.org';
    clock.move(60_000);
    expect(await accountOf()).toBe(nobody);
    accounts.set(bosId, 'anna@example.org');
    roster.userId = 'anna@example.org';
    clock.move(60_000);
    expect(await accountOf()).toBe(nobody);
    accounts.delete(bosId);
    clock.move(60_000);
    expect(await accountOf()).toBe(annasId);
  });

  test('I9: who was renamed in one place and not yet in the other keeps the account', async () => {
    const { accountOf, accounts, roster, later } = await company();
    await accountOf();
    accounts.set(annasId, 'anna.berg@example.org');
    later();
    expect(await accountOf()).toBe(annasId);
    roster.userId = 'anna.berg@example.org';
    later();
    expect(await accountOf()).toBe(annasId);
  });

  test('I9: a user ID that passed to another account brings nothing along, also after a restart', async () => {
    const { accountOf, accounts, restart, later, roster } = await company();
    await accountOf();
    accounts.set(annasId, 'anna.berg@example.org');
    accounts.set(bosId, 'anna@example.org');
    restart();
    expect(await accountOf()).toBe(nobody);
    // Teams has heard of it: it was Anna all along.
    roster.userId = 'anna.berg@example.org';
    later();
    expect(await accountOf()).toBe(annasId);
  });

  test('I9: whose account is gone is nobody; who comes back with a new one has that', async () => {
    const { accountOf, accounts, later } = await company();
    await accountOf();
    accounts.delete(annasId);
    later();
    expect(await accountOf()).toBe(nobody);
    accounts.set(bosId, 'anna@example.org');
    later();
    expect(await accountOf()).toBe(bosId);
  });

  test('while Teams does not say, who was matched before is still matched, and nobody else is', async () => {
    const { accountOf, roster, restart } = await company();
    roster.userId = away;
    await expect(accountOf()).rejects.toBe(away);
    roster.userId = 'anna@example.org';
    await accountOf();
    roster.userId = away;
    restart();
    expect(await accountOf()).toBe(annasId);
    await expect(accountOf({ ...anna, aadObjectId: 'aad-bo' })).rejects.toBe(away);
  });

  test('of another tenant the same object id is another person', async () => {
    const { accountOf, roster } = await company();
    await accountOf();
    roster.userId = null;
    expect(await accountOf({ ...anna, tenant: 'tenant-2' })).toBe(nobody);
  });

  test('two turns at once find the same', async () => {
    const { accountOf } = await company();
    expect(await Promise.all([accountOf(), accountOf(), accountOf()])).toEqual([annasId, annasId, annasId]);
  });
});
