import { isSupportedCountry } from 'libphonenumber-js';
import { z } from 'zod';
import { isOneSet, methodKinds, type MethodKind } from '../../dialogs/methods.ts';
import { holiday, weekShape } from './opening-hours.ts';
import { agentRights, directoryPlaces, hookActs, languages, type AgentRight, type Policy, type Scope } from './policy.ts';
import { shippedQuestion, shippedQuestions } from './shipped-questions.ts';

/**
 * The form of the policy file. Every leaf carries, as zod's error, what it takes in plain words ("a whole number from 1 to 10"), from
 * which policy-file.ts makes the remedy. What stands in the file under no key here is refused, so a misspelt key is never a silent
 * default. Ranges are the product's own limits; where a rule sets one, it is named.
 */

const whole = (least: number, most: number) => {
  const error = least === most ? `${least}` : `a whole number from ${least} to ${most}`;
  return z.int(error).min(least, error).max(most, error);
};
const yesNo = z.boolean('true or false');
const words = z.string('a text of 1 to 200 signs').trim().min(1, 'a text of 1 to 200 signs').max(200, 'a text of 1 to 200 signs');
const matching = (form: RegExp, error: string) => z.string(error).trim().regex(form, error);

const guid = matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'an id as 8-4-4-4-12 hexadecimal digits').toLowerCase();
const domain = matching(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i, 'a domain such as example.org').toLowerCase();
/** As in Microsoft Entra's custom list of banned passwords. */
const bannedWord = z.string('a word of 4 to 16 signs').trim().min(4, 'a word of 4 to 16 signs').max(16, 'a word of 4 to 16 signs');
const mail = z.email('a mail address such as it@example.org');
const link = z.url({ protocol: /^https$/, error: 'an https link such as https://it.example.org/help' });
const dialled = matching(/^none$|\d/, 'a telephone number as people dial it, or none');
/** Over http in local mode alone, to this machine: run-mode.ts sees to it. */
const hookUrl = z
  .url({ protocol: /^https?$/, error: 'an https address such as https://tickets.example.org/latchkey' })
  .refine((url) => !/[@#]/.test(url), 'an address without user name and "#"');
const zone = z.string('an IANA time zone such as Europe/Stockholm').refine(isZone, 'an IANA time zone such as Europe/Stockholm');
const country = z
  .string('a country as two capital letters such as SE')
  .refine(isSupportedCountry, 'a country as two capital letters such as SE');

// YAML takes a bare +46... for a sum, and its plus is gone.
const number = z
  .string('a number in quotes with its country code such as "+46850000000"')
  .transform((written) => written.replaceAll(/[\s().-]/gu, ''))
  .pipe(matching(/^\+[1-9]\d{6,14}$/, 'a number in quotes with its country code such as "+46850000000"'));

const list = <Item extends z.ZodType>(item: Item) => z.array(item, 'a list');
const filledList = <Item extends z.ZodType>(item: Item) => z.array(item, 'a list').min(1, 'a list with at least one entry');
/** A block whose keys all have defaults may be left out. */
const optionalBlock = <Shape extends z.ZodRawShape>(shape: Shape) => block(shape).prefault({} as never);
const block = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, { error: blockError });

const scope: z.ZodType<Scope> = z.union(
  [z.literal('everyone'), block({ groups: filledList(words) })],
  'everyone, or a block "groups:" with a list of directory groups',
);

/** Accounts by id, and members of directory groups. */
const named = { accounts: list(guid).default([]), groups: list(words).default([]) };
const right = block(named).exactOptional();
const rightsShape = Object.fromEntries(agentRights.map((each) => [each, right])) as Record<AgentRight, typeof right>;

const worded = block({ en: words, sv: words });
const oneOrTwo = z.literal([1, 2], '1 or 2; no policy lowers the floor of one strong gate');

/** How many of a kind one account may have. Entra allows five apps, two numbers and one alternate address. */
const mostOfKind: Record<MethodKind, number> = {
  'authenticator-app': 5,
  'text-message': 2,
  'phone-call': 2,
  email: 1,
  'recovery-codes': 1,
  'security-questions': 1,
  'security-key': 10,
  'manager-approval': 1,
};
/** Of a set of codes or answers there is one: a new one takes its place. */
const most = (kind: MethodKind) => whole(1, isOneSet(kind) ? 1 : Math.max(5, mostOfKind[kind])).default(mostOfKind[kind]);
const method = (kind: MethodKind) => optionalBlock({ enabled: yesNo.default(false), most: most(kind) });
const methodShape = Object.fromEntries(methodKinds.map((kind) => [kind, method(kind)])) as Record<MethodKind, ReturnType<typeof method>>;

const questionForm = 'the id of a question that comes with Latchkey such as first-school, or a block with id, en and sv';
const question = z.preprocess(
  shippedQuestion,
  z.strictObject(
    {
      id: matching(/^[a-z0-9][a-z0-9-]{0,63}$/, 'an id of 1 to 64 small letters, digits and hyphens'),
      en: questionWords(),
      sv: questionWords(),
    },
    { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : questionForm) },
  ),
);

