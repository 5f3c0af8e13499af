import { setup } from 'xstate';
import { chose, dialog, effectActions, selectable, sharedGuards, typesOf } from './dialog.ts';
import { dialogShape, wishShape } from './kept.ts';
import { record, type Shaped } from './shape.ts';

const context = record({ wish: wishShape, from: dialogShape });

const machine = setup({
  types: typesOf<'leave', Shaped<typeof context>>(),
  actions: effectActions,
  guards: sharedGuards,
}).createMachine({
  id: 'leave',
  context: ({ input }) => ({ wish: input.wish, from: input.from }),
  initial: 'asking',
  states: {
    asking: {
      meta: { prompt: 'leave.ask' },
      on: {
        choose: [
          { guard: chose('leave'), target: 'left' },
          { guard: chose('stay'), target: 'stayed' },
        ],
      },
    },
    left: { type: 'final', output: true },
    stayed: { type: 'final', output: false },
    cancelled: { type: 'final', output: false },
  },
  on: { cancel: '.cancelled' },
  output: ({ context, event }) => ({ leave: event.output === true, wish: context.wish }),
});

/** "You are in the middle of X. Leave it and start Y?" */
export const leave = dialog({
  machine,
  context,
  prompts: {
    'leave.ask': ({ wish, from }) => ({
      choices: [{ id: 'leave' }, { id: 'stay' }],
      params: { wish: selectable(wish), from: selectable(from) },
    }),
  },
});
