import type { DoorKeyPage } from '../methods/door-key.ts';
import type { PlainResponse } from '../server/route.ts';
import { changePage, isStale, type PageTold } from './change-page.ts';
import type { PageNeeds } from './needs.ts';
import type { PageRecord } from './page-record.ts';
import { isLive } from './page-record.ts';
import { doorKeyPage } from './views/door-key.ts';
import { csrfToken, type Visit } from './visit.ts';

/** The button that asks a key, whichever it is: no account and no key is named (I20). `wrong` says what became of the last answer. */
export async function showDoorKey(needs: PageNeeds, visit: Visit, status = 200, wrong: string | null = null): Promise<PlainResponse> {
  const options = await needs.rules.doorKey.open(subjectOf(needs, visit.page));
  if (options === null || visit.held === null) return visit.over();
  return visit.show(status, doorKeyPage(visit.words, { csrf: csrfToken(needs, visit.page.id, visit.held), options, wrong }));
}

/**
 * What a key answered. Weighed once: whatever becomes of it, the next answer on this page must be to another challenge. The verdict, the page's state and what
 * the chat is told are one commit. No digits are carried over: the page is of the same browser as the chat (I21).
 */
export async function takeDoorKey(needs: PageNeeds, visit: Visit, form: URLSearchParams): Promise<PlainResponse> {
  const { page, words } = visit;
  const answer = form.get('answer') ?? '';
  for (;;) {
    const weighed = await needs.rules.doorKey.weigh(subjectOf(needs, page), answer);
    if (weighed.is === 'over') return visit.over();
    if (weighed.is === 'form') return showDoorKey(needs, visit, 422, words.say('security-key.form'));
    const settled = await changePage<'done' | 'lost' | 'stale'>(needs, page.id, (now, rows) => {
      if (now === null || !isLive(now, needs.clock.now()) || now.state.is !== 'held' || ceremonyOf(now) !== ceremonyOf(page))
        return { state: null, result: 'lost' };
      if (isStale(rows, weighed.expect)) return { state: null, result: 'stale' };
      const { holder } = now.state;
      const told: PageTold = { act: 'security-key.ceremony', verdict: weighed.is === 'right' ? 'allowed' : 'refused', reason: weighed.is };
      const common = { also: weighed.parts, expect: weighed.expect, told, result: 'done' } as const;
      if (weighed.is === 'wrong') return { ...common, state: { is: 'held', holder, ceremony: ceremonyOf(now) + 1 } };
      return { ...common, state: weighed.is === 'right' ? { is: 'done', holder } : { is: 'ended' } };
    });
    if (settled === 'stale') continue;
    needs.wake(page.stack);
    if (settled === 'lost') return visit.again();
    if (weighed.is !== 'wrong') return weighed.is === 'right' ? visit.again() : visit.over();
    const counted: Visit = { ...visit, page: { ...page, state: { is: 'held', holder: '', ceremony: ceremonyOf(page) + 1 } } };
    return showDoorKey(needs, counted, 422, words.say('security-key.wrong', { left: weighed.left }));
  }
}

const ceremonyOf = ({ state }: PageRecord): number => (state.is === 'held' ? (state.ceremony ?? 0) : 0);

const subjectOf = ({ clock }: PageNeeds, page: PageRecord): DoorKeyPage => ({
  page: page.id,
  accountId: page.account,
  challenge: page.challenge ?? '',
  stack: page.stack,
  ceremony: ceremonyOf(page),
  now: clock.now(),
});
