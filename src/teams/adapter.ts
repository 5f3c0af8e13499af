import { CloudAdapter, type Activity, type TurnContext } from 'botbuilder';
import { AuthenticationError } from 'botframework-connector';
import type { Config } from '../config/config.ts';
import type { Visit } from '../conversation/port.ts';
import { LatchkeyError } from '../errors.ts';
import { languageOf } from '../locales/language-of.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Clock, Random } from '../ports.ts';
import { newReference } from '../security/ids.ts';
import type { Log } from '../server/log.ts';
import type { Metrics } from '../server/metrics.ts';
import { jsonResponse, type PlainRequest, type PlainResponse } from '../server/route.ts';
import { silentConnectors, type StrictAuth } from './authentication.ts';
import type { Cards } from './cards.ts';
import type { TeamsCourier } from './courier.ts';
import { Greetings } from './greetings.ts';
import { cardBody, errorBody, messageBody } from './invoke-body.ts';
import type { TeamsLogic } from './port.ts';
import { readActivity, type Reading } from './read-activity.ts';
import { visitActivity, type VisitSaid } from './visit-activity.ts';
import { frontDoorChannel, visitIdentity } from './visit-identity.ts';

/** What a turn is given; the rest of Teams' 15 s is for its way there and back. */
/** Then the channel has its answer, whatever still runs: it would send the activity again. */
const answerMs = 13_000;

export interface AdapterRooms {
  readonly config: Pick<Config, 'mode' | 'policy'>;
  readonly logic: TeamsLogic;
  readonly courier: TeamsCourier;
  readonly cards: Cards;
  readonly sentences: Sentences;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Bot Framework's adapter between HTTP and the logic. */
export class TeamsAdapter extends CloudAdapter {
  readonly #rooms: AdapterRooms;
  readonly #greetings: Greetings;
  readonly #running = new Set<Promise<unknown>>();

  constructor(authentication: StrictAuth, rooms: AdapterRooms) {
    super(authentication);
    this.#rooms = rooms;
    this.#greetings = new Greetings(rooms.clock);
  }

  /** Answers `POST /api/messages`. The stock `process` would send what went wrong, word for word, to whoever asked, and print it. */
  async handle(request: PlainRequest): Promise<PlainResponse> {
    const { log, metrics, clock } = this.#rooms;
    const began = clock.now();
    const { body } = request;
    if (!isActivity(body)) return jsonResponse(400, { code: 'bad-activity', reference: request.id });
    let answer: PlainResponse = { status: 200 };
    try {
      // The answer goes by the courier, never in the response.
      const activity = { ...body, deliveryMode: 'normal' };
      await this.processActivity(request.headers['authorization'] ?? '', activity, async (context) => {
        answer = await this.#inTime(this.#turn(context, request.id, began));
      });
      return answer;
    } catch (error) {
      if (error instanceof AuthenticationError) {
        log.warn('unauthorized', { request: request.id, result: error.message });
        metrics.turn('refused', clock.now() - began);
        return jsonResponse(401, { code: 'unauthorized', reference: request.id });
      }
      log.fault(error, { request: request.id });
      metrics.fault(error instanceof LatchkeyError ? error.code : 'teams');
      const isAway = error instanceof LatchkeyError && error.kind === 'unavailable';
      return jsonResponse(isAway ? 503 : 500, { code: isAway ? 'unavailable' : 'fault', reference: request.id });
    }
  }

  /**
   * Takes what a visitor said at the front door, by the direct door: no request, no token, and an identity of our own making that is good for that
   * channel alone. Who the activity says it is from is not read.
   */
  async visit(visit: Visit, said: VisitSaid): Promise<PlainResponse> {
    const { log, metrics, clock, random, config } = this.#rooms;
    const began = clock.now();
    const reference = newReference(random);
    const activity = visitActivity(visit, said, config.policy.organisation.tenants[0] ?? '');
    let answer: PlainResponse = { status: 200 };
    try {
      await this.processActivity(visitIdentity(silentConnectors), activity, async (context) => {
        answer = await this.#inTime(this.#turn(context, reference, began, visit));
      });
      return answer;
    } catch (error) {
      log.fault(error, { reference, door: frontDoorChannel });
      metrics.fault(error instanceof LatchkeyError ? error.code : 'teams');
      return jsonResponse(500, { code: 'fault', reference });
    }
  }

