import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/environment.ts';
import { faultsAsText } from '../../src/config/fault.ts';
import { reportedParts } from '../../src/desk/reported.ts';
import { directoryWith } from '../../src/directory/directory-with.ts';
import { LocalDirectory } from '../../src/directory/local.ts';
import { systemClock } from '../../src/security/system-ports.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { Desk } from './desk.ts';
import { openHouse, type House } from './house.ts';
import { Visitor } from './visitor.ts';
import { until } from './wait.ts';

const nobody = 'nobody-at-all@fjallbyn.example';

/** When the menu comes to somebody who names a user ID and says a second thing while they wait, ms after the first. */
async function menuAfter(house: House, userId: string): Promise<number> {
  const visitor = await new Visitor(house).open();
  const work = [await visitor.work(), await visitor.work()];
  const said = (text: string, n: number) => {
    const channelData = { clientActivityID: `said-${n}-${visitor.conversation}` };
    const path = `/start/v3/directline/conversations/${visitor.conversation}/activities`;
    return visitor.send('POST', path, { type: 'message', text, locale: 'sv-SE', channelData }, { 'x-latchkey-work': work[n] });
  };
  const began = Date.now();
  const first = said(userId, 0);
  // A bot's answer that is not there yet can only be overtaken within its wait: that time is what this is about.
  await pause(2000);
  const second = said('hej', 1);
  await Promise.all([first, second]);
  await visitor.read();
  const menu = visitor.all.find(({ label }) => label === 'front-door.menu') as { readonly timestamp?: string } | undefined;
  return Date.parse(menu?.timestamp ?? '') - began;
}

test('I20, R29: a second word said meanwhile does not tell how long the first one took', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-door-'));
  const store = openSqlite({ folder, serve: true });
  const read = readConfig({});
  if (!read.ok) throw new Error(faultsAsText(read.faults));
  const quick = new LocalDirectory({ store, clock: systemClock, policy: read.config.policy });
  const directory = directoryWith(quick, {
    findByUserId: async (userId) => {
      const found = await quick.findByUserId(userId);
      if (found !== null) await pause(3000);
      return found;
    },
  });
  const house = await openHouse({
    store,
    policy: (policy) => ({ ...policy, frontDoor: { ...policy.frontDoor, answerAfterMs: 8000 } }),
    ports: { directory },
  });
  const somebody = await menuAfter(house, (await house.hire('registered')).userId);
  const stranger = await menuAfter(house, nobody);
  await house.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
  // Both come when the first one's answer is due; a whole wait later, if it took the time of the second.
  for (const ms of [somebody, stranger]) expect(ms).toBeGreaterThanOrEqual(7990);
  expect(Math.abs(somebody - stranger)).toBeLessThan(1500);
});

test('I20: who asks for an administrator hears the same of an account whose owner reported a call from the front door, and of none', async () => {
  const house = await openHouse({ policy: (policy) => ({ ...policy, frontDoor: { ...policy.frontDoor, answerAfterMs: 0 } }) });
  const account = await house.hire('registered');
  // What is committed when the owner presses star, then 9, on a call that a stranger asked for there (I22).
  const report = { door: 'front-door', act: 'a-call-nobody-asked-for', now: house.clock.now() } as const;
  await house.store.commit(reportedParts(account.id, null, report));
  const desk = new Desk(house);
  await until(
    async () => (await desk.cases(account)).some(({ code }) => code === 'LK_REPORTED'),
    () => 'no note of the report',
  );
  const heard = async (userId: string, from: string): Promise<string> => {
    const visitor = await new Visitor(house, { from }).open();
    await visitor.type(userId);
    await visitor.choose('contact');
    await visitor.choose('contact');
    return visitor.words.replaceAll(/LK-\d+/gu, 'LK-n').replaceAll(/\d\d[.:]\d\d/gu, 'time');
  };
  expect(await heard(account.userId, '127.0.5.3')).toBe(await heard(nobody, '127.0.5.4'));
  await house.close();
});
