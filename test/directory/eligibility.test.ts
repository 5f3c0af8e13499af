import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { finishLine, methodKinds } from '../../dialogs/methods.ts';
import type { Policy } from '../../src/config/policy.ts';
import { demoPeople } from '../../src/directory/demo-people.ts';
import { askedFor } from '../../src/desk/step-stop.ts';
import type { Stop, Stoppable } from '../../src/desk/stop-record.ts';
import { accountRefusal, eligibility, type EligibilityPurpose, type EligibilityQuestion } from '../../src/directory/eligibility.ts';
import { stateOf } from '../../src/directory/local-account.ts';
import type { AccountState } from '../../src/directory/port.ts';
import { isPrivileged } from '../../src/directory/privileged.ts';
import { demoPolicy } from '../delivery/demo-words.ts';

const now = 1_800_000_000_000;
const policy = demoPolicy();
const withReset = (reset: Partial<Policy['reset']>): Policy => ({ ...policy, reset: { ...policy.reset, ...reset } });

function demoState(story: string): AccountState {
  const person = demoPeople(now).find((each) => each.story === story);
  if (person === undefined) throw new Error(`no ${story}`);
  const passwordHash = person.password === null ? null : 'hashed';
  const wrong = { count: 0, lastAt: 0 };
  const passwordSetAt = passwordHash === null ? null : now;
  return stateOf(
    {
      ...person.account,
      placesOnFile: [],
      passwordHash,
      passwordSetAt,
      hasFirstPassword: true,
      passwordDue: null,
      wrong,
      sessionsEnded: 0,
    },
    now,
  );
}

const person = demoState('registered');
const open = { teams: null, 'front-door': null };
const unsuspected = { closedUntil: open, reportedUntil: open, frozen: false } as const;
const nina = { id: 'nina', name: 'Nina' };
const stopOf = (what: Stoppable, group: string | null): Stop => ({
  ...askedFor('s', { what, group: group === null ? null : { name: group, group } }, nina, now),
  wish: null,
  inForce: { from: now, until: now + 1, by: [nina, { id: 'omar', name: 'Omar' }] },
});
const enough: EligibilityQuestion['summary'] = {
  counting: [
    { kind: 'authenticator-app', countsFrom: 0 },
    { kind: 'text-message', countsFrom: 0 },
  ],
  ...unsuspected,
};
const nothing: EligibilityQuestion['summary'] = { counting: [], ...unsuspected };

const ask = (more: Partial<EligibilityQuestion>) =>
  eligibility({ purpose: 'reset', policy, state: person, summary: enough, stops: [], door: 'teams', now, ...more });
const refusalOf = (more: Partial<EligibilityQuestion>) => {
  const verdict = ask(more);
  return verdict.ok ? 'eligible' : verdict.refusal;
};

describe('the verdict on the demo people', () => {
  test.each([
    ['registered', enough, 'eligible'],
    ['unregistered', nothing, { code: 'SSPR_0014', ending: 'not-verified' }],
    ['not-enabled', nothing, { code: 'SSPR_0012', ending: 'not-enabled' }],
    ['managed-elsewhere', nothing, { code: 'SSPR_0010', ending: 'managed-elsewhere' }],
    ['locked', enough, 'eligible'],
    ['privileged', enough, { code: 'LK_PRIVILEGED', ending: 'privileged' }],
    ['disabled', enough, { code: 'LK_DISABLED', ending: 'not-enabled' }],
    ['no-password', enough, 'eligible'],
    ['no-password', nothing, { code: 'SSPR_0014', ending: 'not-verified' }],
    ['manager', nothing, { code: 'SSPR_0014', ending: 'not-verified' }],
    ['agent', enough, { code: 'LK_PRIVILEGED', ending: 'privileged' }],
  ] as const)('%s', (story, summary, verdict) => {
    expect(refusalOf({ state: demoState(story), summary })).toEqual(verdict);
  });

  test.each([
    ['registered', 'eligible'],
    ['unregistered', 'eligible'],
    ['locked', 'eligible'],
    ['not-enabled', { code: 'SSPR_0012', ending: 'not-enabled' }],
    ['managed-elsewhere', { code: 'SSPR_0010', ending: 'managed-elsewhere' }],
    ['privileged', { code: 'LK_PRIVILEGED', ending: 'privileged' }],
    ['disabled', { code: 'LK_DISABLED', ending: 'not-enabled' }],
  ] as const)('I10: %s, who would change a known password, for which no method is needed', (story, verdict) => {
    expect(refusalOf({ purpose: 'change', state: demoState(story), summary: nothing })).toEqual(verdict);
  });

  test('a person with methods and no password may reset, which sets the first one', () => {
    expect(ask({ state: demoState('no-password') })).toEqual({
      ok: true,
      gates: { needed: 2, oneDevice: 'allow' },
      locked: null,
      hasPassword: false,
      due: null,
    });
  });

  test.each([
    [{ passwordExpired: true }, 'expired'],
    [{ mustChangePassword: true }, 'must-change'],
    [{ passwordExpired: true, hasPassword: false }, null],
    [{}, null],
  ] as const)('the verdict on %j tells why the password lets nobody in: %s', (changes, due) => {
    expect(ask({ state: { ...person, ...changes } })).toMatchObject({ ok: true, due });
  });

  test('the verdict tells which lock it is', () => {
    expect(ask({ state: demoState('locked'), purpose: 'unlock' })).toMatchObject({
      ok: true,
      locked: { why: 'wrong-passwords', until: null },
    });
  });
});

