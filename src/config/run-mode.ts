import { isLoopbackHost } from '../server/loopback.ts';
import type { Config } from './config.ts';
import { ldapUrls } from './ldap-settings.ts';
import type { Policy } from './policy.ts';
import type { Settings } from './settings.ts';

/** What the fences look at. */
type Parts = Pick<Config, 'host' | 'publicUrl' | 'redisUrl' | 'smtpUrl'> & { readonly policy: Policy | null };

const toProduction =
  'Local mode is for this machine alone. For real use set the Bot Framework credentials (MicrosoftAppId and those with it).';

/** Whether any of Twilio's settings is there; then all of them must be. */
export const usesTwilio = (settings: Settings): boolean =>
  ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM', 'TWILIO_CALL_FROM'].some((name) => settings.has(name));

/**
 * Local mode speaks to this machine alone: it knows people by what a client on loopback says, so nothing of it may be reached from, or
 * reach, another machine.
 */
export function localFence(settings: Settings, { host, publicUrl, redisUrl, smtpUrl, policy }: Parts): void {
  refuseWeakTrust(settings);
  if (!isLoopbackHost(host) && host !== '::1')
    settings.refuse('HOST', 'is not on loopback, but there are no Bot Framework credentials', toProduction);
  const addresses = [
    ['PUBLIC_URL', publicUrl],
    ['REDIS_URL', redisUrl],
    ['SMTP_URL', smtpUrl],
    ...ldapUrls(settings).map((url) => ['LDAP_URL', url] as const),
  ] as const;
  for (const [name, address] of addresses) {
    if (address !== null && !isLoopbackHost(new URL(address).hostname)) {
      settings.refuse(name, 'is not on loopback, but there are no Bot Framework credentials', toProduction);
    }
  }
  if (usesTwilio(settings))
    settings.refuse('TWILIO_*', 'would send real text messages, but there are no Bot Framework credentials', toProduction);
  if (policy !== null && policy.password.breachedService !== 'none')
    settings.refuse('POLICY_FILE', 'names a password.breachedService, but there are no Bot Framework credentials', toProduction);
  for (const { url } of policy?.hooks.out ?? [])
    if (!isLoopbackHost(new URL(url).hostname))
      settings.refuse('POLICY_FILE', 'has a hook that leads off this machine, but there are no Bot Framework credentials', toProduction);
  const directory = settings.text('DIRECTORY') ?? 'local';
  if (directory === 'active-directory' || directory === 'entra' || directory === 'hybrid')
    settings.refuse('DIRECTORY', `cannot be ${directory}, but there are no Bot Framework credentials`, toProduction);
  else if (directory !== 'local') unknownDirectory(settings);
}

/** Variables of Node and of libraries that change which hosts are asked, or which are believed. */
const trustOfNode = ['NODE_EXTRA_CA_CERTS'];
const trustOfAzure = ['AZURE_AUTHORITY_HOST', 'AZURE_POD_IDENTITY_AUTHORITY_HOST', 'AZURE_REGIONAL_AUTHORITY_NAME'];
const trustOfTwilio = ['TWILIO_REGION', 'TWILIO_EDGE'];

/** Production is whole or does not start: everything that is missing is said at once. */
export function productionFence(settings: Settings, { publicUrl, redisUrl, policy }: Parts): void {
  refuseWeakTrust(settings);
  for (const name of [...trustOfNode, ...trustOfAzure, ...trustOfTwilio]) {
    if (settings.has(name)) settings.refuse(name, 'would change which hosts of Microsoft or Twilio are trusted', 'Unset it.');
  }
  if (/ldapts|\*/iu.test(settings.text('NODE_DEBUG') ?? ''))
    settings.refuse('NODE_DEBUG', 'would write new passwords to the log', 'Unset it.');
  if (publicUrl === '') {
    if (!settings.has('PUBLIC_URL'))
      settings.refuse('PUBLIC_URL', 'is missing', 'Write the https address under which people reach this server.');
  } else if (!publicUrl.startsWith('https://')) {
    settings.refuse(
      'PUBLIC_URL',
      'is not https',
      'Write the https address under which people reach this server; one-time pages go over it.',
    );
  }
  if (!settings.has('SEAL_KEYS')) {
    settings.refuse(
      'SEAL_KEYS',
      'is missing',
      'Write name:key, the key 32 random bytes in base64url; make one with "openssl rand -base64 32 | tr +/ -_ | tr -d =", and keep a copy.',
    );
  }
  if (!settings.has('DATA_DIR') && redisUrl === null && !settings.has('REDIS_URL')) {
    settings.refuse('DATA_DIR', 'is missing, and so is REDIS_URL', 'Name a folder for the embedded store, or a Redis server.');
  }
  if (!settings.has('SMTP_URL'))
    settings.refuse('SMTP_URL', 'is missing', 'Write smtps://user:password@host of the server that takes our mail.');
  productionTelephony(settings, policy);
  if (policy?.contacts.desk.serviceUrl === 'here') {
    settings.refuse(
      'POLICY_FILE',
      'has "here" as contacts.desk.serviceUrl, which is for local mode',
      "Write the address of the helpdesk's channel in Teams.",
    );
  }
  if (policy?.hooks.out.some(({ url }) => !url.startsWith('https:')) === true)
    settings.refuse('POLICY_FILE', 'has a hook that is not https', 'Write an https address for it.');
  productionDirectory(settings);
}

function productionTelephony(settings: Settings, policy: Policy | null): void {
  const needing = (['text-message', 'phone-call'] as const).find((kind) => policy?.methods[kind].enabled === true);
  if (!usesTwilio(settings) && needing !== undefined) {
    settings.refuse(
      'TWILIO_ACCOUNT_SID',
      `is missing, but the policy file enables ${needing}`,
      'Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM, or disable the method.',
    );
  }
  const calls = policy?.methods['phone-call'].enabled === true;
  if (calls && settings.text('TWILIO_FROM')?.startsWith('MG') === true && !settings.has('TWILIO_CALL_FROM')) {
    settings.refuse(
      'TWILIO_CALL_FROM',
      'is missing, but the policy file enables phone-call, and a messaging service cannot call',
      'Write a number of yours at Twilio that can call (+46...), or disable the method.',
    );
  }
}

function productionDirectory(settings: Settings): void {
  switch (settings.text('DIRECTORY')) {
    case 'active-directory':
    case 'entra':
    case 'hybrid':
      return;
    case null:
      return settings.refuse('DIRECTORY', 'is missing', 'Write entra, active-directory, or hybrid for both.');
    case 'local':
      return settings.refuse(
        'DIRECTORY',
        'cannot be local in production: it holds the people of the demo company only',
        'Write entra, active-directory, or hybrid for both.',
      );
    default:
      return unknownDirectory(settings);
  }
}

function unknownDirectory(settings: Settings): void {
  settings.refuse('DIRECTORY', 'is none of its values', 'Write local, entra, active-directory or hybrid.');
}

/** Links are made by adding a path to it. */
export function refuseDecorated(settings: Settings, publicUrl: string): void {
  const url = URL.parse(publicUrl);
  if (url !== null && (url.search !== '' || url.hash !== '' || url.username !== '')) {
    settings.refuse('PUBLIC_URL', 'holds more than a host and a path', 'Write it without user name, "?" and "#".');
  }
}

/** Node would believe any certificate, and so would everything in it. */
function refuseWeakTrust(settings: Settings): void {
  if (settings.text('NODE_TLS_REJECT_UNAUTHORIZED') === '0') {
    settings.refuse('NODE_TLS_REJECT_UNAUTHORIZED', 'turns every certificate check off', 'Unset it.');
  }
}
