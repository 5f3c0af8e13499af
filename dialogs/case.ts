import { assign, setup, transition } from 'xstate';

/**
 * A case as a machine: the one state that its requester and the helpdesk both see. It stands on no person's stack: `src/desk` steps it
 * under the case's own key, in the commit that keeps what came of it.
 */

export const caseStates = ['new', 'delivered', 'claimed', 'waiting', 'resolved', 'reopened', 'withdrawn', 'expired'] as const;
export type CaseState = (typeof caseStates)[number];

/** What happens to a case. `by` and `to` are agents' account ids; `by: null` is a system of the organisation's (a signed hook). */
export type CaseEvent =
  /** The post to the helpdesk's conversation was acknowledged. */
  | { readonly type: 'delivered' }
  | { readonly type: 'claim'; readonly by: string }
  /** By whom is no matter: a colleague who went home holds nothing up. */
  | { readonly type: 'assign'; readonly to: string }
  | { readonly type: 'release'; readonly by: string }
  /** The helpdesk asks the requester, and waits. */
  | { readonly type: 'ask'; readonly by: string }
  /** The helpdesk tells the requester something that takes no reply. */
  | { readonly type: 'answer'; readonly by: string | null }
  /** The requester writes: a reply, or a word more. */
  | { readonly type: 'write' }
  | { readonly type: 'resolve'; readonly by: string | null }
  /** It still does not work. */
  | { readonly type: 'reopen' }
  | { readonly type: 'withdraw' }
  /** The requester did not reply in time. */
  | { readonly type: 'expire' };

/** What the requester hears of, in the conversation that opened the case. */
export type CaseTold = 'claimed' | 'asked' | 'answered' | 'resolved' | 'reopened' | 'expired';

/** What comes of a step, beside the state itself. */
export type CaseEffect =
  | { readonly type: 'tell'; readonly params: { readonly what: CaseTold } }
  /** What was given for this case ends: a grant lasts while the claim stands (I16), and no power is carried over. */
  | { readonly type: 'endPowers' }
  /** The helpdesk gets the card anew, where its queue is read. */
  | { readonly type: 'post' };

interface Context {
  readonly claimant: string | null;
}

const types = {} as { context: Context; events: CaseEvent };
const leftToTheDesk = (): void => {};
const told: (args: unknown, params: { readonly what: CaseTold }) => void = leftToTheDesk;

const rules = setup({
  types,
  actions: {
    tell: told,
    endPowers: leftToTheDesk,
    post: leftToTheDesk,
    /** What was written is kept, and nothing else comes of it. */
    keep: leftToTheDesk,
    take: assign({ claimant: ({ event }) => (event.type === 'claim' ? event.by : event.type === 'assign' ? event.to : null) }),
    letGo: assign({ claimant: null }),
  },
  guards: {
    isClaimant: ({ context, event }) => 'by' in event && event.by !== null && event.by === context.claimant,
    /** A hook has no claim. */
    isHook: ({ event }) => 'by' in event && event.by === null,
    isAnother: ({ context, event }) => event.type === 'assign' && event.to !== context.claimant,
  },
});

const tell = (what: CaseTold) => ({ type: 'tell', params: { what } }) as const;
const ended = ['letGo', 'endPowers'] as const;

/** In the queue: nobody has it. */
const queued = {
  claim: { target: 'claimed', actions: ['take', tell('claimed')] },
  assign: { target: 'claimed', actions: ['take', tell('claimed')] },
  answer: { guard: 'isHook', actions: tell('answered') },
  resolve: { guard: 'isHook', target: 'resolved', actions: [...ended, tell('resolved')] },
  write: { actions: 'keep' },
  withdraw: { target: 'withdrawn', actions: ended },
} as const;

const mayAnswer = [
  { guard: 'isClaimant', actions: tell('answered') },
  { guard: 'isHook', actions: tell('answered') },
] as const;
const mayResolve = [
  { guard: 'isClaimant', target: 'resolved', actions: [...ended, tell('resolved')] },
  { guard: 'isHook', target: 'resolved', actions: [...ended, tell('resolved')] },
] as const;

/** One agent has it. */
const held = {
  assign: { guard: 'isAnother', target: 'claimed', actions: ['take', 'endPowers', tell('claimed')] },
  release: { guard: 'isClaimant', target: 'delivered', actions: ended },
  ask: { guard: 'isClaimant', target: 'waiting', actions: tell('asked') },
  answer: mayAnswer,
  resolve: mayResolve,
  withdraw: { target: 'withdrawn', actions: ended },
} as const;

const reopens = { target: 'reopened', actions: [tell('reopened'), 'post'] } as const;

const machine = rules.createMachine({
  id: 'case',
  context: { claimant: null },
  initial: 'new',
  states: {
    new: { on: { ...queued, delivered: 'delivered' } },
    delivered: { on: queued },
    reopened: { on: queued },
    claimed: { on: { ...held, write: { actions: 'keep' } } },
    waiting: { on: { ...held, write: 'claimed', expire: { target: 'expired', actions: [...ended, tell('expired')] } } },
    resolved: { on: { reopen: reopens } },
    expired: { on: { reopen: reopens } },
    withdrawn: {},
  },
});

/** The machine itself, for diagrams and for the walk over its states. */
export const caseMachine = machine;

/** What a case keeps of its machine. */
export interface CaseAt {
  readonly state: CaseState;
  /** Who has it, an agent's account id; null in the queue and at an end. */
  readonly claimant: string | null;
}

/** What an event does to a case, and what comes of it, in order; null where it no longer fits, which changes nothing. Pure, never throws. */
export function stepCase(
  { state, claimant }: CaseAt,
  event: CaseEvent,
): { readonly at: CaseAt; readonly effects: readonly CaseEffect[] } | null {
  const before = machine.resolveState({ value: state, context: { claimant } });
  if (!before.can(event)) return null;
  const [after, actions] = transition(machine, before, event);
  return {
    at: { state: after.value, claimant: after.context.claimant },
    effects: actions.flatMap(({ type, params }) =>
      isEffect(type) ? [{ type, ...(params === undefined ? {} : { params }) } as CaseEffect] : [],
    ),
  };
}

const isEffect = (type: string): boolean => type === 'tell' || type === 'endPowers' || type === 'post';

/** Whether a case has come to an end; two of them can be opened again. */
export const isEnded = (state: CaseState): boolean => state === 'resolved' || state === 'withdrawn' || state === 'expired';
