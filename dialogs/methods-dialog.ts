import { assign, enqueueActions, setup } from 'xstate';
import { because, chose, dialog, effectActions, say, sharedGuards, typesOf } from './dialog.ts';
import type { FinishLine, MethodView } from './views.ts';
import { finishShape, gatesShape, kindShape, methodShape } from './kept.ts';
import { finishLine } from './methods.ts';
import { flag, listOf, record, text, type Shaped } from './shape.ts';
import { wayOf } from './ways.ts';

const context = record({
  methods: listOf(methodShape),
  /** Kinds the policy allows. */
  allowed: listOf(kindShape),
  /** Whether there is room for one more. */
  hasRoom: flag,
  finish: finishShape,
  resetGates: gatesShape,
  proofs: listOf(text),
  /** The id of the method to be removed. */
  removing: text,
  addInstead: flag,
});
type Context = Shaped<typeof context>;

const dropProofs = { type: 'drop', params: ({ context }: { context: Context }) => ({ proofs: context.proofs }) } as const;

const picked = ({ methods, removing }: Context): MethodView | undefined => methods.find(({ id }) => id === removing);

const idOf = (choice: string): string => (choice.startsWith('remove:') ? choice.slice('remove:'.length) : '');

/** Whether removing this one would leave nothing usable (I4). */
const isLastUsable = ({ methods }: Context, id: string): boolean => !methods.some((method) => method.id !== id && method.usable === 'yes');

/** What "Finish" would say without it (I8). */
function without({ methods, allowed, removing, resetGates }: Context): FinishLine {
  const left = methods.filter(({ id }) => id !== removing).map(({ kind }) => kind);
  return finishLine(left, allowed, resetGates);
}

const machine = setup({
  types: typesOf<'methods', Context>(),
  actions: {
    ...effectActions,
    keepRead: assign(({ event }) =>
      event.type === 'methods.read'
        ? {
            methods: event.methods,
            allowed: event.addable.map(({ kind }) => kind),
            hasRoom: event.addable.some(({ room }) => room > 0),
            finish: event.finish,
            resetGates: event.resetGates,
          }
        : {},
    ),
    forgetProofs: assign({ proofs: [] }),
  },
  guards: {
    ...sharedGuards,
    isOne: ({ context, event }) => event.type === 'choose' && context.methods.some(({ id }) => id === idOf(event.choice)),
    isProvedEnough: ({ context }) => context.proofs.length > 0 && !isLastUsable(context, context.removing),
    isProved: ({ event }) => event.type === 'step-up.done' && event.output.ok,
  },
}).createMachine({
  id: 'methods',
  context: {
    methods: [],
    allowed: [],
    hasRoom: false,
    finish: { enough: false, wouldDo: [] },
    resetGates: { needed: 2, oneDevice: 'allow' },
    proofs: [],
    removing: '',
    addInstead: false,
  },
  initial: 'asking',
  states: {
    /** Those of an account that is disabled or gone are suspended (I9). */
    asking: {
      entry: { type: 'readEligibility', params: { purpose: 'methods' } },
      on: {
        'eligibility.eligible': 'reading',
        'eligibility.refused': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: ({ event }) => ({ dialog: 'escalate' as const, input: { refusal: event.refusal, wish: 'methods' as const } }),
          },
        },
        'eligibility.unavailable': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: { dialog: 'escalate', input: { refusal: { code: 'LK_UNAVAILABLE', ending: 'unavailable' }, wish: 'methods' } },
          },
        },
      },
    },
    refusing: { on: { 'escalate.done': 'ended' } },
    reading: {
      entry: { type: 'readMethods', params: { purpose: 'reset' } },
      on: {
        'methods.read': {
          target: 'listing',
          actions: [
            'keepRead',
            enqueueActions(({ context, event, enqueue }) => {
              enqueue(headline(context));
              for (const method of context.methods) enqueue(say(lineNotice(method, event.now), () => lineOf(method)));
            }),
          ],
        },
      },
    },
    listing: {
      meta: { prompt: 'methods.list' },
      on: {
        choose: [
          { guard: chose('register'), target: 'ended', actions: assign({ addInstead: true }) },
          { guard: chose('done'), target: 'ended' },
          { guard: 'isOne', target: 'weighing', actions: assign({ removing: ({ event }) => idOf(event.choice) }) },
        ],
      },
    },
    weighing: { always: [{ guard: 'isProvedEnough', target: 'confirming' }, { target: 'proving' }] },
    /** Asked anew before the last usable one goes, even if a proof is held (I4). */
    proving: {
      entry: [dropProofs, 'forgetProofs', { type: 'begin', params: { dialog: 'step-up', input: {} } }],
      on: {
        'step-up.done': [
          { guard: 'isProved', target: 'confirming', actions: assign({ proofs: ({ event }) => event.output.proofs }) },
          { target: 'reading' },
        ],
      },
    },
    confirming: {
      meta: { prompt: 'methods.confirm' },
      on: {
        choose: [
          { guard: chose('remove'), target: 'removing' },
          { guard: chose('keep'), target: 'reading', actions: say('methods.kept') },
        ],
      },
    },
    removing: {
      entry: { type: 'removeMethod', params: ({ context }) => ({ method: context.removing, proofs: context.proofs }) },
      on: {
        'method.removed': { target: 'reading', actions: say('methods.removed', ({ context }) => nameOf(picked(context))) },
        'method.refused': [
          { guard: because('proofs'), target: 'proving', actions: say('methods.proofs-too-old') },
          { guard: because('gone'), target: 'reading', actions: say('methods.gone') },
          { target: 'reading', actions: say('methods.cannot-remove') },
        ],
      },
    },
    ended: { type: 'final', entry: dropProofs },
    cancelled: { type: 'final', entry: dropProofs },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => (context.addInstead ? { wish: 'register' as const } : {}),
});

