import { hookSecret } from '../desk/hook-signature.ts';
import type { Policy } from './policy.ts';
import type { Settings } from './settings.ts';

/** The name under which the secret of what comes in stands. */
export const hookIn = 'in';

const how =
  'Write name:whsec_...[,name:whsec_...], the name that of a hook in the policy, or "in"; make one with "echo whsec_$(openssl rand -base64 32)". While you change one, write the name twice.';

/**
 * Reads `HOOK_SECRETS`: whom hooks are for says the policy, and each has a secret here, or two while it is changed. What is wrong is said
 * without a sign of any secret.
 */
export function readHookSecrets(settings: Settings, policy: Policy | null): Readonly<Record<string, readonly string[]>> {
  const secrets: Record<string, string[]> = {};
  for (const [at, entry] of (settings.text('HOOK_SECRETS') ?? '').split(',').entries()) {
    if (entry.trim() === '') continue;
    const [, name, secret] = /^([a-z][a-z0-9-]{0,31}):(\S+)$/.exec(entry.trim()) ?? [];
    if (name === undefined || secret === undefined || !hookSecret.test(secret))
      settings.refuse('HOOK_SECRETS', `secret ${at + 1} does not look right`, how);
    else (secrets[name] ??= []).push(secret);
  }
  if (policy === null) return secrets;
  const named = [...policy.hooks.out.map(({ name }) => name), ...(policy.hooks.in.length > 0 ? [hookIn] : [])];
  for (const name of named)
    if (secrets[name] === undefined) settings.refuse('HOOK_SECRETS', `has no secret for "${name}", which the policy file names`, how);
  for (const name of Object.keys(secrets))
    if (!named.includes(name))
      settings.refuse(
        'HOOK_SECRETS',
        `has a secret for "${name}", which no hook of the policy file is called`,
        'Remove it, or name the hook.',
      );
  return secrets;
}
