import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BrowserTab } from './browser-tab.ts';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import { answerOf, askFor, chooseQuestions, languages, openPage, pass, questionsOf, setPassword, signsIn } from './steps.ts';

const newPassword = 'Hjortron på myren 2026';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** What the page asks, answered; `wrong` for one of them. */
const answers = (tab: BrowserTab, wrong = false): Record<string, string> =>
  Object.fromEntries(questionsOf(tab).map((id, place) => [`answer.${id}`, wrong && place === 1 ? 'Något annat' : answerOf(id)]));

describe.each(['sv', 'en'] as const)('security questions, in %s', (language) => {
  const { locale, forgot, register } = languages[language];
  const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);

  test('registered on a page, the second gate of a reset, never the first nor a step-up, and removed', async () => {
    const person = new Person(house, await house.hire('registered'), { locale });

    // Registered: chosen and answered on a page.
    await person.say(register);
    await pass(house, person, 'text-message');
    await person.choose('security-questions');
    expect(person.prompt).toBe('register-security-questions.page');
    const tab = await openPage(house, person);
    await tab.submit({ 'question-1': 'first-pet', 'answer-1': 'Kalle Anka', 'question-2': 'first-pet', 'answer-2': 'x' });
    expect(tab.status).toBe(422);
    expect(tab.words).toContain(say('Den frågan har du redan valt', 'You have chosen this question above already'));
    expect(tab.words).toContain(say('Svaret är för kort', 'The answer is too short'));
    expect(tab.html).not.toContain('Kalle Anka');
    await chooseQuestions(tab);
    expect(tab.words).toContain(say('Vi har tagit emot dina svar', 'Your answers are received'));
    await person.hear('register.choose');
    expect(person.words).toContain(say('Dina svar är sparade', 'Your answers are saved'));
    await house.delivered(({ kind, text }) => kind === 'mail' && text.includes(say('säkerhetsfrågor', 'security questions')));
    await person.choose('finish');

    // A reset: first something that counts by itself, then the questions.
    house.clock.forward(60_000);
    await person.say(forgot);
    if (person.prompt === 'verify.answer') await person.choose('another');
    expect(person.words).not.toContain(languages[language].kinds['security-questions']);
    await pass(house, person, 'authenticator-app');
    await askFor(person, 'security-questions');
    const asking = await openPage(house, person);
    expect(asking.words).toContain(say('Svara på dina säkerhetsfrågor', 'Answer your security questions'));
    await asking.submit({});
    expect(asking.words).toContain(say('Svara på alla frågor', 'Answer all of the questions'));
    const asked = questionsOf(asking);

    // A wrong set is one try, says not which, and asks the same.
    await asking.submit(answers(asking, true));
    expect(asking.status).toBe(422);
    expect(asking.words).toContain(
      say('Minst ett svar stämde inte. Du har 2 försök kvar', 'At least one answer was not right. You have 2 tries left'),
    );
    expect(questionsOf(asking)).toEqual(asked);
    expect(asking.html).not.toContain(answerOf(asked[0] ?? ''));
    await person.hear();
    expect(person.words).toContain(say('Minst ett svar stämde inte', 'At least one answer was not right'));
    const sent = { ...Object.fromEntries(asking.hidden), ...answers(asking) };
    await asking.submit(sent);
    expect(asking.words).toContain(say('Tack, det stämde', 'Thank you, that was right'));
    await person.hear('reset.page');
    await setPassword(house, person, newPassword);
    expect(await signsIn(house, person, newPassword)).toBe(true);
    await person.choose('no');

    // Replayed: the page is done, and weighs nothing more.
    await asking.submit(sent);
    expect(asking.words).toContain(say('Tack, det stämde', 'Thank you, that was right'));

    // Never a step-up.
    house.clock.forward(60_000);
    if (person.prompt === 'sign-out.ask') await person.choose('no');
    await person.say(register);
    if (person.prompt === 'verify.answer') await person.choose('another');
    expect(person.prompt).toBe('verify.choose');
    expect(person.words).not.toContain(languages[language].kinds['security-questions']);
    await person.say(say('avbryt', 'cancel'));

    // Expired: after ten minutes its page takes no answer, and another browser sees nothing but the number's field.
    await person.say(forgot);
    await pass(house, person, 'authenticator-app');
    await askFor(person, 'security-questions');
    const link = person.page().url;
    const expiring = await openPage(house, person);
    const stranger = await new BrowserTab(house.config.publicUrl).open(link);
    expect(questionsOf(stranger)).toEqual([]);
    await stranger.submit(answers(expiring));
    expect(stranger.status).toBe(403);
    house.clock.forward(11 * 60_000);
    await expiring.submit(answers(expiring));
    expect(expiring.words).toMatch(/Sidan gäller inte längre|This page is closed/u);
    await person.say(say('avbryt', 'cancel'));

    // Cancelled in the chat, the page is over.
    house.clock.forward(60_000);
    await person.say(forgot);
    await pass(house, person, 'text-message');
    await askFor(person, 'security-questions');
    const left = await openPage(house, person);
    await person.choose('cancel');
    await left.submit(answers(left));
    expect(left.words).toMatch(/Sidan gäller inte längre|This page is closed/u);
    expect(person.prompt).toBe('home.menu');

    // Removed.
    house.clock.forward(60_000);
    await person.say(say('mina verifieringsmetoder', 'my verification methods'));
    await person.choose(person.choiceNamed(say('Hantera säkerhetsfrågor (3)', 'Manage security questions (3)')));
    await person.choose('remove');
    await pass(house, person, 'text-message');
    await person.choose('remove');
    expect(person.words).toContain(say('säkerhetsfrågor (3) är borttagen', 'security questions (3) is removed'));
  });
});
