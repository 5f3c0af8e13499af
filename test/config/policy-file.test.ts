import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { MethodKind } from '../../dialogs/methods.ts';
import { readPolicy } from '../../src/config/policy-file.ts';
import type { Policy } from '../../src/config/policy.ts';

const textOf = (name: string): string => readFileSync(new URL(`../../src/config/${name}.yaml`, import.meta.url), 'utf8');
const demo = textOf('demo-policy');

function faultsOf(text: string) {
  const read = readPolicy(text, 'policy.yaml');
  return read.ok ? [] : read.faults;
}

function policyOf(text: string): Policy {
  const read = readPolicy(text);
  if (!read.ok) throw new Error(JSON.stringify(read.faults, null, 1));
  return read.policy;
}

/** The default policy as an administrator hands it in: every placeholder filled. */
const filled = (): string =>
  textOf('default-policy')
    .replace("<your company's name, as people know it>", 'Example AB')
    .replace('<your mail domain such as example.org>', 'Example.org')
    .replace("<your tenant's id>", '11111111-2222-4333-8444-555555555555')
    .replace('<the name people know IT by>', 'IT')
    .replace("<IT's telephone number>", '08-465 004 10')
    .replace('<when IT answers, in English>', 'weekdays')
    .replace('<when IT answers, in Swedish>', 'vardagar')
    .replace("<IT's page, https://...>", 'https://it.example.org')
    .replace("<the administrators' mail address>", 'it@example.org')
    .replace("<the channel's conversation id>", '19:x@thread.tacv2');

const lineWith = (text: string, part: string): number => text.split('\n').findIndex((line) => line.includes(part)) + 1;

describe('the shipped files', () => {
  test('the demo policy enables every method, and nothing cools off', () => {
    const policy = policyOf(demo);
    expect(Object.values(policy.methods).every(({ enabled }) => enabled)).toBe(true);
    expect(policy.cooling).toEqual({ hours: 0, firstRegistration: false });
    expect(policy.reset).toMatchObject({ enabled: true, gates: 2 });
  });

  test('the default policy is refused until every placeholder is filled in, each with its line and what to write', () => {
    const text = textOf('default-policy');
    const places = text.split('\n').flatMap((line, at) => (!line.trim().startsWith('#') && line.includes('<') ? [at + 1] : []));
    const faults = faultsOf(text);
    expect(faults.map(({ line }) => line)).toEqual(places);
    expect(faults.every(({ what, remedy }) => /placeholder/.test(what) && /^Write .+ in its place\.$/.test(remedy))).toBe(true);
  });

  test('the default policy, filled in, asks for two gates and lets new methods cool off a day', () => {
    const policy = policyOf(filled());
    expect(policy.reset.gates).toBe(2);
    expect(policy.cooling.hours).toBe(24);
    expect(policy.organisation.domains).toEqual(['example.org']);
  });

  test('a key left out has the value that stands in the default policy', () => {
    const whole = policyOf(filled());
    const optional = [
      'stepUp',
      'firstProof',
      'securityKeys',
      'telephony',
      'cooling',
      'limits',
      'password',
      'privileged',
      'agents',
      'desk',
      'links',
    ];
    const blocks = filled().split(/\n(?=[a-z])/i);
    const short = blocks.filter((block) => !optional.some((key) => block.startsWith(`${key}:`))).join('\n');
    const withoutLeaves = short.replace(/^ {2}(covers|for|oneDevice|unlockAlone|zone): .*\n/gm, '').replace(/, most: \d+/g, '');
    expect(policyOf(withoutLeaves)).toEqual(whole);
  });

  test('a telephone number is read however it is spaced', () => {
    const text = demo.replace('accountsPerNumber: 2', 'accountsPerNumber: 2\n  refusedNumbers: ["+46 (8) 500-000 00"]');
    expect(policyOf(text).telephony).toMatchObject({
      accountsPerNumber: 2,
      refusedNumbers: ['+46850000000'],
      breaker: { codes: 20, usedPercent: 25, minutes: 60 },
    });
  });

  test('a policy is frozen through and through', () => {
    const policy = policyOf(demo);
    expect(Object.isFrozen(policy.limits.waitMinutes) && Object.isFrozen(policy.methods.email) && Object.isFrozen(policy)).toBe(true);
  });
});

