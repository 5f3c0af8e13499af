import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSqlite } from '../../src/store/sqlite.ts';
import { DoorWatch, upToCase, type DoorStory } from './door-watch.ts';
import { HelpdeskCall } from './helpdesk-call.ts';
import type { DemoAccount, House } from './house.ts';
import { Person } from './person.ts';
import { Vouching } from './vouching.ts';
import { Visitor } from './visitor.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-door-'));
const watch = new DoorWatch();
let house: House;
let call: HelpdeskCall;
beforeAll(async () => {
  house = await watch.house(openSqlite({ folder, serve: true }));
  call = await HelpdeskCall.in(house);
});
afterAll(async () => {
  await house.close();
  await house.store.close();
  rmSync(folder, { recursive: true, force: true });
});

let addresses = 1;
/** Somebody of an address of their own: limits count each apart. */
const visitor = (): Promise<Visitor> => {
  addresses += 1;
  return new Visitor(house, { from: `127.2.0.${addresses + 2}` }).open();
};

type Sort = readonly [sort: string, userId: string, first: string];

/** Of each sort of account what somebody types first, who knows nothing, or something that is worth nothing. */
async function everySort(unknown: string, wrong: string, known: readonly Sort[]): Promise<readonly Sort[]> {
  const of = async (story: 'registered' | 'unregistered' | 'privileged' | 'managed-elsewhere' | 'disabled' | 'not-enabled') =>
    [story, (await house.hire(story)).userId, wrong] as const;
  return [
    ['unknown', unknown, wrong],
    await of('registered'),
    await of('unregistered'),
    await of('privileged'),
    await of('managed-elsewhere'),
    await of('disabled'),
    await of('not-enabled'),
    ...known,
  ];
}

/** Every sort gets the same as a user ID that does not exist: to the last try, and to the case. */
async function expectAlike(sorts: readonly Sort[], wish: 'caller' | 'start-code', guesses: readonly string[]): Promise<DoorStory> {
  const stories: (readonly [string, DoorStory])[] = [];
  for (const [sort, userId, first] of sorts) {
    const acts = [
      (someone: Visitor) => someone.type(userId),
      (someone: Visitor) => someone.choose(wish),
      ...[first, ...guesses].map((typed) => (someone: Visitor) => someone.type(typed)),
      (someone: Visitor) => someone.choose('contact'),
    ];
    stories.push([sort, await watch.story(await visitor(), userId, acts)]);
  }
  const [, unknown] = stories[0] ?? [];
  if (unknown === undefined) throw new Error('no story');
  for (const [sort, story] of stories) {
    expect([sort, story.said]).toEqual([sort, unknown.said]);
    expect([sort, story.sizes]).toEqual([sort, unknown.sizes]);
    expect([sort, story.directory]).toEqual([sort, unknown.directory]);
    expect([sort, upToCase(story.store)]).toEqual([sort, upToCase(unknown.store)]);
  }
  return unknown;
}

/** Somebody whom two people vouch for, with the start code they have read out. */
async function vouchedFor(): Promise<{ readonly account: DemoAccount; readonly code: string }> {
  const vouching = await Vouching.in(house);
  const person = new Person(house, await vouching.hire(house, 'unregistered'));
  return { account: person.account, code: (await vouching.halves(house, person)).join('') };
}

const hireFor = async (): Promise<DemoAccount> => {
  const account = await house.hire('registered', { methods: ['authenticator-app', 'text-message'] });
  await call.takes(account);
  return account;
};

describe('I20: nothing at the front door tells what an account is, has or waits for', () => {
  test('a call number: unknown, without a call, wrong, another’s, too old, of a disabled account: the same words, sizes and calls of store and directory', async () => {
    const old = await hireFor();
    const tooOld = await call.number(old);
    house.clock.forward(10 * 60_000);
    const [waits, robbed, disabled] = [await hireFor(), await hireFor(), await hireFor()];
    const foreign = await call.number(waits);
    await call.number(robbed);
    const right = await call.number(disabled);
    await house.directory.change(disabled.id, { enabled: false });
    const sorts = await everySort('nobody-calls@fjallbyn.example', '000009', [
      ['wrong', waits.userId, '000009'],
      ['another’s', robbed.userId, foreign],
      ['too old', old.userId, tooOld],
      ['right, and disabled', disabled.userId, right],
    ]);
    const story = await expectAlike(sorts, 'caller', ['000001', '000002']);
    expect(story.said.at(2)).toMatch(/inte numret till något samtal/u);
    expect(story.said.at(3)).toMatch(/inte numret till något samtal/u);
    expect(story.said.at(4)).toMatch(/inga försök kvar/u);
    expect(story.said.at(5)).toMatch(/Ditt ärende har nummer LK/u);
    expect(story.directory.at(2)).toBe('2: find');
    expect((await call.desk.cases(waits)).map(({ caller }) => caller?.state)).toContain('waiting');
  }, 120_000);

  test('a start code: unknown, without one, wrong, another’s, too old, of a disabled account: the same words, sizes and calls of store and directory', async () => {
    const old = await vouchedFor();
    house.clock.forward(10 * 60_000);
    const gone = await vouchedFor();
    await house.directory.change(gone.account.id, { enabled: false });
    const waits = await vouchedFor();
    const sorts = await everySort('nobody-vouches@fjallbyn.example', waits.code, [
      ['wrong', waits.account.userId, 'AAAAA99999'],
      ['another’s', (await vouchedFor()).account.userId, waits.code],
      ['too old', old.account.userId, old.code],
      ['right, and disabled', gone.account.userId, gone.code],
    ]);
    const story = await expectAlike(sorts, 'start-code', ['BBBBB99999', 'CCCCC99999']);
    expect(story.said.at(2)).toMatch(/inte startkoden. Du har 2 försök kvar/u);
    expect(story.said.at(3)).toMatch(/Du har ett försök kvar/u);
    expect(story.said.at(4)).toMatch(/inga försök kvar/u);
    expect(story.directory.at(2)).toBe('2: find');
  }, 120_000);
});

describe('I6, I12: strangers lock nobody out with a start code', () => {
  test('its three tries are not theirs: after any number of wrong ones from elsewhere its owner uses it, at another browser', async () => {
    const { account, code } = await vouchedFor();
    for (let n = 0; n < 3; n += 1) {
      const stranger = await visitor();
      await stranger.type(account.userId);
      await stranger.choose('start-code');
      for (const guess of ['AAAAA99999', 'BBBBB99999', 'CCCCC99999']) await stranger.type(guess);
      expect(stranger.words).toMatch(/inga försök kvar/u);
    }
    const owner = await visitor();
    await owner.type(account.userId);
    await owner.choose('start-code');
    await owner.type(code);
    expect(owner.prompt).toBe('let-in.page');
    // Once: not again here, nor in Teams.
    const again = await visitor();
    await again.type(account.userId);
    await again.choose('start-code');
    await again.type(code);
    expect(again.words).toMatch(/inte startkoden/u);
  }, 120_000);
});
