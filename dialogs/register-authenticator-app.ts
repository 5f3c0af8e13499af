import { assign, setup } from 'xstate';
import { notStored, rejectedAnswer, shown } from './answers.ts';
import { because, chose, dialog, effectActions, pageGuards, say, sharedGuards, typesOf } from './dialog.ts';
import { challengeShape } from './kept.ts';
import { flag, listOf, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  proofs: listOf(text),
  draft: orNull(text),
  /** The page with the QR code; null when its link is dead. */
  page: orNull(text),
  challenge: orNull(challengeShape),
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

const remindOfPage = {
  type: 'remind',
  params: ({ event }: { event: { page: string; expiresAt: number } }) => ({ name: event.page, at: event.expiresAt }),
} as const;

const machine = setup({
  types: typesOf<'register-authenticator-app', Context>(),
  actions: {
    ...effectActions,
    noteAgain: assign({ again: true }),
    keepPage: assign({ page: ({ event }) => (event.type === 'page.opened' ? event.page : null) }),
    forgetPage: assign({ page: null }),
  },
  guards: { ...sharedGuards, ...pageGuards, isOut: ({ context }) => context.challenge !== null },
}).createMachine({
  id: 'register-authenticator-app',
  context: ({ input }) => ({
    proofs: input.proofs,
    draft: null,
    page: null,
    challenge: null,
    proof: null,
    stored: false,
    again: false,
  }),
  initial: 'drafting',
  states: {
    drafting: {
      entry: { type: 'draftMethod', params: { kind: 'authenticator-app' } },
      on: {
        'draft.taken': { target: 'opening', actions: assign({ draft: ({ event }) => event.draft }) },
        'draft.rejected': { target: 'stopped', actions: say('register.full') },
      },
    },
    opening: {
      entry: [
        dropPage,
        {
          type: 'openPage',
          params: ({ context }) => ({
            page: 'enrol-authenticator-app' as const,
            proofs: context.proofs,
            ...(context.draft === null ? {} : { draft: context.draft }),
          }),
        },
      ],
      on: {
        'page.opened': [
          { guard: 'isOut', target: 'answering', actions: ['keepPage', remindOfPage] },
          { target: 'sending', actions: ['keepPage', remindOfPage] },
        ],
        'page.refused': [
          { guard: because('proofs'), target: 'stopped', actions: ['noteAgain', say('register.proofs-too-old')] },
          { target: 'stopped', actions: say('register.account-changed') },
        ],
      },
    },
    /** An app is sent nothing: this opens the challenge that its first code answers. */
    sending: {
      entry: { type: 'sendChallenge', params: ({ context }) => ({ draft: context.draft ?? '', purpose: 'register' as const }) },
      on: {
        'challenge.sent': { target: 'answering', actions: assign({ challenge: ({ event }) => shown(event) }) },
        'challenge.doubtful': { target: 'answering', actions: assign({ challenge: ({ event }) => shown(event) }) },
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
    answering: {
      meta: { prompt: 'register-authenticator-app.code' },
      on: {
        answer: {
          target: 'checking',
          actions: {
            type: 'checkAnswer',
            params: ({ context, event }) => ({ challenge: context.challenge?.challenge ?? '', answer: event.text }),
          },
        },
        choose: { guard: chose('new-link'), target: 'opening' },
        'page.claimed': { guard: 'isItsPage', actions: say('register-authenticator-app.claimed') },
        'page.failed': { guard: 'isItsPage', actions: ['forgetPage', say('register-authenticator-app.page-closed')] },
        'page.doubtful': { guard: 'isItsPage', actions: 'forgetPage' },
        'page.done': { guard: 'isItsPage', actions: 'forgetPage' },
        reminded: { guard: 'isItsDeadline', actions: [dropPage, 'forgetPage', say('register-authenticator-app.link-expired')] },
      },
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
      entry: [
        dropPage,
        {
          type: 'storeMethod',
          params: ({ context }) => ({
            draft: context.draft ?? '',
            proofs: [...context.proofs, ...(context.proof === null ? [] : [context.proof])],
          }),
        },
      ],
      on: {
        'method.stored': {
          target: 'registered',
          actions: [
            assign({ stored: true, draft: null, proof: null }),
            say('register-authenticator-app.stored', ({ event }) => ({ label: event.label })),
          ],
        },
        'method.refused': notStored,
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

/** Registers an authenticator app: the QR code on a page, the app's first code in the chat. */
export const registerAuthenticatorApp = dialog({
  machine,
  context,
  prompts: {
    'register-authenticator-app.code': ({ page }) => ({
      choices: [{ id: 'new-link' }, { id: 'cancel' }],
      input: 'code',
      ...(page === null ? {} : { page }),
      params: { link: page === null ? 'no' : 'yes' },
    }),
  },
});
