import { and, assign, setup } from 'xstate';
import { notStored } from './answers.ts';
import { because, chose, dialog, effectActions, pageGuards, say, sharedGuards, typesOf, type Dialog } from './dialog.ts';
import { flag, listOf, orNull, record, text, type Shaped } from './shape.ts';
import type { PageOutcome } from './views.ts';

const context = record({
  proofs: listOf(text),
  draft: orNull(text),
  /** The page it is made on; null when its link is dead. */
  page: orNull(text),
  /** Given when the person was done on the page. */
  proof: orNull(text),
  stored: flag,
  again: flag,
});
type Context = Shaped<typeof context>;

/** What tells one such method from another. */
interface Kind {
  readonly kind: 'recovery-codes' | 'security-questions';
  /** The page, and what it tells when it is done. */
  readonly page: Extract<PageOutcome, { page: 'show-recovery-codes' | 'choose-security-questions' }>['page'];
  /** What asks for another page. */
  readonly anew: 'new-codes' | 'new-page';
}

const drop = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({
    pages: context.page ? [context.page] : [],
    drafts: context.draft ? [context.draft] : [],
    proofs: context.proof ? [context.proof] : [],
  }),
} as const;

/** Registers a method that is made whole on a page: it is there when the person was done on the page, and was stored. */
export function registerOnPage({ kind, page, anew }: Kind): Dialog {
  const name = `register-${kind}` as const;
  const machine = setup({
    types: typesOf<'register-recovery-codes', Context>(),
    actions: {
      ...effectActions,
      noteAgain: assign({ again: true }),
      forget: assign({ draft: null, page: null, proof: null }),
      keepProof: assign({
        page: null,
        proof: ({ event }) => (event.type === 'page.done' && event.outcome.page === page ? event.outcome.proof : null),
      }),
    },
    guards: {
      ...sharedGuards,
      ...pageGuards,
      tellsProof: ({ event }) => event.type === 'page.done' && event.outcome.page === page,
    },
  }).createMachine({
    id: name,
    context: ({ input }) => ({ proofs: input.proofs, draft: null, page: null, proof: null, stored: false, again: false }),
    initial: 'drafting',
    states: {
      drafting: {
        entry: { type: 'draftMethod', params: { kind } },
        on: {
          'draft.taken': { target: 'opening', actions: assign({ draft: ({ event }) => event.draft }) },
          'draft.rejected': { target: 'stopped', actions: say('register.full') },
        },
      },
      opening: {
        entry: {
          type: 'openPage',
          params: ({ context }) => ({
            page,
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
        meta: { prompt: `${name}.page` },
        on: {
          choose: { guard: chose(anew), target: 'renewing' },
          'page.claimed': { guard: 'isItsPage', actions: say(`${name}.claimed`) },
          'page.done': { guard: and(['isItsPage', 'tellsProof']), target: 'storing', actions: 'keepProof' },
          'page.failed': { guard: 'isItsPage', target: 'closing' },
          'page.doubtful': { guard: 'isItsPage', target: 'closing' },
          reminded: { guard: 'isItsDeadline', target: 'closing' },
        },
      },
      /** What a page showed, or could have shown, is never shown again: its draft ends with it. */
      closing: { entry: [drop, 'forget'], always: 'closed' },
      closed: {
        meta: { prompt: `${name}.closed` },
        on: { choose: { guard: chose(anew), target: 'drafting' } },
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
            actions: [assign({ stored: true, draft: null, proof: null }), say(`${name}.stored`)],
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

  return dialog({
    machine,
    context,
    prompts: {
      [`${name}.page`]: (standing) => ({
        choices: [{ id: anew }, { id: 'cancel' }],
        ...(standing.page === null ? {} : { page: standing.page }),
      }),
      [`${name}.closed`]: () => ({ choices: [{ id: anew }, { id: 'cancel' }] }),
    },
  });
}
