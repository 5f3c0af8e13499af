import { and, assign, setup } from 'xstate';
import { because, chose, dialog, effectActions, ends, lastTried, pageGuards, say, sharedGuards, typesOf } from './dialog.ts';
import { gatesShape } from './kept.ts';
import { flag, listOf, number, oneOf, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  gates: gatesShape,
  hasPassword: flag,
  lockedSince: orNull(number),
  lockedUntil: orNull(number),
  lastWrong: orNull(record({ at: number, count: number })),
  due: orNull(oneOf('expired', 'must-change')),
  proofs: listOf(text),
  page: orNull(text),
  /** The person would rather unlock the account. */
  unlockInstead: flag,
  /** Or register now, with what the directory holds. */
  registerInstead: flag,
});
type Context = Shaped<typeof context>;

const drop = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({ pages: context.page ? [context.page] : [], proofs: context.proofs }),
} as const;

const dropPage = { type: 'drop', params: ({ context }: { context: Context }) => ({ pages: context.page ? [context.page] : [] }) } as const;

const saidDone = say('reset.done', ({ context }: { context: Context }) => ({ first: context.hasPassword ? 'no' : 'yes' }));

/** How a page ends, whether anybody opened it or not. */
const pageEnds = {
  'page.done': [
    { guard: and(['isItsPage', 'hasNoPassword']), target: 'done', actions: saidDone },
    { guard: 'isItsPage', target: 'set', actions: saidDone },
  ],
  'page.doubtful': { guard: 'isItsPage', target: 'doubtful' },
  'page.failed': [
    { guard: and(['isItsPage', because('too-many-tries')]), target: 'expired', actions: say('reset.too-many-tries') },
    { guard: 'isItsPage', target: 'reweighing', actions: say('reset.account-changed') },
  ],
  reminded: { guard: 'isItsDeadline', target: 'expired', actions: dropPage },
} as const;

