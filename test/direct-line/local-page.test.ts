import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { describeInBrowser } from '../servers/browser.ts';
import { startBrowser } from '../servers/chromium.ts';
import { startPage, type PageUnderTest } from './page-under-test.ts';

const noteViolations = "addEventListener('securitypolicyviolation', (e) => console.error('violation', e.violatedDirective, e.blockedURI))";
const tooWide = "[...document.querySelectorAll('html, .transcript')].filter((e) => e.scrollWidth > e.clientWidth).length";
const weakContrasts = readFileSync(new URL('./weak-contrasts.js', import.meta.url), 'utf8');

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };

describeInBrowser('the page of local mode, in a browser', () => {
  let browser: Browser;
  let site: PageUnderTest;
  let context: BrowserContext;
  /** Whatever the browser complained of: errors of scripts, and what the content security policy stopped. */
  let complaints: string[];

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    site = await startPage();
    complaints = [];
  });
  afterEach(async () => {
    await context.close();
    await site.stop();
    expect(complaints).toEqual([]);
  });

  async function open(
    settings: { size?: keyof typeof sizes; scheme?: 'light' | 'dark'; query?: string; locale?: string } = {},
  ): Promise<Page> {
    context = await browser.newContext({
      viewport: sizes[settings.size ?? 'wide'],
      colorScheme: settings.scheme ?? 'light',
      locale: settings.locale ?? 'sv-SE',
    });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    // What is evaluated in the page is text: a page's globals are no part of the tests' types.
    await page.addInitScript(noteViolations);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // The browser notes every answer of 400 and more here; those that a test provokes are no complaint.
      if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    await page.goto(`${site.url}/${settings.query ?? ''}`);
    await button(page, 'Glömt mitt lösenord').waitFor();
    return page;
  }

  const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
  const chat = (page: Page): Locator => page.locator('#employee');
  const composer = (page: Page): Locator => chat(page).getByRole('textbox', { name: 'Skriv ett meddelande' });
  const say = async (page: Page, text: string): Promise<void> => {
    await composer(page).fill(text);
    await composer(page).press('Enter');
  };

  test('Action.Execute is an invoke, and the card it is answered with takes the place of the one pressed', async () => {
    const page = await open();
    await button(page, 'Glömt mitt lösenord').click();
    await page.getByLabel('Sexsiffrig kod').fill('482913');
    await button(page, 'Fortsätt').click();
    await page.getByText('Du har verifierat dig').waitFor();
    expect(site.bot.heard).toEqual(['conversationUpdate:', 'invoke:reset', 'invoke:answer']);
    expect(site.bot.got[2]).toMatchObject({
      name: 'adaptiveCard/action',
      value: {
        action: { type: 'Action.Execute', verb: 'answer', data: { choose: 'answer', step: 'st3p', answer: '482913' } },
        trigger: 'manual',
      },
      from: { id: 'alva', aadObjectId: 'alva', name: 'Alva Ek' },
      locale: 'sv-SE',
    });
    await page.getByText('Koden är inskriven').waitFor();
    expect(await button(page, 'Glömt mitt lösenord').count()).toBe(0);
  });

  test('Action.Submit, the fallback, is a message with a value and no text, and the card changes by an update', async () => {
    const page = await open({ query: '?submit' });
    await button(page, 'Glömt mitt lösenord').click();
    await page.getByLabel('Sexsiffrig kod').fill('482913');
    await button(page, 'Fortsätt').click();
    await page.getByText('Koden är inskriven').waitFor();
    expect(site.bot.heard).toEqual(['conversationUpdate:', 'message:reset', 'message:answer']);
    expect(site.bot.got[2]).toMatchObject({ value: { choose: 'answer', step: 'st3p', answer: '482913' } });
    expect(site.bot.got[2]?.['text']).toBeUndefined();
  });

  test('an input is checked before its card is sent, and says what is wrong', async () => {
    const page = await open();
    await button(page, 'Glömt mitt lösenord').click();
    await page.getByLabel('Sexsiffrig kod').fill('48');
    await button(page, 'Fortsätt').click();
    await page.getByText('Skriv de sex siffrorna.').waitFor();
    expect(site.bot.heard).not.toContain('invoke:answer');
  });

  test('a link of a card opens a tab of its own that knows nothing of this one', async () => {
    const page = await open();
    await context.route('https://security.fjallbyn.example/', (route) => route.fulfill({ contentType: 'text/html', body: 'there' }));
    const opening = context.waitForEvent('page');
    await page.getByRole('link', { name: 'Öppna sidan för säkerhetsinformation' }).click();
    const tab = await opening;
    await tab.waitForLoadState();
    expect(tab.url()).toBe('https://security.fjallbyn.example/');
    expect(await tab.evaluate('[opener, document.referrer]')).toEqual([null, '']);
  });

  test('text is shown as text, its links lead to the web in a new tab, and everything is told to a screen reader', async () => {
    const page = await open();
    await say(page, 'hej <img src=x onerror=alert(1)>');
    await chat(page).getByText('Du skrev: hej <img src=x onerror=alert(1)>').waitFor();
    const link = chat(page).getByRole('link', { name: 'https://it.fjallbyn.example/hjalp', exact: true });
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await link.getAttribute('target')).toBe('_blank');
    const log = chat(page).getByRole('log', { name: 'Samtal mellan den anställda och Latchkey' });
    expect(await log.getAttribute('aria-live')).toBe('polite');
    expect(await log.getByText('Du skrev').count()).toBe(1);
    expect(await log.locator('img').count()).toBe(0);
  });

  test('Markdown of a card: what Teams shows, and never a script or markup of others', async () => {
    const page = await open();
    const markdown = (text: string): Promise<unknown> =>
      page.evaluate(`import('/assets/safe-text.js').then(({ cardMarkdown }) => cardMarkdown(${JSON.stringify(text)}))`);
    expect(await markdown('**KT** och _kod_\nrad')).toBe('<p><strong>KT</strong> och <em>kod</em><br>rad</p>');
    expect(await markdown('- ett\n- två')).toBe('<ul><li>ett</li><li>två</li></ul>');
    expect(await markdown('\\*\\*\\*\\* 41, SSPR_0014_a')).toBe('<p>**** 41, SSPR_0014_a</p>');
    expect(await markdown('[hjälp](https://it.example/a)')).toBe(
      '<p><a href="https://it.example/a" target="_blank" rel="noopener noreferrer">hjälp</a></p>',
    );
    expect(await markdown('[x](javascript:alert(1))')).not.toContain('<a');
    expect(await markdown('<img src=x onerror=alert(1)>')).not.toContain('<img');
    expect(await markdown('[x](https://a" onclick="b)')).not.toContain('onclick="');
  });

  test('everything goes by the keyboard alone', async () => {
    const page = await open();
    const focused = (): Promise<string> => page.evaluate('document.activeElement.textContent.trim()');
    for (let tabs = 0; (await focused()) !== 'Glömt mitt lösenord'; tabs += 1) {
      expect(tabs).toBeLessThan(15);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.getByLabel('Sexsiffrig kod').waitFor();
    // The pressed button is gone; the focus waits in the line below, and the new card is just before it.
    await chat(page).locator('textarea:focus').waitFor();
    for (let tabs = 0; (await chat(page).locator('input:focus').count()) === 0; tabs += 1) {
      expect(tabs).toBeLessThan(5);
      await page.keyboard.press('Shift+Tab');
    }
    await page.keyboard.type('482913');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Fortsätt');
    await page.keyboard.press('Space');
    await page.getByText('Du har verifierat dig').waitFor();
    await chat(page).locator('textarea:focus').waitFor();
    await page.keyboard.type('tack');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('så mycket');
    await page.keyboard.press('Enter');
    await page.getByText('Du skrev: tack').waitFor();
    expect(site.bot.got.at(-1)).toMatchObject({ text: 'tack\nså mycket' });
    await chat(page).locator('textarea:focus').waitFor();
  });

  test('what could not be sent stays, is said so, and goes again under the same id', async () => {
    const page = await open();
    site.failing = true;
    await say(page, 'hej igen');
    await chat(page).getByText('Inte skickat.').waitFor();
    site.failing = false;
    await button(page, 'Skicka igen').click();
    await chat(page).getByText('Du skrev: hej igen').waitFor();
    expect(await chat(page).getByText('Inte skickat.').count()).toBe(0);
    expect(await chat(page).getByText('hej igen', { exact: true }).count()).toBe(1);
    expect(site.posted.length).toBeGreaterThan(2);
    expect(new Set(site.posted.filter(({ text }) => text === 'hej igen').map(({ id }) => id)).size).toBe(1);
  });

  test('a button that did not arrive can be pressed again, and is the same press to the bot', async () => {
    const page = await open();
    site.failing = true;
    await button(page, 'Glömt mitt lösenord').click();
    await chat(page).getByText('Det kom inte fram. Tryck igen.').waitFor();
    site.failing = false;
    await button(page, 'Glömt mitt lösenord').click();
    await page.getByLabel('Sexsiffrig kod').waitFor();
    expect(new Set(site.posted.filter(({ type }) => type === 'invoke').map(({ id }) => id)).size).toBe(1);
  });

  test('after a restart the tab finds its way back under the same account, and what was said stays', async () => {
    const page = await open();
    await say(page, 'före');
    await chat(page).getByText('Du skrev: före').waitFor();
    site.forget();
    await chat(page).getByText('Ansluten igen. Samtalet fortsätter.').waitFor();
    await say(page, 'efter');
    await chat(page).getByText('Du skrev: efter').waitFor();
    expect(await chat(page).getByText('Du skrev: före').count()).toBe(1);
    expect(site.bot.heard).toEqual(['conversationUpdate:', 'message:före', 'conversationUpdate:', 'message:efter']);
    expect(site.bot.got[3]?.['from']).toEqual(site.bot.got[1]?.['from']);
  });

  test('a server that is away is said, writing goes on, and it goes away by itself', async () => {
    const page = await open();
    await context.route('**/v3/directline/**', (route) => route.abort());
    await chat(page).getByText('Latchkey går inte att nå just nu.').waitFor();
    await say(page, 'är du där');
    await context.unroute('**/v3/directline/**');
    await chat(page).getByText('Du skrev: är du där').waitFor();
    await chat(page).getByText('Latchkey går inte att nå just nu.').waitFor({ state: 'detached' });
  });

  test('a page read anew shows the conversation as it was, spent cards spent', async () => {
    const page = await open();
    await button(page, 'Glömt mitt lösenord').click();
    await page.getByLabel('Sexsiffrig kod').waitFor();
    await page.reload();
    await page.getByLabel('Sexsiffrig kod').waitFor();
    expect(await button(page, 'Glömt mitt lösenord').count()).toBe(0);
    expect(site.bot.heard).toEqual(['conversationUpdate:', 'invoke:reset']);
  });

  test('another account has a conversation of its own, and each goes on where it was', async () => {
    const page = await open();
    await say(page, 'jag är Alva');
    await chat(page).getByText('Du skrev: jag är Alva').waitFor();
    await page.getByLabel('Du är').selectOption('bo');
    await button(page, 'Glömt mitt lösenord').waitFor();
    await page.getByText('bo.norberg@fjallbyn.example').waitFor();
    expect(await chat(page).getByText('jag är Alva').count()).toBe(0);
    await page.getByLabel('Du är').selectOption('alva');
    await chat(page).getByText('Du skrev: jag är Alva').waitFor();
    expect(site.bot.got.map((activity) => (activity['from'] as { id: string }).id)).toEqual(['alva', 'alva', 'bo']);
  });

  test("a case arrives in the helpdesk's channel, and the chosen agent settles it there", async () => {
    const page = await open();
    await say(page, 'ärende');
    const desk = page.getByRole('region', { name: 'Helpdeskens kanal' });
    await desk.getByRole('button', { name: 'Avsluta ärendet' }).waitFor();
    await page.getByLabel('Knappar trycks av').selectOption('tom');
    await desk.getByRole('button', { name: 'Avsluta ärendet' }).click();
    await desk.getByText('LK-1001 är avslutat').waitFor();
    expect(site.bot.got.at(-1)).toMatchObject({ from: { id: 'tom', name: 'Tom Berg' }, conversation: { conversationType: 'channel' } });
  });

  test('the outbox shows what was sent, newest on top, a mail by its subject, a code to copy', async () => {
    const page = await open();
    site.outbox.push({ at: '2026-01-05T08:41:00.000Z', kind: 'sms', to: '+46 70 000 12 41', text: '482913 är din kod (KT).' });
    site.outbox.push({
      at: '2026-01-05T08:42:00.000Z',
      kind: 'mail',
      to: 'alva@example.org',
      text: 'Ditt lösenord har ändrats\n\nHej <b>Alva</b>!',
    });
    const outbox = page.getByRole('region', { name: 'Utkorg' });
    const parcels = outbox.getByRole('log').getByRole('listitem');
    await parcels.nth(1).waitFor();
    expect(await parcels.nth(0).locator('.subject').textContent()).toBe('Ditt lösenord har ändrats');
    expect(await parcels.nth(0).locator('.text').textContent()).toBe('Hej <b>Alva</b>!');
    expect(await parcels.nth(1).textContent()).toContain('Sms');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await button(page, 'Kopiera koden 482913').click();
    await button(page, 'Kopierad').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('482913');
  });

  test('RFC 6238, appendix B: the codes of the apps are those of a phone', async () => {
    const page = await open();
    const secrets = {
      SHA1: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      SHA256: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA',
      SHA512: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA',
    };
    const code = (algorithm: keyof typeof secrets, seconds: number): Promise<unknown> =>
      page.evaluate(
        `import('/assets/totp.js').then(async ({ readApp, codeAt }) => (await codeAt(await readApp(
          'otpauth://totp/a?secret=${secrets[algorithm]}&algorithm=${algorithm}&digits=8'), ${seconds * 1000})).code)`,
      );
    expect(await code('SHA1', 59)).toBe('94287082');
    expect(await code('SHA256', 1111111109)).toBe('68084774');
    expect(await code('SHA512', 20000000000)).toBe('47863826');
    const shown = page.getByRole('region', { name: 'Utkorg' }).getByRole('listitem').filter({ hasText: 'Bo Norberg' });
    await shown.getByText(/^\d{3} \d{3}$/).waitFor();
  });

  test('the language is the browser’s, and can be changed while the page stands', async () => {
    const page = await open({ locale: 'en-GB' });
    await page.getByRole('heading', { name: 'An employee’s chat' }).waitFor();
    await page.getByRole('textbox', { name: 'Write a message' }).first().fill('half a sent');
    await button(page, 'Svenska').click();
    await page.getByRole('heading', { name: 'En anställds chatt' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('sv');
    expect(await composer(page).inputValue()).toBe('half a sent');
    await composer(page).press('Enter');
    await page.getByText('Du skrev: half a sent').waitFor();
    expect(site.bot.got.at(-1)).toMatchObject({ locale: 'sv-SE' });
  });

  test('on a narrow screen one part is shown at a time, and news elsewhere is marked', async () => {
    const page = await open({ size: 'narrow' });
    const desk = page.getByRole('region', { name: 'Helpdeskens kanal' });
    expect(await desk.count()).toBe(0);
    await say(page, 'ärende');
    const toDesk = page.getByRole('navigation').getByRole('button', { name: 'Helpdesk' });
    await toDesk.filter({ hasText: 'nytt' }).click();
    await desk.waitFor();
    expect(await chat(page).isVisible()).toBe(false);
    expect(await toDesk.getAttribute('aria-current')).toBe('true');
    expect(await toDesk.textContent()).toBe('Helpdesk');
  });

  test.each([
    { size: 'wide', scheme: 'light' },
    { size: 'wide', scheme: 'dark' },
    { size: 'narrow', scheme: 'light' },
    { size: 'narrow', scheme: 'dark' },
  ] as const)('nothing sticks out, and text can be read: $size, $scheme', async ({ size, scheme }) => {
    const page = await open({ size, scheme });
    await say(page, 'ett långt ord: '.padEnd(400, 'å'));
    await page.getByText('Du skrev: ett långt ord').waitFor();
    expect(await page.evaluate(tooWide)).toBe(0);
    expect(await page.evaluate(weakContrasts)).toEqual([]);
  });
});
