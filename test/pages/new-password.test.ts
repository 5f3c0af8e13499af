import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LatchkeyError } from '../../src/errors.ts';
import { plantMethods } from '../../src/methods/plant-methods.ts';
import { drop } from '../../src/pages/drop.ts';
import { settleSetting } from '../../src/pages/settle-setting.ts';
import { keys } from '../../src/store/keys.ts';
import { demoPolicy } from '../delivery/demo-words.ts';
import { anna } from './directory-stand-in.ts';
import { failingStore } from './failing-store.ts';
import { type Browser, hold, newWorld, partition, type World } from './world.ts';

const fresh = 'tre små gröna krokodiler';

let world: World;
beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.close());

const submit = (browser: Browser, url: string, password: string, again = password, csrf = browser.csrf) =>
  browser.post(url, { csrf, password, again });
const types = async (): Promise<readonly unknown[]> => (await world.told()).map((event) => (event as { type: string }).type);
const settleDue = async (): Promise<void> => {
  for (const entry of await world.store.due(world.clock.now(), 50)) {
    if (entry.id.includes('/due/page/')) await settleSetting(world.needs)(entry);
  }
};
const noticeOf = (pageId: string): string => keys.outbox(partition, `${pageId}.notice`);

describe('a new password', () => {
  test('is set once; chat, notice and audit are there before the browser has its answer', async () => {
    const { pageId, url, browser } = await hold(world, 'new-password');
    await submit(browser, url, fresh);
    expect(world.directory.password).toBe(fresh);
    expect(browser.text).toContain('Your new password is set');
    expect((await world.told()).at(-1)).toEqual({ type: 'page.done', page: pageId, outcome: { page: 'new-password' } });
    expect(await world.row(noticeOf(pageId))).toMatchObject({ notice: 'password-set' });
    expect(await world.audit()).toEqual([
      'page.open allowed I2',
      'page.claim allowed I21',
      'password.set-begun allowed I2',
      'password.set allowed I2',
    ]);
    expect(await world.store.due(world.clock.now() + 60_000, 10)).not.toContainEqual(
      expect.objectContaining({ id: expect.stringContaining('/due/page/') }),
    );
  });

  test('I17: what a freeze reaches back to is when it began by our clock, however far ahead the directory is', async () => {
    const { pageId, url, browser } = await hold(world, 'new-password');
    world.directory.clockAheadMs = 5 * 60_000;
    const began = world.clock.now();
    await submit(browser, url, fresh);
    expect(await world.row(noticeOf(pageId))).toEqual({ notice: 'password-set', at: began });
  });

  test('R29: nobody is signed in; and no session ends before its owner was asked', async () => {
    const { url, browser } = await hold(world, 'new-password');
    await submit(browser, url, fresh);
    expect(world.directory.password).toBe(fresh);
    expect(world.directory.asked.endSessions).toBe(0);
    expect(browser.last.headers?.['set-cookie']).toBeUndefined();
  });

  test('R27: it leaves every other factor as it was: no method is removed, weakened or added by a reset', async () => {
    const key = keys.methods(anna.id);
    const { store, clock, needs } = world;
    const methods = [{ kind: 'authenticator-app' }, { kind: 'text-message', to: '+46701740605' }] as const;
    await plantMethods({ store, clock, keys: needs.keys, random: needs.random, policy: demoPolicy() }, anna.id, methods, clock.now());
    const { url, browser } = await hold(world, 'new-password');
    const before = await world.row(key);
    expect(before).toMatchObject({
      methods: [
        { kind: 'authenticator-app', suspended: null },
        { kind: 'text-message', suspended: null },
      ],
    });
    await submit(browser, url, fresh);
    expect(world.directory.password).toBe(fresh);
    expect(await world.row(key)).toEqual(before);
    expect((await world.audit()).filter((entry) => entry.startsWith('methods.'))).toEqual([]);
  });

  test('I21, R31: fifty correct submits at once set it once', async () => {
    const { url, browser } = await hold(world, 'new-password');
    const { csrf } = browser;
    await Promise.all(Array.from({ length: 50 }, (_, n) => submit(browser, url, `${fresh} ${n}`, `${fresh} ${n}`, csrf)));
    expect(world.directory.asked.set).toBe(1);
    expect(await types()).toEqual(['page.claimed', 'page.done']);
  });

  test('R31: a second tab that sends later sets nothing, and sees that it is done', async () => {
    const { url, browser } = await hold(world, 'new-password');
    const { csrf } = browser;
    await submit(browser, url, fresh);
    await submit(browser, url, 'ett helt annat lösenord', 'ett helt annat lösenord', csrf);
    expect(world.directory.password).toBe(fresh);
    expect(browser.text).toContain('Your new password is set');
  });

  test("R30: its rules stand on the page before anything is typed, in the page's language", async () => {
    const english = await hold(world, 'new-password');
    expect(english.browser.text).toContain('It must have at least 8 characters, and at most 256.');
    const swedish = await hold(world, 'new-password', { language: 'sv' });
    expect(swedish.browser.text).toContain('<html lang="sv">');
    expect(swedish.browser.text).toContain('Det måste ha minst 8 tecken, och högst 256.');
  });

  test('R30: pasting and password managers are allowed: no field says otherwise', async () => {
    const { browser } = await hold(world, 'new-password');
    expect(browser.text).toContain('autocomplete="new-password"');
    expect(browser.text).toContain('autocomplete="username"');
    expect(browser.text).not.toMatch(/onpaste|maxlength|autocomplete="off"/);
  });

  test('R30: a refusal by the directory keeps the page, names the rule, and loses nothing but the password', async () => {
    const { pageId, url, browser } = await hold(world, 'new-password');
    await submit(browser, url, 'kort');
    expect(browser.last.status).toBe(422);
    expect(browser.text).toContain('This password cannot be used. It must have at least 8 characters, and at most 256.');
    // On a phone what stands below the fields is not seen.
    expect(browser.text.indexOf('This password cannot be used')).toBeLessThan(browser.text.indexOf('name="password"'));
    expect((await world.page(pageId)).state.is).toBe('held');
    expect(browser.text).not.toContain('kort');
    await submit(browser, url, fresh);
    expect(world.directory.password).toBe(fresh);
    expect(await world.audit()).toContain('password.set refused length');
  });

  test('R30: it is normalised to NFC, and nothing of it is trimmed', async () => {
    const { url, browser } = await hold(world, 'new-password');
    const typed = '  blåbär och Åmål ';
    await submit(browser, url, typed.normalize('NFD'), typed.normalize('NFC'));
    expect(world.directory.password).toBe(typed.normalize('NFC'));
  });

  test('two that differ, or an empty one, are not sent on', async () => {
    const { url, browser } = await hold(world, 'new-password');
    await submit(browser, url, fresh, `${fresh}!`);
    expect(browser.text).toContain('The two passwords are not the same');
    await submit(browser, url, '', '');
    expect(browser.text).toContain('Type the new password in both fields');
    expect(world.directory.asked.set).toBe(0);
  });

  test('R28: who holds the page chooses it, and nobody sees it: it is in no row, no inbox, no audit entry and no answer', async () => {
    const { pageId, url, browser } = await hold(world, 'new-password');
    world.directory.refuses = { ok: false, reason: 'policy', rule: 'not-common' };
    await submit(browser, url, fresh);
    expect(JSON.stringify(browser.last)).not.toContain(fresh);
    world.directory.refuses = null;
    await submit(browser, url, fresh);
    const kept = [browser.last, await world.page(pageId), await world.inbox(), await world.audit(), await world.row(noticeOf(pageId))];
    expect(JSON.stringify(kept)).not.toContain(fresh);
  });
});

