import { enqueueActions, setup } from 'xstate';
import { dialog, effectActions, say, typesOf } from './dialog.ts';
import type { NoticeParams } from './effects.ts';
import type { CaseView } from './views.ts';
import { record } from './shape.ts';

const context = record({});

const machine = setup({
  types: typesOf<'case-status', object>(),
  actions: effectActions,
  guards: { hasNone: ({ event }) => event.type === 'cases.read' && event.cases.length === 0 },
}).createMachine({
  id: 'case-status',
  context: {},
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readCases', params: {} },
      on: {
        'cases.read': [
          { guard: 'hasNone', target: 'told', actions: say('case-status.none') },
          {
            target: 'told',
            actions: enqueueActions(({ event, enqueue }) => {
              for (const one of event.cases) enqueue(say(`case-status.${one.state}`, () => timesOf(one)));
            }),
          },
        ],
      },
    },
    told: { type: 'final' },
    cancelled: { type: 'final' },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

const timesOf = ({ number, openedAt, resolvedAt }: CaseView): NoticeParams => ({ number, openedAt, resolvedAt: resolvedAt ?? openedAt });

/** How a person's cases go. */
export const caseStatus = dialog({ machine, context, prompts: {} });
