import type { ChallengeId, DraftId } from '../../dialogs/views.ts';
import type { AccountState } from '../directory/port.ts';
import type { CeremonyWeighed, KeyPageHeld } from '../methods/key-page.ts';
import type { PlainResponse } from '../server/route.ts';
import type { Key } from '../store/port.ts';
import { wishOfPurpose } from './answer-security-questions.ts';
import { changePage, isStale, type PageTold } from './change-page.ts';
import { isStillHeld, type HeldVisit } from './held-page.ts';
import type { PageNeeds, PageWish } from './needs.ts';
import { keyCeremonyPage, keyDigitsPage } from './views/key-ceremony.ts';
import { csrfToken } from './visit.ts';

/** What an account must be eligible for to have a key's page; null when nothing is asked on it any more. */
export async function keyPageWish(
  { rules }: PageNeeds,
  subject: {
    readonly account: AccountState;
    readonly draft: DraftId | null;
    readonly challenge: ChallengeId | null;
    readonly stack: Key;
    readonly session: string;
    readonly now: number;
  },
): Promise<PageWish | null> {
  const purpose = await rules.key.purpose(subject);
  return purpose === null ? null : wishOfPurpose(purpose);
}

/** What for, and the button that asks the key. `wrong` says what became of the last answer. */
export async function showKeyCeremony(
  needs: PageNeeds,
  visit: HeldVisit,
  status = 200,
  wrong: string | null = null,
): Promise<PlainResponse> {
  const open = await needs.rules.key.open(held(needs, visit));
  if (open === null) return visit.over();
  const { options, purpose } = open;
  const view = { userId: visit.account.userId, csrf: csrfToken(needs, visit.page.id, visit.held), options, purpose, wrong };
  return visit.show(status, keyCeremonyPage(visit.words, visit.page, view));
}

/**
 * What a key answered. Weighed once: whatever becomes of it, the next answer on this page must be to another challenge. What it proves, the
 * page's state and what the chat is told are one commit.
 */
export async function takeKeyAnswer(needs: PageNeeds, visit: HeldVisit, form: URLSearchParams): Promise<PlainResponse> {
  const answer = form.get('answer') ?? '';
  for (;;) {
    const weighed = await needs.rules.key.weigh(held(needs, visit), answer);
    if (weighed.is === 'over') return visit.again();
    const done = await settle(needs, visit, weighed);
    if (done === 'done') return shown(needs, visit, weighed);
    // Another click was faster: the page shows what came of it.
    if (done === 'lost') return visit.again();
  }
}

/** The digits to be typed in the chat, until they were. */
export async function showKeyDigits(needs: PageNeeds, visit: HeldVisit): Promise<PlainResponse> {
  const digits = await needs.rules.key.digits(held(needs, visit));
  return visit.show(200, keyDigitsPage(visit.words, visit.page, { userId: visit.account.userId, digits }));
}

type Weighed = Exclude<CeremonyWeighed, { is: 'over' }>;

function settle(needs: PageNeeds, visit: HeldVisit, weighed: Weighed): Promise<'done' | 'lost' | 'stale'> {
  const before = ceremonyOf(visit);
  const expect = 'expect' in weighed ? weighed.expect : {};
  const committed = changePage<'done' | 'lost' | 'stale'>(needs, visit.page.id, (page, rows) => {
    if (!isStillHeld(needs, visit, page) || page.state.is !== 'held' || (page.state.ceremony ?? 0) !== before)
      return { state: null, result: 'lost' };
    if (isStale(rows, expect)) return { state: null, result: 'stale' };
    const also = 'parts' in weighed ? weighed.parts : {};
    const common = { also, expect, told: toldOf(weighed), result: 'done' } as const;
    const { holder } = visit;
    switch (weighed.is) {
      case 'right': {
        const outcome = { page: page.kind === 'enrol-security-key' ? page.kind : 'use-security-key' } as const;
        return { ...common, state: { is: 'done', holder }, tell: { type: 'page.done', page: page.id, outcome } };
      }
      case 'exhausted':
      case 'copied':
        return { ...common, state: { is: 'ended' } };
      case 'form':
        return { state: null, result: 'done' };
      case 'wrong':
      case 'model':
      case 'known':
        return { ...common, state: { is: 'held', holder, ceremony: before + 1 } };
    }
  });
  return committed.then((result) => {
    // Told to the chat by parts of the commit, not as news of the page.
    if (result === 'done' && (weighed.is === 'exhausted' || weighed.is === 'copied')) needs.wake(visit.page.stack);
    return result;
  });
}

const toldOf = ({ is }: Weighed): PageTold => ({
  act: 'security-key.ceremony',
  verdict: is === 'right' ? 'allowed' : 'refused',
  reason: is,
});

async function shown(needs: PageNeeds, visit: HeldVisit, weighed: Weighed): Promise<PlainResponse> {
  const say = (key: string, left = 0): string => visit.words.say(`security-key.${key}`, { left });
  switch (weighed.is) {
    case 'right':
      return visit.again();
    case 'exhausted':
    case 'copied':
      return visit.over();
    case 'wrong':
      return showKeyCeremony(needs, counted(visit), 422, say('wrong', weighed.left));
    case 'model':
    case 'known':
      return showKeyCeremony(needs, counted(visit), 422, say(weighed.is));
    case 'form':
      return showKeyCeremony(needs, visit, 422, say('form'));
  }
}

const ceremonyOf = ({ page }: HeldVisit): number => (page.state.is === 'held' ? (page.state.ceremony ?? 0) : 0);

/** The page as it is after one answer more. */
const counted = (visit: HeldVisit): HeldVisit => ({
  ...visit,
  page: { ...visit.page, state: { is: 'held', holder: visit.holder, ceremony: ceremonyOf(visit) + 1 } },
});

const held = ({ clock }: PageNeeds, visit: HeldVisit): KeyPageHeld => {
  const { id, draft, challenge, stack, session, door, language } = visit.page;
  return {
    account: visit.account,
    page: id,
    draft,
    challenge,
    stack,
    session,
    door,
    language,
    ceremony: ceremonyOf(visit),
    now: clock.now(),
  };
};
