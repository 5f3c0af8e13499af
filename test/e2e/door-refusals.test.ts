import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Policy } from '../../src/config/policy.ts';
import { readCase, type CaseRecord } from '../../src/desk/case-record.ts';
import { closingParts } from '../../src/desk/freeze-record.ts';
import { actOnStop, askToStop } from '../../src/desk/stop-acts.ts';
import { stopOfCard } from '../../src/desk/stop-card.ts';
import type { Story } from '../../src/directory/demo-people.ts';
import type { LocalAccountChange } from '../../src/directory/local-account.ts';
import { Sentences } from '../../src/locales/sentences.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import { keys } from '../../src/store/keys.ts';
import { wordsOf } from '../servers/connector.ts';
import { codeIn, appCode } from './codes.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, provePresentPassword, registerApp, registerByCode } from './steps.ts';
import { overdue } from './wait.ts';
import { Visitor } from './visitor.ts';

type Language = 'sv' | 'en';

const said = {
  sv: { refused: 'Vi kunde inte verifiera ditt konto', contact: 'Kontakta en administratör', reason: 'Orsak' },
  en: { refused: 'We could not verify your account', contact: 'Contact an administrator', reason: 'Reason' },
} as const;

/** Whoever is in both groups may use self-service. */
const covered = ['fjallbyn-alla', 'fjallbyn-utvalda'];
const stopped = { name: 'Lager', group: 'fjallbyn-lager' };

const strict = (policy: Policy): Policy => ({
  ...policy,
  reset: { ...policy.reset, covers: { groups: ['fjallbyn-alla'] }, for: { groups: ['fjallbyn-utvalda'] } },
  cooling: { hours: 24, firstRegistration: true },
  frontDoor: { ...policy.frontDoor, answerAfterMs: 0 },
});

let house: House;
/** The same, where nobody may reset anything by themselves. */
let closed: House;
beforeAll(async () => {
  house = await openHouse({ policy: strict });
  closed = await openHouse({ policy: (policy) => ({ ...strict(policy), reset: { ...strict(policy).reset, enabled: false } }) });
});
afterAll(async () => {
  await house.close();
  await closed.close();
});

let addresses = 0;
/** A visitor of an address of their own: limits count each apart. */
const visitor = (at: House, language: Language): Promise<Visitor> => {
  addresses += 1;
  return new Visitor(at, { from: `127.1.0.${addresses}`, locale: languages[language].locale }).open();
};

const hire = (story: Story, language: Language, differs: LocalAccountChange = {}, at = house): Promise<DemoAccount> =>
  at.hire(story, { account: { groups: covered, language, ...differs } });

/** What a visitor reads, but for what is theirs alone. */
const plain = ({ words }: Visitor, userId: string): string => words.replaceAll(userId, '(user id)').replaceAll(/LK-\d+/gu, 'LK-0');

/** From the user ID to the refusal: one try, then none of the ways is theirs. @returns all that was read */
async function refusedAt(someone: Visitor, userId: string): Promise<readonly string[]> {
  const read: string[] = [];
  const step = async (act: Promise<string>): Promise<void> => {
    await act;
    read.push(plain(someone, userId));
  };
  await step(someone.type(userId));
  await step(someone.choose('reset'));
  await step(someone.choose('authenticator-app'));
  await step(someone.type('000000'));
  await step(someone.choose('another'));
  await step(someone.choose('none'));
  return read;
}

/** Takes the offer to contact an administrator. @returns the case's number */
async function contacted(someone: Visitor, language: Language): Promise<string> {
  expect(someone.prompt).toBe('door-contact.offer');
  expect(someone.words).toContain(said[language].refused);
  expect(someone.words).toContain(said[language].contact);
  expect(someone.choices).toEqual(['contact', 'no']);
  await someone.choose('contact');
  const number = /LK-\d+/u.exec(someone.words)?.[0] ?? '';
  expect(number).not.toBe('');
  return number;
}

async function caseOf(at: House, number: string): Promise<CaseRecord> {
  const read = async (key: string) => (await at.store.open({ key, owner: null, now: at.clock.now() })).rows.get(key)?.value ?? null;
  const id = await read(keys.caseNumber(number));
  if (typeof id !== 'string') throw new Error(`there is no case ${number}`);
  return readCase(await read(keys.case(id)));
}

/** What the helpdesk's card begins with, and all its words. */
async function cardOf(at: House, number: string): Promise<{ readonly first: unknown; readonly words: string }> {
  const desk = at.config.policy.contacts.desk.conversation;
  const call = await Promise.race([
    at.connector.waitFor((each) => each.conversation === desk && wordsOf(each.activity).includes(number)),
    overdue(() => `no card of ${number}`),
  ]);
  const card = call.activity.attachments?.[0]?.content as { body?: { items?: unknown[] }[] } | undefined;
  return { first: card?.body?.[0]?.items?.[0], words: wordsOf(call.activity) };
}