describe('seeing and removing methods', () => {
  test.each([
    ['disabled', { ...person, enabled: false }, 'LK_DISABLED'],
    ['gone', null, 'LK_NOT_FOUND'],
  ] as const)('I9: of an account that is %s: suspended', (_, state, code) => {
    const off = withReset({ enabled: false });
    for (const each of [policy, off])
      expect(refusalOf({ purpose: 'methods', state, policy: each })).toEqual({ code, ending: 'not-enabled' });
  });

  test('whatever else stands against a reset stands against neither', () => {
    const worst: AccountState = { ...person, licensed: false, kind: 'guest', privileged: true, passwordManaged: 'elsewhere' };
    const summary = { ...nothing, closedUntil: { ...open, teams: now + 1 } };
    expect(refusalOf({ purpose: 'methods', state: worst, summary, policy: withReset({ enabled: false }) })).toBe('eligible');
  });
});

describe('what agents have stopped', () => {
  const stopped = { code: 'LK_STOPPED', ending: 'stopped' };
  const everything = stopOf('all', null);
  test.each([
    ['reset', 'resets', stopped],
    ['change', 'resets', stopped],
    ['unlock', 'resets', stopped],
    ['register', 'resets', 'eligible'],
    ['reset', 'registration', 'eligible'],
    ['register', 'registration', stopped],
    ['methods', 'all', 'eligible'],
    ['register', 'all', stopped],
    ['reset', 'all', stopped],
  ] as const)('R37: %s while %s is stopped', (purpose, what, verdict) => {
    expect(refusalOf({ purpose, stops: [stopOf(what, null)] })).toEqual(verdict);
  });

  test('R37: of a group, stops its members alone, whatever the case of its name', () => {
    const stops = [stopOf('resets', 'Warehouse')];
    expect(refusalOf({ stops })).toBe('eligible');
    expect(refusalOf({ stops, state: { ...person, groups: ['warehouse'] } })).toEqual(stopped);
  });

  test('who is refused anyway hears why, and who has too little registered hears of the stop', () => {
    const stops = [everything];
    expect(refusalOf({ stops, state: demoState('managed-elsewhere') })).toMatchObject({ code: 'SSPR_0010' });
    expect(refusalOf({ stops, summary: nothing })).toEqual(stopped);
  });
});

