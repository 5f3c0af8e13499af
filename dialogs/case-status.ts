import { assign, enqueueActions, setup } from 'xstate';
import { chose, dialog, effectActions, say, sharedGuards, typesOf } from './dialog.ts';
import type { NoticeParams } from './effects.ts';
import type { CaseNews } from './desk-effects.ts';
import { tellNext } from './next-step.ts';
import { caseStates } from './case.ts';
import { growing, listOf, flag, oneOf, orNull, record, text, type Shaped } from './shape.ts';
import type { CaseView } from './views.ts';

const context = record({
  /** The case that there is news of, and none but it is told; null: all are. */
  only: orNull(text),
  cases: listOf(
    record({ number: text, state: growing('case-state', oneOf(...caseStates)), mayWrite: flag, mayWithdraw: flag, mayReopen: flag }),
  ),
  /** The one that is talked of. */
  number: orNull(text),
});
type Context = Shaped<typeof context>;
type Kept = Context['cases'][number];

const isOfUse = ({ mayWrite, mayWithdraw, mayReopen }: Kept): boolean => mayWrite || mayWithdraw || mayReopen;
const current = ({ cases, number }: Context): Kept | undefined => cases.find((one) => one.number === number);
const toldOf = ({ cases }: Context): readonly Kept[] => cases.filter(isOfUse);

const machine = setup({
  types: typesOf<'case-status', Context>(),
  actions: {
    ...effectActions,
    keep: assign(({ context, event }) => {
      if (event.type !== 'cases.read') return {};
      const told = event.cases.filter(({ number }) => context.only === null || number === context.only);
      const cases = told.map(({ number, state, mayWrite, mayWithdraw, mayReopen }) => ({
        number,
        state,
        mayWrite,
        mayWithdraw,
        mayReopen,
      }));
      const ofUse = cases.filter(isOfUse);
      return { cases, number: ofUse.length === 1 ? (ofUse[0]?.number ?? null) : null };
    }),
    talkOf: assign({ number: ({ event }) => (event.type === 'choose' ? event.choice : null) }),
    lookAt: assign({ only: ({ event }) => (event.type === 'case.told' ? event.case : null) }),
  },
  guards: {
    ...sharedGuards,
    hasNone: ({ event }) => event.type === 'cases.read' && event.cases.length === 0,
    isNews: ({ context }) => context.only !== null,
    isWaiting: ({ context }) => current(context)?.state === 'waiting' && current(context)?.mayWrite === true,
    isOpen: ({ context }) => current(context)?.mayWrite === true || current(context)?.mayWithdraw === true,
    isOver: ({ context }) => current(context)?.mayReopen === true,
    isSeveral: ({ context }) => context.number === null && toldOf(context).length > 1,
    isCase: ({ context, event }) => event.type === 'choose' && context.cases.some(({ number }) => number === event.choice),
    isFull: ({ event }) => event.type === 'desk.not-heard' && (event.reason === 'over' || event.reason === 'enough'),
    isElsewhere: ({ event }) => event.type === 'case.over' && event.newer !== null,
  },
}).createMachine({
  id: 'case-status',
  context: ({ input }) => ({ only: input.case ?? null, cases: [], number: null }),
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readCases', params: ({ context }) => (context.only === null ? {} : { case: context.only }) },
      on: {
        'cases.read': [
          { guard: 'hasNone', target: 'told', actions: say('case-status.none') },
          // The news itself was said already.
          { guard: 'isNews', target: 'weighing', actions: 'keep' },
          {
            target: 'weighing',
            actions: [
              'keep',
              enqueueActions(({ event, enqueue }) => {
                for (const one of event.cases) {
                  enqueue(say(`case-status.${one.state}`, () => standingOf(one)));
                  if (one.next !== null) tellNext(one.next, (notice, params) => enqueue(say(notice, () => params)));
                  if (one.question !== null) enqueue(say('case-status.question', () => ({ number: one.number, text: one.question })));
                }
              }),
            ],
          },
        ],
      },
    },
    weighing: {
      always: [
        { guard: 'isSeveral', target: 'choosing' },
        { guard: 'isWaiting', target: 'replying' },
        { guard: 'isOpen', target: 'open' },
        { guard: 'isOver', target: 'over' },
        { target: 'told' },
      ],
    },
    choosing: {
      meta: { prompt: 'case-status.choose' },
      on: { choose: [{ guard: 'isCase', target: 'weighing', actions: 'talkOf' }, { target: 'told' }] },
    },
    /** The helpdesk asked, and what is typed here is the reply. */
    replying: {
      meta: { prompt: 'case-status.reply' },
      on: {
        answer: {
          target: 'writing',
          actions: { type: 'writeToDesk', params: ({ context, event }) => ({ case: context.number ?? '', text: event.text }) },
        },
        choose: [{ guard: chose('withdraw'), target: 'withdrawing' }, { target: 'told' }],
      },
    },
    open: {
      meta: { prompt: 'case-status.open' },
      on: {
        choose: [{ guard: chose('write'), target: 'composing' }, { guard: chose('withdraw'), target: 'withdrawing' }, { target: 'told' }],
      },
    },
    composing: {
      meta: { prompt: 'case-status.write' },
      on: {
        answer: {
          target: 'writing',
          actions: { type: 'writeToDesk', params: ({ context, event }) => ({ case: context.number ?? '', text: event.text }) },
        },
        choose: 'told',
      },
    },
    writing: {
      on: {
        'desk.heard': { target: 'told', actions: say('case-status.written', ({ context }) => ({ number: context.number })) },
        'desk.not-heard': [
          { guard: 'isFull', target: 'told', actions: say('case-status.not-written', ({ event }) => ({ why: event.reason })) },
          { target: 'composing', actions: say('case-status.held-back', ({ event }) => ({ why: event.reason.replace('-', '_') })) },
        ],
      },
    },
    over: {
      meta: { prompt: 'case-status.over' },
      on: { choose: [{ guard: chose('broken'), target: 'reopening' }, { target: 'told' }] },
    },
    withdrawing: {
      entry: { type: 'changeCase', params: ({ context }) => ({ case: context.number ?? '', how: 'withdraw' as const }) },
      on: {
        'case.changed': { target: 'told', actions: say('case-status.withdrawn-now', ({ context }) => ({ number: context.number })) },
        'case.over': { target: 'told', actions: say('case-status.over-already', ({ context }) => ({ number: context.number })) },
      },
    },
    reopening: {
      entry: { type: 'changeCase', params: ({ context }) => ({ case: context.number ?? '', how: 'reopen' as const }) },
      on: {
        'case.changed': { target: 'told', actions: say('case-status.reopened-now', ({ context }) => ({ number: context.number })) },
        'case.over': [
          { guard: 'isElsewhere', target: 'told', actions: say('case-status.newer', ({ event }) => ({ number: event.newer })) },
          { target: 'told', actions: say('case-status.over-already', ({ context }) => ({ number: context.number })) },
        ],
      },
    },
    told: { type: 'final' },
    cancelled: { type: 'final' },
  },
  on: {
    cancel: '.cancelled',
    'case.told': { target: '.reading', actions: ['lookAt', say('case-status.told', ({ event }) => newsOf(event))] },
  },
  output: {},
});

