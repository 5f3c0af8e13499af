import { createHash, timingSafeEqual } from 'node:crypto';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { decodeAttestationObject, isoBase64URL } from '@simplewebauthn/server/helpers';
import { z } from 'zod';
import type { RelyingParty } from './relying-party.ts';
import type { Credential } from './security-key.ts';

/** ES256, EdDSA and RS256 (COSE): what keys in use sign with. */
const algorithms = [-7, -8, -257];

/** How long a browser waits for the person to find and touch the key, ms. */
const timeout = 120_000;

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const credentialShape = {
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}).default({}),
};
const attestationSchema = z.object({
  ...credentialShape,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(32)).max(10).optional(),
  }),
});
const assertionSchema = z.object({
  ...credentialShape,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
});

/** Who registers a key. */
export interface KeyUser {
  readonly accountId: string;
  readonly userId: string;
  readonly name: string;
}

/** What a key may keep to know its account by: no name, number or address, and the same each time. */
const handleOf = (party: RelyingParty, accountId: string): Buffer => createHash('sha256').update(`${party.id}\n${accountId}`).digest();

/** What the browser is asked for a new credential with, as JSON. `had`: the account's keys, which make no second one. */
export async function registrationOptions(
  party: RelyingParty,
  user: KeyUser,
  nonce: Buffer,
  had: readonly Credential[],
  attested: boolean,
): Promise<string> {
  const options = await generateRegistrationOptions({
    rpName: party.name,
    rpID: party.id,
    userID: new Uint8Array(handleOf(party, user.accountId)),
    userName: user.userId,
    userDisplayName: user.name,
    challenge: new Uint8Array(nonce),
    timeout,
    attestationType: attested ? 'direct' : 'none',
    excludeCredentials: had.map(descriptor),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    preferredAuthenticatorType: 'securityKey',
    supportedAlgorithmIDs: algorithms,
  });
  return JSON.stringify(options);
}

/** What the browser is asked for an assertion with, as JSON. */
export async function assertionOptions(party: RelyingParty, nonce: Buffer, allowed: readonly Credential[]): Promise<string> {
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    challenge: new Uint8Array(nonce),
    timeout,
    userVerification: 'required',
    allowCredentials: allowed.map(descriptor),
  });
  return JSON.stringify(options);
}

const descriptor = ({ id, transports }: Credential) => ({ id, transports: [...transports] as AuthenticatorTransport[] });

/** `form`: nothing a key answered. `unverified`: not signed for this page, site and challenge, or the person was not verified. */
export type Registration =
  | { readonly ok: true; readonly credential: Credential }
  | { readonly ok: false; readonly reason: 'form' | 'unverified' | 'model' };

/**
 * Verifies a new credential: challenge, origin, RP ID, user presence and verification, algorithm, and the attestation statement (R16).
 * @param models AAGUIDs of the models that are allowed; none: every model. A model is believed of a statement alone whose signature is by a
 *   certificate: one that a key signs itself with its new key says nothing of who made it.
 */
export async function verifyRegistration(
  party: RelyingParty,
  nonces: readonly Buffer[],
  answer: string,
  models: readonly string[],
): Promise<Registration> {
  const read = attestationSchema.safeParse(json(answer));
  if (!read.success) return { ok: false, reason: 'form' };
  const response = read.data as RegistrationResponseJSON;
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: (given) => isOneOf(nonces, given),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserPresence: true,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
    if (!verified) return { ok: false, reason: 'unverified' };
    const { credential, aaguid, attestationObject, credentialDeviceType } = registrationInfo;
    if (models.length > 0 && !(isAttested(attestationObject) && models.includes(aaguid))) return { ok: false, reason: 'model' };
    return {
      ok: true,
      credential: {
        id: credential.id,
        publicKey: isoBase64URL.fromBuffer(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
        model: models.length > 0 ? aaguid : null,
        copies: credentialDeviceType === 'multiDevice',
      },
    };
  } catch {
    // The library says what is wrong by throwing; whatever it is, nothing was verified.
    return { ok: false, reason: 'unverified' };
  }
}

export type Assertion =
  | { readonly ok: true; readonly credential: Credential }
  /** `copied`: right, but its counter did not go forward (WebAuthn Level 3, 7.2 step 22): there may be two of it. */
  | { readonly ok: false; readonly reason: 'form' | 'unverified' | 'unknown' }
  | { readonly ok: false; readonly reason: 'copied'; readonly credential: Credential };

/** Verifies an assertion by one of these credentials: challenge, origin, RP ID, user presence and verification, signature, counter (R16). */
export async function verifyAssertion(
  party: RelyingParty,
  accountId: string,
  nonces: readonly Buffer[],
  answer: string,
  credentials: readonly Credential[],
): Promise<Assertion> {
  const read = assertionSchema.safeParse(json(answer));
  if (!read.success) return { ok: false, reason: 'form' };
  const response = read.data as AuthenticationResponseJSON;
  const known = credentials.find(({ id }) => id === response.id);
  if (known === undefined) return { ok: false, reason: 'unknown' };
  const { userHandle } = response.response;
  if (userHandle && userHandle !== handleOf(party, accountId).toString('base64url')) return { ok: false, reason: 'unverified' };
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: (given) => isOneOf(nonces, given),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      // Its counter is weighed below: the library would take a copied key for a wrong answer.
      credential: { id: known.id, publicKey: isoBase64URL.toBuffer(known.publicKey), counter: 0 },
    });
    if (!verified) return { ok: false, reason: 'unverified' };
    const { newCounter } = authenticationInfo;
    const counts = newCounter > 0 || known.counter > 0;
    if (counts && newCounter <= known.counter) return { ok: false, reason: 'copied', credential: known };
    return { ok: true, credential: { ...known, counter: newCounter } };
  } catch {
    return { ok: false, reason: 'unverified' };
  }
}

/** Whether a certificate signed the attestation, so that the AAGUID in it is more than the key's own word. */
function isAttested(attestationObject: Uint8Array<ArrayBuffer>): boolean {
  const decoded = decodeAttestationObject(attestationObject);
  const certificates = decoded.get('attStmt').get('x5c');
  return decoded.get('fmt') === 'packed' && Array.isArray(certificates) && certificates.length > 0;
}

/** Compared in constant time, as all that is compared is (R9). */
function isOneOf(nonces: readonly Buffer[], given: string): boolean {
  const bytes = Buffer.from(given, 'base64url');
  return nonces.some((nonce) => nonce.length === bytes.length && timingSafeEqual(nonce, bytes));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
