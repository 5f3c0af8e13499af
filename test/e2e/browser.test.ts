import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser } from '../servers/browser.ts';
import { startBrowser } from '../servers/chromium.ts';
import { openPageHouse, type PageHouse } from './page-house.ts';
import { PageVisitor, type VisitSettings } from './page-visitor.ts';

const fresh = 'Lingon under snön 2026';

describeInBrowser('the page at /, driven by a person', () => {
  let browser: Browser;
  const houses: PageHouse[] = [];
  const visitors: PageVisitor[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const complaints = visitors.flatMap((visitor) => visitor.complaints);
    await Promise.all(visitors.splice(0).map(({ context }) => context.close()));
    await Promise.all(houses.splice(0).map((house) => house.close()));
    expect(complaints).toEqual([]);
  });

  async function visit(settings: VisitSettings = {}, at?: PageHouse): Promise<{ house: PageHouse; visitor: PageVisitor }> {
    const house = at ?? (await openPageHouse());
    if (at === undefined) houses.push(house);
    const visitor = await PageVisitor.at(browser, house.url, settings);
    visitors.push(visitor);
    return { house, visitor };
  }

  test.each([
    { by: 'execute', width: 1280, theme: 'light' },
    { by: 'submit', width: 390, theme: 'dark' },
  ] as const)(
    'registers by text message and app, forgets, proves it twice, chooses a new password: $by, $width px, $theme',
    async (how) => {
      const { house, visitor } = await visit(how);
      await visitor.be('Björn Sandberg');

      // The present password, on a page that opens by its number.
      await visitor.press('Registrera verifieringsmetoder');
      await visitor.hears('Sidnummer');
      expect(await visitor.faultsOfLook()).toEqual([]);
      const present = await visitor.openPage('Skriv lösenordet');
      await present.getByLabel('Nuvarande lösenord', { exact: true }).fill('Blåbär-i-skogen-52');
      expect(await visitor.faultsOfLook(present)).toEqual([]);
      await present.keyboard.press('Enter');
      await present.getByRole('heading', { name: 'Tack, det stämde' }).waitFor();
      await present.close();

      // A text message, its code read off the outbox.
      await visitor.hears('Vilken vill du lägga till?');
      await visitor.press('Sms');
      await visitor.hears('delas inte');
      await visitor.type('070-174 06 31');
      await visitor.hears('Vi har skickat ett sms');
      expect(await visitor.faultsOfLook()).toEqual([]);
      await visitor.type(await visitor.textedCode());
      await visitor.hears('är sparat');

      // An authenticator app, its key typed by hand; its code stands beside the outbox from then on.
      await visitor.press('Autentiseringsapp');
      await visitor.hears('Sidnummer');
      const qr = await visitor.openPage('Visa QR-koden');
      const key = ((await qr.locator('.secret').textContent()) ?? '').replaceAll(' ', '');
      expect(key).toHaveLength(32);
      expect(await visitor.faultsOfLook(qr)).toEqual([]);
      await qr.close();
      await visitor.hears('Sidan är öppnad');
      await visitor.type(await codeOfKey(visitor, key));
      await visitor.hears('Autentiseringsappen');
      await visitor.press('Slutför');
      await visitor.hears('Klart. Du kan återställa ditt eget lösenord.');

      // Forgotten: two gates.
      house.clock.forward(60_000);
      await visitor.forward(60_000);
      await visitor.say('jag har glömt mitt lösenord');
      await visitor.provesBy(/^Sms till/u, 'Vi har skickat ett sms');
      await visitor.type(await visitor.textedCode());
      await visitor.hears('Steg 2 av 2');
      await visitor.provesBy(/^Autentiseringsapp/u, 'Öppna din autentiseringsapp');
      await visitor.page.locator('#apps li').filter({ hasText: 'Björn Sandberg' }).waitFor({ state: 'attached' });
      // Half a minute may end between the two.
      const before = await codeOfKey(visitor, key);
      const shown = await visitor.appCode('Björn Sandberg');
      expect([before, await codeOfKey(visitor, key)]).toContain(shown);
      await visitor.type(shown);

      // The new password.
      await visitor.hears('Sidnummer');
      const choosing = await visitor.openPage('Välj lösenord');
      await choosing.getByLabel('Nytt lösenord', { exact: true }).fill(fresh);
      await choosing.getByLabel('Samma lösenord en gång till', { exact: true }).fill(fresh);
      await choosing.getByText('Lösenorden är lika.').waitFor();
      expect(await visitor.faultsOfLook(choosing)).toEqual([]);
      await choosing.keyboard.press('Enter');
      await choosing.getByRole('heading', { name: 'Ditt nya lösenord är sparat' }).waitFor();
      await choosing.close();
      await visitor.hears('Klart, ditt nya lösenord gäller nu.');
      expect(await visitor.faultsOfLook()).toEqual([]);

      // Told about, and nothing of it stands in the chat.
      await visitor.delivered('Ett nytt lösenord har satts');
      for (const secret of [fresh, key, '701740631']) expect(await visitor.chat.locator('.transcript').textContent()).not.toContain(secret);
      await visitor.chat.getByText('har bytts, och visas inte').waitFor({ state: 'attached' });
      expect(await visitor.chat.getByRole('log').getAttribute('aria-live')).toBe('polite');
    },
  );

  test.each([
    { by: 'execute', width: 390, theme: 'light' },
    { by: 'submit', width: 1280, theme: 'dark' },
  ] as const)('a refusal, a yes, a case that the helpdesk settles, and the chat says so: $by, $width px, $theme', async (how) => {
    const { visitor } = await visit(how);
    await visitor.be('Björn Sandberg');
    await visitor.press('Glömt mitt lösenord');
    await visitor.hears('Vi kunde inte verifiera ditt konto.');
    await visitor.press('Ja, kontakta en administratör');
    await visitor.hears(/Ditt ärende har nummer LK-\d+/u);
    await visitor.turnTo('Helpdesk');
    const card = visitor.desk.locator('.card');
    await card.getByText('Björn Sandberg').waitFor();
    expect(await visitor.faultsOfLook()).toEqual([]);
    await card.getByRole('button', { name: 'Ta ärendet' }).click();
    await card.getByText('Jonas Ekdahl har ärendet').waitFor();
    expect(await visitor.faultsOfLook()).toEqual([]);
    await card.getByRole('button', { name: 'Markera som löst' }).click();
    await card.getByLabel('Vad som gjordes (personen ser det)').fill('Kontot är upplåst.');
    expect(await visitor.faultsOfLook()).toEqual([]);
    await card.getByRole('button', { name: 'Markera som löst' }).last().click();
    await card.getByText('Löst av Jonas Ekdahl').waitFor();
    expect(await card.getByRole('button', { name: 'Ta ärendet' }).count()).toBe(0);
    expect(await card.count()).toBe(1);
    await visitor.turnTo('Anställd');
    await visitor.hears(/Helpdesken har markerat ditt ärende LK-\d+ som löst/u);
    await visitor.delivered('En person har bett om hjälp');
  });

  test.each([
    { by: 'execute', width: 1280, theme: 'dark' },
    { by: 'submit', width: 390, theme: 'light' },
  ] as const)('two agents, one after the other, and what helpdesk and employee say to each other: $by, $width px, $theme', async (how) => {
    const { visitor } = await visit(how);
    await visitor.be('Björn Sandberg');
    await visitor.press('Glömt mitt lösenord');
    await visitor.press('Ja, kontakta en administratör');
    await visitor.hears(/Ditt ärende har nummer LK-\d+/u);
    await visitor.turnTo('Helpdesk');
    const card = visitor.desk.locator('.card').first();
    await card.getByRole('button', { name: 'Ta ärendet' }).click();
    await card.getByText('Jonas Ekdahl har ärendet').waitFor();

    // Karin may not write on Jonas's case; she takes it over.
    await visitor.desk.getByRole('combobox').first().selectOption({ label: 'Karin Stråle · Arbetar på helpdesk' });
    await card.getByRole('button', { name: 'Lämna tillbaka' }).click();
    await visitor.desk.getByText('Det gör den som har ärendet.').waitFor();
    await card.getByRole('button', { name: 'Ta över' }).click();
    await card.getByText('Karin Stråle har ärendet').waitFor();
    await card.getByRole('button', { name: 'Fråga personen' }).click();
    await card.getByRole('textbox').fill('Vilken telefon har du nu?');
    expect(await visitor.faultsOfLook()).toEqual([]);
    await card.getByRole('button', { name: 'Fråga personen' }).last().click();
    await card.getByText('Karin Stråle har frågat').waitFor();

    await visitor.turnTo('Anställd');
    await visitor.hears('Vad vill du svara om');
    expect(await visitor.faultsOfLook()).toEqual([]);
    await visitor.type('Den gamla, svarta');
    await visitor.hears('Det är skickat till helpdesken.');
    await visitor.turnTo('Helpdesk');
    await card.getByText('Den gamla, svarta').waitFor();
  });

  test('by the keyboard alone: forgets, proves it twice, chooses a new password', async () => {
    const { visitor } = await visit();
    const { page } = visitor;
    await visitor.be('Alma Lindqvist');
    const where = (at: Page): Promise<string> =>
      at.evaluate('(document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()) || document.activeElement.id');
    /** Goes from button to button until the focus is there; never far, or the order is not the one that is seen. */
    const reach = async (at: Page, name: RegExp, key: 'Tab' | 'Shift+Tab', atMost: number): Promise<void> => {
      const passed = [await where(at)];
      while (!name.test(passed.at(-1) ?? '')) {
        if (passed.length > atMost) throw new Error(`${String(name)} is not within ${atMost} steps: ${passed.join(', ')}`);
        await at.keyboard.press(key);
        passed.push(await where(at));
      }
    };

    // From the top of the page: the languages, who one is and what is known of them, then the chat.
    await reach(page, /^Glömt mitt lösenord$/u, 'Tab', 12);
    await page.keyboard.press('Enter');
    await visitor.hears('Steg 1 av 2');
    // The focus waits in the line below, one step under the new card.
    await visitor.chat.locator('textarea:focus').waitFor();
    // A text message is sent at once; the code goes into the line.
    await visitor.hears('Vi har skickat ett sms');
    await page.keyboard.type(await visitor.textedCode());
    await page.keyboard.press('Enter');
    await visitor.hears('Steg 2 av 2');
    await reach(page, /^Autentiseringsapp/u, 'Shift+Tab', 6);
    await page.keyboard.press('Enter');
    await visitor.hears('Öppna din autentiseringsapp');
    // In the card's own field this time.
    await visitor.chat.locator('textarea:focus').waitFor();
    for (let steps = 0; (await visitor.card.locator('input:focus').count()) === 0; steps += 1) {
      expect(steps).toBeLessThan(6);
      await page.keyboard.press('Shift+Tab');
    }
    await page.keyboard.type(await visitor.appCode('Alma Lindqvist'));
    await page.keyboard.press('Enter');
    await visitor.hears('Sidnummer');
    const number = await visitor.pageNumber();
    await visitor.chat.locator('textarea:focus').waitFor();
    await reach(page, /^Välj lösenord$/u, 'Shift+Tab', 6);
    const opening = visitor.context.waitForEvent('page');
    await page.keyboard.press('Enter');
    const tab = await opening;
    await tab.locator('#number:focus').waitFor();
    await tab.keyboard.type(number);
    await tab.keyboard.press('Enter');
    await tab.locator('#password:focus').waitFor();
    await tab.keyboard.type(fresh);
    await reach(tab, /^Visa/u, 'Tab', 1);
    await tab.keyboard.press('Tab');
    await tab.keyboard.type(fresh);
    await reach(tab, /^Spara det nya lösenordet$/u, 'Tab', 2);
    await tab.keyboard.press('Space');
    await tab.getByRole('heading', { name: 'Ditt nya lösenord är sparat' }).waitFor();
    await visitor.hears('Klart, ditt nya lösenord gäller nu.');
  });
});

/** The code that an app with this key shows now, by the clock of the page. */
const codeOfKey = (visitor: PageVisitor, key: string): Promise<string> =>
  visitor.page.evaluate(
    `import('/assets/totp.js').then(async ({ readApp, codeAt }) => (await codeAt(await readApp('otpauth://totp/a?secret=${key}'), Date.now())).code)`,
  );