/** Entra takes 3 to 200 signs. */
function questionWords() {
  const error = 'a question of 3 to 200 signs';
  return z.string(error).trim().min(3, error).max(200, error);
}

export const resetSchema = block({
  enabled: yesNo,
  covers: scope.default('everyone'),
  for: scope.default('everyone'),
  gates: oneOrTwo,
  oneDevice: z.enum(['allow', 'refuse'], 'allow or refuse').default('allow'),
  unlockAlone: yesNo.default(true),
});
export const stepUpSchema = optionalBlock({ gates: oneOrTwo.default(1) });
export const firstProofSchema = optionalBlock({
  directoryPlaces: z.enum(directoryPlaces, `one of ${directoryPlaces.join(', ')}`).default('none'),
});
export const coolingSchema = optionalBlock({ hours: whole(0, 168).default(24), firstRegistration: yesNo.default(false) });
export const methodsSchema = block(methodShape);
const securityQuestionsSchema = optionalBlock({
  questions: filledList(question).default(() => [...shippedQuestions]),
  register: whole(3, 5).default(5),
  reset: whole(3, 5).default(3),
});

/** The whole file. Its output is a Policy. */
export const policySchema = block({
  organisation: block({ name: words, domains: filledList(domain), tenants: filledList(guid), zone: zone.default('Europe/Stockholm') }),
  reset: resetSchema,
  stepUp: stepUpSchema,
  firstProof: firstProofSchema,
  methods: methodsSchema,
  securityQuestions: securityQuestionsSchema,
  securityKeys: optionalBlock({ allowedModels: list(guid).default([]) }),
  telephony: optionalBlock({
    countries: filledList(country).default(['SE']),
    accountsPerNumber: whole(1, 20).default(2),
    refusedNumbers: list(number).default([]),
    // R32: a limit for each number, account, country and for all.
    sendsPerCountryPerDay: whole(1, 100_000).default(500),
    sendsPerDay: whole(1, 100_000).default(1000),
    breaker: optionalBlock({
      codes: whole(5, 100).default(20),
      usedPercent: whole(0, 100).default(25),
      minutes: whole(1, 1440).default(60),
    }),
  }),
  cooling: coolingSchema,
  leavers: optionalBlock({ eraseAfterDays: whole(1, 365).default(30), stopAtPercent: whole(1, 100).default(10) }),
  reconfirmation: optionalBlock({ days: whole(0, 3650).default(180) }),
  limits: optionalBlock({
    // R2: a code sent out of band lives ten minutes at most.
    textMessageMinutes: whole(1, 10).default(5),
    mailMinutes: whole(1, 10).default(10),
    waitMinutes: filledList(whole(1, 1440)).default([1, 5, 15, 60]),
    failuresPerDay: whole(1, 20).default(5),
    closedHours: whole(1, 168).default(24),
    sendsPerNumberIn10Minutes: whole(1, 10).default(4),
    sendsPerNumberPerDay: whole(1, 50).default(10),
    sendsPerAccountPerDay: whole(1, 50).default(10),
    pageMinutes: whole(1, 15).default(10),
    proofMinutes: whole(1, 15).default(15),
    // R40: inactivity of an hour at most.
    idleMinutes: whole(5, 60).default(30),
    passwordTriesPerDay: whole(1, 10).default(5),
  }),
  // R30: eight signs beside a second gate, and never a maximum under 64.
  password: optionalBlock({
    minimumLength: whole(8, 64).default(12),
    maximumLength: whole(64, 256).default(128),
    onlyFactor: yesNo.default(false),
    bannedWords: z.array(bannedWord, 'a list').max(1000, 'a list of at most 1000 words').default([]),
    breachedService: z.union([z.literal('none'), link], 'none, or an https link such as https://ranges.example.org/range').default('none'),
  }),
  privileged: optionalBlock(named),
  agents: optionalBlock({
    ...named,
    rights: optionalBlock(rightsShape),
    proof: z.enum(['security-key', 'security-key-or-app']).default('security-key'),
    pace: whole(1, 200).default(30),
  }),
  desk: optionalBlock({
    hours: optionalBlock(weekShape).refine((week) => Object.values(week).some((day) => day.length > 0), 'hours for one day at least'),
    holidays: list(holiday).default([]),
    emergencyNumber: dialled.default('none'),
    unclaimed: optionalBlock({
      againMinutes: whole(1, 1440).default(15),
      secondRouteMinutes: whole(1, 1440).default(30),
      mailMinutes: whole(1, 1440).default(60),
    }),
    undeliveredMinutes: whole(1, 60).default(5),
    takeUpMinutes: optionalBlock({
      highest: whole(1, 1440).default(10),
      high: whole(1, 1440).default(30),
      normal: whole(1, 10_080).default(240),
    }),
    replyHours: whole(1, 720).default(72),
    reopenDays: whole(1, 60).default(7),
    secondRoute: words.default('none'),
    onCall: optionalBlock({ numbers: list(number).default([]), mail: list(mail).default([]) }),
  }),
  stop: optionalBlock({ groups: list(block({ name: words, group: words })).default([]) }),
  hooks: optionalBlock({
    out: list(
      block({
        name: matching(/^(?!in$)[a-z][a-z0-9-]{0,31}$/, 'a name of small letters, digits and hyphens, and not "in"'),
        url: hookUrl,
        tells: list(z.enum(['person', 'methods', 'words'], 'person, methods or words')).default([]),
      }),
    )
      .refine((hooks) => new Set(hooks.map(({ name }) => name)).size === hooks.length, 'each hook under a name of its own')
      .default([]),
    in: list(z.enum(hookActs, `one of ${hookActs.join(', ')}`)).default([]),
  }),
  doctor: optionalBlock({
    testAccount: words.default('none'),
    decoyAccount: words.default('none'),
    testMail: z.union([z.literal('none'), mail], 'none, or a mail address such as it@example.org').default('none'),
    testNumber: z
      .union([z.literal('none'), number], 'none, or a number in quotes with its country code such as "+46850000000"')
      .default('none'),
  }),
  siteContacts: optionalBlock(named),
  administrators: list(guid).default([]),
  frontDoor: optionalBlock({
    enabled: yesNo.default(false),
    codesPerDay: whole(1, 100_000).default(200),
    // I6: behind one address may be a whole office.
    userIdsPerAddress: whole(5, 1000).default(60),
    codesPerAddress: whole(5, 1000).default(30),
    answerAfterMs: whole(0, 5000).default(1000),
  }),
  contacts: block({
    it: block({ name: words, phone: matching(/\d/, 'a telephone number as people dial it'), hours: worded, link }),
    administratorsMail: filledList(mail),
    desk: block({
      conversation: words,
      // `here`: the chat that this server itself shows in local mode; environment.ts puts the address in its place.
      serviceUrl: z.union([z.literal('here'), link], 'an https link such as https://smba.trafficmanager.net/emea/'),
      language: z.enum(languages, `one of ${languages.join(', ')}`).default('sv'),
    }),
  }),
  links: optionalBlock({
    securityInfo: link.default('https://mysignins.microsoft.com/security-info'),
    resetPortal: link.default('https://passwordreset.microsoftonline.com/'),
    administratorsGuide: link.default('https://learn.microsoft.com/entra/identity/authentication/howto-sspr-deployment'),
    personalAccount: link.default('https://support.microsoft.com/help/12429/microsoft-account-sign-in-cant'),
  }),
}) satisfies z.ZodType<Policy>;

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function blockError(issue: { readonly code?: string | undefined }): string | undefined {
  return issue.code === 'unrecognized_keys' ? undefined : 'a block of keys';
}
