import { and, assign, enqueueActions, setup } from 'xstate';
import { mayArrive, rejectedAnswer, resendFailed, resendLater, sendsUsedUp, shown } from './answers.ts';
import { because, chose, dialog, effectActions, ends, pageGuards, say, sharedGuards, typesOf } from './dialog.ts';
import type { MethodView, PageKind } from './views.ts';
import { isRegistered, ruleOf, type MethodKind } from './methods.ts';
import { dropAll, dropChallenge, otherWays, proofsOf, refuse, stuck } from './verify-ways-out.ts';
import { verifyContext, verifyPrompts, wayAsked, type VerifyContext as Context } from './verify-prompts.ts';
import { canSuffice, closedWays, isVerified, labelOf, refusalOf, waysOn } from './ways.ts';

/** From how many codes left on a set is said to run out. */
const fewLeft = 3;

const machine = setup({
  types: typesOf<'verify', Context>(),
  actions: {
    ...effectActions,
    forgetChallenge: assign({ challenge: null, page: null }),
    /** A set of codes runs out: said while there is time to make new ones. */
    sayFewLeft: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'answer.accepted' || event.left === undefined || event.left > fewLeft) return;
      const { left } = event;
      enqueue(say('verify.few-left', () => ({ left })));
    }),
    noteFailed: assign({
      failed: ({ context, event }) => [
        ...context.failed,
        {
          method: context.chosen,
          until: 'until' in event ? event.until : null,
          pace: event.type === 'challenge.refused' && event.reason === 'pace',
        },
      ],
    }),
  },
  guards: {
    ...sharedGuards,
    ...pageGuards,
    isItsChallenge: ({ context, event }) =>
      context.challenge !== null && 'challenge' in event && event.challenge === context.challenge.challenge,
    isOnPage: ({ event }) => 'kind' in event && pageOf(event.kind) !== null,
    isOfSomebody: ({ event }) => 'kind' in event && event.kind !== null && !isRegistered(event.kind),
    isItsSilence: ({ context, event }) => event.type === 'reminded' && event.name === context.challenge?.challenge,
    isVerified: ({ context }) => isVerified(context),
    cannotSuffice: ({ context }) => !canSuffice(context),
    // The first step starts with the method that is preferred; the next is asked about where there is a choice.
    startsAtOnce: ({ context }) => {
      const [first, ...others] = waysOn(context);
      return first !== undefined && mayStart(first) && (others.length === 0 || (context.passed.length === 0 && !context.begun));
    },
    isOffered: ({ context, event }) => event.type === 'choose' && waysOn(context).some(({ id }) => id === event.choice),
    mayResend: ({ context, event }) => event.now >= (context.challenge?.resendAt ?? 0),
    mayTryAgain: ({ context, event }) => event.now >= (context.later ?? 0),
    isOut: ({ context }) => context.challenge !== null,
    isTooSoonAfterAnother: ({ context, event }) =>
      context.challenge !== null && event.type === 'challenge.refused' && event.reason === 'resend-too-soon',
    closesAccount: ({ event }) => event.type === 'answer.exhausted' && event.scope === 'account',
  },
}).createMachine({
  id: 'verify',
  context: ({ input }) => ({
    purpose: input.purpose,
    gates: input.gates,
    kinds: input.kinds ?? null,
    passed: [],
    methods: [],
    failed: [],
    told: [],
    chosen: '',
    challenge: null,
    page: null,
    begun: false,
    later: null,
  }),
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readMethods', params: ({ context }) => ({ purpose: context.purpose, withAsked: true as const }) },
      on: {
        'methods.read': {
          target: 'deciding',
          actions: [
            assign({
              methods: ({ context, event }) => event.methods.filter(({ kind }) => context.kinds === null || context.kinds.includes(kind)),
            }),
            enqueueActions(({ context, enqueue }) => {
              for (const method of closedWays(context).filter(({ id }) => !context.told.includes(id))) {
                enqueue(say(closedNotice(method.usable), () => ({ kind: method.kind, label: labelOf(method), ...ends(method.until) })));
              }
            }),
            assign({ told: ({ context }) => [...new Set([...context.told, ...closedWays(context).map(({ id }) => id)])] }),
          ],
        },
      },
    },
    deciding: {
      always: [
        { guard: 'isVerified', target: 'verified' },
        {
          guard: 'cannotSuffice',
          target: 'refusing',
          actions: refuse(({ context }) => refusalOf(context)),
        },
        {
          guard: 'startsAtOnce',
          target: 'sending',
          actions: assign({ chosen: ({ context }) => waysOn(context)[0]?.id ?? '' }),
        },
        { target: 'choosing' },
      ],
    },
    choosing: {
      meta: { prompt: 'verify.choose' },
      on: {
        choose: [{ guard: 'isOffered', target: 'sending', actions: assign({ chosen: ({ event }) => event.choice }) }, stuck],
      },
    },
    sending: {
      entry: [
        assign({ begun: true }),
        {
          type: 'sendChallenge',
          params: ({ context }) => ({
            method: context.chosen,
            purpose: context.purpose,
            // Somebody else is asked only after another gate, which is shown by its proof (I18).
            ...(isAskedOfSomebody(context) && { proofs: proofsOf(context) }),
          }),
        },
      ],
      on: {
        'challenge.sent': [
          { guard: 'isOnPage', target: 'opening', actions: assign({ challenge: ({ event }) => shown(event) }) },
          {
            guard: 'isOfSomebody',
            target: 'answering',
            actions: [
              assign({ challenge: ({ event }) => shown(event) }),
              { type: 'remind', params: ({ event }) => ({ name: event.challenge, at: event.expiresAt }) },
            ],
          },
          { target: 'answering', actions: assign({ challenge: ({ event }) => shown(event) }) },
        ],
        'challenge.doubtful': { target: 'answering', actions: [assign({ challenge: ({ event }) => shown(event) }), mayArrive] },
        'challenge.failed': [
          { guard: because('gone'), target: 'forgetting', actions: ['noteFailed', say('verify.gone')] },
          { guard: because('suspended'), target: 'forgetting', actions: 'noteFailed' },
          { guard: 'isOut', target: 'answering', actions: resendFailed },
          {
            guard: because('undeliverable'),
            target: 'deciding',
            actions: ['noteFailed', say('verify.undeliverable', ({ context }) => ({ way: wayAsked(context) }))],
          },
          { guard: because('stopped'), target: 'deciding', actions: ['noteFailed', say('verify.stopped')] },
          { target: 'deciding', actions: ['noteFailed', say('verify.unavailable')] },
        ],
        'challenge.refused': [
          { guard: 'isTooSoonAfterAnother', target: 'answering', actions: resendLater },
          { guard: because('resend-too-soon'), target: 'waiting', actions: assign({ later: ({ event }) => event.until }) },
          { guard: because('cooling'), target: 'forgetting', actions: 'noteFailed' },
          { guard: and(['isOut', because('budget')]), target: 'answering', actions: resendFailed },
          { guard: because('budget'), target: 'deciding', actions: ['noteFailed', say('verify.budget')] },
          { guard: 'isOut', target: 'answering', actions: sendsUsedUp },
          { target: 'deciding', actions: ['noteFailed', sendsUsedUp] },
        ],
      },
    },
    opening: {
      entry: {
        type: 'openPage',
        params: ({ context }) => ({
          page: pageOf(context.challenge?.kind ?? null) ?? 'present-password',
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
        'page.refused': { target: 'forgetting', actions: ['noteFailed', say('verify.page-refused')] },
      },
    },
    waiting: {
      meta: { prompt: 'verify.later' },
      on: {
        choose: [
          ...otherWays,
          { guard: 'mayTryAgain', target: 'sending' },
          // The prompt says from when.
          { actions: say('verify.too-early') },
        ],
      },
    },
    answering: {
      meta: { prompt: 'verify.answer' },
      on: {
        answer: {
          target: 'checking',
          actions: {
            type: 'checkAnswer',
            params: ({ context, event }) => ({ challenge: context.challenge?.challenge ?? '', answer: event.text }),
          },
        },
        choose: [
          { guard: chose('not-asked'), target: 'reporting' },
          ...otherWays,
          { guard: 'mayResend', target: 'sending' },
          { actions: say('verify.resend-later', ({ context }) => ({ way: wayAsked(context), ...ends(context.challenge?.resendAt) })) },
        ],
        // Weighed elsewhere: its verdict follows, as for an answer typed here.
        'challenge.answered': { guard: 'isItsChallenge', target: 'checking' },
        'challenge.unanswered': [
          { guard: and(['isItsChallenge', because('reported')]), target: 'failed', actions: say('verify.reported') },
          { guard: and(['isItsChallenge', because('copied')]), target: 'forgetting', actions: ['noteFailed', say('verify.copied')] },
          { guard: and(['isItsChallenge', because('no-answer')]), target: 'interrupted', actions: say('verify.no-answer') },
          { guard: and(['isItsChallenge', because('ended')]), target: 'interrupted', actions: say('verify.ended') },
          {
            guard: 'isItsChallenge',
            target: 'forgetting',
            actions: [
              'noteFailed',
              say('verify.undelivered', ({ context }) => ({ way: wayAsked(context), masked: context.challenge?.masked ?? '' })),
            ],
          },
        ],
        'page.claimed': { guard: 'isItsPage', actions: say('verify.page-opened') },
        // Nothing is left to do on the page: its end changes nothing any more.
        'page.done': { guard: 'isItsPage', actions: assign({ page: null }) },
        'page.failed': { guard: 'isItsPage', target: 'interrupted', actions: say('verify.page-over') },
        reminded: [
          { guard: 'isItsDeadline', target: 'interrupted', actions: say('verify.page-over') },
          // Whoever was asked has said nothing: the person is not left waiting for them (I18).
          {
            guard: 'isItsSilence',
            target: 'interrupted',
            actions: say('verify.no-word', ({ context }) => ({ masked: context.challenge?.masked ?? '' })),
          },
        ],
      },
    },
    /** Somebody else is at work here (I17): this ends, and what may begin here. */
    reporting: {
      entry: { type: 'reportChallenge', params: ({ context }) => ({ challenge: context.challenge?.challenge ?? '' }) },
      on: { 'challenge.reported': { target: 'failed', actions: say('verify.not-asked') } },
    },
    /** Nobody answers this challenge any more, and the person says what is next. */
    interrupted: {
      entry: [dropChallenge, 'forgetChallenge'],
      meta: { prompt: 'verify.interrupted' },
      on: { choose: [...otherWays, { target: 'sending' }] },
    },
    checking: {
      on: {
        'answer.accepted': {
          target: 'deciding',
          actions: [
            'sayFewLeft',
            assign({
              challenge: null,
              page: null,
              begun: false,
              passed: ({ context, event }) => [...context.passed, { kind: event.kind, proof: event.proof }],
            }),
          ],
        },
        'answer.rejected': rejectedAnswer,
        'answer.exhausted': [
          {
            guard: 'closesAccount',
            target: 'refusing',
            actions: refuse(({ event }) => ({ code: 'LK_PACE', ending: 'pace' as const, until: event.until })),
          },
          { target: 'forgetting', actions: say('verify.exhausted', ({ event }) => ends(event.until)) },
        ],
      },
    },
    /** The challenge that is out leads nowhere any more. */
    forgetting: {
      entry: [dropChallenge, 'forgetChallenge'],
      always: 'reading',
    },
    refusing: { on: { 'escalate.done': 'failed' } },
    verified: { type: 'final' },
    failed: { type: 'final', entry: dropAll },
    cancelled: { type: 'final', entry: dropAll },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => ({ ok: isVerified(context), proofs: proofsOf(context) }),
});

/** Asks for as many independent gates as the rule demands (I2). */
export const verify = dialog({ machine, context: verifyContext, prompts: verifyPrompts });

/** The page on which a method of a kind is proved; null where none is. */
const pageOf = (kind: MethodKind | null): PageKind | null => (kind === null ? null : (ruleOf(kind).page ?? null));

/** Whether what was chosen is asked of somebody whom the directory names. */
const isAskedOfSomebody = ({ methods, chosen }: Context): boolean => methods.some(({ id, kind }) => id === chosen && !isRegistered(kind));

/** No telephone rings unasked: a call is chosen, or preferred to everything else. */
const mayStart = ({ kind, preferred }: MethodView): boolean => preferred || ruleOf(kind).showsCode !== true;

const closedNotice = (usable: MethodView['usable']): string => `verify.closed-${usable}`;
