import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { freezeParts } from '../../src/desk/freeze-record.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { drop } from '../../src/pages/drop.ts';
import { openPage } from '../../src/pages/open-page.ts';
import { passwordSetOn } from '../../src/pages/password-set-on.ts';
import { settleSetting } from '../../src/pages/settle-setting.ts';
import { keys } from '../../src/store/keys.ts';
import { anna } from './directory-stand-in.ts';
import { failingStore } from './failing-store.ts';
import { Browser, hold, newWorld, partition, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.close());

const press = (browser: Browser, url: string, csrf = browser.csrf) => browser.post(url, { csrf });
const settleDue = async (): Promise<void> => {
  for (const entry of await world.store.due(world.clock.now(), 50)) {
    if (entry.id.includes('/due/page/')) await settleSetting(world.needs)(entry);
  }
};
const noticeOf = (pageId: string) => world.row(keys.outbox(partition, `${pageId}.notice`));
const types = async (): Promise<readonly unknown[]> => (await world.told()).map((event) => (event as { type: string }).type);
const unreachable = () => {
  throw new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
};
const doubtful = () => {
  throw new LatchkeyError('latchkey_directory_doubtful', 'doubtful', 'no answer');
};

describe('I16: a temporary pass', () => {
  test('is asked for when the button is pressed and shown once; chat, notice and audit are there before the browser has its answer', async () => {
    const { pageId, url, browser } = await hold(world, 'temporary-pass');
    expect(world.directory.asked.pass).toBe(0);
    expect(browser.text).toContain('Show the temporary password');
    await press(browser, url);
    expect(browser.last.status).toBe(200);
    expect(browser.last.headers?.['cache-control']).toBe('no-store');
    expect(browser.text).toContain('Tillfällig-1');
    expect(browser.text).toContain('It works until you have chosen a new password.');
    expect(browser.text).toContain('You are asked to choose a new password.');
    const outcome = { page: 'temporary-pass', is: 'password', until: null };
    expect((await world.told()).at(-1)).toEqual({ type: 'page.done', page: pageId, outcome });
    expect(await noticeOf(pageId)).toMatchObject({ notice: 'temporary-pass' });
    expect(await world.audit()).toEqual([
      'page.open allowed I16',
      'page.claim allowed I21',
      'temporary-pass.show-begun allowed I16',
      'temporary-pass.show allowed I16',
    ]);
    expect(await world.store.due(world.clock.now() + 3_600_000, 10)).not.toContainEqual(
      expect.objectContaining({ id: expect.stringContaining('/due/page/') }),
    );
  });

  test('that takes the place of a password says until when it works, in the language of the page', async () => {
    world.directory.pass = { ok: true, pass: 'VT4!a1B2', is: 'access-pass', until: world.clock.now() + 3_600_000 };
    const { url, browser } = await hold(world, 'temporary-pass', { language: 'sv' });
    await press(browser, url);
    expect(browser.text).toContain('<html lang="sv">');
    expect(browser.text).toContain('VT4!a1B2');
    expect(browser.text).toContain('Den fungerar en gång, till 14 mars 11:22.');
    expect(browser.text).toContain('tillfälligt åtkomstpass');
  });

  test('a reload, the back button and a link that is opened again show that it was shown, and never it', async () => {
    const { url, browser } = await hold(world, 'temporary-pass');
    const { csrf } = browser;
    await press(browser, url);
    const shown = browser.text;
    expect(shown).toContain('Tillfällig-1');
    await press(browser, url, csrf);
    expect(browser.text).toContain('The temporary password has been shown');
    await browser.get(url);
    expect(browser.text).toContain('ask the helpdesk for a new one');
    expect(browser.text).not.toContain('Tillfällig-1');
    expect(world.directory.asked.pass).toBe(1);
  });

  test('the store fails once the directory made it: nobody is told that nothing happened, and its due entry settles it', async () => {
    const { store, fails } = failingStore(world.store);
    world = await newWorld({ store });
    const { url, browser } = await hold(world, 'temporary-pass');
    world.directory.afterSet = () => {
      fails(true);
    };
    await press(browser, url);
    expect(browser.text).toContain('One moment');
    expect(browser.text).not.toContain('Tillfällig-1');
    fails(false);
    world.clock.forward(30_000);
    await settleDue();
    expect(await types()).toEqual(['page.claimed', 'page.doubtful']);
    expect(world.directory.asked.pass).toBe(1);
  });

  test('fifty presses at once get one: the directory is asked once, and one answer shows it', async () => {
    const { url, browser } = await hold(world, 'temporary-pass');
    const { csrf } = browser;
    const cookie = browser.cookie(url);
    const tabs = Array.from({ length: 50 }, () => {
      const tab = new Browser(world);
      tab.take(url, cookie);
      return tab;
    });
    await Promise.all(tabs.map((tab) => press(tab, url, csrf)));
    expect(world.directory.asked.pass).toBe(1);
    expect(tabs.filter(({ text }) => text.includes('Tillfällig-1'))).toHaveLength(1);
    expect(await types()).toEqual(['page.claimed', 'page.done']);
  });

  test('one press counts once in the browser too: a second one would take the answer away', async () => {
    const { browser } = await hold(world, 'temporary-pass');
    expect(browser.text).toMatch(/<script type="module" src="\/page-assets\/password\.js">/u);
  });

  test('a mail scanner that opens the link, and whoever it was forwarded to, get nothing and change nothing', async () => {
    const pageId = await world.open('temporary-pass');
    const { url } = world.links.of(pageId);
    const scanner = new Browser(world);
    await scanner.get(url);
    await scanner.post(url, {});
    expect(scanner.text).toContain('Type the page number');
    expect(scanner.text).not.toContain(anna.userId);
    expect(world.directory.asked.pass).toBe(0);
    expect((await world.page(pageId)).state).toEqual({ is: 'open', triesLeft: 3 });

    const held = await hold(world, 'temporary-pass');
    const stranger = new Browser(world);
    await stranger.post(held.url, { number: world.links.of(held.pageId).number });
    expect(stranger.text).toContain('open in another browser');
    await stranger.post(held.url, { csrf: held.browser.csrf });
    expect(stranger.text).not.toContain('Tillfällig');
    expect(world.directory.asked.pass).toBe(0);
  });

  test('it stands in no row, no message and no audit entry', async () => {
    const { url, browser } = await hold(world, 'temporary-pass');
    await press(browser, url);
    const pass = world.directory.password;
    expect(browser.text).toContain(pass);
    expect(JSON.stringify([await world.inbox(), await world.audit()])).not.toContain(pass);
    expect(JSON.stringify(await world.store.due(world.clock.now() + 3_600_000, 50))).not.toContain(pass);
  });

  test('ten minutes later it is over, and nothing was asked', async () => {
    const { url, browser } = await hold(world, 'temporary-pass');
    world.clock.forward(10 * 60_000);
    await press(browser, url);
    expect(browser.text).toContain('This page is closed');
    expect(world.directory.asked.pass).toBe(0);
  });

  test('stopped in the chat it is over', async () => {
    const { pageId, url, browser } = await hold(world, 'temporary-pass');
    const nothing = async () => {};
    await drop(world.needs, { challenges: nothing, drafts: nothing, proofs: nothing }).run({ pages: [pageId] }, world.actOf());
    await press(browser, url);
    expect(browser.text).toContain('This page is closed');
    expect(world.directory.asked.pass).toBe(0);
  });

  test('a form from elsewhere asks for nothing (R40)', async () => {
    const { url, browser } = await hold(world, 'temporary-pass');
    await press(browser, url, 'made-up');
    expect(browser.last.status).toBe(403);
    await browser.post(url, { csrf: browser.csrf }, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
    expect(browser.last.status).toBe(403);
    expect(world.directory.asked.pass).toBe(0);
  });

  test('what was given is judged again when the button is pressed, and used for this page', async () => {
    const asked: unknown[] = [];
    let holds = true;
    const own = await newWorld({
      rules: {
        proofsSuffice: async ({ act, use, proofIds }) => {
          asked.push({ act, use, proofIds });
          return holds ? { ok: true, expect: {} } : { ok: false };
        },
      },
    });
    const { pageId, url, browser } = await hold(own, 'temporary-pass');
    holds = false;
    await press(browser, url);
    expect(asked).toEqual(Array.from({ length: 2 }, () => ({ act: 'open-temporary-pass', use: pageId, proofIds: ['proof-1', 'proof-2'] })));
    expect(own.directory.asked.pass).toBe(0);
    expect(browser.text).toContain('This page is closed');
    expect((await own.told()).at(-1)).toEqual({ type: 'page.failed', page: pageId, reason: 'not-eligible' });
    const params = { page: 'temporary-pass', proofs: ['proof-1'] } as const;
    expect(await openPage(own.needs).run(params, own.actOf())).toEqual({ type: 'page.refused', reason: 'proofs' });
    await own.close();
  });

  test('I9, I10: an account that may have none any more gets none', async () => {
    let may = true;
    const own = await newWorld({ rules: { mayHave: async () => may } });
    const { url, browser } = await hold(own, 'temporary-pass');
    may = false;
    await press(browser, url);
    expect(browser.text).toContain('This page is closed');
    expect(own.directory.asked.pass).toBe(0);
    await own.close();
  });

  test.each([
    ['says no', () => (world.directory.pass = { ok: false, reason: 'not-allowed' })],
    [
      'may not',
      () =>
        (world.directory.beforeSet = () => {
          throw new LatchkeyError('latchkey_directory_forbidden', 'refused', 'no right');
        }),
    ],
  ])('where the directory %s the page is over and the chat hears why', async (_, prepare) => {
    prepare();
    const { pageId, url, browser } = await hold(world, 'temporary-pass');
    await press(browser, url);
    expect(browser.text).toContain('This page is closed');
    expect((await world.told()).at(-1)).toEqual({ type: 'page.failed', page: pageId, reason: 'not-eligible' });
    expect(await noticeOf(pageId)).toBeNull();
  });

  test('where the directory is out of reach nothing happened, and the same page can be tried again', async () => {
    const { pageId, url, browser } = await hold(world, 'temporary-pass');
    const { csrf } = browser;
    world.directory.beforeSet = unreachable;
    await press(browser, url);
    expect(browser.last.status).toBe(503);
    expect((await world.page(pageId)).state.is).toBe('held');
    world.directory.beforeSet = () => {};
    await press(browser, url, csrf);
    expect(browser.text).toContain('Tillfällig-2');
  });

  test('a doubtful answer is said, shown as such, and never asked for again; what the directory shows is told by notice', async () => {
    const { pageId, url, browser } = await hold(world, 'temporary-pass');
    const { csrf } = browser;
    world.directory.afterSet = doubtful;
    await press(browser, url);
    expect(browser.text).toContain('There is no temporary password to show');
    expect(browser.text).not.toContain('Tillfällig-1');
    expect((await world.told()).at(-1)).toEqual({ type: 'page.doubtful', page: pageId, of: 'temporary-pass' });
    expect(await noticeOf(pageId)).toMatchObject({ notice: 'temporary-pass' });
    await press(browser, url, csrf);
    world.clock.forward(11 * 60_000);
    await settleDue();
    expect(world.directory.asked.pass).toBe(1);
    expect(await types()).toEqual(['page.claimed', 'page.doubtful']);
  });

  test('where nothing shows that one was made no notice says so, and it is looked for once more', async () => {
    const { pageId, url, browser } = await hold(world, 'temporary-pass');
    world.directory.beforeSet = doubtful;
    await press(browser, url);
    expect(await noticeOf(pageId)).toBeNull();
    world.directory.account = { ...anna, passwordSetAt: world.clock.now() };
    world.clock.forward(10 * 60_000);
    await settleDue();
    expect(await noticeOf(pageId)).toMatchObject({ notice: 'temporary-pass' });
    world.clock.forward(60 * 60_000);
    expect(await world.store.due(world.clock.now(), 50)).not.toContainEqual(
      expect.objectContaining({ id: expect.stringContaining('/due/page/') }),
    );
    expect(await types()).toEqual(['page.claimed', 'page.doubtful']);
  });

  test('a process that ends in the middle leaves a doubtful one, said once, and asks for no other', async () => {
    const { pageId, url, browser } = await hold(world, 'temporary-pass');
    world.directory.afterSet = () => {
      throw new LatchkeyError('latchkey_pages_test', 'defect', 'killed');
    };
    const stuck = await world.page(pageId);
    const holder = stuck.state.is === 'held' ? stuck.state.holder : '';
    const setting = { ...stuck, state: { is: 'setting', holder, startedAt: world.clock.now(), before: anna.passwordSetAt } };
    const entry = { id: keys.due(partition, 'page', pageId), at: world.clock.now() + 30_000, data: { page: pageId } };
    await world.store.commit({ put: { [keys.page(pageId)]: setting }, due: [entry] });
    await browser.get(url);
    expect(browser.text).toContain('Your temporary password is being made');
    world.clock.forward(31_000);
    await settleDue();
    await browser.get(url);
    expect(browser.text).toContain('There is no temporary password to show');
    expect(world.directory.asked.pass).toBe(0);
    expect(await types()).toEqual(['page.claimed', 'page.doubtful']);
  });

  test('I17: a freeze while the directory makes it: nobody sees it, and the notices say that it was made', async () => {
    const { pageId, url, browser } = await hold(world, 'temporary-pass');
    world.directory.afterSet = async () => {
      const at = world.clock.now();
      const frozen = { id: 'freeze-1', events: ['e'], since: at, at, said: 'mail', case: null, sessions: null } as const;
      await world.store.commit(freezeParts(anna.id, { frozen, voidBefore: at, closed: [] }));
    };
    await press(browser, url);
    expect(world.directory.asked.pass).toBe(1);
    expect(browser.text).not.toContain('Tillfällig-1');
    expect(browser.text).toContain('This page is closed');
    expect(await noticeOf(pageId)).toMatchObject({ notice: 'temporary-pass' });
    expect(await world.audit()).toContain('temporary-pass.show refused frozen');
  });

  test('whoever was given one may have other devices signed out, as after a reset', async () => {
    const { pageId, url, browser } = await hold(world, 'temporary-pass');
    const by = world.actOf();
    expect(await passwordSetOn(world.needs, pageId, by)).toBe(false);
    await press(browser, url);
    expect(await passwordSetOn(world.needs, pageId, by)).toBe(true);
    expect(await passwordSetOn(world.needs, pageId, { ...by, accountId: 'another' })).toBe(false);
  });
});
