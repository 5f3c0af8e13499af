import type { Ending } from '../../dialogs/views.ts';
import { method, type World } from './world.ts';

const eligible = { locked: null, hasPassword: true } as const;
const one = { needed: 1, oneDevice: 'allow' } as const;
const two = { needed: 2, oneDevice: 'allow' } as const;

const refusals: readonly (readonly [code: string, ending: Ending])[] = [
  ['SSPR_0010', 'managed-elsewhere'],
  ['SSPR_0030', 'later'],
  ['SSPR_0009', 'not-enabled'],
  ['SSPR_0014', 'not-verified'],
  ['LK_PRIVILEGED', 'privileged'],
];

/** The worlds that are walked: between them they bring every dialog into every state. */
export const worlds: readonly World[] = [
  {
    name: 'two gates; app, text message and mail',
    gates: two,
    stepUp: one,
    methods: [[method('authenticator-app'), method('text-message'), method('email')]],
    verdicts: [eligible],
    menu: { reset: true, unlock: true, register: false, methods: 0, cases: 0, contact: 'administrator', overdue: null },
    wishes: [],
    thorough: false,
  },
  {
    name: 'two gates that may not sit in one phone; app, text message and mail',
    gates: { needed: 2, oneDevice: 'refuse' },
    stepUp: one,
    methods: [[method('authenticator-app'), method('text-message'), method('email')]],
    verdicts: [eligible],
    menu: { reset: true, unlock: false, register: true, methods: 3, cases: 0, contact: 'administrator', overdue: null },
    wishes: [],
    thorough: false,
  },
  {
    name: 'one gate; one text message; every verdict',
    gates: one,
    stepUp: one,
    methods: [[method('text-message')]],
    verdicts: [
      eligible,
      { locked: null, hasPassword: false },
      { locked: 'wrong-passwords', hasPassword: true },
      { locked: 'wrong-passwords', hasPassword: false },
      { locked: 'administrator', hasPassword: true },
      'unavailable',
      ...refusals.map(([code, ending]) => ({ refusal: { code, ending } })),
    ],
    menu: { reset: true, unlock: true, register: true, methods: 1, cases: 1, contact: 'administrator', overdue: null },
    wishes: [],
    thorough: true,
  },
  {
    name: 'nothing registered, then what this session added',
    gates: two,
    stepUp: one,
    methods: [
      [],
      [method('text-message', 'this-session')],
      [method('authenticator-app', 'cooling', '-new'), method('text-message', 'this-session')],
    ],
    verdicts: [eligible],
    menu: { reset: false, unlock: false, register: true, methods: 0, cases: 0, contact: 'administrator', overdue: null },
    wishes: [],
    thorough: true,
  },
  {
    name: 'two gates; what is there rests, cools off or is switched off',
    gates: two,
    stepUp: two,
    methods: [
      [method('authenticator-app', 'waiting'), method('text-message', 'cooling'), method('email')],
      [method('authenticator-app', 'this-session'), method('text-message'), method('email', 'disabled')],
      [method('authenticator-app', 'disabled'), method('text-message', 'this-session'), method('email')],
      [method('authenticator-app', 'waiting'), method('text-message', 'unreachable'), method('email')],
    ],
    verdicts: [eligible],
    menu: { reset: true, unlock: false, register: true, methods: 3, cases: 0, contact: 'administrator', overdue: null },
    wishes: [],
    thorough: false,
  },
  {
    name: 'one gate; app or text message, not used for long',
    gates: one,
    stepUp: one,
    methods: [[method('authenticator-app'), method('text-message')]],
    verdicts: [eligible],
    menu: { reset: true, unlock: false, register: false, methods: 0, cases: 0, contact: 'administrator', overdue: method('text-message') },
    wishes: ['contact'],
    thorough: true,
  },
  {
    name: 'two gates; mail, and nothing else allowed',
    gates: two,
    stepUp: one,
    methods: [[method('email', 'yes', '-new')], []],
    allowed: ['email'],
    verdicts: [eligible],
    menu: { reset: true, unlock: false, register: true, methods: 1, cases: 0, contact: 'administrator', overdue: null },
    wishes: [],
    thorough: false,
  },
  {
    name: 'two gates; recovery codes and a text message, then no code left',
    gates: two,
    stepUp: one,
    methods: [
      [method('recovery-codes'), method('text-message')],
      [method('recovery-codes', 'used-up'), method('text-message', 'sends-used-up')],
    ],
    allowed: ['text-message', 'recovery-codes'],
    verdicts: [eligible],
    menu: { reset: true, unlock: false, register: true, methods: 2, cases: 0, contact: 'administrator', overdue: null },
    wishes: [],
    thorough: false,
  },
  {
    name: 'two gates; an app and a call, which is chosen and keyed elsewhere',
    gates: two,
    stepUp: one,
    methods: [[method('authenticator-app'), method('phone-call')]],
    allowed: ['phone-call'],
    verdicts: [eligible],
    menu: { reset: true, unlock: false, register: true, methods: 2, cases: 0, contact: 'administrator', overdue: null },
    wishes: [],
    thorough: false,
  },
  {
    name: 'two gates; security questions, mail and a text message, then too few answers',
    gates: two,
    stepUp: one,
    methods: [
      [method('security-questions'), method('email'), method('text-message')],
      [method('security-questions', 'outdated'), method('text-message')],
    ],
    allowed: ['text-message', 'security-questions'],
    verdicts: [eligible],
    menu: { reset: true, unlock: false, register: true, methods: 2, cases: 0, contact: 'administrator', overdue: null },
    wishes: [],
    thorough: false,
  },
  {
    name: 'managed elsewhere',
    gates: two,
    stepUp: one,
    methods: [[], [method('email')]],
    verdicts: [{ refusal: { code: 'SSPR_0010', ending: 'managed-elsewhere' } }],
    menu: { reset: false, unlock: false, register: false, methods: 0, cases: 1, contact: 'it', overdue: null },
    wishes: ['reset', 'change-password', 'unlock', 'register', 'methods', 'case-status', 'contact'],
    thorough: true,
  },
];

/** Small, for walks that must find one fault. */
export const small: World = {
  name: 'small',
  gates: one,
  stepUp: one,
  methods: [[method('text-message')]],
  verdicts: [{ locked: 'wrong-passwords', hasPassword: true }, { refusal: { code: 'SSPR_0009', ending: 'not-enabled' } }],
  menu: { reset: true, unlock: true, register: false, methods: 0, cases: 0, contact: 'administrator', overdue: null },
  wishes: [],
  thorough: false,
};
