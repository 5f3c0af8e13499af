import { and, assign, setup } from 'xstate';
import { because, chose, dialog, effectActions, ends, pageGuards, say, selectable, sharedGuards, typesOf } from './dialog.ts';
import type { DialogEvent } from './effects.ts';
import { flag, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  /** What the helpdesk gave: it stands in the place of the gates, once (I16). */
  grant: text,
  hasPassword: flag,
  page: orNull(text),
  /** Its owner has seen it. */
  shown: flag,
});
type Context = Shaped<typeof context>;

const pagesOf = ({ page }: Context) => (page === null ? [] : [page]);

const dropPage = { type: 'drop', params: ({ context }: { context: Context }) => ({ pages: pagesOf(context) }) } as const;
const dropAll = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({ pages: pagesOf(context), proofs: [context.grant] }),
} as const;

/** What to do with it, in the words of its kind. */
const saidShown = say('temporary-pass.shown', ({ event }: { event: DialogEvent }) =>
  event.type === 'page.done' && event.outcome.page === 'temporary-pass'
    ? { is: selectable(event.outcome.is), ...ends(event.outcome.until) }
    : { is: 'password', ...ends(null) },
);

const notGiven = { target: 'done', actions: [dropPage, say('temporary-pass.not-given')] } as const;

/** How a page ends, whether anybody opened it or not. One that may have been made and was not shown is never asked for again by itself. */
const pageEnds = {
  'page.done': [
    { guard: and(['isItsPage', 'hasNoPassword']), target: 'done', actions: ['keepShown', saidShown] },
    { guard: 'isItsPage', target: 'signingOut', actions: ['keepShown', saidShown] },
  ],
  'page.doubtful': { guard: 'isItsPage', target: 'done', actions: say('temporary-pass.doubtful') },
  'page.failed': [
    { guard: and(['isItsPage', because('too-many-tries')]), target: 'expired', actions: say('temporary-pass.too-many-tries') },
    { guard: 'isItsPage', ...notGiven },
  ],
  reminded: { guard: 'isItsDeadline', target: 'expired', actions: dropPage },
} as const;

const newLink = { guard: chose('new-link'), target: 'opening' } as const;

const machine = setup({
  types: typesOf<'temporary-pass', Context>(),
  actions: {
    ...effectActions,
    keepShown: assign({ shown: true }),
  },
  guards: {
    ...sharedGuards,
    ...pageGuards,
    hasNoPassword: ({ context }) => !context.hasPassword,
  },
}).createMachine({
  id: 'temporary-pass',
  context: ({ input }) => ({ grant: input.given.proof, hasPassword: input.given.hasPassword, page: null, shown: false }),
  initial: 'opening',
  states: {
    opening: {
      entry: [dropPage, { type: 'openPage', params: ({ context }) => ({ page: 'temporary-pass' as const, proofs: [context.grant] }) }],
      on: {
        'page.opened': {
          target: 'page',
          actions: [
            assign({ page: ({ event }) => event.page }),
            { type: 'remind', params: ({ event }) => ({ name: event.page, at: event.expiresAt }) },
          ],
        },
        'page.refused': notGiven,
      },
    },
    page: {
      meta: { prompt: 'temporary-pass.page' },
      on: { ...pageEnds, 'page.claimed': { guard: 'isItsPage', target: 'claimed' }, choose: newLink },
    },
    claimed: { meta: { prompt: 'temporary-pass.claimed' }, on: { ...pageEnds, choose: newLink } },
    /** The link is dead, by its time or by wrong page numbers; what the helpdesk gave carries another while it is young. */
    expired: { meta: { prompt: 'temporary-pass.expired' }, on: { 'page.done': pageEnds['page.done'], choose: newLink } },
    /** Whoever had the password may be signed in somewhere by it: asked as after a reset. */
    signingOut: {
      entry: { type: 'begin', params: ({ context }) => ({ dialog: 'sign-out' as const, input: { page: context.page ?? '' } }) },
      on: { 'sign-out.done': 'done' },
    },
    done: { type: 'final', entry: { type: 'drop', params: ({ context }) => ({ proofs: [context.grant] }) } },
    cancelled: { type: 'final', entry: dropAll },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => ({ shown: context.shown }),
});

/** A temporary pass that the helpdesk gave a verified caller (I16): the directory makes it, and a page shows it once. */
export const temporaryPass = dialog({
  machine,
  context,
  prompts: {
    'temporary-pass.page': ({ page }) => ({ choices: [{ id: 'new-link' }, { id: 'cancel' }], ...(page === null ? {} : { page }) }),
    'temporary-pass.claimed': () => ({ choices: [{ id: 'new-link' }, { id: 'cancel' }] }),
    'temporary-pass.expired': () => ({ choices: [{ id: 'new-link' }, { id: 'cancel' }] }),
  },
});
