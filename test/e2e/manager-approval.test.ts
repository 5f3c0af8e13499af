import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Desk } from './desk.ts';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import { askFor, languages, pass, setPassword, signsIn } from './steps.ts';
import { until } from './wait.ts';

const words = {
  sv: { asked: 'Du ombeds hjälpa', approve: 'Godkänn för' },
  en: { asked: 'You are asked to help', approve: 'Approve for' },
} as const;

let house: House;
let manager: Person;
beforeAll(async () => {
  house = await openHouse();
  manager = await somebody('registered', 'sv');
  await manager.say('hej');
});
afterAll(() => house.close());

async function somebody(story: 'registered', language: 'sv' | 'en', more: Parameters<House['hire']>[1] = {}): Promise<Person> {
  return new Person(house, await house.hire(story, more), { locale: languages[language].locale });
}

/** An employee of the manager's with an app and nothing else. */
const employee = (language: 'sv' | 'en' = 'sv', boss = manager): Promise<Person> =>
  somebody('registered', language, { account: { managerId: boss.account.id }, methods: ['authenticator-app'] });

const digitsIn = ({ words: said }: Person): string | null => /(?<!\d)\d{3} ?\d{3}(?!\d)/u.exec(said)?.[0] ?? null;

/** The employee shows an app's code and asks for the manager. @returns the digits that stand in the chat */
async function asks(person: Person): Promise<string> {
  await person.say(languages[person.language].forgot);
  await pass(house, person, 'authenticator-app');
  await askFor(person, 'manager-approval');
  const digits = digitsIn(person);
  if (digits === null) throw new Error(`no digits: ${person.words}`);
  return digits;
}

/** The manager looks at what is asked of them. */
async function looks(who = manager): Promise<void> {
  await who.hearOf(words[who.language].asked);
  await who.choose('asked');
  await who.choose(who.choiceNamed(words[who.language].approve));
  expect(who.prompt).toBe('approve-manager.asked');
  expect(digitsIn(who)).toBeNull();
}

/** And shows who they are, and that they have spoken with the person. */
async function isReady(who = manager): Promise<void> {
  await looks(who);
  await who.choose('begin');
  await pass(house, who, 'authenticator-app');
  expect(who.prompt).toBe('approve-manager.spoken');
  await who.choose('spoken');
  expect(who.prompt).toBe('approve-manager.digits');
  expect(digitsIn(who)).toBeNull();
}

test.each(['sv', 'en'] as const)('I18: after another step the manager approves, and a new password works (%s)', async (language) => {
  const boss = await somebody('registered', language);
  await boss.say('hej');
  const person = await employee(language, boss);
  const digits = await asks(person);
  await isReady(boss);
  await boss.type(digits);
  expect(boss.prompt).toBe('home.menu');
  await person.hear('reset.page');
  const password = 'Odon på heden 2027';
  await setPassword(house, person, password);
  expect(await signsIn(house, person, password)).toBe(true);

  // The same manager passes the same person once in 30 days.
  house.clock.forward(16 * 60_000);
  if (person.prompt === 'sign-out.ask') await person.choose('no');
  await person.say(languages[language].forgot);
  expect(person.prompt).toBe('escalate.offer');
});

test('I18: never the first step', async () => {
  const person = await somebody('registered', 'sv', { account: { managerId: manager.account.id } });
  await person.say(languages.sv.forgot);
  if (person.prompt === 'verify.answer') await person.choose('another');
  expect(person.buttons().map((data) => data['choose'])).not.toContain('manager-approval');
});

test('I18: three wrong digits end it, and nobody gets anything', async () => {
  const person = await employee();
  const digits = await asks(person);
  await isReady();
  const wrong = digits.startsWith('1') ? '222222' : '111111';
  await manager.type(wrong);
  await manager.type(wrong);
  expect(manager.prompt).toBe('approve-manager.digits');
  await manager.type(wrong);
  expect(manager.prompt).toBe('home.menu');
  await person.hearLast();
  expect(person.page().url).toBe('');
});

