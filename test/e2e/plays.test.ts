import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { wordsOf } from '../servers/connector.ts';
import { BrowserTab } from './browser-tab.ts';
import { actsIn, Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, openPage, pass, setPassword, signsIn } from './steps.ts';
import { Vouching } from './vouching.ts';

const newPassword = 'Hjortron på myren 2026';
const siteContacts = 'fjallbyn-site';

let house: House;
let desk: Desk;
let nina: DemoAccount;
let ninasChat: Person;
beforeAll(async () => {
  house = await openHouse({ policy: (policy) => ({ ...policy, siteContacts: { accounts: [], groups: [siteContacts] } }) });
  desk = new Desk(house);
  nina = await house.hire('agent', { methods: ['authenticator-app'] });
  ninasChat = new Person(house, nina);
  await ninasChat.say('hej');
});
afterAll(() => house.close());

/** What the bot answers in a channel to what somebody writes there. */
async function heardIn(conversation: string, by: DemoAccount, text: string): Promise<string> {
  const { length } = house.connector.calls;
  await new Person(house, by).post({
    type: 'message',
    text,
    conversation: { id: conversation, conversationType: 'channel', isGroup: true },
  });
  const { activity } = await house.connector.waitFor((call) => call.method === 'POST' && call.conversation === conversation, length);
  return wordsOf(activity);
}

const channel = (): string => house.config.policy.contacts.desk.conversation;

/** Somebody with an app and a number, who has spoken with the bot before. */
async function employee(): Promise<Person> {
  const person = new Person(house, await house.hire('registered', { methods: ['authenticator-app', 'text-message'] }));
  await person.say('hej');
  return person;
}

/** Nina shows who she is, where she has not lately. */
async function ninaIsProved(): Promise<void> {
  await ninasChat.say('visa att jag är handläggare');
  if (ninasChat.prompt === 'verify.answer') await pass(house, ninasChat, 'authenticator-app');
  expect(ninasChat.words).toContain('Nu kan du hjälpa till');
}

/** Nina has a case of somebody who is on the telephone. @returns its number */
async function called(person: Person): Promise<string> {
  const number = /LK-\d+/u.exec(await heardIn(channel(), nina, `verifiera ${person.account.userId}`))?.[0] ?? '';
  await desk.card(number);
  await desk.hasIt(person.account);
  await desk.act(person.account, nina, 'claim');
  return number;
}

/** A call number, as Nina's own chat shows it. */
async function callNumber(person: Person): Promise<string> {
  const case_ = (await desk.newest(person.account)).number;
  await desk.act(person.account, nina, 'verify-caller');
  await ninasChat.hearOf(`Samtalsnumret för ärende ${case_}`);
  return /(?<!\d)\d{6}(?!\d)/u.exec(ninasChat.words)?.[0] ?? '';
}

/** All that the bot said in a conversation since. */
const saidIn = (conversation: string, from: number): readonly string[] =>
  house.connector.calls.slice(from).flatMap((call) => (call.conversation === conversation ? [wordsOf(call.activity)] : []));

describe('"verify <user ID>"', () => {
  test('I15: opens a case in the channel, and its call number stands in the agent’s own chat alone', async () => {
    const person = await employee();
    await ninaIsProved();
    const from = house.connector.calls.length;
    const number = await called(person);
    expect(number).not.toBe('');
    const posted = house.connector.calls.slice(from).find(({ activity }) => activity.attachments !== undefined);
    expect(posted?.conversation).toBe(channel());
    expect(posted === undefined ? '' : wordsOf(posted.activity)).toContain('INGEN HAR BEVISAT NÅGOT');
    const digits = await callNumber(person);
    expect(digits).toMatch(/^\d{6}$/u);
    const elsewhere = house.connector.calls.slice(from).filter(({ conversation }) => conversation !== ninasChat.conversation);
    expect(elsewhere.filter(({ activity }) => JSON.stringify(activity).includes(digits))).toEqual([]);
    expect(elsewhere.some(({ conversation }) => conversation === person.conversation)).toBe(false);
    await person.say(digits);
    expect(person.prompt).toBe('caller.confirm');
  });

  test('I11, I14: by an employee in the channel, in another channel, and in a chat of one’s own it opens nothing and says nothing of the account', async () => {
    const person = await employee();
    const { userId, name, id } = person.account;
    const other = await house.hire('registered');
    const heard = [
      await heardIn(channel(), other, `verifiera ${userId}`),
      await heardIn('19:other@thread.tacv2', nina, `verifiera ${userId}`),
    ];
    expect(heard).toEqual([
      'Bara helpdeskens handläggare kan göra det här.',
      'Det här tar vi på tu man hand. Skriv till mig i en egen chatt.',
    ]);
    // Told of an account that does not exist they hear the same.
    expect(await heardIn(channel(), other, 'verifiera nobody@fjallbyn.example')).toBe(heard[0]);
    const chat = new Person(house, other);
    await chat.say('hej');
    const known = await chat.say(`verifiera ${userId}`);
    expect(await chat.say('verifiera nobody@fjallbyn.example')).toBe(known);
    const agents = await ninasChat.say(`verifiera ${userId}`);
    for (const words of [...heard, known, agents]) for (const part of [name, id, 'LK-']) expect(words).not.toContain(part);
    expect(await desk.cases(person.account)).toEqual([]);
  });
});

