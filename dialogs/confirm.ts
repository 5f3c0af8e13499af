import { and, assign, setup } from 'xstate';
import { mayArrive, rejectedAnswer, resendFailed, resendLater, sendsUsedUp, shown } from './answers.ts';
import { because, chose, dialog, effectActions, ends, say, sharedGuards, typesOf } from './dialog.ts';
import { challengeShape } from './kept.ts';
import { ruleOf } from './methods.ts';
import { orNull, record, text, type Shaped } from './shape.ts';
import { wayOf } from './ways.ts';

const context = record({ method: text, challenge: orNull(challengeShape) });
type Context = Shaped<typeof context>;

const drop = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({ challenges: context.challenge === null ? [] : [context.challenge.challenge] }),
} as const;

/** Nothing came of it, which disables nothing: it is asked about another time. */
const notNow = { target: 'ended', actions: say('confirm.not-now') } as const;
const notReached = { target: 'ended', actions: say('confirm.not-reached') } as const;

const machine = setup({
  types: typesOf<'confirm', Context>(),
  actions: effectActions,
  guards: {
    ...sharedGuards,
    isOut: ({ context }) => context.challenge !== null,
    isItsChallenge: ({ context, event }) => event.type === 'challenge.unanswered' && event.challenge === context.challenge?.challenge,
    mayResend: ({ context, event }) => event.now >= (context.challenge?.resendAt ?? 0),
  },
}).createMachine({
  id: 'confirm',
  context: ({ input }) => ({ method: input.method, challenge: null }),
  initial: 'sending',
  states: {
    sending: {
      entry: { type: 'sendChallenge', params: ({ context }) => ({ method: context.method, purpose: 'confirm' as const }) },
      on: {
        'challenge.sent': { target: 'answering', actions: assign({ challenge: ({ event }) => shown(event) }) },
        'challenge.doubtful': { target: 'answering', actions: [assign({ challenge: ({ event }) => shown(event) }), mayArrive] },
        'challenge.failed': [
          { guard: because('gone'), target: 'ended', actions: say('method.gone') },
          { guard: 'isOut', target: 'answering', actions: resendFailed },
          { guard: because('undeliverable'), ...notReached },
          notNow,
        ],
        'challenge.refused': [
          { guard: and(['isOut', because('resend-too-soon')]), target: 'answering', actions: resendLater },
          { guard: 'isOut', target: 'answering', actions: sendsUsedUp },
          notNow,
        ],
      },
    },
    answering: {
      meta: { prompt: 'confirm.code' },
      on: {
        answer: {
          target: 'checking',
          actions: {
            type: 'checkAnswer',
            params: ({ context, event }) => ({ challenge: context.challenge?.challenge ?? '', answer: event.text }),
          },
        },
        choose: [
          { guard: chose('later'), target: 'ended' },
          { guard: 'mayResend', target: 'sending' },
          {
            actions: say('verify.resend-later', ({ context }) => ({
              way: wayOf(context.challenge?.kind ?? 'authenticator-app'),
              ...ends(context.challenge?.resendAt),
            })),
          },
        ],
        'challenge.unanswered': { guard: and(['isItsChallenge', because('undelivered')]), ...notReached },
      },
    },
    checking: {
      on: {
        'answer.accepted': {
          target: 'ended',
          // The use is what confirms it: nothing is to be done on the proof.
          actions: [
            { type: 'drop', params: ({ event }) => ({ proofs: [event.proof] }) },
            assign({ challenge: null }),
            say('confirm.confirmed'),
          ],
        },
        'answer.rejected': rejectedAnswer,
        'answer.exhausted': { target: 'ended', actions: say('verify.exhausted', ({ event }) => ends(event.until)) },
      },
    },
    ended: { type: 'final', entry: drop },
    cancelled: { type: 'final', entry: drop },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

/** A method that was not used for long: a code shows that it still reaches its owner. */
export const confirm = dialog({
  machine,
  context,
  prompts: {
    'confirm.code': ({ challenge }) => ({
      choices: [...(challenge !== null && ruleOf(challenge.kind).sends ? [{ id: 'resend' }] : []), { id: 'later' }],
      input: 'code',
      params: { way: wayOf(challenge?.kind ?? 'authenticator-app'), masked: challenge?.masked ?? '', mark: challenge?.mark ?? '' },
    }),
  },
});
