import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LatchkeyError } from '../../src/errors.ts';
import { drop } from '../../src/pages/drop.ts';
import { countTry, giveBack } from '../../src/pages/password-tries.ts';
import { keys } from '../../src/store/keys.ts';
import { anna } from './directory-stand-in.ts';
import { type Browser, hold, newWorld, stack, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.close());

const submit = (browser: Browser, url: string, password: string, csrf = browser.csrf) => browser.post(url, { csrf, password });
const done = (told: readonly unknown[]): { outcome: { proof: string } } | undefined =>
  told.find((event): event is { outcome: { proof: string } } => (event as { type: string }).type === 'page.done');

describe('I3: the present password', () => {
  test('I3: right: proof, inbox and end of the page are one commit, there before the browser has its answer', async () => {
    const { pageId, url, browser } = await hold(world, 'present-password');
    await submit(browser, url, world.directory.password);
    const event = done(await world.told());
    expect(event).toEqual({ type: 'page.done', page: pageId, outcome: { page: 'present-password', proof: expect.any(String) } });
    expect(await world.row(keys.proof(anna.id, event?.outcome.proof ?? ''))).toMatchObject({
      kind: 'present-password',
      accountId: anna.id,
      conversation: stack,
      session: expect.stringContaining('session-1'),
      passwordSetAt: anna.passwordSetAt,
      at: world.clock.now(),
    });
    expect(browser.text).toContain('Thank you, that was right');
    expect(world.woken).toEqual([stack, stack]);
    expect(await world.audit()).toEqual(['page.open allowed I3', 'page.claim allowed I21', 'password.prove allowed I3']);
  });

  test('I21: a page that is done asks the directory nothing more, whoever holds it', async () => {
    const { url, browser } = await hold(world, 'present-password');
    const { csrf } = browser;
    await submit(browser, url, world.directory.password);
    for (const password of ['fel', world.directory.password]) await submit(browser, url, password, csrf);
    expect(world.directory.asked.prove).toBe(1);
    expect((await world.told()).filter((event) => done([event]) !== undefined)).toHaveLength(1);
  });

  test('I3: wrong: the tries left are said, and the page stays', async () => {
    const { url, browser } = await hold(world, 'present-password');
    await submit(browser, url, 'fel');
    expect(browser.last.status).toBe(422);
    expect(browser.text).toContain('You have 2 tries left today');
    expect(done(await world.told())).toBeUndefined();
    await submit(browser, url, world.directory.password);
    expect(done(await world.told())).toBeDefined();
    expect(await world.audit()).toContain('password.prove refused wrong');
  });

  test("I3: the policy's tries in 24 h belong to the account: a new page brings no new ones", async () => {
    const first = await hold(world, 'present-password');
    await submit(first.browser, first.url, 'fel 1');
    await submit(first.browser, first.url, 'fel 2');
    const second = await hold(world, 'present-password');
    await submit(second.browser, second.url, 'fel 3');
    expect(second.browser.last.status).toBe(404);
    expect(await world.told()).toContainEqual({ type: 'page.failed', page: second.pageId, reason: 'too-many-tries' });
    const third = await hold(world, 'present-password');
    await submit(third.browser, third.url, world.directory.password);
    expect(done(await world.told())).toBeUndefined();
    expect(world.directory.asked.prove).toBe(3);

    world.clock.forward(24 * 60 * 60_000);
    const nextDay = await hold(world, 'present-password');
    await submit(nextDay.browser, nextDay.url, world.directory.password);
    expect(done(await world.told())).toBeDefined();
  });

  test('I3: fifty wrong passwords at once ask the directory three times', async () => {
    const { url, browser } = await hold(world, 'present-password');
    const { csrf } = browser;
    await Promise.all(Array.from({ length: 50 }, () => submit(browser, url, 'fel', csrf)));
    expect(world.directory.asked.prove).toBe(3);
    expect((await world.told()).filter((event) => (event as { type: string }).type === 'page.failed')).toHaveLength(1);
  });

  test('I3: each password that the directory was asked about has its audit entry, whatever became of the page meanwhile', async () => {
    const { url, browser } = await hold(world, 'present-password');
    const { csrf } = browser;
    await Promise.all(Array.from({ length: 50 }, () => submit(browser, url, 'fel', csrf)));
    const guesses = (await world.audit()).filter((entry) => entry === 'password.prove refused wrong');
    expect(guesses).toHaveLength(world.directory.asked.prove);
  });

  test('fifty right passwords at once make one proof', async () => {
    const { url, browser } = await hold(world, 'present-password');
    const { csrf } = browser;
    await Promise.all(Array.from({ length: 50 }, () => submit(browser, url, world.directory.password, csrf)));
    expect((await world.told()).filter((event) => (event as { type: string }).type === 'page.done')).toHaveLength(1);
  });

  test('a right password clears the tries before it', async () => {
    const first = await hold(world, 'present-password');
    await submit(first.browser, first.url, 'fel');
    await submit(first.browser, first.url, world.directory.password);
    const second = await hold(world, 'present-password');
    await submit(second.browser, second.url, 'fel');
    expect(second.browser.text).toContain('You have 2 tries left today');
  });

  test.each([
    ['locked', 'locked'],
    ['disabled', 'not-eligible'],
    ['no-password', 'not-eligible'],
    ['not-found', 'not-eligible'],
  ] as const)('the directory says %s: the page ends, and the chat hears %s', async (said, heard) => {
    const { pageId, url, browser } = await hold(world, 'present-password');
    world.directory.proved = { ok: false, reason: said };
    await submit(browser, url, 'något');
    expect(browser.last.status).toBe(404);
    expect(await world.told()).toContainEqual({ type: 'page.failed', page: pageId, reason: heard });
  });

  test('a directory that cannot be reached costs no try, and the page stays', async () => {
    const { url, browser } = await hold(world, 'present-password');
    const { csrf } = browser;
    world.directory.beforeProve = () => {
      throw new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
    };
    for (let n = 0; n < 5; n += 1) await submit(browser, url, world.directory.password, csrf);
    expect(browser.last.status).toBe(503);
    world.directory.beforeProve = () => {};
    await submit(browser, url, world.directory.password, csrf);
    expect(done(await world.told())).toBeDefined();
  });

  test('a directory that may have counted the try costs one', async () => {
    const { url, browser } = await hold(world, 'present-password');
    const { csrf } = browser;
    world.directory.beforeProve = () => {
      throw new LatchkeyError('latchkey_directory_doubtful', 'doubtful', 'timeout');
    };
    for (let n = 0; n < 5; n += 1) await submit(browser, url, 'fel', csrf);
    expect(world.directory.asked.prove).toBe(3);
  });

  test('"Stop" while the directory is asked: the right password proves nothing any more', async () => {
    const { pageId, url, browser } = await hold(world, 'present-password');
    world.directory.beforeProve = async () => {
      const none = async (): Promise<void> => {};
      await drop(world.needs, { challenges: none, drafts: none, proofs: none }).run({ pages: [pageId] }, world.actOf());
    };
    await submit(browser, url, world.directory.password);
    expect(done(await world.told())).toBeUndefined();
    expect(browser.last.status).toBe(404);
  });

  test('I9: an account disabled since ends the page, and the directory is not asked for the password', async () => {
    const { pageId, url, browser } = await hold(world, 'present-password');
    world.directory.account = { ...anna, enabled: false };
    await submit(browser, url, world.directory.password);
    expect(world.directory.asked.prove).toBe(0);
    expect(await world.told()).toContainEqual({ type: 'page.failed', page: pageId, reason: 'not-eligible' });
  });

  test('the password is normalised as one that was set here: NFC', async () => {
    world.directory.password = 'smörgåsbord i Växjö'.normalize('NFC');
    const { url, browser } = await hold(world, 'present-password');
    await submit(browser, url, 'smörgåsbord i Växjö'.normalize('NFD'));
    expect(done(await world.told())).toBeDefined();
  });

  test('a try that is given back, since the directory was never asked, takes no younger one with it', async () => {
    const first = await countTry(world.needs, anna.id);
    world.clock.forward(8_000);
    await countTry(world.needs, anna.id);
    await giveBack(world.needs, anna.id, first.ok ? first.at : 0);
    world.clock.forward(24 * 3_600_000 - 8_000);
    await world.store.due(world.clock.now(), 0);
    expect(await world.row(keys.passwordTries(anna.id))).toMatchObject({ tries: [expect.any(Number)] });
  });

  test('nothing typed is no try', async () => {
    const { url, browser } = await hold(world, 'present-password');
    for (let n = 0; n < 4; n += 1) await submit(browser, url, '');
    expect(browser.text).toContain('Type your password first');
    expect(world.directory.asked.prove).toBe(0);
    expect(await world.row(keys.passwordTries(anna.id))).toBeNull();
  });
});

test('the password is in no row, no inbox and no answer', async () => {
  const { url, browser } = await hold(world, 'present-password');
  const wrong = 'Hemligt-felaktigt-77';
  await submit(browser, url, wrong);
  expect(JSON.stringify(browser.last)).not.toContain(wrong);
  await submit(browser, url, world.directory.password);
  expect(JSON.stringify([browser.last, await world.inbox(), await world.audit()])).not.toContain(world.directory.password);
});
