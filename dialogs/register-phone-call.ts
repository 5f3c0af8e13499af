import { and, assign, setup } from 'xstate';
import { mayArrive, notStored, rejectedAnswer, resendFailed, resendLater, sendsUsedUp, shown } from './answers.ts';
import { because, chose, dialog, effectActions, ends, say, sharedGuards, typesOf } from './dialog.ts';
import { challengeShape } from './kept.ts';
import { flag, listOf, number, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  proofs: listOf(text),
  /** The method whose place the new one takes. */
  replaces: orNull(text),
  /** Numbers that were proved by text: they need not be typed again. */
  texted: listOf(record({ id: text, label: text })),
  /** What the directory holds. */
  places: listOf(record({ id: text, label: text })),
  draft: orNull(text),
  masked: text,
  challenge: orNull(challengeShape),
  /** From when a call may be asked for, where none is out and none may be made yet. */
  later: orNull(number),
  /** Of the challenge that was passed. */
  proof: orNull(text),
  stored: flag,
  again: flag,
});
type Context = Shaped<typeof context>;

const drop = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({
    challenges: context.challenge ? [context.challenge.challenge] : [],
    drafts: context.draft ? [context.draft] : [],
    proofs: context.proof ? [context.proof] : [],
  }),
} as const;

const of = ({ replaces }: Context) => ({ kind: 'phone-call' as const, ...(replaces !== null && { replaces }) });

const tooMany = {
  target: 'refusing',
  actions: {
    type: 'begin',
    params: ({ event }: { event: { until: number | null } }) => ({
      dialog: 'escalate' as const,
      input: { refusal: { code: 'LK_PACE', ending: 'pace' as const, until: event.until }, wish: 'register' as const },
    }),
  },
} as const;

