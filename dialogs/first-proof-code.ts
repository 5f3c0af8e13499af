import { and, assign, setup } from 'xstate';
import { mayArrive, rejectedAnswer, resendFailed, resendLater, sendsUsedUp, shown } from './answers.ts';
import { because, chose, dialog, effectActions, ends, say, sharedGuards, typesOf } from './dialog.ts';
import { challengeShape } from './kept.ts';
import { flag, listOf, number, orNull, record, text, type Shaped } from './shape.ts';
import { wayOf } from './ways.ts';

const context = record({
  place: text,
  challenge: orNull(challengeShape),
  /** From when a code may be asked for, where none is out and none may be sent yet. */
  later: orNull(number),
  proofs: listOf(text),
  /** The person, or what came of the code, wants another way. */
  another: flag,
});
type Context = Shaped<typeof context>;

const dropChallenge = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({ challenges: context.challenge ? [context.challenge.challenge] : [] }),
} as const;

const way = ({ context }: { context: Context }) => ({
  way: wayOf(context.challenge?.kind ?? 'text-message'),
  masked: context.challenge?.masked ?? '',
});

const machine = setup({
  types: typesOf<'first-proof-code', Context>(),
  actions: effectActions,
  guards: {
    ...sharedGuards,
    isOut: ({ context }) => context.challenge !== null,
    isItsChallenge: ({ context, event }) => event.type === 'challenge.unanswered' && event.challenge === context.challenge?.challenge,
    mayResend: ({ context, event }) => event.now >= (context.challenge?.resendAt ?? 0),
    mayTryAgain: ({ context, event }) => event.now >= (context.later ?? 0),
    closesAccount: ({ event }) => event.type === 'answer.exhausted' && event.scope === 'account',
  },
}).createMachine({
  id: 'first-proof-code',
  context: ({ input }) => ({ place: input.place, challenge: null, later: null, proofs: [], another: false }),
  initial: 'sending',
  states: {
    sending: {
      entry: { type: 'sendChallenge', params: ({ context }) => ({ onFile: context.place, purpose: 'first-proof' as const }) },
      on: {
        'challenge.sent': { target: 'answering', actions: assign({ challenge: ({ event }) => shown(event) }) },
        'challenge.doubtful': { target: 'answering', actions: [assign({ challenge: ({ event }) => shown(event) }), mayArrive] },
        'challenge.failed': [
          { guard: because('gone'), target: 'leaving', actions: say('first-proof-code.gone') },
          { guard: 'isOut', target: 'answering', actions: resendFailed },
          { guard: because('undeliverable'), target: 'leaving', actions: say('first-proof-code.undeliverable') },
          { guard: because('stopped'), target: 'leaving', actions: say('verify.stopped') },
          { target: 'leaving', actions: say('verify.unavailable') },
        ],
        'challenge.refused': [
          { guard: and(['isOut', because('resend-too-soon')]), target: 'answering', actions: resendLater },
          { guard: and(['isOut', because('budget')]), target: 'answering', actions: resendFailed },
          { guard: because('budget'), target: 'leaving', actions: say('verify.budget') },
          { guard: 'isOut', target: 'answering', actions: sendsUsedUp },
          { guard: because('resend-too-soon'), target: 'waiting', actions: assign({ later: ({ event }) => event.until }) },
          { target: 'leaving', actions: sendsUsedUp },
        ],
      },
    },
    waiting: {
      meta: { prompt: 'first-proof-code.later' },
      on: {
        choose: [
          { guard: chose('another'), target: 'leaving' },
          { guard: 'mayTryAgain', target: 'sending' },
          // The prompt says from when.
          { actions: say('verify.too-early') },
        ],
      },
    },
    answering: {
      meta: { prompt: 'first-proof-code.code' },
      on: {
        answer: {
          target: 'checking',
          actions: {
            type: 'checkAnswer',
            params: ({ context, event }) => ({ challenge: context.challenge?.challenge ?? '', answer: event.text }),
          },
        },
        choose: [
          { guard: chose('another'), target: 'leaving' },
          { guard: chose('not-asked'), target: 'reporting' },
          { guard: 'mayResend', target: 'sending' },
          {
            actions: say('verify.resend-later', ({ context }) => ({
              way: wayOf(context.challenge?.kind ?? 'text-message'),
              ...ends(context.challenge?.resendAt),
            })),
          },
        ],
        'challenge.unanswered': [
          { guard: and(['isItsChallenge', because('reported')]), target: 'stopped', actions: say('verify.reported') },
          {
            guard: and(['isItsChallenge', because('undelivered')]),
            target: 'leaving',
            actions: say('verify.undelivered', way),
          },
        ],
      },
    },
    /** Somebody else is at work here (I17): this ends, and what may begin here. */
    reporting: {
      entry: { type: 'reportChallenge', params: ({ context }) => ({ challenge: context.challenge?.challenge ?? '' }) },
      on: { 'challenge.reported': { target: 'stopped', actions: say('verify.not-asked') } },
    },
    checking: {
      on: {
        'answer.accepted': {
          target: 'passed',
          actions: [assign({ proofs: ({ event }) => [event.proof], challenge: null }), say('first-proof-code.passed')],
        },
        'answer.rejected': rejectedAnswer,
        'answer.exhausted': [
          {
            guard: 'closesAccount',
            target: 'refusing',
            actions: {
              type: 'begin',
              params: ({ event }) => ({
                dialog: 'escalate' as const,
                input: { refusal: { code: 'LK_PACE', ending: 'pace' as const, until: event.until }, wish: 'register' as const },
              }),
            },
          },
          { target: 'leaving', actions: say('verify.exhausted', ({ event }) => ends(event.until)) },
        ],
      },
    },
    refusing: { on: { 'escalate.done': 'stopped' } },
    leaving: { type: 'final', entry: [dropChallenge, assign({ another: true })] },
    passed: { type: 'final' },
    stopped: { type: 'final', entry: dropChallenge },
    cancelled: { type: 'final', entry: dropChallenge },
  },
  on: { cancel: '.cancelled' },
  output: ({ context }) => ({ proofs: context.proofs, another: context.another }),
});

const waysOut = [{ id: 'another' }, { id: 'cancel' }];

/** A code to a number or address that the directory holds (I3). What it proves registers a first method, and nothing else. */
export const firstProofCode = dialog({
  machine,
  context,
  prompts: {
    'first-proof-code.code': (context) => ({
      choices: [{ id: 'resend' }, { id: 'another' }, { id: 'not-asked' }, { id: 'cancel' }],
      input: 'code',
      params: { ...way({ context }), mark: context.challenge?.mark ?? '' },
    }),
    'first-proof-code.later': ({ later }) => ({ choices: [{ id: 'again' }, ...waysOut], params: ends(later) }),
  },
});
