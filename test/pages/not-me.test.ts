import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { happenedId, notMeMs } from '../../src/delivery/happened.ts';
import { noticeParts } from '../../src/delivery/notices.ts';
import { notMeUse } from '../../src/delivery/not-me.ts';
import { readFreeze } from '../../src/desk/freeze-record.ts';
import { freezeAccount } from '../../src/desk/freeze.ts';
import { notMeRoutes } from '../../src/pages/not-me.ts';
import { tokenAddress } from '../../src/security/token-address.ts';
import { keys } from '../../src/store/keys.ts';
import { FreezeRoom } from '../desk/freeze-room.ts';
import { anna } from './directory-stand-in.ts';
import { Browser, newWorld, type World } from './world.ts';

let world: World;
let url: string;
let happening: string;
let browser: Browser;
let freezes = 0;

beforeEach(async () => {
  world = await newWorld();
  freezes = 0;
  const room = new FreezeRoom(world.store);
  const needs = { ...room.needs(), clock: world.clock, seals: world.needs.keys };
  const routes = notMeRoutes({
    ...world.needs,
    freeze: async (id) => {
      freezes += 1;
      const frozen = await freezeAccount(needs, { happening: id, said: 'mail', account: null, reference: 'K7Q2M9XD' });
      return frozen.ok ? 'frozen' : 'over';
    },
    report: async () => 'over',
    isFrozenBy: async ({ id, account }) => {
      const key = keys.frozen(account);
      const { rows } = await world.store.open({ key, owner: null, now: world.clock.now() });
      return readFreeze(rows.get(key) ?? null).frozen?.events.includes(id) === true;
    },
  });
  const notice = {
    id: 'act-1',
    what: 'password-set',
    account: anna.id,
    workMail: anna.workMail,
    places: [],
    at: world.clock.now(),
    door: 'front-door',
    language: 'sv',
  } as const;
  await world.store.commit(noticeParts(world.needs.keys, world.needs.sentences, notice));
  happening = happenedId(anna.id, 'act-1');
  url = `${world.needs.publicUrl}/not-me/${tokenAddress(world.needs.keys, notMeUse, happening)}`;
  browser = new Browser({ routes, needs: world.needs });
});
afterEach(() => world.close());

const isFrozen = async (): Promise<boolean> => {
  const key = keys.frozen(anna.id);
  const { rows } = await world.store.open({ key, owner: null, now: world.clock.now() });
  return readFreeze(rows.get(key) ?? null).frozen !== null;
};

describe('I17: the page of "this was not me"', () => {
  test('a mail scanner that opens the link, as often as it likes, changes nothing', async () => {
    for (let visit = 0; visit < 20; visit += 1) await browser.get(url);
    expect(browser.last.status).toBe(200);
    expect(freezes).toBe(0);
    expect(await isFrozen()).toBe(false);
  });

  test('its button freezes, once; then it says so, whoever opens it', async () => {
    await browser.get(url);
    await browser.post(url, { 'not-me': 'yes' });
    expect(await isFrozen()).toBe(true);
    expect(browser.text).toContain('Ditt konto är skyddat');
    await browser.post(url, { 'not-me': 'yes' });
    expect(browser.text).toContain('Ditt konto är skyddat');
  });

  test('it has one question and one button, and not a word on whose account it is, what happened or which case it became', async () => {
    await browser.get(url);
    const before = browser.text;
    expect(before.match(/<button/g)).toHaveLength(1);
    expect(before).toContain('<html lang="sv">');
    await browser.post(url, { 'not-me': 'yes' });
    for (const text of [before, browser.text]) {
      expect(text).not.toMatch(/anna|berg|example\.org|lösenordet har|LK-\d|webbchatt|2026|\d{2}:\d{2}/i);
      expect(text).not.toContain(anna.id);
    }
  });

  test('a form from elsewhere presses nothing', async () => {
    await browser.get(url);
    await browser.post(url, { 'not-me': 'yes' }, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
    expect(browser.last.status).toBe(403);
    expect(await isFrozen()).toBe(false);
  });

  test('a guessed, changed or foreign token, and an old link, are all the same: over, with whom to call', async () => {
    const [id = '', token = ''] = (url.split('/').at(-1) ?? '').split('.');
    const wrong = [
      `${world.needs.publicUrl}/not-me/${id}.${'A'.repeat(22)}`,
      `${world.needs.publicUrl}/not-me/${id}`,
      `${world.needs.publicUrl}/not-me/${id.slice(0, 4)}${'A'.repeat(22)}.${token}`,
      `${world.needs.publicUrl}/not-me/${tokenAddress(world.needs.keys, 'page-token', happening)}`,
    ];
    for (const each of wrong) {
      await browser.get(each, { 'accept-language': 'sv' });
      expect([browser.last.status, browser.text.includes('Länken gäller inte längre'), browser.text.includes('010-1')]).toEqual([
        404,
        true,
        true,
      ]);
      await browser.post(each, { 'not-me': 'yes' });
      expect(browser.last.status).toBe(404);
    }
    world.clock.forward(notMeMs);
    await browser.post(url, { 'not-me': 'yes' });
    expect(browser.last.status).toBe(404);
    expect(await isFrozen()).toBe(false);
  });

  test('its answers carry the headers of every page: nothing is kept, loaded from elsewhere or told onward', async () => {
    await browser.get(url);
    expect(browser.last.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    });
    expect(browser.last.headers?.['set-cookie']).toBeUndefined();
  });
});
