import qrcode from 'qrcode';
import type { PlainResponse } from '../server/route.ts';
import type { HeldVisit } from './held-page.ts';
import { trusted } from './html.ts';
import type { PageNeeds } from './needs.ts';
import { enrolAuthenticatorAppPage } from './views/enrol-authenticator-app.ts';

/** The QR code of a draft's seed, drawn here: no image, no other address. Over when the draft is gone. */
export async function showEnrolment(needs: PageNeeds, visit: HeldVisit): Promise<PlainResponse> {
  const { page, account } = visit;
  const seed = page.draft === null ? null : await needs.rules.openDraftSeed(page.account, account.userId, page.draft, needs.clock.now());
  if (seed === null) return visit.over();
  // Level M and a quiet zone of four modules, as ISO/IEC 18004 asks for.
  const image = await qrcode.toString(seed.otpauth, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });
  const view = { userId: account.userId, image: trusted(image), secret: seed.secret, otpauth: seed.otpauth };
  return visit.show(200, enrolAuthenticatorAppPage(visit.words, page, view));
}
