import { isNativeError } from 'node:util/types';
import { Forbidden } from '../directory/faults.ts';
import { LatchkeyError } from '../errors.ts';

/** What a fault means to whoever set this up, and what they do about it. */
interface Explained {
  readonly why: string;
  readonly remedy: string;
}

/** Codes of Node, OpenSSL and undici that have one cause and one cure. */
const byCode: Readonly<Record<string, Explained>> = {
  ENOTFOUND: { why: 'there is no such host', remedy: 'Check how the address is spelt, and which name server this machine asks.' },
  EAI_AGAIN: { why: 'the name server does not answer', remedy: 'Check the name server of this machine, and its way to the network.' },
  ECONNREFUSED: { why: 'nothing listens there', remedy: 'Check host and port, whether it runs, and what a firewall between refuses.' },
  EHOSTUNREACH: { why: 'there is no way to that host', remedy: 'Check the routes and the firewall between.' },
  ENETUNREACH: { why: 'there is no way to that network', remedy: 'Check the routes and the firewall between.' },
  // Nodemailer's, which stand in the place of Node's.
  EDNS: { why: 'there is no such host', remedy: 'Check how the address is spelt, and which name server this machine asks.' },
  ECONNECTION: { why: 'no connection came about', remedy: 'Check host and port, and the firewall between.' },
  ECONNRESET: { why: 'it hung up', remedy: 'Check host and port, and whether it speaks what is expected there.' },
  ETIMEDOUT: { why: 'it does not answer in time', remedy: 'Check the firewall between, and whether the host is overloaded.' },
  UND_ERR_CONNECT_TIMEOUT: { why: 'it does not answer in time', remedy: 'Check the firewall between, and whether the host is overloaded.' },
  CERT_HAS_EXPIRED: { why: 'its certificate has expired', remedy: 'Renew the certificate there.' },
  CERT_NOT_YET_VALID: { why: 'its certificate is not valid yet', remedy: 'Check the clock of this machine; else the certificate there.' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    why: 'its certificate is for another name',
    remedy: 'Write the name that the certificate has, or give it a certificate with this name.',
  },
  ...Object.fromEntries(
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    ].map((code) => [
      code,
      {
        why: 'its certificate is signed by nobody whom this machine knows',
        remedy: 'For a domain controller name the authority in LDAP_CA_FILE; all else needs a certificate of a public authority.',
      },
    ]),
  ),
  // Twilio's own (twilio.com/docs/api/errors).
  20003: { why: 'Twilio takes neither the account nor the token (20003)', remedy: 'Correct TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.' },
  21408: {
    why: 'the account may not send to that country (21408)',
    remedy: 'Allow the country in the Twilio console, under geographic permissions.',
  },
  21606: { why: 'the sender may not send this (21606)', remedy: 'Name a number in TWILIO_FROM that can send text messages.' },
  21608: {
    why: 'a trial account sends to verified numbers only (21608)',
    remedy: 'Upgrade the account, or verify the number in the Twilio console.',
  },
  EAUTH: { why: 'it takes neither the user nor the password', remedy: 'Correct user and password there and here.' },
};

/** Every error of a chain: it, what caused it, and those that were tried side by side. Node's own are of another realm where tests run. */
function* chainOf(fault: unknown): Generator<Error> {
  if (!isNativeError(fault)) return;
  yield fault;
  const { errors } = fault as { readonly errors?: unknown };
  if (Array.isArray(errors)) for (const each of errors) yield* chainOf(each);
  yield* chainOf(fault.cause);
}

/** Never a text of the other side's that nobody has read: only what is known, our own words, or a code. */
export function explained(fault: unknown): Explained {
  const chain = [...chainOf(fault)];
  const forbidden = chain.find((each) => each instanceof Forbidden);
  if (forbidden !== undefined) return { why: `our own account may not (${forbidden.grant})`, remedy: sentence(forbidden.message) };
  const known = chain.map((each) => byCode[codeOf(each)] ?? byCode[certificateCode(each)]).find((each) => each !== undefined);
  if (known !== undefined) return known;
  const ours = chain.find((each) => each instanceof LatchkeyError);
  if (ours === undefined) return { why: codeOf(chain[0]) || 'it failed', remedy: 'Look at the log of that system.' };
  const code = chain.map(codeOf).find((each) => each !== '' && !each.startsWith('latchkey_'));
  return { why: `${ours.message}${code === undefined ? '' : ` (${code})`}`, remedy: remedyOf(ours) };
}

function remedyOf({ code, kind }: LatchkeyError): string {
  if (code === 'latchkey_directory_credentials') return 'Correct how we sign in there; src/directory/README.md says what it takes.';
  if (kind === 'doubtful') return 'It may have happened: look there before you try again.';
  if (kind === 'unavailable') return 'Check the address, the way to it, and whether it is up.';
  return `Look up ${code} in src/directory/README.md or SECURITY.md.`;
}

/** Nodemailer puts a code of its own in the place of OpenSSL's, whose words it keeps. */
function certificateCode({ message }: Error): string {
  if (/certificate has expired/u.test(message)) return 'CERT_HAS_EXPIRED';
  if (/self.signed certificate|unable to (verify|get).*certificate/u.test(message)) return 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  return /does not match certificate/u.test(message) ? 'ERR_TLS_CERT_ALTNAME_INVALID' : '';
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function codeOf(fault: Error | undefined): string {
  const { code } = (fault ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' || typeof code === 'number' ? String(code) : '';
}
