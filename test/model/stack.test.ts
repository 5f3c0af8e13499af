import { describe, expect, test } from '@jest/globals';
import { assign } from 'xstate';
import { dialogs, type Dialogs } from '../../dialogs/all.ts';
import { languages } from '../../src/config/policy.ts';
import { Sentences } from '../../src/locales/sentences.ts';
import { standing } from '../dialogs/standing.ts';
import { broken } from './broken.ts';
import {
  cancelLeadsOut,
  casesOnlyOnYes,
  everyResultIsHeard,
  callersProve,
  doorCasesOnlyOnYes,
  everyStateEnds,
  firstProofBeforeStoring,
  freezeLeadsOut,
  frozenReachesNothing,
  gatesBeforeActs,
  mailIsNoStepUp,
  nobodyIsKnownAtDoor,
  nothingTypedIsKept,
  placesOnFileOnlyBegin,
  strangersChangeNothing,
  type Invariant,
} from './invariants.ts';
import { saidOn, sentenceOf, sentencesOf } from './said.ts';
import { walk } from './walk.ts';
import { method, type World } from './world.ts';
import { small, worlds } from './worlds.ts';

const graphs = worlds.map((world) => walk(dialogs, world));

const rules: readonly (readonly [string, Invariant])[] = [
  ['invariant 1: no password page and no unlock without gates that satisfy I2', gatesBeforeActs],
  ['invariant 2: mail never counts for step-up', mailIsNoStepUp],
  ['invariant 3: managed elsewhere ends at IT; a case only on a yes', casesOnlyOnYes],
  ['invariant 3: at the front door a case only on a yes', doorCasesOnlyOnYes],
  ['I15: a caller is verified after the gates, and not before', callersProve],
  ['I11, I20: at the front door nothing is asked that an account answers', nobodyIsKnownAtDoor],
  ['invariant 4: every state leads on to an end', everyStateEnds],
  ['invariant 4: cancel leads out at once and leaves nothing behind', cancelLeadsOut],
  ['invariant 6: nothing is stored for an account with no methods without the first proof (I3)', firstProofBeforeStoring],
  ['invariant 6: a code to what the directory holds begins a registration and carries nothing else (I3)', placesOnFileOnlyBegin],
  ['invariant 7: a frozen account reaches nothing', frozenReachesNothing],
  ['invariant 7: a freeze leads out of every state at once', freezeLeadsOut],
  ['every result of an effect is heard by who asked', everyResultIsHeard],
  ['what is typed stands in no stack', nothingTypedIsKept],
  ['what was not offered, and a foreign page, change nothing', strangersChangeNothing],
];

describe('over every reachable state of the stack', () => {
  test.each(rules)('%s', (_, rule) => {
    expect(graphs.flatMap((graph) => rule(graph)).slice(0, 3)).toEqual([]);
  });

  test('the walk is not idle: every dialog, and every state a person waits in, is reached', () => {
    const reached = new Set(
      graphs.flatMap(({ states }) =>
        [...states.values()].flatMap(({ stack }) => stack.frames.map(({ dialog, state }) => `${dialog}:${state}`)),
      ),
    );
    const waiting = Object.entries(dialogs).flatMap(([name, { machine }]) =>
      Object.entries(machine.states).flatMap(([state, node]) => (node.meta === undefined ? [] : [`${name}:${state}`])),
    );
    expect(waiting.filter((state) => !reached.has(state))).toEqual([]);
    expect(new Set([...reached].map((state) => state.split(':')[0]))).toEqual(new Set(Object.keys(dialogs)));
  });
});

