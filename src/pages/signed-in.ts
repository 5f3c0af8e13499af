import type { PlainRequest, PlainResponse } from '../server/route.ts';
import type { PageNeeds } from './needs.ts';
import { readState } from './present-sign-in.ts';
import { signedInPage } from './views/signed-in.ts';
import { readVisit } from './visit.ts';

/** The longest code that is carried on. */
const longestCode = 4096;

/**
 * Where the browser comes back to from the directory's sign-in. A browser that comes from another site does not bring its page's cookie
 * (SameSite=Strict), so nothing is decided here: it shows a form which carries the code on to the page, whose cookie and token then count.
 */
export async function showSignedIn(needs: PageNeeds, request: PlainRequest): Promise<PlainResponse> {
  const state = readState(request.query['state'] ?? '');
  const visit = await readVisit(needs, { ...request, params: { address: state?.address ?? '' } });
  if ('status' in visit || state === null) return 'status' in visit ? visit : visit.over();
  const code = request.query['code'] ?? '';
  const base = new URL(needs.publicUrl).pathname.replace(/\/$/, '');
  return visit.show(
    200,
    signedInPage(visit.words, {
      page: `${base}/page/${state.address}`,
      csrf: state.csrf,
      code: code.length > longestCode ? '' : code,
    }),
  );
}
