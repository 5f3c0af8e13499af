import { domainToASCII } from 'node:url';
import { z } from 'zod';
import type { AccountState } from '../directory/port.ts';
import { isGroupMailbox } from './group-mailboxes.ts';
import type { SendingMethod, Taken } from './method.ts';

/** A code by mail to an alternate address: for reset and unlock as a second gate only, never for more (I2). */
export const email: SendingMethod = {
  kind: 'email',
  sends: true,
  isTelephony: false,
  take: (answer, { account, policy }) => takeAddress(answer ?? '', account, policy.organisation.domains),
  minutes: (limits) => limits.mailMinutes,
  parcel: (id, secret, message) => ({ ...message, kind: 'mail', id, to: secret }),
  accountsPerPlace: () => null,
};

const address = z.email().max(254);

/**
 * Reads an alternate address. The work address, its aliases and everything under the company's domains are refused: whoever lost the
 * password cannot read them; and so is a mailbox that several people read. A domain is compared and kept in its ASCII form (RFC 5890), so
 * that one that only looks like another shows as what it is.
 */
function takeAddress(answer: string, account: AccountState, domains: readonly string[]): Taken {
  const typed = answer.trim();
  const split = typed.lastIndexOf('@');
  // Empty where the domain is none.
  const domain = split < 0 ? '' : domainToASCII(typed.slice(split + 1));
  const parsed = address.safeParse(`${typed.slice(0, split)}@${domain}`);
  if (!parsed.success) return { ok: false, reason: 'not-an-address' };
  // The part before the @ is the receiving side's to read (RFC 5321 2.4); it is kept as typed and compared without case.
  const secret = parsed.data;
  const own = [account.userId, account.workMail, ...account.workAddresses];
  if (own.some((each) => each !== null && sameMailbox(each, secret))) return { ok: false, reason: 'work-address' };
  if (domains.some((each) => domain === each || domain.endsWith(`.${each}`))) return { ok: false, reason: 'company-domain' };
  if (isGroupMailbox(secret.slice(0, secret.lastIndexOf('@')))) return { ok: false, reason: 'group-mailbox' };
  return { ok: true, secret, masked: maskAddress(secret) };
}

/** Whether mail to both ends up in one mailbox: case differs, or what was noted after a `+`. */
function sameMailbox(one: string, other: string): boolean {
  const plain = (whole: string): string => {
    const at = whole.lastIndexOf('@');
    const [local = ''] = whole.slice(0, at).toLowerCase().split('+');
    return `${local}@${domainToASCII(whole.slice(at + 1))}`;
  };
  return plain(one) === plain(other);
}

/** `a...@example.org`; an address is ASCII before the @ (RFC 5321). */
export function maskAddress(whole: string): string {
  const at = whole.lastIndexOf('@');
  return `${whole.slice(0, 1)}...${whole.slice(at)}`;
}
