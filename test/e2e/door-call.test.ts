import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeEngines, type Engine } from '../store/engines.ts';
import { BrowserTab } from './browser-tab.ts';
import { appCode, codeIn } from './codes.ts';
import { HelpdeskCall } from './helpdesk-call.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, type Language } from './steps.ts';
import { Visitor } from './visitor.ts';

const words = {
  sv: {
    call: 'Jag talar med helpdesk i telefon',
    first: 'Skriv först ditt användar-ID',
    confirm: 'Talar du i telefon med helpdesk',
    wrong: 'inte numret till något samtal med dig',
    verified: 'ser nu att det är du',
    given: 'har låtit dig välja ett nytt lösenord',
    set: /ditt nya lösenord gäller nu/u,
    unlocked: /Kontot är upplåst/u,
    reported: 'Tack för att du säger till',
    unproved: 'Vi kunde inte verifiera ditt konto.',
    noTries: 'det finns inga försök kvar här just nu',
  },
  en: {
    call: 'I am on the phone with the helpdesk',
    first: 'First type your user ID',
    confirm: 'Are you on the phone with the helpdesk',
    wrong: 'not the number of a call with you',
    verified: 'can see that it is you',
    given: 'has allowed you a new password',
    set: /your new password is in use/u,
    unlocked: /The account is unlocked/u,
    reported: 'Thank you for saying so',
    unproved: 'We could not verify your account.',
    noTries: 'there are no tries left here for now',
  },
} as const;

let addresses = 1;
/** A network address of one's own: limits count each apart. */
const anAddress = (): string => {
  addresses += 1;
  return `127.1.${Math.floor(addresses / 250)}.${(addresses % 250) + 2}`;
};

/** Names an account, and comes to the menu. */
async function named(house: House, userId: string, locale: string, from = anAddress()): Promise<Visitor> {
  const visitor = await new Visitor(house, { locale, from }).open();
  await visitor.type(userId);
  expect(visitor.prompt).toBe('front-door.menu');
  return visitor;
}

/** Passes two gates for a caller: the whole number typed, and the app. */
async function proves(house: House, visitor: Visitor, account: DemoAccount): Promise<void> {
  await visitor.choose('text-message');
  expect(visitor.words).not.toContain(account.number?.slice(-2) ?? '');
  const before = (await house.outbox()).length;
  await visitor.type(account.number ?? '');
  const sms = await house.delivered((entry) => entry.kind === 'sms' && entry.to === account.number);
  expect((await house.outbox()).length).toBeGreaterThan(before);
  await visitor.type(codeIn(sms.text));
  await visitor.choose('authenticator-app');
  await visitor.type(await appCode(account.otpauth ?? '', house.clock.now()));
}

const signsIn = async (house: House, account: DemoAccount, password: string): Promise<boolean> =>
  (await house.directory.provePassword(account.id, password)).ok;

