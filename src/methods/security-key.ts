import { z } from 'zod';
import type { CeremonyMethod } from './method.ts';
import { parseDocument } from './parse-document.ts';

const credentialSchema = z.strictObject({
  /** The credential's id, base64url; it belongs to one account. */
  id: z.string().min(1),
  /** COSE key (RFC 9052), base64url. */
  publicKey: z.string().min(1),
  /** The signature counter as the key last told it; 0 of a key that does not count. */
  counter: z.int().nonnegative(),
  /** How the browser may reach it, in the browser's own words. */
  transports: z.array(z.string()),
  /** Its model, where an attestation was asked for and verified; null otherwise. */
  model: z.string().nullable(),
  /** Whether it may be copied to other devices, as it says itself. */
  copies: z.boolean(),
});

/** A key's credential: what is kept of it is no secret, but names the person's key. */
export type Credential = Readonly<z.infer<typeof credentialSchema>>;

const secretSchema = z.strictObject({ credential: credentialSchema.nullable() });

/** What a method or draft keeps of a credential; null: a draft whose ceremony has yet to be held. */
export const writeCredential = (credential: Credential | null): string => JSON.stringify({ credential });

/** @throws LatchkeyError `latchkey_methods_unreadable` */
export const readCredential = (secret: string): Credential | null =>
  parseDocument('security key', secretSchema, JSON.parse(secret)).credential;

/** A security key (WebAuthn, R16): the key itself sees which site asks. */
export const securityKey: CeremonyMethod = {
  kind: 'security-key',
  sends: false,
  // Nothing is typed: the credential comes from the page, and its name with it.
  take: () => ({ ok: true, secret: writeCredential(null), masked: '' }),
  place(secret) {
    const credential = readCredential(secret);
    // In hexadecimal, since places are compared without case.
    return credential === null ? null : `webauthn:${Buffer.from(credential.id, 'base64url').toString('hex')}`;
  },
};
