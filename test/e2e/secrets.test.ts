import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyAudit } from '../../src/security/audit-verify.ts';
import { databaseFile } from '../../src/store/sqlite.ts';
import { codeIn, seedOf } from './codes.ts';
import { runCommand } from './command.ts';
import { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import {
  answerOf,
  askFor,
  chooseQuestions,
  languages,
  openPage,
  pass,
  provePresentPassword,
  newestCode,
  questionsOf,
  registerApp,
  registerByCode,
  rightCode,
  setPassword,
} from './steps.ts';
import { Telephone } from './telephone.ts';

/** The six digits that the chat shows. */
const digitsIn = (words: string): string => /(?<![\d+])\d{6}(?!\d)/u.exec(words.replaceAll(/(?<=\d) (?=\d)/gu, ''))?.[0] ?? 'none';

const newPassword = 'Tranbär på mossen 2026';
const wrongAnswer = 'Ett svar som inte stämmer';
const refusedPasswords = ['Fel lösenord som skrevs 77', 'password1234'];

/** What nobody may find anywhere but where it is said. */
interface Secrets {
  readonly passwords: string[];
  /** The password that the helpdesk let somebody have, as the page shows it and without its hyphens. */
  readonly temporary: string[];
  readonly seeds: string[];
  readonly codes: string[];
  /** Digits that the chat showed, to be keyed on a telephone. */
  readonly keyed: string[];
  readonly pages: { readonly url: string; readonly number: string }[];
  /** Numbers and addresses as they are typed, sent to and stored. */
  readonly places: string[];
}

describe('over a whole story: register, reset, unlock, a case', () => {
  let house: House;
  const secrets: Secrets = {
    passwords: [newPassword, ...refusedPasswords],
    temporary: [],
    seeds: [],
    codes: [],
    keyed: [],
    pages: [],
    places: [],
  };
  let people: readonly DemoAccount[] = [];

  beforeAll(async () => {
    house = await openHouse();
    const { locale, forgot, locked, register, myCase } = languages.sv;
    const chatOf = (account: DemoAccount): Person => new Person(house, account, { locale });
    /** Notes the page that stands in the chat. */
    const noted = (person: Person): Person => {
      secrets.pages.push(person.page());
      return person;
    };

    // Registers, after a wrong present password; forgets; a password against the rules; a new one.
    const bjorn = chatOf(await house.account('unregistered'));
    await bjorn.say(register);
    const wrong = await openPage(house, noted(bjorn));
    await wrong.submit({ password: refusedPasswords[0] ?? '' });
    await wrong.submit({ password: bjorn.account.password ?? '' });
    await bjorn.hear('register.choose');
    await registerByCode(house, bjorn, 'text-message', '070-174 06 21', '+46701740621');
    await registerByCode(house, bjorn, 'email', 'bjorn.privat@example.org');
    const key = await registerApp(house, bjorn);
    await bjorn.choose('finish');
    const whole: DemoAccount = {
      ...bjorn.account,
      number: '+46701740621',
      address: 'bjorn.privat@example.org',
      otpauth: `otpauth://totp/x?secret=${key}`,
    };
    const again = chatOf(whole);
    await again.say(forgot);
    const { length } = house.connector.calls;
    await pass(house, again, 'authenticator-app');
    await pass(house, again, 'text-message');
    expect(house.connector.calls.length).toBeGreaterThan(length);
    const tab = await openPage(house, noted(again));
    await tab.submit({ password: refusedPasswords[1] ?? '', again: refusedPasswords[1] ?? '' });
    await tab.submit({ password: newPassword, again: newPassword });
    await again.hear('sign-out.ask');
    await again.choose('no');

    // Sees the methods and removes one.
    await again.say('mina metoder');
    await again.choose(again.choiceNamed('Hantera e-post'));
    await again.choose('remove');
    await pass(house, again, 'authenticator-app');
    await again.choose('remove');

    // A lock, a typed wrong code, an app code, a text.
    const elin = chatOf(await house.account('locked'));
    await elin.say(locked);
    await askFor(elin, 'text-message');
    const right = await rightCode(house, elin, 'text-message');
    await elin.type(right === '000000' ? '111111' : '000000');
    await elin.type(right);
    const appCode = await rightCode(house, elin, 'authenticator-app');
    secrets.codes.push(appCode);
    await elin.type(appCode);

    // A case, and its end.
    const cecilia = chatOf(await house.account('not-enabled'));
    await cecilia.say(forgot);
    await cecilia.choose('contact');
    const desk = new Desk(house);
    const number = /LK-\d+/u.exec(cecilia.words)?.[0] ?? '';
    const card = await desk.card(number);
    await desk.mail(number);
    await desk.hasIt(cecilia.account);
    const agent = await house.account('agent');
    await desk.does(card, agent, 'claim', 'resolve');
    await cecilia.hearOf('som löst');
    await desk.changed(card, 'Löst av');
    await cecilia.say(myCase);

    // A case of somebody with methods, who proved one of them.
    const alma = chatOf(await house.account('registered'));
    await alma.say(forgot);
    await pass(house, alma, 'text-message');
    await alma.choose('contact');
    await alma.choose('contact');
    await desk.mail(/LK-\d+/u.exec(alma.words)?.[0] ?? 'none');
    await alma.say(forgot);
    await pass(house, alma, 'authenticator-app');
    await pass(house, alma, 'email');
    await setPassword(house, noted(alma), newPassword);
    await alma.choose('no');

    // Security questions: answers that are refused, taken, wrong and right.
    const refusedAnswer = 'Svaret som skrevs två gånger';
    house.clock.forward(60_000);
    await alma.say(languages.sv.register);
    await pass(house, alma, 'authenticator-app');
    await alma.choose('security-questions');
    const choosing = await openPage(house, alma);
    await choosing.submit({ 'question-1': 'first-pet', 'answer-1': refusedAnswer, 'question-2': 'first-pet', 'answer-2': refusedAnswer });
    const chosen = await chooseQuestions(choosing);
    await alma.hear('register.choose');
    await alma.choose('finish');
    house.clock.forward(60_000);
    await alma.say(forgot);
    await pass(house, alma, 'authenticator-app');
    await askFor(alma, 'security-questions');
    const asking = await openPage(house, alma);
    const fields = (answer: (id: string) => string) => Object.fromEntries(questionsOf(asking).map((id) => [`answer.${id}`, answer(id)]));
    await asking.submit(fields(() => wrongAnswer));
    await alma.hear('verify.answer');
    await asking.submit(fields(answerOf));
    await alma.hear('reset.page');
    await alma.choose('cancel');
    const answers = [refusedAnswer, wrongAnswer, ...chosen.map(answerOf)];
    secrets.passwords.push(...answers, ...answers.map((answer) => answer.toLowerCase()));

    // Recovery codes: seen, one wrong and one used. A call: a wrong number of digits, then the right ones. A number that is changed.
    const greta = chatOf(await house.hire('registered'));
    const { number: called = '' } = greta.account;
    await greta.say(languages.sv.register);
    await pass(house, greta, 'authenticator-app');
    await greta.choose('recovery-codes');
    const shown = await openPage(house, noted(greta));
    const recovery = shown.words.match(/\b(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b/gu) ?? [];
    await shown.submit({ kept: 'yes' });
    await greta.hear('register.choose');
    await greta.choose('phone-call');
    await greta.choose(greta.choiceNamed('Ring ...'));
    const registering = await (await Telephone.ringing(house, called)).answer();
    secrets.keyed.push(digitsIn(greta.words));
    await registering.key(digitsIn(greta.words));
    await greta.hear('register.choose');
    await greta.choose('finish');
    house.clock.forward(61_000);
    await greta.say(forgot);
    await askFor(greta, 'recovery-codes');
    await greta.type('0000-0000-0000-0000');
    await greta.type(recovery[0] ?? '');
    await askFor(greta, 'phone-call');
    const ringing = await (await Telephone.ringing(house, called)).answer();
    const toKey = digitsIn(greta.words);
    secrets.keyed.push(toKey);
    await ringing.key(toKey);
    await greta.hear('reset.page');
    await greta.say('avbryt');
    secrets.passwords.push(...recovery, ...recovery.map((code) => code.replaceAll('-', '')));
    house.clock.forward(61_000);
    await greta.say('mina metoder');
    await greta.choose(greta.choiceNamed('Hantera sms'));
    await greta.choose('change');
    await pass(house, greta, 'authenticator-app');
    await greta.type('070-174 06 22');
    await greta.type(await newestCode(house, '+46701740622'));
    await greta.say('avbryt');

    // A call with the helpdesk, and a temporary password on a page.
    const karl = chatOf(await house.hire('registered', { methods: ['authenticator-app', 'text-message'] }));
    await karl.say('kontakt');
    await karl.choose('contact');
    await desk.mail(/LK-\d+/u.exec(karl.words)?.[0] ?? 'none');
    await desk.hasIt(karl.account);
    const agents = chatOf(agent);
    await agents.say('visa att jag är handläggare');
    await pass(house, agents, 'authenticator-app');
    await desk.act(karl.account, agent, 'claim');
    await karl.hearOf(agent.name);
    await desk.act(karl.account, agent, 'verify-caller');
    await agents.hearOf('Samtalsnumret');
    await karl.say(/(?<!\d)\d{6}(?!\d)/u.exec(agents.words)?.[0] ?? '');
    await karl.choose('yes');
    await pass(house, karl, 'authenticator-app');
    await pass(house, karl, 'text-message');
    await desk.act(karl.account, agent, 'give-temporary-pass');
    await karl.hear('temporary-pass.page');
    const passing = await openPage(house, noted(karl));
    await passing.submit({});
    const temporary = /(?:[A-Za-z2-9]{4}-){3,}[A-Za-z2-9]{4}/u.exec(passing.words)?.[0] ?? 'none';
    secrets.temporary.push(temporary, temporary.replaceAll('-', ''));
    secrets.passwords.push(...secrets.temporary);
    await karl.hear('sign-out.ask');
    await karl.choose('no');

    people = [
      whole,
      elin.account,
      cecilia.account,
      alma.account,
      greta.account,
      karl.account,
      { ...greta.account, number: '+46701740622' },
    ];
    for (const { password, otpauth, number: to, address } of people) {
      if (password !== undefined) secrets.passwords.push(password);
      if (otpauth !== undefined) secrets.seeds.push(seedOf(otpauth));
      if (to !== undefined)
        secrets.places.push(to, to.slice(3), `0${to.slice(3)}`, `0${to.slice(3, 5)}-${to.slice(5, 8)} ${to.slice(8, 10)} ${to.slice(10)}`);
      if (address !== undefined) secrets.places.push(address, address.slice(0, address.indexOf('@')));
    }
    for (const { text } of await house.outbox()) if (codeIn(text) !== '') secrets.codes.push(codeIn(text));
    // An address whose first part is a name stands in no user ID here.
    secrets.places.splice(
      0,
      secrets.places.length,
      ...secrets.places.filter((place) => !people.some(({ userId }) => userId.startsWith(`${place}@`))),
    );
    await house.delivered(({ to, text }) => to === alma.account.address && /lösenord/u.test(text) && codeIn(text) === '');
    // A long story, on a machine that does much else.
  }, 120_000);
  afterAll(() => house.close());

  const tokensOf = (): readonly string[] => secrets.pages.flatMap(({ url }) => [url, url.slice(url.lastIndexOf('.') + 1)]);

  /** Where something stands by itself, and not as part of an id, a hash or a time. */
  const standsIn = (text: string, secret: string): boolean =>
    new RegExp(`(?<![\\w+/=-])${secret.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&')}(?![\\w+/=-])`, 'u').test(text);

  const foundIn = (text: string, all: readonly string[]): readonly string[] => all.filter((secret) => standsIn(text, secret));

  /** Every value of every table, as it is stored. */
  function storedValues(): string {
    const database = new DatabaseSync(join(house.environment['DATA_DIR'] ?? '', databaseFile), { readOnly: true });
    try {
      const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
      return tables
        .flatMap(({ name }) => database.prepare(`SELECT * FROM "${String(name)}"`).all())
        .map((row) => JSON.stringify(row))
        .join('\n');
    } finally {
      database.close();
    }
  }

  /** Every byte of every file of the data folder: what was overwritten or taken back may still lie there. */
  function storedBytes(): string {
    const folder = house.environment['DATA_DIR'] ?? '';
    return readdirSync(folder)
      .map((name) => readFileSync(join(folder, name)).toString('latin1'))
      .join('\n');
  }
  /** As UTF-8 looks where bytes are read one by one. */
  const inBytes = (secret: string): string => Buffer.from(secret).toString('latin1');

  test('the story was whole: something of every kind is looked for', () => {
    expect(secrets.passwords.length).toBeGreaterThanOrEqual(7);
    expect(secrets.seeds.length).toBeGreaterThanOrEqual(4);
    expect(secrets.keyed).toHaveLength(2);
    for (const digits of secrets.keyed) expect(digits).toMatch(/^\d{6}$/u);
    expect(secrets.passwords.filter((secret) => /^\w{4}-/u.test(secret))).toHaveLength(11);
    expect(secrets.temporary[0]).toMatch(/^(?:\w{4}-){3,}\w{4}$/u);
    expect(secrets.codes.length).toBeGreaterThanOrEqual(7);
    expect(secrets.pages).toHaveLength(5);
    expect(secrets.places.length).toBeGreaterThanOrEqual(14);
    for (const seed of secrets.seeds) expect(seed).toMatch(/^[A-Z2-7]{32}$/u);
    for (const { url, number } of secrets.pages)
      expect([url, number]).toEqual([expect.stringMatching(/\/page\/p\d\d-/u), expect.stringMatching(/^\d{4}$/u)]);
  });

  test('no activity, to a person or to the helpdesk, holds a password, a code, a seed or a whole number or address', () => {
    const sent = house.connector.calls.map(({ activity }) => JSON.stringify(activity)).join('\n');
    expect(sent).toContain('...21');
    for (const kind of ['passwords', 'seeds', 'codes', 'places'] as const) expect([kind, foundIn(sent, secrets[kind])]).toEqual([kind, []]);
  });

  test('I22: the digits of a call stand in the chat that asked for it, in one activity each, and in no call, text or mail', async () => {
    const outbox = JSON.stringify(await house.outbox());
    for (const digits of secrets.keyed) {
      const grouped = `${digits.slice(0, 3)} ${digits.slice(3)}`;
      const holding = house.connector.calls.filter(({ activity }) => JSON.stringify(activity).includes(grouped));
      expect(holding).toHaveLength(1);
      expect(holding[0]?.conversation).not.toBe(house.config.policy.contacts.desk.conversation);
      expect(foundIn(outbox, [digits, grouped])).toEqual([]);
    }
  });

  test('a page and its number stand in the chat of its person alone, and nowhere at the helpdesk', () => {
    const desk = house.connector.calls.filter(({ conversation }) => conversation === house.config.policy.contacts.desk.conversation);
    const chats = house.connector.calls.filter((call) => !desk.includes(call));
    expect(foundIn(chats.map(({ activity }) => JSON.stringify(activity)).join('\n'), tokensOf())).toEqual(tokensOf());
    expect(desk.length).toBeGreaterThan(2);
    expect(foundIn(desk.map(({ activity }) => JSON.stringify(activity)).join('\n'), tokensOf())).toEqual([]);
  });

  test('no log line holds any of it, nor a page or its number, nor anything that was typed', () => {
    const lines = house.logLines.map((line) => {
      const { ms: _ms, at: _at, ...said } = JSON.parse(line) as Record<string, unknown>;
      return JSON.stringify(said);
    });
    expect(lines.length).toBeGreaterThan(40);
    const log = lines.join('\n');
    const numbers = secrets.pages.map(({ number }) => number);
    const typed = ['glömt', 'Mitt konto', 'registrera', 'mitt ärende'];
    for (const all of [secrets.passwords, secrets.seeds, secrets.codes, secrets.keyed, secrets.places, tokensOf(), numbers, typed])
      expect(foundIn(log, all)).toEqual([]);
    for (const { name, userId } of people) expect(foundIn(log, [name, userId])).toEqual([]);
    expect(log).not.toMatch(/"level":"error"/u);
  });

  test('no stored value holds any of it: codes are hashes, seeds and numbers are sealed, page tokens and page numbers are made anew', () => {
    const stored = storedValues();
    expect(stored).toContain('"mac');
    for (const kind of ['passwords', 'seeds', 'codes', 'keyed', 'places'] as const)
      expect([kind, foundIn(stored, secrets[kind])]).toEqual([kind, []]);
    expect(foundIn(stored, tokensOf())).toEqual([]);
    const pageRows = stored.split('\n').filter((row) => /\/page(-of)?\//u.test(row));
    expect(pageRows.length).toBeGreaterThan(2);
    expect(
      foundIn(
        pageRows.join('\n'),
        secrets.pages.map(({ number }) => number),
      ),
    ).toEqual([]);
  });

  test('nor did any byte of the data folder ever', () => {
    const bytes = storedBytes();
    expect(bytes).toContain(inBytes('Björn Sandberg'));
    for (const secret of [...secrets.passwords, ...secrets.seeds, ...tokensOf(), ...secrets.places]) {
      expect([bytes.includes(inBytes(secret)) ? secret : 'found nowhere']).toEqual(['found nowhere']);
    }
  });

  test('what is delivered outside the chat holds no password, seed, page or code but the one it brings; a mail to administrators no number', async () => {
    const all = await house.outbox();
    const texts = all.map(({ text }) => text).join('\n');
    for (const list of [secrets.passwords, secrets.seeds, tokensOf()]) expect(foundIn(texts, list)).toEqual([]);
    for (const { text } of all) expect((text.match(/(?<!\d)\d{6}(?!\d)/gu) ?? []).length).toBeLessThanOrEqual(1);
    const cases = all.filter(({ to }) => to === 'it@fjallbyn.example');
    expect(cases).toHaveLength(3);
    expect(foundIn(cases.map(({ text }) => text).join('\n'), [...secrets.places, ...secrets.codes])).toEqual([]);
  });

  test('R41: the trail is whole, has an entry for each act, and says no secret', async () => {
    const { intact, faults } = await verifyAudit(house.store, house.seals);
    expect(faults).toEqual([]);
    const verified = await runCommand('src/security/audit-cli.ts', ['verify'], house.environment);
    expect(verified).toMatchObject({ status: 0, out: `${intact} entries intact, 0 faults\n` });

    const exported = await runCommand('src/security/audit-cli.ts', ['export', '--since', '2020-01-01'], house.environment);
    const entries = exported.out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { act: string; verdict: string; account: string; actor: string; reason: string });
    expect(entries).toHaveLength(intact);
    const [bjorn, elin, cecilia, alma] = people;
    const acts = (account: DemoAccount | undefined): ReadonlySet<string> =>
      new Set(entries.filter((entry) => entry.account === account?.id).map(({ act, verdict }) => `${act} ${verdict}`));
    expect([...acts(bjorn)]).toEqual(
      expect.arrayContaining([
        'directory.may-register allowed',
        'page.claim allowed',
        'password.prove refused',
        'password.prove allowed',
        'methods.send-challenge allowed',
        'methods.check-answer allowed',
        'methods.store allowed',
        'methods.remove allowed',
        'directory.may-reset allowed',
        'password.set refused',
        'password.set allowed',
      ]),
    );
    expect([...acts(elin)]).toEqual(
      expect.arrayContaining([
        'directory.may-unlock allowed',
        'methods.check-answer refused',
        'methods.check-answer allowed',
        'directory.unlock allowed',
      ]),
    );
    expect([...acts(cecilia)]).toEqual(
      expect.arrayContaining(['directory.may-reset refused', 'desk.open-case allowed', 'desk.resolve allowed']),
    );
    expect([...acts(alma)]).toEqual(expect.arrayContaining(['desk.open-case allowed', 'password.set allowed']));
    for (const list of [secrets.passwords, secrets.seeds, secrets.codes, secrets.keyed, secrets.places, tokensOf()])
      expect(foundIn(exported.out, list)).toEqual([]);
  });

  test('the page that shows a seed shows it to the browser that holds it, once its number was typed, and to no other', async () => {
    const person = new Person(house, await house.hire('unregistered'));
    await person.say(languages.sv.register);
    await provePresentPassword(house, person);
    await person.choose('authenticator-app');
    const { url } = person.page();
    const before = await fetch(`${house.url}${new URL(url).pathname}`);
    expect(await before.text()).not.toMatch(/otpauth|[A-Z2-7]{4} [A-Z2-7]{4} [A-Z2-7]{4}/u);
    for (const header of ['cache-control', 'referrer-policy']) expect(before.headers.get(header)).toMatch(/no-store|no-referrer/u);
    const tab = await openPage(house, person);
    expect(tab.words).toMatch(/[A-Z2-7]{4} [A-Z2-7]{4} [A-Z2-7]{4}/u);
    const after = await fetch(`${house.url}${new URL(url).pathname}`);
    expect(await after.text()).not.toMatch(/otpauth|[A-Z2-7]{4} [A-Z2-7]{4} [A-Z2-7]{4}/u);
  });
});