test('I17, I18: "I was not asked" is a report: it ends there, the door is closed for a day, and the helpdesk is told', async () => {
  const desk = new Desk(house);
  const person = await employee();
  await asks(person);
  await looks();
  await manager.choose('not-asked');
  await person.hearOf('inte var hen');
  expect(person.page().url).toBe('');
  expect(person.prompt).not.toBe('verify.answer');
  await until(
    async () => (await desk.cases(person.account)).some(({ code }) => code === 'LK_REPORTED'),
    () => 'the helpdesk heard nothing',
  );
  const [{ number, freeze } = { number: 'none', freeze: undefined }] = await desk.cases(person.account);
  expect((await desk.card(number)).words).toContain('Vägen det kom från är stängd för kontot i ett dygn');
  expect(freeze).toBeUndefined();

  // What takes no gate is held up for a day; a gate of the employee's own opens the door before that.
  await person.say('ändra lösenord');
  expect(person.prompt).toBe('escalate.offer');
  await person.choose('no');
  house.clock.forward(24 * 3_600_000 - 60_000);
  await person.say('ändra lösenord');
  expect(person.prompt).toBe('escalate.offer');
  await person.choose('no');
  house.clock.forward(60_000);
  await person.say('ändra lösenord');
  expect(person.prompt).toBe('change-password.page');
});

test('I17, I18: it is a report also when who asked has given up by then', async () => {
  const desk = new Desk(house);
  const person = await employee();
  await asks(person);
  await looks();
  await person.say('avbryt');
  await manager.choose('not-asked');
  await until(
    async () => (await desk.cases(person.account)).some(({ code }) => code === 'LK_REPORTED'),
    () => 'the helpdesk heard nothing',
  );
  await person.say('ändra lösenord');
  expect(person.prompt).toBe('escalate.offer');
  await person.choose('no');
  await person.say(languages.sv.forgot);
  await pass(house, person, 'authenticator-app');
  await person.say('avbryt');
  await person.say('ändra lösenord');
  expect(person.prompt).toBe('change-password.page');
});

test('I18: a former manager’s digits are nothing', async () => {
  const person = await employee();
  const digits = await asks(person);
  await isReady();
  await house.directory.change(person.account.id, { managerId: null });
  const from = house.connector.calls.length;
  await manager.type(digits);
  expect(manager.prompt).toBe('home.menu');
  expect(manager.words).toContain('Det här behövs inte längre av dig');
  // The person's next word finds the chat as it was: it was told nothing, and nothing was opened.
  await person.say('hmm');
  const heard = house.connector.calls.slice(from).filter(({ conversation }) => conversation === person.conversation);
  expect(heard.map(({ activity }) => activity.label)).toEqual(['verify.answer']);
  expect(person.page().url).toBe('');
});

test('I18: asked twice a day at most', async () => {
  const person = await employee();
  await asks(person);
  await person.say('avbryt');
  await asks(person);
  await person.say('avbryt');
  await person.say(languages.sv.forgot);
  expect(person.prompt).toBe('escalate.offer');
});

test.each(['sv', 'en'] as const)(
  'I18: a manager who does not answer: after ten minutes the person hears it, and goes on another way (%s)',
  async (language) => {
    const boss = await somebody('registered', language);
    await boss.say('hej');
    const person = await employee(language, boss);
    const digits = await asks(person);
    await isReady(boss);
    house.clock.forward(10 * 60_000);
    await person.hear('verify.interrupted');
    expect(person.words).toContain(
      { sv: `${boss.account.name} har inte svarat än`, en: `No answer from ${boss.account.name} yet` }[language],
    );
    expect(digitsIn(person)).toBeNull();
    // What the manager types now comes too late, and opens nothing.
    await boss.type(digits);
    expect(boss.prompt).not.toBe('approve-manager.digits');
    await person.choose('contact');
    expect(person.prompt).toBe('escalate.offer');
  },
);
