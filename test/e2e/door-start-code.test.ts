import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeEngines } from '../store/engines.ts';
import { BrowserTab } from './browser-tab.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { Vouching } from './vouching.ts';
import { languages, type Language } from './steps.ts';
import { Visitor } from './visitor.ts';

const words = {
  sv: {
    code: 'Jag har en startkod',
    set: /ditt nya lösenord gäller nu/u,
    wrong: /Det är inte startkoden/u,
    unproved: 'Vi kunde inte verifiera ditt konto.',
  },
  en: {
    code: 'I have a start code',
    set: /your new password is in use/u,
    wrong: /That is not the start code/u,
    unproved: 'We could not verify your account.',
  },
} as const;

describeEngines('a start code at the front door', (engine) => {
  let house: House;
  let vouching: Vouching;
  beforeAll(async () => {
    house = await openHouse({
      store: (await engine.fresh()).store,
      policy: (policy) => ({ ...policy, frontDoor: { ...policy.frontDoor, answerAfterMs: 0 } }),
    });
    vouching = await Vouching.in(house);
  });
  afterAll(() => house.close());

  /** Somebody who cannot open Teams says what they need, can prove nothing, and asks for an administrator. @returns the case's number */
  async function refused(visitor: Visitor, account: DemoAccount, language: Language): Promise<string> {
    await visitor.say(languages[language].forgot);
    expect(visitor.prompt).toBe('front-door.user-id');
    await visitor.type(account.userId);
    expect(visitor.prompt).toBe('verify-claim.choose');
    await visitor.choose('none');
    expect(visitor.words).toContain(words[language].unproved);
    await visitor.choose('contact');
    return /LK-\d+/u.exec(visitor.words)?.[0] ?? '';
  }

  const setsPassword = async (visitor: Visitor, password: string): Promise<void> => {
    const tab = await new BrowserTab(house.url, house.config.publicUrl).holding(visitor.cookie).open(visitor.page);
    await tab.submit({ password, again: password });
    await visitor.hear('front-door.menu');
  };
  const signsIn = async (account: DemoAccount, password: string): Promise<boolean> =>
    (await house.directory.provePassword(account.id, password)).ok;

  test.each([
    ['not enabled', 'not-enabled', 'sv', {}],
    ['never had a password', 'no-password', 'en', { lost: 'yes' }],
    ['lost everything', 'registered', 'sv', { lost: 'yes' }],
    ['not registered', 'unregistered', 'en', {}],
  ] as const)('I12: %s, and no Teams: from the first sentence to a working sign-in', async (_, story, language, typed) => {
    const account = await vouching.hire(house, story);
    const visitor = await new Visitor(house, { locale: languages[language].locale }).open();
    const number = await refused(visitor, account, language);
    await vouching.takes({ account }, number);
    const [first, second] = await vouching.halvesFor(house, { account }, typed);

    await visitor.say(words[language].code);
    expect(visitor.prompt).toBe('start-code.ask');
    await visitor.say(`${first} ${second.toLowerCase()}`);
    // Nothing is registered at the front door (I11): there is no choice to make.
    expect(visitor.prompt).toBe('let-in.page');
    const stranger = await new BrowserTab(house.url, house.config.publicUrl).open(visitor.page);
    expect(stranger.status).toBe(404);
    const password = 'Odon på heden 2027';
    await setsPassword(visitor, password);
    expect(visitor.words).toMatch(words[language].set);
    expect(await signsIn(account, password)).toBe(true);
    if (account.password !== undefined) expect(await signsIn(account, account.password)).toBe(false);

    await visitor.choose('start-code');
    await visitor.type(`${first}${second}`);
    expect(visitor.words).toMatch(words[language].wrong);
    await vouching.press({ account }, 'resolve');
    await vouching.done();
  });

  test('I12: a half twice, the halves of another and a guess get nothing, in words that say nothing; the browser next to it goes on', async () => {
    const account = await vouching.hire(house, 'unregistered');
    const number = await refused(await new Visitor(house).open(), account, 'sv');
    await vouching.takes({ account }, number);
    const [first, second] = await vouching.halvesFor(house, { account });
    const thief = await new Visitor(house).open();
    await thief.type(account.userId);
    await thief.choose('start-code');
    for (const guess of [`${first}${first}`, `${second}${second}`]) {
      await thief.type(guess);
      expect(thief.words).toMatch(words.sv.wrong);
    }
    await thief.type('AAAAA99999');
    expect(thief.prompt).toBe('door-contact.offer');

    const other = await new Visitor(house).open();
    await other.type((await vouching.hire(house, 'unregistered')).userId);
    await other.choose('start-code');
    await other.type(`${first}${second}`);
    expect(other.words).toMatch(words.sv.wrong);

    const owner = await new Visitor(house).open();
    await owner.type(account.userId);
    await owner.choose('start-code');
    await owner.type(`${second}${first}`);
    expect(owner.prompt).toBe('let-in.page');
    // It is used up, in Teams too; and who gives up leaves nothing behind.
    const page = owner.page;
    await owner.choose('cancel');
    expect((await new BrowserTab(house.url, house.config.publicUrl).holding(owner.cookie).open(page)).status).not.toBe(200);
    const person = new Person(house, account);
    await vouching.types(person, `${first}${second}`);
    expect(person.prompt).toBe('home.menu');
    await vouching.press({ account }, 'resolve');
    await vouching.done();
  });

  test('a code that opens nothing here is said to be right, and is kept for Teams: of an account that an administrator locked', async () => {
    const lock = { since: house.clock.now(), why: 'administrator', until: null } as const;
    const account = await vouching.hire(house, 'unregistered', { lock });
    const number = await refused(await new Visitor(house).open(), account, 'sv');
    await vouching.takes({ account }, number);
    const [first, second] = await vouching.halvesFor(house, { account });
    const owner = await new Visitor(house).open();
    await owner.type(account.userId);
    await owner.choose('start-code');
    await owner.type(`${first}${second}`);
    expect(owner.words).toContain('Koden stämmer, men härifrån');
    expect(owner.prompt).toBe('front-door.menu');
    const person = new Person(house, account);
    await vouching.types(person, `${first}${second}`);
    expect(person.prompt).toBe('register.choose');
    await vouching.press({ account }, 'resolve');
    await vouching.done();
  });
});
