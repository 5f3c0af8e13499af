import { and, assign, or, setup } from 'xstate';
import { because, chose, dialog, effectActions, say, sharedGuards, typesOf } from './dialog.ts';
import type { DialogEvent } from './effects.ts';
import { flag, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  /** What opens the new-password page; null once it is set, and where none can be. */
  password: orNull(text),
  /** What registers the first method anew; null where that may not be. */
  register: orNull(text),
  hasPassword: flag,
  /** It was begun at the front door, where nothing is registered, and every failure ends alike (I11, I20). */
  atDoor: flag,
});
type Context = Shaped<typeof context>;

const held = ({ password, register }: Context): readonly string[] => [password, register].filter((proof) => proof !== null);
const dropProofs = { type: 'drop', params: ({ context }: { context: Context }) => ({ proofs: held(context) }) } as const;

/** How it ends at the front door without a code. */
const contact = (why: 'asked' | 'pace', until: (event: DialogEvent) => number | null) =>
  ({
    type: 'begin',
    params: ({ event }: { event: DialogEvent }) => ({
      dialog: 'door-contact' as const,
      input: { wish: 'start-code' as const, why, until: until(event), proofs: [] },
    }),
  }) as const;

const machine = setup({
  types: typesOf<'start-code', Context>(),
  actions: effectActions,
  guards: {
    ...sharedGuards,
    maySetPassword: ({ context }) => context.password !== null,
    mayRegister: ({ context }) => context.register !== null,
    isAtDoor: ({ context }) => context.atDoor,
  },
}).createMachine({
  id: 'start-code',
  context: ({ input }) => ({ password: null, register: null, hasPassword: true, atDoor: input.atDoor === true }),
  initial: 'asking',
  states: {
    asking: {
      meta: { prompt: 'start-code.ask' },
      on: {
        answer: { target: 'checking', actions: { type: 'redeemStartCode', params: ({ event }) => ({ answer: event.text }) } },
        choose: [
          { guard: and([chose('no-code'), 'isAtDoor']), target: 'contacting', actions: contact('asked', () => null) },
          { guard: chose('no-code'), target: 'refusing' },
        ],
      },
    },
    checking: {
      on: {
        'start-code.redeemed': {
          target: 'weighing',
          actions: assign(({ event: { password, register, hasPassword } }) => ({ password, register, hasPassword })),
        },
        'start-code.rejected': [
          { guard: because('form'), target: 'asking', actions: say('start-code.form') },
          { target: 'asking', actions: say('start-code.wrong', ({ event }) => ({ triesLeft: event.triesLeft })) },
        ],
        'start-code.over': { target: 'ended', actions: say('start-code.over') },
        'start-code.exhausted': {
          target: 'contacting',
          actions: contact('pace', (event) => (event.type === 'start-code.exhausted' ? event.until : null)),
        },
      },
    },
    weighing: {
      always: [
        { guard: and(['maySetPassword', 'mayRegister']), target: 'choosing' },
        { guard: and(['maySetPassword', 'isAtDoor']), target: 'lettingIn' },
        { guard: 'maySetPassword', target: 'setting' },
        { guard: 'mayRegister', target: 'registering' },
        { guard: 'isAtDoor', target: 'ended', actions: say('start-code.in-teams') },
        { target: 'ended' },
      ],
    },
    choosing: {
      meta: { prompt: 'start-code.choose' },
      on: {
        choose: [
          { guard: and(['maySetPassword', chose('password')]), target: 'setting' },
          { guard: and(['mayRegister', chose('register')]), target: 'registering' },
          { guard: chose('done'), target: 'ended' },
        ],
      },
    },
    setting: {
      entry: {
        type: 'begin',
        params: ({ context }) => ({
          dialog: 'reset' as const,
          input: { given: { proof: context.password ?? '', hasPassword: context.hasPassword } },
        }),
      },
      on: { 'reset.done': { target: 'next', actions: assign({ password: null }) } },
    },
    lettingIn: {
      entry: {
        type: 'begin',
        params: ({ context }) => ({ dialog: 'let-in' as const, input: { wish: 'reset' as const, given: context.password ?? '' } }),
      },
      on: { 'let-in.done': 'ended' },
    },
    registering: {
      entry: {
        type: 'begin',
        params: ({ context }) => ({ dialog: 'register' as const, input: { proofs: context.register === null ? [] : [context.register] } }),
      },
      on: { 'register.done': { target: 'next', actions: assign({ register: null }) } },
    },
    /** What is registered now is what gets the person in next time, so it is offered and not begun. */
    next: { always: [{ guard: or(['maySetPassword', 'mayRegister']), target: 'choosing' }, { target: 'ended' }] },
    /** Nobody has given them one: what leads to it is a case. */
    refusing: {
      entry: {
        type: 'begin',
        params: { dialog: 'escalate', input: { refusal: { code: 'LK_ASKED', ending: 'asked' }, wish: 'contact' } },
      },
      on: { 'escalate.done': 'ended' },
    },
    contacting: { on: { 'door-contact.done': 'ended' } },
    ended: { type: 'final', entry: dropProofs },
    cancelled: { type: 'final', entry: dropProofs },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

/** A start code, heard from two people who each have half of it (I12): it opens the new-password page, and in Teams registration. */
export const startCode = dialog({
  machine,
  context,
  prompts: {
    'start-code.ask': () => ({ choices: [{ id: 'no-code' }, { id: 'cancel' }], input: 'start-code' }),
    'start-code.choose': ({ password, register, hasPassword }) => ({
      choices: [...(password === null ? [] : [{ id: 'password' }]), ...(register === null ? [] : [{ id: 'register' }]), { id: 'done' }],
      params: { first: hasPassword ? 'no' : 'yes', left: password === null ? 'register' : register === null ? 'password' : 'both' },
    }),
  },
});
