import { assign, enqueueActions, setup } from 'xstate';
import { because, chose, dialog, effectActions, say, selectable, sharedGuards, typesOf } from './dialog.ts';
import type { FinishLine, MethodView } from './views.ts';
import { finishShape, gatesShape, kindShape, methodShape } from './kept.ts';
import { aboutOf, stateOf } from './method-line.ts';
import { finishLine, isOneSet, isRegistered, registeredKinds, methods as rules, type RegisteredKind } from './methods.ts';
import { listOf, oneOf, record, text, type Shaped } from './shape.ts';
import { labelOf, wayOf } from './ways.ts';

const context = record({
  /** The id of the method. */
  method: text,
  /** All of them, for what a removal would leave. */
  methods: listOf(methodShape),
  /** Kinds the policy allows. */
  allowed: listOf(kindShape),
  finish: finishShape,
  resetGates: gatesShape,
  proofs: listOf(text),
  /** What the step-up is for. */
  goal: oneOf('remove', 'change'),
  /** How it stands, as of when it was read. */
  state: oneOf('disabled', 'suspended', 'used-up', 'outdated', 'unreachable', 'reported', 'cooling', 'unused', 'used'),
});
type Context = Shaped<typeof context>;

const nothingRead: Pick<Context, 'methods' | 'allowed' | 'finish' | 'resetGates' | 'state'> = {
  methods: [],
  allowed: [],
  finish: { enough: false, wouldDo: [] },
  resetGates: { needed: 2, oneDevice: 'allow' },
  state: 'unused',
};

const dropProofs = { type: 'drop', params: ({ context }: { context: Context }) => ({ proofs: context.proofs }) } as const;

const picked = ({ methods, method }: Pick<Context, 'methods' | 'method'>): MethodView | undefined =>
  methods.find(({ id }) => id === method);
const kindOf = (standing: Context): RegisteredKind => {
  const kind = picked(standing)?.kind ?? 'email';
  return isRegistered(kind) ? kind : 'email';
};

/** Whether it would leave nothing usable if it went (I4). */
const isLastUsable = ({ methods, method }: Context): boolean => !methods.some(({ id, usable }) => id !== method && usable === 'yes');

/** What "Finish" would say without it (I8). */
function without({ methods, method, allowed, resetGates }: Context): FinishLine {
  const left = methods.filter(({ id }) => id !== method).map(({ kind }) => kind);
  return finishLine(left, allowed, resetGates);
}

const changed = [{ guard: 'asksForMoreProof', target: 'proving' }, { target: 'ended' }] as const;

/** Whichever kind it is. */
const changedByKind = Object.fromEntries(registeredKinds.map((kind) => [`register-${kind}.done`, changed])) as Readonly<
  Record<`register-${RegisteredKind}.done`, typeof changed>
>;

const refused = [
  { guard: because('gone'), target: 'ended', actions: say('method.gone') },
  { target: 'ended', actions: say('method.cannot') },
] as const;