describe('prompts sent until somebody taps', () => {
  test('R35, I15: an agent who asks again and again reaches nobody: the employee’s chat stays silent, and its "yes" is no answer', async () => {
    const person = await employee();
    await ninaIsProved();
    await called(person);
    const from = house.connector.calls.length;
    for (let n = 0; n < 5; n += 1) await callNumber(person);
    expect(await desk.act(person.account, nina, 'verify-caller')).toContain('fem gånger på en timme');
    expect(saidIn(person.conversation, from)).toEqual([]);
    for (const text of ['ja', 'yes', 'Ja, vi talas vid nu', 'ok', 'godkänn']) {
      await person.say(text);
      expect(person.prompt).not.toMatch(/^caller\./u);
    }
    // Nor is a button that was never shown to them.
    for (const choose of ['yes', 'approve', 'begin']) await person.press({ choose, step: 'made-up' });
    expect(person.prompt).not.toMatch(/^caller\./u);
    expect((await desk.newest(person.account)).caller).toMatchObject({ state: 'waiting', stack: null, proofs: [] });
    for (const act of ['give-password', 'give-unlock', 'ask-colleague'])
      expect(actsIn(await desk.act(person.account, nina, act, { what: 'password' }))).toContain('verify-caller');
    expect((await desk.newest(person.account)).grants ?? []).toEqual([]);
  });

  test('R8, I15: "yes" after the number was typed is no proof: it takes the gates, and who taps on without them verifies nobody', async () => {
    const person = await employee();
    await ninaIsProved();
    await called(person);
    await person.say(await callNumber(person));
    await person.choose('yes');
    expect(person.prompt).toMatch(/^verify\./u);
    for (let n = 0; n < 2; n += 1) await person.choose('answer');
    await person.choose('another');
    expect(person.prompt).toMatch(/^verify\./u);
    expect((await desk.newest(person.account)).caller).not.toMatchObject({ state: 'verified' });
    expect(actsIn(await desk.act(person.account, nina, 'give-password'))).not.toContain('give-password');
    expect((await desk.newest(person.account)).grants ?? []).toEqual([]);
  });
});

describe('a start code’s page', () => {
  test('I12, I21: a mail scanner and whoever was forwarded the link get nothing by it; the person sets their password there, once', async () => {
    const vouching = await Vouching.in(house);
    const person = new Person(house, await vouching.hire(house, 'unregistered'));
    await person.say(languages.sv.forgot);
    const [first, second] = await vouching.halves(house, person);
    await person.hear();
    await vouching.types(person, `${first}${second}`);
    await person.choose('password');
    const { url, number } = person.page();
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'GET']) {
      for (const purpose of [{}, { 'sec-purpose': 'prefetch' }, { 'user-agent': 'MailScanner/1.0', range: 'bytes=0-100' }]) {
        const response = await fetch(url, { method, headers: purpose });
        const words = await response.text();
        expect(response.headers.get('set-cookie')).toBeNull();
        for (const told of [person.account.name, person.account.userId, 'name="password"']) expect(words).not.toContain(told);
      }
    }
    const forwarded = await new BrowserTab(house.config.publicUrl).open(url);
    await forwarded.submit({ password: newPassword, again: newPassword });
    await forwarded.submit({ number: number === '0000' ? '1111' : '0000' });
    await forwarded.submit({ password: newPassword, again: newPassword });
    expect(await signsIn(house, person, newPassword)).toBe(false);

    const tab = await openPage(house, person);
    const late = await new BrowserTab(house.config.publicUrl).open(url);
    await late.submit({ number });
    expect(late.html).not.toContain('name="password"');
    const form = tab.hidden;
    await tab.submit({ password: newPassword, again: newPassword });
    expect(await signsIn(house, person, newPassword)).toBe(true);
    // The same form again, from the same browser.
    const again = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: tab.cookies,
        origin: house.config.publicUrl,
        'sec-fetch-site': 'same-origin',
      },
      body: new URLSearchParams([...form, ['password', 'Tjuvens lösenord 99'], ['again', 'Tjuvens lösenord 99']]),
    });
    expect(again.status).toBeGreaterThanOrEqual(300);
    expect(await signsIn(house, person, 'Tjuvens lösenord 99')).toBe(false);
    expect(await signsIn(house, person, newPassword)).toBe(true);
  });
});

