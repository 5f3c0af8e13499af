import { isEnded } from '../../dialogs/case.ts';
import type { Policy } from '../config/policy.ts';
import type { CaseBrought, CaseCarrier } from '../delivery/dispatcher.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Json, Random } from '../ports.ts';
import { newId } from '../security/ids.ts';
import { indexes, keys } from '../store/keys.ts';
import type { Key } from '../store/port.ts';
import { joined } from '../methods/join-commits.ts';
import { advance } from './advance.ts';
import { isQueued } from './case-clock.ts';
import { pointerParts, unchangeable, withCard } from './case-copies.ts';
import { caseCard } from './case-card.ts';
import { readCase, type CaseRecord } from './case-record.ts';
import { changeCase, type ChangeNeeds } from './change-case.ts';
import { movedCard, secondCard } from './chase-words.ts';
import { DeskLine } from './desk-line.ts';
import { outcomeOf, type DeskPost, type DeskPosted, type NotPosted } from './desk-post.ts';

export interface DeskCarrierNeeds extends ChangeNeeds {
  readonly random: Random;
  readonly sentences: Sentences;
  readonly policy: Pick<Policy, 'hooks' | 'contacts' | 'desk' | 'organisation'>;
  readonly desk: DeskPost;
  /** Puts a card into the second conversation of the policy; null where there is none. */
  readonly second: ((card: Json) => Promise<DeskPosted>) | null;
}

/** What is owed for a case's cards, beside the post and its updates. */
type Carry = (what: string) => Promise<CaseBrought>;

/** What the outbox asks to bring of a case to the desk: always the case as it is now. */
export class DeskCarrier implements CaseCarrier {
  readonly #needs: DeskCarrierNeeds;
  readonly #line: DeskLine;

