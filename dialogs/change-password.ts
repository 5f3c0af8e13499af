import { and, assign, setup } from 'xstate';
import { because, chose, dialog, effectActions, pageGuards, say, sharedGuards, typesOf } from './dialog.ts';
import { flag, oneOf, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  page: orNull(text),
  /** Why the page ended without a new password. */
  failed: oneOf('too_many_tries', 'locked'),
  /** The person would rather choose a new password without the present one. */
  resetInstead: flag,
});
type Context = Shaped<typeof context>;

const dropPage = { type: 'drop', params: ({ context }: { context: Context }) => ({ pages: context.page ? [context.page] : [] }) } as const;

const escalated = (refusal: { code: string; ending: 'unavailable' | 'stuck' }) =>
  ({ type: 'begin', params: { dialog: 'escalate', input: { refusal, wish: 'change-password' } } }) as const;

/** How a page ends, whether anybody opened it or not. */
const pageEnds = {
  'page.done': { guard: 'isItsPage', target: 'set', actions: say('change-password.done') },
  'page.doubtful': { guard: 'isItsPage', target: 'doubtful' },
  'page.failed': [
    { guard: and(['isItsPage', because('too-many-tries')]), target: 'failed', actions: 'noteTries' },
    { guard: and(['isItsPage', because('locked')]), target: 'failed', actions: 'noteLock' },
    { guard: 'isItsPage', target: 'weighing', actions: [say('change-password.account-changed'), 'forgetPage'] },
  ],
  reminded: { guard: 'isItsDeadline', target: 'expired', actions: dropPage },
} as const;

/** Who cannot go on has forgotten it, or may as well have. */
const orReset = { guard: chose('forgotten'), target: 'done', actions: [dropPage, 'resetInstead'] } as const;
const orNewLink = { guard: chose('new-link'), target: 'opening' } as const;

const machine = setup({
  types: typesOf<'change-password', Context>(),
  actions: {
    ...effectActions,
    noteTries: assign({ failed: 'too_many_tries' }),
    noteLock: assign({ failed: 'locked' }),
    forgetPage: assign({ page: null }),
    resetInstead: assign({ resetInstead: true }),
  },
  guards: {
    ...sharedGuards,
    ...pageGuards,
    hasNoPassword: ({ event }) => event.type === 'eligibility.eligible' && !event.hasPassword,
    isLocked: ({ event }) => event.type === 'eligibility.eligible' && event.locked !== null,
  },
}).createMachine({
  id: 'change-password',
  context: { page: null, failed: 'too_many_tries', resetInstead: false },
  initial: 'weighing',
  states: {
    weighing: {
      entry: { type: 'readEligibility', params: { purpose: 'change' } },
      on: {
        'eligibility.refused': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: ({ event }) => ({ dialog: 'escalate' as const, input: { refusal: event.refusal, wish: 'change-password' as const } }),
          },
        },
        'eligibility.unavailable': { target: 'refusing', actions: escalated({ code: 'LK_UNAVAILABLE', ending: 'unavailable' }) },
        'eligibility.eligible': [
          // There is nothing to type; and a locked account takes no password, the right one neither. The reset says what helps.
          { guard: 'hasNoPassword', target: 'done', actions: 'resetInstead' },
          { guard: 'isLocked', target: 'done', actions: 'resetInstead' },
          { target: 'opening' },
        ],
      },
    },
    opening: {
      entry: [dropPage, { type: 'openPage', params: { page: 'change-password', proofs: [] } }],
      on: {
        'page.opened': {
          target: 'page',
          actions: [
            assign({ page: ({ event }) => event.page }),
            { type: 'remind', params: ({ event }) => ({ name: event.page, at: event.expiresAt }) },
          ],
        },
        'page.refused': { target: 'weighing', actions: [say('change-password.account-changed'), 'forgetPage'] },
      },
    },
    page: {
      meta: { prompt: 'change-password.page' },
      on: { ...pageEnds, 'page.claimed': { guard: 'isItsPage', target: 'claimed' }, choose: [orNewLink, orReset] },
    },
    claimed: { meta: { prompt: 'change-password.claimed' }, on: { ...pageEnds, choose: [orNewLink, orReset] } },
    /** The link is dead by its time. */
    expired: {
      meta: { prompt: 'change-password.expired' },
      on: { 'page.done': pageEnds['page.done'], choose: [orNewLink, orReset] },
    },
    /** Too many wrong page numbers or passwords, or the directory locked the account. */
    failed: {
      meta: { prompt: 'change-password.failed' },
      on: { choose: orReset },
    },
    /** The directory did not say whether the password was set: the person can see for themselves. */
    doubtful: {
      meta: { prompt: 'change-password.doubtful' },
      on: {
        'page.done': pageEnds['page.done'],
        choose: [
          { guard: chose('works'), target: 'done', actions: say('change-password.done') },
          orNewLink,
          { guard: chose('contact'), target: 'refusing', actions: escalated({ code: 'LK_DOUBTFUL', ending: 'stuck' }) },
        ],
      },
    },
    set: {
      entry: { type: 'begin', params: ({ context }) => ({ dialog: 'sign-out' as const, input: { page: context.page ?? '' } }) },
      on: { 'sign-out.done': 'done' },
    },
    refusing: { on: { 'escalate.done': 'done' } },
    done: { type: 'final' },
    cancelled: { type: 'final', entry: dropPage },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => (context.resetInstead ? { wish: 'reset' as const } : {}),
});

const onPage = [{ id: 'new-link' }, { id: 'forgotten' }, { id: 'cancel' }];

/** A password that its owner knows, changed on a page with the present one and the new one. */
export const changePassword = dialog({
  machine,
  context,
  prompts: {
    'change-password.page': ({ page }) => ({ choices: onPage, ...(page === null ? {} : { page }) }),
    'change-password.claimed': () => ({ choices: onPage }),
    'change-password.expired': () => ({ choices: onPage }),
    'change-password.failed': ({ failed }) => ({ choices: [{ id: 'forgotten' }, { id: 'cancel' }], params: { why: failed } }),
    'change-password.doubtful': () => ({ choices: [{ id: 'works' }, { id: 'new-link' }, { id: 'contact' }] }),
  },
});
