import { and, assign, setup } from 'xstate';
import { because, chose, dialog, effectActions, pageGuards, say, sharedGuards, typesOf } from './dialog.ts';
import { listOf, orNull, record, text, type Shaped } from './shape.ts';

const context = record({ page: orNull(text), proofs: listOf(text) });
type Context = Shaped<typeof context>;

const dropPage = { type: 'drop', params: ({ context }: { context: Context }) => ({ pages: context.page ? [context.page] : [] }) } as const;

/** How a page ends, whether anybody opened it or not. */
const pageEnds = {
  'page.done': {
    guard: and(['isItsPage', 'tellsProof']),
    target: 'passed',
    actions: ['keepProof', say('first-proof.passed')],
  },
  'page.failed': [
    { guard: and(['isItsPage', because('too-many-tries')]), target: 'stuck', actions: say('first-proof.too-many-tries') },
    { guard: and(['isItsPage', because('locked')]), target: 'stuck', actions: say('first-proof.locked') },
    { guard: 'isItsPage', target: 'stuck', actions: say('first-proof.not-possible') },
  ],
  'page.doubtful': { guard: 'isItsPage', target: 'expired' },
  reminded: { guard: 'isItsDeadline', target: 'expired', actions: dropPage },
} as const;

const machine = setup({
  types: typesOf<'first-proof', Context>(),
  actions: {
    ...effectActions,
    keepProof: assign({
      proofs: ({ event }) => (event.type === 'page.done' && event.outcome.page === 'present-password' ? [event.outcome.proof] : []),
    }),
  },
  guards: {
    ...sharedGuards,
    ...pageGuards,
    tellsProof: ({ event }) => event.type === 'page.done' && event.outcome.page === 'present-password',
  },
}).createMachine({
  id: 'first-proof',
  context: { page: null, proofs: [] },
  initial: 'opening',
  states: {
    opening: {
      entry: [dropPage, { type: 'openPage', params: { page: 'present-password', proofs: [] } }],
      on: {
        'page.opened': {
          target: 'page',
          actions: [
            assign({ page: ({ event }) => event.page }),
            { type: 'remind', params: ({ event }) => ({ name: event.page, at: event.expiresAt }) },
          ],
        },
        'page.refused': { target: 'stuck', actions: say('first-proof.not-possible') },
      },
    },
    page: {
      meta: { prompt: 'first-proof.page' },
      on: {
        ...pageEnds,
        'page.claimed': { guard: 'isItsPage', target: 'claimed' },
        choose: { guard: chose('new-link'), target: 'opening' },
      },
    },
    claimed: {
      meta: { prompt: 'first-proof.claimed' },
      on: { ...pageEnds, choose: { guard: chose('new-link'), target: 'opening' } },
    },
    expired: {
      meta: { prompt: 'first-proof.expired' },
      on: { choose: { guard: chose('new-link'), target: 'opening' } },
    },
    stuck: {
      entry: {
        type: 'begin',
        params: { dialog: 'escalate', input: { refusal: { code: 'LK_FIRST_PROOF', ending: 'stuck' }, wish: 'register' } },
      },
      on: { 'escalate.done': 'failed' },
    },
    passed: { type: 'final' },
    failed: { type: 'final', entry: dropPage },
    cancelled: { type: 'final', entry: dropPage },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => ({ ok: context.proofs.length > 0, proofs: context.proofs }),
});

/** The account's present password, asked on a page by the directory itself (I3). */
export const firstProof = dialog({
  machine,
  context,
  prompts: {
    'first-proof.page': ({ page }) => ({ choices: [{ id: 'new-link' }, { id: 'cancel' }], ...(page === null ? {} : { page }) }),
    'first-proof.claimed': () => ({ choices: [{ id: 'new-link' }, { id: 'cancel' }] }),
    'first-proof.expired': () => ({ choices: [{ id: 'new-link' }, { id: 'cancel' }] }),
  },
});
