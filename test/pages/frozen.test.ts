import { expect, test } from '@jest/globals';
import { freezeParts, type FreezeRecord } from '../../src/desk/freeze-record.ts';
import { openPage } from '../../src/pages/open-page.ts';
import { keys } from '../../src/store/keys.ts';
import type { Commit, Store } from '../../src/store/port.ts';
import { describeEngines } from '../store/engines.ts';
import { overtaken } from '../store/overtaken-store.ts';
import { anna } from './directory-stand-in.ts';
import { hold, newWorld, type Browser } from './world.ts';

const present = 'Gammalt-lösenord-1';
const fresh = 'tre små gröna krokodiler';

const record = (at: number, frozen: boolean): FreezeRecord => ({
  frozen: frozen ? { id: 'freeze-1', events: ['e'], since: at, at, said: 'mail', case: null, sessions: null } : null,
  voidBefore: at,
  closed: [],
});
const freeze = (store: Store, at: number) => store.commit(freezeParts(anna.id, record(at, true)));
const thaw = (store: Store, at: number) => store.commit(freezeParts(anna.id, record(at, false)));

/** The commit that begins to set a password. */
const begins = ({ put = {} }: Commit): boolean => JSON.stringify(put).includes('"is":"setting"');

const submit = (browser: Browser, url: string) => browser.post(url, { csrf: browser.csrf, present, password: fresh, again: fresh });

describeEngines('I17: a page and a freeze', (engine) => {
  test.each(['new-password', 'change-password'] as const)(
    '%s: frozen between opened and typed, it sets nothing and is over',
    async (kind) => {
      const { store } = await engine.fresh();
      const world = await newWorld({ store });
      const { pageId, url, browser } = await hold(world, kind);
      await freeze(store, world.clock.now());
      await submit(browser, url);
      expect(world.directory.asked.set).toBe(0);
      expect(world.directory.password).toBe(present);
      expect(browser.text).toContain('This page is closed');
      expect((await world.page(pageId)).state.is).toBe('ended');
    },
  );

  test.each(['new-password', 'change-password'] as const)(
    '%s: frozen at the last moment, between the judgement and its commit, it sets nothing',
    async (kind) => {
      const { store } = await engine.fresh();
      const clock = { now: () => 0 };
      const race = overtaken(store, begins, () => freeze(store, clock.now()));
      const world = await newWorld({ store: race });
      clock.now = () => world.clock.now();
      const { url, browser } = await hold(world, kind);
      await submit(browser, url);
      expect(race.came()).toBe(true);
      expect(world.directory.asked.set).toBe(0);
      expect(world.directory.password).toBe(present);
    },
  );

  test('one from before a freeze is over after the thaw too', async () => {
    const { store } = await engine.fresh();
    const world = await newWorld({ store });
    const { url, browser } = await hold(world, 'change-password');
    world.clock.forward(1000);
    await freeze(store, world.clock.now());
    world.clock.forward(1000);
    await thaw(store, world.clock.now());
    await submit(browser, url);
    expect(world.directory.asked.set).toBe(0);
    world.clock.forward(1);
    const later = await hold(world, 'change-password');
    await submit(later.browser, later.url);
    expect(world.directory.password).toBe(fresh);
  });

  test('none is opened where the freeze comes between the judgement and its commit', async () => {
    const { store } = await engine.fresh();
    const world = await newWorld({ store });
    const race = overtaken(
      store,
      ({ put = {} }) => Object.keys(put).some((key) => key.includes('/page/')),
      () => freeze(store, world.clock.now()),
    );
    const opened = await openPage({ ...world.needs, store: race }).run({ page: 'new-password', proofs: [] }, world.actOf());
    expect([race.came(), opened]).toEqual([true, { type: 'page.refused', reason: 'not-eligible' }]);
  });

  test('of a submit and a freeze at once, either the freeze is first and nothing is set, or it was set before', async () => {
    const { store } = await engine.fresh();
    const world = await newWorld({ store });
    const { url, browser } = await hold(world, 'new-password');
    await Promise.all([submit(browser, url), freeze(store, world.clock.now())]);
    const { rows } = await store.open({ key: keys.frozen(anna.id), owner: null, now: world.clock.now() });
    expect(rows.get(keys.frozen(anna.id))).not.toBeNull();
    const began = (await world.audit()).includes('password.set-begun allowed I2');
    expect(world.directory.asked.set).toBe(began ? 1 : 0);
  });
});
