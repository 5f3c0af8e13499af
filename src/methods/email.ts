import { z } from 'zod';
import type { AccountState } from '../directory/port.ts';
import type { SendingMethod, Taken } from './method.ts';

/** A code by mail to an alternate address: for reset and unlock as a second gate only, never for more (I2). */
export const email: SendingMethod = {
  kind: 'email',
  sends: true,
  isTelephony: false,
  take: (answer, { account, policy }) => takeAddress(answer ?? '', account, policy.organisation.domains),
  minutes: (limits) => limits.mailMinutes,
  parcel: (id, secret, { subject, text }) => ({ kind: 'mail', id, to: secret, subject, text }),
  accountsPerPlace: () => null,
};

const address = z.email().max(254);

/**
 * Reads an alternate address. The work address, its aliases and everything under the company's domains are refused: whoever lost the
 * password cannot read them.
 */
function takeAddress(answer: string, account: AccountState, domains: readonly string[]): Taken {
  const parsed = address.safeParse(answer.trim());
  if (!parsed.success) return { ok: false, reason: 'not-an-address' };
  const at = parsed.data.lastIndexOf('@');
  const domain = parsed.data.slice(at + 1).toLowerCase();
  // The part before the @ is the receiving side's to read (RFC 5321 2.4); it is kept as typed and compared without case.
  const secret = `${parsed.data.slice(0, at)}@${domain}`;
  const own = [account.userId, account.workMail, ...account.workAddresses];
  if (own.some((each) => each?.toLowerCase() === secret.toLowerCase())) return { ok: false, reason: 'work-address' };
  if (domains.some((each) => domain === each || domain.endsWith(`.${each}`))) return { ok: false, reason: 'company-domain' };
  return { ok: true, secret, masked: maskAddress(secret) };
}

/** `a...@example.org`; an address is ASCII before the @ (RFC 5321). */
export function maskAddress(whole: string): string {
  const at = whole.lastIndexOf('@');
  return `${whole.slice(0, 1)}...${whole.slice(at)}`;
}