/** I13, I20: the exact reason stands on the card and, where there is one, in the mail to the account's own work mailbox; nobody proved anything, in large. */
async function toldToDesk(at: House, number: string, code: string, language: Language, workMail: string | null): Promise<void> {
  expect(await caseOf(at, number)).toMatchObject({ code, requester: { how: 'nobody' } });
  const { first, words } = await cardOf(at, number);
  expect(first).toMatchObject({ text: expect.stringMatching(/^INGEN HAR BEVISAT NÅGOT/u), size: 'Large' });
  expect(words).toContain(code);
  const [administrators] = at.config.policy.contacts.administratorsMail;
  const mail = await at.delivered(({ kind, to, text }) => kind === 'mail' && to === administrators && text.includes(number));
  expect(mail.text).toContain(code);
  if (workMail === null) return;
  const own = await at.delivered(({ kind, to, text }) => kind === 'mail' && to === workMail && text.includes(number));
  expect(own.text).toContain(`${said[language].reason}: ${code}`);
}

/** The methods of whoever registers now cool off for a day. */
async function justRegistered(language: Language): Promise<DemoAccount> {
  const account = await hire('unregistered', language, { placesOnFile: [] });
  const person = new Person(house, account);
  await person.say(languages.sv.register);
  await provePresentPassword(house, person);
  await registerByCode(house, person, 'text-message', `+4670174069${++addresses % 10}`);
  await registerApp(house, person);
  return account;
}

async function frozen(language: Language): Promise<DemoAccount> {
  const account = await justRegistered(language);
  const person = new Person(house, account);
  await person.say('det var inte jag');
  await person.choose('leave');
  await person.choose(person.choiceNamed('Sms'));
  await person.choose('freeze');
  return account;
}

/** Somebody said of a code that they had not asked for it. */
async function reported(language: Language): Promise<DemoAccount> {
  const account = await hire('registered', language);
  await house.store.commit(closingParts(account.id, null, 'front-door', house.clock.now()));
  return account;
}

/** Two agents stop resets for their group, which ends by itself after a while. */
async function heldUp(language: Language): Promise<DemoAccount> {
  const { store, clock, seals, config } = house;
  const needs = { store, clock, seals, random: systemRandom, policy: config.policy, sentences: new Sentences(() => ({}), 'UTC') };
  const asked = await askToStop(needs, { what: 'resets', group: stopped }, { id: 'nina', name: 'Nina', proof: 'proof-nina' });
  if (!asked.ok) throw new Error(asked.reason);
  const data = (asked.card as { actions: { data: { case: string; version: number } }[] }).actions[0]?.data;
  const pressed = { stop: stopOfCard(data?.case) ?? '', act: 'confirm', version: data?.version ?? 0 } as const;
  expect(await actOnStop(needs, pressed, { id: 'omar', name: 'Omar', proof: 'proof-omar' })).toMatchObject({ ok: true });
  return hire('registered', language, { groups: [...covered, stopped.group] });
}

/** Everybody who is refused at the front door, each by the exact reason that only the helpdesk and the work mailbox get. */
const refusals: readonly (readonly [sort: string, code: string, who: (language: Language) => Promise<DemoAccount>])[] = [
  ['not among those that the licence covers', 'SSPR_0012', (language) => hire('not-enabled', language)],
  ['outside what self-service covers', 'SSPR_0011', (language) => hire('registered', language, { groups: ['fjallbyn-utvalda'] })],
  ['outside whom self-service is for', 'SSPR_0013', (language) => hire('registered', language, { groups: ['fjallbyn-alla'] })],
  ['disabled', 'LK_DISABLED', (language) => hire('disabled', language)],
  ['a shared mailbox', 'LK_NOT_A_PERSON_SHARED', (language) => hire('registered', language, { kind: 'shared' })],
  ['a guest', 'LK_NOT_A_PERSON_GUEST', (language) => hire('registered', language, { kind: 'guest' })],
  ['with extra protection', 'LK_PRIVILEGED', (language) => hire('privileged', language)],
  ['managed elsewhere', 'SSPR_0010', (language) => hire('managed-elsewhere', language)],
  ['managed elsewhere, by hand', 'SSPR_0029', (language) => hire('managed-elsewhere', language, { passwordManaged: 'elsewhere-by-hand' })],
  ['out of reach of its directory', 'SSPR_0030', (language) => hire('registered', language, { passwordManaged: 'unreachable' })],
  [
    'locked by an administrator',
    'LK_LOCKED',
    (language) => hire('registered', language, { lock: { since: house.clock.now(), why: 'administrator', until: null } }),
  ],
  ['not registered', 'SSPR_0014', (language) => hire('unregistered', language)],
  [
    'registered with too little',
    'SSPR_0014',
    (language) => house.hire('registered', { account: { groups: covered, language }, methods: ['text-message'] }),
  ],
  [
    'without a password and without methods',
    'SSPR_0014',
    (language) => house.hire('no-password', { account: { groups: covered, language }, methods: [] }),
  ],
  ['cooling off', 'LK_COOLING', justRegistered],
  ['frozen', 'LK_FROZEN', frozen],
  ['closed here by its owner', 'LK_REPORTED', reported],
  ['stopped', 'LK_STOPPED', heldUp],
  ['able, but without anything at hand', 'LK_UNPROVED', (language) => hire('registered', language)],
];

