import { enqueueActions, setup } from 'xstate';
import { chose, dialog, effectActions, ends, say, selectable, sharedGuards, typesOf } from './dialog.ts';
import { wishShape } from './kept.ts';
import { tellNext } from './next-step.ts';
import { listOf, number, oneOf, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  wish: wishShape,
  why: oneOf('unproved', 'pace', 'asked', 'later'),
  until: orNull(number),
  proofs: listOf(text),
});

/** What the person hears is the same for everybody; the exact reason is found where the case is opened (I20). */
const codes = { unproved: 'LK_UNPROVED', pace: 'LK_PACE', asked: 'LK_ASKED', later: 'LK_UNAVAILABLE' } as const;

const machine = setup({
  types: typesOf<'door-contact', Shaped<typeof context>>(),
  actions: {
    ...effectActions,
    tellNext: enqueueActions(({ event, enqueue }) => {
      if (event.type === 'door-case.opened' && event.next !== undefined)
        tellNext(event.next, (notice, params) => enqueue(say(notice, () => params)));
    }),
  },
  guards: {
    ...sharedGuards,
    isNew: ({ event }) => event.type === 'door-case.opened' && event.isNew,
  },
}).createMachine({
  id: 'door-contact',
  context: ({ input }) => input,
  initial: 'offering',
  states: {
    offering: {
      meta: { prompt: 'door-contact.offer' },
      on: {
        choose: [
          {
            guard: chose('contact'),
            target: 'opening',
            actions: {
              type: 'openDoorCase',
              params: ({ context }) => ({ code: codes[context.why], wish: context.wish, proofs: context.proofs }),
            },
          },
          { guard: chose('no'), target: 'told', actions: say('door-contact.declined') },
        ],
      },
    },
    opening: {
      on: {
        'door-case.refused': { target: 'told', actions: say('door-contact.refused', ({ event }) => ends(event.until)) },
        'door-case.opened': [
          { guard: 'isNew', target: 'told', actions: [say('door-contact.opened', ({ event }) => ({ number: event.number })), 'tellNext'] },
          { target: 'told', actions: say('door-contact.already-open', ({ event }) => ({ number: event.number })) },
        ],
      },
    },
    told: { type: 'final' },
    cancelled: { type: 'final' },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

/** "We could not verify your account", with "Contact an administrator": how everything that fails at the front door ends (I20). */
export const doorContact = dialog({
  machine,
  context,
  prompts: {
    'door-contact.offer': ({ why, wish, until }) => ({
      choices: [{ id: 'contact' }, { id: 'no' }],
      params: { why: selectable(why), wish: selectable(wish), ...ends(until) },
    }),
  },
});
