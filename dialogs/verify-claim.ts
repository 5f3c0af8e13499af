import { assign, setup } from 'xstate';
import { rejectedAnswer, shown } from './answers.ts';
import { because, chose, dialog, effectActions, ends, pageGuards, say, sharedGuards, typesOf } from './dialog.ts';
import { challengeShape, gatesShape, kindShape } from './kept.ts';
import { gatesSuffice, helps, isSaved, ruleOf, type MethodKind } from './methods.ts';
import { listOf, number, oneOf, orNull, record, text, type Shaped } from './shape.ts';
import type { PageKind } from './views.ts';
import { wayOf } from './ways.ts';

const context = record({
  purpose: oneOf('reset', 'unlock', 'caller'),
  kinds: listOf(kindShape),
  gates: gatesShape,
  passed: listOf(record({ kind: kindShape, proof: text })),
  /** Kinds that are not asked for any more here: too many answers were wrong, or too many codes were sent. */
  closed: listOf(kindShape),
  chosen: orNull(kindShape),
  challenge: orNull(challengeShape),
  page: orNull(text),
  /** Until when nothing more is taken for this account at this door. */
  until: orNull(number),
});
type Context = Shaped<typeof context>;

const passedKinds = ({ passed }: Context): readonly MethodKind[] => passed.map(({ kind }) => kind);

/** The policy's kinds that would bring the act nearer, whatever is registered (I20). */
const waysOn = (context: Context): readonly MethodKind[] =>
  context.kinds.filter((kind) => !context.closed.includes(kind) && helps(kind, passedKinds(context), context.purpose, context.gates));

const isVerified = (context: Context): boolean => gatesSuffice(passedKinds(context), context.purpose, context.gates);

const canSuffice = (context: Context): boolean =>
  gatesSuffice(
    [...passedKinds(context), ...context.kinds.filter((kind) => !context.closed.includes(kind))],
    context.purpose,
    context.gates,
  );

const outOf = ({ challenge, page }: Context) => ({
  challenges: challenge === null ? [] : [challenge.challenge],
  pages: page === null ? [] : [page],
});

const dropChallenge = { type: 'drop', params: ({ context }: { context: Context }) => outOf(context) } as const;

const dropAll = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({ ...outOf(context), proofs: context.passed.map(({ proof }) => proof) }),
} as const;

/** The page a kind is proved on here; null where it is proved in the chat or on a telephone. */
const pageOf = (kind: MethodKind | null): PageKind | null => (kind === null ? null : (ruleOf(kind).page ?? null));

