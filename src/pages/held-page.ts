import type { AccountState } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import type { PlainResponse } from '../server/route.ts';
import { changePage, type PageTold } from './change-page.ts';
import type { PageNeeds } from './needs.ts';
import { isLive, type PageRecord } from './page-record.ts';
import { unavailablePage } from './views/plain.ts';
import type { Visit } from './visit.ts';

/** A visit by the browser that holds the page, which is live; `account` was read for this request. */
export interface HeldVisit extends Visit {
  readonly held: string;
  /** The mac of its cookie, as the page's row has it. */
  readonly holder: string;
  readonly account: AccountState;
}

/** Ends a page without its act, and tells the chat why. Does nothing to one that is no longer live. */
export const failPage = (
  needs: PageNeeds,
  pageId: string,
  reason: 'too-many-tries' | 'locked' | 'not-eligible',
  told: Pick<PageTold, 'act' | 'reason'>,
): Promise<void> =>
  changePage<void>(needs, pageId, (page) =>
    page === null || !isLive(page, needs.clock.now())
      ? { state: null, result: undefined }
      : {
          state: { is: 'ended' },
          tell: { type: 'page.failed', page: page.id, reason },
          told: { ...told, verdict: 'refused' },
          result: undefined,
        },
  );

/** The page is live and this browser holds it still: what was true when its form arrived may have changed since. */
export const isStillHeld = (needs: PageNeeds, visit: Visit, page: PageRecord | null): page is PageRecord =>
  page !== null && isLive(page, needs.clock.now()) && page.state.is === 'held' && visit.held !== null;

/** Runs `ask` of the directory; where it cannot be reached the page says so and stays. */
export async function orUnavailable(visit: Visit, ask: () => Promise<PlainResponse>): Promise<PlainResponse> {
  try {
    return await ask();
  } catch (fault) {
    if (fault instanceof LatchkeyError && (fault.kind === 'unavailable' || fault.kind === 'doubtful')) {
      return visit.show(503, unavailablePage(visit.words));
    }
    throw fault;
  }
}
