import { assign, setup } from 'xstate';
import { newsOf, takesReply } from './case-status.ts';
import { chose, dialog, effectActions, ends, say, sharedGuards, typesOf } from './dialog.ts';
import { doorWishes, wishes, type DoorWish } from './dialog-table.ts';
import { gatesShape, kindShape } from './kept.ts';
import { flag, listOf, oneOf, orNull, record, text, type Shaped } from './shape.ts';

const context = record({
  /** The account that was named; no more is known of it here than that somebody named it. */
  claim: orNull(text),
  kinds: listOf(kindShape),
  gates: gatesShape,
  unlock: flag,
  /** What was wished for before anybody said whose account it is about. */
  wish: orNull(oneOf(...doorWishes)),
});
type Context = Shaped<typeof context>;

/** Everything else is done in Teams alone, where a person is signed in (I11). */
const isInTeams = (choice: string): boolean => (wishes as readonly string[]).includes(choice) && !isDoorWish(choice);

const letIn = (wish: DoorWish) =>
  ({
    type: 'begin',
    params: ({ context }: { context: Context }) => ({
      dialog: 'let-in' as const,
      input: { wish, kinds: context.kinds, gates: context.gates },
    }),
  }) as const;

const answerCall = (typed: { readonly typed?: true }) =>
  ({
    type: 'begin',
    params: ({ context }: { context: Context }) => ({ dialog: 'caller' as const, input: { ...typed, kinds: context.kinds } }),
  }) as const;

const useStartCode = { type: 'begin', params: { dialog: 'start-code', input: { atDoor: true } } } as const;

const contact = {
  type: 'begin',
  params: { dialog: 'door-contact', input: { wish: 'contact', why: 'asked', until: null, proofs: [] } },
} as const;

const contactUnreached = {
  type: 'begin',
  params: ({ context }: { context: Context }) => ({
    dialog: 'door-contact' as const,
    input: { wish: context.wish ?? 'contact', why: 'later' as const, until: null, proofs: [] },
  }),
} as const;

const machine = setup({
  types: typesOf<'front-door', Context>(),
  actions: {
    ...effectActions,
    forgetWish: assign({ wish: null }),
    forgetClaim: assign({ claim: null }),
    keepWish: assign({ wish: ({ event }) => (event.type === 'choose' && isDoorWish(event.choice) ? event.choice : null) }),
  },
  guards: {
    ...sharedGuards,
    isClaimed: ({ context }) => context.claim !== null,
    wished: ({ context }, params: { wish: string }) => context.claim !== null && context.wish === params.wish,
    takesReply: ({ event }) => event.type === 'case.told' && takesReply(event),
    isInTeams: ({ event }) => event.type === 'choose' && isInTeams(event.choice),
    isForLater: ({ context, event }) => event.type === 'choose' && context.claim === null && isDoorWish(event.choice),
  },
}).createMachine({
  id: 'front-door',
  context: { claim: null, kinds: [], gates: { needed: 2, oneDevice: 'allow' }, unlock: false, wish: null },
  initial: 'asking',
  states: {
    asking: {
      meta: { prompt: 'front-door.user-id' },
      on: {
        answer: {
          target: 'claiming',
          actions: { type: 'claimAccount', params: ({ event }) => ({ userId: event.text }) },
        },
      },
    },
    claiming: {
      on: {
        'account.claimed': {
          target: 'going',
          actions: assign({
            claim: ({ event }) => event.claim,
            kinds: ({ event }) => event.kinds,
            gates: ({ event }) => event.gates,
            unlock: ({ event }) => event.unlock,
          }),
        },
        'claim.refused': { target: 'asking', actions: say('front-door.too-many', ({ event }) => ends(event.until)) },
        'claim.unavailable': { target: 'unreached', actions: [assign({ claim: ({ event }) => event.claim }), contactUnreached] },
      },
    },
    /** On with what was wished for, or to the menu. */
    going: {
      always: [
        { guard: { type: 'wished', params: { wish: 'reset' } }, target: 'away', actions: ['forgetWish', letIn('reset')] },
        { guard: { type: 'wished', params: { wish: 'unlock' } }, target: 'away', actions: ['forgetWish', letIn('unlock')] },
        { guard: { type: 'wished', params: { wish: 'caller' } }, target: 'away', actions: ['forgetWish', answerCall({})] },
        { guard: { type: 'wished', params: { wish: 'start-code' } }, target: 'away', actions: ['forgetWish', useStartCode] },
        { guard: { type: 'wished', params: { wish: 'contact' } }, target: 'away', actions: ['forgetWish', contact] },
        { guard: 'isClaimed', target: 'menu' },
        { target: 'asking' },
      ],
    },
    menu: {
      meta: { prompt: 'front-door.menu' },
      on: {
        choose: {
          guard: chose('another'),
          target: 'asking',
          actions: assign({ claim: null, wish: null }),
        },
        called: { target: 'away', actions: answerCall({ typed: true }) },
        // Who left the dialog of a call that was answered here gets all the same what the helpdesk gives.
        'grant.given': { target: 'away', actions: answerCall({}) },
      },
    },
    /** The directory did not answer, which keeps nobody from asking for help. What stood for the account meanwhile is nobody's: it is asked for anew. */
    unreached: {
      on: {
        'door-contact.done': { target: 'asking', actions: 'forgetWish' },
        choose: [
          { guard: 'isInTeams', target: 'asking', actions: ['forgetWish', say('front-door.in-teams')] },
          { target: 'asking', actions: ['keepWish', say('front-door.user-id-first')] },
        ],
      },
      exit: 'forgetClaim',
    },
    /** Another dialog is on top. */
    away: {
      on: {
        'let-in.done': 'going',
        'caller.done': 'going',
        'start-code.done': 'going',
        'door-contact.done': 'going',
        'case-status.done': 'going',
      },
    },
  },
  on: {
    // The helpdesk has a word for the conversation that opened a case (I13): what takes an answer is asked at once, the rest is news.
    'case.told': [
      {
        guard: 'takesReply',
        target: '.away',
        actions: [
          say('case-status.told', ({ event }) => newsOf(event)),
          { type: 'begin', params: ({ event }) => ({ dialog: 'case-status' as const, input: { case: event.case } }) },
        ],
      },
      { actions: say('case-status.told', ({ event }) => newsOf(event)) },
    ],
    choose: [
      { guard: 'isInTeams', target: '.going', actions: say('front-door.in-teams') },
      {
        guard: 'isForLater',
        target: '.going',
        actions: ['keepWish', say('front-door.user-id-first')],
      },
      { guard: chose('reset'), target: '.away', actions: letIn('reset') },
      { guard: chose('unlock'), target: '.away', actions: letIn('unlock') },
      { guard: chose('caller'), target: '.away', actions: answerCall({}) },
      { guard: chose('start-code'), target: '.away', actions: useStartCode },
      { guard: chose('contact'), target: '.away', actions: contact },
    ],
    cancel: { target: '.going', actions: ['forgetWish', say('front-door.cancelled')] },
  },
});

const isDoorWish = (choice: string): choice is (typeof doorWishes)[number] => (doorWishes as readonly string[]).includes(choice);

/** Who opens the front door is asked for a user ID first, as the seed asks, then for what is wished for. It takes the place of `home` there. */
export const frontDoor = dialog({
  machine,
  context,
  prompts: {
    'front-door.user-id': () => ({ choices: [], input: 'user-id' }),
    'front-door.menu': ({ unlock }) => ({
      choices: [...doorWishes.filter((wish) => unlock || wish !== 'unlock').map((id) => ({ id })), { id: 'another' }],
    }),
  },
});
