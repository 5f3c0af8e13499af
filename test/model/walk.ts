import { fromTransition } from 'xstate';
import { getAdjacencyMap } from 'xstate/graph';
import type { Dialogs } from '../../dialogs/all.ts';
import { effects as catalogue, type OutsideEvent } from '../../dialogs/effects.ts';
import { presenter } from '../../dialogs/present.ts';
import { emptyDoorStack, emptyStack, type Frame, type OwedEffect, type Present, type Stack, type StackEvent } from '../../dialogs/stack.ts';
import { stepper } from '../../dialogs/step.ts';
import { later, now, resultsOf, typed, type World, verdictsOn } from './world.ts';

/** A reachable state: the stack, and the effects it waits for. */
export interface Reached {
  readonly stack: Stack;
  readonly owed: readonly OwedEffect[];
  readonly present: Present | null;
}

/** One step between two reachable states. */
export interface Edge {
  readonly from: Reached;
  readonly event: StackEvent;
  readonly to: Reached;
  readonly effects: readonly OwedEffect[];
  readonly took: boolean;
}

export interface Graph {
  readonly world: World;
  readonly states: ReadonlyMap<string, Reached>;
  readonly edges: readonly (Edge & { readonly fromKey: string; readonly toKey: string })[];
}

type Timed = { readonly event: StackEvent; readonly at: number; readonly type: string };

interface Walked extends Reached {
  readonly key: string;
  readonly last: Omit<Edge, 'from' | 'to'> | null;
}

interface Neighbours {
  readonly state: { readonly context: Walked };
  readonly transitions: Readonly<Record<string, { readonly state: { readonly context: Walked } }>>;
}

/** Walks every state of the stack that can be reached in a world. */
export function walk(dialogs: Dialogs, world: World): Graph {
  const step = stepper(dialogs);
  const present = presenter(dialogs);

  const after = (state: Walked, { event, at }: Timed): Walked => {
    const { stack, effects, took } = step(state.stack, event, at);
    const renamed = rename(stack);
    const asked = effects.filter(({ type }) => catalogue[type].results.length > 0 && catalogue[type].kind !== 'stack');
    const rest = event.type === 'result' ? state.owed.slice(1) : state.owed;
    const owed = [...rest, ...asked].map((effect) => ({ ...effect, frame: renamed.name(effect.frame) }));
    return { stack: renamed.stack, owed, present: present(renamed.stack), key: keyOf(renamed.stack, owed), last: { event, effects, took } };
  };

  const start: Walked = { stack: world.door === true ? emptyDoorStack : emptyStack, owed: [], present: null, key: '', last: null };
  const logic = fromTransition(after, start);
  const map = getAdjacencyMap(logic, {
    events: ({ context }) => eventsAt(context, world),
    serializeState: ({ context }) => context.key,
    serializeEvent: (event) => JSON.stringify(event),
    limit: 200_000,
  });

  const states = new Map<string, Reached>();
  const edges: (Edge & { fromKey: string; toKey: string })[] = [];
  for (const { state, transitions } of Object.values(map) as readonly Neighbours[]) {
    const from = state.context;
    states.set(from.key, from);
    for (const { state: next } of Object.values(transitions)) {
      const to = next.context;
      if (to.last !== null) edges.push({ from, to, fromKey: from.key, toKey: to.key, ...to.last });
    }
  }
  return { world, states, edges };
}

const keyOf = (stack: Stack, owed: readonly OwedEffect[]): string =>
  JSON.stringify([stack.frames.map(({ id, dialog, state, context }) => [id, dialog, state, context]), owed]);

/** Frames named by their place, so that the walk is finite; an effect whose frame is gone keeps none. */
function rename(stack: Stack): { stack: Stack; name: (frame: string) => string } {
  const names = new Map(stack.frames.map((frame, place) => [frame.id, `f${place + 1}`]));
  const frames: Frame[] = stack.frames.map((frame, place) => ({ ...frame, id: `f${place + 1}` }));
  return { stack: { ...stack, frames, next: frames.length + 1 }, name: (frame) => names.get(frame) ?? 'gone' };
}

/** What can happen anywhere and does the same everywhere: worth walking in a small world only. */
const everywhere: readonly StackEvent[] = [
  { type: 'start-over' },
  { type: 'idle' },
  { type: 'open' },
  { type: 'topic', notice: 'runner.topic.enable' },
  { type: 'choose', choice: 'grant-everything' },
  { type: 'answer', text: typed },
];