const standingOf = ({ number, openedAt, resolvedAt, agent, isLate, until }: CaseView): NoticeParams => ({
  number,
  openedAt,
  resolvedAt: resolvedAt ?? openedAt,
  agent: agent ?? '',
  late: isLate ? 'yes' : 'no',
  until: until ?? openedAt,
});

/** What fills `case-status.told`: what the helpdesk did with a case. */
export const newsOf = ({ what, case: number, agent, text }: CaseNews): NoticeParams => ({
  what,
  number,
  agent,
  text,
  says: text === '' ? 'no' : 'yes',
});

/** News of a case that takes a word of the requester's: what it asks, or whether it works now. */
export const takesReply = ({ what }: CaseNews): boolean => what === 'asked' || what === 'resolved' || what === 'expired';

/** How a person's cases go, and what they may say to them: a reply, a word more, "I need it no longer", "it still does not work". */
export const caseStatus = dialog({
  machine,
  context,
  prompts: {
    'case-status.choose': (context) => ({
      choices: [
        ...toldOf(context).map(({ number }) => ({ id: number, label: 'case', params: { number }, words: [number] })),
        { id: 'done' },
      ],
    }),
    'case-status.reply': (context) => ({
      choices: [...withdrawal(context), { id: 'later' }],
      input: 'message',
      params: { number: context.number },
    }),
    'case-status.open': (context) => ({
      choices: [...(current(context)?.mayWrite === true ? [{ id: 'write' }] : []), ...withdrawal(context), { id: 'done' }],
      params: { number: context.number },
    }),
    'case-status.write': ({ number }) => ({ choices: [{ id: 'back' }], input: 'message', params: { number } }),
    'case-status.over': ({ number }) => ({ choices: [{ id: 'broken' }, { id: 'done' }], params: { number } }),
  },
});

const withdrawal = (context: Context) => (current(context)?.mayWithdraw === true ? [{ id: 'withdraw' }] : []);
