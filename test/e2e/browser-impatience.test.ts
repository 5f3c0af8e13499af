import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInBrowser } from '../servers/browser.ts';
import { startBrowser } from '../servers/chromium.ts';
import { openPageHouse, type PageHouse } from './page-house.ts';
import { PageVisitor } from './page-visitor.ts';

describeInBrowser('somebody impatient in front of the page', () => {
  let browser: Browser;
  let house: PageHouse;
  const visitors: PageVisitor[] = [];
  beforeAll(async () => {
    [browser, house] = await Promise.all([startBrowser(), openPageHouse()]);
  });
  afterEach(async () => {
    const complaints = visitors.flatMap((visitor) => visitor.complaints);
    await Promise.all(visitors.splice(0).map(({ context }) => context.close()));
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await house.close();
  });

  async function visit(name: string): Promise<PageVisitor> {
    const visitor = await PageVisitor.at(browser, house.url);
    visitors.push(visitor);
    await visitor.be(name);
    return visitor;
  }

  test('a double click presses one button, and not the one that comes to stand there', async () => {
    const visitor = await visit('Cecilia Öberg');
    await visitor.press('Glömt mitt lösenord');
    await visitor.hears('inte aktiverat för återställning');
    // The card has moved up; whatever is under the pointer now, the second half of the double click does nothing to it.
    const below = await visitor.button('Nej, tack').boundingBox();
    if (below === null) throw new Error('no button to press');
    await visitor.page.mouse.move(below.x + 20, below.y + 10);
    await visitor.page.mouse.down({ clickCount: 2 });
    await visitor.page.mouse.up({ clickCount: 2 });
    await visitor.press('Ja, kontakta en administratör');
    await visitor.hears(/Ditt ärende har nummer LK/u);
  });

  test('a button of an older card says that its step is over, and shows what is asked now', async () => {
    const visitor = await visit('Elin Åkesson');
    await visitor.say('glömt mitt lösenord');
    await visitor.hears('Ditt konto är låst');
    await visitor.press('Välj ett nytt lösenord');
    await visitor.hears('Steg 1 av 2');
    await visitor.say('hjälp');
    await visitor.hears('Skriv vad det gäller');
    // Asked twice, so the first card is over, though its buttons stand there.
    await visitor.chat.getByRole('button', { name: 'Använd en annan metod' }).first().click();
    await visitor.hears('Det steget är redan klart.');
    await visitor.press('Använd en annan metod');
    await visitor.hears('Hur vill du visa');
    await visitor.say('avbryt');
    await visitor.hears('Vad vill du ha hjälp med?');
  });

  test('the same code sent twice at once counts once', async () => {
    const visitor = await visit('Alma Lindqvist');
    await visitor.say('glömt mitt lösenord');
    await visitor.provesBy(/^Autentiseringsapp/u, 'Öppna din autentiseringsapp');
    const code = await visitor.appCode('Alma Lindqvist');
    await visitor.line.fill(code);
    await visitor.line.press('Enter');
    await visitor.line.fill(code);
    await visitor.line.press('Enter');
    await visitor.chat.locator('.turn.own').filter({ hasText: code }).nth(1).waitFor();
    await visitor.hears('Steg 2 av 2');
    expect(await visitor.chat.getByText('försök kvar').count()).toBe(0);
    await visitor.say('avbryt');
    await visitor.hears('Vad vill du ha hjälp med?');
  });

  test('a page read anew in mid-dialog, and another person in between: each conversation goes on where it was', async () => {
    const visitor = await visit('Ingrid Bergström');
    await visitor.press('Registrera verifieringsmetoder');
    await visitor.hears('Sidnummer');
    const number = await visitor.pageNumber();
    await visitor.page.reload();
    await visitor.hears('Sidnummer');
    expect(await visitor.pageNumber()).toBe(number);
    // Switched while the answer is on its way: it goes to the one who asked.
    await visitor.say('hjälp');
    await visitor.be('Gunilla Hedström');
    await visitor.hears('Vad vill du ha hjälp med?');
    expect(await visitor.chat.getByText('Sidnummer').count()).toBe(0);
    await visitor.be('Ingrid Bergström');
    await visitor.hears('Skriv vad det gäller');
    expect(await visitor.pageNumber()).toBe(number);
    const present = await visitor.openPage('Skriv lösenordet');
    await present.getByLabel('Nuvarande lösenord', { exact: true }).fill('Istapp-under-bron-28');
    await present.keyboard.press('Enter');
    await visitor.hears('Vilken vill du lägga till?');
  });

  test('two tabs show one conversation, and what is pressed in one is spent in the other', async () => {
    const visitor = await visit('Fredrik Wallin');
    const other = await visitor.context.newPage();
    await other.goto(house.url);
    const there = other.locator('#employee .card');
    await there.getByRole('button', { name: 'Kontakta en administratör' }).waitFor();
    await visitor.press('Kontakta en administratör');
    await visitor.hears('Ska vi kontakta en administratör åt dig?');
    await there.getByText('Ditt svar: Kontakta en administratör').waitFor();
    await there.getByRole('button', { name: 'Nej, tack' }).click();
    await visitor.hears('Okej, vi kontaktar ingen.');
    await other.close();
  });

  test('a server started again under an open tab: the dialog goes on where it was, and an older card is over', async () => {
    const visitor = await visit('Hamza Lundgren');
    await visitor.press('Kontakta en administratör');
    await visitor.hears('Ska vi kontakta en administratör åt dig?');
    await house.restart();
    await visitor.chat.getByText('Ansluten igen. Samtalet fortsätter.').waitFor();
    const asked = visitor.chat.locator('.card').filter({ hasText: 'Ska vi kontakta en administratör åt dig?' });
    await asked.nth(1).waitFor();
    await asked.first().getByRole('button', { name: 'Ja, kontakta en administratör' }).click();
    await visitor.hears('Det steget är redan klart.');
    await visitor.press('Nej, tack');
    await visitor.hears('Okej, vi kontaktar ingen.');
    expect(await visitor.desk.locator('.card').filter({ hasText: 'Hamza Lundgren' }).count()).toBe(0);
  });
});
