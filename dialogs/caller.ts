import { and, assign, setup } from 'xstate';
import { because, chose, dialog, effectActions, say, sharedGuards, typesOf } from './dialog.ts';
import { gatesShape, grantShape, kindShape, methodShape } from './kept.ts';
import type { DialogEvent } from './effects.ts';
import { flag, listOf, number, orNull, record, text, type Shaped } from './shape.ts';
import { labelOf, wordsFor } from './ways.ts';

const context = record({
  /** The number was typed before this began: it is weighed at once. */
  typed: flag,
  /** At the front door the policy's methods, by which alone it asks there (I20); null in Teams. */
  kinds: orNull(listOf(kindShape)),
  /** The call that is answered here; empty until its number was right. */
  call: text,
  agent: text,
  gates: gatesShape,
  proofs: listOf(text),
  /** Until when the helpdesk can give something here, epoch ms. */
  until: number,
  /** What was given, until it is used. */
  grant: orNull(grantShape),
  /** What of the lost kind there is. */
  lost: listOf(methodShape),
});
type Context = Shaped<typeof context>;

const endCall = (how: 'refused' | 'reported') => ({
  type: 'endCall' as const,
  params: ({ context }: { context: Context }) => ({ call: context.call, how }),
});

const leave = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({ proofs: context.proofs }),
} as const;

const notGiven = { target: 'used', actions: say('caller.not-given') } as const;

/** How every failure ends at the front door (I20). */
const contact = (why: 'unproved' | 'pace', until: (args: { context: Context; event: DialogEvent }) => number | null) =>
  ({
    type: 'begin',
    params: (args: { context: Context; event: DialogEvent }) => ({
      dialog: 'door-contact' as const,
      input: { wish: 'caller' as const, why, until: until(args), proofs: args.context.proofs },
    }),
  }) as const;

const untilOf = ({ event }: { event: DialogEvent }): number | null =>
  event.type === 'call.exhausted' ? event.until : event.type === 'verify-claim.done' ? event.output.until : null;