describe('faults', () => {
  test('three faults are reported at once, each with its line and remedy', () => {
    const text = demo
      .replace('unlockAlone: true', 'unlockAlon: true')
      .replace('accountsPerNumber: 2', 'accountsPerNumber: many')
      .replace('hours: 0', 'hours: 169');
    expect(faultsOf(text)).toEqual([
      expect.objectContaining({
        where: `policy.yaml:${lineWith(text, 'unlockAlon:')} reset.unlockAlon`,
        what: 'there is no such key',
        remedy: expect.stringContaining('unlockAlone'),
      }),
      expect.objectContaining({
        line: lineWith(text, 'many'),
        what: 'cannot be "many"',
        remedy: 'Write a whole number from 1 to 20.',
      }),
      expect.objectContaining({ line: lineWith(text, '169'), what: 'cannot be 169', remedy: 'Write a whole number from 0 to 168.' }),
    ]);
  });

  test.each([
    ['a key that is missing', '    phone: 08-465 004 10\n', '', 'contacts.it.phone', 'is missing'],
    ['a text where a block is due', 'stepUp:\n  gates: 1', 'stepUp: 1', 'stepUp', 'cannot be 1'],
    [
      'an entry standing twice',
      '[it@fjallbyn.example]',
      '[it@fjallbyn.example, IT@fjallbyn.example]',
      'contacts.administratorsMail[1]',
      'twice',
    ],
    ['an empty list', '[fjallbyn.example]', '[]', 'organisation.domains', 'cannot be []'],
    ['a domain that is none', '[fjallbyn.example]', '[it@fjallbyn]', 'organisation.domains[0]', 'cannot be "it@fjallbyn"'],
    ['a country nobody knows', '[SE,', '[Sverige,', 'telephony.countries[0]', 'cannot be "Sverige"'],
    [
      'a telephone number without its quotes',
      'accountsPerNumber: 2',
      'accountsPerNumber: 2\n  refusedNumbers: [+46850000000]',
      'telephony.refusedNumbers[0]',
      'cannot be 46850000000',
    ],
    [
      'a telephone number without its country',
      'accountsPerNumber: 2',
      'accountsPerNumber: 2\n  refusedNumbers: ["08-50 00 00 00"]',
      'telephony.refusedNumbers[0]',
      'cannot be "08-50 00 00 00"',
    ],
    [
      'a breaker of too few codes',
      'accountsPerNumber: 2',
      'accountsPerNumber: 2\n  breaker: { codes: 4 }',
      'telephony.breaker.codes',
      'cannot be 4',
    ],
    ['a zone nobody knows', 'Europe/Stockholm', 'Stockholm', 'organisation.zone', 'cannot be "Stockholm"'],
    ['a link without TLS', 'https://it.', 'http://it.', 'contacts.it.link', 'cannot be "http://it.fjallbyn.example"'],
    ['a scope of no group', 'for: everyone', 'for: { groups: [] }', 'reset.for.groups', 'cannot be []'],
    ['a method that is not there', '  email:', '  fax: { enabled: true }\n  email:', 'methods.fax', 'no such key'],
  ])('%s', (_, from, to, key, what) => {
    const faults = faultsOf(demo.replace(from, to));
    expect(faults).toEqual([expect.objectContaining({ key, what: expect.stringContaining(what), remedy: expect.stringMatching(/\.$/) })]);
  });

  test.each([
    ['proofMinutes', 16],
    ['pageMinutes', 16],
    ['idleMinutes', 61],
  ])('R40: no policy makes a session longer than the standards allow: %s', (key, tooLong) => {
    const limits = `limits: { ${key}: ${tooLong} }`;
    expect(faultsOf(demo.replace(/^limits:\n(?: .*\n|\n)*/mu, '') + `\n${limits}\n`).map((fault) => fault.key)).toEqual([`limits.${key}`]);
  });

  test('a key that stands twice is found, and what else is wrong with it', () => {
    const text = demo.replace('  gates: 2', '  gates: 2\n  gates: 7');
    expect(faultsOf(text).map(({ line, what }) => [line, what])).toContainEqual([
      lineWith(text, 'gates: 7'),
      'this key stands here a second time',
    ]);
  });

  test.each(['', 'just words', '[1, 2]', 'a: [', '--- 1\n--- 2', 'a: &x 1\nb: *x', '\t- x: {', '\u{1F600}: {}', 'null'])(
    'anything else gets an answer, not an exception: %j',
    (text) => {
      expect(faultsOf(text).length).toBeGreaterThan(0);
    },
  );
});

