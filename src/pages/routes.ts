import type { PlainRequest, PlainResponse, Route } from '../server/route.ts';
import { assetRoutes } from './assets.ts';
import { claim, claimAtDoor } from './claim.ts';
import { failPage, orUnavailable, type HeldVisit } from './held-page.ts';
import { pageRooms } from './kinds.ts';
import type { PageNeeds, PageWish } from './needs.ts';
import { holderOf, isLive } from './page-record.ts';
import { signedInPath } from './present-sign-in.ts';
import { showSignedIn } from './signed-in.ts';
import { doorKeyDonePage } from './views/door-key.ts';
import { donePage, doubtfulPage, foreignPage, momentPage, numberPage, unavailablePage } from './views/plain.ts';
import { isCsrfToken, isFromOurPage, readVisit, type Visit } from './visit.ts';

/** The one-time pages and their assets. */
export const pageRoutes = (needs: PageNeeds): readonly Route[] => [
  { method: 'GET', path: '/page/:address', handle: (request) => show(needs, request) },
  { method: 'POST', path: '/page/:address', handle: (request) => take(needs, request) },
  ...(needs.directory.signIn === undefined
    ? []
    : [{ method: 'GET', path: signedInPath, handle: (request: PlainRequest) => showSignedIn(needs, request) } as const]),
  ...assetRoutes(),
];

/** Who visits what; a page of the front door is held by then. */
async function visitOf(needs: PageNeeds, request: PlainRequest): Promise<Visit | PlainResponse> {
  const visit = await readVisit(needs, request);
  if ('status' in visit || visit.page.door !== 'front-door' || visit.page.state.is !== 'open') return visit;
  const conversation = needs.doorConversation(request);
  if (conversation !== null) await claimAtDoor(needs, visit.page.id, conversation);
  return readVisit(needs, request);
}

/** Opening a page changes nothing, whoever opens it: a mail scanner, a preview, the person. */
async function show(needs: PageNeeds, request: PlainRequest): Promise<PlainResponse> {
  const visit = await visitOf(needs, request);
  if ('status' in visit) return visit;
  const { page, words } = visit;
  if (visit.held === null) return isLive(page, needs.clock.now()) ? visit.show(200, numberPage(words, null)) : visit.over();
  switch (page.state.is) {
    case 'setting':
      return visit.show(200, momentPage(words, page.kind));
    case 'doubtful':
      return visit.show(200, doubtfulPage(words, page.kind));
    case 'done':
      return showDone(needs, visit);
    case 'held':
      return isLive(page, needs.clock.now()) ? showHeld(needs, visit) : visit.over();
    case 'open':
    case 'ended':
      return visit.over();
  }
}

async function showDone(needs: PageNeeds, visit: Visit): Promise<PlainResponse> {
  const { page, words } = visit;
  const room = pageRooms[page.kind];
  if (room.endsInChat === true) return visit.over();
  if (doorRoomOf(visit) !== null) return visit.show(200, doorKeyDonePage(words));
  if (room.showDone === undefined) return visit.show(200, donePage(words, page.kind));
  return orUnavailable(visit, async () => {
    const held = await withAccount(needs, visit);
    return held === null ? visit.over() : (room.showDone?.(needs, held) ?? visit.over());
  });
}

function showHeld(needs: PageNeeds, visit: Visit): Promise<PlainResponse> {
  const atDoor = doorRoomOf(visit);
  if (atDoor !== null) return orUnavailable(visit, async () => atDoor.show(needs, visit));
  return orUnavailable(visit, async () => {
    const held = await withAccount(needs, visit);
    return held === null ? visit.over() : pageRooms[held.page.kind].show(needs, held);
  });
}

async function take(needs: PageNeeds, request: PlainRequest): Promise<PlainResponse> {
  const visit = await visitOf(needs, request);
  if ('status' in visit) return visit;
  const { page, words } = visit;
  const form = request.form;
  if (form === null || !isFromOurPage(needs, request)) return visit.show(403, foreignPage(words));
  const number = form.get('number');
  if (number !== null) return claim(needs, visit, number);

  const now = needs.clock.now();
  if (visit.held === null) return isLive(page, now) ? visit.show(403, numberPage(words, null)) : visit.over();
  if (!isCsrfToken(needs, page.id, visit.held, form.get('csrf') ?? '')) return visit.show(403, foreignPage(words));
  // Done, being set or over: what it is now is shown, and nothing is done twice.
  if (page.state.is !== 'held' || !isLive(page, now)) return visit.again();
  const atDoor = doorRoomOf(visit);
  return orUnavailable(visit, () => (atDoor === null ? act(needs, visit, form) : atDoor.take(needs, visit, form)));
}

/** What a page is at the front door before anything was proved there; null where it is as everywhere. */
const doorRoomOf = ({ page }: Visit) => (page.door === 'front-door' ? (pageRooms[page.kind].atDoor ?? null) : null);

async function act(needs: PageNeeds, visit: Visit, form: URLSearchParams): Promise<PlainResponse> {
  const held = await withAccount(needs, visit);
  const wish = held === null ? null : await wishOf(needs, held);
  if (held !== null && wish !== null && isOutOfReach(held, wish)) return visit.show(503, unavailablePage(visit.words));
  if (held === null || (wish !== null && !(await mayHave(needs, held, wish)))) {
    await failPage(needs, visit.page.id, 'not-eligible', { act: 'page.act', reason: 'I9' });
    return visit.over();
  }
  // What the page is about is gone: what is left of the page is shown.
  if (wish === null) return visit.again();
  return pageRooms[held.page.kind].take(needs, held, form);
}

/** The system that manages the password does not answer for now, which says nothing against the account: the page stays. What is registered is no concern of that system's. */
const isOutOfReach = ({ account }: HeldVisit, wish: PageWish): boolean =>
  account.passwordManaged === 'unreachable' && wish !== 'register' && wish !== 'register-first' && wish !== 'methods';

function wishOf(needs: PageNeeds, { account, page }: HeldVisit): Promise<PageWish | null> {
  const { proofs, draft, challenge, stack, session, door } = page;
  return pageRooms[page.kind].wish(needs, { proofs, account, draft, challenge, stack, session, door, now: needs.clock.now() });
}

function mayHave(needs: PageNeeds, { account, page: { door, stack, session, createdAt } }: HeldVisit, wish: PageWish): Promise<boolean> {
  return needs.rules.mayHave({ wish, account, door, stack, session, now: needs.clock.now(), openedAt: createdAt });
}

/** The account read again (I9); null when it is gone or disabled. */
async function withAccount(needs: PageNeeds, visit: Visit): Promise<HeldVisit | null> {
  const account = await needs.directory.find(visit.page.account);
  const holder = holderOf(visit.page);
  if (account === null || !account.enabled || visit.held === null || holder === null) return null;
  return { ...visit, held: visit.held, holder, account };
}