  constructor(needs: DeskCarrierNeeds) {
    this.#needs = needs;
    const { store, clock, random } = needs;
    this.#line = new DeskLine({
      store,
      clock,
      random,
      owner: newId(random),
      post: async (key) => this.#postFirst(key),
      doubt: async (key) => this.#doubt(key),
    });
  }

  async bring(kind: 'case-post' | 'case-update', caseId: string): Promise<CaseBrought> {
    return kind === 'case-post' ? this.#post(caseId) : this.#update(caseId);
  }

  /** Beside the post and its updates: the card anew, the word in the second conversation, and older cards as pointers. */
  readonly more: Readonly<Record<'case-again' | 'case-show' | 'case-second' | 'case-pointer', Carry>> = {
    'case-again': async (caseId) => {
      const record = await this.#read(caseId);
      // Somebody took it up meanwhile, or its first card is still under way.
      if (record === null || !isQueued(record.state) || record.activity === null) return done;
      return this.#postAnew(record);
    },
    'case-show': async (caseId) => {
      const record = await this.#read(caseId);
      // Its first card is still under way, and is what was asked for.
      if (record === null || (record.activity === null && !isEnded(record.state))) return done;
      return this.#postAnew(record);
    },
    'case-second': async (caseId) => {
      const { second, sentences, policy, clock } = this.#needs;
      const record = await this.#read(caseId);
      if (second === null || record === null || !isQueued(record.state)) return done;
      const posted = await second(secondCard(sentences, policy, record, clock.now()));
      return posted.ok ? { ok: true, providerId: posted.activityId } : outcomeOf(posted);
    },
    'case-pointer': async (what) => {
      const { desk, sentences, policy } = this.#needs;
      const caseId = what.slice(0, what.indexOf(' '));
      const activity = what.slice(caseId.length + 1);
      const record = await this.#read(caseId);
      if (record === null || record.activity === activity) return done;
      const updated = await desk.update(activity, movedCard(sentences, policy, record));
      return updated.ok || updated.reason === 'gone' ? done : outcomeOf(updated);
    },
  };

  /** The card comes when it is its turn. */
  async #post(caseId: string): Promise<CaseBrought> {
    // Twice: the line may have come to its end just before this case stood in it.
    for (const isLast of [false, true]) {
      const record = await this.#read(caseId);
      if (record === null) return { ok: false, reason: 'rejected' };
      if (record.activity !== null || isEnded(record.state)) return { ok: true, providerId: record.activity };
      const missed = await this.#line.drain();
      const after = await this.#read(caseId);
      if (after !== null && after.activity !== null) return { ok: true, providerId: after.activity };
      if (missed !== null || isLast) return waiting(missed);
    }
    return waiting(null);
  }

  /** Posts the first in line. */
  async #postFirst(key: Key): Promise<NotPosted | null> {
    const record = await this.#read(caseOf(key));
    // It stands in line until its commit takes it out: one that is there already is taken out here.
    if (record === null || record.activity !== null || isEnded(record.state)) {
      await this.#needs.store.commit({ index: [{ index: indexes.undelivered, member: key, score: null }] });
      return null;
    }
    const { desk, sentences, policy, clock } = this.#needs;
    const posted = await desk.post(caseCard(sentences, policy, record, clock.now()));
    if (!posted.ok) return posted;
    await this.#acknowledge(record, posted.activityId);
    return null;
  }

  async #update(caseId: string): Promise<CaseBrought> {
    const { desk, sentences, policy, clock } = this.#needs;
    const record = await this.#read(caseId);
    if (record === null) return { ok: false, reason: 'rejected' };
    // Its post is still under way: the card it puts up is the present one.
    if (record.activity === null) return isEnded(record.state) ? done : { ok: false, reason: 'unavailable' };
    if (record.activity === unchangeable) return { ok: true, providerId: null };
    const updated = await desk.update(record.activity, caseCard(sentences, policy, record, clock.now()));
    if (updated.ok) return { ok: true, providerId: record.activity };
    if (updated.reason !== 'gone') return outcomeOf(updated);
    // Somebody deleted the card. While the case is open it is needed.
    return isEnded(record.state) ? done : this.#postAnew(record);
  }

  async #postAnew(record: CaseRecord): Promise<CaseBrought> {
    const { desk, sentences, policy, clock } = this.#needs;
    const posted = await desk.post(caseCard(sentences, policy, record, clock.now()));
    if (!posted.ok) return outcomeOf(posted);
    await this.#acknowledge(record, posted.activityId);
    return { ok: true, providerId: posted.activityId };
  }

  /** The card is there: it is the live one now, and every other becomes a pointer to it. */
  async #acknowledge({ id, account }: CaseRecord, activity: string | null): Promise<void> {
    const { seals, policy, clock } = this.#needs;
    const now = clock.now();
    await changeCase<null>(this.#needs, { id, account }, (record) => {
      if (record === null) return { advanced: null, entries: [], result: null };
      const shown = advance(record, { type: 'delivered' }, { policy, now, agent: null })?.record ?? record;
      const queued = shown.queued === null ? null : { ...shown.queued, shownAt: shown.queued.shownAt ?? now };
      const after = withCard({ ...shown, queued }, activity);
      const pointers = after.copies.map((copy) => pointerParts(seals, after, copy, now));
      return { advanced: { record: after, tells: [], posts: false }, also: joined(pointers), entries: [], result: null };
    });
  }

  /** There may be a card that nobody knows of. */
  async #doubt(key: Key): Promise<void> {
    const seen = await this.#read(caseOf(key));
    if (seen === null) return;
    await changeCase<null>(this.#needs, seen, (record) => {
      const advanced = record === null ? null : { record: { ...record, doubted: true }, tells: [], posts: false };
      return { advanced, entries: [], result: null };
    });
  }

  async #read(caseId: string): Promise<CaseRecord | null> {
    const { store, clock } = this.#needs;
    const key = keys.case(caseId);
    const row = (await store.open({ key, owner: null, now: clock.now() })).rows.get(key) ?? null;
    return row === null ? null : readCase(row.value);
  }
}

/** The id that stands at the end of a case's key. */
const caseOf = (key: Key): string => key.slice(key.lastIndexOf('/') + 1);

const done: CaseBrought = { ok: true, providerId: null };

const waiting = (missed: NotPosted | null): CaseBrought => {
  const { reason, retryAfterMs = 1_000 } = missed ?? { reason: 'unavailable' };
  // A conversation that is gone may be named anew in the policy, or the bot put back into it: a case is not given up.
  return { ok: false, reason: reason === 'gone' ? 'unavailable' : reason, retryAfterMs };
};