describe('each reason has its code', () => {
  const outside = { groups: ['nobody-is-in-this'] };
  test.each([
    ['reset is off', { policy: withReset({ enabled: false }) }, 'SSPR_0009', 'not-enabled'],
    ['no policy covers the person', { policy: withReset({ covers: outside }) }, 'SSPR_0011', 'not-enabled'],
    ['no licence', { state: { ...person, licensed: false } }, 'SSPR_0012', 'not-enabled'],
    ['outside the group', { policy: withReset({ for: outside }) }, 'SSPR_0013', 'not-enabled'],
    ['disabled', { state: { ...person, enabled: false } }, 'LK_DISABLED', 'not-enabled'],
    ['unknown', { state: null }, 'LK_NOT_FOUND', 'not-enabled'],
    ['a guest', { state: { ...person, kind: 'guest' } }, 'LK_NOT_A_PERSON_GUEST', 'not-enabled'],
    ['a shared mailbox', { state: { ...person, kind: 'shared' } }, 'LK_NOT_A_PERSON_SHARED', 'not-enabled'],
    ['a room', { state: { ...person, kind: 'room' } }, 'LK_NOT_A_PERSON_ROOM', 'not-enabled'],
    ['a service', { state: { ...person, kind: 'service' } }, 'LK_NOT_A_PERSON_SERVICE', 'not-enabled'],
    ['managed elsewhere', { state: { ...person, passwordManaged: 'elsewhere' } }, 'SSPR_0010', 'managed-elsewhere'],
    ['an administrator must act there', { state: { ...person, passwordManaged: 'elsewhere-by-hand' } }, 'SSPR_0029', 'managed-elsewhere'],
    ['the link is down', { state: { ...person, passwordManaged: 'unreachable' } }, 'SSPR_0030', 'later'],
    [
      'an administrator locked it',
      { state: { ...person, locked: { since: 0, why: 'administrator', until: null } } },
      'LK_LOCKED',
      'locked',
    ],
  ] as const)('%s', (_, asked, code, ending) => {
    expect(refusalOf(asked)).toEqual({ code, ending });
  });

  test('a group of the person lets them in', () => {
    const scoped = withReset({ covers: { groups: ['a', 'staff'] }, for: { groups: ['staff'] } });
    expect(refusalOf({ policy: scoped, state: { ...person, groups: ['staff'] } })).toBe('eligible');
  });

  test('the tenant is asked first, then the policy, the licence, the group; what is wrong with the account comes after', () => {
    const worst: AccountState = {
      ...person,
      licensed: false,
      enabled: false,
      kind: 'guest',
      privileged: true,
      passwordManaged: 'elsewhere',
    };
    const outside = { groups: ['x'] };
    const codes = [
      { policy: withReset({ enabled: false, covers: outside, for: outside }), state: worst },
      { policy: withReset({ covers: outside, for: outside }), state: worst },
      { policy: withReset({ for: outside }), state: worst },
      { policy: withReset({ for: outside }), state: { ...worst, licensed: true } },
      { state: { ...worst, licensed: true } },
      { state: { ...worst, licensed: true, enabled: true } },
      { state: { ...worst, licensed: true, enabled: true, kind: 'person' as const } },
      { state: { ...worst, licensed: true, enabled: true, kind: 'person' as const, privileged: false } },
    ].map((asked) => refusalOf({ ...asked, summary: nothing }));
    expect(codes.map((refusal) => (refusal === 'eligible' ? refusal : refusal.code))).toEqual([
      'SSPR_0009',
      'SSPR_0011',
      'SSPR_0012',
      'SSPR_0013',
      'LK_DISABLED',
      'LK_NOT_A_PERSON_GUEST',
      'LK_PRIVILEGED',
      'SSPR_0010',
    ]);
  });
});

describe('I10: extra protection', () => {
  test.each([
    ['the directory says so', {}, { privileged: true }],
    ['the policy names it', { privileged: { accounts: [person.id], groups: [] } }, {}],
    ['the policy names its group', { privileged: { accounts: [], groups: ['vault'] } }, { groups: [...person.groups, 'vault'] }],
    ['the policy names its group in another case', { privileged: { accounts: [], groups: ['Vault'] } }, { groups: ['VAULT'] }],
    ['it is an agent by name', { agents: { accounts: [person.id], groups: [], rights: {}, proof: 'security-key' as const, pace: 30 } }, {}],
    [
      'it is an agent by its group',
      { agents: { accounts: [], groups: ['desk'], rights: {}, proof: 'security-key' as const, pace: 30 } },
      { groups: [...person.groups, 'desk'] },
    ],
  ])('I10: %s: nothing but registration', (_, named, more) => {
    const asked = { policy: { ...policy, ...named }, state: { ...person, ...more } };
    for (const purpose of ['reset', 'unlock'] as const) {
      expect(refusalOf({ ...asked, purpose })).toEqual({ code: 'LK_PRIVILEGED', ending: 'privileged' });
    }
    expect(refusalOf({ ...asked, purpose: 'register' })).toBe('eligible');
  });
});