/** I8's line, which heads the list. */
function headline({ finish, methods }: Context) {
  if (finish.enough) return say('methods.enough');
  if (finish.wouldDo.length === 0) return say('methods.not-enough');
  return methods.length === 0
    ? say('methods.none', () => ({ kinds: finish.wouldDo }))
    : say('methods.one-more', () => ({ kinds: finish.wouldDo }));
}

/** Which sentence a method's line is: used or never used; or why it does not count now. */
function lineNotice({ usable, lastUsedAt, countsFrom }: MethodView, now: number): string {
  if (usable === 'disabled') return 'methods.line-disabled';
  if (usable === 'used-up') return 'methods.line-used-up';
  if (countsFrom > now) return 'methods.line-cooling';
  return lastUsedAt === null ? 'methods.line-unused' : 'methods.line';
}

const lineOf = ({ kind, label, addedAt, lastUsedAt, countsFrom }: MethodView) => ({
  kind,
  label,
  addedAt,
  lastUsedAt: lastUsedAt ?? addedAt,
  countsFrom,
});

const nameOf = (method: MethodView | undefined) => ({ kind: method?.kind ?? '', label: method?.label ?? '' });

/** A person's methods: what is there, and what may go. */
export const methodsDialog = dialog({
  machine,
  context,
  prompts: {
    'methods.list': ({ methods, hasRoom }) => ({
      choices: [
        ...methods.map(({ id, kind, label }) => ({ id: `remove:${id}`, label: 'remove', params: { kind, label } })),
        ...(hasRoom ? [{ id: 'register' }] : []),
        { id: 'done' },
      ],
      params: { count: methods.length },
    }),
    'methods.confirm': (standing) => {
      const method = picked(standing);
      const left = without(standing);
      return {
        choices: [{ id: 'remove' }, { id: 'keep' }],
        params: {
          ...nameOf(method),
          way: wayOf(method?.kind ?? 'email'),
          // What would be lost is said only where there was something to lose.
          lost: standing.finish.enough && !left.enough ? 'yes' : 'no',
          kinds: left.wouldDo,
        },
      };
    },
  },
});
