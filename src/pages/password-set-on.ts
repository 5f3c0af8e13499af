import type { Act } from '../conversation/port.ts';
import { findPage } from './change-page.ts';
import type { PageNeeds } from './needs.ts';

/**
 * Whether this act's person set a password on this page, or got a temporary pass there, from this conversation: what may follow a password that was set follows the page, and
 * no proof has to be kept for it.
 */
export async function passwordSetOn(needs: PageNeeds, pageId: string, act: Pick<Act, 'accountId' | 'stack'>): Promise<boolean> {
  const page = await findPage(needs, pageId);
  if (page === null || page.account !== act.accountId || page.stack !== act.stack) return false;
  return ['new-password', 'change-password', 'temporary-pass'].includes(page.kind) && page.state.is === 'done';
}
