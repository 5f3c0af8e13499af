import { assign, setup } from 'xstate';
import { chose, dialog, effectActions, say, sharedGuards, typesOf } from './dialog.ts';
import { flag, number, oneOf, record, type Shaped } from './shape.ts';

const context = record({
  reset: flag,
  unlock: flag,
  register: flag,
  methods: number,
  cases: number,
  contact: oneOf('administrator', 'it'),
});

/** Who asks for what the menu does not show hears why, and then all of it from the refusal of that dialog. */
const askedThoughNotEnabled = {
  guard: 'isResetNotEnabled',
  target: 'away',
  actions: [say('home.reset-not-enabled'), { type: 'begin', params: { dialog: 'reset', input: {} } }],
} as const;

const machine = setup({
  types: typesOf<'home', Shaped<typeof context>>(),
  actions: effectActions,
  guards: {
    ...sharedGuards,
    isResetNotEnabled: ({ context, event }) => event.type === 'choose' && event.choice === 'reset' && !context.reset,
    isForIt: ({ context, event }) => event.type === 'choose' && event.choice === 'contact' && context.contact === 'it',
    wishesReset: ({ event }) => 'output' in event && 'wish' in event.output && event.output.wish === 'reset',
    wishesUnlock: ({ event }) => 'output' in event && 'wish' in event.output && event.output.wish === 'unlock',
    wishesRegister: ({ event }) => 'output' in event && 'wish' in event.output && event.output.wish === 'register',
  },
}).createMachine({
  id: 'home',
  context: { reset: false, unlock: false, register: false, methods: 0, cases: 0, contact: 'administrator' },
  initial: 'reading',
  states: {
    reading: {
      entry: { type: 'readHome', params: {} },
      on: {
        'home.read': {
          target: 'menu',
          actions: assign({
            reset: ({ event }) => event.reset,
            unlock: ({ event }) => event.unlock,
            register: ({ event }) => event.register,
            methods: ({ event }) => event.methods,
            cases: ({ event }) => event.cases,
            contact: ({ event }) => event.contact,
          }),
        },
      },
    },
    menu: {
      meta: { prompt: 'home.menu' },
      on: {
        choose: askedThoughNotEnabled,
      },
    },
    /** Another dialog is on top. */
    away: {
      on: {
        choose: askedThoughNotEnabled,
        'reset.done': [
          { guard: 'wishesUnlock', actions: { type: 'begin', params: { dialog: 'unlock', input: {} } } },
          { target: 'reading' },
        ],
        'change-password.done': [
          { guard: 'wishesReset', actions: { type: 'begin', params: { dialog: 'reset', input: {} } } },
          { target: 'reading' },
        ],
        'unlock.done': [
          { guard: 'wishesReset', actions: { type: 'begin', params: { dialog: 'reset', input: {} } } },
          { target: 'reading' },
        ],
        'methods.done': [
          { guard: 'wishesRegister', actions: { type: 'begin', params: { dialog: 'register', input: {} } } },
          { target: 'reading' },
        ],
        'register.done': 'reading',
        'case-status.done': 'reading',
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
      { guard: chose('case-status'), target: '.away', actions: { type: 'begin', params: { dialog: 'case-status', input: {} } } },
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
    'home.menu': (offer) => ({
      choices: [
        ...(offer.reset ? [{ id: 'reset' }] : []),
        ...(offer.unlock ? [{ id: 'unlock' }] : []),
        ...(offer.reset ? [{ id: 'change-password' }] : []),
        ...(offer.register ? [{ id: 'register' }] : []),
        ...(offer.methods > 0 ? [{ id: 'methods' }] : []),
        ...(offer.cases > 0 ? [{ id: 'case-status' }] : []),
        offer.contact === 'it' ? { id: 'contact', label: 'contact-it' } : { id: 'contact' },
      ],
    }),
  },
});