describe('what is checked again before it is set', () => {
  test('I2: proofs that no longer suffice end the page', async () => {
    await world.close();
    let suffice = true;
    world = await newWorld({ rules: { proofsSuffice: async () => (suffice ? { ok: true, expect: {} } : { ok: false }) } });
    const { pageId, url, browser } = await hold(world, 'new-password');
    suffice = false;
    await submit(browser, url, fresh);
    expect(world.directory.asked.set).toBe(0);
    expect(await world.told()).toContainEqual({ type: 'page.failed', page: pageId, reason: 'not-eligible' });
    expect(await world.audit()).toContain('password.set refused I2');
  });

  test('I2: a proof that is taken away between the check and the commit is seen', async () => {
    await world.close();
    const proof = keys.proof(anna.id, 'proof-1');
    let asked = 0;
    world = await newWorld({
      rules: {
        async proofsSuffice() {
          asked += 1;
          const row = (await world.store.open({ key: proof, owner: null, now: 0 })).rows.get(proof) ?? null;
          if (asked === 2) await world.store.commit({ remove: [proof] });
          return row === null ? { ok: false } : { ok: true, expect: { [proof]: row.version } };
        },
      },
    });
    await world.store.commit({ put: { [proof]: {} } });
    const { url, browser } = await hold(world, 'new-password');
    await submit(browser, url, fresh);
    expect(asked).toBe(3);
    expect(world.directory.asked.set).toBe(0);
  });

  test('I9, I10: an account that stopped being eligible ends the page', async () => {
    await world.close();
    world = await newWorld({ rules: { mayHave: async ({ account }) => !account.privileged } });
    const { pageId, url, browser } = await hold(world, 'new-password');
    world.directory.account = { ...anna, privileged: true };
    await submit(browser, url, fresh);
    expect(world.directory.asked.set).toBe(0);
    expect(await world.told()).toContainEqual({ type: 'page.failed', page: pageId, reason: 'not-eligible' });
  });

  test.each(['disabled', 'managed-elsewhere', 'not-found'] as const)('the directory says %s: the page ends', async (reason) => {
    const { pageId, url, browser } = await hold(world, 'new-password');
    world.directory.refuses = { ok: false, reason };
    await submit(browser, url, fresh);
    expect(browser.last.status).toBe(404);
    expect(await world.told()).toContainEqual({ type: 'page.failed', page: pageId, reason: 'not-eligible' });
    expect(await world.row(noticeOf(pageId))).toBeNull();
  });
});

