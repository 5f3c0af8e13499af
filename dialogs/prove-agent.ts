import { assign, setup } from 'xstate';
import { because, dialog, effectActions, say, sharedGuards, typesOf } from './dialog.ts';
import { kindShape } from './kept.ts';
import { flag, listOf, record, text, type Shaped } from './shape.ts';

const context = record({
  /** The kinds of methods by which an agent proves themselves. */
  kinds: listOf(kindShape),
  proofs: listOf(text),
  /** None of them is registered: the person goes on to do so. */
  registers: flag,
});
type Context = Shaped<typeof context>;

const dropProofs = { type: 'drop', params: ({ context }: { context: Context }) => ({ proofs: context.proofs }) } as const;

const machine = setup({
  types: typesOf<'prove-agent', Context>(),
  actions: effectActions,
  guards: {
    ...sharedGuards,
    isNoAgent: ({ event }) => event.type === 'agent.read' && !event.isAgent,
    hasNone: ({ event }) => event.type === 'agent.read' && !event.hasOne,
    isProved: ({ event }) => event.type === 'verify.done' && event.output.ok,
  },
}).createMachine({
  id: 'prove-agent',
  context: { kinds: [], proofs: [], registers: false },
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readAgent', params: {} },
      on: {
        'agent.read': [
          { guard: 'isNoAgent', target: 'done', actions: say('prove-agent.not-agent') },
          {
            guard: 'hasNone',
            target: 'done',
            actions: [
              assign({ registers: true }),
              say('prove-agent.none', ({ event }) => ({ app: event.kinds.includes('authenticator-app') ? 'yes' : 'no' })),
            ],
          },
          { target: 'proving', actions: [assign({ kinds: ({ event }) => event.kinds }), say('prove-agent.why')] },
        ],
      },
    },
    proving: {
      entry: {
        type: 'begin',
        params: ({ context }) => ({
          dialog: 'verify' as const,
          input: { purpose: 'agent' as const, gates: { needed: 1 as const, oneDevice: 'allow' as const }, kinds: context.kinds },
        }),
      },
      on: {
        'verify.done': [
          { guard: 'isProved', target: 'keeping', actions: assign({ proofs: ({ event }) => event.output.proofs }) },
          { target: 'done' },
        ],
      },
    },
    keeping: {
      entry: { type: 'standAsAgent', params: ({ context }) => ({ proofs: context.proofs }) },
      on: {
        'agent.standing': { target: 'done', actions: say('prove-agent.standing', ({ event }) => ({ until: event.until })) },
        'agent.refused': [
          { guard: because('not-agent'), target: 'done', actions: say('prove-agent.not-agent') },
          { target: 'done', actions: say('prove-agent.proofs') },
        ],
      },
    },
    /** What was proved stands in a row of its own; the proof itself carries nothing else. */
    done: { type: 'final', entry: dropProofs },
    cancelled: { type: 'final', entry: dropProofs },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => (context.registers ? { wish: 'register' as const } : {}),
});

/** An agent shows who they are, before they act with power (I14). */
export const proveAgent = dialog({ machine, context, prompts: {} });