const machine = setup({
  types: typesOf<'method', Context>(),
  actions: {
    ...effectActions,
    keepRead: assign(({ context, event }) => {
      if (event.type !== 'methods.read') return {};
      const one = picked({ methods: event.methods, method: context.method });
      return {
        methods: event.methods,
        allowed: event.addable.map(({ kind }) => kind),
        finish: event.finish,
        resetGates: event.resetGates,
        ...(one !== undefined && { state: stateOf(one, event.now) }),
      };
    }),
    forgetProofs: assign({ proofs: [] }),
    forgetRead: assign(nothingRead),
    sayHow: enqueueActions(({ context, enqueue }) => enqueue(say(`register-${kindOf(context)}.how`))),
  },
  guards: {
    ...sharedGuards,
    isThere: ({ context, event }) => event.type === 'methods.read' && event.methods.some(({ id }) => id === context.method),
    isProvedEnough: ({ context }) => context.proofs.length > 0 && !isLastUsable(context),
    isToBeRemoved: ({ context }) => context.goal === 'remove',
    isProved: ({ event }) => event.type === 'step-up.done' && event.output.ok,
    asksForMoreProof: ({ event }) => 'output' in event && 'again' in event.output && event.output.again,
  },
}).createMachine({
  id: 'method',
  context: ({ input }) => ({
    method: input.method,
    ...nothingRead,
    proofs: input.proofs,
    goal: 'remove',
  }),
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readMethods', params: { purpose: 'reset' } },
      on: {
        'methods.read': [
          { guard: 'isThere', target: 'choosing', actions: 'keepRead' },
          { target: 'ended', actions: say('method.gone') },
        ],
      },
    },
    choosing: {
      meta: { prompt: 'method.choose' },
      on: {
        choose: [
          { guard: chose('name'), target: 'naming' },
          { guard: chose('change'), target: 'weighing', actions: assign({ goal: 'change' }) },
          { guard: chose('prefer'), target: 'preferring' },
          { guard: chose('remove'), target: 'weighing', actions: assign({ goal: 'remove' }) },
          { guard: chose('how'), actions: 'sayHow' },
          { guard: chose('back'), target: 'ended' },
        ],
      },
    },
    naming: {
      meta: { prompt: 'method.name' },
      on: {
        answer: {
          target: 'checkingName',
          actions: { type: 'nameMethod', params: ({ context, event }) => ({ method: context.method, name: event.text }) },
        },
        choose: [
          {
            guard: chose('no-name'),
            target: 'checkingName',
            actions: { type: 'nameMethod', params: ({ context }) => ({ method: context.method }) },
          },
          { guard: chose('back'), target: 'choosing' },
        ],
      },
    },
    checkingName: {
      on: {
        'method.named': { target: 'ended', actions: say('method.named') },
        'name.rejected': [
          { guard: because('too-long'), target: 'naming', actions: say('method.name-too-long') },
          { guard: because('taken'), target: 'naming', actions: say('method.name-taken') },
          { target: 'naming', actions: say('method.name-form') },
        ],
        'method.refused': refused,
      },
    },
    preferring: {
      entry: { type: 'preferMethod', params: ({ context }) => ({ method: context.method }) },
      on: { 'method.preferred': { target: 'ended', actions: say('method.preferred') }, 'method.refused': refused },
    },
    weighing: { always: [{ guard: 'isProvedEnough', target: 'proved' }, { target: 'proving' }] },
    /** Asked anew before the last usable one goes, even if a proof is held (I4). What is there is read again after. */
    proving: {
      entry: [dropProofs, 'forgetProofs', 'forgetRead', { type: 'begin', params: { dialog: 'step-up', input: {} } }],
      on: {
        'step-up.done': [
          { guard: 'isProved', target: 'rereading', actions: assign({ proofs: ({ event }) => event.output.proofs }) },
          { target: 'ended' },
        ],
      },
    },
    rereading: {
      entry: { type: 'readMethods', params: { purpose: 'reset' } },
      on: {
        'methods.read': [
          { guard: 'isThere', target: 'proved', actions: 'keepRead' },
          { target: 'ended', actions: say('method.gone') },
        ],
      },
    },
    proved: { always: [{ guard: 'isToBeRemoved', target: 'confirming' }, { target: 'changing' }] },
    /** The new number or address is registered in the place of this one. */
    changing: {
      entry: {
        type: 'begin',
        params: ({ context }) => ({
          dialog: `register-${kindOf(context)}` as const,
          input: { proofs: context.proofs, replaces: context.method },
        }),
      },
      on: changedByKind,
    },
    confirming: {
      meta: { prompt: 'method.confirm' },
      on: {
        choose: [
          { guard: chose('remove'), target: 'removing' },
          { guard: chose('keep'), target: 'ended', actions: say('method.kept') },
        ],
      },
    },
    removing: {
      entry: { type: 'removeMethod', params: ({ context }) => ({ method: context.method, proofs: context.proofs }) },
      on: {
        'method.removed': { target: 'ended', actions: say('method.removed', ({ context }) => nameOf(picked(context))) },
        'method.refused': [
          { guard: because('proofs'), target: 'proving', actions: say('method.proofs-too-old') },
          { guard: because('gone'), target: 'ended', actions: say('method.gone') },
          { target: 'ended', actions: say('method.cannot') },
        ],
      },
    },
    ended: { type: 'final' },
    cancelled: { type: 'final', entry: dropProofs },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => ({ proofs: context.proofs }),
});

const nameOf = (method: MethodView | undefined) => ({ kind: method?.kind ?? '', label: method === undefined ? '' : labelOf(method) });

/** One method: what it is called, what it is, whether it comes first, and its end. */
export const methodDialog = dialog({
  machine,
  context,
  prompts: {
    'method.choose': (standing) => {
      const method = picked(standing);
      const kind = kindOf(standing);
      return {
        choices: [
          // One that is registered whole has no name of its own, and is never asked for first.
          ...(isOneSet(kind) ? [] : [{ id: 'name', label: method?.name === null ? 'name' : 'rename' }]),
          ...(rules[kind].sends ? [{ id: 'change', label: `change-${wayOf(kind)}` }] : []),
          ...(isOneSet(kind) || method?.preferred === true ? [] : [{ id: 'prefer' }]),
          { id: 'remove' },
          { id: 'how' },
          { id: 'back' },
        ],
        params: { ...(method === undefined ? {} : aboutOf(method)), state: selectable(standing.state) },
      };
    },
    'method.name': (standing) => {
      const method = picked(standing);
      return {
        choices: [...(method?.name === null ? [] : [{ id: 'no-name' }]), { id: 'back' }],
        input: 'name',
        params: { kind: method?.kind ?? '', label: method?.label ?? '' },
      };
    },
    'method.confirm': (standing) => {
      const left = without(standing);
      return {
        choices: [{ id: 'remove' }, { id: 'keep' }],
        params: {
          ...nameOf(picked(standing)),
          way: wayOf(kindOf(standing)),
          // What would be lost is said only where there was something to lose.
          lost: standing.finish.enough && !left.enough ? 'yes' : 'no',
          kinds: left.wouldDo,
        },
      };
    },
  },
});
