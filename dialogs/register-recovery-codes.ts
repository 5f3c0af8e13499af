import { and, assign, setup } from 'xstate';
import { notStored } from './answers.ts';
import { because, chose, dialog, effectActions, pageGuards, say, sharedGuards, typesOf } from './dialog.ts';
import { flag, listOf, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  proofs: listOf(text),
  draft: orNull(text),
  /** The page that shows the codes; null when its link is dead. */
  page: orNull(text),
  /** Given when the person confirmed on the page that they keep them. */
  proof: orNull(text),
  stored: flag,
  again: flag,
});
type Context = Shaped<typeof context>;

const drop = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({
    pages: context.page ? [context.page] : [],
    drafts: context.draft ? [context.draft] : [],
    proofs: context.proof ? [context.proof] : [],
  }),
} as const;

const machine = setup({
  types: typesOf<'register-recovery-codes', Context>(),
  actions: {
    ...effectActions,
    noteAgain: assign({ again: true }),
    forget: assign({ draft: null, page: null, proof: null }),
    keepProof: assign({
      page: null,
      proof: ({ event }) => (event.type === 'page.done' && event.outcome.page === 'show-recovery-codes' ? event.outcome.proof : null),
    }),
  },
  guards: {
    ...sharedGuards,
    ...pageGuards,
    tellsProof: ({ event }) => event.type === 'page.done' && event.outcome.page === 'show-recovery-codes',
  },
}).createMachine({
  id: 'register-recovery-codes',
  context: ({ input }) => ({ proofs: input.proofs, draft: null, page: null, proof: null, stored: false, again: false }),
  initial: 'drafting',
  states: {
    drafting: {
      entry: { type: 'draftMethod', params: { kind: 'recovery-codes' } },
      on: {
        'draft.taken': { target: 'opening', actions: assign({ draft: ({ event }) => event.draft }) },
        'draft.rejected': { target: 'stopped', actions: say('register.full') },
      },
    },
    opening: {
      entry: {
        type: 'openPage',
        params: ({ context }) => ({
          page: 'show-recovery-codes' as const,
          proofs: context.proofs,
          ...(context.draft === null ? {} : { draft: context.draft }),
        }),
      },
      on: {
        'page.opened': {
          target: 'showing',
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
    showing: {
      meta: { prompt: 'register-recovery-codes.page' },
      on: {
        choose: { guard: chose('new-codes'), target: 'renewing' },
        'page.claimed': { guard: 'isItsPage', actions: say('register-recovery-codes.claimed') },
        'page.done': { guard: and(['isItsPage', 'tellsProof']), target: 'storing', actions: 'keepProof' },
        'page.failed': { guard: 'isItsPage', target: 'closing' },
        'page.doubtful': { guard: 'isItsPage', target: 'closing' },
        reminded: { guard: 'isItsDeadline', target: 'closing' },
      },
    },
    /** What a page showed, or could have shown, is never shown again: its codes end with it. */
    closing: { entry: [drop, 'forget'], always: 'closed' },
    closed: {
      meta: { prompt: 'register-recovery-codes.closed' },
      on: { choose: { guard: chose('new-codes'), target: 'drafting' } },
    },
    renewing: { entry: [drop, 'forget'], always: 'drafting' },
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
          actions: [assign({ stored: true, draft: null, proof: null }), say('register-recovery-codes.stored')],
        },
        'method.refused': notStored,
      },
    },
    registered: { type: 'final' },
    stopped: { type: 'final', entry: drop },
    cancelled: { type: 'final', entry: drop },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => ({ stored: context.stored, again: context.again }),
});

/** Registers recovery codes: shown once on a page, and there when the person has confirmed that they keep them. */
export const registerRecoveryCodes = dialog({
  machine,
  context,
  prompts: {
    'register-recovery-codes.page': ({ page }) => ({
      choices: [{ id: 'new-codes' }, { id: 'cancel' }],
      ...(page === null ? {} : { page }),
    }),
    'register-recovery-codes.closed': () => ({ choices: [{ id: 'new-codes' }, { id: 'cancel' }] }),
  },
});