describe('the page of "this was not me"', () => {
  test('I17: whatever a mail scanner does with its link changes nothing; the pressed button acts, once', async () => {
    const person = await employee();
    await person.say(languages.sv.forgot);
    await pass(house, person, 'authenticator-app');
    await pass(house, person, 'text-message');
    await setPassword(house, person, newPassword);
    const linkIn = (text: string): string => /https?:\/\/\S+\/not-me\/\S+/u.exec(text)?.[0] ?? '';
    const mail = await house.delivered(({ kind, to, text }) => kind === 'mail' && to === person.account.userId && linkIn(text) !== '');
    const url = linkIn(mail.text);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const [method, headers, body] of [
      ['GET', { 'sec-purpose': 'prefetch' }, null],
      ['HEAD', {}, null],
      ['OPTIONS', {}, null],
      ['GET', { 'user-agent': 'MailScanner/1.0' }, null],
      // A scanner that presses what it finds is on no page of ours.
      ['POST', form, 'not-me=yes'],
      ['POST', { ...form, origin: 'https://scanner.example', 'sec-fetch-site': 'cross-site' }, 'not-me=yes'],
      ['POST', {}, null],
    ] as const) {
      await (await fetch(url, { method, headers, body })).text();
      expect([method, await desk.cases(person.account)]).toEqual([method, []]);
    }
    const tab = await new BrowserTab(house.config.publicUrl).open(url);
    await tab.submit({ 'not-me': 'yes' });
    await (await new BrowserTab(house.config.publicUrl).open(url)).submit({ 'not-me': 'yes' });
    expect((await desk.cases(person.account)).map(({ code }) => code)).toEqual(['LK_FROZEN']);
  });
});

describe('a site contact of the policy as the second person', () => {
  const groups = [siteContacts];

  /** Nina's colleague and somebody who is a site contact. */
  async function atTheSite(): Promise<Vouching> {
    const agent = await house.hire('registered', { account: { groups: ['fjallbyn-helpdesk'] } });
    const vouching = new Vouching(house, agent, await house.hire('registered', { account: { groups } }));
    await vouching.agent.say('hej');
    await vouching.manager.say('hej');
    return vouching;
  }

  const named = ({ manager }: Vouching) => ({ second: 'other', who: manager.account.userId });

  test('I12: vouches beside the agent, and the case says as what', async () => {
    const vouching = await atTheSite();
    const person = new Person(house, await house.hire('unregistered'));
    await person.say(languages.sv.forgot);
    const [first, second] = await vouching.halves(house, person, named(vouching));
    expect((await desk.newest(person.account)).startCode).toMatchObject({
      second: { id: vouching.manager.account.id, as: 'site-contact' },
    });
    await person.hear();
    await vouching.types(person, `${first}${second}`);
    expect(person.prompt).toBe('start-code.choose');
  });

  test('I12: is none any more between being asked and answering: nothing is recorded, and no code comes', async () => {
    const vouching = await atTheSite();
    const person = new Person(house, await house.hire('unregistered'));
    await person.say(languages.sv.forgot);
    await vouching.opened(person);
    await vouching.press(person, 'check-identity', named(vouching));
    await vouching.vouches(house, vouching.agent, 'called-back');
    await vouching.begins(vouching.manager);
    await pass(house, vouching.manager, 'authenticator-app');
    await house.directory.change(vouching.manager.account.id, { groups: [] });
    await vouching.manager.choose('knows-them');
    expect(vouching.manager.prompt).toBe('home.menu');
    const { startCode } = await desk.newest(person.account);
    expect(startCode?.checks.map(({ by }) => by)).toEqual([vouching.agent.account.id]);
    expect(startCode?.code).toBeNull();
    // Asked anew they are nobody who may vouch.
    await desk.act(person.account, vouching.agent.account, 'release');
    await desk.act(person.account, vouching.agent.account, 'claim');
    expect(await vouching.press(person, 'check-identity', named(vouching))).toContain('hör inte till någon som får gå i god');
  });

  test('I12: never for themselves', async () => {
    const vouching = await atTheSite();
    const own = new Person(house, await house.hire('unregistered', { account: { groups } }));
    await own.say(languages.sv.forgot);
    await vouching.opened(own);
    expect(await vouching.press(own, 'check-identity', { second: 'other', who: own.account.userId })).toContain(
      'hör inte till någon som får gå i god',
    );
    expect((await desk.newest(own.account)).startCode).toBeUndefined();
  });
});