const machine = setup({
  types: typesOf<'register-phone-call', Context>(),
  actions: {
    ...effectActions,
    forget: assign({ draft: null, challenge: null, proof: null }),
    noteAgain: assign({ again: true }),
    noteStored: assign({ stored: true, draft: null, proof: null }),
    noteChallenge: assign({
      challenge: ({ event }) => (event.type === 'challenge.sent' || event.type === 'challenge.doubtful' ? shown(event) : null),
    }),
  },
  guards: {
    ...sharedGuards,
    isChange: ({ context }) => context.replaces !== null,
    isTexted: ({ context, event }) => event.type === 'choose' && context.texted.some(({ id }) => id === event.choice),
    isOnFile: ({ context, event }) => event.type === 'choose' && context.places.some(({ id }) => id === event.choice),
    isOut: ({ context }) => context.challenge !== null,
    isItsChallenge: ({ context, event }) =>
      context.challenge !== null && 'challenge' in event && event.challenge === context.challenge.challenge,
    mayCallAgain: ({ context, event }) => event.now >= (context.challenge?.resendAt ?? context.later ?? 0),
  },
}).createMachine({
  id: 'register-phone-call',
  context: ({ input }) => ({
    proofs: input.proofs,
    replaces: input.replaces ?? null,
    texted: [],
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
      entry: { type: 'readMethods', params: { purpose: 'register' } },
      on: {
        'methods.read': {
          target: 'readingPlaces',
          actions: assign({
            texted: ({ event }) =>
              event.methods
                .filter(({ kind, usable, label }) => {
                  const isCalled = event.methods.some((one) => one.kind === 'phone-call' && one.label === label);
                  const isOver = usable === 'disabled' || usable === 'suspended' || usable === 'unreachable' || usable === 'reported';
                  return kind === 'text-message' && !isOver && !isCalled;
                })
                .map(({ id, label }) => ({ id, label })),
          }),
        },
      },
    },
    readingPlaces: {
      entry: { type: 'readPlaces', params: { kind: 'phone-call' } },
      on: { 'places.read': { target: 'asking', actions: assign({ places: ({ event }) => event.places }) } },
    },
    asking: {
      meta: { prompt: 'register-phone-call.number' },
      on: {
        choose: [
          {
            guard: 'isTexted',
            target: 'drafting',
            actions: { type: 'draftMethod', params: ({ context, event }) => ({ ...of(context), numberOf: event.choice }) },
          },
          {
            guard: 'isOnFile',
            target: 'drafting',
            actions: { type: 'draftMethod', params: ({ context, event }) => ({ ...of(context), onFile: event.choice }) },
          },
        ],
        answer: {
          target: 'drafting',
          actions: { type: 'draftMethod', params: ({ context, event }) => ({ ...of(context), answer: event.text }) },
        },
      },
    },
    drafting: {
      on: {
        'draft.taken': { target: 'sending', actions: assign({ draft: ({ event }) => event.draft, masked: ({ event }) => event.masked }) },
        'draft.rejected': [
          { guard: because('full'), target: 'stopped', actions: say('register.full') },
          { guard: because('gone'), target: 'stopped', actions: say('method.gone') },
          { guard: because('off-file'), target: 'asking', actions: [assign({ places: [] }), say('register.off-file')] },
          { guard: because('not-allowed-country'), target: 'asking', actions: say('register-phone-call.not-allowed-country') },
          { guard: because('special-number'), target: 'asking', actions: say('register-phone-call.special-number') },
          { guard: because('refused-number'), target: 'asking', actions: say('register-phone-call.refused-number') },
          { guard: because('already-yours'), target: 'asking', actions: say('register-phone-call.already-yours') },
          { target: 'asking', actions: say('register-phone-call.not-a-number') },
        ],
      },
    },
    sending: {
      entry: { type: 'sendChallenge', params: ({ context }) => ({ draft: context.draft ?? '', purpose: 'register' as const }) },
      on: {
        'challenge.sent': { target: 'ringing', actions: 'noteChallenge' },
        'challenge.doubtful': { target: 'ringing', actions: ['noteChallenge', mayArrive] },
        'challenge.failed': [
          { guard: because('gone'), target: 'changing', actions: say('register.draft-gone') },
          { guard: 'isOut', target: 'ringing', actions: resendFailed },
          { guard: because('undeliverable'), target: 'changing', actions: say('register-phone-call.undeliverable') },
          { target: 'stopped', actions: say('register.cannot-send') },
        ],
        'challenge.refused': [
          { guard: and(['isOut', because('resend-too-soon')]), target: 'ringing', actions: resendLater },
          { guard: and(['isOut', because('budget')]), target: 'ringing', actions: resendFailed },
          { guard: because('budget'), target: 'stopped', actions: say('register.budget') },
          { guard: 'isOut', target: 'ringing', actions: sendsUsedUp },
          { guard: because('resend-too-soon'), target: 'waiting', actions: assign({ later: ({ event }) => event.until }) },
          tooMany,
        ],
      },
    },
    /** The telephone rings, and the digits stand in the chat. */
    ringing: {
      meta: { prompt: 'register-phone-call.code' },
      on: {
        choose: [
          { guard: chose('change'), target: 'changing' },
          { guard: 'mayCallAgain', target: 'sending' },
          { actions: say('verify.resend-later', ({ context }) => ({ way: 'call', ...ends(context.challenge?.resendAt) })) },
        ],
        'challenge.answered': { guard: 'isItsChallenge', target: 'checking' },
        'challenge.unanswered': [
          { guard: and(['isItsChallenge', because('reported')]), target: 'stopped', actions: say('verify.reported') },
          { guard: and(['isItsChallenge', because('no-answer')]), target: 'silenced', actions: say('verify.no-answer') },
          { guard: and(['isItsChallenge', because('ended')]), target: 'silenced', actions: say('verify.ended') },
          { guard: 'isItsChallenge', target: 'changing', actions: say('register-phone-call.undeliverable') },
        ],
      },
    },
    /** The call is over, and the number is not known to be the person's yet. */
    silenced: {
      entry: [
        { type: 'drop', params: ({ context }) => ({ challenges: context.challenge ? [context.challenge.challenge] : [] }) },
        assign({ later: ({ context }) => context.challenge?.resendAt ?? null, challenge: null }),
      ],
      always: 'waiting',
    },
    waiting: {
      meta: { prompt: 'register-phone-call.later' },
      on: {
        choose: [
          { guard: chose('change'), target: 'changing' },
          { guard: 'mayCallAgain', target: 'sending' },
          { actions: say('verify.resend-later', ({ context }) => ({ way: 'call', ...ends(context.later) })) },
        ],
      },
    },
    /** Another number: what was asked of this one ends. */
    changing: { entry: [drop, 'forget'], always: 'asking' },
    checking: {
      on: {
        'answer.accepted': { target: 'storing', actions: assign({ proof: ({ event }) => event.proof, challenge: null }) },
        'answer.rejected': rejectedAnswer.map((each) => ({ ...each, target: 'ringing' as const })),
        'answer.exhausted': tooMany,
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
            actions: ['noteStored', say('register-phone-call.changed', ({ event }) => ({ label: event.label }))],
          },
          { target: 'registered', actions: ['noteStored', say('register-phone-call.stored', ({ event }) => ({ label: event.label }))] },
        ],
        'method.refused': [{ guard: because('in-use'), target: 'changing', actions: say('register-phone-call.in-use') }, ...notStored],
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

/** Registers a telephone to be called: which number, a call that somebody answers there, and only then it is stored. */
export const registerPhoneCall = dialog({
  machine,
  context,
  prompts: {
    'register-phone-call.number': ({ replaces, texted, places }) => ({
      choices: [
        ...texted.map(({ id, label }) => ({ id, label: 'texted', params: { label } })),
        ...places.map(({ id, label }) => ({ id, label: 'on-file', params: { label } })),
        { id: 'cancel' },
      ],
      input: 'phone-number',
      params: { change: replaces === null ? 'no' : 'yes', texted: texted.length, onFile: places.length },
    }),
    'register-phone-call.code': ({ challenge, masked }) => ({
      choices: [{ id: 'resend' }, ...choices],
      ...(challenge !== null && { shownCode: challenge.challenge }),
      params: { masked: challenge?.masked ?? masked },
    }),
    'register-phone-call.later': ({ later, masked }) => ({ choices: [{ id: 'again' }, ...choices], params: { masked, ...ends(later) } }),
  },
});
