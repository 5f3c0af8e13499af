import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { plantMethods } from '../../src/methods/plant-methods.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import { BrowserTab } from './browser-tab.ts';
import { appCode, codeIn } from './codes.ts';
import { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, openPage, pass } from './steps.ts';
import { Telephone } from './telephone.ts';
import { until } from './wait.ts';
import { Visitor } from './visitor.ts';

const password = 'Gröna-Älgar-Springer-7';

let house: House;
let desk: Desk;
beforeAll(async () => {
  house = await openHouse({ policy: (policy) => ({ ...policy, frontDoor: { ...policy.frontDoor, answerAfterMs: 0 } }) });
  desk = new Desk(house);
});
afterAll(async () => house.close());

let addresses = 0;
async function arrive(language: 'sv' | 'en' = 'sv'): Promise<Visitor> {
  addresses += 1;
  return new Visitor(house, { from: `127.2.0.${addresses + 1}`, locale: languages[language].locale }).open();
}

async function named(account: DemoAccount, wish: 'reset' | 'unlock', language: 'sv' | 'en' = 'sv'): Promise<Visitor> {
  const visitor = await arrive(language);
  await visitor.type(account.userId);
  await visitor.choose(wish);
  return visitor;
}

async function byApp(visitor: Visitor, account: DemoAccount): Promise<void> {
  await visitor.choose('authenticator-app');
  await visitor.type(await appCode(account.otpauth ?? '', house.clock.now()));
}

/** Types the whole number or address, and the code that comes there. */
async function bySent(visitor: Visitor, kind: 'text-message' | 'email', to: string): Promise<void> {
  await visitor.choose(kind);
  const before = new Set((await house.outbox()).map(({ text }) => text));
  await visitor.type(to);
  const mark = /märkt (\p{Lu}{2})|marked (\p{Lu}{2})/u.exec(visitor.words)?.slice(1).find(Boolean) ?? '?';
  const sent = await house.delivered((entry) => entry.to === to && entry.text.includes(mark) && !before.has(entry.text));
  await visitor.type(codeIn(sent.text));
}

/** Chooses a password on the page that stands in the chat. */
async function chosen(visitor: Visitor, account: DemoAccount): Promise<void> {
  expect(visitor.prompt).toBe('let-in.page');
  const tab = await new BrowserTab(house.url, house.config.publicUrl).holding(visitor.cookie).open(visitor.page);
  await tab.submit({ password, again: password });
  await visitor.hear('front-door.menu');
  expect(await house.directory.provePassword(account.id, password)).toEqual({ ok: true });
}

