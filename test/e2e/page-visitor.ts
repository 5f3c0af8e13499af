import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

export interface VisitSettings {
  readonly width?: 1280 | 390;
  readonly theme?: 'light' | 'dark';
  /** How buttons are pressed. */
  readonly by?: 'execute' | 'submit';
}

const noteViolations = "addEventListener('securitypolicyviolation', (e) => console.error('violation', e.violatedDirective, e.blockedURI))";
/** The page asks ten times a second for what is new, where people wait for up to three seconds. */
const askOften = '{ const later = setTimeout; globalThis.setTimeout = (task, ms) => later(task, Math.min(ms, 100)); }';
const weakContrasts = readFileSync(new URL('../direct-line/weak-contrasts.js', import.meta.url), 'utf8');
/** What can be pressed or read, and lies beyond the window's sides. */
const sticksOut = `[...document.querySelectorAll('button, select, input, textarea, p, a')]
  .filter((e) => e.checkVisibility() && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1))
  .map((e) => e.textContent || e.id)`;

/** Somebody Swedish in front of the page of local mode, who sees what it shows and does what people do. */
export class PageVisitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Whatever the browser complained of: errors of scripts, and what a content security policy stopped. */
  readonly complaints: string[];
  readonly #isNarrow: boolean;

  private constructor(context: BrowserContext, page: Page, complaints: string[], isNarrow: boolean) {
    this.context = context;
    this.page = page;
    this.complaints = complaints;
    this.#isNarrow = isNarrow;
  }

  /** @param url of the page, without a slash at the end */
  static async at(
    browser: Browser,
    url: string,
    { width = 1280, theme = 'light', by = 'execute' }: VisitSettings = {},
  ): Promise<PageVisitor> {
    const context = await browser.newContext({
      viewport: { width, height: width === 390 ? 844 : 800 },
      colorScheme: theme,
      locale: 'sv-SE',
      timezoneId: 'Europe/Stockholm',
    });
    context.setDefaultTimeout(30_000);
    // What is evaluated in a page is text: a page's globals are no part of the tests' types.
    await context.addInitScript(noteViolations);
    await context.addInitScript(askOften);
    const complaints: string[] = [];
    context.on('weberror', (fault) => complaints.push(fault.error().message));
    context.on('console', (line) => {
      // The browser notes every answer of 400 and more here; those that a test provokes are no complaint.
      if (['error', 'warning'].includes(line.type()) && !line.text().startsWith('Failed to load resource')) complaints.push(line.text());
    });
    const page = await context.newPage();
    const visitor = new PageVisitor(context, page, complaints, width === 390);
    await page.goto(`${url}/${by === 'submit' ? '?submit' : ''}`);
    await visitor.card.waitFor();
    return visitor;
  }

  get chat(): Locator {
    return this.page.locator('#employee');
  }

  get desk(): Locator {
    return this.page.locator('#desk');
  }

  /** What the bot said last. */
  get card(): Locator {
    return this.chat.locator('.card').last();
  }

  /** The line to write in. */
  get line(): Locator {
    return this.chat.getByRole('textbox', { name: 'Skriv ett meddelande' });
  }

  /** Brings a part of the page into view, where one is shown at a time. */
  async turnTo(part: 'Anställd' | 'Helpdesk' | 'Utkorg'): Promise<void> {
    if (this.#isNarrow) await this.page.getByRole('navigation').getByRole('button', { name: part }).click();
  }

  /** Becomes one of the demo people, and waits to be greeted. */
  async be(name: string): Promise<void> {
    const option = this.page.locator('#employee-who option').filter({ hasText: name });
    await this.page.getByLabel('Du är').selectOption(await option.getAttribute('value'));
    await this.card.waitFor();
  }

  async hears(words: string | RegExp): Promise<void> {
    const last = this.chat.locator('.turn').last();
    await last
      .filter({ hasText: words })
      .waitFor()
      .catch(async () => {
        throw new Error(`"${String(words)}" was not said; what was said last is: ${await last.innerText()}`);
      });
  }

  /** Presses a button of the newest card. */
  async press(name: string | RegExp): Promise<void> {
    await this.button(name).click();
  }

  /** Waits until a step asks for this method; where it began with another, chooses it. */
  async provesBy(method: RegExp, asked: string): Promise<void> {
    await this.hears(/Steg \d av 2/u);
    if ((await this.card.getByText(asked).count()) > 0) return;
    const other = this.button('Använd en annan metod');
    if ((await other.count()) > 0) await other.click();
    await this.hears('Hur vill du visa');
    await this.press(method);
    await this.hears(asked);
  }

  button(name: string | RegExp): Locator {
    return this.card.getByRole('button', { name, exact: true });
  }

  async say(text: string): Promise<void> {
    await this.line.fill(text);
    await this.line.press('Enter');
  }

  /** Types into the newest card's field and presses its button. */
  async type(text: string): Promise<void> {
    await this.card.getByRole('textbox').fill(text);
    await this.press('Skicka');
  }

  /** The page number that stands beside the newest link. */
  async pageNumber(): Promise<string> {
    return /Sidnummer: (\d{4})/u.exec((await this.card.textContent()) ?? '')?.[1] ?? '';
  }

  /** Follows the newest card's link into a tab of its own, and opens what is there by its page number. */
  async openPage(link: string): Promise<Page> {
    const number = await this.pageNumber();
    const opening = this.context.waitForEvent('page');
    await this.card.getByRole('link', { name: link }).click();
    const tab = await opening;
    await tab.getByLabel('Sidnummer').fill(number);
    await tab.keyboard.press('Enter');
    return tab;
  }

  /** The newest message in the outbox that a text stands in. */
  async delivered(words: string | RegExp): Promise<string> {
    await this.turnTo('Utkorg');
    const parcel = this.page.locator('.parcel').filter({ hasText: words }).first();
    await parcel.waitFor();
    const text = (await parcel.locator('.text').textContent()) ?? '';
    await this.turnTo('Anställd');
    return text;
  }

  /** The six digits of the newest code marked so, as the person reads them off the phone. */
  async textedCode(): Promise<string> {
    const mark = /märkt (\p{Lu}{2})/u.exec((await this.card.textContent()) ?? '')?.[1] ?? '';
    return /^\d{6}/u.exec(await this.delivered(`märkt ${mark}`))?.[0] ?? '';
  }

  /** The code that a person's app shows now. */
  async appCode(name: string): Promise<string> {
    await this.turnTo('Utkorg');
    const row = this.page.locator('#apps li').filter({ hasText: name });
    const code = await row.locator('.code').textContent();
    await this.turnTo('Anställd');
    return (code ?? '').replaceAll(/\s/gu, '');
  }

  /** Puts the clock of the page forward, as a test puts forward the server's: telephones and servers agree on the time. */
  async forward(ms: number): Promise<void> {
    await this.page.evaluate(`{ const now = Date.now; Date.now = () => now() + ${ms}; }`);
  }

  /** What is hard to read or lies outside the window. */
  async faultsOfLook(page: Page = this.page): Promise<unknown> {
    return [await page.evaluate(sticksOut), await page.evaluate(weakContrasts)].flat();
  }
}
