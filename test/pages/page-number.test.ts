import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { drop } from '../../src/pages/drop.ts';
import { openPage } from '../../src/pages/open-page.ts';
import { keys } from '../../src/store/keys.ts';
import { anna } from './directory-stand-in.ts';
import { Browser, hold, newWorld, seed, stack, testKeys, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.close());

const wrongOf = (number: string): string => String((Number(number) + 1) % 10_000).padStart(4, '0');

const kinds = ['present-password', 'new-password', 'enrol-authenticator-app'] as const;

describe('I21: a link alone is worthless', () => {
  test.each(kinds)('I21: a %s page shows nothing of account or purpose until its number is typed', async (kind) => {
    const { url } = world.links.of(await world.open(kind));
    const browser = new Browser(world);
    await browser.get(url);
    expect(browser.last.status).toBe(200);
    expect(browser.text).toContain('name="number"');
    for (const secret of [anna.userId, anna.name, anna.id, 'password', 'authenticator', seed, '11:22', 'type="hidden"']) {
      expect(browser.text).not.toContain(secret);
    }
  });

  test('I21: every kind of page shows the same before its number is typed', async () => {
    const texts = new Set<string>();
    for (const kind of kinds) {
      const browser = new Browser(world);
      await browser.get(world.links.of(await world.open(kind)).url);
      texts.add(browser.text);
    }
    expect(texts.size).toBe(1);
  });

  test('I21: opening changes nothing, however often a mail scanner does it', async () => {
    const pageId = await world.open('new-password');
    const before = await world.page(pageId);
    const audit = await world.audit();
    for (let n = 0; n < 5; n += 1) await new Browser(world).get(world.links.of(pageId).url);
    expect(await world.page(pageId)).toEqual(before);
    expect(await world.told()).toEqual([]);
    expect(await world.audit()).toEqual(audit);
  });

  test('I21, R41: the first browser to type the number holds the page; chat and audit are told in the same commit', async () => {
    const { pageId, browser } = await hold(world, 'present-password');
    expect(browser.text).toContain(anna.userId);
    expect((await world.page(pageId)).state.is).toBe('held');
    expect(await world.told()).toEqual([{ type: 'page.claimed', page: pageId }]);
    expect(world.woken).toEqual([stack]);
    expect(await world.audit()).toEqual(['page.open allowed I3', 'page.claim allowed I21']);
  });

  test('I21: a second browser that types the right number gets nothing, and takes nothing', async () => {
    const { pageId, url, browser } = await hold(world, 'present-password');
    const second = new Browser(world);
    await second.post(url, { number: world.links.of(pageId).number });
    expect(second.last.status).toBe(409);
    expect(second.text).not.toContain(anna.userId);
    await browser.get(url);
    expect(browser.text).toContain(anna.userId);
  });

  test("I21: a cookie that was made up, or is another page's, holds nothing", async () => {
    const { url, browser } = await hold(world, 'present-password');
    const other = await hold(world, 'new-password');
    const cookies = ['x', 'A'.repeat(22), '', other.browser.cookie(other.url)];
    for (const cookie of cookies) {
      const thief = new Browser(world);
      thief.take(url, cookie);
      await thief.get(url);
      expect(thief.text).toContain('name="number"');
      expect(thief.text).not.toContain(anna.userId);
      await thief.post(url, { csrf: browser.csrf, password: world.directory.password });
      expect(thief.last.status).toBe(403);
    }
    expect(world.directory.asked.prove).toBe(0);
  });

  test('I21: of fifty browsers with the right number at once, one holds the page', async () => {
    const pageId = await world.open('new-password');
    const { url, number } = world.links.of(pageId);
    const browsers = Array.from({ length: 50 }, () => new Browser(world));
    await Promise.all(browsers.map((browser) => browser.post(url, { number })));
    expect(browsers.filter(({ text }) => text.includes(anna.userId))).toHaveLength(1);
    expect(await world.told()).toEqual([{ type: 'page.claimed', page: pageId }]);
  });

  test('I21: three wrong numbers end the page, and the chat is told', async () => {
    const pageId = await world.open('new-password');
    const { url, number } = world.links.of(pageId);
    const browser = new Browser(world);
    await browser.post(url, { number: wrongOf(number) });
    expect(browser.last.status).toBe(422);
    expect(browser.text).toContain('2 tries left');
    await browser.post(url, { number: wrongOf(number) });
    expect(browser.text).toContain('one try left');
    await browser.post(url, { number: wrongOf(number) });
    expect(browser.last.status).toBe(404);
    expect(await world.told()).toEqual([{ type: 'page.failed', page: pageId, reason: 'too-many-tries' }]);
    await browser.post(url, { number });
    expect(browser.last.status).toBe(404);
    expect(await world.audit()).toEqual([
      'page.open allowed I2',
      'page.claim refused I21',
      'page.claim refused I21',
      'page.claim refused I21',
    ]);
  });

  test('I21: fifty wrong numbers at once are three tries', async () => {
    const pageId = await world.open('new-password');
    const { url, number } = world.links.of(pageId);
    await Promise.all(Array.from({ length: 50 }, () => new Browser(world).post(url, { number: wrongOf(number) })));
    expect((await world.page(pageId)).state).toEqual({ is: 'ended' });
    expect((await world.audit()).filter((entry) => entry === 'page.claim refused I21')).toHaveLength(3);
  });

  test.each(['', '12', '12345', 'abcd', '１２３'])('I21: %p has not the form of a page number and costs no try', async (typed) => {
    const pageId = await world.open('new-password');
    const browser = new Browser(world);
    await browser.post(world.links.of(pageId).url, { number: typed });
    expect(browser.last.status).toBe(422);
    expect((await world.page(pageId)).state).toEqual({ is: 'open', triesLeft: 3 });
  });

  test('I21: a number with spaces or in full-width digits is the number', async () => {
    const pageId = await world.open('new-password');
    const { url, number } = world.links.of(pageId);
    const wide = number.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    const browser = new Browser(world);
    await browser.post(url, { number: ` ${wide.slice(0, 2)} ${wide.slice(2)} ` });
    expect(browser.text).toContain(anna.userId);
  });

  test('I21: "Stop" in the chat ends a held page; its browser sees that it is over and can do nothing more', async () => {
    const { pageId, url, browser } = await hold(world, 'new-password');
    const csrf = browser.csrf;
    await drop(world.needs, droppers).run({ pages: [pageId] }, world.actOf());
    await browser.get(url);
    expect(browser.last.status).toBe(404);
    await browser.post(url, { csrf, password: 'tre små gröna krokodiler', again: 'tre små gröna krokodiler' });
    expect(browser.last.status).toBe(404);
    expect(world.directory.asked.set).toBe(0);
  });

  test('a page of another stack is not ended by drop', async () => {
    const { pageId } = await hold(world, 'new-password');
    await drop(world.needs, droppers).run({ pages: [pageId] }, world.actOf({ stack: keys.stack('tenant-1', 'somebody') }));
    expect((await world.page(pageId)).state.is).toBe('held');
  });

  test('drop hands the rest to the rooms that keep it', async () => {
    const given: unknown[] = [];
    const act = world.actOf();
    const note = async (ids: readonly string[], by: unknown): Promise<void> => void given.push([...ids, by === act]);
    await drop(world.needs, { challenges: note, drafts: note, proofs: note }).run({ challenges: ['c'], drafts: ['d'], proofs: ['p'] }, act);
    expect(given).toEqual([
      ['c', true],
      ['d', true],
      ['p', true],
    ]);
  });
});

