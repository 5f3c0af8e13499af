import { assign, setup } from 'xstate';
import { dialog, effectActions, say, typesOf } from './dialog.ts';
import type { MethodView } from './views.ts';
import { gatesShape } from './kept.ts';
import { counts, gatesSuffice, type GateRule } from './methods.ts';
import { flag, listOf, record, text, type Shaped } from './shape.ts';

const context = record({ gates: gatesShape, passwordToo: flag, ok: flag, proofs: listOf(text) });
type Context = Shaped<typeof context>;

const dropProofs = { type: 'drop', params: ({ context }: { context: Context }) => ({ proofs: context.proofs }) } as const;

/**
 * The kinds that count for step-up (I4). One that cools off or came in this session proves nothing yet, and a set of codes without a code nothing any more, nor does one whose account had left (I9), so
 * it is as if it were not there; one that waits
 * or was disabled after wrong tries is there: nobody gets around it by guessing wrong.
 */
const countingKinds = (methods: readonly MethodView[]) =>
  methods
    .filter(({ kind, usable }) => counts(kind, 'step-up') && !['cooling', 'this-session', 'used-up', 'suspended'].includes(usable))
    .map(({ kind }) => kind);

const canGiveAll = (methods: readonly MethodView[], gates: GateRule): boolean => gatesSuffice(countingKinds(methods), 'step-up', gates);

const machine = setup({
  types: typesOf<'step-up', Context>(),
  actions: {
    ...effectActions,
    keepProofs: assign({
      proofs: ({ context, event }) =>
        event.type === 'verify.done' || event.type === 'first-proof.done' ? [...context.proofs, ...event.output.proofs] : context.proofs,
    }),
  },
  guards: {
    hasNone: ({ event }) => event.type === 'methods.read' && countingKinds(event.methods).length === 0,
    isProved: ({ event }) => event.type === 'verify.done' && event.output.ok,
    isProvedByPassword: ({ event }) => event.type === 'first-proof.done' && event.output.ok,
    takesPasswordToo: ({ context }) => context.passwordToo,
  },
}).createMachine({
  id: 'step-up',
  context: { gates: { needed: 1, oneDevice: 'allow' }, passwordToo: false, ok: false, proofs: [] },
  initial: 'weighing',
  states: {
    weighing: {
      entry: { type: 'readMethods', params: { purpose: 'step-up' } },
      on: {
        'methods.read': [
          { guard: 'hasNone', target: 'askingPassword' },
          {
            target: 'verifying',
            actions: [
              assign({
                // Two gates are demanded and only one can be given: that one, and the present password in the place of the other.
                gates: ({ event }) => (canGiveAll(event.methods, event.stepUp) ? event.stepUp : { ...event.stepUp, needed: 1 as const }),
                passwordToo: ({ event }) => !canGiveAll(event.methods, event.stepUp),
              }),
              say('step-up.why'),
            ],
          },
        ],
      },
    },
    verifying: {
      entry: {
        type: 'begin',
        params: ({ context }) => ({ dialog: 'verify' as const, input: { purpose: 'step-up' as const, gates: context.gates } }),
      },
      on: { 'verify.done': [{ guard: 'isProved', target: 'verified', actions: 'keepProofs' }, { target: 'failed' }] },
    },
    verified: { always: [{ guard: 'takesPasswordToo', target: 'askingPassword' }, { target: 'passed' }] },
    askingPassword: {
      entry: { type: 'begin', params: { dialog: 'first-proof', input: {} } },
      on: { 'first-proof.done': [{ guard: 'isProvedByPassword', target: 'passed', actions: 'keepProofs' }, { target: 'failed' }] },
    },
    passed: { type: 'final', entry: assign({ ok: true }) },
    failed: { type: 'final', entry: dropProofs },
    cancelled: { type: 'final', entry: dropProofs },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => ({ ok: context.ok, proofs: context.proofs }),
});

/** One gate or two that count for step-up; where the account has none, the first proof takes their place (I4). */
export const stepUp = dialog({ machine, context, prompts: {} });