describe.each(['sv', 'en'] as const)('I13, I20: every refusal ends alike, and leads to a case (%s)', (language) => {
  /** What is read where there is no such account. */
  let unknown: readonly string[] = [];
  beforeAll(async () => {
    const someone = await visitor(house, language);
    unknown = await refusedAt(someone, `nobody-there-${language}@fjallbyn.example`);
  });

  test.each(refusals)('an account that is %s: %s', async (_sort, code, who) => {
    const account = await who(language);
    const someone = await visitor(house, language);
    expect(await refusedAt(someone, account.userId)).toEqual(unknown);
    const number = await contacted(someone, language);
    await toldToDesk(house, number, code, language, account.userId);
    expect(JSON.stringify(someone.all)).not.toContain(code);
  });

  test('a user ID that does not exist: the card says so, with what was typed, and nobody is written to', async () => {
    const userId = `nobody-${language}@fjallbyn.example`;
    const someone = await visitor(house, language);
    expect(await refusedAt(someone, userId)).toEqual(unknown);
    const number = await contacted(someone, language);
    await toldToDesk(house, number, 'LK_NOT_FOUND', language, null);
    expect((await cardOf(house, number)).words).toContain(userId);
    expect((await house.outbox()).filter(({ to }) => to === userId)).toEqual([]);
  });

  test('where self-service is off for all: SSPR_0009, alike for a user ID that does not exist', async () => {
    const account = await hire('registered', language, {}, closed);
    const someone = await visitor(closed, language);
    const read = await refusedAt(someone, account.userId);
    expect(read).toEqual(unknown);
    const number = await contacted(someone, language);
    await toldToDesk(closed, number, 'SSPR_0009', language, account.userId);
  });

  test('no tries left: LK_PACE, alike for a user ID that does not exist', async () => {
    const account = await hire('registered', language);
    const ends: string[] = [];
    for (const [userId, code] of [
      [account.userId, 'LK_PACE'],
      [`nobody-pace-${language}@fjallbyn.example`, 'LK_NOT_FOUND'],
    ] as const) {
      for (let failures = 0; failures < 5; failures += 1) {
        const someone = await visitor(house, language);
        await someone.type(userId);
        await someone.choose('reset');
        await someone.choose('authenticator-app');
        for (const wrong of ['000000', '000001', '000002']) await someone.type(wrong);
        house.clock.forward(61 * 60_000);
      }
      const someone = await visitor(house, language);
      await someone.type(userId);
      await someone.choose('reset');
      await someone.choose('authenticator-app');
      ends.push(plain(someone, userId).replaceAll(/\d+ \p{L}+[.,]? (?:kl\. )?\d\d[:.]\d\d/gu, '(then)'));
      await toldToDesk(house, await contacted(someone, language), code, language, code === 'LK_PACE' ? account.userId : null);
    }
    expect(ends[1]).toBe(ends[0]);
  });

  test('a directory that does not answer keeps nobody from asking for help, from the user ID on', async () => {
    const { userId } = await hire('registered', language, { unreachable: true });
    const someone = await visitor(house, language);
    await someone.type(userId);
    const number = await contacted(someone, language);
    await toldToDesk(house, number, 'LK_UNAVAILABLE', language, null);
    expect((await cardOf(house, number)).words).toContain(userId);
    // What stood for the account while nobody could look is forgotten.
    expect(someone.prompt).toBe('front-door.user-id');
  });

  test('a directory that falls silent on the way: no code is right, and the case says why', async () => {
    const account = await hire('registered', language);
    const someone = await visitor(house, language);
    await someone.type(account.userId);
    await someone.choose('reset');
    await house.directory.change(account.id, { unreachable: true });
    await someone.choose('authenticator-app');
    await someone.type(await appCode(account.otpauth ?? '', house.clock.now()));
    expect(someone.prompt).toBe('verify-claim.answer');
    await someone.choose('another');
    await someone.choose('none');
    await toldToDesk(house, await contacted(someone, language), 'LK_UNAVAILABLE', language, null);
  });

  test('who passed one gate and has no second: the case says that one was passed, and no stranger is told of', async () => {
    const account = await hire('registered', language);
    const someone = await visitor(house, language);
    await someone.type(account.userId);
    await someone.choose('reset');
    await someone.choose('text-message');
    await someone.type(account.number ?? '');
    const sms = await house.delivered(({ kind, to }) => kind === 'sms' && to === account.number);
    await someone.type(codeIn(sms.text));
    await someone.choose('none');
    const number = await contacted(someone, language);
    expect(await caseOf(house, number)).toMatchObject({ code: 'LK_UNPROVED', requester: { how: 'proved', gates: 1 } });
    expect((await cardOf(house, number)).first).not.toMatchObject({ size: 'Large' });
  });
});
