import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { beginnings } from '../../src/direct-line/door-gate.ts';
import { LocalDirectory } from '../../src/directory/local.ts';
import type { Store } from '../../src/store/port.ts';
import { databaseFile, openSqlite } from '../../src/store/sqlite.ts';
import { addressOf, crowd, emptyHanded, honest, working, type Ended, type Met } from './door-crowd.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Visitor } from './visitor.ts';
import { until } from './wait.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-load-'));
const honestOnes = 20;
const flood = 20 * honestOnes;
const patienceMs = 60_000;

let house: House;
/** What was asked of the store and of the directory by requests; what is looked for every few milliseconds is not counted. */
const asked = { reads: 0, writes: 0, directory: 0 };
const { find, findByUserId } = LocalDirectory.prototype;

beforeAll(async () => {
  const store = openSqlite({ folder, serve: true });
  const counted: Store = {
    open(request) {
      asked.reads += 1;
      return store.open(request);
    },
    commit(commit) {
      asked.writes += 1;
      return store.commit(commit);
    },
    due: (now, n) => store.due(now, n),
    scan: (index, from, n) => store.scan(index, from, n),
    close: () => store.close(),
  };
  house = await openHouse({ store: counted });
  LocalDirectory.prototype.find = function (this: LocalDirectory, id) {
    asked.directory += 1;
    return find.call(this, id);
  };
  LocalDirectory.prototype.findByUserId = function (this: LocalDirectory, userId) {
    asked.directory += 1;
    return findByUserId.call(this, userId);
  };
});
afterAll(async () => {
  Object.assign(LocalDirectory.prototype, { find, findByUserId });
  await house.close();
  await house.store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The rows of a kind that are kept, by their keys. */
function rowsOf(kind: string): readonly string[] {
  const database = new DatabaseSync(join(folder, databaseFile), { readOnly: true });
  try {
    return database
      .prepare('SELECT key FROM rows WHERE key LIKE ?')
      .all(`%/${kind}/%`)
      .map(({ key }) => String(key));
  } finally {
    database.close();
  }
}
const kept = (kind: string): number => rowsOf(kind).length;

const scene = () => ({ url: house.url, publicUrl: house.config.publicUrl, clock: house.clock, delivered: house.delivered });

async function employees(): Promise<readonly DemoAccount[]> {
  const hired: DemoAccount[] = [];
  for (let n = 0; n < honestOnes; n += 1) hired.push(await house.hire('registered'));
  return hired;
}

/** The honest, each from an address of their own, while the flood comes. */
async function besides(street: number, one: (n: number) => Promise<Met>): Promise<{ ended: readonly Ended[]; met: readonly Met[] }> {
  const accounts = await employees();
  const [ended, met] = await Promise.all([
    crowd(
      accounts.map((account, n) => () => honest(scene(), account, addressOf(street, n), patienceMs)),
      honestOnes,
    ),
    crowd(
      Array.from({ length: flood }, (_, n) => () => one(n)),
      40,
    ),
  ]);
  return { ended, met };
}

const allDone = (ended: readonly Ended[]): void => {
  expect(ended.map(({ at }) => at)).toEqual(Array.from({ length: honestOnes }, () => 'done'));
};

const faults = (): readonly string[] => house.logLines.filter((line) => /"level":"error"/u.test(line));

describe('twenty honest ones, and twenty times as many who are not', () => {
  test('R32: a flood that does no work costs no read, no write and no call of the directory', async () => {
    const before = { ...asked };
    const spent = await new Visitor(house, { from: addressOf(9, 0) }).work();
    const foreign = Buffer.from(JSON.stringify({ challenge: { parameters: {}, signature: '' }, solution: {} })).toString('base64');
    const unsolved = Buffer.from(
      Buffer.from(spent, 'base64')
        .toString('utf8')
        .replace(/"derivedKey":"[0-9a-f]{8}/u, '"derivedKey":"ffffffff'),
    ).toString('base64');
    const works = [undefined, 'no base64 at all', foreign, unsolved, 'A'.repeat(5000)];
    const met = await crowd(
      Array.from({ length: flood }, (_, n) => () => emptyHanded(house, addressOf(9, n), works[n % works.length])),
      40,
    );
    expect(met).toEqual(Array.from({ length: flood }, () => 'refused'));
    expect(asked).toEqual(before);
  });

  test('who floods from one address is held there, and the honest come through', async () => {
    const before = kept('door-chat');
    const { ended, met } = await besides(10, () => working(house, '127.11.0.1', 3));
    allDone(ended);
    const most = 2 * house.config.policy.frontDoor.userIdsPerAddress;
    const begun = met.filter((each) => each === 'begun').length;
    expect(begun).toBeGreaterThan(0);
    expect(begun).toBeLessThanOrEqual(most);
    expect(met).toContain('found-work-too-hard');
    expect(kept('door-chat') - before).toBeLessThanOrEqual(most + honestOnes);
    expect(faults()).toEqual([]);
  }, 180_000);

  test('a flood from as many addresses finds work and a narrow entrance, and the honest come through', async () => {
    const before = kept('door-chat');
    const began = performance.now();
    const { ended, met } = await besides(12, (n) => working(house, addressOf(13, n), 3));
    allDone(ended);
    const most = beginnings.burst + (beginnings.perSecond * (performance.now() - began)) / 1000;
    expect(met.filter((each) => each === 'begun').length).toBeLessThanOrEqual(most);
    expect(kept('door-chat') - before).toBeLessThanOrEqual(most);
    expect(faults()).toEqual([]);
    expect((await fetch(`${house.url}/healthz`)).status).toBe(200);
  }, 180_000);

  test('what was begun and left is forgotten after its fifteen minutes', async () => {
    expect(kept('door-chat')).toBeGreaterThan(0);
    house.clock.forward(16 * 60_000);
    await until(
      async () => rowsOf('door-chat').length === 0,
      () => `kept are ${kept('door-chat')}`,
    );
    // What was to be reminded of, of a page that nobody opened, found nobody there.
    house.clock.forward(16 * 60_000);
    const left = (): readonly string[] => rowsOf('stack').filter((key) => key.includes('/front-door/'));
    await until(
      async () => left().length === 0,
      () => `kept are ${left().length}, such as ${left()[0]}`,
    );
  });
});
