import type { Locator } from 'playwright-core';
import { startBrowser } from '../servers/chromium.ts';
import { openPageHouse, type PageHouse } from './page-house.ts';
import { PageVisitor } from './page-visitor.ts';

/**
 * Takes README's pictures from the running product, into .github: page.png, with one person's case at the helpdesk and another at the second of
 * two gates; and the desk's story, from a refusal to a case that is resolved. Run it by `node test/e2e/take-picture.ts`.
 */
const folder = new URL('../../.github/', import.meta.url).pathname;
const fresh = 'Hjortron på myren 2026';

/** The page as somebody finds it who is halfway through a reset. */
async function takePage(visitor: PageVisitor): Promise<void> {
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
  await visitor.page.screenshot({ path: `${folder}page.png` });
}

/** A case from both sides: Elin is refused and says yes, and an agent helps her on the telephone while another looks on. */
async function takeStory(visitor: PageVisitor, house: PageHouse): Promise<void> {
  const { page, chat, desk } = visitor;
  await page.setViewportSize({ width: 1280, height: 700 });
  const card = desk.locator('.card').first();
  const press = (name: string): Promise<void> => card.getByRole('button', { name, exact: true }).last().click();
  const isAgent = (name: string): Promise<unknown> =>
    desk
      .getByRole('combobox')
      .first()
      .selectOption({ label: `${name} · Arbetar på helpdesk` });
  /** @param tops what is shown from its top on, in the chat and in the channel */
  const take = async (name: string, ...tops: readonly Locator[]): Promise<void> => {
    // The room is for what is said; the transcript then goes to its end by itself.
    if ((await chat.locator('details[open]').count()) > 0) await chat.locator('summary').click();
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    for (const top of tops)
      await top.evaluate((element: { readonly style: { scrollMarginTop: string }; scrollIntoView(): void }) => {
        element.style.scrollMarginTop = '0.75rem';
        element.scrollIntoView();
      });
    const [left, right] = await Promise.all([chat.boundingBox(), desk.boundingBox()]);
    if (left === null || right === null) throw new Error('the panes are not there');
    const clip = { x: left.x - 8, y: left.y - 8, width: right.x + right.width - left.x + 16, height: left.height + 16 };
    await page.screenshot({ path: `${folder}${name}.png`, clip });
  };

  // Refused: the app of a new telephone shows other codes.
  await visitor.be('Elin Åkesson');
  await visitor.say('jag har glömt mitt lösenord');
  await visitor.hears('Ditt konto är låst');
  await visitor.press('Välj ett nytt lösenord');
  await visitor.provesBy(/^Autentiseringsapp/u, 'Öppna din autentiseringsapp');
  for (let wrong = 0; wrong < 3; wrong += 1) {
    await visitor.type('000000');
    await visitor.hears(wrong < 2 ? 'Öppna din autentiseringsapp' : 'inga försök kvar');
  }
  await visitor.press('Ja, kontakta en administratör');
  await visitor.hears(/Ditt ärende har nummer LK-\d+/u);
  await card.getByText('Elin Åkesson').waitFor();
  await take('desk-1-refused', chat.locator('.turn').filter({ hasText: 'inga försök kvar' }).last(), card);

  // Claimed. The agent proves who they are, and then has a number to read out; the other agent sees who has the case, and no number.
  await press('Ta ärendet');
  await card.getByText('Jonas Ekdahl har ärendet').waitFor();
  await visitor.be('Jonas Ekdahl');
  await press('Verifiera den som ringer');
  await visitor.hears('Öppna din autentiseringsapp');
  await visitor.type(await visitor.appCode('Jonas Ekdahl'));
  await visitor.hears('Nu kan du hjälpa till');
  await press('Verifiera den som ringer');
  await visitor.hears('Samtalsnumret');
  await isAgent('Karin Stråle');
  const number = /(?<!\d)\d{6}(?!\d)/u.exec((await chat.locator('.turn').last().textContent()) ?? '')?.[0] ?? '';
  await take('desk-2-call', chat.locator('.turn').last(), card.getByText('En chatt bevisar ingenting'));
  await isAgent('Jonas Ekdahl');

  // The caller types it and passes two steps; only then has the card any power, and what is given appears in that chat alone.
  house.clock.forward(61_000);
  await visitor.forward(61_000);
  await visitor.be('Elin Åkesson');
  await visitor.say(number);
  await visitor.hears('Talar du i telefon med helpdesk');
  await visitor.press(/^Ja/u);
  await visitor.provesBy(/^Sms till/u, 'Vi har skickat ett sms');
  await visitor.type(await visitor.textedCode());
  await visitor.provesBy(/^Autentiseringsapp/u, 'Öppna din autentiseringsapp');
  await visitor.type(await visitor.appCode('Elin Åkesson'));
  await visitor.hears('ser nu att det är du');
  const verified = card.getByText('DEN SOM RINGER ÄR VERIFIERAD');
  await verified.waitFor();
  await press('Tillåt ett nytt lösenord');
  await visitor.hears('Sidnummer');
  await card.getByText('väntar i chatten hos den som ringer').waitFor();
  await take('desk-3-given', chat.locator('.turn').last(), verified);

  // A new password, on the page; then the case is resolved with a note, and she hears it.
  const choosing = await visitor.openPage('Välj lösenord');
  await choosing.getByLabel('Nytt lösenord', { exact: true }).fill(fresh);
  await choosing.getByLabel('Samma lösenord en gång till', { exact: true }).fill(fresh);
  await choosing.keyboard.press('Enter');
  await choosing.getByRole('heading', { name: 'Ditt nya lösenord är sparat' }).waitFor();
  await choosing.close();
  await visitor.hears('Ska vi logga ut');
  await visitor.press('Nej, låt dem vara');
  await card.getByText('använt').waitFor();
  await press('Markera som löst');
  await card.getByLabel('Vad som gjordes (personen ser det)').fill('Du har ett nytt lösenord, och kontot är upplåst.');
  await press('Markera som löst');
  await card.getByText('Löst av Jonas Ekdahl').waitFor();
  await visitor.hears('Fungerar det nu?');
  await take('desk-4-resolved', chat.locator('.turn').last(), card.getByText('En chatt bevisar ingenting'));
}

for (const take of [takePage, takeStory]) {
  const house = await openPageHouse();
  const browser = await startBrowser();
  try {
    await take(await PageVisitor.at(browser, house.url), house);
  } finally {
    await browser.close();
    await house.close();
  }
}
