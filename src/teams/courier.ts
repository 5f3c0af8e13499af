import type { Answer, Courier, Sent } from '../conversation/port.ts';
import type { Json } from '../ports.ts';
import { Cards } from './cards.ts';
import type { Connector } from './connector.ts';
import type { Posted } from './port.ts';
import { readReference, type Reference } from './reference.ts';

/** Sends what the bot says to Teams, or to whatever speaks Bot Framework's protocol. */
export class TeamsCourier implements Courier {
  readonly #connector: Connector;
  readonly #cards: Cards;
  readonly #running = new Set<Promise<unknown>>();

  constructor(connector: Connector, cards: Cards) {
    this.#connector = connector;
    this.#cards = cards;
  }

  /** One activity, sent once: a doubtful try is not repeated, since the prompt is shown again at the next event. Never throws. */
  async send(reference: Json, answer: Answer): Promise<Sent> {
    const to = readReference(reference);
    if (to === null) return { ok: false, reason: 'gone' };
    const activity = this.#cards.answer(answer, to.channelId);
    if (activity === null) return { ok: true };
    const posted = await this.#track(this.#connector.call(to, addressed(activity, to), 'never'));
    return posted.ok ? { ok: true } : { ok: false, reason: posted.reason };
  }

  /** Posts a card that the outbox owes, alone and once: the outbox sees to it that it is posted again, also where it may be there (R45). */
  async postCard(reference: Json, card: Json): Promise<Posted> {
    const to = readReference(reference);
    if (to === null) return { ok: false, reason: 'gone' };
    return this.#track(this.#connector.call(to, addressed(Cards.posted(card, to.channelId), to), 'elsewhere'));
  }

  /** Puts a card in the place of a posted one; where cards don't show there is nothing to replace, and nothing is done. */
  async updateCard(reference: Json, activityId: string, card: Json, repeats: 'always' | 'elsewhere' = 'always'): Promise<Posted> {
    const to = readReference(reference);
    if (to === null) return { ok: false, reason: 'gone' };
    if (!Cards.show(to.channelId)) return { ok: true, activityId };
    const activity = { ...addressed(Cards.posted(card, to.channelId), to), id: activityId };
    return this.#track(this.#connector.call(to, activity, repeats, activityId));
  }

  /** Resolves when nothing is being sent. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  #track<T>(sending: Promise<T>): Promise<T> {
    this.#running.add(sending);
    return sending.finally(() => this.#running.delete(sending));
  }
}

const addressed = (activity: Readonly<Record<string, Json>>, to: Reference): Readonly<Record<string, Json>> => ({
  ...activity,
  channelId: to.channelId,
  from: { id: to.bot.id, ...(to.bot.name === undefined ? {} : { name: to.bot.name }) },
  ...(to.user === null ? {} : { recipient: { id: to.user } }),
  conversation: { id: to.conversation },
});
