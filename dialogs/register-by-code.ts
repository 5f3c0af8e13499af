import { and, assign, setup } from 'xstate';
import { mayArrive, notStored, rejectedAnswer, resendFailed, resendLater, sendsUsedUp, shown } from './answers.ts';
import { because, chose, dialog, effectActions, ends, say, sharedGuards, typesOf, type Dialog } from './dialog.ts';
import { challengeShape } from './kept.ts';
import type { MethodKind } from './methods.ts';
import type { AnswerForm } from './prompts.ts';
import { flag, listOf, number, orNull, record, text, type Shaped } from './shape.ts';
import { wayOf } from './ways.ts';

const context = record({
  proofs: listOf(text),
  /** The method whose place the new one takes. */
  replaces: orNull(text),
  /** What the directory holds: it need not be typed. */
  places: listOf(record({ id: text, label: text })),
  draft: orNull(text),
  masked: text,
  challenge: orNull(challengeShape),
  /** From when a code may be asked for, where none is out and none may be sent yet. */
  later: orNull(number),
  /** Of the challenge that was passed. */
  proof: orNull(text),
  stored: flag,
  again: flag,
});
type Context = Shaped<typeof context>;

/** What tells one such method from another. */
interface Kind {
  readonly kind: MethodKind;
  readonly dialog: 'register-text-message' | 'register-email';
  /** The prompt that asks where codes go, and the form of the answer. */
  readonly where: 'register-text-message.number' | 'register-email.address';
  readonly form: AnswerForm;
}

const drop = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({
    challenges: context.challenge ? [context.challenge.challenge] : [],
    drafts: context.draft ? [context.draft] : [],
    proofs: context.proof ? [context.proof] : [],
  }),
} as const;

