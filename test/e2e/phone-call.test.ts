import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import { askFor, languages, pass, setPassword, signsIn } from './steps.ts';
import { Telephone } from './telephone.ts';

const newPassword = 'Hjortron på myren 2026';
const fixedLine = { typed: '08-465 004 20', number: '+46846500420' };

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** The six digits that the chat shows. */
function shownDigits(person: Person): string {
  const digits = /(?<![\d+])\d{6}(?!\d)/u.exec(person.words.replaceAll(/(?<=\d) (?=\d)/gu, ''))?.[0];
  if (digits === undefined) throw new Error(`no digits in ${person.prompt}: ${person.words}`);
  return digits;
}

const wrong = (digits: string): string => (digits === '000000' ? '111111' : '000000');

describe.each(['sv', 'en'] as const)('calls, in %s', (language) => {
  const { locale, forgot, register } = languages[language];
  const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);
  const hired = async (): Promise<Person> => new Person(house, await house.hire('registered'), { locale });

  /** Registers the number that was proved by text, by the choice that offers it. */
  async function withCalls(): Promise<{ person: Person; number: string }> {
    const person = await hired();
    const { number = '' } = person.account;
    await person.say(register);
    await pass(house, person, 'authenticator-app');
    await person.choose('phone-call');
    expect(person.prompt).toBe('register-phone-call.number');
    await person.choose(person.choiceNamed(say('Ring ...', 'Call ...')));
    expect(person.prompt).toBe('register-phone-call.code');
    const call = await (await Telephone.ringing(house, number)).answer();
    expect(call.says).toContain(say('registrera det här numret', 'register this number'));
    await call.key(shownDigits(person));
    await person.hear('register.choose');
    await person.choose('finish');
    house.clock.forward(61_000);
    return { person, number };
  }

  /** Asks for a reset, and for the call; it rings. */
  async function called(person: Person, number: string): Promise<Telephone> {
    await person.say(forgot);
    await askFor(person, 'phone-call');
    return Telephone.ringing(house, number);
  }

  test('I22: a number proved by text is called without being typed again, and answered once it is registered', async () => {
    const { person, number } = await withCalls();
    const calls = (await house.outbox()).filter(({ kind, to }) => kind === 'call' && to === number);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.text).toContain(say('helpdeskens bot på Fjällbyn AB', 'the helpdesk bot at Fjällbyn AB'));
    await house.delivered(({ kind, to, text }) => kind === 'sms' && to === number && text.includes(say('telefonsamtal', 'phone call')));
    await person.say(say('mina verifieringsmetoder', 'my verification methods'));
    expect(person.words).toContain(say('telefonsamtal (...', 'phone call (...'));
  });

  test('a fixed line is registered by its number, serves as a gate of a reset, and is told of nothing by text', async () => {
    const person = await hired();
    await person.say(register);
    await pass(house, person, 'authenticator-app');
    await person.choose('phone-call');
    await person.type(fixedLine.typed);
    expect(person.prompt).toBe('register-phone-call.code');
    const call = await (await Telephone.ringing(house, fixedLine.number)).answer();
    await call.key(shownDigits(person));
    expect(call.says).toContain(say('Tack, det stämmer', 'Thank you, that is right'));
    await person.hear('register.choose');
    await person.choose('finish');
    house.clock.forward(61_000);

    const gate = await (await called(person, fixedLine.number)).answer();
    await gate.key(shownDigits(person));
    // The chat goes on by itself, to the second step.
    await person.hear();
    await askFor(person, 'authenticator-app');
    await pass(house, person, 'authenticator-app');
    expect(person.prompt).toBe('reset.page');
    await setPassword(house, person, newPassword);
    expect(await signsIn(house, person, newPassword)).toBe(true);
    await person.choose('no');
    expect((await house.outbox()).filter(({ kind, to }) => kind === 'sms' && to === fixedLine.number)).toEqual([]);

    // Removed, after a step-up by the call itself.
    house.clock.forward(61_000);
    await person.say(say('mina verifieringsmetoder', 'my verification methods'));
    await person.choose(person.choiceNamed(say('Hantera telefonsamtal', 'Manage phone call')));
    await person.choose('remove');
    await askFor(person, 'phone-call');
    const stepUp = await (await Telephone.ringing(house, fixedLine.number)).answer();
    expect(stepUp.says).toContain(say('ändra dina verifieringsmetoder', 'change your verification methods'));
    await stepUp.key(shownDigits(person));
    await person.hear();
    await person.choose('remove');
    expect(person.words).toContain(say('är borttagen', 'is removed'));
  });

  test('I22: wrong twice ends the call; each cost a try, and another call can be asked for', async () => {
    const { person, number } = await withCalls();
    const call = await (await called(person, number)).answer();
    const digits = shownDigits(person);
    await call.key(wrong(digits));
    await person.hear('verify.answer');
    expect(person.words).toContain(say('två försök kvar'.replace('två', '2'), '2 tries left'));
    await call.key(wrong(digits));
    expect(call.isOver).toBe(true);
    await person.hear('verify.interrupted');
    house.clock.forward(61_000);
    await person.choose('again');
    const second = await (await Telephone.ringing(house, number)).answer();
    expect(shownDigits(person)).not.toBe(digits);
    await second.key(shownDigits(person));
    await person.hear();
    expect(person.prompt).not.toBe('verify.interrupted');
  });

  test('I22: not answered costs no try; expired and replayed digits are not taken', async () => {
    const { person, number } = await withCalls();
    const ignored = await called(person, number);
    await ignored.hangUp();
    await person.hear('verify.interrupted');
    expect(person.words).toContain(say('räknas inte som ett försök', 'does not count as a try'));
    house.clock.forward(61_000);
    await person.choose('again');
    const late = await (await Telephone.ringing(house, number)).answer();
    const digits = shownDigits(person);
    house.clock.forward(6 * 60_000);
    await late.key(digits);
    expect(late.says).toContain(say('behövs inte längre', 'no longer needed'));
    await person.hear();
    expect(person.words).toContain(say('har slutat gälla', 'have expired'));
  });

  test('digits of another person do not pass, nor do those of a call that was passed', async () => {
    const [mine, other] = [await withCalls(), await withCalls()];
    const call = await (await called(mine.person, mine.number)).answer();
    await called(other.person, other.number);
    await call.key(shownDigits(other.person) === shownDigits(mine.person) ? wrong(shownDigits(mine.person)) : shownDigits(other.person));
    expect(call.says).toContain(say('inte rätt siffror', 'not the right digits'));
    await mine.person.hear('verify.answer');
    const digits = shownDigits(mine.person);
    await call.key(digits);
    await mine.person.hear();
    const replayed = await (await Telephone.ringing(house, mine.number)).answer();
    expect(replayed.isOver).toBe(true);
    expect(replayed.says).toContain(say('behövs inte längre', 'no longer needed'));
  });

  test('I22: "this was not me" is star and then nine, and ends what was asked for', async () => {
    const { person, number } = await withCalls();
    const call = await (await called(person, number)).answer();
    await call.key('*');
    expect(call.isOver).toBe(false);
    await call.key('9');
    expect(call.says).toContain(say('Tack för att du sa till', 'Thank you for telling us'));
    await person.hearLast();
    expect(person.words).toContain(say('slutar vi här', 'This stops here'));
    expect(person.prompt).toBe('home.menu');
  });

  test('nothing rings unasked: with an app beside it, the call is chosen', async () => {
    const { person, number } = await withCalls();
    const before = (await house.outbox()).filter(({ kind, to }) => kind === 'call' && to === number).length;
    await person.say(forgot);
    await pass(house, person, 'authenticator-app');
    expect(person.prompt).toBe('verify.choose');
    expect((await house.outbox()).filter(({ kind, to }) => kind === 'call' && to === number)).toHaveLength(before);
  });
});

test('the telephone of local mode is fenced as everything there, and takes keys alone', async () => {
  const { url } = house;
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<number> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }).then(({ status }) => status);
  const call = (await house.outbox()).findLast(({ kind }) => kind === 'call');
  const path = call?.url === undefined ? '' : call.url.slice(call.url.indexOf('/local/'));
  const keyed = { call: 'x', step: 'ask', keys: '' };
  expect(await post(path, keyed, { origin: 'https://elsewhere.example' })).toBe(403);
  expect(await post(path, keyed, { 'x-forwarded-for': '192.0.2.1' })).toBe(403);
  expect(await post('/local/calls/k1.none?in=sv', keyed)).toBe(404);
  expect(await post(path, { ...keyed, keys: '1 2' })).toBe(400);
  expect(await post(path, { ...keyed, step: 'right' })).toBe(400);
  expect(await post(path, keyed)).toBe(200);
});