describe('I2: the floor', () => {
  /** The demo policy with these methods enabled and no others. */
  const only = (...kinds: readonly MethodKind[]): string =>
    demo.replaceAll(
      /^ {2}([a-z-]+): \{ enabled: (?:true|false)/gmu,
      (_, kind: MethodKind) => `  ${kind}: { enabled: ${kinds.includes(kind)}`,
    );
  const bare = only('authenticator-app', 'text-message', 'email');

  test.each(['0', '3', '-1', 'none'])('I2: no policy asks for %s gates', (gates) => {
    const faults = faultsOf(bare.replace('gates: 2', `gates: ${gates}`));
    expect(faults).toEqual([expect.objectContaining({ key: 'reset.gates', remedy: expect.stringContaining('floor') })]);
  });

  test.each([1, 2])('I2: email alone never suffices, with %d gates', (gates) => {
    const text = only('email').replace('gates: 2', `gates: ${gates}`);
    expect(faultsOf(text)).toContainEqual(
      expect.objectContaining({ key: 'methods', remedy: expect.stringContaining('authenticator-app, text-message') }),
    );
  });

  test('I2: two gates of one group are one: said when the enabled methods can never be two', () => {
    const text = only('authenticator-app');
    expect(faultsOf(text)).toEqual([
      expect.objectContaining({ key: 'reset.gates', what: expect.stringContaining('never two independent') }),
    ]);
    expect(faultsOf(text.replace('gates: 2', 'gates: 1'))).toEqual([]);
  });

  test('R14: texts and calls are never all that counts: something that is not restricted is enabled beside them', () => {
    const text = only('text-message', 'email');
    expect(faultsOf(text)).toEqual([expect.objectContaining({ key: 'methods', what: expect.stringContaining('intercepted') })]);
    expect(faultsOf(only('text-message', 'email', 'recovery-codes'))).toEqual([]);
    expect(faultsOf(only('email', 'authenticator-app'))).toEqual([]);
  });

  test('I2: with oneDevice refuse, app and number alone are never two gates', () => {
    const text = bare.replace('oneDevice: allow', 'oneDevice: refuse').replace('email: { enabled: true', 'email: { enabled: false');
    expect(faultsOf(text)).toEqual([expect.objectContaining({ key: 'reset.gates', what: expect.stringContaining('oneDevice') })]);
  });

  test('a step-up of two gates that nobody could pass is refused', () => {
    const text = only('authenticator-app', 'email').replace('stepUp:\n  gates: 1', 'stepUp:\n  gates: 2');
    expect(faultsOf(text)).toEqual([
      expect.objectContaining({ key: 'stepUp.gates', remedy: expect.stringMatching(/^Enable .*text-message.*recovery-codes/u) }),
    ]);
  });

  test('I3: a first proof by what the directory holds takes a way there: neither texts nor mail enabled, nobody could ever begin so', () => {
    const cooled = only('authenticator-app', 'recovery-codes').replace('firstRegistration: false', 'firstRegistration: true');
    const asking = (places: string) => `${cooled}\nfirstProof:\n  directoryPlaces: ${places}\n`;
    expect(faultsOf(asking('any')).map(({ key }) => key)).toEqual(['firstProof.directoryPlaces']);
    expect(faultsOf(asking('none'))).toEqual([]);
    expect(faultsOf(asking('profile')).map(({ key, remedy }) => `${key}: ${remedy}`)).toEqual([
      expect.stringContaining('none, sign-in, any'),
    ]);
  });

  test('I5: a first proof by what the directory holds takes first methods that cool off, so that their owner can object', () => {
    const text = `${bare}\nfirstProof:\n  directoryPlaces: sign-in\n`;
    expect(faultsOf(text)).toEqual([
      expect.objectContaining({ key: 'firstProof.directoryPlaces', remedy: expect.stringContaining('firstRegistration: true') }),
    ]);
    expect(faultsOf(text.replace('firstRegistration: false', 'firstRegistration: true'))).toEqual([]);
    expect(faultsOf(text.replace('sign-in', 'none'))).toEqual([]);
  });

  test('the floor is checked even where something else is wrong', () => {
    const text = bare
      .replace('hours: 0', 'hours: x')
      .replace('email: { enabled: true', 'email: { enabled: false')
      .replace('oneDevice: allow', 'oneDevice: refuse');
    expect(faultsOf(text).map(({ key }) => key)).toEqual(['reset.gates', 'cooling.hours']);
  });

  test('where reset is off, methods may be off too', () => {
    expect(faultsOf(bare.replace('  enabled: true', '  enabled: false').replace(/\{ enabled: true/g, '{ enabled: false'))).toEqual([]);
  });

  test('I10: there is no key that gives privileged accounts a password', () => {
    const faults = faultsOf(`${demo}\nprivileged:\n  reset: allow\n`);
    expect(faults).toEqual([expect.objectContaining({ key: 'privileged.reset', what: 'there is no such key' })]);
  });
});

describe('opening hours', () => {
  const withDesk = (lines: string): string => demo.replace(/\ndesk:\n(?: .*\n)+/u, `\ndesk:\n${lines}\n`);

  test('hours of a day are one stretch, several, or none; a holiday is a date, or has hours and a name of its own', () => {
    const { hours, holidays } = policyOf(
      withDesk(
        [
          '  hours: { monday: 07:30-16:00, tuesday: [08:00-12:00, 13:00-24:00], wednesday: closed }',
          '  holidays:',
          '    - 2026-12-24',
          '    - { date: 2027-01-05, hours: 08:00-12:00, name: { en: Twelfth Night, sv: trettondagsafton } }',
        ].join('\n'),
      ),
    ).desk;
    expect(hours).toMatchObject({
      monday: [{ from: 450, to: 960 }],
      tuesday: [
        { from: 480, to: 720 },
        { from: 780, to: 1440 },
      ],
      wednesday: [],
      thursday: [{ from: 480, to: 1020 }],
      sunday: [],
    });
    expect(holidays).toEqual([
      { date: '2026-12-24', hours: [], name: null },
      { date: '2027-01-05', hours: [{ from: 480, to: 720 }], name: { en: 'Twelfth Night', sv: 'trettondagsafton' } },
    ]);
  });

  test.each([
    ['a stretch that ends before it begins', '  hours: { monday: 17:00-08:00 }', 'desk.hours.monday'],
    ['stretches that overlap', '  hours: { monday: [08:00-12:00, 11:00-17:00] }', 'desk.hours.monday'],
    ['an hour there is not', '  hours: { monday: 08:00-25:00 }', 'desk.hours.monday'],
    ['a day there is not', '  hours: { caturday: 08:00-12:00 }', 'desk.hours.caturday'],
    ['a date there is not', '  holidays: [2026-02-30]', 'desk.holidays[0]'],
    [
      'a week that is closed throughout',
      `  hours: { ${['mon', 'tues', 'wednes', 'thurs', 'fri'].map((day) => `${day}day: closed`).join(', ')} }`,
      'desk.hours',
    ],
  ])('refuses %s', (_, lines, key) => {
    expect(faultsOf(withDesk(lines))).toEqual([expect.objectContaining({ key, remedy: expect.stringMatching(/^(Write|Remove) /u) })]);
  });
});
