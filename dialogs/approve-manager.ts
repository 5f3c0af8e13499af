import { assign, setup } from 'xstate';
import { because, chose, dialog, effectActions, say, sharedGuards, typesOf } from './dialog.ts';
import { askShape } from './kept.ts';
import { listOf, orNull, record, text, type Shaped } from './shape.ts';

const context = record({ ask: text, about: orNull(askShape), proofs: listOf(text) });
type Context = Shaped<typeof context>;

const dropProofs = { type: 'drop', params: ({ context }: { context: Context }) => ({ proofs: context.proofs }) } as const;

const aboutOf = ({ about }: Context) => ({ name: about?.name ?? '', userId: about?.userId ?? '', wish: about?.wish ?? 'reset' });

const machine = setup({
  types: typesOf<'approve-manager', Context>(),
  actions: effectActions,
  guards: {
    ...sharedGuards,
    isProved: ({ event }) => event.type === 'verify.done' && event.output.ok,
  },
}).createMachine({
  id: 'approve-manager',
  context: ({ input }) => ({ ask: input.ask, about: null, proofs: [] }),
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readAsk', params: ({ context }) => ({ ask: context.ask }) },
      on: {
        'ask.read': { target: 'explaining', actions: assign({ about: ({ event }) => event.ask }) },
        'ask.gone': { target: 'ended', actions: say('approve-manager.gone') },
      },
    },
    explaining: {
      meta: { prompt: 'approve-manager.asked' },
      on: {
        choose: [
          { guard: chose('begin'), target: 'proving' },
          { guard: chose('not-asked'), target: 'reporting' },
          { guard: chose('later'), target: 'ended' },
        ],
      },
    },
    proving: {
      entry: { type: 'begin', params: { dialog: 'verify', input: { purpose: 'agent', gates: { needed: 1, oneDevice: 'allow' } } } },
      on: {
        'verify.done': [
          { guard: 'isProved', target: 'ticking', actions: assign({ proofs: ({ event }) => event.output.proofs }) },
          { target: 'ended' },
        ],
      },
    },
    /** Whoever cannot say this types nothing. */
    ticking: {
      meta: { prompt: 'approve-manager.spoken' },
      on: {
        choose: [
          { guard: chose('spoken'), target: 'answering' },
          { guard: chose('not-sure'), target: 'ended', actions: say('approve-manager.not-given') },
        ],
      },
    },
    answering: {
      meta: { prompt: 'approve-manager.digits' },
      on: {
        answer: {
          target: 'checking',
          actions: {
            type: 'approveAsk',
            params: ({ context, event }) => ({ ask: context.ask, answer: event.text, proofs: context.proofs }),
          },
        },
        choose: { guard: chose('not-sure'), target: 'ended', actions: say('approve-manager.not-given') },
      },
    },
    checking: {
      on: {
        'approval.given': { target: 'ended', actions: say('approve-manager.given', ({ context }) => aboutOf(context)) },
        'approval.rejected': [
          { guard: because('form'), target: 'answering', actions: say('approve-manager.form') },
          { target: 'answering', actions: say('approve-manager.wrong', ({ event }) => ({ triesLeft: event.triesLeft })) },
        ],
        'approval.over': [
          { guard: because('proofs'), target: 'again', actions: say('approve-manager.proofs-too-old') },
          { guard: because('tries'), target: 'ended', actions: say('approve-manager.no-tries') },
          { target: 'ended', actions: say('approve-manager.gone') },
        ],
      },
    },
    again: { entry: [dropProofs, assign({ proofs: [] })], always: 'proving' },
    reporting: {
      entry: { type: 'reportAsk', params: ({ context }) => ({ ask: context.ask }) },
      on: { 'ask.reported': { target: 'ended', actions: say('approve-manager.reported') } },
    },
    ended: { type: 'final', entry: dropProofs },
    cancelled: { type: 'final', entry: dropProofs },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

/** A manager's approval (I18): a gate of their own, that they have spoken with the person, and the digits the person tells them. It shows no number. */
export const approveManager = dialog({
  machine,
  context,
  prompts: {
    'approve-manager.asked': (asked) => ({ choices: [{ id: 'begin' }, { id: 'not-asked' }, { id: 'later' }], params: aboutOf(asked) }),
    'approve-manager.spoken': (asked) => ({ choices: [{ id: 'spoken' }, { id: 'not-sure' }], params: aboutOf(asked) }),
    'approve-manager.digits': (asked) => ({ choices: [{ id: 'not-sure' }], input: 'code', params: aboutOf(asked) }),
  },
});
