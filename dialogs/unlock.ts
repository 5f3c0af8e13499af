import { assign, setup } from 'xstate';
import { because, chose, dialog, effectActions, ends, lastTried, say, selectable, sharedGuards, typesOf } from './dialog.ts';
import { gatesShape } from './kept.ts';
import { flag, listOf, oneOf, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  gates: gatesShape,
  proofs: listOf(text),
  /** Why the password lets nobody in, though the account is not locked. */
  due: orNull(oneOf('expired', 'must-change')),
  /** The person would rather have a new password. */
  resetInstead: flag,
  /** Or register now, with what the directory holds. */
  registerInstead: flag,
});
type Context = Shaped<typeof context>;

const dropProofs = { type: 'drop', params: ({ context }: { context: Context }) => ({ proofs: context.proofs }) } as const;

const machine = setup({
  types: typesOf<'unlock', Context>(),
  actions: effectActions,
  guards: {
    ...sharedGuards,
    isNotLocked: ({ event }) => event.type === 'eligibility.eligible' && event.locked === null,
    isLockedByAdministrator: ({ event }) => event.type === 'eligibility.eligible' && event.locked?.why === 'administrator',
    isProved: ({ event }) => event.type === 'verify.done' && event.output.ok,
    wishesRegister: ({ event }) => event.type === 'escalate.done' && event.output.wish === 'register',
  },
}).createMachine({
  id: 'unlock',
  context: { gates: { needed: 2, oneDevice: 'allow' }, proofs: [], due: null, resetInstead: false, registerInstead: false },
  initial: 'weighing',
  states: {
    weighing: {
      entry: { type: 'readEligibility', params: { purpose: 'unlock' } },
      on: {
        'eligibility.refused': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: ({ event }) => ({ dialog: 'escalate' as const, input: { refusal: event.refusal, wish: 'unlock' as const } }),
          },
        },
        'eligibility.unavailable': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: { dialog: 'escalate', input: { refusal: { code: 'LK_UNAVAILABLE', ending: 'unavailable' }, wish: 'unlock' } },
          },
        },
        'eligibility.eligible': [
          { guard: 'isNotLocked', target: 'notLocked', actions: assign({ due: ({ event }) => event.due }) },
          {
            guard: 'isLockedByAdministrator',
            target: 'refusing',
            actions: {
              type: 'begin',
              params: { dialog: 'escalate', input: { refusal: { code: 'LK_LOCKED', ending: 'locked' }, wish: 'unlock' } },
            },
          },
          {
            target: 'proving',
            actions: [
              assign({ gates: ({ event }) => event.gates }),
              say('unlock.locked', ({ event }) => ({
                ...ends(event.locked?.until),
                ...lastTried(event.locked?.lastWrong),
                since: event.locked?.since ?? 0,
              })),
            ],
          },
        ],
      },
    },
    notLocked: {
      meta: { prompt: 'unlock.not-locked' },
      on: {
        choose: [
          { guard: chose('reset'), target: 'done', actions: assign({ resetInstead: true }) },
          { guard: chose('no'), target: 'done' },
        ],
      },
    },
    proving: {
      entry: {
        type: 'begin',
        params: ({ context }) => ({ dialog: 'verify' as const, input: { purpose: 'unlock' as const, gates: context.gates } }),
      },
      on: {
        'verify.done': [
          { guard: 'isProved', target: 'unlocking', actions: assign({ proofs: ({ event }) => event.output.proofs }) },
          { target: 'done' },
        ],
      },
    },
    unlocking: {
      entry: { type: 'unlock', params: ({ context }) => ({ proofs: context.proofs }) },
      on: {
        'unlock.done': { target: 'done', actions: say('unlock.done') },
        'unlock.refused': [
          { guard: because('proofs'), target: 'reweighing', actions: say('unlock.proofs-too-old') },
          { target: 'reweighing', actions: say('unlock.account-changed') },
        ],
        'unlock.unavailable': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: ({ context }) => ({
              dialog: 'escalate' as const,
              input: {
                refusal: { code: 'LK_UNAVAILABLE', ending: 'unavailable' as const },
                wish: 'unlock' as const,
                proofs: context.proofs,
              },
            }),
          },
        },
      },
    },
    /** The proofs no longer do, or the account changed: from the start. */
    reweighing: { entry: [dropProofs, assign({ proofs: [] })], always: 'weighing' },
    refusing: {
      on: {
        'escalate.done': [{ guard: 'wishesRegister', target: 'done', actions: assign({ registerInstead: true }) }, { target: 'done' }],
      },
    },
    done: { type: 'final', entry: dropProofs },
    cancelled: { type: 'final', entry: dropProofs },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => ({
    ...(context.resetInstead && { wish: 'reset' as const }),
    ...(context.registerInstead && { wish: 'register' as const }),
  }),
});

/** Opens a locked account without a new password. */
export const unlock = dialog({
  machine,
  context,
  prompts: { 'unlock.not-locked': ({ due }) => ({ choices: [{ id: 'reset' }, { id: 'no' }], params: { due: selectable(due ?? 'none') } }) },
});
