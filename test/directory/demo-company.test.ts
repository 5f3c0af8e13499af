import { afterEach, describe, expect, test } from '@jest/globals';
import { demoPeople } from '../../src/directory/demo-people.ts';
import { keys } from '../../src/store/keys.ts';
import { startCompany, type Company } from './company.ts';

let company: Company;
afterEach(() => company.close());

const start = async (): Promise<Company> => {
  company = await startCompany();
  return company;
};

describe('the demo company', () => {
  test('has a person for every story, two of them agents, with ids and user IDs of their own', async () => {
    await start();
    const accounts = await company.accounts();
    expect(accounts.map(({ story }) => story).sort()).toEqual(
      [
        'registered',
        'unregistered',
        'not-enabled',
        'managed-elsewhere',
        'locked',
        'privileged',
        'disabled',
        'no-password',
        'manager',
        'agent',
        'agent',
      ].sort(),
    );
    expect(new Set(accounts.map(({ id }) => id)).size).toBe(accounts.length);
    for (const { id, userId } of accounts) expect((await company.needs.directory.findByUserId(userId))?.id).toBe(id);
    expect(accounts.every(({ id }) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))).toBe(true);
  });

  test('every password shown is the one that is right, and who has none shows none', async () => {
    await start();
    for (const { id, story, password } of await company.accounts()) {
      if (password === undefined) expect(story).toBe('no-password');
      else if (story !== 'disabled' && story !== 'locked')
        expect(await company.needs.directory.provePassword(id, password)).toEqual({ ok: true });
    }
  });

  test('apps that are set up show their address, each another seed', async () => {
    await start();
    const addresses = (await company.accounts()).flatMap(({ otpauth }) => (otpauth === undefined ? [] : [otpauth]));
    expect(addresses).toHaveLength(4);
    expect(new Set(addresses.map((each) => new URL(each).searchParams.get('secret'))).size).toBe(4);
  });

  test('the administrator of the demo policy, its agents and managers are people of it', async () => {
    await start();
    const { policy } = company.needs;
    expect(await company.idOf('privileged')).toBe(policy.administrators[0]);
    for (const { account } of demoPeople(0)) {
      if (account.managerId !== null) expect(await company.needs.directory.find(account.managerId)).not.toBeNull();
    }
    const agents = demoPeople(0).filter(({ story }) => story === 'agent');
    expect(agents.every(({ account }) => account.groups.some((group) => policy.agents.groups.includes(group)))).toBe(true);
  });

  test('started again, it keeps what people changed', async () => {
    await start();
    const id = await company.idOf('registered');
    await company.needs.directory.setPassword(id, 'Trädgård-bakom-muren-77');
    await company.needs.directory.unlock(await company.idOf('locked'));
    const key = keys.methods(id);
    const before = (await company.needs.store.open({ key, owner: null, now: 0 })).rows.get(key);
    await company.seed();
    expect(await company.needs.directory.provePassword(id, 'Trädgård-bakom-muren-77')).toEqual({ ok: true });
    expect((await company.needs.directory.find(await company.idOf('locked')))?.locked).toBeNull();
    expect((await company.needs.store.open({ key, owner: null, now: 0 })).rows.get(key)).toEqual(before);
  });

  test('a password that was set is shown nowhere, nor is the one before it', async () => {
    await start();
    const id = await company.idOf('registered');
    await company.needs.directory.setPassword(id, 'Trädgård-bakom-muren-77');
    const shown = (await company.accounts()).find((each) => each.id === id);
    expect(shown).not.toHaveProperty('password');
    expect(JSON.stringify(await company.accounts())).not.toContain('Trädgård');
  });
});