describe('I21, R31: a page is short-lived and of one use', () => {
  test('R31: after ten minutes it is over, held or not', async () => {
    const { url, browser } = await hold(world, 'present-password');
    const csrf = browser.csrf;
    const open = world.links.of(await world.open('new-password'));
    world.clock.forward(10 * 60_000);
    await browser.get(url);
    expect(browser.last.status).toBe(404);
    await browser.post(url, { csrf, password: world.directory.password });
    expect(browser.last.status).toBe(404);
    expect(world.directory.asked.prove).toBe(0);
    const other = new Browser(world);
    await other.post(open.url, { number: open.number });
    expect(other.last.status).toBe(404);
  });

  test('an unknown page, a wrong token, an ended page and an expired one get the same answer', async () => {
    const { url: expired } = world.links.of(await world.open('enrol-authenticator-app'));
    world.clock.forward(10 * 60_000);
    const { url: ended } = world.links.of(await world.open('new-password'));
    const { url: live } = world.links.of(await world.open('new-password'));
    const wrongToken = live.replace(/\.[^.]+$/, `.${'A'.repeat(22)}`);
    const flipped = live.slice(0, -1) + String.fromCodePoint((live.codePointAt(live.length - 1) ?? 0) + 1);
    const at = live.length - 10;
    const almost = live.slice(0, at) + (live[at] === 'A' ? 'B' : 'A') + live.slice(at + 1);
    const unknown = `${publicPage}/p00-${'A'.repeat(22)}.${'A'.repeat(22)}`;
    const bodies = new Set<unknown>();
    for (const url of [expired, ended, wrongToken, flipped, almost, unknown, `${publicPage}/nothing`, `${publicPage}/..%2f`]) {
      const browser = new Browser(world);
      const { status } = await browser.get(url);
      expect([url, status]).toEqual([url, 404]);
      bodies.add(browser.text);
    }
    expect(bodies.size).toBe(1);
    await new Browser(world).get(live);
    expect((await world.page(live.slice(live.lastIndexOf('/') + 1).split('.')[0] ?? '')).state.is).toBe('open');
  });

  test('an older page of the same kind ends when a new one is opened; of another kind it stays', async () => {
    const first = await hold(world, 'new-password');
    const other = await world.open('present-password');
    const second = await world.open('new-password');
    expect((await world.page(first.pageId)).state.is).toBe('ended');
    expect((await world.page(other)).state.is).toBe('open');
    expect((await world.page(second)).state.is).toBe('open');
  });
});