describe.each(['sv', 'en'] as const)('who cannot open Teams (%s)', (language) => {
  const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);

  test('unlocks the account with the password as it is', async () => {
    const account = await house.hire('locked');
    expect((await house.directory.find(account.id))?.locked).not.toBeNull();
    const visitor = await named(account, 'unlock', language);
    await byApp(visitor, account);
    await bySent(visitor, 'text-message', account.number ?? '');
    expect(visitor.words).toContain(say('Kontot är upplåst', 'The account is unlocked'));
    expect((await house.directory.find(account.id))?.locked).toBeNull();
    expect(await house.directory.provePassword(account.id, account.password ?? '')).toEqual({ ok: true });
    // What was proved is used up: the next wish begins anew.
    await visitor.choose('reset');
    expect(visitor.prompt).toBe('verify-claim.choose');
    expect(visitor.choices).toContain('text-message');
  });

  test('comes in by mail as the second step, which alone is never enough', async () => {
    const account = await house.hire('registered');
    const visitor = await named(account, 'reset', language);
    expect(visitor.prompt).toBe('verify-claim.choose');
    expect(visitor.choices).not.toContain('email');
    await byApp(visitor, account);
    expect(visitor.choices).toContain('email');
    await bySent(visitor, 'email', account.address ?? '');
    await chosen(visitor, account);
  });

  test('never had a password: the first one is chosen here', async () => {
    const account = await house.hire('no-password');
    const visitor = await named(account, 'reset', language);
    await bySent(visitor, 'text-message', account.number ?? '');
    await bySent(visitor, 'email', account.address ?? '');
    await chosen(visitor, account);
  });

  test('I22: answers a call by keying what the chat shows; the chat goes on by itself', async () => {
    const { store, clock, seals, config } = house;
    const account = await house.hire('registered', { methods: [] });
    const number = `+4680000${1000 + addresses}`;
    await plantMethods(
      { store, clock, keys: seals, random: systemRandom, policy: config.policy },
      account.id,
      [
        { kind: 'phone-call', to: number },
        { kind: 'email', to: `call-${addresses}@example.net` },
      ],
      clock.now(),
    );
    const visitor = await named(account, 'reset', language);
    await visitor.choose('phone-call');
    await visitor.type(number);
    await house.delivered(({ kind, to }) => kind === 'call' && to === number);
    const digits = /\d{3} ?\d{3}/u.exec(visitor.words)?.[0]?.replace(' ', '') ?? '';
    const call = await (await Telephone.ringing(house, number)).answer();
    await call.key(digits);
    await visitor.hear('verify-claim.choose');
    await bySent(visitor, 'email', `call-${addresses - 1}@example.net`);
    await chosen(visitor, account);
  });

  test('uses a recovery code, once', async () => {
    const account = await house.hire('registered');
    const person = new Person(house, account, { locale: languages[language].locale });
    await person.say(languages[language].register);
    await pass(house, person, 'text-message');
    await person.choose('recovery-codes');
    const page = await openPage(house, person);
    const [code = ''] = page.words.match(/\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b/gu) ?? [];
    await page.submit({ kept: 'yes' });
    await person.hear('register.choose');
    house.clock.forward(60_000);

    const visitor = await named(account, 'reset', language);
    await visitor.choose('recovery-codes');
    await visitor.type(code);
    await bySent(visitor, 'text-message', account.number ?? '');
    await chosen(visitor, account);

    const again = await named(account, 'reset', language);
    await again.choose('recovery-codes');
    await again.type(code);
    expect(again.prompt).toBe('verify-claim.answer');
  });

  test('I13: hears the helpdesk and answers it, also when what was proved there is long over, and as long as the case is open', async () => {
    const nina = await house.hire('agent');
    const account = await house.hire('registered');
    const visitor = await named(account, 'reset', language);
    await byApp(visitor, account);
    await visitor.choose('none');
    await visitor.choose('contact');
    const number = /LK-\d+/u.exec(visitor.words)?.[0] ?? '';
    await desk.hasIt(account);

    house.clock.forward(40 * 60_000);
    await desk.act(account, nina, 'claim');
    await desk.act(account, nina, 'ask', { quick: 'which-device' });
    await visitor.hear('case-status.reply');
    expect(visitor.words).toContain(number);
    await visitor.type('811218-9876 är mitt personnummer');
    expect(visitor.prompt).toBe('case-status.write');
    await visitor.type('Den svarta datorn, vid receptionen');
    expect((await desk.newest(account)).thread.at(-1)).toMatchObject({ kind: 'reply', text: 'Den svarta datorn, vid receptionen' });
    // Nobody is known here any more: the user ID is asked for anew, and what was proved is worth nothing.
    expect(visitor.prompt).toBe('front-door.user-id');
    await visitor.type(account.userId);
    await visitor.choose('reset');
    expect(visitor.choices).toContain('authenticator-app');

    await visitor.say('avbryt');
    await desk.act(account, nina, 'resolve', { note: 'Klart.' });
    await visitor.hear('case-status.over');
    house.clock.forward(16 * 60_000);
    await until(
      async () => (await visitor.send('GET', `/start/v3/directline/conversations/${visitor.conversation}/activities`)).status === 404,
      () => 'the conversation outlived its case',
    );
  });

  test('I13: of a case that another conversation opened nothing is heard and nothing can be said', async () => {
    const account = await house.hire('registered');
    const opener = await arrive(language);
    await opener.type(account.userId);
    await opener.choose('contact');
    await opener.choose('contact');
    const number = /LK-\d+/u.exec(opener.words)?.[0] ?? '';
    const other = await arrive(language);
    await other.type(account.userId);
    for (const words of [languages[language].myCase, number]) await other.say(words);
    expect(JSON.stringify(other.all)).not.toContain(number);
  });
});
