import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Browser, hold, newWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.close());

const fresh = 'tre små gröna krokodiler';

describe('headers', () => {
  test('R40: every answer of a page forbids what is not its own, and is kept nowhere', async () => {
    const { pageId, url, browser } = await hold(world, 'new-password');
    const answers = [
      browser.last,
      await new Browser(world).get(url),
      await new Browser(world).get(`${url}x`),
      await new Browser(world).post(url, { number: '12' }),
      await new Browser(world).post(url, { number: world.links.of(pageId).number }),
      await browser.post(url, { csrf: 'wrong', password: fresh, again: fresh }),
      await browser.post(url, {}, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }),
    ];
    for (const { headers } of answers) {
      const policy = String(headers?.['content-security-policy']).split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self'",
          "form-action 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
          "require-trusted-types-for 'script'",
        ]),
      );
      expect(policy.join()).not.toMatch(/unsafe|https?:|data:|\*/);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers?.['permissions-policy']).toContain('camera=()');
    }
  });

  test('no page has a script, style or address in line, and none from elsewhere', async () => {
    for (const kind of ['present-password', 'new-password', 'change-password', 'enrol-authenticator-app'] as const) {
      const { browser } = await hold(world, kind);
      expect(browser.text).not.toMatch(/<script(?![^>]* src="\/page-assets\/)|<style|\sstyle=|\son[a-z]+=|javascript:/);
      expect(
        [...browser.text.matchAll(/(?:src|href|action)="([^"]*)"/g)].map(([, to]) => to).filter((to) => !to?.startsWith('/page-assets/')),
        // And the helpdesk's telephone.
      ).toEqual([...(kind === 'enrol-authenticator-app' ? [expect.stringContaining('otpauth://totp/')] : []), 'tel:0846500410']);
    }
  });

  test('every asset a page names is there, with its type, packed where the browser takes it', async () => {
    const { browser } = await hold(world, 'new-password');
    const names = [...browser.text.matchAll(/\/page-assets\/[\w.-]+/g)].map(([name]) => name);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      const plain = await browser.get(name);
      expect(plain.status).toBe(200);
      expect(plain.headers?.['content-type']).toMatch(/^(text\/(css|javascript)|image\/svg)/);
      const packed = await browser.get(name, { 'accept-encoding': 'gzip, br' });
      expect(packed.headers?.['content-encoding']).toBe('gzip');
      expect((await browser.get(name, { 'if-none-match': String(plain.headers?.['etag']) })).status).toBe(304);
    }
  });
});

