import type { Activity, Member } from './activity.ts';

/** How many are kept: memory is bounded, and a client that comes back too late is told 404 and begins anew. */
const mostConversations = 200;
const mostActivities = 500;

/** One activity with the number of its last change. */
interface Entry {
  activity: Activity;
  changed: number;
}

/** A conversation as a poller sees it: activities in order, and a watermark that tells what it has not seen yet. */
export class Conversation {
  readonly id: string;
  readonly kind: 'personal' | 'channel';
  readonly #members = new Map<string, Member>();
  #entries: Entry[] = [];
  #changes = 0;

  constructor(id: string, kind: 'personal' | 'channel') {
    this.id = id;
    this.kind = kind;
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  join(member: Member): void {
    this.#members.set(member.id, member);
  }

  /**
   * Puts an activity at the end; one whose id is here already is replaced where it stands. Both reach every poller, since a change carries
   * a new number: a client that knows the id replaces what it shows.
   */
  put(activity: Activity): void {
    const changed = ++this.#changes;
    const known = this.#entries.find((entry) => entry.activity.id === activity.id);
    if (known === undefined) this.#entries = [...this.#entries, { activity, changed }].slice(-mostActivities);
    else Object.assign(known, { activity, changed });
  }

  find(activityId: string): Activity | null {
    return this.#entries.find((entry) => entry.activity.id === activityId)?.activity ?? null;
  }

  /** What changed after the watermark, oldest first, and the watermark that follows. */
  since(watermark: number): { readonly activities: readonly Activity[]; readonly watermark: string } {
    return {
      activities: this.#entries.filter((entry) => entry.changed > watermark).map((entry) => entry.activity),
      watermark: String(this.#changes),
    };
  }
}

/** All conversations of the channel, in memory; those in `fixed` are always there. */
export class Conversations {
  readonly #fixed: ReadonlyMap<string, Conversation>;
  readonly #open = new Map<string, Conversation>();

  constructor(fixed: readonly Conversation[]) {
    this.#fixed = new Map(fixed.map((conversation) => [conversation.id, conversation]));
  }

  /** Begins a conversation; the one nobody used for longest makes room. */
  begin(id: string): Conversation {
    const conversation = new Conversation(id, 'personal');
    this.#open.set(id, conversation);
    const [oldest] = this.#open.keys();
    if (this.#open.size > mostConversations && oldest !== undefined) this.#open.delete(oldest);
    return conversation;
  }

  find(id: string): Conversation | null {
    const fixed = this.#fixed.get(id);
    if (fixed !== undefined) return fixed;
    const open = this.#open.get(id);
    if (open === undefined) return null;
    this.#open.delete(id);
    this.#open.set(id, open);
    return open;
  }
}