describe('when the directory does not say', () => {
  test('it cannot be reached: nothing was set, the page stays and takes the password again', async () => {
    const { pageId, url, browser } = await hold(world, 'new-password');
    const { csrf } = browser;
    world.directory.beforeSet = () => {
      throw new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
    };
    await submit(browser, url, fresh);
    expect(browser.last.status).toBe(503);
    expect((await world.page(pageId)).state.is).toBe('held');
    world.directory.beforeSet = () => {};
    await submit(browser, url, fresh, fresh, csrf);
    expect(world.directory.password).toBe(fresh);
  });

  test('the system behind it that manages the password cannot be reached: the same, whatever else is said of the account then', async () => {
    // As `mayHavePage` has it of an account that is out of reach.
    await world.close();
    world = await newWorld({ rules: { mayHave: async ({ account }) => account.passwordManaged === 'here' } });
    const { pageId, url, browser } = await hold(world, 'new-password');
    const { csrf } = browser;
    world.directory.account = { ...anna, passwordManaged: 'unreachable', privileged: true };
    await submit(browser, url, fresh);
    expect(browser.last.status).toBe(503);
    expect([(await world.page(pageId)).state.is, world.directory.asked.set]).toEqual(['held', 0]);
    world.directory.account = anna;
    await submit(browser, url, fresh, fresh, csrf);
    expect(world.directory.password).toBe(fresh);
  });

  test('what another system says of it while the one that manages the password is silent counts for nothing', async () => {
    const { url, browser } = await hold(world, 'new-password');
    world.directory.beforeSet = () => {
      world.directory.account = { ...anna, passwordManaged: 'unreachable', passwordSetAt: world.clock.now() };
      throw new LatchkeyError('latchkey_directory_doubtful', 'doubtful', 'timeout');
    };
    await submit(browser, url, fresh);
    world.clock.forward(30_000);
    await expect(settleDue()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await types()).toEqual(['page.claimed']);
    world.directory.account = { ...anna, passwordSetAt: world.clock.now() };
    world.clock.forward(60_000);
    await settleDue();
    expect(await types()).toEqual(['page.claimed', 'page.done']);
  });

  test('it set the password and then fell silent: the directory shows it, so it is done at once', async () => {
    const { url, browser } = await hold(world, 'new-password');
    world.directory.afterSet = () => {
      throw new LatchkeyError('latchkey_directory_doubtful', 'doubtful', 'timeout');
    };
    await submit(browser, url, fresh);
    expect(browser.text).toContain('Your new password is set');
    expect(world.directory.asked.set).toBe(1);
    expect(await types()).toEqual(['page.claimed', 'page.done']);
  });

  test('it shows nothing: the browser waits, then the chat hears that it is doubtful, once, and it is not set again', async () => {
    const { pageId, url, browser } = await hold(world, 'new-password');
    world.directory.beforeSet = () => {
      throw new LatchkeyError('latchkey_directory_doubtful', 'doubtful', 'timeout');
    };
    await submit(browser, url, fresh);
    expect(browser.text).toContain('One moment');
    expect(browser.text).toContain('http-equiv="refresh"');
    await settleDue();
    expect(await types()).toEqual(['page.claimed']);
    world.clock.forward(30_000);
    await settleDue();
    expect(await types()).toEqual(['page.claimed', 'page.doubtful']);
    await browser.get(url);
    expect(browser.text).toContain('We could not see whether your password was set');
    expect(world.directory.asked.set).toBe(1);
    expect(await world.row(noticeOf(pageId))).toBeNull();

    // It shows up late: I19's notices are owed all the same.
    world.directory.account = { ...anna, passwordSetAt: world.clock.now() };
    world.clock.forward(10 * 60_000);
    await settleDue();
    expect(await types()).toEqual(['page.claimed', 'page.doubtful', 'page.done']);
    expect(await world.row(noticeOf(pageId))).toMatchObject({ notice: 'password-set' });
  });

  test('whoever settles it comes hours later: what came of it is then kept as long as of any other page', async () => {
    const { pageId, url, browser } = await hold(world, 'new-password');
    world.directory.beforeSet = () => {
      throw new LatchkeyError('latchkey_directory_doubtful', 'doubtful', 'timeout');
    };
    await submit(browser, url, fresh);
    world.directory.account = { ...anna, passwordSetAt: world.clock.now() };
    world.clock.forward(5 * 60 * 60_000);
    await settleDue();
    expect(await types()).toEqual(['page.claimed', 'page.done']);
    await world.store.due(world.clock.now(), 0);
    expect(await world.row(keys.page(pageId))).toMatchObject({ state: { is: 'done' } });
  });

  test('it does not answer when it is looked up: the due entry comes back, and after ten minutes it is doubtful', async () => {
    const { url, browser } = await hold(world, 'new-password');
    const down = (): void => {
      throw new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
    };
    world.directory.beforeSet = () => {
      world.directory.beforeFind = down;
      throw new LatchkeyError('latchkey_directory_doubtful', 'doubtful', 'timeout');
    };
    await submit(browser, url, fresh);
    world.clock.forward(30_000);
    await expect(settleDue()).rejects.toThrow('down');
    expect(await types()).toEqual(['page.claimed']);
    world.clock.forward(10 * 60_000);
    await settleDue();
    expect(await types()).toEqual(['page.claimed', 'page.doubtful']);
  });

  test('the store fails once the password is set: nobody is told that nothing happened, and it is settled by its due entry', async () => {
    const { store, fails } = failingStore(world.store);
    world = await newWorld({ store });
    const { url, browser } = await hold(world, 'new-password');
    world.directory.afterSet = () => {
      fails(true);
    };
    await submit(browser, url, fresh);
    expect(browser.text).toContain('One moment');
    fails(false);
    world.clock.forward(30_000);
    await settleDue();
    expect(await types()).toEqual(['page.claimed', 'page.done']);
    expect(world.directory.asked.set).toBe(1);
  });

  test('"Stop" cannot stop what is under way: it is settled, and the chat told', async () => {
    const { pageId, url, browser } = await hold(world, 'new-password');
    world.directory.beforeSet = async () => {
      const none = async (): Promise<void> => {};
      await drop(world.needs, { challenges: none, drafts: none, proofs: none }).run({ pages: [pageId] }, world.actOf());
    };
    await submit(browser, url, fresh);
    expect(await types()).toEqual(['page.claimed', 'page.done']);
  });

  test('a password somebody else set earlier is not taken for this one', async () => {
    const { url, browser } = await hold(world, 'new-password');
    // The directory's clock is ahead of ours.
    world.directory.account = { ...anna, passwordSetAt: world.clock.now() + 5000 };
    world.directory.beforeSet = () => {
      throw new LatchkeyError('latchkey_directory_doubtful', 'doubtful', 'timeout');
    };
    await submit(browser, url, fresh);
    world.clock.forward(30_000);
    await settleDue();
    expect(await types()).toEqual(['page.claimed', 'page.doubtful']);
  });
});
