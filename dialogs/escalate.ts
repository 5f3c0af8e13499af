import { assign, enqueueActions, setup } from 'xstate';
import { tellNext } from './next-step.ts';
import { chose, dialog, effectActions, ends, say, selectable, sharedGuards, typesOf } from './dialog.ts';
import { refusalShape, wishShape } from './kept.ts';
import { flag, listOf, record, text, type Shaped } from './shape.ts';

const context = record({
  refusal: refusalShape,
  wish: wishShape,
  proofs: listOf(text),
  /** The person would rather register now. */
  registerInstead: flag,
});

/** The code of "too little is registered". */
const tooLittleRegistered = 'SSPR_0014';

const machine = setup({
  types: typesOf<'escalate', Shaped<typeof context>>(),
  actions: {
    ...effectActions,
    /** What happens next and by when, and whom to call where that is too late. */
    tellNext: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'case.opened' || event.next === undefined) return;
      tellNext(event.next, (notice, params) => enqueue(say(notice, () => params)));
    }),
  },
  guards: {
    ...sharedGuards,
    isManagedElsewhere: ({ context }) => context.refusal.ending === 'managed-elsewhere',
    isForLater: ({ context }) => context.refusal.ending === 'later',
    isNew: ({ event }) => event.type === 'case.opened' && event.isNew,
    shouldRegister: ({ context }) => context.refusal.code === tooLittleRegistered,
  },
}).createMachine({
  id: 'escalate',
  context: ({ input }) => ({
    refusal: {
      code: input.refusal.code,
      ending: input.refusal.ending,
      until: input.refusal.until ?? null,
      mayRegister: input.refusal.mayRegister === true,
    },
    wish: input.wish,
    proofs: input.proofs ?? [],
    registerInstead: false,
  }),
  initial: 'weighing',
  states: {
    weighing: {
      always: [
        {
          guard: 'isManagedElsewhere',
          target: 'told',
          actions: say('escalate.managed-elsewhere', ({ context }) => ({ wish: selectable(context.wish) })),
        },
        { guard: 'isForLater', target: 'told', actions: say('escalate.later') },
        { target: 'offering' },
      ],
    },
    offering: {
      meta: { prompt: 'escalate.offer' },
      on: {
        choose: [
          {
            guard: chose('contact'),
            target: 'opening',
            actions: {
              type: 'openCase',
              params: ({ context }) => ({ code: context.refusal.code, wish: context.wish, proofs: context.proofs }),
            },
          },
          { guard: chose('register'), target: 'told', actions: assign({ registerInstead: true }) },
          { guard: chose('no'), target: 'closing', actions: say('escalate.declined') },
        ],
      },
    },
    opening: {
      on: {
        'case.opened': [
          { guard: 'isNew', target: 'closing', actions: [say('escalate.opened', ({ event }) => ({ number: event.number })), 'tellNext'] },
          { target: 'closing', actions: [say('escalate.already-open', ({ event }) => ({ number: event.number })), 'tellNext'] },
        ],
        'case.not-opened': { target: 'told', actions: say('escalate.not-opened', ({ event }) => ends(event.until)) },
      },
    },
    closing: {
      always: [{ guard: 'shouldRegister', target: 'told', actions: say('escalate.register-when-back') }, { target: 'told' }],
    },
    told: { type: 'final' },
    cancelled: { type: 'final' },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => (context.registerInstead ? { wish: 'register' as const } : {}),
});

/** A refusal in full; where that is its ending, the offer to contact an administrator, and a case on a yes. */
export const escalate = dialog({
  machine,
  context,
  prompts: {
    'escalate.offer': ({ refusal, wish }) => ({
      choices: [...(refusal.mayRegister ? [{ id: 'register' }] : []), { id: 'contact' }, { id: 'no' }],
      params: {
        ending: selectable(refusal.ending),
        wish: selectable(wish),
        register: refusal.mayRegister ? 'yes' : 'no',
        ...ends(refusal.until),
      },
    }),
  },
});