const machine = setup({
  types: typesOf<'reset', Context>(),
  actions: effectActions,
  guards: {
    ...sharedGuards,
    ...pageGuards,
    isLockedByAdministrator: ({ event }) => event.type === 'eligibility.eligible' && event.locked?.why === 'administrator',
    isGiven: ({ context }) => context.proofs.length > 0,
    hasNoPassword: ({ context }) => !context.hasPassword,
    isExpired: ({ context }) => context.due === 'expired',
    mustChange: ({ context }) => context.due === 'must-change',
    isLocked: ({ event }) => event.type === 'eligibility.eligible' && event.locked !== null,
    isProved: ({ event }) => event.type === 'verify.done' && event.output.ok,
    wishesRegister: ({ event }) => event.type === 'escalate.done' && event.output.wish === 'register',
  },
}).createMachine({
  id: 'reset',
  context: ({ input }) => ({
    gates: { needed: 2, oneDevice: 'allow' },
    hasPassword: input.given?.hasPassword ?? true,
    lockedSince: null,
    lockedUntil: null,
    lastWrong: null,
    due: null,
    proofs: input.given === undefined ? [] : [input.given.proof],
    page: null,
    unlockInstead: false,
    registerInstead: false,
  }),
  initial: 'starting',
  states: {
    /** What the helpdesk gave takes the place of the gates (I16). */
    starting: { always: [{ guard: 'isGiven', target: 'opening' }, { target: 'weighing' }] },
    weighing: {
      entry: { type: 'readEligibility', params: { purpose: 'reset' } },
      on: {
        'eligibility.refused': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: ({ event }) => ({ dialog: 'escalate' as const, input: { refusal: event.refusal, wish: 'reset' as const } }),
          },
        },
        'eligibility.unavailable': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: { dialog: 'escalate', input: { refusal: { code: 'LK_UNAVAILABLE', ending: 'unavailable' }, wish: 'reset' } },
          },
        },
        'eligibility.eligible': [
          {
            guard: 'isLockedByAdministrator',
            target: 'refusing',
            actions: {
              type: 'begin',
              params: { dialog: 'escalate', input: { refusal: { code: 'LK_LOCKED', ending: 'locked' }, wish: 'reset' } },
            },
          },
          {
            guard: 'isLocked',
            target: 'locked',
            actions: assign({
              gates: ({ event }) => event.gates,
              hasPassword: ({ event }) => event.hasPassword,
              lockedSince: ({ event }) => event.locked?.since ?? null,
              lockedUntil: ({ event }) => event.locked?.until ?? null,
              lastWrong: ({ event }) => event.locked?.lastWrong ?? null,
              due: ({ event }) => event.due,
            }),
          },
          {
            target: 'beginning',
            actions: assign({
              gates: ({ event }) => event.gates,
              hasPassword: ({ event }) => event.hasPassword,
              due: ({ event }) => event.due,
            }),
          },
        ],
      },
    },
    locked: {
      meta: { prompt: 'reset.locked' },
      on: {
        choose: [
          { guard: chose('unlock'), target: 'done', actions: assign({ unlockInstead: true }) },
          { guard: chose('reset'), target: 'beginning' },
        ],
      },
    },
    beginning: {
      always: [
        { guard: 'hasNoPassword', target: 'proving', actions: say('reset.first-password') },
        { guard: 'isExpired', target: 'proving', actions: say('reset.expired') },
        { guard: 'mustChange', target: 'proving', actions: say('reset.must-change') },
        { target: 'proving' },
      ],
    },
    proving: {
      entry: {
        type: 'begin',
        params: ({ context }) => ({ dialog: 'verify' as const, input: { purpose: 'reset' as const, gates: context.gates } }),
      },
      on: {
        'verify.done': [
          { guard: 'isProved', target: 'opening', actions: assign({ proofs: ({ event }) => event.output.proofs }) },
          { target: 'done' },
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
          { guard: because('proofs'), target: 'reweighing', actions: say('reset.proofs-too-old') },
          { target: 'reweighing', actions: say('reset.account-changed') },
        ],
      },
    },
    /** The proofs no longer do, or the account changed: from the start. */
    reweighing: {
      entry: [drop, assign({ proofs: [], page: null })],
      always: 'weighing',
    },
    page: {
      meta: { prompt: 'reset.page' },
      on: {
        ...pageEnds,
        'page.claimed': { guard: 'isItsPage', target: 'claimed' },
        choose: { guard: chose('new-link'), target: 'opening' },
      },
    },
    claimed: {
      meta: { prompt: 'reset.claimed' },
      on: { ...pageEnds, choose: { guard: chose('new-link'), target: 'opening' } },
    },
    /** The link is dead, by its time or by wrong page numbers. */
    expired: {
      meta: { prompt: 'reset.expired' },
      on: { 'page.done': pageEnds['page.done'], choose: { guard: chose('new-link'), target: 'opening' } },
    },
    /** The directory did not say whether the password was set: the person can see for themselves. */
    doubtful: {
      meta: { prompt: 'reset.doubtful' },
      on: {
        'page.done': pageEnds['page.done'],
        choose: [
          { guard: chose('works'), target: 'done', actions: saidDone },
          { guard: chose('new-link'), target: 'opening' },
          {
            guard: chose('contact'),
            target: 'refusing',
            actions: {
              type: 'begin',
              params: ({ context }) => ({
                dialog: 'escalate' as const,
                input: { refusal: { code: 'LK_DOUBTFUL', ending: 'stuck' as const }, wish: 'reset' as const, proofs: context.proofs },
              }),
            },
          },
        ],
      },
    },
    /** Its proofs are spent; what follows is asked for the page. */
    set: {
      entry: [
        { type: 'drop', params: ({ context }) => ({ proofs: context.proofs }) },
        assign({ proofs: [] }),
        { type: 'begin', params: ({ context }) => ({ dialog: 'sign-out' as const, input: { page: context.page ?? '' } }) },
      ],
      on: { 'sign-out.done': 'done' },
    },
    refusing: {
      on: {
        'escalate.done': [{ guard: 'wishesRegister', target: 'done', actions: assign({ registerInstead: true }) }, { target: 'done' }],
      },
    },
    done: { type: 'final', entry: { type: 'drop', params: ({ context }) => ({ proofs: context.proofs }) } },
    cancelled: { type: 'final', entry: drop },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => ({
    ...(context.unlockInstead && { wish: 'unlock' as const }),
    ...(context.registerInstead && { wish: 'register' as const }),
  }),
});

/** A new password, or the first one, set on a page by who passed the gates. */
export const reset = dialog({
  machine,
  context,
  prompts: {
    'reset.locked': ({ lockedSince, lockedUntil, lastWrong }) => ({
      choices: [{ id: 'unlock' }, { id: 'reset' }, { id: 'cancel' }],
      params: { ...ends(lockedUntil), ...lastTried(lastWrong), since: lockedSince },
    }),
    'reset.page': ({ page, hasPassword }) => ({
      choices: [{ id: 'new-link' }, { id: 'cancel' }],
      ...(page === null ? {} : { page }),
      params: { first: hasPassword ? 'no' : 'yes' },
    }),
    'reset.claimed': () => ({ choices: [{ id: 'new-link' }, { id: 'cancel' }] }),
    'reset.expired': () => ({ choices: [{ id: 'new-link' }, { id: 'cancel' }] }),
    'reset.doubtful': () => ({ choices: [{ id: 'works' }, { id: 'new-link' }, { id: 'contact' }] }),
  },
});
