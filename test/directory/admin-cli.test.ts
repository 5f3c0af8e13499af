import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runAdmin } from '../../src/directory/admin-cli.ts';
import type { SeeMethodsNeeds } from '../../src/directory/see-methods.ts';
import { keys } from '../../src/store/keys.ts';
import { startCompany, type Company } from './company.ts';

const registered = 'alma.lindqvist@fjallbyn.example';
const administratorsPassword = 'Fyren-vid-havet-96';

let company: Company;
beforeEach(async () => {
  company = await startCompany();
});
afterEach(() => company.close());

async function run(args: readonly string[], password = administratorsPassword) {
  const said = { out: '', err: '' };
  let asked = 0;
  const { needs, clock } = company;
  const seeNeeds: SeeMethodsNeeds = { ...needs, clock, random: { bytes: (count) => Buffer.alloc(count, 5) } };
  const status = await runAdmin(args, {
    needs: seeNeeds,
    askPassword: async () => {
      asked += 1;
      return password;
    },
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  });
  return { status, asked, ...said };
}

describe('admin methods', () => {
  test('"De enda som kan se den här informationen är du och din administratör": whole numbers for an administrator of the policy, audited, the person told', async () => {
    const administrator = await company.idOf('privileged');
    const { status, out } = await run(['methods', registered, '--as', administrator]);
    expect(status).toBe(0);
    expect(out).toContain('+46701740605');
    expect(out).toContain('alma.lindqvist@example.org');
    expect(await company.audit()).toEqual([
      {
        act: 'directory.see-methods',
        verdict: 'allowed',
        reason: 'administrator',
        actor: administrator,
        account: await company.idOf('registered'),
      },
    ]);
    const owed = await company.owed();
    expect(owed.map(({ kind, to }) => [kind, to])).toEqual([['mail', registered]]);
    expect(JSON.stringify(owed)).not.toContain('+4670');
  });

  test('the seed of an app is printed for nobody', async () => {
    const { out } = await run(['methods', registered, '--as', await company.idOf('privileged')]);
    const otpauth = (await company.accounts()).find(({ userId }) => userId === registered)?.otpauth ?? '';
    const seed = new URL(otpauth).searchParams.get('secret') ?? 'none';
    expect(seed).toMatch(/^[A-Z2-7]{32}$/);
    expect(out).not.toContain(seed);
  });

  test('who has talked with the bot is told there too', async () => {
    const id = await company.idOf('registered');
    const stack = keys.stack(company.needs.policy.organisation.tenants[0] ?? '', id);
    await company.needs.store.commit({ put: { [stack]: {} } });
    await run(['methods', registered, '--as', await company.idOf('privileged')]);
    const { inbox } = await company.needs.store.open({ key: stack, owner: null, now: 0 });
    expect(inbox.map(({ value }) => value)).toEqual([
      { notice: 'notice.methods-seen-by-administrator.chat', params: { at: company.clock.now() } },
    ]);
  });

  test.each(['agent', 'manager', 'registered'])(
    '%s is no administrator of the policy: refused, audited, and not asked for a password',
    async (story) => {
      const { status, out, asked } = await run(['methods', registered, '--as', await company.idOf(story)]);
      expect([status, out, asked]).toEqual([1, '', 0]);
      expect(await company.audit()).toMatchObject([{ verdict: 'refused', reason: 'not-administrator', actor: 'unknown' }]);
      expect(await company.owed()).toEqual([]);
    },
  );

  test('a wrong password shows nothing, and counts at the directory', async () => {
    const administrator = await company.idOf('privileged');
    for (let guess = 0; guess < 10; guess += 1) {
      expect(await run(['methods', registered, '--as', administrator], 'wrong')).toMatchObject({
        status: 1,
        out: '',
        err: 'The password is wrong.\n',
      });
    }
    expect(await run(['methods', registered, '--as', administrator])).toMatchObject({
      status: 1,
      out: '',
      err: 'Your account is locked out.\n',
    });
    expect(await company.owed()).toEqual([]);
    expect((await company.audit()).every(({ verdict }) => verdict === 'refused')).toBe(true);
  });

  test('an administrator who was disabled is none', async () => {
    const administrator = await company.idOf('privileged');
    await company.needs.directory.change(administrator, { enabled: false });
    expect(await run(['methods', registered, '--as', administrator])).toMatchObject({ status: 1, asked: 0 });
  });

  test('an unknown user ID, and a person with nothing registered, are said', async () => {
    const administrator = await company.idOf('privileged');
    expect(await run(['methods', 'nobody@fjallbyn.example', '--as', administrator])).toMatchObject({
      status: 1,
      err: 'There is no account with this user ID.\n',
    });
    expect((await run(['methods', 'bjorn.sandberg@fjallbyn.example', '--as', administrator])).out).toContain(
      'no number or address is registered',
    );
  });

  test.each([[[]], [['methods']], [['methods', registered]], [['methods', registered, '--as']], [['numbers', registered, '--as', 'x']]])(
    'anything else is answered with how it goes: %j',
    async (args) => {
      expect(await run(args)).toMatchObject({ status: 2, out: '', err: expect.stringContaining('npm run admin') });
    },
  );
});
