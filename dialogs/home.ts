import { assign, setup } from 'xstate';
import { newsOf, takesReply } from './case-status.ts';
import { chose, dialog, effectActions, lastTried, say, selectable, sharedGuards, typesOf } from './dialog.ts';
import type { DialogEvent } from './effects.ts';
import { methodShape } from './kept.ts';
import { flag, number, oneOf, orNull, record, type Shaped } from './shape.ts';
import { labelOf, wayOf } from './ways.ts';

const context = record({
  reset: flag,
  unlock: flag,
  register: flag,
  methods: number,
  cases: number,
  /** How many ask something of the person. */
  asked: number,
  /** Whether a start code waits to be typed. */
  startCode: flag,
  contact: oneOf('administrator', 'it'),
  /** A method that was not used for long. */
  overdue: orNull(methodShape),
  /** Something happened lately that the person may not have done. */
  notMe: flag,
  /** Works on cases, and proves themselves before acting with power. */
  agent: flag,
  /** Nobody is on the way to anything: what can wait may be asked. */
  quiet: flag,
});
type Context = Shaped<typeof context>;

/** Who asks for what the menu does not show hears why, and then all of it from the refusal of that dialog. */
const askedThoughNotEnabled = {
  guard: 'isResetNotEnabled',
  target: 'away',
  actions: [say('home.reset-not-enabled'), { type: 'begin', params: { dialog: 'reset', input: {} } }],
} as const;

const saidHappened = say('home.happened', ({ event }: { event: Extract<DialogEvent, { type: 'account.happened' }> }) => ({
  what: selectable(event.what),
  at: event.at,
  door: selectable(event.door),
  ...(event.kind !== null && { kind: event.kind }),
}));

