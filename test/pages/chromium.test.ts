import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from '../servers/chromium.ts';
import { describeWith } from '../servers/require.ts';
import { serve } from './serve.ts';
import type { PageKind } from '../../dialogs/views.ts';

const fresh = 'tre små gröna krokodiler';

describeWith(chromiumPath, 'chromium', 'in a real browser', () => {
  let chrome: Browser;
  let served: Awaited<ReturnType<typeof serve>>;
  let complaints: string[];
  beforeAll(async () => {
    chrome = await startBrowser();
  });
  afterAll(() => chrome.close());
  beforeEach(async () => {
    served = await serve();
    complaints = [];
  });
  afterEach(() => served.close());

  async function visit(
    kind: PageKind,
    options: Parameters<Browser['newPage']>[0] = {},
  ): Promise<{ page: Page; url: string; pageId: string }> {
    const page = await chrome.newPage({ viewport: { width: 390, height: 800 }, ...options });
    // The console hears of every violation of the content security policy and of trusted types.
    page.on('console', (line) => {
      if (line.type() === 'error' && !line.text().includes('the server responded with a status of 4')) complaints.push(line.text());
    });
    page.on('pageerror', (fault) => complaints.push(fault.message));
    const pageId = await served.world.open(kind);
    const { url, number } = served.world.links.of(pageId);
    // Sooner than the test's own limit, so that a failure says what was waited for.
    page.setDefaultTimeout(30_000);
    await page.goto(url);
    // Where to type is given by the page itself; on a busy machine it takes the browser a moment.
    await page.locator('input[name="number"]:focus').waitFor();
    await page.keyboard.type(number);
    await page.keyboard.press('Enter');
    await page.getByText('anna.berg@example.org').waitFor();
    if (kind !== 'enrol-authenticator-app') await page.locator('input:focus').waitFor();
    return { page, url, pageId };
  }

  test('a new password, by keyboard alone: strength and agreement are shown while typing, and nothing is refused by the policy', async () => {
    const { page } = await visit('new-password');
    await page.keyboard.type('sommar');
    await page
      .getByRole('status')
      .filter({ hasText: /very easy|easy/ })
      .waitFor();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(fresh);
    await page.getByRole('status').filter({ hasText: 'very hard' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await page.locator('#password').getAttribute('type')).toBe('text');
    await page.keyboard.press('Tab');
    await page.keyboard.type(fresh);
    await page.getByText('The two are the same.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your new password is set' }).waitFor();
    expect(served.world.directory.password).toBe(fresh);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a change of a known password, by keyboard alone', async () => {
    const { page } = await visit('change-password');
    await page.locator('input:focus').waitFor();
    await page.keyboard.type(served.world.directory.password);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(fresh);
    await page.getByRole('status').filter({ hasText: 'very hard' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(fresh);
    await page.getByText('The two are the same.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your new password is set' }).waitFor();
    expect(served.world.directory.password).toBe(fresh);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('everything works without scripts', async () => {
    const { page } = await visit('new-password', { javaScriptEnabled: false });
    await page.locator('#password').fill(fresh);
    await page.locator('#again').fill(fresh);
    await page.getByRole('button', { name: 'Set the new password' }).click();
    await page.getByRole('heading', { name: 'Your new password is set' }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('the present password: wrong is said at once, right goes on', async () => {
    const { page } = await visit('present-password');
    await page.keyboard.type('fel');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'You have 2 tries left today' }).waitFor();
    await page.locator('input:focus').waitFor();
    await page.keyboard.type(served.world.directory.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Thank you, that was right' }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('nothing is cut off or scrolls sideways from 320 to 1280 px', async () => {
    for (const kind of ['present-password', 'new-password', 'change-password', 'enrol-authenticator-app'] as const) {
      const { page } = await visit(kind);
      for (const width of [320, 390, 768, 1280]) {
        await page.setViewportSize({ width, height: 700 });
        expect([kind, Number(await page.evaluate('document.documentElement.scrollWidth'))]).toEqual([kind, width]);
      }
      await page.close();
    }
    expect(complaints).toEqual([]);
  });

  test('R40: a form on another site neither claims nor sets', async () => {
    const { url } = await visit('new-password');
    const page = await chrome.newPage();
    await page.setContent(`<form method="post" action="${url}"><input name="number" value="1234"><button>go</button></form>`);
    await page.getByRole('button').click();
    await page.waitForURL(url);
    expect(await page.content()).not.toContain('anna.berg');
    expect(served.world.directory.asked.set).toBe(0);
    await page.close();
  });

  test('no line of the log holds a token, a page number or a password', async () => {
    const { page, url, pageId } = await visit('new-password');
    await page.locator('#password').fill(fresh);
    await page.locator('#again').fill(`${fresh}!`);
    await page.getByRole('button', { name: 'Set the new password' }).click();
    await page.getByRole('alert').waitFor();
    await page.goto(`${url}x`);
    const log = served.lines.join('\n');
    for (const secret of [url.slice(url.lastIndexOf('.') + 1), served.world.links.of(pageId).number, fresh])
      expect(log).not.toContain(secret);
    await page.close();
  });
});
