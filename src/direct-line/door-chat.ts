import { z } from 'zod';
import { doorRowUntil } from '../conversation/document.ts';
import type { Clock, Json, Random } from '../ports.ts';
import { newId } from '../security/ids.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import type { Key, Row, Store } from '../store/port.ts';
import { update } from '../store/update.ts';
import { bot, type Activity } from './activity.ts';

/** How many of the bot's activities are kept. */
const mostActivities = 100;

const rowShape = z.object({
  /** When the visitor last spoke, epoch ms. */
  spokeAt: z.number(),
  /** The case that was opened here; word of it may come for as long as it is open (I13). */
  case: z.string().nullable(),
  /** How often it changed: the watermark. */
  changes: z.number(),
  /** What the bot said, sealed: links of pages are in it. Nothing a visitor typed is kept. */
  sealed: z.string().nullable(),
});
type DoorRow = z.infer<typeof rowShape>;

const entriesShape = z.array(z.object({ changed: z.number(), activity: z.looseObject({ type: z.string(), id: z.string() }) }));
type Entry = { readonly changed: number; readonly activity: Activity };

/** A conversation at the front door as it stands. */
export interface DoorConversation {
  readonly id: string;
  readonly spokeAt: number;
  readonly case: string | null;
  readonly watermark: number;
  readonly entries: readonly Entry[];
}

export interface DoorChatNeeds {
  readonly store: Store;
  readonly seals: Keys;
  readonly clock: Clock;
  readonly random: Random;
}

/** What the bot said at the front door, in the store, so that a browser finds it again after a reload, and whichever instance answers it. */
export class DoorChats {
  readonly #needs: DoorChatNeeds;

  constructor(needs: DoorChatNeeds) {
    this.#needs = needs;
  }

  /** Begins a conversation. @returns its id */
  async begin(): Promise<string> {
    const { store, clock, random } = this.#needs;
    const id = newId(random);
    const now = clock.now();
    const row: DoorRow = { spokeAt: now, case: null, changes: 0, sealed: null };
    const key = keys.doorChat(id);
    await store.commit({ expect: { [key]: 0 }, put: { [key]: row }, until: { [key]: doorRowUntil(now, false) } });
    return id;
  }

  /** Reads a conversation; null for one that never was or is forgotten. */
  async find(id: string): Promise<DoorConversation | null> {
    const { store, clock } = this.#needs;
    const key = keys.doorChat(id);
    const { rows } = await store.open({ key, owner: null, now: clock.now() });
    return this.#read(id, rows.get(key) ?? null);
  }

  /** Puts an activity of the bot's at the end; one whose id is here is replaced where it stands. @returns its id; null where there is no such conversation */
  async put(id: string, said: Readonly<Record<string, Json>>, activityId: string | null): Promise<string | null> {
    const activity: Activity = {
      ...said,
      type: typeof said['type'] === 'string' ? said['type'] : 'message',
      id: activityId ?? newId(this.#needs.random),
      timestamp: new Date(this.#needs.clock.now()).toISOString(),
      channelId: 'front-door',
      from: { ...bot, role: 'bot' },
      conversation: { id },
    };
    return this.#change(id, (found) => {
      const changed = found.watermark + 1;
      const known = found.entries.some((entry) => entry.activity.id === activity.id);
      const entries = known
        ? found.entries.map((entry) => (entry.activity.id === activity.id ? { changed, activity } : entry))
        : [...found.entries, { changed, activity }].slice(-mostActivities);
      return { ...found, watermark: changed, entries };
    }).then((done) => (done ? activity.id : null));
  }

  /** The visitor said something. */
  async spoke(id: string): Promise<void> {
    const now = this.#needs.clock.now();
    await this.#change(id, (found) => ({ ...found, spokeAt: now }));
  }

  /** The conversation opened a case, and hears of it from now on. */
  async keepForCase(id: string, caseId: string): Promise<void> {
    await this.#change(id, (found) => ({ ...found, case: caseId }));
  }

  async #change(id: string, change: (found: DoorConversation) => DoorConversation): Promise<boolean> {
    const { store, clock } = this.#needs;
    const key = keys.doorChat(id);
    return update<boolean>(store, clock, key, (row) => {
      const found = this.#read(id, row);
      if (found === null) return { commit: null, result: false };
      const after = change(found);
      const kept: DoorRow = {
        spokeAt: after.spokeAt,
        case: after.case,
        changes: after.watermark,
        sealed: this.#sealed(key, after.entries),
      };
      return { commit: { put: { [key]: kept }, until: { [key]: doorRowUntil(after.spokeAt, after.case !== null) } }, result: true };
    });
  }

  #read(id: string, row: Row | null): DoorConversation | null {
    const read = rowShape.safeParse(row?.value);
    if (!read.success) return null;
    const { spokeAt, case: caseId, changes, sealed } = read.data;
    const entries = sealed === null ? [] : entriesShape.parse(JSON.parse(this.#needs.seals.open(keys.doorChat(id), sealed)));
    return { id, spokeAt, case: caseId, watermark: changes, entries: entries as unknown as readonly Entry[] };
  }

  #sealed(key: Key, entries: readonly Entry[]): string {
    return this.#needs.seals.seal(key, JSON.stringify(entries));
  }
}