function stories(engine: Engine, language: Language): void {
  const said = words[language];
  const { locale } = languages[language];
  let house: House;
  let call: HelpdeskCall;
  beforeAll(async () => {
    house = await openHouse({
      store: (await engine.fresh()).store,
      policy: (policy) => ({ ...policy, frontDoor: { ...policy.frontDoor, answerAfterMs: 0 } }),
    });
    call = await HelpdeskCall.in(house);
  });
  afterAll(() => house.close());

  /** Somebody who calls the helpdesk, and has their browser at the door's menu. */
  async function calling(story: 'registered' | 'locked' = 'registered'): Promise<{ account: DemoAccount; visitor: Visitor }> {
    const account = await house.hire(story, { methods: ['authenticator-app', 'text-message'] });
    await call.takes(account);
    return { account, visitor: await named(house, account.userId, locale) };
  }

  /** Types the number that is read out, and shows who it is. */
  async function verified(visitor: Visitor, account: DemoAccount, digits: string): Promise<void> {
    await visitor.choose('caller');
    await visitor.type(digits);
    expect(visitor.prompt).toBe('caller.confirm');
    expect(visitor.words).toContain(said.confirm);
    expect(visitor.words).toContain(call.agent.name);
    await visitor.choose('yes');
    expect(visitor.choices).not.toContain('email');
    await proves(house, visitor, account);
    expect(visitor.prompt).toBe('caller.waiting');
    expect(visitor.words).toContain(said.verified);
  }

  test('I15, I16, I20, I21: from the first sentence to a new password: wished for, named, called, proved, given, set in that browser alone', async () => {
    const account = await house.hire('registered', { methods: ['authenticator-app', 'text-message'] });
    await call.takes(account);
    const visitor = await new Visitor(house, { locale, from: anAddress() }).open();
    await visitor.say(said.call);
    expect(visitor.prompt).toBe('front-door.user-id');
    expect(visitor.words).toContain(said.first);
    await visitor.type(account.userId);
    expect(visitor.prompt).toBe('caller.number');

    const digits = await call.number(account);
    await visitor.type(digits);
    expect(visitor.prompt).toBe('caller.confirm');
    expect(visitor.words).toContain(call.agent.name);
    await visitor.choose('yes');
    await proves(house, visitor, account);
    expect(visitor.prompt).toBe('caller.waiting');
    expect(await call.state(account)).toBe('verified');

    await call.does(account, 'give-password');
    await visitor.hear('let-in.page');
    expect(visitor.words).toContain(said.given);
    expect(visitor.words).not.toMatch(/Sidnummer|Page number/u);
    const stranger = await new BrowserTab(house.url, house.config.publicUrl).open(visitor.page);
    expect(stranger.status).toBe(404);
    const tab = await new BrowserTab(house.url, house.config.publicUrl).holding(visitor.cookie).open(visitor.page);
    const password = 'Odon på heden 2027';
    await tab.submit({ password, again: password });
    await visitor.hear('front-door.menu');
    expect(visitor.words).toMatch(said.set);
    expect(await signsIn(house, account, password)).toBe(true);
    expect(await signsIn(house, account, account.password ?? '')).toBe(false);

    // What was given went by no mail and no text; the number stands nowhere.
    const told = await house.outbox();
    expect(told.filter(({ text }) => text.includes('/page/') && !text.includes('not-me'))).toEqual([]);
    expect(JSON.stringify([await call.desk.cases(account), house.logLines])).not.toContain(digits);
    expect(told.filter(({ to }) => to === account.userId).length).toBeGreaterThan(0);
    await call.does(account, 'resolve');
  });

  test('six digits at the menu are a call number; an unlock is given, and then a removal is not', async () => {
    const { account, visitor } = await calling('locked');
    await visitor.say(await call.number(account));
    expect(visitor.prompt).toBe('caller.confirm');
    await visitor.choose('yes');
    await proves(house, visitor, account);
    await call.does(account, 'give-unlock');
    await visitor.hearOf(said.unlocked);
    expect(visitor.prompt).toBe('caller.waiting');
    expect((await house.directory.find(account.id))?.locked).toBeNull();
    await call.does(account, 'give-remove-method', { method: 'text-message' });
    expect(((await call.desk.cases(account))[0]?.grants ?? []).map(({ what }) => what)).toEqual(['unlock']);
    await visitor.choose('done');
    expect(visitor.prompt).toBe('front-door.menu');
  });

  test('who left the dialog gets at the menu what is given; another browser, and another who names the same account, get nothing', async () => {
    const { account, visitor } = await calling();
    const other = await named(house, account.userId, locale);
    await verified(visitor, account, await call.number(account));
    await visitor.choose('done');
    await call.does(account, 'give-password');
    await visitor.hear('let-in.page');
    await other.read();
    expect(JSON.stringify(other.all)).not.toContain(call.agent.name);
    await other.choose('caller');
    expect(other.prompt).toBe('caller.number');
    const tab = await new BrowserTab(house.url, house.config.publicUrl).holding(other.cookie).open(visitor.page);
    expect(tab.status).toBe(404);
  });

  test('“no” is seen by the helpdesk and closes nothing: whoever reads the question has caused it (I17)', async () => {
    const { account, visitor } = await calling();
    await visitor.choose('caller');
    await visitor.type(await call.number(account));
    await visitor.choose('no');
    expect(visitor.words).toContain(said.reported);
    expect(visitor.prompt).toBe('front-door.menu');
    expect(await call.state(account)).toBe('reported');
    await visitor.choose('reset');
    expect(visitor.prompt).toBe('verify-claim.choose');
    await visitor.choose('cancel');
    await verified(visitor, account, await call.number(account));
  });

  test('I2, I20: who cannot prove it hears what everybody hears, may have an administrator contacted, and the helpdesk sees it', async () => {
    const { account, visitor } = await calling();
    await visitor.choose('caller');
    await visitor.type(await call.number(account));
    await visitor.choose('yes');
    await visitor.choose('text-message');
    // A thief has the telephone number of a person, and not the telephone.
    await visitor.type(account.number ?? '');
    for (const guess of ['000000', '000001', '000002']) await visitor.type(guess);
    await visitor.choose('none');
    expect(visitor.words).toContain(said.unproved);
    expect(visitor.choices).toEqual(['contact', 'no']);
    expect(await call.state(account)).toBe('refused');
    await call.does(account, 'give-password');
    expect((await call.desk.cases(account))[0]?.grants ?? []).toEqual([]);
    await visitor.choose('no');
    expect(visitor.prompt).toBe('front-door.menu');
  });
}

