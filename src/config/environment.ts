import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../ports.ts';
import { connectorPath } from '../direct-line/connector.ts';
import { systemRandom } from '../security/system-ports.ts';
import { readBot } from './bot-credentials.ts';
import type { Config } from './config.ts';
import { readEntra } from './entra-settings.ts';
import { deepFrozen, type ConfigFault } from './fault.ts';
import { readHookSecrets } from './hook-secrets.ts';
import { readLdap } from './ldap-settings.ts';
import { readPolicy } from './policy-file.ts';
import type { Policy } from './policy.ts';
import { localFence, productionFence, refuseDecorated, usesTwilio } from './run-mode.ts';
import { readRpId } from './rp-id.ts';
import { localSealKeys, readSealKeys } from './seal-keys.ts';
import { Settings, type Environment } from './settings.ts';

export type ConfigRead = { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly faults: readonly ConfigFault[] };

export interface ReadConfigOptions {
  /** Stands in for the policy file: for tests. */
  readonly policyText?: string;
  /** Where local mode's own seal key comes from. */
  readonly random?: Random;
}

const demoPolicy = new URL('./demo-policy.yaml', import.meta.url);

/**
 * Reads the environment and the policy file: one frozen value, or every fault at once with its remedy. Nothing else reads the environment.
 * Without Bot Framework credentials it is local mode, which makes a seal key of its own under the data folder, once nothing else is wrong.
 *
 * No variable changes time, randomness, or the hosts and trust of Microsoft and Twilio; those of Node and of libraries that would are refused.
 */
export function readConfig(environment: Environment, options: ReadConfigOptions = {}): ConfigRead {
  const settings = new Settings(environment);
  const mode = settings.has('MicrosoftAppId') || settings.has('MicrosoftAppPassword') ? 'production' : 'local';
  const policy = policyOf(settings, mode, options.policyText);

  const port = settings.whole('PORT', 3978, 1, 65_535);
  const host = settings.text('HOST') ?? (mode === 'local' ? '127.0.0.1' : '0.0.0.0');
  const publicUrl = settings.url('PUBLIC_URL', ['https:', 'http:']) ?? (mode === 'local' ? `http://localhost:${port}` : '');
  const proxyHops = settings.whole('TRUSTED_PROXY_HOPS', 0, 0, 5);
  const rpId = readRpId(settings, publicUrl, policy);
  const redisUrl = settings.url('REDIS_URL', ['redis:', 'rediss:']);
  const smtpUrl = settings.url('SMTP_URL', ['smtp:', 'smtps:']);
  const logLevel = settings.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'] as const, 'info');
  const bot = mode === 'local' ? null : readBot(settings, policy);
  const twilio = mode === 'local' ? null : readTwilio(settings);
  const mailFrom =
    settings.matching('MAIL_FROM', /^[^\s@<>]+@[^\s@<>]+$/, 'a mail address') ?? `latchkey@${policy?.organisation.domains[0] ?? ''}`;
  const dataDir = settings.text('DATA_DIR') ?? '.latchkey';

  const breachedDir = readBreachedDir(settings, policy);

  const hookSecrets = readHookSecrets(settings, policy);
  const parts = { host, publicUrl, redisUrl, smtpUrl, policy };
  refuseDecorated(settings, publicUrl);
  if (mode === 'local') localFence(settings, parts);
  else productionFence(settings, parts);
  const named = mode === 'production' ? settings.text('DIRECTORY') : null;
  const ldap = named === 'active-directory' || named === 'hybrid' ? readLdap(settings) : null;
  const entra = named === 'entra' || named === 'hybrid' ? readEntra(settings, policy) : null;

  const given = settings.text('SEAL_KEYS');
  const sealed =
    given !== null
      ? readSealKeys(given)
      : mode === 'local' && settings.faults.length === 0
        ? localSealKeys(dataDir, options.random ?? systemRandom)
        : null;
  if (sealed?.ok === false) settings.refuse(given === null ? 'DATA_DIR' : 'SEAL_KEYS', sealed.what, sealed.remedy);

  if (settings.faults.length > 0 || policy === null || sealed?.ok !== true) return { ok: false, faults: settings.faults };
  const config: Config = {
    mode,
    host,
    port,
    publicUrl,
    proxyHops,
    rpId,
    dataDir,
    redisUrl,
    bot,
    sealKeys: sealed.keys,
    smtpUrl,
    mailFrom,
    twilio,
    ldap,
    breachedDir,
    entra,
    hookSecrets,
    logLevel,
    policy: withDeskHere(policy, publicUrl),
  };
  return { ok: true, config: deepFrozen(config) };
}

/** The policy; null when it has faults, which are noted. */
function policyOf(settings: Settings, mode: Config['mode'], given: string | undefined): Policy | null {
  const path = settings.text('POLICY_FILE');
  if (given === undefined && path === null && mode === 'production') {
    settings.refuse('POLICY_FILE', 'is missing', 'Copy src/config/default-policy.yaml, fill it in, and name the copy here.');
    return null;
  }
  let text = given;
  try {
    text ??= readFileSync(path ?? demoPolicy, 'utf8');
  } catch {
    settings.refuse('POLICY_FILE', `${path ?? 'the demo policy'} cannot be read`, "Name a file that the server's user can read.");
    return null;
  }
  const read = readPolicy(text, path ?? 'policy file');
  if (read.ok) return read.policy;
  settings.faults.push(...read.faults.map(({ where, what, remedy }) => ({ where, what, remedy })));
  return null;
}

/** A folder of range files; its first one must be there, so that a wrong folder is no list without a word. */
function readBreachedDir(settings: Settings, policy: Policy | null): string | null {
  const folder = settings.text('BREACHED_PASSWORDS_DIR');
  if (folder === null) return null;
  if (!['00000.txt', '00000'].some((name) => existsSync(join(folder, name)))) {
    settings.refuse('BREACHED_PASSWORDS_DIR', 'holds no range files: 00000.txt is not there', 'Name the folder of the range files.');
  }
  if (policy !== null && policy.password.breachedService !== 'none') {
    settings.refuse('BREACHED_PASSWORDS_DIR', 'is set, and so is password.breachedService in the policy file', 'Keep one of the two.');
  }
  return folder;
}

function readTwilio(settings: Settings): Config['twilio'] {
  if (!usesTwilio(settings)) return null;
  const accountSid = settings.needed('TWILIO_ACCOUNT_SID', 'Write the account SID from the Twilio console.', /^AC[0-9a-f]{32}$/i);
  const authToken = settings.needed('TWILIO_AUTH_TOKEN', 'Write the auth token from the Twilio console.');
  const from = settings.needed(
    'TWILIO_FROM',
    'Write the sending number (+46...) or the messaging service (MG...).',
    /^(\+[1-9]\d{6,14}|MG[0-9a-f]{32})$/i,
  );
  const callFrom = settings.matching('TWILIO_CALL_FROM', /^\+[1-9]\d{6,14}$/, 'the number that calls (+46...)');
  if (accountSid === null || authToken === null || from === null) return null;
  return { accountSid, authToken, from, callFrom: callFrom ?? (from.startsWith('+') ? from : null) };
}

/** The demo's helpdesk is the chat that this very server shows, whose address the policy file cannot know. */
function withDeskHere(policy: Policy, publicUrl: string): Policy {
  const { contacts } = policy;
  if (contacts.desk.serviceUrl !== 'here') return policy;
  return { ...policy, contacts: { ...contacts, desk: { ...contacts.desk, serviceUrl: `${publicUrl}${connectorPath}` } } };
}
