import { assign, setup } from 'xstate';
import { notStored, rejectedAnswer, shown } from './answers.ts';
import { because, chose, dialog, effectActions, pageGuards, say, sharedGuards, typesOf } from './dialog.ts';
import { challengeShape } from './kept.ts';
import { flag, listOf, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  proofs: listOf(text),
  draft: orNull(text),
  challenge: orNull(challengeShape),
  /** The page the key is registered on; null when its link is dead, or the key was right. */
  page: orNull(text),
  /** The key was right, and the page shows the digits. */
  ready: flag,
  /** Of the challenge that was passed. */
  proof: orNull(text),
  stored: flag,
  again: flag,
});
type Context = Shaped<typeof context>;

const dropPage = { type: 'drop', params: ({ context }: { context: Context }) => ({ pages: context.page ? [context.page] : [] }) } as const;

const dropAll = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({
    challenges: context.challenge ? [context.challenge.challenge] : [],
    pages: context.page ? [context.page] : [],
    drafts: context.draft ? [context.draft] : [],
    proofs: context.proof ? [context.proof] : [],
  }),
} as const;

const machine = setup({
  types: typesOf<'register-security-key', Context>(),
  actions: { ...effectActions, noteAgain: assign({ again: true }), forgetPage: assign({ page: null }) },
  guards: {
    ...sharedGuards,
    ...pageGuards,
    isItsChallenge: ({ context, event }) =>
      context.challenge !== null && 'challenge' in event && event.challenge === context.challenge.challenge,
  },
}).createMachine({
  id: 'register-security-key',
  context: ({ input }) => ({
    proofs: input.proofs,
    draft: null,
    challenge: null,
    page: null,
    ready: false,
    proof: null,
    stored: false,
    again: false,
  }),
  initial: 'drafting',
  states: {
    drafting: {
      entry: { type: 'draftMethod', params: { kind: 'security-key' } },
      on: {
        'draft.taken': { target: 'sending', actions: assign({ draft: ({ event }) => event.draft }) },
        'draft.rejected': [
          { guard: because('needs-another'), target: 'stopped', actions: say('register-security-key.needs-another') },
          { target: 'stopped', actions: say('register.full') },
        ],
      },
    },
    /** Nothing is sent: this opens the challenge that the page's ceremony and then its digits answer. */
    sending: {
      entry: { type: 'sendChallenge', params: ({ context }) => ({ draft: context.draft ?? '', purpose: 'register' as const }) },
      on: {
        'challenge.sent': { target: 'opening', actions: assign({ challenge: ({ event }) => shown(event) }) },
        'challenge.doubtful': { target: 'opening', actions: assign({ challenge: ({ event }) => shown(event) }) },
        'challenge.failed': { target: 'stopped', actions: say('register.draft-gone') },
        'challenge.refused': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: ({ event }) => ({
              dialog: 'escalate' as const,
              input: { refusal: { code: 'LK_PACE', ending: 'pace' as const, until: event.until }, wish: 'register' as const },
            }),
          },
        },
      },
    },
    opening: {
      entry: {
        type: 'openPage',
        params: ({ context }) => ({
          page: 'enrol-security-key' as const,
          proofs: context.proofs,
          draft: context.draft ?? '',
          challenge: context.challenge?.challenge ?? '',
        }),
      },
      on: {
        'page.opened': {
          target: 'answering',
          actions: [
            assign({ page: ({ event }) => event.page }),
            { type: 'remind', params: ({ event }) => ({ name: event.page, at: event.expiresAt }) },
          ],
        },
        'page.refused': [
          { guard: because('proofs'), target: 'stopped', actions: ['noteAgain', say('register.proofs-too-old')] },
          { target: 'stopped', actions: say('register.account-changed') },
        ],
      },
    },
    answering: {
      meta: { prompt: 'register-security-key.code' },
      on: {
        answer: {
          target: 'checking',
          actions: {
            type: 'checkAnswer',
            params: ({ context, event }) => ({ challenge: context.challenge?.challenge ?? '', answer: event.text }),
          },
        },
        choose: { guard: chose('new-link'), target: 'renewing' },
        'page.claimed': { guard: 'isItsPage', actions: say('register-security-key.claimed') },
        'page.done': { guard: 'isItsPage', actions: assign({ page: null, ready: true }) },
        'page.failed': { guard: 'isItsPage', actions: ['forgetPage', say('register-security-key.page-closed')] },
        'page.doubtful': { guard: 'isItsPage', actions: 'forgetPage' },
        reminded: { guard: 'isItsDeadline', actions: [dropPage, 'forgetPage', say('register-security-key.page-closed')] },
        // The page used up its tries: the verdict follows, as for an answer typed here.
        'challenge.answered': { guard: 'isItsChallenge', target: 'checking' },
      },
    },
    /** A new page has a challenge of its own: what the old one may still show is worth nothing. */
    renewing: {
      entry: [
        {
          type: 'drop',
          params: ({ context }) => ({
            challenges: context.challenge ? [context.challenge.challenge] : [],
            pages: context.page ? [context.page] : [],
          }),
        },
        assign({ challenge: null, page: null, ready: false }),
      ],
      always: 'sending',
    },
    checking: {
      on: {
        'answer.accepted': { target: 'storing', actions: assign({ proof: ({ event }) => event.proof, challenge: null }) },
        'answer.rejected': rejectedAnswer,
        'answer.exhausted': {
          target: 'refusing',
          actions: {
            type: 'begin',
            params: ({ event }) => ({
              dialog: 'escalate' as const,
              input: { refusal: { code: 'LK_PACE', ending: 'pace' as const, until: event.until }, wish: 'register' as const },
            }),
          },
        },
      },
    },
    storing: {
      entry: {
        type: 'storeMethod',
        params: ({ context }) => ({
          draft: context.draft ?? '',
          proofs: [...context.proofs, ...(context.proof === null ? [] : [context.proof])],
        }),
      },
      on: {
        'method.stored': {
          target: 'registered',
          actions: [
            assign({ stored: true, draft: null, proof: null }),
            say('register-security-key.stored', ({ event }) => ({ label: event.label })),
          ],
        },
        'method.refused': [{ guard: because('in-use'), target: 'stopped', actions: say('register-security-key.in-use') }, ...notStored],
      },
    },
    refusing: { on: { 'escalate.done': 'stopped' } },
    registered: { type: 'final' },
    stopped: { type: 'final', entry: dropAll },
    cancelled: { type: 'final', entry: dropAll },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => ({ stored: context.stored, again: context.again }),
});

/** Registers a security key: its ceremony on a page, the page's six digits in the chat. */
export const registerSecurityKey = dialog({
  machine,
  context,
  prompts: {
    'register-security-key.code': ({ page, ready }) => ({
      choices: [{ id: 'new-link' }, { id: 'cancel' }],
      input: 'code',
      ...(page === null ? {} : { page }),
      params: { stage: ready ? 'ready' : page === null ? 'over' : 'open' },
    }),
  },
});