const machine = setup({
  types: typesOf<'verify-claim', Context>(),
  actions: {
    ...effectActions,
    forgetChallenge: assign({ challenge: null, page: null }),
    close: assign({ closed: ({ context }) => (context.chosen === null ? context.closed : [...context.closed, context.chosen]) }),
  },
  guards: {
    ...sharedGuards,
    ...pageGuards,
    isVerified: ({ context }) => isVerified(context),
    cannotSuffice: ({ context }) => !canSuffice(context),
    isOffered: ({ context, event }) => event.type === 'choose' && waysOn(context).some((kind) => kind === event.choice),
    takesPlace: ({ context }) => context.chosen !== null && ruleOf(context.chosen).sends,
    isOnPage: ({ context }) => pageOf(context.chosen) !== null,
    isItsChallenge: ({ context, event }) =>
      context.challenge !== null && 'challenge' in event && event.challenge === context.challenge.challenge,
    closesAccount: ({ event }) => event.type === 'answer.exhausted' && event.scope === 'account',
  },
}).createMachine({
  id: 'verify-claim',
  context: ({ input }) => ({ ...input, passed: [], closed: [], chosen: null, challenge: null, page: null, until: null }),
  initial: 'deciding',
  states: {
    deciding: {
      always: [{ guard: 'isVerified', target: 'verified' }, { guard: 'cannotSuffice', target: 'failed' }, { target: 'choosing' }],
    },
    choosing: {
      meta: { prompt: 'verify-claim.choose' },
      on: {
        choose: [
          { guard: 'isOffered', target: 'chosen', actions: assign({ chosen: ({ event }) => event.choice as MethodKind }) },
          { guard: chose('none'), target: 'failed' },
        ],
      },
    },
    chosen: { always: [{ guard: 'takesPlace', target: 'placing' }, { target: 'asking' }] },
    /** The whole number or address is typed, and compared unseen (I20). */
    placing: {
      meta: { prompt: 'verify-claim.place' },
      on: {
        answer: {
          target: 'asked',
          actions: {
            type: 'askAtDoor',
            params: ({ context, event }) => ({
              kind: context.chosen ?? 'text-message',
              purpose: context.purpose,
              place: event.text,
            }),
          },
        },
        choose: { guard: chose('another'), target: 'choosing' },
      },
    },
    asking: {
      entry: [
        'forgetChallenge',
        {
          type: 'askAtDoor',
          params: ({ context }) => ({ kind: context.chosen ?? 'authenticator-app', purpose: context.purpose }),
        },
      ],
      always: 'asked',
    },
    asked: {
      on: {
        'door.asked': [
          { guard: 'isOnPage', target: 'opening', actions: assign({ challenge: ({ event }) => shown(event) }) },
          { target: 'answering', actions: assign({ challenge: ({ event }) => shown(event) }) },
        ],
        'door.rejected': {
          target: 'placing',
          actions: say('verify-claim.not-a-place', ({ event }) => ({ reason: event.reason.replaceAll('-', '_') })),
        },
        'door.refused': [
          { guard: because('closed'), target: 'failed', actions: assign({ until: ({ event }) => event.until }) },
          { guard: because('budget'), target: 'deciding', actions: ['close', say('verify-claim.budget')] },
          {
            target: 'deciding',
            actions: ['close', say('verify-claim.rests', ({ event }) => ends(event.until))],
          },
        ],
      },
    },
    opening: {
      entry: {
        type: 'openPage',
        params: ({ context }) => ({
          page: pageOf(context.chosen) ?? 'use-security-key',
          proofs: [],
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
        'page.refused': { target: 'deciding', actions: ['close', 'forgetChallenge'] },
      },
    },
    answering: {
      meta: { prompt: 'verify-claim.answer' },
      on: {
        answer: {
          target: 'checking',
          actions: {
            type: 'checkAnswer',
            params: ({ context, event }) => ({ challenge: context.challenge?.challenge ?? '', answer: event.text }),
          },
        },
        choose: [
          { guard: chose('again'), target: 'renewing' },
          { guard: chose('another'), target: 'choosing', actions: [dropChallenge, 'forgetChallenge'] },
        ],
        // Weighed elsewhere: its verdict follows, as for an answer typed here.
        'challenge.answered': { guard: 'isItsChallenge', target: 'checking' },
        'page.claimed': { guard: 'isItsPage' },
        'page.done': { guard: 'isItsPage', actions: assign({ page: null }) },
        'page.failed': { guard: 'isItsPage', target: 'renewed', actions: say('verify-claim.page-over') },
        reminded: { guard: 'isItsDeadline', target: 'renewed', actions: say('verify-claim.page-over') },
      },
    },
    renewing: { entry: [dropChallenge, 'forgetChallenge'], always: 'chosen' },
    renewed: { entry: [dropChallenge, 'forgetChallenge'], always: 'choosing' },
    checking: {
      on: {
        'answer.accepted': {
          target: 'deciding',
          actions: assign({
            challenge: null,
            page: null,
            chosen: null,
            passed: ({ context, event }) => [...context.passed, { kind: event.kind, proof: event.proof }],
          }),
        },
        'answer.rejected': rejectedAnswer,
        'answer.exhausted': [
          { guard: 'closesAccount', target: 'failed', actions: assign({ until: ({ event }) => event.until }) },
          {
            target: 'exhausted',
            actions: ['close', say('verify-claim.exhausted', ({ event }) => ends(event.until))],
          },
        ],
      },
    },
    exhausted: { entry: [dropChallenge, 'forgetChallenge'], always: 'deciding' },
    verified: { type: 'final' },
    // What was proved on the way stays with the case.
    failed: { type: 'final', entry: dropChallenge },
    cancelled: { type: 'final', entry: dropAll },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => ({
    ok: isVerified(context),
    proofs: context.passed.map(({ proof }) => proof),
    until: context.until,
  }),
});

const stepOf = ({ passed, gates }: Context) => ({ step: passed.length + 1, of: gates.needed });

/** Asks for as many independent gates as the rule demands (I2) of somebody nobody knows; every user ID gets the same (I20). */
export const verifyClaim = dialog({
  machine,
  context,
  prompts: {
    'verify-claim.choose': (claim) => ({
      choices: [...waysOn(claim).map((kind) => ({ id: kind })), { id: 'none' }, { id: 'cancel' }],
      params: stepOf(claim),
    }),
    'verify-claim.place': (claim) => ({
      choices: [{ id: 'another' }, { id: 'cancel' }],
      input: claim.chosen === 'email' ? ('email-address' as const) : ('phone-number' as const),
      params: { ...stepOf(claim), way: wayOf(claim.chosen ?? 'text-message') },
    }),
    'verify-claim.answer': (claim) => {
      const { challenge, page } = claim;
      const kind = challenge?.kind ?? claim.chosen ?? 'authenticator-app';
      const rule = ruleOf(kind);
      return {
        choices: [...(rule.sends || rule.page !== undefined ? [{ id: 'again' }] : []), { id: 'another' }, { id: 'cancel' }],
        ...(rule.elsewhere !== true &&
          rule.page === undefined && { input: isSaved(kind) ? ('recovery-code' as const) : ('code' as const) }),
        ...(page !== null && { page }),
        ...(rule.showsCode === true && challenge !== null && { shownCode: challenge.challenge }),
        params: { ...stepOf(claim), way: wayOf(kind), mark: challenge?.mark ?? '', link: page === null ? 'no' : 'yes' },
      };
    },
  },
});