describe('R40: the session of a page', () => {
  test('R40: the cookie is not readable by scripts, goes to this page alone, and lives as long as it does', async () => {
    const pageId = await world.open('new-password');
    const { url, number } = world.links.of(pageId);
    const route = world.routes.find(({ method }) => method === 'POST');
    const address = url.slice(url.lastIndexOf('/') + 1);
    const response = await route?.handle({
      id: '1',
      method: 'POST',
      path: `/page/${address}`,
      params: { address },
      query: {},
      search: '',
      headers: { origin: 'https://latchkey.example.com' },
      cookies: {},
      body: undefined,
      form: new URLSearchParams({ number }),
      raw: '',
      client: '',
    });
    expect(response?.status).toBe(303);
    expect(response?.headers?.['location']).toBe(`/page/${address}`);
    expect(response?.headers?.['set-cookie']).toMatch(
      new RegExp(`^latchkey-page=[\\w-]{22}; Path=/page/${address.replace('.', '\\.')}; Max-Age=600; HttpOnly; SameSite=Strict; Secure$`),
    );
  });

  test('R40: on loopback without TLS the cookie is the same but for Secure', async () => {
    await world.close();
    world = await newWorld({ publicUrl: 'http://localhost:3978' });
    const { url, number } = world.links.of(await world.open('new-password'));
    const browser = new Browser(world);
    let cookie = '';
    const post = world.routes.find(({ method }) => method === 'POST');
    const watched = {
      ...world,
      routes: world.routes.map((route) =>
        route === post
          ? {
              ...route,
              async handle(request: Parameters<typeof route.handle>[0]) {
                const response = await route.handle(request);
                cookie = String(response.headers?.['set-cookie']);
                return response;
              },
            }
          : route,
      ),
    };
    await new Browser(watched).post(url, { number });
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict$/);
    await browser.get(url);
    expect(browser.text).toContain('name="number"');
  });

  test.each([
    ['no token', () => ''],
    ['a made-up token', () => 'k1.AAAA'],
    ['the token of another page', (other: string) => other],
  ])('R40: a form with %s does nothing', async (_what, csrf) => {
    const other = await hold(world, 'present-password');
    const { url, browser } = await hold(world, 'new-password');
    await browser.post(url, { csrf: csrf(other.browser.csrf), password: fresh, again: fresh });
    expect(browser.last.status).toBe(403);
    expect(world.directory.asked.set).toBe(0);
  });

  test.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another site that calls itself ours', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
    ['a sandbox or a file', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['a neighbour under the same domain', { origin: 'null', 'sec-fetch-site': 'same-site' }],
    ['nobody who says so', { origin: 'null', 'sec-fetch-site': '' }],
  ])('R40: a form from %s is turned away, number and password alike', async (_who, headers) => {
    const { url, browser } = await hold(world, 'new-password');
    await browser.post(url, { csrf: browser.csrf, password: fresh, again: fresh }, headers);
    expect(browser.last.status).toBe(403);
    expect(world.directory.asked.set).toBe(0);

    const pageId = await world.open('present-password');
    const link = world.links.of(pageId);
    await new Browser(world).post(link.url, { number: link.number }, headers);
    expect((await world.page(pageId)).state).toEqual({ is: 'open', triesLeft: 3 });
  });

  test('R40: without the cookie the form does nothing, whatever token it carries', async () => {
    const { url, browser } = await hold(world, 'new-password');
    const stranger = new Browser(world);
    await stranger.post(url, { csrf: browser.csrf, password: fresh, again: fresh });
    expect(stranger.last.status).toBe(403);
    expect(world.directory.asked.set).toBe(0);
  });
});

describe('what a page says', () => {
  test('labels from the directory are text, never markup', async () => {
    const { account } = world.directory;
    if (account === null) throw new Error('no account');
    world.directory.account = { ...account, userId: '"><script>alert(1)</script>@example.org', name: "O'Neill <b>" };
    for (const kind of ['present-password', 'new-password', 'enrol-authenticator-app'] as const) {
      const { browser } = await hold(world, kind);
      expect(browser.text).not.toContain('<script>alert');
      expect(browser.text).not.toContain('<b>');
    }
  });

  test('I21: once held it names account, purpose and time, in its language', async () => {
    const english = await hold(world, 'present-password');
    for (const word of ['anna.berg@example.org', 'so that you can register verification methods', '14 Mar, 10:22', '10:32']) {
      expect(english.browser.text).toContain(word);
    }
    const swedish = await hold(world, 'enrol-authenticator-app', { language: 'sv' });
    for (const word of ['lang="sv"', 'anna.berg@example.org', 'Att lägga till en autentiseringsapp', '14 mars 10:22', '10:32']) {
      expect(swedish.browser.text).toContain(word);
    }
  });

  test("the app's key stands in groups of four, its QR code is drawn in the page, and nothing is asked for there", async () => {
    const { browser } = await hold(world, 'enrol-authenticator-app');
    expect(browser.text).toContain('JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP');
    expect(browser.text).toMatch(/<svg[^>]*viewBox/);
    expect(browser.text).toContain('Go back to your chat and type the six digits');
    expect(browser.text).not.toContain('<form');
  });

  test('both languages have the same sentences', () => {
    const { sentences } = world.needs;
    for (const file of ['page.', 'password-rule.']) {
      expect([...sentences.under('sv', file).keys()].sort()).toEqual([...sentences.under('en', file).keys()].sort());
    }
  });
});
