import type { Language } from '../config/policy.ts';
import { readHappened, type Happened } from '../delivery/happened.ts';
import { happeningOfAddress, notMePath } from '../delivery/not-me.ts';
import type { PlainRequest, PlainResponse, Route } from '../server/route.ts';
import { keys } from '../store/keys.ts';
import { answer, seeOther } from './answers.ts';
import { basePath, isFromOurPage, preferred } from './visit.ts';
import type { PageNeeds } from './needs.ts';
import { notMeDonePage, notMeOverPage, notMePage } from './views/not-me.ts';
import { foreignPage } from './views/plain.ts';
import { pageWords } from './views/words.ts';
import type { Layout } from './views/layout.ts';

export interface NotMeNeeds extends Pick<PageNeeds, 'store' | 'clock' | 'keys' | 'sentences' | 'policy' | 'publicUrl'> {
  /** Freezes the account that something happened to. `frozen`: it is, by this or since before. */
  readonly freeze: (happening: string) => Promise<'frozen' | 'over'>;
  /** Whether the account is frozen because of this very happening. */
  readonly isFrozenBy: (happened: Happened) => Promise<boolean>;
}

/**
 * The page that a notice's link leads to (I17). It has no page number, because it gives nothing: it says nothing of the account, may be opened by
 * anybody and as often as they like, a mail scanner too, and acts once, on its pressed button.
 */
export const notMeRoutes = (needs: NotMeNeeds): readonly Route[] => [
  { method: 'GET', path: `${notMePath}/:address`, handle: async (request) => show(needs, request) },
  { method: 'POST', path: `${notMePath}/:address`, handle: async (request) => take(needs, request) },
];

async function show(needs: NotMeNeeds, request: PlainRequest): Promise<PlainResponse> {
  const happened = await happenedOf(needs, request);
  const say = speaker(needs, request, happened?.language ?? null);
  if (happened === null) return say(404, notMeOverPage);
  if (!happened.used) return say(200, notMePage);
  return (await needs.isFrozenBy(happened)) ? say(200, notMeDonePage) : say(404, notMeOverPage);
}

async function take(needs: NotMeNeeds, request: PlainRequest): Promise<PlainResponse> {
  const happened = await happenedOf(needs, request);
  const say = speaker(needs, request, happened?.language ?? null);
  if (happened === null) return say(404, notMeOverPage);
  if (request.form === null || !isFromOurPage(needs, request)) return say(403, foreignPage);
  const frozen = await needs.freeze(happened.id);
  if (frozen === 'over') return say(404, notMeOverPage);
  return seeOther(`${basePath(needs)}${notMePath}/${request.params['address'] ?? ''}`, null);
}

/** What the link names; null for a wrong token and for what is over or forgotten, which all get the same answer. */
async function happenedOf({ store, clock, keys: seals }: NotMeNeeds, request: PlainRequest): Promise<Happened | null> {
  const id = happeningOfAddress(seals, request.params['address'] ?? '');
  if (id === null) return null;
  const key = keys.happened(id);
  const { rows } = await store.open({ key, owner: null, now: clock.now() });
  return readHappened(rows.get(key)?.value ?? null, clock.now());
}

function speaker(needs: NotMeNeeds, request: PlainRequest, spoken: Language | null) {
  const language = spoken ?? preferred(request.headers['accept-language']);
  const words = pageWords(needs.sentences, language, needs.policy.organisation.name);
  return (status: number, page: (of: typeof words) => Layout): PlainResponse => answer(status, words, basePath(needs), page(words));
}