/** Everything that can happen in a state. */
function eventsAt(state: Walked, world: World): readonly Timed[] {
  const at = (event: StackEvent, moment = now): Timed => ({ event, at: moment, type: event.type });
  if (state.stack.frames.length === 0) return [at({ type: 'open' })];
  const [owed] = state.owed;
  const results = owed ? resultsOf(owed, world).map((result) => at({ type: 'result', frame: owed.frame, result })) : [];
  // Reads and checks end within the turn that asks for them, so nothing comes between; and what is left of a dialog that is gone comes first.
  if (owed && (['read', 'check'].includes(catalogue[owed.type].kind) || owed.frame === 'gone')) return results;
  const shape = state.present?.shape;
  return [
    at({ type: 'cancel' }),
    ...(world.thorough ? everywhere.map((event) => at(event)) : []),
    ...world.wishes.map((wish) => at({ type: 'wish', wish })),
    ...results,
    ...(shape?.choices ?? [])
      .filter(({ id }) => id !== 'caller' || world.calls === true)
      .map(({ id }) => at({ type: 'choose', choice: id })),
    ...(shape?.choices ?? [])
      .filter(({ id }) => id === 'resend' || id === 'again')
      .map(({ id }) => at({ type: 'choose', choice: id }, later)),
    ...(shape?.input ? [at({ type: 'answer', text: typed })] : []),
    ...(world.thorough ? [at({ type: 'outside', event: { type: 'account.locked', since: 1 } })] : []),
    ...(world.thorough ? [at({ type: 'outside', event: happenedElsewhere })] : []),
    ...(world.calls === true ? [...calledEvents(world), { type: 'call-number' as const, text: typed }].map((event) => at(event)) : []),
    ...(world.agent === true ? [at({ type: 'outside', event: { type: 'agent.asked' } })] : []),
    // The account's own chats are told; at the front door its handlers find the freeze, and nobody hears why (I20).
    ...(world.door === true ? [] : [at({ type: 'outside', event: { type: 'account.frozen' } })]),
    // What is owed is carried out before the inbox is read.
    ...(world.thorough && state.owed.length === 0 ? news.map((event) => at({ type: 'outside', event })) : []),
    ...asksOf(state.stack).flatMap((ask) => [
      at({ type: 'outside', event: { type: 'start-code.ready', ask } }),
      at({ type: 'outside', event: { type: 'reminded', name: ask } }),
      at({ type: 'outside', event: { type: 'reminded', name: `${ask} answer` } }),
    ]),
    ...pagesOf(state.stack).flatMap((page) => pageEvents(page).map((event) => at({ type: 'outside', event }))),
    ...challengesOf(state.stack).flatMap((challenge) => challengeEvents(challenge).map((event) => at({ type: 'outside', event }))),
  ];
}

/** The helpdesk gives something, and its time is up. */
const calledEvents = (world: World): readonly StackEvent[] => [
  { type: 'outside', event: { type: 'reminded', name: 'call' } },
  ...(world.frozen === true
    ? []
    : [
        {
          type: 'outside' as const,
          event: { type: 'grant.given' as const, grant: { id: 'grant unlock', what: 'unlock' as const, method: null, hasPassword: true } },
        },
      ]),
];

const happenedElsewhere: OutsideEvent = { type: 'account.happened', what: 'password-set', at: 1, door: 'front-door', kind: null };

/** What the helpdesk may do with a case meanwhile, and others ask. */
const news: readonly OutsideEvent[] = [
  ...(['asked', 'answered'] as const).map((what) => ({
    type: 'case.told' as const,
    what,
    case: 'LK-1001',
    agent: 'Nina Falk',
    text: 'Vilken telefon?',
  })),
  { type: 'account.asked', name: 'Stina' },
  { type: 'start-code.ready', ask: 'one that nobody asked for' },
];

/** Asks that a dialog answers. */
const asksOf = (stack: Stack): readonly string[] =>
  stack.frames.flatMap(({ context }) => (typeof context['ask'] === 'string' ? [context['ask']] : []));

/** Pages that a dialog waits on, and one it does not know. */
const pagesOf = (stack: Stack): readonly string[] => [
  'page nobody asked for',
  ...stack.frames.flatMap(({ context }) => (typeof context['page'] === 'string' ? [context['page']] : [])),
];

/** Challenges that are out, and one nobody asked for. */
const challengesOf = (stack: Stack): readonly string[] => [
  'challenge reset email nobody asked for',
  ...stack.frames.flatMap(({ context }) => {
    const out = context['challenge'];
    return typeof out === 'object' && out !== null && 'challenge' in out ? [String(out.challenge)] : [];
  }),
];

function challengeEvents(challenge: string): readonly OutsideEvent[] {
  return [
    { type: 'reminded', name: challenge },
    ...verdictsOn(challenge).map((verdict) => ({ type: 'challenge.answered' as const, challenge, verdict })),
    ...(['undelivered', 'no-answer', 'ended', 'reported', 'copied'] as const).map((reason) => ({
      type: 'challenge.unanswered' as const,
      challenge,
      reason,
    })),
  ];
}

function pageEvents(page: string): readonly OutsideEvent[] {
  const outcome =
    page === 'page new-password' || page === 'page change-password'
      ? ({ page: page === 'page new-password' ? 'new-password' : 'change-password' } as const)
      : page === 'page show-recovery-codes'
        ? ({ page: 'show-recovery-codes', proof: 'proof register recovery-codes' } as const)
        : page === 'page choose-security-questions'
          ? ({ page: 'choose-security-questions', proof: 'proof register security-questions' } as const)
          : page === 'page enrol-security-key' || page === 'page use-security-key'
            ? { page: page === 'page use-security-key' ? ('use-security-key' as const) : ('enrol-security-key' as const) }
            : ({ page: 'present-password', proof: 'proof present-password' } as const);
  const passes = [
    { page: 'temporary-pass', is: 'access-pass', until: later },
    { page: 'temporary-pass', is: 'password', until: null },
  ] as const;
  const outcomes = page === 'page temporary-pass' ? passes : [outcome];
  return [
    { type: 'page.claimed', page },
    ...outcomes.map((each) => ({ type: 'page.done' as const, page, outcome: each })),
    { type: 'page.failed', page, reason: 'too-many-tries' },
    { type: 'page.failed', page, reason: 'locked' },
    { type: 'page.failed', page, reason: 'not-eligible' },
    { type: 'page.doubtful', page },
    { type: 'reminded', name: page },
  ];
}
