import type { PlainResponse } from '../server/route.ts';
import { newId } from '../security/ids.ts';
import { changePage } from './change-page.ts';
import type { PageNeeds } from './needs.ts';
import { PageAddresses } from './page-links.ts';
import { isLive } from './page-record.ts';
import { elsewherePage, numberPage } from './views/plain.ts';
import { holderMac, type Visit } from './visit.ts';

type Claimed = { readonly is: 'claimed' | 'over' | 'elsewhere' } | { readonly is: 'wrong'; readonly left: number };

/**
 * The page number was typed (I21). The first browser to type it right holds the page, and the chat is told; three wrong ones end it.
 * A page that somebody holds weighs no more numbers.
 */
export async function claim(needs: PageNeeds, visit: Visit, typed: string): Promise<PlainResponse> {
  if (visit.held !== null) return visit.again();
  const digits = typed.normalize('NFKC').replace(/[\s.-]/g, '');
  if (!/^\d{4}$/.test(digits)) return visit.show(422, numberPage(visit.words, visit.words.say('number.form')));
  const isRight = new PageAddresses(needs.keys, needs.publicUrl).isNumber(visit.address, digits);
  const cookie = newId(needs.random);
  const holder = holderMac(needs, visit.page.id, cookie);
  const now = needs.clock.now();

  const claimed = await changePage<Claimed>(needs, visit.page.id, (page) => {
    if (page === null || !isLive(page, now)) return { state: null, result: { is: 'over' } };
    if (page.state.is !== 'open') return { state: null, result: { is: 'elsewhere' } };
    if (isRight) {
      return {
        state: { is: 'held', holder },
        tell: { type: 'page.claimed', page: page.id },
        told: { act: 'page.claim', verdict: 'allowed', reason: 'I21' },
        result: { is: 'claimed' },
      };
    }
    const left = page.state.triesLeft - 1;
    const told = { act: 'page.claim', verdict: 'refused', reason: 'I21', actor: 'unknown' } as const;
    if (left > 0) return { state: { is: 'open', triesLeft: left }, told, result: { is: 'wrong', left } };
    return { state: { is: 'ended' }, tell: { type: 'page.failed', page: page.id, reason: 'too-many-tries' }, told, result: { is: 'over' } };
  });

  switch (claimed.is) {
    case 'claimed':
      return visit.again(cookie);
    case 'wrong':
      return visit.show(422, numberPage(visit.words, visit.words.say('number.wrong', { left: claimed.left })));
    case 'elsewhere':
      return visit.show(409, elsewherePage(visit.words));
    case 'over':
      return visit.over();
  }
}

/**
 * At the front door the conversation's own cookie takes the number's place (I21): the browser that holds the conversation holds its page as soon as it comes, and
 * no other ever does.
 */
export function claimAtDoor(needs: PageNeeds, pageId: string, conversation: string): Promise<void> {
  const now = needs.clock.now();
  return changePage<void>(needs, pageId, (page) =>
    page === null || !isLive(page, now) || page.state.is !== 'open'
      ? { state: null, result: undefined }
      : {
          state: { is: 'held', holder: holderMac(needs, page.id, conversation) },
          tell: { type: 'page.claimed', page: page.id },
          told: { act: 'page.claim', verdict: 'allowed', reason: 'I21' },
          result: undefined,
        },
  );
}