const machine = setup({
  types: typesOf<'home', Context>(),
  actions: {
    ...effectActions,
    keepRead: assign(({ event }) => {
      if (event.type !== 'home.read') return {};
      const { reset, unlock, register, methods, cases, asked, startCode, contact, overdue, notMe, agent } = event;
      return { reset, unlock, register, methods, cases, asked, startCode, contact, overdue, notMe, agent };
    }),
    /** Somebody who wants something is asked nothing else. */
    hurry: assign({ quiet: false }),
    calmDown: assign({ quiet: true }),
  },
  guards: {
    ...sharedGuards,
    hasQuestion: ({ context, event }) => event.type === 'home.read' && event.overdue !== null && context.quiet,
    isResetNotEnabled: ({ context, event }) => event.type === 'choose' && event.choice === 'reset' && !context.reset,
    takesReply: ({ event }) => event.type === 'case.told' && takesReply(event),
    isForIt: ({ context, event }) => event.type === 'choose' && event.choice === 'contact' && context.contact === 'it',
    wishesReset: ({ event }) => 'output' in event && 'wish' in event.output && event.output.wish === 'reset',
    wishesUnlock: ({ event }) => 'output' in event && 'wish' in event.output && event.output.wish === 'unlock',
    wishesRegister: ({ event }) => 'output' in event && 'wish' in event.output && event.output.wish === 'register',
  },
}).createMachine({
  id: 'home',
  context: {
    reset: false,
    unlock: false,
    register: false,
    methods: 0,
    cases: 0,
    asked: 0,
    startCode: false,
    contact: 'administrator',
    overdue: null,
    notMe: false,
    agent: false,
    quiet: true,
  },
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readHome', params: {} },
      on: {
        'home.read': [
          { guard: 'hasQuestion', target: 'asking', actions: 'keepRead' },
          { target: 'menu', actions: ['keepRead', 'hurry'] },
        ],
      },
    },
    menu: {
      meta: { prompt: 'home.menu' },
      on: {
        choose: askedThoughNotEnabled,
        // The menu is read anew: it offers the unlock then.
        'account.locked': {
          target: 'reading',
          actions: say('home.locked-again', ({ event }) => ({ ...lastTried(event.lastWrong), since: event.since })),
        },
        // And where something was done elsewhere, it offers to say that it was somebody else.
        'account.happened': { target: 'reading', actions: saidHappened },
        'account.asked': { target: 'reading', actions: say('home.asked', ({ event }) => ({ name: event.name })) },
        greeted: { target: 'reading', actions: 'calmDown' },
        called: { target: 'away', actions: { type: 'begin', params: { dialog: 'caller', input: { typed: true } } } },
        'grant.given': { target: 'away', actions: { type: 'begin', params: { dialog: 'caller', input: {} } } },
        // What takes a word of the person's is asked at once; the rest is news.
        'case.told': [
          {
            guard: 'takesReply',
            target: 'away',
            actions: [
              say('case-status.told', ({ event }) => newsOf(event)),
              { type: 'begin', params: ({ event }) => ({ dialog: 'case-status' as const, input: { case: event.case } }) },
            ],
          },
          { actions: say('case-status.told', ({ event }) => newsOf(event)) },
        ],
        'agent.asked': {
          target: 'away',
          actions: [say('home.agent-asked'), { type: 'begin', params: { dialog: 'prove-agent', input: {} } }],
        },
      },
    },
    /** "Is ...67 still yours?" A wish leads on from here as from the menu. */
    asking: {
      entry: ['hurry', { type: 'noteAsked', params: {} }],
      meta: { prompt: 'home.confirm' },
      on: {
        choose: [
          {
            guard: chose('check'),
            target: 'away',
            actions: {
              type: 'begin',
              params: ({ context }) => ({ dialog: 'confirm' as const, input: { method: context.overdue?.id ?? '' } }),
            },
          },
          {
            guard: chose('manage'),
            target: 'away',
            actions: {
              type: 'begin',
              params: ({ context }) => ({ dialog: 'method' as const, input: { method: context.overdue?.id ?? '', proofs: [] } }),
            },
          },
          { guard: chose('later'), target: 'menu' },
          askedThoughNotEnabled,
        ],
      },
    },
    /** Another dialog is on top. */
    away: {
      on: {
        choose: askedThoughNotEnabled,
        'reset.done': [
          { guard: 'wishesUnlock', actions: { type: 'begin', params: { dialog: 'unlock', input: {} } } },
          { guard: 'wishesRegister', actions: { type: 'begin', params: { dialog: 'register', input: {} } } },
          { target: 'reading' },
        ],
        'change-password.done': [
          { guard: 'wishesReset', actions: { type: 'begin', params: { dialog: 'reset', input: {} } } },
          { target: 'reading' },
        ],
        'unlock.done': [
          { guard: 'wishesReset', actions: { type: 'begin', params: { dialog: 'reset', input: {} } } },
          { guard: 'wishesRegister', actions: { type: 'begin', params: { dialog: 'register', input: {} } } },
          { target: 'reading' },
        ],
        'methods.done': [
          { guard: 'wishesRegister', actions: { type: 'begin', params: { dialog: 'register', input: {} } } },
          { target: 'reading', actions: 'calmDown' },
        ],
        'method.done': {
          target: 'reading',
          actions: { type: 'drop', params: ({ event }) => ({ proofs: event.output.proofs }) },
        },
        'confirm.done': 'reading',
        'register.done': { target: 'reading', actions: 'calmDown' },
        'case-status.done': 'reading',
        'not-me.done': 'reading',
        'caller.done': 'reading',
        'prove-agent.done': [
          { guard: 'wishesRegister', actions: { type: 'begin', params: { dialog: 'register', input: {} } } },
          { target: 'reading' },
        ],
        'asked.done': 'reading',
        'start-code.done': 'reading',
        'escalate.done': 'reading',
      },
    },
  },
  on: {
    // A wish may come before the menu stands, and when `leave` has cleared what was above.
    choose: [
      { guard: chose('reset'), target: '.away', actions: { type: 'begin', params: { dialog: 'reset', input: {} } } },
      {
        guard: chose('change-password'),
        target: '.away',
        actions: { type: 'begin', params: { dialog: 'change-password', input: {} } },
      },
      { guard: chose('unlock'), target: '.away', actions: { type: 'begin', params: { dialog: 'unlock', input: {} } } },
      { guard: chose('register'), target: '.away', actions: { type: 'begin', params: { dialog: 'register', input: {} } } },
      { guard: chose('methods'), target: '.away', actions: { type: 'begin', params: { dialog: 'methods', input: {} } } },
      { guard: chose('asked'), target: '.away', actions: { type: 'begin', params: { dialog: 'asked', input: {} } } },
      { guard: chose('start-code'), target: '.away', actions: { type: 'begin', params: { dialog: 'start-code', input: {} } } },
      { guard: chose('case-status'), target: '.away', actions: { type: 'begin', params: { dialog: 'case-status', input: {} } } },
      { guard: chose('caller'), target: '.away', actions: { type: 'begin', params: { dialog: 'caller', input: {} } } },
      { guard: chose('prove-agent'), target: '.away', actions: { type: 'begin', params: { dialog: 'prove-agent', input: {} } } },
      { guard: chose('not-me'), target: '.away', actions: { type: 'begin', params: { dialog: 'not-me', input: {} } } },
      {
        guard: 'isForIt',
        target: '.away',
        actions: {
          type: 'begin',
          params: { dialog: 'escalate', input: { refusal: { code: 'SSPR_0010', ending: 'managed-elsewhere' }, wish: 'contact' } },
        },
      },
      {
        guard: chose('contact'),
        target: '.away',
        actions: {
          type: 'begin',
          params: { dialog: 'escalate', input: { refusal: { code: 'LK_ASKED', ending: 'asked' }, wish: 'contact' } },
        },
      },
    ],
    cancel: { target: '.reading', actions: say('home.cancelled') },
  },
});

/** The menu: what may be started here. Where it ends, it begins anew. */
export const home = dialog({
  machine,
  context,
  prompts: {
    'home.confirm': ({ overdue }) => ({
      choices: [{ id: 'check' }, { id: 'manage' }, { id: 'later' }],
      params: { way: wayOf(overdue?.kind ?? 'email'), label: overdue === null ? '' : labelOf(overdue) },
    }),
    'home.menu': (offer) => ({
      choices: [
        ...(offer.asked > 0 ? [{ id: 'asked', params: { count: offer.asked } }] : []),
        ...(offer.startCode ? [{ id: 'start-code' }] : []),
        ...(offer.reset ? [{ id: 'reset' }] : []),
        ...(offer.unlock ? [{ id: 'unlock' }] : []),
        ...(offer.reset ? [{ id: 'change-password' }] : []),
        ...(offer.register ? [{ id: 'register' }] : []),
        ...(offer.methods > 0 ? [{ id: 'methods' }] : []),
        ...(offer.cases > 0 ? [{ id: 'case-status' }] : []),
        { id: 'caller' },
        ...(offer.agent ? [{ id: 'prove-agent' }] : []),
        ...(offer.notMe ? [{ id: 'not-me' }] : []),
        offer.contact === 'it' ? { id: 'contact', label: 'contact-it' } : { id: 'contact' },
      ],
    }),
  },
});
