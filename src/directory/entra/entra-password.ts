import type { Policy } from '../../config/policy.ts';
import { brokenRule, passwordRules } from '../password-quality.ts';
import type { PasswordRule } from '../port.ts';
import type { GraphRefusal } from './graph-faults.ts';

/** Entra takes passwords of 8 to 256 signs of ASCII. */
const shortest = 8;
const longest = 256;

const strictest = (ours: Policy['password']) => ({
  ...ours,
  minimumLength: Math.max(ours.minimumLength, shortest),
  maximumLength: Math.min(ours.maximumLength, longest),
  asciiOnly: true,
});

/** The rules of a cloud account, to show before typing. Entra keeps no history for a reset, so the present one may be set again. */
export const entraPasswordRules = (policy: Policy['password']): readonly PasswordRule[] => [
  ...passwordRules(strictest(policy)).filter(({ id }) => id !== 'not-the-old-one'),
  { id: 'complexity' },
];

const kindsOfSigns = [/[A-Z]/u, /[a-z]/u, /[0-9]/u, /[^A-Za-z0-9]/u];

/** The rule that can be named before Entra is asked, or null. */
export async function brokenEntraRule(
  password: string,
  person: { readonly name: string; readonly userId: string },
  policy: Pick<Policy, 'password' | 'organisation'>,
): Promise<PasswordRule['id'] | null> {
  const { name, domains } = policy.organisation;
  const broken = await brokenRule(password, person, strictest(policy.password), [name, ...domains]);
  if (broken !== null) return broken;
  return kindsOfSigns.filter((kind) => kind.test(password)).length < 3 ? 'complexity' : null;
}

/**
 * What a no to a new password means. Graph has one code for everything that is wrong with a request that holds nothing but the password
 * (`Request_BadRequest`): what we can judge was judged before, so it is a rule that Entra does not show, such as its list of banned words.
 * Null: it says no to something else.
 */
export function refusedPassword({ status, code, message }: GraphRefusal): 'not-found' | 'managed-elsewhere' | 'policy' | null {
  if (status === 404) return 'not-found';
  if (status !== 400 || code !== 'Request_BadRequest') return null;
  return /on-premises|directory sync|federated/iu.test(message) ? 'managed-elsewhere' : 'policy';
}
