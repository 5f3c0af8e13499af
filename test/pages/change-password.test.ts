import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LatchkeyError } from '../../src/errors.ts';
import { settleSetting } from '../../src/pages/settle-setting.ts';
import { keys } from '../../src/store/keys.ts';
import { anna } from './directory-stand-in.ts';
import { type Browser, hold, newWorld, partition, type World } from './world.ts';

const present = 'Gammalt-lösenord-1';
const fresh = 'tre små gröna krokodiler';

let world: World;
beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.close());

const submit = (browser: Browser, url: string, fields: Partial<Record<'present' | 'password' | 'again' | 'csrf', string>> = {}) =>
  browser.post(url, { csrf: browser.csrf, present, password: fresh, again: fresh, ...fields });
const types = async (): Promise<readonly unknown[]> => (await world.told()).map((event) => (event as { type: string }).type);

describe('a change of a known password', () => {
  test('takes the present one and the new one; chat, notice and audit are there before the browser has its answer', async () => {
    const { pageId, url, browser } = await hold(world, 'change-password');
    await submit(browser, url);
    expect(world.directory.password).toBe(fresh);
    // With it the directory can hold the owner to its rules for a change.
    expect(world.directory.presentGiven).toBe(present);
    expect(browser.text).toContain('Your new password is set');
    expect((await world.told()).at(-1)).toEqual({ type: 'page.done', page: pageId, outcome: { page: 'change-password' } });
    expect(await world.row(keys.outbox(partition, `${pageId}.notice`))).toMatchObject({ notice: 'password-set' });
    expect(await world.audit()).toEqual([
      'page.open allowed I3',
      'page.claim allowed I21',
      'password.set-begun allowed I3',
      'password.set allowed I3',
    ]);
  });

  test("R30: the rules stand on it before anything is typed, in the page's language", async () => {
    const { browser } = await hold(world, 'change-password', { language: 'sv' });
    expect(browser.text).toContain('Det måste ha minst 8 tecken, och högst 256.');
    expect(browser.text).toContain('Nuvarande lösenord');
    expect(browser.text).toContain('autocomplete="current-password"');
    expect(browser.text).toContain('autocomplete="new-password"');
  });

  test('I3: a wrong present password sets nothing, costs a try of the account and one of the directory', async () => {
    const { url, browser } = await hold(world, 'change-password');
    await submit(browser, url, { present: 'fel' });
    expect(browser.text).toContain('That is not the password of this account. You have 2 tries left today.');
    expect(world.directory.asked).toMatchObject({ prove: 1, set: 0 });
    expect(await world.audit()).toContain('password.prove refused wrong');
    await submit(browser, url, { present: 'fel' });
    await submit(browser, url, { present: 'fel' });
    expect(browser.last.status).toBe(404);
    expect((await world.told()).at(-1)).toMatchObject({ type: 'page.failed', reason: 'too-many-tries' });

    // A new page brings no new tries, and the tries are those of the present password's page too.
    const again = await hold(world, 'change-password');
    await submit(again.browser, again.url);
    expect(world.directory.asked).toMatchObject({ prove: 3, set: 0 });
    const other = await hold(world, 'present-password');
    await other.browser.post(other.url, { csrf: other.browser.csrf, password: present });
    expect(world.directory.asked.prove).toBe(3);
  });

  test('what was wrong is marked, and what was not is not', async () => {
    const { url, browser } = await hold(world, 'change-password');
    const marked = () => [...browser.text.matchAll(/<input\s+id="(\w+)"[^>]*aria-invalid/gu)].map(([, id]) => id);
    await submit(browser, url, { present: 'fel' });
    expect(marked()).toEqual(['present']);
    await submit(browser, url, { password: 'kort', again: 'kort' });
    expect(marked()).toEqual(['password', 'again']);
    await submit(browser, url, { present: '' });
    expect(marked()).toEqual(['present', 'password', 'again']);
  });

  test('the right one clears the tries before it', async () => {
    const first = await hold(world, 'change-password');
    await submit(first.browser, first.url, { present: 'fel' });
    await submit(first.browser, first.url, { present: 'fel' });
    await submit(first.browser, first.url);
    const second = await hold(world, 'change-password');
    await submit(second.browser, second.url, { present: 'fel' });
    expect(second.browser.text).toContain('You have 2 tries left today.');
  });

  test.each([
    [{ present: '' }, 'Type your present password, and the new one in both fields'],
    [{ again: 'något annat' }, 'The two passwords are not the same'],
    [{ password: present, again: present }, 'This password cannot be used. It must not be the password you have now.'],
  ])('what is wrong by itself, %j, is said before a try is spent', async (fields, words) => {
    const { url, browser } = await hold(world, 'change-password');
    await submit(browser, url, fields);
    expect(browser.last.status).toBe(422);
    expect(browser.text).toContain(words);
    expect(world.directory.asked).toMatchObject({ prove: 0, set: 0 });
  });

  test('R30: a refusal by a rule keeps the page, names the rule, and leaves no password on it', async () => {
    const { pageId, url, browser } = await hold(world, 'change-password');
    await submit(browser, url, { password: 'kort', again: 'kort' });
    expect(browser.text).toContain('This password cannot be used. It must have at least 8 characters, and at most 256.');
    expect((await world.page(pageId)).state.is).toBe('held');
    for (const typed of ['kort', present]) expect(browser.text).not.toContain(typed);
    await submit(browser, url);
    expect(world.directory.password).toBe(fresh);
  });

  test('R30: both are normalised to NFC', async () => {
    const { url, browser } = await hold(world, 'change-password');
    await submit(browser, url, { present: present.normalize('NFD'), password: fresh.normalize('NFD'), again: fresh });
    expect(world.directory.password).toBe(fresh);
  });

  test.each(['locked', 'disabled'] as const)('the directory says %s: nothing is set, and the chat hears why', async (reason) => {
    const { url, browser } = await hold(world, 'change-password');
    world.directory.proved = { ok: false, reason };
    await submit(browser, url);
    expect(browser.last.status).toBe(404);
    expect((await world.told()).at(-1)).toMatchObject({ type: 'page.failed', reason: reason === 'locked' ? 'locked' : 'not-eligible' });
    expect(world.directory.asked.set).toBe(0);
  });

  test('I10: an account that became privileged meanwhile gets nothing', async () => {
    await world.close();
    let may = true;
    const wishes: string[] = [];
    world = await newWorld({
      rules: {
        mayHave: async ({ wish }) => {
          wishes.push(wish);
          return may;
        },
      },
    });
    const { url, browser } = await hold(world, 'change-password');
    may = false;
    await submit(browser, url);
    expect(world.directory.asked).toMatchObject({ prove: 0, set: 0 });
    expect(new Set(wishes)).toEqual(new Set(['change']));
    expect((await world.told()).at(-1)).toMatchObject({ type: 'page.failed', reason: 'not-eligible' });
  });

  test('R31: fifty correct submits at once set it once', async () => {
    const { url, browser } = await hold(world, 'change-password');
    const { csrf } = browser;
    world.directory.proved = { ok: true };
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => submit(browser, url, { csrf, password: `${fresh} ${n}`, again: `${fresh} ${n}` })),
    );
    expect(world.directory.asked.set).toBe(1);
    expect((await types()).filter((type) => type === 'page.done')).toHaveLength(1);
  });

  test('a directory that falls silent: never set again, looked for, and told', async () => {
    const { url, browser } = await hold(world, 'change-password');
    world.directory.beforeSet = () => {
      throw new LatchkeyError('latchkey_directory_doubtful', 'doubtful', 'timeout');
    };
    await submit(browser, url);
    expect(browser.text).toContain('One moment');
    world.directory.account = { ...anna, passwordSetAt: world.clock.now() };
    world.clock.forward(30_000);
    for (const entry of await world.store.due(world.clock.now(), 50))
      if (entry.id.includes('/due/page/')) await settleSetting(world.needs)(entry);
    expect((await world.told()).at(-1)).toMatchObject({ type: 'page.done', outcome: { page: 'change-password' } });
    expect(world.directory.asked.set).toBe(1);
  });

  test('R28: neither password is in any row, inbox, audit entry or answer', async () => {
    const { pageId, url, browser } = await hold(world, 'change-password');
    await submit(browser, url, { present: 'ett fel lösenord' });
    const refused = browser.last;
    await submit(browser, url);
    const kept = JSON.stringify([refused, browser.last, await world.page(pageId), await world.inbox(), await world.audit()]);
    for (const secret of [present, fresh, 'ett fel lösenord']) expect(kept).not.toContain(secret);
  });
});
