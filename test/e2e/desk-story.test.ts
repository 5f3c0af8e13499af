import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportAudit } from '../../src/security/audit-export.ts';
import { wordsOf } from '../servers/connector.ts';
import { describeEngines, type Engine } from '../store/engines.ts';
import { actsIn, Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { askFor, languages, pass, setPassword, signsIn, type Language } from './steps.ts';
import { until } from './wait.ts';

/** What the employee reads; the helpdesk's own words are in the language of its policy. */
const words = {
  sv: {
    refused: 'Du har inga försök kvar just nu.',
    claimed: (agent: string, number: string) => `${agent} på helpdesken har tagit ditt ärende ${number}.`,
    asked: (agent: string, number: string) => `${agent} på helpdesken frågar om ditt ärende ${number}:`,
    which: 'Vilken dator eller telefon gäller det',
    never: 'Svara aldrig med lösenord, koder eller personnummer.',
    heldBack: 'Helpdesken behöver det inte.',
    written: 'Det är skickat till helpdesken.',
    wrong: 'inte numret till något samtal med dig',
    confirm: 'Talar du i telefon med helpdesk',
    verified: 'ser nu att det är du',
    given: 'har låtit dig välja ett nytt lösenord',
    resolved: (number: string) => `Helpdesken har markerat ditt ärende ${number} som löst.`,
    working: 'Fungerar det nu?',
    reopened: (number: string) => `Ditt ärende ${number} är öppnat igen.`,
  },
  en: {
    refused: 'You have no tries left for now.',
    claimed: (agent: string, number: string) => `${agent} at the helpdesk has taken up your case ${number}.`,
    asked: (agent: string, number: string) => `${agent} at the helpdesk asks about your case ${number}:`,
    which: 'Which computer or phone is it about',
    never: 'Never reply with a password, a code or an identity number.',
    heldBack: 'the helpdesk does not need it.',
    written: 'It is sent to the helpdesk.',
    wrong: 'not the number of a call with you',
    confirm: 'Are you on the phone with the helpdesk',
    verified: 'can see that it is you',
    given: 'has allowed you a new password',
    resolved: (number: string) => `The helpdesk has marked your case ${number} as resolved.`,
    working: 'Does it work now?',
    reopened: (number: string) => `Your case ${number} is open again.`,
  },
} as const;

/** What has power over the account. */
const powers = ['give-password', 'give-unlock', 'give-temporary-pass', 'give-remove-method', 'ask-colleague', 'approve'];

const sixDigits = /(?<!\d)\d{6}(?!\d)/u;

function story(engine: Engine, language: Language): void {
  const said = words[language];
  const { locale, forgot } = languages[language];
  let house: House;
  let desk: Desk;
  let nina: DemoAccount;
  let omar: DemoAccount;
  beforeAll(async () => {
    house = await openHouse({ store: (await engine.fresh()).store });
    desk = new Desk(house);
    nina = await house.hire('agent', { methods: ['authenticator-app'] });
    omar = await house.hire('agent', { methods: ['authenticator-app'] });
  });
  afterAll(() => house.close());

  test('I13-I16: refused, a case, claimed by one of two, asked and answered, verified on the telephone, a new password, resolved, and open again without powers', async () => {
    // Refused, and a yes to the helpdesk: the app of a new phone shows wrong codes.
    const person = new Person(house, await house.hire('registered', { methods: ['authenticator-app', 'text-message'] }), { locale });
    const { account } = person;
    await person.say(forgot);
    await askFor(person, 'authenticator-app');
    for (let wrong = 0; wrong < 3; wrong += 1) await person.type('000000');
    expect(person.prompt).toBe('escalate.offer');
    expect(person.words).toContain(said.refused);
    expect(await desk.cases(account)).toEqual([]);
    await person.choose('contact');
    const number = /LK-\d+/u.exec(person.words)?.[0] ?? '';

    // The channel and the administrators have it.
    const card = await desk.card(number);
    await desk.hasIt(account);
    const mail = await desk.mail(number);
    for (const part of [number, account.name, account.userId, 'LK_PACE', 'Bara inloggad i Teams']) {
      expect(card.words).toContain(part);
      expect(mail).toContain(part);
    }
    expect(card.words).toContain('En chatt bevisar ingenting');
    expect(mail).toContain('https://teams.microsoft.com/l/channel/');

    // Two agents claim at once: one wins, and the other's card says who.
    const both = await Promise.all([desk.press(card.data, nina), desk.press(card.data, omar)]);
    const winner = (await desk.newest(account)).claimed?.by === nina.id ? nina : omar;
    const other = winner === nina ? omar : nina;
    expect(both.every((body) => body.includes(`${winner.name} har ärendet`))).toBe(true);
    await person.hearOf(said.claimed(winner.name, number));

    // A question and its reply, through the bot; nothing secret goes either way.
    expect(await desk.act(account, winner, 'ask', { note: 'Vad är din kod? 123 456' })).toContain('Helpdesken behöver det inte.');
    await desk.act(account, winner, 'ask', { quick: 'which-device' });
    await person.hearOf(said.asked(winner.name, number));
    for (const part of [said.which, said.never]) expect(person.words).toContain(part);
    expect(person.prompt).toBe('case-status.reply');
    await person.type('811218-9876 är mitt personnummer');
    expect(person.words).toContain(said.heldBack);
    await person.type('Den svarta datorn, vid receptionen');
    expect(person.words).toContain(said.written);
    await desk.changed(card, 'Den svarta datorn, vid receptionen');

    // The agent's own proof comes first, then a call number, which only the agent's own chat shows.
    const agent = new Person(house, winner);
    await agent.say('hej');
    expect(await desk.act(account, winner, 'verify-caller')).toContain('din egen chatt');
    expect((await desk.newest(account)).caller).toBeUndefined();
    await agent.hear('verify.answer');
    await pass(house, agent, 'authenticator-app');
    expect(agent.words).toContain('Nu kan du hjälpa till');
    expect(actsIn(await desk.act(account, winner, 'verify-caller'))).not.toEqual(expect.arrayContaining(powers));
    await agent.hearOf('Samtalsnumret');
    const digits = sixDigits.exec(agent.words)?.[0] ?? '';

    // Read out, it is the caller's alone; the caller passes as many gates as a reset takes.
    const stranger = new Person(house, await house.hire('registered'), { locale });
    await stranger.say({ sv: 'hej', en: 'hello' }[language]);
    await stranger.say(digits);
    expect(stranger.words).toContain(said.wrong);
    // The app waits after three wrong codes.
    house.clock.forward(60_000);
    await person.say(digits);
    expect(person.prompt).toBe('caller.confirm');
    for (const part of [said.confirm, winner.name]) expect(person.words).toContain(part);
    await person.choose('yes');
    await pass(house, person, 'text-message');
    expect((await desk.newest(account)).caller?.state).toBe('asked');
    await pass(house, person, 'authenticator-app');
    expect(person.prompt).toBe('caller.waiting');
    // Said once, and by whom.
    expect(person.words.split(`${winner.name} ${said.verified}`)).toHaveLength(2);
    await desk.changed(card, 'VERIFIERAD');

    // What is given appears in that chat alone, where the caller uses it.
    const password = 'Odon på heden 2027';
    expect(await desk.act(account, other, 'give-password')).toContain('Det gör den som har ärendet');
    await desk.act(account, winner, 'give-password');
    await person.hear('reset.page');
    expect(person.words).toContain(said.given);
    const { url } = person.page();
    await setPassword(house, person, password);
    expect(await signsIn(house, person, account.password ?? '')).toBe(false);
    expect(await signsIn(house, person, password)).toBe(true);
    if (person.prompt === 'sign-out.ask') await person.choose('no');
    await desk.changed(card, 'använt');

    // Resolved with a note, which the employee hears.
    const verifiedVersion = (await desk.newest(account)).revision;
    expect(await desk.act(account, other, 'resolve')).toContain('Det gör den som har ärendet.');
    await desk.act(account, winner, 'resolve', { note: 'Du har valt ett nytt lösenord.' });
    await person.hearOf(said.resolved(number));
    for (const part of ['Du har valt ett nytt lösenord.', said.working]) expect(person.words).toContain(part);

    // "It still does not work": open again, with its card anew, and no powers are carried over.
    await person.choose('broken');
    expect(person.words).toContain(said.reopened(number));
    await until(
      async () => ![null, card.activityId].includes((await desk.newest(account)).activity),
      () => 'the helpdesk did not get its card anew',
    );
    const reopened = await desk.newest(account);
    expect(reopened).toMatchObject({ state: 'reopened', claimed: null });
    expect([reopened.caller, reopened.grants, reopened.approval]).toEqual([undefined, undefined, undefined]);
    for (const version of [verifiedVersion, reopened.revision]) {
      const body = await desk.press({ case: reopened.id, act: 'give-unlock', version }, winner);
      expect(actsIn(body).filter((act) => powers.includes(String(act)))).toEqual([]);
    }
    const claimed = await desk.act(account, winner, 'claim');
    expect(actsIn(claimed)).toContain('verify-caller');
    expect(actsIn(claimed).filter((act) => powers.includes(String(act)))).toEqual([]);
    await desk.act(account, winner, 'give-password');
    expect(await desk.newest(account)).toMatchObject({ claimed: { by: winner.id } });
    expect((await desk.newest(account)).grants).toBeUndefined();
    await desk.act(account, winner, 'resolve');
    await person.hearOf(said.resolved(number));
    expect(person.words).not.toContain('/page/');
    await person.choose('done');
    expect(person.prompt).toBe('home.menu');

    // Nothing of it went another way: not the call number, not the page, not the password, not what was held back.
    const elsewhere = house.connector.calls.filter(({ conversation }) => conversation !== agent.conversation);
    expect(elsewhere.filter(({ activity }) => wordsOf(activity).includes(digits))).toEqual([]);
    const delivered = await house.outbox();
    expect(delivered.filter(({ text }) => [url, digits, password].some((secret) => text.includes(secret)))).toEqual([]);
    expect(delivered.filter(({ to, text }) => to === account.userId && /ringer|telephone|telefon/u.test(text)).length).toBeGreaterThan(0);
    const audit: string[] = [];
    for await (const line of exportAudit(house.store, house.seals, 0)) audit.push(line);
    const kept = JSON.stringify([await desk.cases(account), house.logLines, audit]);
    for (const secret of [digits, password, '811218', '123 456', url]) expect(kept).not.toContain(secret);
    expect(audit.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ act: 'desk.give-password', verdict: 'allowed', actor: winner.id, account: account.id }),
    );
  });
}

describeEngines('the story of a case', (engine) => {
  describe.each(['sv', 'en'] as const)('in %s', (language) => story(engine, language));
});
