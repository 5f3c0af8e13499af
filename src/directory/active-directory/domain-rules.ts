import type { Client, Entry } from 'ldapts';
import type { Policy } from '../../config/policy.ts';
import type { PasswordRule } from '../port.ts';
import { spanMs, textOf, wholeOf } from './entry.ts';

/** What the domain, or a fine-grained policy, demands of a password, and how long it locks. */
export interface DomainRules {
  readonly minimumLength: number;
  readonly complexity: boolean;
  /** How many former passwords are refused. */
  readonly history: number;
  /** How long a password must have stood before it is changed, ms; 0: at once. */
  readonly minimumAgeMs: number;
  /** When a lock ends by itself, ms after it began; null: never. */
  readonly lockMs: number | null;
}

const domainAttributes = ['minPwdLength', 'pwdProperties', 'pwdHistoryLength', 'minPwdAge', 'lockoutDuration'];
const fineAttributes = [
  'msDS-MinimumPasswordLength',
  'msDS-PasswordComplexityEnabled',
  'msDS-PasswordHistoryLength',
  'msDS-MinimumPasswordAge',
  'msDS-LockoutDuration',
];

/**
 * The rules that hold for an account: its fine-grained policy where it has one, else the domain's. Null where they cannot be read, as
 * fine-grained policies often cannot.
 * @param fine distinguished name of the account's fine-grained policy (`msDS-ResultantPSO`), or null
 */
export async function readRules(client: Client, domain: string, fine: string | null): Promise<DomainRules | null> {
  const attributes = fine === null ? domainAttributes : fineAttributes;
  const { searchEntries } = await client
    .search(fine ?? domain, { scope: 'base', attributes })
    // A policy that is hidden looks as if it were not there.
    .catch((fault: unknown) => {
      if (fine !== null && fault instanceof Error && 'code' in fault) return { searchEntries: [] };
      throw fault;
    });
  const [entry] = searchEntries;
  return entry === undefined ? null : rulesOf(entry, attributes);
}

function rulesOf(entry: Entry, [length = '', complexity = '', history = '', age = '', lock = '']: readonly string[]): DomainRules | null {
  const minimumLength = wholeOf(entry, length);
  const lockSpan = wholeOf(entry, lock);
  if (minimumLength === null || lockSpan === null) return null;
  const isComplex = textOf(entry, complexity) === 'TRUE' || ((wholeOf(entry, complexity) ?? 0n) & 1n) === 1n;
  return {
    minimumLength: Number(minimumLength),
    complexity: isComplex,
    history: Number(wholeOf(entry, history) ?? 0n),
    minimumAgeMs: spanMs(wholeOf(entry, age) ?? 0n) ?? 0,
    lockMs: spanMs(lockSpan),
  };
}

/** Active Directory takes no password longer than this by hand, in UTF-16 units. */
const longest = 127;

/** Our own limits and the domain's as one: the stricter of each. */
export const strictest = (ours: Policy['password'], rules: DomainRules | null): Policy['password'] => ({
  ...ours,
  minimumLength: Math.max(ours.minimumLength, rules?.minimumLength ?? 0),
  maximumLength: Math.min(ours.maximumLength, longest),
});

/**
 * The rules the domain adds to ours, to show before typing.
 * @param asUsers the controller holds history and age against a reset too
 */
export function domainPasswordRules(rules: DomainRules | null, asUsers: boolean): readonly PasswordRule[] {
  if (rules === null) return [{ id: 'directory' }];
  const { complexity, history, minimumAgeMs } = rules;
  return [
    ...(complexity ? [{ id: 'complexity' } as const] : []),
    ...(asUsers && history > 0 ? [{ id: 'not-used-before', params: { count: history } } as const] : []),
    ...(asUsers && minimumAgeMs > 0 ? [{ id: 'minimum-age', params: { hours: Math.ceil(minimumAgeMs / 3_600_000) } } as const] : []),
  ];
}

const kindsOfSigns = [/\p{Lu}/u, /\p{Ll}/u, /\d/u, /[^\p{L}\p{N}]/u, /\p{Lo}/u];

/** Whether a password has signs of three kinds out of five: capital, small, digit, other sign, letter without case. */
export const isComplex = (password: string): boolean => kindsOfSigns.filter((kind) => kind.test(password)).length >= 3;

/**
 * Which rule a password broke that passed everything we can judge ourselves. The age is certain by the clock; for the rest Active Directory has one
 * word for a former password, a banned one, and a rule that we may not read.
 */
export function ruleRefused(rules: DomainRules | null, asUsers: boolean, setAt: number | null, now: number): PasswordRule['id'] {
  const isTooSoon = asUsers && rules !== null && setAt !== null && now < setAt + rules.minimumAgeMs;
  return isTooSoon ? 'minimum-age' : 'directory';
}
