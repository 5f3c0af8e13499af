import { z } from 'zod';
import type { Clock, Json, Random } from '../ports.ts';
import { newId } from '../security/ids.ts';
import { asMember, bot, idOfClient, plainJson, type Activity, type Member, type PostedActivity } from './activity.ts';
import type { Conversation } from './conversations.ts';
import type { BotAnswer, ToBot } from './to-bot.ts';

/** What becomes of something posted; `failed`: the bot did not take it, and the client may post it again. */
export type Posted =
  | { readonly ok: true; readonly id: string; readonly answer: BotAnswer }
  | { readonly ok: false; readonly reason: 'failed' };

/** How many deliveries are remembered, so that one posted again is answered as before. */
const mostDeliveries = 200;

/** What an activity says for itself. */
interface Said {
  readonly [field: string]: Json;
  readonly type: string;
}

/** The part a channel plays between a person and the bot: it says where an activity came from, and nobody else can. */
export class Channel {
  readonly #toBot: ToBot;
  readonly #serviceUrl: string;
  readonly #tenant: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #deliveries = new Map<string, Promise<Posted>>();

  /**
   * @param serviceUrl where the bot answers, without a slash at the end
   * @param tenant the one tenant that all people of this channel belong to
   */
  constructor(ports: { toBot: ToBot; serviceUrl: string; tenant: string; clock: Clock; random: Random }) {
    this.#toBot = ports.toBot;
    this.#serviceUrl = ports.serviceUrl;
    this.#tenant = ports.tenant;
    this.#clock = ports.clock;
    this.#random = ports.random;
  }

  /** Keeps what a person said and brings it to the bot; the same client id again, while it is on its way or done, does nothing more. */
  post(conversation: Conversation, posted: PostedActivity): Promise<Posted> {
    const id = idOfClient(posted) ?? newId(this.#random);
    const delivery = `${conversation.id} ${id}`;
    const begun = this.#deliveries.get(delivery);
    if (begun !== undefined) return begun;
    const from = asMember(posted.from);
    conversation.join(from);
    const activity = this.#stamped(
      conversation,
      from,
      id,
      { ...plainJson(posted), type: posted.type },
      plainJson(posted.channelData ?? {}),
    );
    if (shownToAll(activity) && conversation.find(id) === null) conversation.put(activity);
    return this.#remember(
      delivery,
      this.#deliver(activity).then((posted) => keepSpentCard(conversation, activity, posted)),
    );
  }

  /** Tells the bot that a person opened the chat: it speaks first. A bot that is away is no fault here: the person's first words reach it. */
  async greet(conversation: Conversation, person: Member, locale: string | null): Promise<void> {
    conversation.join(person);
    const said = { type: 'conversationUpdate', membersAdded: [{ ...person }, { ...bot }], ...(locale === null ? {} : { locale }) };
    await this.#deliver(this.#stamped(conversation, person, newId(this.#random), said, {}));
  }

  #stamped(conversation: Conversation, from: Member, id: string, said: Said, channelData: Record<string, Json>): Activity {
    return {
      channelId: 'directline',
      ...said,
      id,
      timestamp: new Date(this.#clock.now()).toISOString(),
      serviceUrl: this.#serviceUrl,
      from: { ...from },
      recipient: { ...bot },
      conversation: {
        id: conversation.id,
        conversationType: conversation.kind,
        tenantId: this.#tenant,
        ...(conversation.kind === 'channel' ? { isGroup: true } : {}),
      },
      channelData: {
        ...channelData,
        tenant: { id: this.#tenant },
        ...(conversation.kind === 'channel' ? { channel: { id: conversation.id }, team: { id: conversation.id } } : {}),
      },
    };
  }

  async #deliver(activity: Activity): Promise<Posted> {
    try {
      const answer = await this.#toBot(activity);
      // A status of 500 and more says that the bot did not finish; for an invoke too, whose own answer carries its verdict in the body.
      if (answer.status >= 500 || (activity.type !== 'invoke' && answer.status >= 300)) return { ok: false, reason: 'failed' };
      return { ok: true, id: activity.id, answer };
    } catch {
      return { ok: false, reason: 'failed' };
    }
  }

  #remember(name: string, delivery: Promise<Posted>): Promise<Posted> {
    this.#deliveries.set(name, delivery);
    const [oldest] = this.#deliveries.keys();
    if (this.#deliveries.size > mostDeliveries && oldest !== undefined) this.#deliveries.delete(oldest);
    return delivery.then((posted) => {
      if (!posted.ok) this.#deliveries.delete(name);
      return posted;
    });
  }
}

/** A pressed button is between the person and the bot; what was said stands in the conversation. */
const shownToAll = (activity: Activity): boolean => activity.type === 'message';

const cardType = 'application/vnd.microsoft.card.adaptive';
const cardAnswer = z.looseObject({ type: z.literal(cardType), value: z.record(z.string(), z.json()) });

/** A card that an invoke was answered with takes the place of the one pressed, so that a page read anew shows no button twice. */
function keepSpentCard(conversation: Conversation, invoke: Activity, posted: Posted): Posted {
  if (invoke.type !== 'invoke' || conversation.kind !== 'personal' || !posted.ok) return posted;
  const pressed = typeof invoke['replyToId'] === 'string' ? conversation.find(invoke['replyToId']) : null;
  const answer = cardAnswer.safeParse(posted.answer.body);
  if (pressed !== null && answer.success) {
    conversation.put({ ...pressed, attachments: [{ contentType: cardType, content: answer.data.value }] });
  }
  return posted;
}
