import { assign, setup } from 'xstate';
import { chose, dialog, effectActions, say, selectable, sharedGuards, typesOf } from './dialog.ts';
import { happenedShape } from './kept.ts';
import { listOf, record, text, type Shaped } from './shape.ts';

const context = record({
  /** What happened lately, the newest first. */
  happened: listOf(happenedShape),
  /** Which of it was not the person; '' until it was said. */
  chosen: text,
});
type Context = Shaped<typeof context>;

const chosenOf = ({ happened, chosen }: Context) => happened.find(({ id }) => id === chosen);

const machine = setup({
  types: typesOf<'not-me', Context>(),
  actions: effectActions,
  guards: {
    ...sharedGuards,
    isFrozen: ({ event }) => event.type === 'happened.read' && event.frozen !== null,
    isNothing: ({ event }) => event.type === 'happened.read' && event.happened.length === 0,
    isOne: ({ event }) => event.type === 'happened.read' && event.happened.length === 1,
    isOffered: ({ context, event }) => event.type === 'choose' && context.happened.some(({ id }) => id === event.choice),
  },
}).createMachine({
  id: 'not-me',
  context: { happened: [], chosen: '' },
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readHappened', params: {} },
      on: {
        'happened.read': [
          { guard: 'isFrozen', target: 'told', actions: say('not-me.frozen', ({ event }) => ({ number: event.frozen ?? '' })) },
          {
            guard: 'isNothing',
            target: 'asking',
            actions: [
              say('not-me.nothing'),
              {
                type: 'begin',
                params: { dialog: 'escalate', input: { refusal: { code: 'LK_ASKED', ending: 'asked' }, wish: 'not-me' } },
              },
            ],
          },
          {
            guard: 'isOne',
            target: 'confirming',
            actions: assign({ happened: ({ event }) => event.happened, chosen: ({ event }) => event.happened[0]?.id ?? '' }),
          },
          { target: 'choosing', actions: assign({ happened: ({ event }) => event.happened }) },
        ],
      },
    },
    choosing: {
      meta: { prompt: 'not-me.choose' },
      on: { choose: { guard: 'isOffered', target: 'confirming', actions: assign({ chosen: ({ event }) => event.choice }) } },
    },
    /** It stops much, also for the person: one question before it does. */
    confirming: {
      meta: { prompt: 'not-me.confirm' },
      on: {
        choose: [
          { guard: chose('freeze'), target: 'freezing' },
          { guard: chose('no'), target: 'told', actions: say('not-me.left') },
        ],
      },
    },
    freezing: {
      entry: { type: 'freeze', params: ({ context }) => ({ happened: context.chosen }) },
      on: {
        'freeze.done': { target: 'told', actions: say('not-me.done', ({ event }) => ({ number: event.number })) },
        'freeze.refused': { target: 'told', actions: say('not-me.over') },
      },
    },
    asking: { on: { 'escalate.done': 'told' } },
    told: { type: 'final' },
    cancelled: { type: 'final' },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

/** "That was not me" (I17): which of what happened lately, one question, then the account is frozen. */
export const notMe = dialog({
  machine,
  context,
  prompts: {
    'not-me.choose': ({ happened }) => ({
      choices: [
        ...happened.map(({ id, what, at, kind }) => ({ id, label: what, params: { at, ...(kind !== null && { kind }) } })),
        { id: 'cancel' },
      ],
    }),
    'not-me.confirm': (standing) => {
      const chosen = chosenOf(standing);
      return {
        choices: [{ id: 'freeze' }, { id: 'no' }],
        params: {
          what: selectable(chosen?.what ?? 'password-set'),
          at: chosen?.at ?? 0,
          door: selectable(chosen?.door ?? 'teams'),
          ...(chosen !== undefined && chosen.kind !== null && { kind: chosen.kind }),
        },
      };
    },
  },
});
