import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keys } from '../../src/store/keys.ts';
import { anna } from './directory-stand-in.ts';
import { Browser, codes, hold, newWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.close());

const done = (told: readonly unknown[]) => told.filter((event) => (event as { type: string }).type === 'page.done');

describe('the page of the recovery codes', () => {
  test('I21: shows no code before the page number was typed, and none to another browser', async () => {
    const pageId = await world.open('show-recovery-codes');
    const { url, number } = world.links.of(pageId);
    const [first, other] = [new Browser(world), new Browser(world)];
    await first.get(url);
    for (const code of codes) expect(first.text).not.toContain(code);
    await first.post(url, { number });
    for (const code of codes) expect(first.text).toContain(code);
    expect(first.text).toContain('anna.berg@example.org');
    await other.get(url);
    await other.post(url, { number });
    expect(other.last.status).toBe(409);
    for (const code of codes) expect(other.text).not.toContain(code);
  });

  test('is kept by no browser, and shows the same codes when it is loaded again', async () => {
    const { url, browser } = await hold(world, 'show-recovery-codes');
    expect(browser.last.headers?.['cache-control']).toContain('no-store');
    await browser.get(url);
    for (const code of codes) expect(browser.text).toContain(code);
    expect(done(await world.told())).toEqual([]);
  });

  test('confirmed: the proof and the news are there before the browser has its answer, and no code is shown again', async () => {
    const { pageId, url, browser } = await hold(world, 'show-recovery-codes');
    await browser.post(url, { csrf: browser.csrf, kept: 'yes' });
    expect(browser.last.status).toBe(200);
    expect(browser.text).toContain('Your recovery codes are confirmed');
    const [told] = done(await world.told()) as { outcome: { proof: string } }[];
    expect(told).toEqual({ type: 'page.done', page: pageId, outcome: { page: 'show-recovery-codes', proof: expect.any(String) } });
    expect(await world.row(keys.proof(anna.id, told?.outcome.proof ?? ''))).toEqual({ proves: 'draft-1' });
    await browser.get(url);
    for (const code of codes) expect(browser.text).not.toContain(code);
    expect(await world.audit()).toEqual(['page.open allowed I4', 'page.claim allowed I21', 'recovery-codes.confirm allowed R18']);
  });

  test('not ticked: said, with the codes still there; a foreign form confirms nothing', async () => {
    const { url, browser } = await hold(world, 'show-recovery-codes');
    const { csrf } = browser;
    await browser.post(url, { csrf });
    expect(browser.last.status).toBe(422);
    expect(browser.text).toContain('Save the codes first');
    expect(browser.text).toContain(codes[0]);
    await browser.post(url, { csrf: 'forged', kept: 'yes' });
    expect(browser.last.status).toBe(403);
    await browser.post(url, { csrf, kept: 'yes' }, { origin: 'https://evil.example' });
    expect(browser.last.status).toBe(403);
    expect(done(await world.told())).toEqual([]);
  });

  test('fifty confirmations at once are one', async () => {
    const { url, browser } = await hold(world, 'show-recovery-codes');
    const { csrf } = browser;
    await Promise.all(Array.from({ length: 50 }, () => browser.post(url, { csrf, kept: 'yes' })));
    expect(done(await world.told())).toHaveLength(1);
  });

  test('after ten minutes the codes are shown to nobody, and can no longer be confirmed', async () => {
    const { url, browser } = await hold(world, 'show-recovery-codes');
    const { csrf } = browser;
    world.clock.forward(10 * 60_000);
    await browser.get(url);
    expect(browser.last.status).toBe(404);
    for (const code of codes) expect(browser.text).not.toContain(code);
    await browser.post(url, { csrf, kept: 'yes' });
    expect(done(await world.told())).toEqual([]);
  });

  test('where the draft is gone the page is over, and a new one is refused', async () => {
    const { url, browser } = await hold(world, 'show-recovery-codes');
    world.needs.rules.openDraftCodes = async () => null;
    await browser.get(url);
    expect(browser.last.status).toBe(404);
    await expect(world.open('show-recovery-codes')).rejects.toThrow('page.refused');
  });
});