describe('what is registered', () => {
  const app = { kind: 'authenticator-app', countsFrom: 0 } as const;
  const mail = { kind: 'email', countsFrom: 0 } as const;
  const of = (...counting: EligibilityQuestion['summary']['counting']) => ({ counting, ...unsuspected });

  test('I2: two of a kind, or mail alone, are too little: SSPR_0014', () => {
    for (const summary of [of(app), of(app, app), of(mail), of(mail, mail)]) {
      expect(refusalOf({ summary })).toEqual({ code: 'SSPR_0014', ending: 'not-verified' });
    }
    expect(refusalOf({ summary: of(app, mail) })).toBe('eligible');
  });

  test('I2: with one gate, mail still does not suffice', () => {
    const oneGate = withReset({ gates: 1 });
    expect(refusalOf({ policy: oneGate, summary: of(mail) })).toEqual({ code: 'SSPR_0014', ending: 'not-verified' });
    expect(ask({ policy: oneGate, summary: of(app) })).toMatchObject({ ok: true, gates: { needed: 1 } });
  });

  test('I8: the line of "Finish" and the verdict on a reset are one rule, whatever is registered', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...methodKinds), { maxLength: 4 }),
        fc.constantFrom<1 | 2>(1, 2),
        fc.constantFrom<'allow' | 'refuse'>('allow', 'refuse'),
        (kinds, gates, oneDevice) => {
          const summary = of(...kinds.map((kind) => ({ kind, countsFrom: 0 })));
          const { enough: line } = finishLine(kinds, methodKinds, { needed: gates, oneDevice });
          for (const purpose of ['reset', 'unlock'] as const) {
            expect(ask({ purpose, policy: withReset({ gates, oneDevice }), summary }).ok).toBe(line);
          }
        },
      ),
    );
  });

  test('I5: what is enough but too new has its own code and time', () => {
    const summary = of(app, { kind: 'text-message', countsFrom: now + 5000 }, { kind: 'email', countsFrom: now + 3000 });
    expect(refusalOf({ summary })).toEqual({ code: 'LK_COOLING', ending: 'cooling', until: now + 3000 });
    expect(refusalOf({ summary, now: now + 3000 })).toBe('eligible');
  });

  test('I6: a closed door refuses for pace until it opens; the other door stays open', () => {
    const summary = { ...enough, closedUntil: { teams: now + 1000, 'front-door': null } };
    expect(refusalOf({ summary })).toEqual({ code: 'LK_PACE', ending: 'pace', until: now + 1000 });
    expect(refusalOf({ summary, purpose: 'register' })).toEqual({ code: 'LK_PACE', ending: 'pace', until: now + 1000 });
    expect(refusalOf({ summary, door: 'front-door' })).toBe('eligible');
  });
});

describe('registration', () => {
  const register = (more: Partial<EligibilityQuestion>) => refusalOf({ purpose: 'register', summary: nothing, ...more });

  test('"Administratören måste aktivera den här funktionen": refused where it is not enabled', () => {
    const outside = { groups: ['x'] };
    const codes = [
      { policy: withReset({ enabled: false }) },
      { policy: withReset({ covers: outside }) },
      { state: { ...person, licensed: false } },
      { policy: withReset({ for: outside }) },
    ].map(register);
    expect(codes).toEqual(['SSPR_0009', 'SSPR_0011', 'SSPR_0012', 'SSPR_0013'].map((code) => ({ code, ending: 'not-enabled' })));
  });

  test('who has nothing yet may register, and a step-up takes what the policy says', () => {
    expect(ask({ purpose: 'register', summary: nothing })).toMatchObject({ ok: true, gates: { needed: 1 } });
  });

  test('I10: privileged people and agents may register', () => {
    expect(register({ state: demoState('privileged') })).toBe('eligible');
    expect(register({ state: demoState('agent') })).toBe('eligible');
  });
});

describe('unlocking', () => {
  const locked = demoState('locked');

  test('where the policy wants a new password with it, the lock alone is not lifted; the reset is', () => {
    const policyOf = withReset({ unlockAlone: false });
    expect(refusalOf({ purpose: 'unlock', policy: policyOf, state: locked })).toEqual({ code: 'LK_LOCKED', ending: 'locked' });
    expect(refusalOf({ purpose: 'reset', policy: policyOf, state: locked })).toBe('eligible');
  });
});