const machine = setup({
  types: typesOf<'caller', Context>(),
  actions: {
    ...effectActions,
    keepCall: assign(({ event }) => (event.type === 'call.found' ? { call: event.call, agent: event.agent, gates: event.gates } : {})),
    keepProofs: assign(({ event }) =>
      event.type === 'verify.done' || event.type === 'verify-claim.done' ? { proofs: event.output.proofs } : {},
    ),
    keepRead: assign(({ event }) =>
      event.type === 'call.read' && event.verified !== null ? { ...event.verified, grant: event.grant } : {},
    ),
    keepGrant: assign(({ event }) => (event.type === 'grant.given' ? { grant: event.grant } : {})),
    spend: assign({ grant: null, lost: [] }),
  },
  guards: {
    ...sharedGuards,
    isTyped: ({ context }) => context.typed,
    isAtDoor: ({ context }) => context.kinds !== null,
    hasGrant: ({ event }) => event.type === 'call.read' && event.verified !== null && event.grant !== null,
    isVerified: ({ event }) => event.type === 'call.read' && event.verified !== null,
    isShown: ({ event }) => event.type === 'temporary-pass.done' && event.output.shown,
    isProved: ({ event }) => (event.type === 'verify.done' || event.type === 'verify-claim.done') && event.output.ok,
    isClosed: ({ event }) => event.type === 'verify-claim.done' && event.output.until !== null,
    gives: ({ context }, params: { what: string }) => context.grant?.what === params.what,
    isOver: ({ context, event }) => event.type === 'reminded' && event.name === context.call,
    isLost: ({ context, event }) => event.type === 'choose' && context.lost.some(({ id }) => id === event.choice),
    hasLost: ({ context, event }) => event.type === 'methods.read' && event.methods.some(({ kind }) => kind === context.grant?.method),
  },
}).createMachine({
  id: 'caller',
  context: ({ input }) => ({
    typed: input.typed === true,
    kinds: input.kinds ?? null,
    call: '',
    agent: '',
    gates: { needed: 2, oneDevice: 'allow' },
    proofs: [],
    until: 0,
    grant: null,
    lost: [],
  }),
  initial: 'beginning',
  states: {
    /** Who has typed the number already is asked nothing first. */
    beginning: { always: [{ guard: 'isTyped', target: 'asking' }, { target: 'reading' }] },
    reading: {
      entry: { type: 'readCall', params: {} },
      on: {
        'call.read': [
          { guard: 'hasGrant', target: 'giving', actions: 'keepRead' },
          { guard: 'isVerified', target: 'waiting', actions: 'keepRead' },
          { target: 'asking' },
        ],
      },
    },
    asking: {
      meta: { prompt: 'caller.number' },
      on: { answer: { target: 'checking', actions: { type: 'checkCallNumber', params: ({ event }) => ({ answer: event.text }) } } },
    },
    checking: {
      on: {
        'call.found': { target: 'confirming', actions: 'keepCall' },
        'call.rejected': [
          { guard: because('form'), target: 'asking', actions: say('caller.form') },
          { target: 'asking', actions: say('caller.wrong') },
        ],
        'call.exhausted': [
          { guard: 'isAtDoor', target: 'contacting', actions: contact('pace', untilOf) },
          { target: 'done', actions: say('caller.exhausted', ({ event }) => ({ until: event.until })) },
        ],
      },
    },
    /** "Are you on the phone with the helpdesk now?" Who is not was given the number by a thief. */
    confirming: {
      meta: { prompt: 'caller.confirm' },
      on: {
        choose: [
          { guard: and([chose('yes'), 'isAtDoor']), target: 'provingClaim' },
          { guard: chose('yes'), target: 'proving' },
          { guard: chose('no'), target: 'done', actions: [endCall('reported'), say('caller.reported')] },
        ],
      },
    },
    proving: {
      entry: {
        type: 'begin',
        params: ({ context }) => ({ dialog: 'verify' as const, input: { purpose: 'caller' as const, gates: context.gates } }),
      },
      on: {
        'verify.done': [
          { guard: 'isProved', target: 'telling', actions: 'keepProofs' },
          { target: 'done', actions: endCall('refused') },
        ],
      },
    },
    /** The same of whom nobody knows: none of the account's numbers is shown, and a whole one is typed (I20). */
    provingClaim: {
      entry: {
        type: 'begin',
        params: ({ context: { kinds, gates } }) => ({
          dialog: 'verify-claim' as const,
          input: { purpose: 'caller' as const, kinds: kinds ?? [], gates },
        }),
      },
      on: {
        'verify-claim.done': [
          { guard: 'isProved', target: 'telling', actions: 'keepProofs' },
          { guard: 'isClosed', target: 'contacting', actions: ['keepProofs', endCall('refused'), contact('pace', untilOf)] },
          { target: 'contacting', actions: ['keepProofs', endCall('refused'), contact('unproved', () => null)] },
        ],
      },
    },
    telling: {
      entry: { type: 'verifyCaller', params: ({ context }) => ({ call: context.call, proofs: context.proofs }) },
      on: {
        'caller.verified': {
          target: 'waiting',
          actions: [
            assign({ until: ({ event }) => event.until }),
            say('caller.verified'),
            { type: 'remind', params: ({ context, event }) => ({ name: context.call, at: event.until }) },
          ],
        },
        'caller.refused': { target: 'done', actions: say('caller.over') },
      },
    },
    /** What the helpdesk gives appears here and nowhere else (I16). */
    waiting: {
      meta: { prompt: 'caller.waiting' },
      on: {
        'grant.given': { target: 'giving', actions: 'keepGrant' },
        reminded: { guard: 'isOver', target: 'done', actions: say('caller.time-is-up') },
        choose: 'done',
      },
    },
    giving: {
      always: [
        { guard: and(['isAtDoor', { type: 'gives', params: { what: 'password' } }]), target: 'lettingIn' },
        { guard: { type: 'gives', params: { what: 'password' } }, target: 'resetting' },
        { guard: { type: 'gives', params: { what: 'unlock' } }, target: 'unlocking' },
        // Nobody sees or removes a method at the front door (I11).
        { guard: 'isAtDoor', ...notGiven },
        { guard: { type: 'gives', params: { what: 'temporary-pass' } }, target: 'passing' },
        { target: 'listing' },
      ],
    },
    resetting: {
      entry: [
        say('caller.gives-password', ({ context }: { context: Context }) => ({ agent: context.agent })),
        {
          type: 'begin',
          params: ({ context }) => ({
            dialog: 'reset' as const,
            input: { given: { proof: context.grant?.id ?? '', hasPassword: context.grant?.hasPassword ?? true } },
          }),
        },
      ],
      on: { 'reset.done': { target: 'done', actions: 'spend' } },
    },
    passing: {
      entry: [
        say('caller.gives-temporary-pass', ({ context }: { context: Context }) => ({ agent: context.agent })),
        {
          type: 'begin',
          params: ({ context }) => ({
            dialog: 'temporary-pass' as const,
            input: { given: { proof: context.grant?.id ?? '', hasPassword: context.grant?.hasPassword ?? true } },
          }),
        },
      ],
      on: {
        'temporary-pass.done': [
          { guard: 'isShown', target: 'done', actions: 'spend' },
          // The helpdesk is on the line still, and may give another.
          { target: 'used' },
        ],
      },
    },
    lettingIn: {
      entry: [
        say('caller.gives-password', ({ context }: { context: Context }) => ({ agent: context.agent })),
        {
          type: 'begin',
          params: ({ context }) => ({ dialog: 'let-in' as const, input: { wish: 'reset' as const, given: context.grant?.id ?? '' } }),
        },
      ],
      on: { 'let-in.done': { target: 'done', actions: 'spend' } },
    },
    unlocking: {
      entry: { type: 'unlock', params: ({ context }) => ({ proofs: context.grant === null ? [] : [context.grant.id] }) },
      on: {
        'unlock.done': [
          { guard: 'isAtDoor', target: 'used', actions: say('let-in.unlocked') },
          { target: 'used', actions: say('unlock.done') },
        ],
        'unlock.refused': notGiven,
        'unlock.unavailable': { target: 'used', actions: say('caller.not-now') },
      },
    },
    listing: {
      entry: { type: 'readMethods', params: { purpose: 'caller' } },
      on: {
        'methods.read': [
          {
            guard: 'hasLost',
            target: 'choosing',
            actions: assign({ lost: ({ context, event }) => event.methods.filter(({ kind }) => kind === context.grant?.method) }),
          },
          { target: 'used', actions: say('method.gone') },
        ],
      },
    },
    /** The agent knows the kind alone; which one is lost its owner says. */
    choosing: {
      meta: { prompt: 'caller.lost' },
      on: {
        choose: [
          {
            guard: 'isLost',
            target: 'removing',
            actions: {
              type: 'removeMethod',
              params: ({ context, event }) => ({ method: event.choice, proofs: context.grant === null ? [] : [context.grant.id] }),
            },
          },
          { target: 'used' },
        ],
      },
    },
    removing: {
      on: {
        'method.removed': { target: 'used', actions: say('caller.removed') },
        'method.refused': [{ guard: because('gone'), target: 'used', actions: say('method.gone') }, notGiven],
      },
    },
    used: { entry: 'spend', always: 'waiting' },
    contacting: { on: { 'door-contact.done': 'done' } },
    done: { type: 'final', entry: leave },
    cancelled: { type: 'final', entry: [endCall('refused'), leave] },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

/** A person on the telephone with the helpdesk shows who they are (I15), in Teams or at the front door, and gets here what the helpdesk gives (I16). */
export const caller = dialog({
  machine,
  context,
  prompts: {
    'caller.number': () => ({ choices: [{ id: 'cancel' }], input: 'code' }),
    'caller.confirm': ({ agent }) => ({ choices: [{ id: 'yes' }, { id: 'no' }, { id: 'cancel' }], params: { agent } }),
    'caller.waiting': ({ agent }) => ({ choices: [{ id: 'done' }], params: { agent } }),
    'caller.lost': ({ lost }) => ({
      choices: [
        ...lost.map((method) => ({ id: method.id, label: 'method', params: { label: labelOf(method) }, words: wordsFor(method) })),
        { id: 'none' },
      ],
    }),
  },
});
