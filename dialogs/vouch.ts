import { assign, setup } from 'xstate';
import { because, chose, dialog, effectActions, say, sharedGuards, typesOf } from './dialog.ts';
import { askShape } from './kept.ts';
import { flag, listOf, number, oneOf, orNull, record, text, type Shaped } from './shape.ts';
import { checkHows, type CheckHow } from './views.ts';

const context = record({
  ask: text,
  about: orNull(askShape),
  /** The account is frozen: the start code comes with the thaw. */
  frozen: flag,
  proofs: listOf(text),
  how: text,
  /** What the half is made of that is shown; never what it says. */
  half: orNull(record({ code: text, half: oneOf(1, 2), until: number })),
});
type Context = Shaped<typeof context>;

const dropProofs = { type: 'drop', params: ({ context }: { context: Context }) => ({ proofs: context.proofs }) } as const;

const remindOfEnd = {
  type: 'remind',
  params: ({ context }: { context: Context }) => ({ name: context.ask, at: context.half?.until ?? 0 }),
} as const;

/** A reminder of its own: that of the half is for the half. */
const silenceOf = ({ ask }: Context): string => `${ask} answer`;

const remindOfSilence = {
  type: 'remind',
  params: ({ context }: { context: Context }) => ({ name: silenceOf(context), at: context.about?.until ?? 0 }),
} as const;

/** Whom it is about, in a sentence. */
const aboutOf = ({ about }: Context) => ({ name: about?.name ?? '', userId: about?.userId ?? '', case: about?.case ?? '' });

const saidRecorded = say('vouch.recorded', ({ context }: { context: Context }) => aboutOf(context));

const machine = setup({
  types: typesOf<'vouch', Context>(),
  actions: {
    ...effectActions,
    keepRead: assign(({ event }) => (event.type === 'ask.read' ? { about: event.ask, frozen: event.frozen === true } : {})),
    keepHalf: assign({
      half: ({ context, event }) => {
        if (!('half' in event) || event.half === null) return context.half;
        const { code, half, until } = event.half;
        return { code, half, until };
      },
    }),
  },
  guards: {
    ...sharedGuards,
    hasHalf: ({ event }) => 'half' in event && event.half !== null,
    isRecorded: ({ event }) => event.type === 'ask.read' && event.recorded,
    isProved: ({ event }) => event.type === 'verify.done' && event.output.ok,
    isHow: ({ event }) => event.type === 'choose' && checkHows.some((how) => how === event.choice),
    isItsCode: ({ context, event }) => event.type === 'start-code.ready' && event.ask === context.ask,
    isItsEnd: ({ context, event }) => event.type === 'reminded' && event.name === context.ask,
    isItsSilence: ({ context, event }) => event.type === 'reminded' && event.name === silenceOf(context),
  },
}).createMachine({
  id: 'vouch',
  context: ({ input }) => ({ ask: input.ask, about: null, frozen: false, proofs: [], how: '', half: null }),
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readAsk', params: ({ context }) => ({ ask: context.ask }) },
      on: {
        'ask.read': [
          { guard: 'hasHalf', target: 'reminding', actions: ['keepRead', 'keepHalf'] },
          { guard: 'isRecorded', target: 'waiting', actions: 'keepRead' },
          { target: 'explaining', actions: 'keepRead' },
        ],
        'ask.gone': { target: 'ended', actions: say('vouch.gone') },
      },
    },
    explaining: {
      meta: { prompt: 'vouch.asked' },
      on: {
        choose: [
          { guard: chose('begin'), target: 'proving' },
          { guard: chose('not-asked'), target: 'reporting' },
          { guard: chose('later'), target: 'ended' },
        ],
      },
    },
    /** A gate of their own: nobody vouches for another who has not shown who they are. */
    proving: {
      entry: {
        type: 'begin',
        params: { dialog: 'verify', input: { purpose: 'agent', gates: { needed: 1, oneDevice: 'allow' } } },
      },
      on: {
        'verify.done': [
          { guard: 'isProved', target: 'choosing', actions: assign({ proofs: ({ event }) => event.output.proofs }) },
          { target: 'ended' },
        ],
      },
    },
    choosing: {
      meta: { prompt: 'vouch.how' },
      on: {
        choose: [
          { guard: 'isHow', target: 'recording', actions: assign({ how: ({ event }) => event.choice }) },
          { guard: chose('not-sure'), target: 'ended', actions: say('vouch.not-recorded') },
        ],
      },
    },
    recording: {
      entry: {
        type: 'recordCheck',
        params: ({ context }) => ({ ask: context.ask, how: context.how as CheckHow, proofs: context.proofs }),
      },
      on: {
        'check.recorded': [
          { guard: 'hasHalf', target: 'reminding', actions: ['keepHalf', saidRecorded] },
          { target: 'waiting', actions: saidRecorded },
        ],
        'check.refused': [
          { guard: because('proofs'), target: 'again', actions: say('vouch.proofs-too-old') },
          { target: 'ended', actions: say('vouch.gone') },
        ],
      },
    },
    again: { entry: [dropProofs, assign({ proofs: [] })], always: 'proving' },
    /** The other one has not recorded anything yet, or the account is frozen still. Whoever waits hears when the time for it is over. */
    waiting: {
      entry: remindOfSilence,
      meta: { prompt: 'vouch.waiting' },
      on: {
        'start-code.ready': { guard: 'isItsCode', target: 'reading' },
        reminded: { guard: 'isItsSilence', target: 'ended', actions: say('vouch.no-answer', ({ context }) => aboutOf(context)) },
        choose: { guard: chose('done'), target: 'ended' },
      },
    },
    reminding: { entry: remindOfEnd, always: 'half' },
    half: {
      meta: { prompt: 'vouch.half' },
      on: {
        reminded: { guard: 'isItsEnd', target: 'ended', actions: say('vouch.half-over') },
        choose: { guard: chose('done'), target: 'ended' },
      },
    },
    reporting: {
      entry: { type: 'reportAsk', params: ({ context }) => ({ ask: context.ask }) },
      on: { 'ask.reported': { target: 'ended', actions: say('vouch.reported') } },
    },
    ended: { type: 'final', entry: dropProofs },
    cancelled: { type: 'final', entry: dropProofs },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

/** Vouching for somebody who cannot prove who they are (I12): a gate of one's own, what was done to know them, and half of a start code. */
export const vouch = dialog({
  machine,
  context,
  prompts: {
    'vouch.asked': (asked) => ({ choices: [{ id: 'begin' }, { id: 'not-asked' }, { id: 'later' }], params: aboutOf(asked) }),
    'vouch.how': (asked) => ({ choices: [...checkHows.map((id) => ({ id })), { id: 'not-sure' }], params: aboutOf(asked) }),
    'vouch.waiting': (asked) => ({ choices: [{ id: 'done' }], params: { ...aboutOf(asked), frozen: asked.frozen ? 'yes' : 'no' } }),
    'vouch.half': (asked) => ({
      choices: [{ id: 'done' }],
      ...(asked.half !== null && { shownHalf: { code: asked.half.code, half: asked.half.half } }),
      params: { ...aboutOf(asked), half: asked.half?.half ?? 1, until: asked.half?.until ?? 0 },
    }),
  },
});
