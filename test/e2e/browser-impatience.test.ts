import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInBrowser } from '../servers/browser.ts';
import { startBrowser } from '../servers/chromium.ts';
import { openPageHouse, type PageHouse } from './page-house.ts';
import { PageVisitor, type VisitSettings } from './page-visitor.ts';

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

  async function visit(name: string, settings: VisitSettings = {}): Promise<PageVisitor> {
    const visitor = await PageVisitor.at(browser, house.url, settings);
    visitors.push(visitor);
    await visitor.be(name);
    return visitor;
  }

  test.each(['execute', 'submit'] as const)(
    'a double click presses one button, and not the one that comes to stand there: %s',
    async (by) => {
      const visitor = await visit('Cecilia Öberg', { by });
      await visitor.say('börja om');
      await visitor.hears('Vad vill du ha hjälp med?');
      const at = await visitor.button('Glömt mitt lösenord').boundingBox();
      if (at === null) throw new Error('no button to press');
      const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];
      await visitor.page.mouse.click(x, y);
      await visitor.hears('inte aktiverat för återställning');
      // The card has moved up; whatever is under the pointer now, the second half of the double click does nothing to it.
      const below = await visitor.button('Nej, tack').boundingBox();
      if (below === null) throw new Error('no second button');
      await visitor.page.mouse.move(below.x + 20, below.y + 10);
      await visitor.page.mouse.down({ clickCount: 2 });
      await visitor.page.mouse.up({ clickCount: 2 });
      await visitor.press('Ja, kontakta en administratör');
      await visitor.hears(/Ditt ärende har nummer LK|Du har redan ett ärende/u);
    },
  );

  test('a button of an older card says that its step is over, and shows what is asked now', async () => {
    const visitor = await visit('Elin Åkesson');
    await visitor.say('glömt mitt lösenord');
    await visitor.hears('Steg 1 av 2');
    const old = visitor.card.getByRole('button', { name: /^Autentiseringsapp/u });
    await visitor.say('hjälp');
    await visitor.hears('Skriv vad det gäller');
    await visitor.press(/^Autentiseringsapp/u);
    await visitor.hears('Öppna din autentiseringsapp');
    await old
      .first()
      .waitFor({ state: 'detached' })
      .catch(() => {});
    const past = visitor.chat.getByRole('button', { name: /^Sms till/u }).first();
    await past.click();
    await visitor.hears('Det steget är redan klart.');
    await visitor.hears('Öppna din autentiseringsapp');
    await visitor.type(await visitor.appCode('Elin Åkesson'));
    await visitor.hears('Steg 2 av 2');
  });

  test('the same code sent twice at once counts once', async () => {
    const visitor = await visit('Alma Lindqvist');
    await visitor.say('glömt mitt lösenord');
    await visitor.hears('Steg 1 av 2');
    await visitor.press(/^Autentiseringsapp/u);
    await visitor.hears('Öppna din autentiseringsapp');
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

  test.each(['execute', 'submit'] as const)(
    'a server started again under an open tab: the card that stands there can be pressed: %s',
    async (by) => {
      const visitor = await visit(by === 'execute' ? 'Hamza Lundgren' : 'David Nyström', { by });
      await visitor.press('Kontakta en administratör');
      await visitor.hears('Ska vi kontakta en administratör åt dig?');
      const card = visitor.chat.locator('.turn[data-prompt]').filter({ hasText: 'Ska vi kontakta' }).first();
      await house.restart();
      await card.getByRole('button', { name: 'Nej, tack' }).click();
      await visitor.hears('Okej, vi kontaktar ingen.');
      await visitor.say('hjälp');
      await visitor.hears('Skriv vad det gäller');
    },
  );
});
