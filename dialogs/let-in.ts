import { and, assign, not, setup } from 'xstate';
import { because, chose, dialog, effectActions, pageGuards, say, sharedGuards, typesOf } from './dialog.ts';
import { gatesShape, kindShape } from './kept.ts';
import { flag, listOf, number, oneOf, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  wish: oneOf('reset', 'unlock'),
  kinds: listOf(kindShape),
  gates: gatesShape,
  /** What the helpdesk gave, or a start code opened, takes the place of the gates: there is no asking for them again. */
  given: flag,
  proofs: listOf(text),
  page: orNull(text),
  until: orNull(number),
});
type Context = Shaped<typeof context>;

const pagesOf = ({ page }: Context) => (page === null ? [] : [page]);

const dropPage = { type: 'drop', params: ({ context }: { context: Context }) => ({ pages: pagesOf(context) }) } as const;
const dropAll = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({ pages: pagesOf(context), proofs: context.proofs }),
} as const;

const contact = (why: 'unproved' | 'pace' | 'later') =>
  ({
    type: 'begin',
    params: ({ context }: { context: Context }) => ({
      dialog: 'door-contact' as const,
      input: { wish: context.wish, why, until: context.until, proofs: context.proofs },
    }),
  }) as const;

/** How a page ends, whether anybody opened it or not. */
const pageEnds = {
  'page.done': { guard: 'isItsPage', target: 'done', actions: say('let-in.done') },
  'page.doubtful': { guard: 'isItsPage', target: 'doubtful' },
  'page.failed': [
    { guard: and(['isItsPage', because('too-many-tries')]), target: 'expired' },
    { guard: 'isItsPage', target: 'refusing', actions: contact('unproved') },
  ],
  reminded: { guard: 'isItsDeadline', target: 'expired', actions: dropPage },
} as const;

const machine = setup({
  types: typesOf<'let-in', Context>(),
  actions: effectActions,
  guards: {
    ...sharedGuards,
    ...pageGuards,
    isProved: ({ event }) => event.type === 'verify-claim.done' && event.output.ok,
    isClosed: ({ event }) => event.type === 'verify-claim.done' && event.output.until !== null,
    isGiven: ({ context }) => context.given,
    wantsUnlock: ({ context }) => context.wish === 'unlock',
  },
}).createMachine({
  id: 'let-in',
  context: ({ input }) => ({
    wish: input.wish,
    kinds: 'kinds' in input ? input.kinds : [],
    gates: 'kinds' in input ? input.gates : { needed: 2, oneDevice: 'allow' },
    given: 'given' in input,
    proofs: 'given' in input ? [input.given] : [],
    page: null,
    until: null,
  }),
  initial: 'starting',
  states: {
    starting: { always: [{ guard: 'isGiven', target: 'opening' }, { target: 'proving' }] },
    proving: {
      entry: {
        type: 'begin',
        params: ({ context: { wish, kinds, gates } }) => ({ dialog: 'verify-claim' as const, input: { purpose: wish, kinds, gates } }),
      },
      on: {
        'verify-claim.done': [
          {
            guard: and(['isProved', 'wantsUnlock']),
            target: 'unlocking',
            actions: assign({ proofs: ({ event }) => event.output.proofs }),
          },
          { guard: 'isProved', target: 'opening', actions: assign({ proofs: ({ event }) => event.output.proofs }) },
          {
            guard: 'isClosed',
            target: 'refusing',
            actions: [assign({ proofs: ({ event }) => event.output.proofs, until: ({ event }) => event.output.until }), contact('pace')],
          },
          {
            target: 'refusing',
            actions: [assign({ proofs: ({ event }) => event.output.proofs }), contact('unproved')],
          },
        ],
      },
    },
    opening: {
      entry: [dropPage, { type: 'openPage', params: ({ context }) => ({ page: 'new-password' as const, proofs: context.proofs }) }],
      on: {
        'page.opened': {
          target: 'page',
          actions: [
            assign({ page: ({ event }) => event.page }),
            { type: 'remind', params: ({ event }) => ({ name: event.page, at: event.expiresAt }) },
          ],
        },
        'page.refused': [
          { guard: and([not('isGiven'), because('proofs')]), target: 'provingAgain' },
          { target: 'refusing', actions: contact('unproved') },
        ],
      },
    },
    /** The proofs are too old by now: from the start. */
    provingAgain: { entry: [dropAll, assign({ proofs: [], page: null }), say('let-in.proofs-too-old')], always: 'proving' },
    page: {
      meta: { prompt: 'let-in.page' },
      on: {
        ...pageEnds,
        'page.claimed': { guard: 'isItsPage', target: 'claimed' },
        choose: { guard: chose('new-link'), target: 'opening' },
      },
    },
    claimed: {
      meta: { prompt: 'let-in.claimed' },
      on: { ...pageEnds, choose: { guard: chose('new-link'), target: 'opening' } },
    },
    expired: {
      meta: { prompt: 'let-in.expired' },
      on: { 'page.done': pageEnds['page.done'], choose: { guard: chose('new-link'), target: 'opening' } },
    },
    /** The directory did not say whether the password was set: the person can see for themselves. */
    doubtful: {
      meta: { prompt: 'let-in.doubtful' },
      on: {
        'page.done': pageEnds['page.done'],
        choose: [
          { guard: chose('works'), target: 'done', actions: say('let-in.done') },
          { guard: chose('new-link'), target: 'opening' },
          { guard: chose('contact'), target: 'refusing', actions: contact('unproved') },
        ],
      },
    },
    unlocking: {
      entry: { type: 'unlock', params: ({ context }) => ({ proofs: context.proofs }) },
      on: {
        'unlock.done': { target: 'done', actions: say('let-in.unlocked') },
        'unlock.refused': [
          { guard: because('proofs'), target: 'provingAgain' },
          { target: 'refusing', actions: contact('unproved') },
        ],
        'unlock.unavailable': { target: 'refusing', actions: contact('later') },
      },
    },
    refusing: { on: { 'door-contact.done': 'done' } },
    done: { type: 'final', entry: { type: 'drop', params: ({ context }) => ({ proofs: context.proofs }) } },
    cancelled: { type: 'final', entry: dropAll },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

/** What may be had at the front door: a new password, on a page, or an unlock; after the gates or what takes their place, and never before. */
export const letIn = dialog({
  machine,
  context,
  prompts: {
    'let-in.page': ({ page }) => ({
      choices: [{ id: 'new-link' }, { id: 'cancel' }],
      ...(page !== null && { page }),
    }),
    'let-in.claimed': () => ({ choices: [{ id: 'new-link' }, { id: 'cancel' }] }),
    'let-in.expired': () => ({ choices: [{ id: 'new-link' }, { id: 'cancel' }] }),
    'let-in.doubtful': () => ({ choices: [{ id: 'works' }, { id: 'new-link' }, { id: 'contact' }] }),
  },
});