/** Registers a method that a code travels to: where to, a code there, and only then it is stored. */
export function registerByCode({ kind, dialog: name, where, form }: Kind): Dialog {
  const machine = setup({
    types: typesOf<'register-text-message', Context>(),
    actions: {
      ...effectActions,
      forget: assign({ draft: null, challenge: null, proof: null }),
      noteAgain: assign({ again: true }),
      noteStored: assign({ stored: true, draft: null, proof: null }),
    },
    guards: {
      ...sharedGuards,
      isOnFile: ({ context, event }) => event.type === 'choose' && context.places.some(({ id }) => id === event.choice),
      isChange: ({ context }) => context.replaces !== null,
      isOut: ({ context }) => context.challenge !== null,
      isItsChallenge: ({ context, event }) => event.type === 'challenge.unanswered' && event.challenge === context.challenge?.challenge,
      mayResend: ({ context, event }) => event.now >= (context.challenge?.resendAt ?? 0),
      mayTryAgain: ({ context, event }) => event.now >= (context.later ?? 0),
    },
  }).createMachine({
    id: name,
    context: ({ input }) => ({
      proofs: input.proofs,
      replaces: input.replaces ?? null,
      places: [],
      draft: null,
      masked: '',
      challenge: null,
      later: null,
      proof: null,
      stored: false,
      again: false,
    }),
    initial: 'reading',
    states: {
      reading: {
        entry: { type: 'readPlaces', params: { kind } },
        on: { 'places.read': { target: 'asking', actions: assign({ places: ({ event }) => event.places }) } },
      },
      asking: {
        meta: { prompt: where },
        on: {
          choose: {
            guard: 'isOnFile',
            target: 'drafting',
            actions: {
              type: 'draftMethod',
              params: ({ context, event }) => ({
                kind,
                onFile: event.choice,
                ...(context.replaces !== null && { replaces: context.replaces }),
              }),
            },
          },
          answer: {
            target: 'drafting',
            actions: {
              type: 'draftMethod',
              params: ({ context, event }) => ({
                kind,
                answer: event.text,
                ...(context.replaces !== null && { replaces: context.replaces }),
              }),
            },
          },
        },
      },
      drafting: {
        on: {
          'draft.taken': {
            target: 'sending',
            actions: assign({ draft: ({ event }) => event.draft, masked: ({ event }) => event.masked }),
          },
          'draft.rejected': [
            { guard: because('full'), target: 'stopped', actions: say('register.full') },
            { guard: because('gone'), target: 'stopped', actions: say('method.gone') },
            { guard: because('off-file'), target: 'asking', actions: [assign({ places: [] }), say('register.off-file')] },
            { guard: because('not-a-number'), target: 'asking', actions: say('register-text-message.not-a-number') },
            { guard: because('not-allowed-country'), target: 'asking', actions: say('register-text-message.not-allowed-country') },
            { guard: because('not-a-mobile'), target: 'asking', actions: say('register-text-message.not-a-mobile') },
            { guard: because('special-number'), target: 'asking', actions: say('register-text-message.special-number') },
            { guard: because('refused-number'), target: 'asking', actions: say('register-text-message.refused-number') },
            { guard: because('not-an-address'), target: 'asking', actions: say('register-email.not-an-address') },
            { guard: because('work-address'), target: 'asking', actions: say('register-email.work-address') },
            { guard: because('group-mailbox'), target: 'asking', actions: say('register-email.group-mailbox') },
            { guard: because('company-domain'), target: 'asking', actions: say('register-email.company-domain') },
            { target: 'asking', actions: say(`${name}.already-yours`) },
          ],
        },
      },
      sending: {
        entry: { type: 'sendChallenge', params: ({ context }) => ({ draft: context.draft ?? '', purpose: 'register' as const }) },
        on: {
          'challenge.sent': { target: 'answering', actions: assign({ challenge: ({ event }) => shown(event) }) },
          'challenge.doubtful': { target: 'answering', actions: [assign({ challenge: ({ event }) => shown(event) }), mayArrive] },
          'challenge.failed': [
            { guard: because('gone'), target: 'changing', actions: say('register.draft-gone') },
            { guard: 'isOut', target: 'answering', actions: resendFailed },
            { guard: because('undeliverable'), target: 'changing', actions: say(`${name}.undeliverable`) },
            { guard: because('stopped'), target: 'changing', actions: say('register-text-message.stopped') },
            { target: 'stopped', actions: say('register.cannot-send') },
          ],
          'challenge.refused': [
            { guard: and(['isOut', because('resend-too-soon')]), target: 'answering', actions: resendLater },
            { guard: and(['isOut', because('budget')]), target: 'answering', actions: resendFailed },
            { guard: because('budget'), target: 'stopped', actions: say('register.budget') },
            { guard: 'isOut', target: 'answering', actions: sendsUsedUp },
            { guard: because('resend-too-soon'), target: 'waiting', actions: assign({ later: ({ event }) => event.until }) },
            {
              target: 'refusing',
              actions: {
                type: 'begin',
                params: ({ event }) => ({
                  dialog: 'escalate' as const,
                  input: { refusal: { code: 'LK_PACE', ending: 'pace' as const, until: event.until }, wish: 'register' as const },
                }),
              },
            },
          ],
        },
      },
      waiting: {
        meta: { prompt: `${name}.later` },
        on: {
          choose: [
            { guard: chose('change'), target: 'changing' },
            { guard: 'mayTryAgain', target: 'sending' },
            { actions: say('verify.resend-later', ({ context }) => ({ way: wayOf(kind), ...ends(context.later) })) },
          ],
        },
      },
      answering: {
        meta: { prompt: `${name}.code` },
        on: {
          answer: {
            target: 'checking',
            actions: {
              type: 'checkAnswer',
              params: ({ context, event }) => ({ challenge: context.challenge?.challenge ?? '', answer: event.text }),
            },
          },
          choose: [
            { guard: chose('change'), target: 'changing' },
            { guard: 'mayResend', target: 'sending' },
            { actions: say('verify.resend-later', ({ context }) => ({ way: wayOf(kind), ...ends(context.challenge?.resendAt) })) },
          ],
          'challenge.unanswered': {
            guard: and(['isItsChallenge', because('undelivered')]),
            target: 'changing',
            actions: say(`${name}.undeliverable`),
          },
        },
      },
      /** Another number or address: what was asked of this one ends. */
      changing: { entry: [drop, 'forget'], always: 'asking' },
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
          'method.stored': [
            {
              guard: 'isChange',
              target: 'registered',
              actions: ['noteStored', say(`${name}.changed`, ({ event }) => ({ label: event.label }))],
            },
            { target: 'registered', actions: ['noteStored', say(`${name}.stored`, ({ event }) => ({ label: event.label }))] },
          ],
          'method.refused': [{ guard: because('in-use'), target: 'changing', actions: say(`${name}.in-use`) }, ...notStored],
        },
      },
      refusing: { on: { 'escalate.done': 'stopped' } },
      registered: { type: 'final' },
      stopped: { type: 'final', entry: drop },
      cancelled: { type: 'final', entry: drop },
    },
    on: { cancel: '.cancelled' },
    output: ({ context }) => ({ stored: context.stored, again: context.again }),
  });
  const choices = [{ id: 'change' }, { id: 'cancel' }];
  return dialog({
    machine,
    context,
    prompts: {
      [where]: ({ replaces, places }) => ({
        choices: [...places.map(({ id, label }) => ({ id, label: 'on-file', params: { label } })), { id: 'cancel' }],
        input: form,
        params: { change: replaces === null ? 'no' : 'yes', onFile: places.length },
      }),
      [`${name}.later`]: ({ later, masked }) => ({ choices: [{ id: 'again' }, ...choices], params: { masked, ...ends(later) } }),
      [`${name}.code`]: ({ challenge, masked }) => ({
        choices: [{ id: 'resend' }, ...choices],
        input: 'code',
        params: { masked: challenge?.masked ?? masked, mark: challenge?.mark ?? '' },
      }),
    },
  });
}