describe('on any account and policy', () => {
  const groups = fc.subarray(['staff', 'helpdesk', 'admins']);
  const scope = fc.oneof(fc.constant('everyone' as const), fc.record({ groups: fc.subarray(['staff', 'other'], { minLength: 1 }) }));
  const anyState: fc.Arbitrary<AccountState> = fc.record({
    readAt: fc.constant(now),
    id: fc.constantFrom('a', 'b', 'named'),
    userId: fc.constant('a@example.org'),
    name: fc.constant('A'),
    kind: fc.constantFrom('person', 'guest', 'shared', 'room', 'service'),
    enabled: fc.boolean(),
    licensed: fc.boolean(),
    hasPassword: fc.boolean(),
    passwordSetAt: fc.constant(null),
    passwordExpired: fc.boolean(),
    mustChangePassword: fc.boolean(),
    passwordManaged: fc.constantFrom('here', 'elsewhere', 'elsewhere-by-hand', 'unreachable'),
    locked: fc.option(
      fc.record({ since: fc.constant(0), why: fc.constantFrom('wrong-passwords', 'administrator'), until: fc.constant(null) }),
    ),
    privileged: fc.boolean(),
    groups,
    managerId: fc.constant(null),
    workMail: fc.constant(null),
    workAddresses: fc.constant([]),
    language: fc.constant(null),
  });
  const anyPolicy = fc.record({
    reset: fc.record({
      enabled: fc.boolean(),
      covers: scope,
      for: scope,
      gates: fc.constantFrom(1 as const, 2 as const),
      oneDevice: fc.constantFrom('allow' as const, 'refuse' as const),
      unlockAlone: fc.boolean(),
    }),
    stepUp: fc.record({ gates: fc.constantFrom(1 as const, 2 as const) }),
    privileged: fc.record({ accounts: fc.subarray(['named']), groups: fc.subarray(['admins']) }),
    agents: fc.record({
      accounts: fc.subarray(['b']),
      groups: fc.subarray(['helpdesk']),
      rights: fc.constant({}),
      proof: fc.constant('security-key' as const),
      pace: fc.constant(30),
    }),
  });
  const anyQuestion = fc.record({
    purpose: fc.constantFrom<EligibilityPurpose>('reset', 'unlock', 'register'),
    policy: anyPolicy,
    state: fc.option(anyState),
    summary: fc.record({
      counting: fc.array(fc.record({ kind: fc.constantFrom(...methodKinds), countsFrom: fc.constantFrom(0, now, now + 1) }), {
        maxLength: 4,
      }),
      closedUntil: fc.record({ teams: fc.option(fc.constant(now + 1)), 'front-door': fc.constant(null) }),
      reportedUntil: fc.record({ teams: fc.option(fc.constant(now + 1)), 'front-door': fc.option(fc.constant(now + 1)) }),
      frozen: fc.boolean(),
    }),
    stops: fc.subarray([stopOf('all', 'helpdesk'), stopOf('registration', null), stopOf('resets', 'nobody-is-in-this')]),
    door: fc.constantFrom('teams' as const, 'front-door' as const),
    now: fc.constant(now),
  });

  test('there is exactly one verdict, with a code of ours or of Microsoft', () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const verdict = eligibility(question);
        expect(eligibility(question)).toEqual(verdict);
        if (!verdict.ok) expect(verdict.refusal.code).toMatch(/^(SSPR_00(09|1[0-4]|29|30)|LK_[A-Z_]+)$/);
      }),
      { numRuns: 500 },
    );
  });

  test('I9, I10: nobody disabled, privileged, no person or managed elsewhere is ever eligible for a reset or an unlock', () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const { state, policy, purpose } = question;
        if (!eligibility(question).ok) return;
        expect(policy.reset.enabled).toBe(true);
        expect(state).toMatchObject({ enabled: true, kind: 'person', licensed: true });
        if (purpose === 'register' || state === null) return;
        expect(isPrivileged(policy, state)).toBe(false);
        expect(state.passwordManaged).toBe('here');
        expect(state.locked?.why).not.toBe('administrator');
      }),
      { numRuns: 2000 },
    );
  });

  test('who is eligible passes what is asked again before each write, and the account alone never says more than the verdict', () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const refusal = accountRefusal(question.policy, question.state, question.purpose, question.stops);
        const verdict = eligibility(question);
        if (verdict.ok) expect(refusal).toBeNull();
        else if (refusal !== null) expect(verdict.refusal).toEqual(refusal);
      }),
      { numRuns: 500 },
    );
  });
});
