import { assign, enqueueActions, setup } from 'xstate';
import { chose, dialog, effectActions, say, sharedGuards, typesOf } from './dialog.ts';
import { finishShape, kindShape } from './kept.ts';
import { isOneSet, methodKinds, registeredKinds, type RegisteredKind } from './methods.ts';
import { flag, listOf, number, record, text, type Shaped } from './shape.ts';
import { labelOf } from './ways.ts';

const context = record({
  proofs: listOf(text),
  /** How many are there. */
  registered: number,
  /** Kinds that can be added now. */
  addable: listOf(kindShape),
  /** Those of them that would replace what is there. */
  renewable: listOf(kindShape),
  finish: finishShape,
  /** It was said who sees a number or address. */
  toldPrivacy: flag,
});
type Context = Shaped<typeof context>;

const dropProofs = { type: 'drop', params: ({ context }: { context: Context }) => ({ proofs: context.proofs }) } as const;

const wouldDo = ({ context }: { context: Context }) => ({ kinds: context.finish.wouldDo });

const beginAdding = {
  type: 'begin',
  params: ({ context, event }: { context: Context; event: { choice: string } }) => ({
    dialog: `register-${event.choice as RegisteredKind}` as const,
    input: { proofs: context.proofs },
  }),
} as const;

const added = [
  { guard: 'asksForMoreProof', target: 'provingAnew' },
  { guard: 'wasStored', target: 'rereading' },
  { target: 'reading' },
] as const;

/** Whichever kind it was. */
const addedByKind = Object.fromEntries(registeredKinds.map((kind) => [`register-${kind}.done`, added])) as Readonly<
  Record<`register-${RegisteredKind}.done`, typeof added>
>;

const machine = setup({
  types: typesOf<'register', Context>(),
  actions: {
    ...effectActions,
    keepRead: assign(({ event }) =>
      event.type === 'methods.read'
        ? {
            registered: event.methods.length,
            addable: event.addable.filter(({ room }) => room > 0).map(({ kind }) => kind),
            renewable: methodKinds.filter((kind) => isOneSet(kind) && event.methods.some((method) => method.kind === kind)),
            finish: event.finish,
          }
        : {},
    ),
    /** The newest cools off: from when it counts. */
    sayCooling: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'methods.read') return;
      const newest = event.methods.toSorted((one, other) => other.addedAt - one.addedAt)[0];
      if (newest?.usable === 'cooling') enqueue(say('register.cooling', () => ({ label: labelOf(newest), countsFrom: newest.countsFrom })));
    }),
  },
  guards: {
    ...sharedGuards,
    hasProof: ({ context }) => context.proofs.length > 0,
    isProved: ({ event }) => event.type === 'step-up.done' && event.output.ok,
    asksForMoreProof: ({ event }) => 'output' in event && 'again' in event.output && event.output.again,
    wasStored: ({ event }) => 'output' in event && 'stored' in event.output && event.output.stored,
    isNewsOfPrivacy: ({ context, event }) =>
      event.type === 'choose' &&
      (event.choice === 'text-message' || event.choice === 'phone-call' || event.choice === 'email') &&
      !context.toldPrivacy,
    isOffered: ({ context, event }) => event.type === 'choose' && context.addable.some((kind) => kind === event.choice),
    couldBeEnough: ({ context }) => context.finish.wouldDo.length > 0,
    isEnough: ({ context }) => context.finish.enough,
  },
}).createMachine({
  id: 'register',
  context: ({ input }) => ({
    proofs: input.proofs ?? [],
    registered: 0,
    addable: [],
    renewable: [],
    finish: { enough: false, wouldDo: [] },
    toldPrivacy: false,
  }),
  initial: 'weighing',
  states: {
    weighing: {
      entry: { type: 'readEligibility', params: { purpose: 'register' } },
      on: {
        'eligibility.eligible': [{ guard: 'hasProof', target: 'reading' }, { target: 'proving' }],
        'eligibility.refused': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: ({ event }) => ({ dialog: 'escalate' as const, input: { refusal: event.refusal, wish: 'register' as const } }),
          },
        },
        'eligibility.unavailable': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: { dialog: 'escalate', input: { refusal: { code: 'LK_UNAVAILABLE', ending: 'unavailable' }, wish: 'register' } },
          },
        },
      },
    },
    proving: {
      entry: { type: 'begin', params: { dialog: 'step-up', input: {} } },
      on: {
        'step-up.done': [
          { guard: 'isProved', target: 'reading', actions: assign({ proofs: ({ event }) => event.output.proofs }) },
          { target: 'ended' },
        ],
      },
    },
    reading: {
      entry: { type: 'readMethods', params: { purpose: 'register' } },
      on: { 'methods.read': { target: 'choosing', actions: 'keepRead' } },
    },
    choosing: {
      meta: { prompt: 'register.choose' },
      on: {
        choose: [
          { guard: chose('finish'), target: 'finishing' },
          { guard: chose('how'), target: 'explaining' },
          {
            guard: 'isNewsOfPrivacy',
            target: 'adding',
            actions: [assign({ toldPrivacy: true }), say('register.privacy'), beginAdding],
          },
          { guard: 'isOffered', target: 'adding', actions: beginAdding },
        ],
      },
    },
    /** Which one is wondered about. */
    explaining: {
      meta: { prompt: 'register.how' },
      on: {
        choose: [
          {
            guard: 'isOffered',
            target: 'choosing',
            actions: { type: 'say', params: ({ event }) => ({ notice: `register-${event.choice}.how` }) },
          },
          { target: 'choosing' },
        ],
      },
    },
    adding: { on: addedByKind },
    /** One more is there: what it means for a reset is said. */
    rereading: {
      entry: { type: 'readMethods', params: { purpose: 'register' } },
      on: { 'methods.read': { target: 'saying', actions: ['keepRead', 'sayCooling'] } },
    },
    saying: {
      always: [
        { guard: 'isEnough', target: 'choosing', actions: say('register.enough') },
        { guard: 'couldBeEnough', target: 'choosing', actions: say('register.one-more', wouldDo) },
        { target: 'choosing', actions: say('register.not-enough') },
      ],
    },
    /** The proofs no longer do. */
    provingAnew: { entry: [dropProofs, assign({ proofs: [] })], always: 'proving' },
    finishing: {
      always: [
        { guard: 'isEnough', target: 'ended', actions: say('register.finished-enough') },
        { guard: 'couldBeEnough', target: 'ended', actions: say('register.finished-one-more', wouldDo) },
        { target: 'ended', actions: say('register.finished-not-enough') },
      ],
    },
    refusing: { on: { 'escalate.done': 'ended' } },
    ended: { type: 'final', entry: dropProofs },
    cancelled: { type: 'final', entry: dropProofs },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

/** Registration: which methods are allowed and there, one after another, until "Finish" (I4, I8). */
export const register = dialog({
  machine,
  context,
  prompts: {
    'register.choose': ({ registered, addable, renewable }) => ({
      choices: [
        ...addable.map((kind) => (renewable.includes(kind) ? { id: kind, label: `${kind}-anew` } : { id: kind })),
        ...(addable.length > 0 ? [{ id: 'how' }] : []),
        { id: 'finish' },
        { id: 'cancel' },
      ],
      params: { registered, addable: addable.length },
    }),
    'register.how': ({ addable }) => ({
      choices: [...addable.map((kind) => ({ id: kind, label: 'kind', params: { kind } })), { id: 'back' }],
    }),
  },
});
