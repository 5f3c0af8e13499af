import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportAudit } from '../../src/security/audit-export.ts';
import { describeEngines } from '../store/engines.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, openPage, pass, signsIn } from './steps.ts';
import { Vouching } from './vouching.ts';
import { until } from './wait.ts';

describeEngines('a start code', (engine) => {
  let house: House;
  let vouching: Vouching;
  beforeAll(async () => {
    house = await openHouse({ store: (await engine.fresh()).store });
    vouching = await Vouching.in(house);
  });
  afterAll(() => house.close());

  test.each([
    ['not enabled', 'not-enabled', 'sv', {}],
    ['never had a password', 'no-password', 'en', { lost: 'yes' }],
    ['lost everything', 'registered', 'sv', { lost: 'yes' }],
    ['not registered', 'unregistered', 'en', {}],
  ] as const)('I12: %s: from the first sentence to a working sign-in', async (_, story, language, typed) => {
    const person = new Person(house, await vouching.hire(house, story), { locale: languages[language].locale });
    await person.say(languages[language].forgot);
    const [first, second] = await vouching.halves(house, person, typed);
    expect(first).not.toBe(second);
    await person.hear();
    await vouching.types(person, `${first} ${second.toLowerCase()}`);
    const mayRegister = story !== 'not-enabled';
    if (mayRegister) {
      expect(person.prompt).toBe('start-code.choose');
      await person.choose('password');
    }
    const password = 'Odon på heden 2027';
    const tab = await openPage(house, person);
    await tab.submit({ password, again: password });
    do await person.hear();
    while (!['sign-out.ask', 'start-code.choose', 'home.menu'].includes(person.prompt));
    expect(await signsIn(house, person, password)).toBe(true);
    if (person.prompt === 'sign-out.ask') await person.choose('no');
    if (mayRegister) {
      expect(person.prompt).toBe('start-code.choose');
      await person.choose('register');
      expect(person.prompt).toBe('register.choose');
      await person.choose('finish');
    }
    expect(person.prompt).toBe('home.menu');
    await vouching.press(person, 'resolve');
    for (const each of [vouching.agent, vouching.manager]) await each.choose('done');
  });

  test('I12: a half alone, both in one person’s hands twice, a guess and a third guess get nothing; then it is over', async () => {
    const person = new Person(house, await vouching.hire(house, 'unregistered'));
    const [first, second] = await vouching.halves(house, person);
    await vouching.types(person, `${first}${first}`);
    expect(person.prompt).toBe('start-code.ask');
    await person.type(`${second}${second}`);
    expect(person.prompt).toBe('start-code.ask');
    await person.type('AAAAABBBBB');
    await vouching.types(person, `${first}${second}`);
    expect(person.prompt).not.toBe('start-code.choose');
    expect(person.page().url).toBe('');
    await vouching.press(person, 'resolve');
    for (const each of [vouching.agent, vouching.manager]) await each.choose('done');
  });

  test('I12: another person’s code is none; used once it is used up; ten minutes later it is over', async () => {
    const person = new Person(house, await vouching.hire(house, 'unregistered'));
    const [first, second] = await vouching.halves(house, person);
    const stranger = new Person(house, await vouching.hire(house, 'unregistered'));
    await vouching.types(stranger, `${first}${second}`);
    expect(stranger.prompt).toBe('home.menu');
    await vouching.types(person, `${second}${first}`);
    expect(person.prompt).toBe('start-code.choose');
    await person.say('avbryt');
    await vouching.types(person, `${first}${second}`);
    expect(person.prompt).toBe('home.menu');
    await vouching.press(person, 'resolve');
    for (const each of [vouching.agent, vouching.manager]) await each.choose('done');

    const late = new Person(house, await vouching.hire(house, 'unregistered'));
    const code = await vouching.halves(house, late);
    house.clock.forward(10 * 60_000);
    await vouching.types(late, code.join(''));
    expect(late.prompt).toBe('home.menu');
    await vouching.press(late, 'resolve');
  });

  test('R38: who may not vouch is not asked: the person, the agent, a former manager, somebody without methods; and privileged accounts get none', async () => {
    const { desk } = vouching;
    const person = new Person(house, await vouching.hire(house, 'unregistered'));
    await vouching.opened(person);
    const second = (who: DemoAccount | Person) => ({ second: 'other', who: 'account' in who ? who.account.userId : who.userId });
    for (const who of [person, vouching.agent, await house.hire('registered')])
      expect(await vouching.press(person, 'check-identity', second(who))).toContain('hör inte till någon som får gå i god');
    const mute = await house.hire('unregistered', { account: { groups: ['fjallbyn-helpdesk'] } });
    expect(await vouching.press(person, 'check-identity', second(mute))).toContain('egna verifieringsmetoder');
    await house.directory.change(person.account.id, { managerId: null });
    expect(await vouching.press(person, 'check-identity', { second: 'manager' })).toContain('ingen chef');
    expect((await desk.cases(person.account))[0]?.startCode).toBeUndefined();

    const privileged = new Person(house, await vouching.hire(house, 'privileged'));
    await vouching.opened(privileged);
    expect(await vouching.press(privileged, 'check-identity', { second: 'manager' })).toContain('extra skydd');
    const reachable = new Person(house, await vouching.hire(house, 'registered'));
    await vouching.opened(reachable);
    expect(await vouching.press(reachable, 'check-identity', { second: 'manager' })).toContain('metoder som räcker');
  });

  test('I12: a manager who is none any more when they answer records nothing; who knows nothing of it ends it', async () => {
    const former = new Person(house, await vouching.hire(house, 'unregistered'));
    await vouching.opened(former);
    await vouching.press(former, 'check-identity', { second: 'manager' });
    await vouching.begins(vouching.manager);
    await pass(house, vouching.manager, 'authenticator-app');
    await house.directory.change(former.account.id, { managerId: null });
    await vouching.manager.choose('knows-them');
    expect(vouching.manager.prompt).toBe('home.menu');
    expect((await vouching.desk.cases(former.account))[0]?.startCode?.checks).toEqual([]);

    await vouching.looks(vouching.agent);
    await vouching.agent.choose('not-asked');
    await until(
      async () => (await vouching.desk.cases(former.account)).some(({ code }) => code === 'LK_NOT_ASKED'),
      () => 'the helpdesk heard nothing',
    );
    const asked = (await vouching.desk.cases(former.account)).find(({ startCode }) => startCode !== undefined);
    expect(asked?.startCode?.reported?.by).toBe(vouching.agent.account.id);
  });

  test('each step stands in the audit, with who, on which proof and what they did; no half stands anywhere', async () => {
    const lines: string[] = [];
    for await (const line of exportAudit(house.store, house.seals, 0)) lines.push(line);
    const told = lines.map((line) => JSON.parse(line) as { act: string; reason: string; actor: string; proofs: readonly string[] });
    const vouched = told.find(({ act, reason }) => act === 'desk.vouch' && reason === 'manager knows-them');
    expect(vouched).toMatchObject({ actor: vouching.manager.account.id, proofs: [expect.any(String)] });
    expect(told.filter(({ act }) => act === 'desk.start-code').map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['issued', 'redeemed', 'wrong']),
    );
  });
});