  /** Resolves when no turn runs. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  async #turn(context: TurnContext, request: string, began: number, visit?: Visit): Promise<PlainResponse> {
    const { config, random, clock, log, metrics } = this.#rooms;
    const isInvoke = context.activity.type === 'invoke';
    const reading = readActivity(context.activity, { config, random, ...(visit !== undefined && { visit }) });
    switch (reading.kind) {
      case 'nothing':
        return { status: 200 };
      case 'malformed':
        return isInvoke ? errorBody(400, 'BadRequest') : jsonResponse(400, { code: 'bad-activity', reference: request });
      case 'unknown-invoke':
        return errorBody(501, 'NotImplemented');
      case 'refresh':
        return messageBody('');
      case 'nobody':
        return this.#refuseNobody(reading);
      case 'turn':
      case 'case':
        break;
    }
    try {
      const answer = reading.kind === 'turn' ? await this.#takeTurn(reading) : await this.#takeClick(reading);
      metrics.turn(answer === null ? 'silent' : 'answered', clock.now() - began);
      return answer ?? { status: 200 };
    } catch (error) {
      const reference = newReference(random);
      log.fault(error, { request, reference });
      metrics.turn('failed', clock.now() - began);
      metrics.fault(error instanceof LatchkeyError ? error.code : 'teams');
      return this.#apologise(reading, reference);
    }
  }

  async #takeTurn({ input, pressed, conversationId }: Extract<Reading, { kind: 'turn' }>): Promise<PlainResponse | null> {
    const { logic, courier, cards } = this.#rooms;
    if (input.said.kind === 'hello' && !this.#greetings.isFirst(input)) return null;
    if (input.said.kind === 'text') {
      const answer = await logic.deskWords({ ...input, text: input.said.text, conversationId });
      if (answer !== null) {
        await courier.send(input.reference, { language: languageOf(input.locale) ?? 'en', notices: [answer], prompt: null });
        return null;
      }
    }
    const taken = await logic.turn(input);
    const spent = taken === null ? null : cards.spent(taken);
    if (pressed?.by === 'execute') return spent === null ? messageBody('') : cardBody(spent);
    if (pressed?.by === 'submit' && pressed.cardId !== null && spent !== null)
      await courier.updateCard(input.reference, pressed.cardId, spent);
    return { status: 200 };
  }

  async #takeClick({ click, pressed, locale }: Extract<Reading, { kind: 'case' }>): Promise<PlainResponse> {
    const { logic, courier } = this.#rooms;
    const { card, text } = await logic.caseAct(click);
    if (pressed.by === 'execute' && card === null) return messageBody(text ?? '');
    if (pressed.by === 'submit' && card !== null && pressed.cardId !== null)
      await courier.updateCard(click.reference, pressed.cardId, card);
    if (text !== null) await courier.send(click.reference, { language: languageOf(locale) ?? 'en', notices: [text], prompt: null });
    return pressed.by === 'execute' ? cardBody(card) : { status: 200 };
  }

  async #refuseNobody({ reference, locale, isInvoke }: Extract<Reading, { kind: 'nobody' }>): Promise<PlainResponse> {
    const { courier, sentences, log } = this.#rooms;
    const language = languageOf(locale) ?? 'en';
    const text = sentences.say(language, 'teams.unknown-person');
    log.warn('unknown-person');
    if (isInvoke) return messageBody(text);
    await courier.send(reference, { language, notices: [text], prompt: null });
    return { status: 200 };
  }

  async #apologise(reading: Extract<Reading, { kind: 'turn' | 'case' }>, reference: string): Promise<PlainResponse> {
    const language = languageOf(reading.kind === 'turn' ? reading.input.locale : reading.locale) ?? 'en';
    const text = this.#rooms.sentences.say(language, 'teams.trouble', { reference });
    if (reading.pressed?.by === 'execute') return messageBody(text);
    const to = reading.kind === 'turn' ? reading.input.reference : reading.click.reference;
    await this.#rooms.courier.send(to, { language, notices: [text], prompt: null });
    return { status: 200 };
  }

  /** What takes longer goes on by itself; its answer is sent when it is there. */
  async #inTime(work: Promise<PlainResponse>): Promise<PlainResponse> {
    this.#running.add(work);
    let forget = (): void => {};
    const late = new Promise<PlainResponse>((resolve) => {
      forget = this.#rooms.clock.after(answerMs, () => resolve(messageBody('')));
    });
    return Promise.race([work.finally(() => this.#running.delete(work)), late]).finally(() => forget());
  }
}

/** The one thing demanded before anything is proved: an object with a type. */
const isActivity = (body: unknown): body is Activity =>
  typeof body === 'object' && body !== null && !Array.isArray(body) && 'type' in body && typeof body.type === 'string' && body.type !== '';
