import { assign, enqueueActions, setup } from 'xstate';
import { chose, dialog, effectActions, say, typesOf, sharedGuards } from './dialog.ts';
import { finishShape, methodShape } from './kept.ts';
import { aboutOf, stateOf } from './method-line.ts';
import { flag, listOf, record, text, type Shaped } from './shape.ts';
import { labelOf, wordsFor } from './ways.ts';

const context = record({
  methods: listOf(methodShape),
  /** Whether there is room for one more. */
  hasRoom: flag,
  finish: finishShape,
  /** Of a step-up while one method was open, for the next one. */
  proofs: listOf(text),
  addInstead: flag,
});
type Context = Shaped<typeof context>;

const nothingRead: Pick<Context, 'methods' | 'hasRoom' | 'finish'> = {
  methods: [],
  hasRoom: false,
  finish: { enough: false, wouldDo: [] },
};

const dropProofs = { type: 'drop', params: ({ context }: { context: Context }) => ({ proofs: context.proofs }) } as const;

const idOf = (choice: string): string => choice.slice('method:'.length);

const machine = setup({
  types: typesOf<'methods', Context>(),
  actions: {
    ...effectActions,
    keepRead: assign(({ event }) =>
      event.type === 'methods.read'
        ? { methods: event.methods, hasRoom: event.addable.some(({ room }) => room > 0), finish: event.finish }
        : {},
    ),
    forgetRead: assign(nothingRead),
  },
  guards: {
    ...sharedGuards,
    isOne: ({ context, event }) => event.type === 'choose' && context.methods.some(({ id }) => event.choice === `method:${id}`),
  },
}).createMachine({
  id: 'methods',
  context: { ...nothingRead, proofs: [], addInstead: false },
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
              for (const method of context.methods) enqueue(say(`methods.line-${stateOf(method, event.now)}`, () => aboutOf(method)));
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
          {
            guard: 'isOne',
            target: 'showing',
            actions: [
              {
                type: 'begin',
                params: ({ context, event }) => ({
                  dialog: 'method' as const,
                  input: { method: idOf(event.choice), proofs: context.proofs },
                }),
              },
              // The list is read anew after.
              'forgetRead',
            ],
          },
        ],
      },
    },
    /** One of them is open. */
    showing: { on: { 'method.done': { target: 'reading', actions: assign({ proofs: ({ event }) => event.output.proofs }) } } },
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

/** A person's methods: what is there, and how each stands. */
export const methodsDialog = dialog({
  machine,
  context,
  prompts: {
    'methods.list': ({ methods, hasRoom }) => ({
      choices: [
        ...methods.map((method) => ({
          id: `method:${method.id}`,
          label: 'method',
          params: { kind: method.kind, label: labelOf(method) },
          words: wordsFor(method),
        })),
        ...(hasRoom ? [{ id: 'register' }] : []),
        { id: 'done' },
      ],
      params: { count: methods.length },
    }),
  },
});
