import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInBrowser } from '../servers/browser.ts';
import { startBrowser } from '../servers/chromium.ts';
import { KeyBrowser } from './chromium-key.ts';
import { appCode, codeIn } from './codes.ts';
import { HelpdeskCall } from './helpdesk-call.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, pass } from './steps.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Set: pictures of what a person sees are put there, to be looked at. */
const pictures = process.env['DOOR_PICTURES'] ?? null;
const password = 'Gröna-Älgar-Springer-7';

describeInBrowser('the front door in a browser', () => {
  let house: House;
  let browser: Browser;
  let call: HelpdeskCall;
  beforeAll(async () => {
    house = await openHouse();
    call = await HelpdeskCall.in(house);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await house.close();
  });

  /** A browser that never was here, at the address of the poster. */
  async function arrive(
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
    const context = await browser.newContext({ locale: 'sv-SE', viewport: { width: 320, height: 640 }, ...options });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    const faults = complaints(page);
    await page.goto(`${house.config.publicUrl}/start`);
    return { context, page, faults };
  }

  test('from the poster to a new password, by text message and app, by keyboard alone, and a reload on the way', async () => {
    const account = await house.hire('registered');
    const { context, page, faults } = await arrive();
    await fill(page, 'front-door.user-id', account.userId);
    await press(page, 'front-door.menu', 'Jag har glömt mitt lösenord');
    await press(page, 'verify-claim.choose', 'Sms till min mobil');
    await fill(page, 'verify-claim.place', account.number ?? '');
    await card(page, 'verify-claim.answer').waitFor();

    await page.reload();
    await card(page, 'verify-claim.answer').waitFor();
    const sms = await house.delivered((entry) => entry.kind === 'sms' && entry.to === account.number);
    await fill(page, 'verify-claim.answer', codeIn(sms.text));
    await byApp(page, account);

    const tabFaults = await choosesPassword(page, account);
    expect([...faults, ...tabFaults]).toEqual([]);
    await context.close();
  });

  test('on the phone with the helpdesk: the number that is read out, two steps, and a new password that the helpdesk allows, by keyboard alone', async () => {
    const account = await house.hire('registered', { methods: ['authenticator-app', 'text-message'] });
    await call.takes(account);
    const { context, page, faults } = await arrive();
    await fill(page, 'front-door.user-id', account.userId);
    await press(page, 'front-door.menu', 'Jag talar med helpdesk i telefon');
    await fill(page, 'caller.number', await call.number(account));
    await card(page, 'caller.confirm').getByText(`helpdesk (${call.agent.name}) just nu`).waitFor();
    await press(page, 'caller.confirm', 'Ja, vi talas vid nu');
    await press(page, 'verify-claim.choose', 'Sms till min mobil');
    await fill(page, 'verify-claim.place', account.number ?? '');
    await card(page, 'verify-claim.answer').waitFor();
    const sms = await house.delivered((entry) => entry.kind === 'sms' && entry.to === account.number);
    await fill(page, 'verify-claim.answer', codeIn(sms.text));
    await byApp(page, account);
    await card(page, 'caller.waiting').waitFor();

    // The page is read anew while the helpdesk looks: what is given comes all the same.
    await page.reload();
    await card(page, 'caller.waiting').waitFor();
    await call.does(account, 'give-password');
    const tabFaults = await choosesPassword(page, account);
    expect([...faults, ...tabFaults]).toEqual([]);
    await context.close();
  });

  test('by security key in that very browser: the page asks for no number and ends without digits', async () => {
    const account = await house.hire('registered');
    const keys = await KeyBrowser.open(browser, { locale: 'sv-SE' });
    const { page } = keys;
    await keys.insert({ resident: true });
    await registerKey(keys, account);
    house.clock.forward(60_000);

    await page.goto(`${house.config.publicUrl}/start`);
    await fill(page, 'front-door.user-id', account.userId);
    await press(page, 'front-door.menu', 'Jag har glömt mitt lösenord');
    await press(page, 'verify-claim.choose', 'Säkerhetsnyckel');
    const url = await linkOf(page, 'verify-claim.answer');
    const tab = page;
    await tab.goto(url);
    await tab.locator('#ask:focus').waitFor();
    await tab.keyboard.press('Enter');
    await tab.getByRole('heading', { name: 'Nyckeln stämmer' }).waitFor();
    await tab.goto(`${house.config.publicUrl}/start`);
    await byApp(page, account);
    await card(page, 'let-in.page').waitFor();
    expect(keys.complaints).toEqual([]);
    await keys.close();
  });

  test.each([
    [320, 'light'],
    [320, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('%i px, %s: axe finds nothing, nothing sticks out, and the helpdesk stands on every screen', async (width, theme) => {
    const account = await house.hire('registered');
    const { context, page, faults } = await arrive({ viewport: { width, height: 720 }, colorScheme: theme, reducedMotion: 'reduce' });
    const look = async (name: string, at = page): Promise<void> => {
      expect(await at.evaluate(sticksOut)).toEqual([]);
      await at.evaluate(axe);
      const found = await at.evaluate<Violation[]>('axe.run(document, { resultTypes: ["violations"] }).then((run) => run.violations)');
      expect(found.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await at.getByText('08-465 004 10').first().isVisible()).toBe(true);
      if (pictures === null) return;
      mkdirSync(pictures, { recursive: true });
      await at.screenshot({ path: `${pictures}/${name}-${width}-${theme}.png` });
    };
    await card(page, 'front-door.user-id').waitFor();
    await look('1-user-id');
    await fill(page, 'front-door.user-id', account.userId);
    await card(page, 'front-door.menu').waitFor();
    await look('2-menu');
    await press(page, 'front-door.menu', 'Jag har glömt mitt lösenord');
    await card(page, 'verify-claim.choose').waitFor();
    await look('3-choose');
    await press(page, 'verify-claim.choose', 'Jag har inget av det här');
    await card(page, 'door-contact.offer').waitFor();
    await look('4-contact');
    await press(page, 'door-contact.offer', 'Nej, tack');
    await press(page, 'front-door.menu', 'Jag har glömt mitt lösenord');
    await press(page, 'verify-claim.choose', 'Sms till min mobil');
    await card(page, 'verify-claim.place').waitFor();
    await look('5-number');
    await fill(page, 'verify-claim.place', account.number ?? '');
    await card(page, 'verify-claim.answer').waitFor();
    await look('6-code');
    const sms = await house.delivered((entry) => entry.kind === 'sms' && entry.to === account.number);
    await fill(page, 'verify-claim.answer', codeIn(sms.text));
    await byApp(page, account);
    await card(page, 'let-in.page').waitFor();
    await look('7-link');
    const [tab] = await Promise.all([
      context.waitForEvent('page'),
      card(page, 'let-in.page').getByRole('link', { name: 'Välj lösenord' }).click(),
    ]);
    await tab.locator('input[name="password"]').waitFor();
    await look('8-page', tab);
    await tab.locator('input[name="password"]').fill(password);
    await tab.locator('input[name="again"]').fill(password);
    await tab.keyboard.press('Enter');
    await tab.getByText('Ditt nya lösenord är sparat').first().waitFor();
    await look('9-page-done', tab);
    await page.getByText('ditt nya lösenord gäller nu').waitFor();
    await look('10-done');
    await press(page, 'front-door.menu', 'Kontakta en administratör');
    await card(page, 'door-contact.offer').waitFor();
    await press(page, 'door-contact.offer', 'Kontakta en administratör');
    await page
      .getByText(/LK-\d{4}/)
      .first()
      .waitFor();
    await look('11-case');
    await press(page, 'front-door.menu', 'Jag har en startkod');
    await card(page, 'start-code.ask').waitFor();
    await look('12-start-code');
    await press(page, 'start-code.ask', 'Avbryt');
    await call.takes(account);
    await press(page, 'front-door.menu', 'Jag talar med helpdesk i telefon');
    await card(page, 'caller.number').waitFor();
    await look('13-call-number');
    await fill(page, 'caller.number', await call.number(account));
    await card(page, 'caller.confirm').waitFor();
    await look('14-confirm');
    await press(page, 'caller.confirm', 'Nej');
    await page.getByText('Tack för att du säger till').waitFor();
    await look('15-said-no');
    expect(faults).toEqual([]);
    await context.close();
  });

  test('its language is the browser’s, and can be changed; the bot goes on in it', async () => {
    const { context, page } = await arrive({ locale: 'en-GB' });
    await page.getByRole('heading', { name: 'Fjällbyn AB' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await card(page, 'front-door.user-id').waitFor();
    await page.getByRole('link', { name: 'Svenska' }).click();
    await page.locator('html[lang="sv"]').waitFor();
    await page.getByText('Nu talar vi svenska').waitFor();
    await context.close();
  });

  test('less than 300 KB come over the wire before the chat', async () => {
    const context = await browser.newContext({ locale: 'sv-SE' });
    const page = await context.newPage();
    let bytes = 0;
    page.on('response', (response) => {
      void response
        .request()
        .sizes()
        .then(({ responseBodySize }) => (bytes += responseBodySize))
        .catch(() => undefined);
    });
    await page.goto(`${house.config.publicUrl}/start`);
    await card(page, 'front-door.user-id').waitFor();
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(300 * 1024);
    await context.close();
  });

  /** Registers the key that is in, in Teams. */
  async function registerKey(keys: KeyBrowser, account: DemoAccount): Promise<void> {
    const person = new Person(house, account);
    await person.say(languages.sv.register);
    await pass(house, person, 'text-message');
    await person.choose('security-key');
    const asked = person.page();
    const digits = await keys.use(asked);
    for (let n = 0; n < 3 && JSON.stringify(person.heard).includes(asked.url); n += 1) await person.hear();
    await person.type(digits);
    expect(person.prompt).toBe('register.choose');
  }

  /** Chooses a new password on the page that stands in the chat, which is in use then. @returns what the browser complained of on that page */
  async function choosesPassword(page: Page, account: DemoAccount): Promise<readonly string[]> {
    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      card(page, 'let-in.page').getByRole('link', { name: 'Välj lösenord' }).click(),
    ]);
    const faults = complaints(tab);
    await tab.locator('input[name="password"]').fill(password);
    await tab.locator('input[name="again"]').fill(password);
    await tab.keyboard.press('Enter');
    await tab.getByText('Ditt nya lösenord är sparat').first().waitFor();
    await page.getByText('ditt nya lösenord gäller nu').waitFor();
    expect(await house.directory.provePassword(account.id, password)).toEqual({ ok: true });
    return faults;
  }

  async function byApp(page: Page, account: DemoAccount): Promise<void> {
    await press(page, 'verify-claim.choose', 'Kod från autentiseringsappen');
    await fill(page, 'verify-claim.answer', await appCode(account.otpauth ?? '', house.clock.now()));
  }
});

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

const sticksOut = `[...document.querySelectorAll('button, select, input, textarea, p, a, li, h1, h2')]
  .filter((e) => e.checkVisibility() && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1))
  .map((e) => e.textContent || e.id)`;

/** The card of a prompt, while it is the last. */
const card = (page: Page, prompt: string) => page.locator(`.turn[data-prompt="${prompt}"]`).last().locator('.card');

/** Waits until what was sent before is answered: the focus goes to the new card then. */
const atRest = (page: Page): Promise<void> => page.locator('.card[aria-busy="true"]').waitFor({ state: 'detached' });

/** Fills the card's field and sends it, by keyboard. */
async function fill(page: Page, prompt: string, text: string): Promise<void> {
  await atRest(page);
  await card(page, prompt).locator('input').fill(text);
  await page.keyboard.press('Enter');
}

/** Presses a button of the card, by keyboard. */
async function press(page: Page, prompt: string, name: string): Promise<void> {
  await atRest(page);
  await card(page, prompt).getByRole('button', { name }).focus();
  await page.keyboard.press('Enter');
}

/** Where the card's link leads. */
async function linkOf(page: Page, prompt: string): Promise<string> {
  await page.evaluate('globalThis.open = (url) => { globalThis.opened = url; return null; }');
  await card(page, prompt).getByRole('link', { name: 'Öppna sidan' }).click();
  return String(await page.evaluate('globalThis.opened'));
}

/** Whatever the browser complains of, but for what a test provokes. */
function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type()) && !line.text().startsWith('Failed to load resource')) found.push(line.text());
  });
  page.on('pageerror', (fault) => found.push(fault.message));
  return found;
}