describeEngines('a call with the helpdesk, answered at the front door', (engine) => {
  describe.each(['sv', 'en'] as const)('in %s', (language) => stories(engine, language));
});

describe('I6: a stranger with wrong numbers harms nobody', () => {
  const said = words.sv;
  let house: House;
  let call: HelpdeskCall;
  beforeAll(async () => {
    house = await openHouse({ policy: (policy) => ({ ...policy, frontDoor: { ...policy.frontDoor, answerAfterMs: 0 } }) });
    call = await HelpdeskCall.in(house);
  });
  afterAll(() => house.close());

  test('three wrong ones close it for that browser; the honest one at another, and the chat in Teams, go on', async () => {
    const account = await house.hire('registered', { methods: ['authenticator-app', 'text-message'] });
    await call.takes(account);
    const digits = await call.number(account);
    for (let n = 0; n < 4; n += 1) {
      const stranger = await named(house, account.userId, 'sv-SE', '127.9.9.9');
      await stranger.choose('caller');
      await stranger.type('000000');
      expect(stranger.words).toContain(said.wrong);
      await stranger.type('000001');
      await stranger.type('000002');
      expect(stranger.words).toContain(said.noTries);
      // Nor is the right one weighed there now.
      await stranger.choose('no');
      await stranger.say(digits);
      expect(stranger.words).toContain(said.noTries);
    }
    expect(await call.state(account)).toBe('waiting');
    const honest = await named(house, account.userId, 'sv-SE');
    await honest.say(digits);
    expect(honest.prompt).toBe('caller.confirm');

    const person = new Person(house, account);
    await person.say(await call.number(account));
    expect(person.prompt).toBe('caller.confirm');
  });

  test('one address has thirty in an hour, whatever it names, and however many conversations it begins', async () => {
    const from = '127.9.9.8';
    const account = await house.hire('registered', { methods: ['authenticator-app', 'text-message'] });
    await call.takes(account);
    const digits = await call.number(account);
    for (let n = 0; n < 10; n += 1) {
      const stranger = await named(house, n % 2 === 0 ? account.userId : `nobody-${n}@fjallbyn.example`, 'sv-SE', from);
      await stranger.choose('caller');
      for (const guess of ['000000', '000001', '000002']) await stranger.type(guess);
    }
    const fresh = await named(house, account.userId, 'sv-SE', from);
    await fresh.say(digits);
    expect(fresh.words).toContain(said.noTries);
    const honest = await named(house, account.userId, 'sv-SE');
    await honest.say(digits);
    expect(honest.prompt).toBe('caller.confirm');
  });

  test('a conversation goes on for as long as the helpdesk can give something, counted from what it gives', async () => {
    const account = await house.hire('registered', { methods: ['authenticator-app', 'text-message'] });
    await call.takes(account);
    const visitor = await named(house, account.userId, 'sv-SE');
    await visitor.say(await call.number(account));
    await visitor.choose('yes');
    await proves(house, visitor, account);
    house.clock.forward(14 * 60_000);
    await call.does(account, 'give-password');
    await visitor.hear('let-in.page');
    house.clock.forward(5 * 60_000);
    // What the store may forget by now, it does.
    await house.store.due(house.clock.now(), 0);
    await visitor.choose('new-link');
    expect(visitor.prompt).toBe('let-in.page');
    const tab = await new BrowserTab(house.url, house.config.publicUrl).holding(visitor.cookie).open(visitor.page);
    expect(tab.status).toBe(200);
    // So does what the visitor does on the page.
    house.clock.forward(9 * 60_000);
    await tab.submit({ password: 'björk-över-sjön-81', again: 'björk-över-sjön-81' });
    await visitor.hear('front-door.menu');
    house.clock.forward(10 * 60_000);
    await house.store.due(house.clock.now(), 0);
    await visitor.say('avbryt');
    expect(visitor.prompt).toBe('front-door.menu');
  });
});
