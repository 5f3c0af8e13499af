import { z } from 'zod';

/** What a token says of itself. Nothing of it is proved: it only decides whether it is worth proving. */
export interface UnprovedToken {
  readonly algorithm: string;
  readonly keyId: string;
  readonly issuer: string;
  /** Whether it ever expires. */
  readonly hasEnd: boolean;
}

const head = z.object({ alg: z.string(), kid: z.string() });
const claims = z.object({ iss: z.string(), exp: z.number().optional() });

/** Reads a bearer token of an `Authorization` header (RFC 7519); null for anything else. */
export function readUnproved(header: string): UnprovedToken | null {
  const parts = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/u.exec(header);
  const read = head.safeParse(decoded(parts?.[1]));
  const said = claims.safeParse(decoded(parts?.[2]));
  if (!read.success || !said.success) return null;
  return { algorithm: read.data.alg, keyId: read.data.kid, issuer: said.data.iss, hasEnd: said.data.exp !== undefined };
}

function decoded(part: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
