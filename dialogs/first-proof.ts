import { and, assign, setup } from 'xstate';
import { because, chose, dialog, effectActions, pageGuards, say, sharedGuards, typesOf } from './dialog.ts';
import { proofPlaceShape } from './kept.ts';
import { flag, listOf, orNull, record, text, type Shaped } from './shape.ts';
import { wordsOf } from './ways.ts';

const context = record({
  page: orNull(text),
  proofs: listOf(text),
  /** What the directory holds and the policy takes in the password's place. */
  places: listOf(proofPlaceShape),
  hasPassword: flag,
});
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
    { guard: and(['isItsPage', because('too-many-tries')]), target: 'over', actions: say('first-proof.too-many-tries') },
    { guard: and(['isItsPage', because('locked')]), target: 'over', actions: say('first-proof.locked') },
    { guard: 'isItsPage', target: 'over', actions: say('first-proof.not-possible') },
  ],
  'page.doubtful': { guard: 'isItsPage', target: 'expired' },
  reminded: { guard: 'isItsDeadline', target: 'expired', actions: dropPage },
} as const;

/** A new link, or another way where there is one. */
const onPage = [
  { guard: chose('new-link'), target: 'opening' },
  { guard: chose('another'), target: 'choosing', actions: [dropPage, 'forgetPage'] },
] as const;

const machine = setup({
  types: typesOf<'first-proof', Context>(),
  actions: {
    ...effectActions,
    keepProof: assign({
      proofs: ({ event }) => (event.type === 'page.done' && event.outcome.page === 'present-password' ? [event.outcome.proof] : []),
    }),
    keepRead: assign(({ event }) => (event.type === 'first-proof.read' ? { places: event.places, hasPassword: event.hasPassword } : {})),
    forgetPage: assign({ page: null }),
  },
  guards: {
    ...sharedGuards,
    ...pageGuards,
    tellsProof: ({ event }) => event.type === 'page.done' && event.outcome.page === 'present-password',
    holdsPlaces: ({ event }) => event.type === 'first-proof.read' && event.places.length > 0,
    hasPlaces: ({ context }) => context.places.length > 0,
    isOffered: ({ context, event }) => event.type === 'choose' && context.places.some(({ id }) => id === event.choice),
    isProvedByCode: ({ event }) => event.type === 'first-proof-code.done' && event.output.proofs.length > 0,
    wantsAnother: ({ event }) => event.type === 'first-proof-code.done' && event.output.another,
  },
}).createMachine({
  id: 'first-proof',
  context: { page: null, proofs: [], places: [], hasPassword: true },
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readFirstProof', params: {} },
      on: {
        'first-proof.read': [
          { guard: 'holdsPlaces', target: 'choosing', actions: 'keepRead' },
          { target: 'opening', actions: 'keepRead' },
        ],
      },
    },
    choosing: {
      meta: { prompt: 'first-proof.choose' },
      on: {
        choose: [
          { guard: chose('password'), target: 'opening' },
          { guard: chose('contact'), target: 'stuck' },
          {
            guard: 'isOffered',
            target: 'provingByCode',
            actions: {
              type: 'begin',
              params: ({ event }) => ({ dialog: 'first-proof-code' as const, input: { place: event.choice } }),
            },
          },
        ],
      },
    },
    provingByCode: {
      on: {
        'first-proof-code.done': [
          { guard: 'isProvedByCode', target: 'passed', actions: assign({ proofs: ({ event }) => event.output.proofs }) },
          // What is held is read anew: it may be why the code led nowhere.
          { guard: 'wantsAnother', target: 'reading' },
          { target: 'failed' },
        ],
      },
    },
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
        'page.refused': { target: 'over', actions: say('first-proof.not-possible') },
      },
    },
    page: {
      meta: { prompt: 'first-proof.page' },
      on: { ...pageEnds, 'page.claimed': { guard: 'isItsPage', target: 'claimed' }, choose: onPage },
    },
    claimed: { meta: { prompt: 'first-proof.claimed' }, on: { ...pageEnds, choose: onPage } },
    expired: { meta: { prompt: 'first-proof.expired' }, on: { choose: onPage } },
    /** The password leads nowhere here. */
    over: { entry: [dropPage, 'forgetPage'], always: [{ guard: 'hasPlaces', target: 'choosing' }, { target: 'stuck' }] },
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

const onPageChoices = ({ places }: Context) => [{ id: 'new-link' }, ...(places.length > 0 ? [{ id: 'another' }] : []), { id: 'cancel' }];

/**
 * I3's proof: the account's present password, asked on a page by the directory itself; or a code to a number or address that the directory holds,
 * where the policy says so and nothing is registered.
 */
export const firstProof = dialog({
  machine,
  context,
  prompts: {
    'first-proof.choose': ({ places, hasPassword }) => ({
      choices: [
        ...(hasPassword ? [{ id: 'password' }] : []),
        ...places.map(({ id, kind, label }) => ({ id, label: kind, params: { label }, words: wordsOf(label) })),
        { id: 'contact' },
        { id: 'cancel' },
      ],
    }),
    'first-proof.page': (context) => ({ choices: onPageChoices(context), ...(context.page === null ? {} : { page: context.page }) }),
    'first-proof.claimed': (context) => ({ choices: onPageChoices(context) }),
    'first-proof.expired': (context) => ({ choices: onPageChoices(context) }),
  },
});
