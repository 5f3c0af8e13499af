import { mkdirSync } from 'node:fs';
import { startBrowser } from '../servers/chromium.ts';
import { openPageHouse } from './page-house.ts';
import { PageVisitor } from './page-visitor.ts';

/**
 * Takes README's picture, .github/page.png, from the running product: one person's case has reached the helpdesk, and another is at the
 * second of two gates, with the first one's code in the outbox. Run it by `node test/e2e/take-picture.ts`.
 */
const file = new URL('../../.github/page.png', import.meta.url).pathname;

const house = await openPageHouse();
const browser = await startBrowser();
try {
  const visitor = await PageVisitor.at(browser, house.url);
  await visitor.page.setViewportSize({ width: 1280, height: 860 });
  await visitor.be('Björn Sandberg');
  await visitor.press('Glömt mitt lösenord');
  await visitor.hears('Vi kunde inte verifiera ditt konto.');
  await visitor.press('Ja, kontakta en administratör');
  await visitor.desk.getByText('Björn Sandberg').waitFor();

  await visitor.be('Alma Lindqvist');
  await visitor.say('jag har glömt mitt lösenord');
  await visitor.provesBy(/^Sms till/u, 'Vi har skickat ett sms');
  await visitor.type(await visitor.textedCode());
  await visitor.hears('Steg 2 av 2');
  await visitor.press(/^Autentiseringsapp/u);
  await visitor.hears('Öppna din autentiseringsapp');
  await visitor.card.getByRole('textbox').fill(await visitor.appCode('Alma Lindqvist'));
  mkdirSync(new URL('.', `file://${file}`), { recursive: true });
  await visitor.page.screenshot({ path: file });
} finally {
  await browser.close();
  await house.close();
}
