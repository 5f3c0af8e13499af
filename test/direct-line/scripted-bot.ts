import type { Activity } from '../../src/direct-line/activity.ts';
import type { BotAnswer } from '../../src/direct-line/to-bot.ts';
import type { Json } from '../../src/ports.ts';

const cardType = 'application/vnd.microsoft.card.adaptive';
const done: BotAnswer = { status: 200, body: null };

/** A bot that answers by a script over the connector, as a real one would: cards to press, a code to type, a case for the helpdesk. */
export class ScriptedBot {
  readonly got: Activity[] = [];
  readonly #desk: string;

  constructor(desk: string) {
    this.#desk = desk;
  }

  /** What is left of everything the person did: text as `text`, a pressed button as `verb`. */
  get heard(): readonly string[] {
    return this.got.map((activity) => `${activity.type}:${said(activity)}`);
  }

  async turn(activity: Activity): Promise<BotAnswer> {
    this.got.push(activity);
    if (activity.type === 'conversationUpdate') await this.#send(activity, menu());
    else if (activity.type === 'invoke') return this.#pressed(activity);
    else if (activity['value'] !== undefined) await this.#submitted(activity);
    else if (said(activity) === 'ärende') await this.#post(this.#desk, activity, message(caseCard()));
    else await this.#send(activity, { type: 'message', text: `Du skrev: ${said(activity)}. Läs mer: https://it.fjallbyn.example/hjalp.` });
    return done;
  }

  async #pressed(activity: Activity): Promise<BotAnswer> {
    const { verb, data } = actionOf(activity);
    if (verb === 'resolve')
      return { status: 200, body: { statusCode: 200, type: cardType, value: spent('LK-1001 är avslutat av Sara Lind') } };
    await this.#next(activity, verb);
    const words = data['answer'] === undefined ? 'Glömt mitt lösenord' : 'Koden är inskriven';
    return { status: 200, body: { statusCode: 200, type: cardType, value: spent(words) } };
  }

  async #submitted(activity: Activity): Promise<void> {
    const value = activity['value'] as { choose: string; answer?: string };
    const update = { ...message(spent(value.answer === undefined ? 'Glömt mitt lösenord' : 'Koden är inskriven')) };
    await fetch(`${at(activity, conversationOf(activity))}/${textOf(activity, 'replyToId')}`, { ...json(update), method: 'PUT' });
    await this.#next(activity, value.choose);
  }

  async #next(activity: Activity, choice: string): Promise<void> {
    if (choice === 'reset') await this.#send(activity, message(code()));
    else await this.#send(activity, { type: 'message', text: 'Rätt kod. Du har verifierat dig.' });
  }

  async #send(activity: Activity, answer: Json): Promise<void> {
    await this.#post(conversationOf(activity), activity, answer);
  }

  async #post(conversation: string, activity: Activity, answer: Json): Promise<void> {
    await fetch(at(activity, conversation), { ...json(answer), method: 'POST' });
  }
}

const json = (body: Json) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const at = (activity: Activity, conversation: string): string =>
  `${textOf(activity, 'serviceUrl')}/v3/conversations/${encodeURIComponent(conversation)}/activities`;

const conversationOf = (activity: Activity): string => (activity['conversation'] as { id: string }).id;

const textOf = (activity: Activity, field: string): string => activity[field] as string;

const actionOf = (activity: Activity) => (activity['value'] as { action: { verb: string; data: Record<string, string> } }).action;

function said(activity: Activity): string {
  if (activity.type === 'invoke') return actionOf(activity).verb;
  if (activity['value'] !== undefined) return (activity['value'] as { choose: string }).choose;
  return typeof activity['text'] === 'string' ? activity['text'] : '';
}

const message = (content: Json): { type: string; attachments: Json } => ({
  type: 'message',
  attachments: [{ contentType: cardType, content }],
});

const card = (body: readonly Json[], actions: readonly Json[]): Json => ({ type: 'AdaptiveCard', version: '1.5', body, actions });

const text = (words: string, more: Record<string, Json> = {}): Json => ({ type: 'TextBlock', text: words, wrap: true, ...more });

const press = (verb: string, title: string, more: Record<string, Json> = {}): Json => ({
  type: 'Action.Execute',
  verb,
  title,
  data: { choose: verb, step: 'st3p' },
  ...more,
  fallback: { type: 'Action.Submit', title, data: { choose: verb, step: 'st3p' }, ...more },
});

const menu = (): Json =>
  message(
    card(
      [text('Hej Alva! Jag hjälper dig in på ditt konto igen.'), text('Vad vill du göra?', { size: 'Medium', weight: 'Bolder' })],
      [
        press('reset', 'Glömt mitt lösenord'),
        press('unlock', 'Låsa upp mitt konto'),
        press('register', 'Registrera verifieringsmetoder'),
        { type: 'Action.OpenUrl', title: 'Öppna sidan för säkerhetsinformation', url: 'https://security.fjallbyn.example/' },
      ],
    ),
  );

const code = (): Json =>
  card(
    [
      text('Skriv koden', { size: 'Medium', weight: 'Bolder' }),
      text('Vi har skickat ett sms till **\\*\\*\\*\\* 41** med en kod märkt **KT**. Den gäller till 09:41.'),
      {
        type: 'Input.Text',
        id: 'answer',
        label: 'Sexsiffrig kod',
        isRequired: true,
        errorMessage: 'Skriv de sex siffrorna.',
        regex: '^[0-9]{6}$',
      },
    ],
    [press('answer', 'Fortsätt', { style: 'positive' }), press('resend', 'Skicka en ny kod', { associatedInputs: 'none' })],
  );

const spent = (words: string): Json => card([text(words, { isSubtle: true })], []);

const caseCard = (): Json =>
  card(
    [
      text('LK-1001', { size: 'Medium', weight: 'Bolder' }),
      text('Alva Ek vill att en administratör återställer lösenordet.'),
      {
        type: 'FactSet',
        facts: [
          { title: 'Vem', value: 'Inloggad i Teams som alva.ek@fjallbyn.example' },
          { title: 'Skäl', value: 'SSPR\\_0014: inga metoder registrerade' },
          { title: 'Läge', value: 'Öppet' },
        ],
      },
    ],
    [press('resolve', 'Avsluta ärendet', { style: 'positive' })],
  );