describe('each rule fails on a machine broken on purpose', () => {
  const elsewhere = worlds.at(-1) as World;
  const frozen = worlds.at(-2) as World;
  const onThePhone = worlds.find(({ calls }) => calls === true) as World;
  const twoGates: World = {
    ...small,
    gates: { needed: 2, oneDevice: 'allow' },
    methods: [[method('text-message'), method('authenticator-app')]],
  };
  const registering: World = { ...small, verdicts: [{ locked: null, hasPassword: true }], menu: { ...small.menu, register: true } };
  const atDoor = worlds.find(({ door, calls }) => door === true && calls === true) as World;
  const inTeams = worlds.find(({ door, calls }) => door === undefined && calls === true) as World;
  const nothing: World = { ...registering, methods: [[]] };
  const onFile: World = { ...nothing, allowed: ['text-message'], onFile: ['email'] };
  const mailOnly: World = { ...registering, methods: [[method('email')]] };

  const cases: readonly (readonly [what: string, rule: Invariant, world: World, dialogs: Dialogs])[] = [
    [
      'invariant 1: reset takes a failed verification for a passed one',
      gatesBeforeActs,
      twoGates,
      broken('reset', { guards: { isProved: () => true } }),
    ],
    [
      'invariant 1: unlock takes a failed verification for a passed one',
      gatesBeforeActs,
      small,
      broken('unlock', { guards: { isProved: () => true } }),
    ],
    [
      'invariant 1: verify is asked for fewer gates than the policy demands',
      gatesBeforeActs,
      twoGates,
      broken('reset', {
        config: ({ states }) => {
          const begin = {
            type: 'begin',
            params: { dialog: 'verify', input: { purpose: 'reset', gates: { needed: 1, oneDevice: 'allow' } } },
          };
          states['proving'] = { ...states['proving'], entry: begin };
        },
      }),
    ],
    [
      'invariant 1: what was given for an unlock opens the page of a temporary pass',
      gatesBeforeActs,
      onThePhone,
      broken('caller', {
        config: ({ states }) => {
          states['giving'] = { ...states['giving'], always: 'passing' };
        },
      }),
    ],
    [
      'invariant 1: the page of a temporary pass is opened with nothing',
      gatesBeforeActs,
      onThePhone,
      broken('temporary-pass', {
        config: ({ states }) => {
          states['opening'] = { ...states['opening'], entry: { type: 'openPage', params: { page: 'temporary-pass', proofs: [] } } };
        },
      }),
    ],
    [
      'invariant 7: a frozen account is given a temporary pass',
      frozenReachesNothing,
      { ...onThePhone, frozen: true },
      broken('caller', {
        config: ({ states }) => {
          states['waiting'] = { ...states['waiting'], on: { choose: 'passing' } };
        },
      }),
    ],
    [
      'invariant 1: what was not given opens a page at the front door',
      gatesBeforeActs,
      atDoor,
      broken('let-in', { guards: { isGiven: () => true } }),
    ],
    [
      'invariant 1: at the front door a start code that opens nothing opens the page',
      gatesBeforeActs,
      atDoor,
      broken('start-code', { guards: { maySetPassword: () => true } }),
    ],
    [
      'invariant 3: at the front door a no makes a case too',
      doorCasesOnlyOnYes,
      atDoor,
      broken('door-contact', {
        config: ({ states }) => {
          states['offering'] = {
            ...states['offering'],
            on: { choose: { target: 'opening', actions: { type: 'openDoorCase', params: { code: 'x', wish: 'caller', proofs: [] } } } },
          };
        },
      }),
    ],
    [
      'I15: a caller who proved nothing is verified in Teams',
      callersProve,
      inTeams,
      broken('caller', { guards: { isProved: () => true } }),
    ],
    ['I15: and at the front door', callersProve, atDoor, broken('caller', { guards: { isProved: () => true } })],
    [
      'I20: a caller at the front door is asked for the account’s own methods',
      nobodyIsKnownAtDoor,
      atDoor,
      broken('caller', { guards: { isAtDoor: () => false } }),
    ],
    [
      'I11: a start code at the front door registers',
      nobodyIsKnownAtDoor,
      atDoor,
      broken('start-code', { guards: { isAtDoor: () => false } }),
    ],
    [
      'invariant 4: a page of what was given is left behind at the front door',
      cancelLeadsOut,
      atDoor,
      broken('let-in', {
        config: ({ states }) => {
          states['cancelled'] = { ...states['cancelled'], entry: [] };
        },
      }),
    ],
    [
      'invariant 2: step-up asks by mail',
      mailIsNoStepUp,
      mailOnly,
      broken('step-up', {
        guards: { hasNone: () => false },
        config: ({ states }) => {
          states['verifying'] = {
            ...states['verifying'],
            entry: { type: 'sendChallenge', params: { method: 'email', purpose: 'step-up' } },
          };
        },
      }),
    ],
    [
      'invariant 3: who is managed elsewhere is offered a mail',
      casesOnlyOnYes,
      elsewhere,
      broken('escalate', { guards: { isManagedElsewhere: () => false } }),
    ],
    ['3: who is managed elsewhere gets a case by asking', casesOnlyOnYes, elsewhere, broken('home', { guards: { isForIt: () => false } })],
    [
      'invariant 3: a no makes a case too',
      casesOnlyOnYes,
      small,
      broken('escalate', {
        config: ({ states }) => {
          states['offering'] = {
            ...states['offering'],
            on: { choose: { target: 'opening', actions: { type: 'openCase', params: { code: 'x', wish: 'reset' } } } },
          };
        },
      }),
    ],
    [
      'invariant 4: reset does not listen for the end of the refusal',
      everyStateEnds,
      small,
      broken('reset', {
        config: ({ states }) => {
          states['refusing'] = {};
        },
      }),
    ],
    [
      'invariant 4: verify leaves its challenge behind',
      cancelLeadsOut,
      small,
      broken('verify', {
        config: ({ states }) => {
          states['cancelled'] = { ...states['cancelled'], entry: [] };
        },
      }),
    ],
    [
      'invariant 4: home does not answer cancel',
      cancelLeadsOut,
      elsewhere,
      broken('home', {
        config: (config) => {
          config.on = { choose: config.on?.['choose'] };
        },
      }),
    ],
    [
      'invariant 6: registration goes on without a proof',
      firstProofBeforeStoring,
      nothing,
      broken('register', { guards: { isProved: () => true } }),
    ],
    [
      'invariant 6: a code to what the directory holds is taken for proved before it was typed',
      firstProofBeforeStoring,
      onFile,
      broken('first-proof', {
        config: (config) => {
          config.states['provingByCode'] = { ...config.states['provingByCode'], on: { 'first-proof-code.done': 'passed' } };
          config.output = { ok: true, proofs: [] };
        },
      }),
    ],
    [
      'invariant 6: registration goes on with the code of the new method alone',
      firstProofBeforeStoring,
      onFile,
      broken('first-proof-code', {
        config: (config) => {
          const { sending } = config.states;
          if (sending) sending.entry = { type: 'sendChallenge', params: { onFile: 'on file email', purpose: 'register' } };
        },
      }),
    ],
    [
      'invariant 6: what the directory holds is asked of for a reset',
      placesOnFileOnlyBegin,
      onFile,
      broken('first-proof-code', {
        config: ({ states }) => {
          states['sending'] = {
            ...states['sending'],
            entry: { type: 'sendChallenge', params: { onFile: 'on file email', purpose: 'reset' } },
          };
        },
      }),
    ],
    [
      'invariant 6: such a code is offered to who has something registered, and removes it',
      placesOnFileOnlyBegin,
      { ...onFile, methods: [[], [method('email')]], menu: { ...nothing.menu, methods: 1 } },
      dialogs,
    ],
    [
      'invariant 7: a reset goes on where the account is frozen',
      frozenReachesNothing,
      frozen,
      broken('reset', {
        config: ({ states }) => {
          states['weighing'] = { ...states['weighing'], on: { 'eligibility.refused': 'proving' } };
        },
      }),
    ],
    [
      'invariant 7: a removal goes on where the account is frozen',
      frozenReachesNothing,
      frozen,
      broken('home', {
        config: (config) => {
          config.on = {
            ...config.on,
            choose: { target: '.away', actions: { type: 'begin', params: { dialog: 'method', input: { method: 'email', proofs: [] } } } },
          };
        },
      }),
    ],
    [
      'invariant 7: a freeze leaves a challenge behind',
      freezeLeadsOut,
      small,
      broken('verify', {
        config: ({ states }) => {
          states['cancelled'] = { ...states['cancelled'], entry: [] };
        },
      }),
    ],
    [
      'a result is not heard',
      everyResultIsHeard,
      small,
      broken('unlock', {
        config: ({ states }) => {
          states['unlocking'] = { ...states['unlocking'], on: {} };
        },
      }),
    ],
    [
      'what is typed is kept',
      nothingTypedIsKept,
      small,
      broken('verify', {
        config: ({ states }) => {
          const keep = assign({ chosen: ({ event }: { event: { text?: string } }) => event.text ?? '' });
          states['answering'] = { ...states['answering'], on: { answer: { target: 'waiting', actions: keep } } };
        },
      }),
    ],
    [
      'a foreign page is taken',
      strangersChangeNothing,
      { ...small, thorough: true },
      broken('reset', { guards: { isItsPage: () => true } }),
    ],
  ];

  test.each(cases)('%s', (_, rule, world, changed) => {
    expect(rule(walk(changed, world))).not.toEqual([]);
  });
});

describe('what the bot says', () => {
  const said = saidOn(graphs);
  const needed = [...said.prompts.flatMap(sentencesOf), ...said.notices.map(({ notice, params }) => ({ id: sentenceOf(notice), params }))];
  const sentences = new Sentences(() => standing, 'Europe/Stockholm');

  test.each(languages)('every prompt and notice has its sentence, and what fills it: %s', (language) => {
    const bad = needed.flatMap(({ id, params }) => {
      try {
        return /\S/u.test(sentences.say(language, id, params)) ? [] : [`${id}: empty`];
      } catch (fault) {
        return [`${id}: ${String(fault)}`];
      }
    });
    expect([...new Set(bad)]).toEqual([]);
  });

  test('no sentence of a dialog is unused', () => {
    const used = new Set(needed.map(({ id }) => id));
    const written = Object.keys(dialogs).flatMap((name) => [...sentences.under('sv', `${name}.`).keys()].map((key) => `${name}.${key}`));
    expect(written.filter((id) => !used.has(id))).toEqual([]);
  });
});