describe('opening', () => {
  test('the same effect opens one page, whatever it is run again for', async () => {
    const act = world.actOf();
    const params = { page: 'new-password', proofs: ['proof-1'] } as const;
    const results = await Promise.all(Array.from({ length: 10 }, () => openPage(world.needs).run(params, act)));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect((await world.audit()).filter((entry) => entry.startsWith('page.open'))).toHaveLength(1);
    const [result] = results;
    if (result?.type !== 'page.opened') throw new Error('refused');
    expect(result.expiresAt).toBe(act.now + 10 * 60_000);
    await drop(world.needs, droppers).run({ pages: [result.page] }, act);
    expect(await openPage(world.needs).run(params, act)).toEqual(result);
    expect((await world.page(result.page)).state.is).toBe('ended');
  });

  test('I2, R41: without the proofs in the store no new-password page opens, and the audit says so', async () => {
    await world.close();
    world = await newWorld({ rules: { proofsSuffice: async () => ({ ok: false }) } });
    const act = world.actOf();
    const result = await openPage(world.needs).run({ page: 'new-password', proofs: ['made-up'] }, act);
    expect(result).toEqual({ type: 'page.refused', reason: 'proofs' });
    expect(await world.audit()).toEqual(['page.open refused I2']);
  });

  test.each(['gone', 'disabled'] as const)('I9: an account that is %s gets no page', async (how) => {
    world.directory.account = how === 'gone' ? null : { ...anna, enabled: false };
    for (const page of kinds) {
      const result = await openPage(world.needs).run({ page, proofs: [], draft: 'draft-1' }, world.actOf());
      expect(result).toEqual({ type: 'page.refused', reason: 'not-eligible' });
    }
  });

  test('I3: the present password is no way in for who has a method that counts', async () => {
    await world.close();
    world = await newWorld({ rules: { mayHave: async ({ wish }) => wish !== 'register-first' } });
    const result = await openPage(world.needs).run({ page: 'present-password', proofs: [] }, world.actOf());
    expect(result).toEqual({ type: 'page.refused', reason: 'not-eligible' });
    expect(await world.audit()).toEqual(['page.open refused I3']);
  });

  test("a draft that is not the account's own gets no page", async () => {
    const result = await openPage(world.needs).run({ page: 'enrol-authenticator-app', proofs: [], draft: 'other' }, world.actOf());
    expect(result).toEqual({ type: 'page.refused', reason: 'not-eligible' });
  });
});

describe('addresses', () => {
  test('R29: the address is built of the configured one, with a token of 128 bits', async () => {
    const { url, number } = world.links.of(await world.open('new-password'));
    expect(url).toMatch(/^https:\/\/latchkey\.example\.com\/page\/p\d\d-[\w-]{22}\.[\w-]{22}$/);
    expect(number).toMatch(/^\d{4}$/);
  });

  test('neither token nor number is in any row', async () => {
    const { pageId, url } = await hold(world, 'new-password');
    const token = url.slice(url.lastIndexOf('.') + 1);
    const { number } = world.links.of(pageId);
    const row = JSON.stringify(await world.row(keys.page(pageId)));
    expect(row).not.toContain(token);
    expect(Object.values(await world.page(pageId))).not.toContain(number);
  });

  test('tokens and numbers differ from page to page', async () => {
    const pages = [await world.open('new-password'), await world.open('present-password'), await world.open('new-password')];
    const links = pages.map((page) => world.links.of(page));
    expect(new Set(links.map(({ url }) => url)).size).toBe(3);
    expect(new Set(links.map(({ number }) => number)).size).toBeGreaterThan(1);
  });

  test('a link that was shown before the sealing keys were rotated still opens, with the number beside it', async () => {
    const pageId = await world.open('new-password');
    const { url, number } = world.links.of(pageId);
    const after = await newWorld({ store: world.store, keyring: testKeys('k2', 'k1') });
    expect(after.links.of(pageId).url).not.toBe(url);
    const browser = new Browser(after);
    await browser.post(url, { number });
    expect(browser.text).toContain(anna.userId);
  });
});

const publicPage = 'https://latchkey.example.com/page';
const droppers = { challenges: async () => {}, drafts: async () => {}, proofs: async () => {} };
