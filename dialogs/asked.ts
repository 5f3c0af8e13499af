import { assign, setup } from 'xstate';
import { chose, dialog, effectActions, say, sharedGuards, typesOf } from './dialog.ts';
import { askShape } from './kept.ts';
import { listOf, record, type Shaped } from './shape.ts';

const context = record({ asks: listOf(askShape) });

const machine = setup({
  types: typesOf<'asked', Shaped<typeof context>>(),
  actions: effectActions,
  guards: {
    ...sharedGuards,
    hasNone: ({ event }) => event.type === 'asks.read' && event.asks.length === 0,
    isApproving: ({ context, event }) =>
      event.type === 'choose' && context.asks.some(({ id, kind }) => id === event.choice && kind === 'manager-approval'),
    isVouching: ({ context, event }) =>
      event.type === 'choose' && context.asks.some(({ id, kind }) => id === event.choice && kind === 'vouch'),
  },
}).createMachine({
  id: 'asked',
  context: { asks: [] },
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readAsks', params: {} },
      on: {
        'asks.read': [
          { guard: 'hasNone', target: 'ended', actions: say('asked.none') },
          { target: 'listing', actions: assign({ asks: ({ event }) => event.asks }) },
        ],
      },
    },
    listing: {
      meta: { prompt: 'asked.list' },
      on: {
        choose: [
          { guard: chose('back'), target: 'ended' },
          {
            guard: 'isApproving',
            target: 'answering',
            actions: { type: 'begin', params: ({ event }) => ({ dialog: 'approve-manager' as const, input: { ask: event.choice } }) },
          },
          {
            guard: 'isVouching',
            target: 'answering',
            actions: { type: 'begin', params: ({ event }) => ({ dialog: 'vouch' as const, input: { ask: event.choice } }) },
          },
        ],
      },
    },
    answering: { on: { 'vouch.done': 'ended', 'approve-manager.done': 'ended' } },
    ended: { type: 'final' },
    cancelled: { type: 'final' },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

/** What others ask of the person: to vouch for somebody who cannot prove who they are. */
export const asked = dialog({
  machine,
  context,
  prompts: {
    'asked.list': ({ asks }) => ({
      choices: [
        ...asks.map(({ id, kind, name, userId }) => ({ id, label: kind, params: { name, userId }, words: [name] })),
        { id: 'back' },
      ],
    }),
  },
});
