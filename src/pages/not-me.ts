import type { Language } from '../config/policy.ts';
import { readAsked, type Asked } from '../delivery/asked.ts';
import { readHappened, type Happened } from '../delivery/happened.ts';
import { happeningOfAddress, notMePath } from '../delivery/not-me.ts';
import type { PlainRequest, PlainResponse, Route } from '../server/route.ts';
import { keys } from '../store/keys.ts';
import { answer, seeOther } from './answers.ts';
import { basePath, isFromOurPage, preferred } from './visit.ts';
import type { PageNeeds } from './needs.ts';
import { notMeDonePage, notMeOverPage, notMePage, type NotMeKind } from './views/not-me.ts';
import { foreignPage } from './views/plain.ts';
import { pageWords } from './views/words.ts';
import type { Layout } from './views/layout.ts';

export interface NotMeNeeds extends Pick<PageNeeds, 'store' | 'clock' | 'keys' | 'sentences' | 'policy' | 'publicUrl'> {
  /** Freezes the account that something happened to. `frozen`: it is, by this or since before. */
  readonly freeze: (happening: string) => Promise<'frozen' | 'over'>;
  /** Reports a code that nobody asked for. */
  readonly report: (asked: string) => Promise<'reported' | 'over'>;
  /** Whether the account is frozen because of this very happening. */
  readonly isFrozenBy: (happened: Happened) => Promise<boolean>;
}

/**
 * The page that the link of a notice, or of a code's mail, leads to (I17). It has no page number, because it gives nothing: it says nothing of the account, may be opened by
 * anybody and as often as they like, a mail scanner too, and acts once, on its pressed button.
 */
export const notMeRoutes = (needs: NotMeNeeds): readonly Route[] => [
  { method: 'GET', path: `${notMePath}/:address`, handle: async (request) => show(needs, request) },
  { method: 'POST', path: `${notMePath}/:address`, handle: async (request) => take(needs, request) },
];

async function show(needs: NotMeNeeds, request: PlainRequest): Promise<PlainResponse> {
  const named = await namedBy(needs, request);
  const say = speaker(needs, request, named?.language ?? null);
  if (named === null) return say(404, notMeOverPage);
  if (!named.used) return say(200, notMePage(kindOf(named)));
  const holds = 'asked' in named || (await needs.isFrozenBy(named));
  return holds ? say(200, notMeDonePage(kindOf(named))) : say(404, notMeOverPage);
}

async function take(needs: NotMeNeeds, request: PlainRequest): Promise<PlainResponse> {
  const named = await namedBy(needs, request);
  const say = speaker(needs, request, named?.language ?? null);
  if (named === null) return say(404, notMeOverPage);
  if (request.form === null || !isFromOurPage(needs, request)) return say(403, foreignPage);
  const done = 'asked' in named ? await needs.report(named.id) : await needs.freeze(named.id);
  if (done === 'over') return say(404, notMeOverPage);
  return seeOther(`${basePath(needs)}${notMePath}/${request.params['address'] ?? ''}`, null);
}

const kindOf = (named: Happened | Asked): NotMeKind => ('asked' in named ? 'not-asked' : 'not-me');

/** What the link names; null for a wrong token and for what is over or forgotten, which all get the same answer. */
async function namedBy({ store, clock, keys: seals }: NotMeNeeds, request: PlainRequest): Promise<Happened | Asked | null> {
  const id = happeningOfAddress(seals, request.params['address'] ?? '');
  if (id === null) return null;
  const key = keys.happened(id);
  const { rows } = await store.open({ key, owner: null, now: clock.now() });
  const value = rows.get(key)?.value ?? null;
  return readHappened(value, clock.now()) ?? readAsked(value, clock.now());
}

function speaker(needs: NotMeNeeds, request: PlainRequest, spoken: Language | null) {
  const language = spoken ?? preferred(request.headers['accept-language']);
  const words = pageWords(needs.sentences, language, needs.policy);
  return (status: number, page: (of: typeof words) => Layout): PlainResponse => answer(status, words, basePath(needs), page(words));
}
