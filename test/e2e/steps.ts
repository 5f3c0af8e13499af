import type { MethodKind } from '../../dialogs/methods.ts';
import { BrowserTab } from './browser-tab.ts';
import { appCode, codeIn } from './codes.ts';
import type { House, Scene } from './house.ts';
import type { Person } from './person.ts';

/** Both languages, as a client names them, with what people write in them. */
export const languages = {
  sv: {
    locale: 'sv-SE',
    forgot: 'Jag har glömt mitt lösenord',
    locked: 'Mitt konto är låst',
    register: 'registrera',
    myCase: 'mitt ärende',
    kinds: {
      'authenticator-app': 'Autentiseringsapp',
      'text-message': 'Sms',
      'phone-call': 'Samtal',
      email: 'E-post',
      'recovery-codes': 'Återställningskod',
      'security-questions': 'Säkerhetsfrågor',
      'security-key': 'Säkerhetsnyckel',
      'manager-approval': 'Min chef',
    },
    asks: {
      'authenticator-app': /Öppna din autentiseringsapp/u,
      'text-message': /skickat ett sms/u,
      'phone-call': /Vi ringer/u,
      email: /skickat ett mejl/u,
      'recovery-codes': /Skriv en återställningskod/u,
      'security-questions': /svara på frågorna/u,
      'security-key': /använd din säkerhetsnyckel/u,
      'manager-approval': /säg de här sex siffrorna/u,
    },
  },
  en: {
    locale: 'en-GB',
    forgot: 'I forgot my password',
    locked: 'My account is locked',
    register: 'register',
    myCase: 'my case',
    kinds: {
      'authenticator-app': 'Authenticator app',
      'text-message': 'Text message',
      'phone-call': 'Phone call',
      email: 'Email',
      'recovery-codes': 'Recovery code',
      'security-questions': 'Security questions',
      'security-key': 'Security key',
      'manager-approval': 'My manager',
    },
    asks: {
      'authenticator-app': /Open your authenticator app/u,
      'text-message': /sent a text message/u,
      'phone-call': /We are calling/u,
      email: /sent an email/u,
      'recovery-codes': /Type a recovery code/u,
      'security-questions': /answer the questions/u,
      'security-key': /use your security key/u,
      'manager-approval': /say these six digits/u,
    },
  },
} as const satisfies Record<
  string,
  {
    readonly kinds: Readonly<Record<MethodKind, string>>;
    readonly asks: Readonly<Record<MethodKind, RegExp>>;
    readonly [words: string]: unknown;
  }
>;

export type Language = keyof typeof languages;

/** Opens the page that stands in the chat and types its number; the chat has said so when this resolves. */
export async function openPage(scene: Scene, person: Person): Promise<BrowserTab> {
  const { url, number } = person.page();
  const tab = await new BrowserTab(scene.config.publicUrl).open(url);
  await tab.submit({ number });
  await person.hear();
  return tab;
}

/** I3: the present password on the page that stands in the chat. */
export async function provePresentPassword(scene: Scene, person: Person): Promise<void> {
  const tab = await openPage(scene, person);
  await tab.submit({ password: person.account.password ?? '' });
  await person.hear('register.choose');
}

/** The newest code that went to a number or address. */
export async function newestCode(scene: Scene, to: string): Promise<string> {
  const codes = (await scene.outbox()).filter((entry) => entry.to === to).map(({ text }) => codeIn(text));
  return codes.findLast((code) => code !== '') ?? '';
}

/** Registers a number or address, from the list of methods back to it. */
export async function registerByCode(
  scene: Scene,
  person: Person,
  kind: 'text-message' | 'email',
  typed: string,
  to = typed,
): Promise<void> {
  await person.choose(kind);
  await person.type(typed);
  await person.type(await newestCode(scene, to));
  if (person.prompt !== 'register.choose') throw new Error(`not registered: ${person.words}`);
}

/** Registers an app by the key on its page, from the list of methods back to it. @returns the key */
export async function registerApp(scene: Scene, person: Person): Promise<string> {
  await person.choose('authenticator-app');
  const tab = await openPage(scene, person);
  const key = /\b(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b/u.exec(tab.words)?.[0]?.replaceAll(' ', '') ?? '';
  await person.type(await appCode(key, scene.clock.now()));
  if (person.prompt !== 'register.choose') throw new Error(`not registered: ${person.words}`);
  return key;
}

/** What a person answers to a question. */
export const answerOf = (question: string): string => `Svaret på ${question}`.slice(0, 40);

/** Chooses the first questions of a page's list and answers them. @returns the questions' ids */
export async function chooseQuestions(tab: BrowserTab): Promise<readonly string[]> {
  const lines = [...tab.html.matchAll(/<select\b[^>]*name="question-(\d)"[\s\S]*?<\/select>/gu)];
  const fields: Record<string, string> = {};
  const chosen = lines.map(([select, number], place) => {
    const id = [...select.matchAll(/<option value="([^"]+)"/gu)][place]?.[1] ?? '';
    fields[`question-${number}`] = id;
    fields[`answer-${number}`] = answerOf(id);
    return id;
  });
  await tab.submit(fields);
  return chosen;
}

/** The ids of the questions a page asks, in order. */
export const questionsOf = (tab: BrowserTab): readonly string[] =>
  [...tab.html.matchAll(/name="answer\.([a-z0-9-]+)"/gu)].map(([, id = '']) => id);

/** Chooses a method to prove oneself with, where there is a choice, and waits until its code is asked for. */
export async function askFor(person: Person, kind: MethodKind): Promise<void> {
  // It began with another one: the person would rather use this.
  const isAnother =
    person.prompt === 'verify.later' || (person.prompt === 'verify.answer' && !languages[person.language].asks[kind].test(person.words));
  if (isAnother && person.buttons().some(({ choose }) => choose === 'another')) await person.choose('another');
  if (person.prompt === 'verify.choose') {
    await person.choose(person.choiceNamed(languages[person.language].kinds[kind]));
  }
  if (person.prompt !== 'verify.answer') throw new Error(`no code was asked for, but ${person.prompt}: ${person.words}`);
}

/** The right code for a method that was asked for. */
export async function rightCode(scene: Scene, person: Person, kind: MethodKind): Promise<string> {
  const { otpauth = '', number = '', address = '' } = person.account;
  if (kind === 'authenticator-app') {
    // A code of a step that was not used yet.
    scene.clock.forward(31_000);
    return appCode(otpauth, scene.clock.now());
  }
  return newestCode(scene, kind === 'email' ? address : number);
}

/** Passes one gate. */
export async function pass(scene: Scene, person: Person, kind: MethodKind): Promise<void> {
  await askFor(person, kind);
  await person.type(await rightCode(scene, person, kind));
}

/** Sets a new password on the page that stands in the chat, and waits until the chat says so. @returns the page */
export async function setPassword(scene: Scene, person: Person, password: string): Promise<BrowserTab> {
  const tab = await openPage(scene, person);
  await tab.submit({ password, again: password });
  await hearSet(person);
  return tab;
}

/** Hears that the password is set; whoever had one before is then asked whether to sign out other devices. */
async function hearSet(person: Person): Promise<void> {
  do await person.hear();
  while (person.prompt !== 'sign-out.ask' && person.prompt !== 'home.menu');
}

/** Whether the directory takes a password. */
export const signsIn = async (house: House, person: Person, password: string): Promise<boolean> =>
  (await house.directory.provePassword(person.account.id, password)).ok;
