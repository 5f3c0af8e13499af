import { afterAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoPeople } from '../../src/directory/demo-people.ts';
import { directoryWith } from '../../src/directory/directory-with.ts';
import { doubtful } from '../../src/directory/faults.ts';
import { lockMs } from '../../src/directory/local-account.ts';
import { LocalDirectory } from '../../src/directory/local.ts';
import { brokenRule } from '../../src/directory/password-quality.ts';
import type { Json } from '../../src/ports.ts';
import { indexes, keys } from '../../src/store/keys.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Key, Store } from '../../src/store/port.ts';
import { describeEngines } from '../store/engines.ts';
import { directoryContract, type DirectoryUnderTest } from './contract.ts';
import { demoPolicy } from '../delivery/demo-words.ts';
import { halfWayTruth } from './half-way.ts';
import { toldTruth } from './told-truth.ts';
import { movedClock } from './moved-clock.ts';

const policy = demoPolicy();

const people = demoPeople(0);
function personOf(story: string) {
  const person = people.find((each) => each.story === story);
  if (person === undefined) throw new Error(`no ${story}`);
  return { ...person.account, password: person.password ?? '' };
}

const folder = mkdtempSync(join(tmpdir(), 'latchkey-directory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const start = 1_800_000_000_000;

/** The people these tests are about, as the directory itself stored them: hashed once, since that is slow on purpose. */
let stored: Promise<readonly Row[]> | null = null;
async function storeOnce(): Promise<readonly Row[]> {
  const store = openSqlite({ folder, serve: false });
  const directory = new LocalDirectory({ store, clock: movedClock(start), policy });
  for (const { account, password } of people.filter(({ story }) => tested.includes(story))) await directory.add(account, password);
  const { entries } = await store.scan(indexes.localAccounts, null, 100);
  const rows = await Promise.all(
    entries.map(async ({ member }) => {
      const key = keys.localAccount(keys.localUserIdParts(member).accountId);
      const { rows } = await store.open({ key, owner: null, now: start });
      return { key, member, value: rows.get(key)?.value ?? null };
    }),
  );
  await store.close();
  return rows;
}
const tested = ['registered', 'disabled', 'no-password', 'managed-elsewhere', 'manager'];
interface Row {
  readonly key: Key;
  readonly member: Key;
  readonly value: Json;
}

async function localDirectory(store: Store) {
  const clock = movedClock(start);
  const directory = new LocalDirectory({ store, clock, policy });
  for (const { key, member, value } of await (stored ??= storeOnce())) {
    await store.commit({ put: { [key]: value }, index: [{ index: indexes.localAccounts, member, score: 0 }] });
  }
  return { directory, clock };
}

async function underTest(store: Store): Promise<DirectoryUnderTest> {
  const { directory, clock } = await localDirectory(store);
  // What is set now is set later than what was there.
  clock.move(1000);
  const ordinary = personOf('registered');
  let losing = false;
  let writes = 0;
  /** What is written is done; the store says so, and nobody hears it. */
  const heard = async <T>(write: Promise<T>): Promise<T> => {
    writes += 1;
    const done = await write;
    if (losing) throw doubtful('the answer was lost');
    return done;
  };
  return {
    directory: directoryWith(directory, {
      setPassword: async (id, password) => heard(directory.setPassword(id, password)),
      // Where there is no lock, nothing is written.
      unlock: async (id) => ((await directory.find(id))?.locked ? heard(directory.unlock(id)) : directory.unlock(id)),
      endSessions: async (id) => heard(directory.endSessions(id)),
    }),
    halfWay: {
      loseAnswer() {
        losing = true;
      },
      answerAgain() {
        losing = false;
      },
      writes: () => writes,
      remove: async () => void (await store.commit({ remove: [keys.localAccount(ordinary.id)] })),
    },
    people: {
      ordinary,
      disabled: personOf('disabled'),
      withoutPassword: personOf('no-password'),
      managedElsewhere: personOf('managed-elsewhere'),
    },
    goodPassword: 'Trädgård-bakom-muren-77',
    wrongPasswordsThatLock: 10,
    moveUserId: async (userId) => void (await directory.change(ordinary.id, { userId })),
    putOnFile: async (phone, mail) =>
      void (await directory.change(ordinary.id, {
        placesOnFile: [
          { kind: 'phone', to: phone },
          { kind: 'mail', to: mail },
        ],
      })),
    cutOff: async () => void (await directory.change(ordinary.id, { unreachable: true })),
    close: () => store.close(),
  };
}

describeEngines('the local directory', (engine) => {
  directoryContract('the local directory', async () => underTest((await engine.fresh()).store));
  toldTruth('the local directory', async () => underTest((await engine.fresh()).store));
  halfWayTruth('the local directory', async () => underTest((await engine.fresh()).store), ['silence']);

  const fresh = async () => {
    const { store } = await engine.fresh();
    return { store, ...(await localDirectory(store)), alma: personOf('registered') };
  };

  test('R44: passwords are kept as Argon2id hashes of 19 MiB, two passes, one lane, each with its own salt', async () => {
    const { store, directory, alma } = await fresh();
    const hashOf = async (id: string): Promise<string> => {
      const { rows } = await store.open({ key: keys.localAccount(id), owner: null, now: 0 });
      const value = rows.get(keys.localAccount(id))?.value as { passwordHash: string };
      expect(JSON.stringify(value)).not.toContain(alma.password);
      return value.passwordHash;
    };
    const first = await hashOf(alma.id);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await directory.setPassword(alma.id, 'Trädgård-bakom-muren-77');
    await directory.setPassword(personOf('manager').id, 'Trädgård-bakom-muren-77');
    expect(await hashOf(alma.id)).not.toBe(await hashOf(personOf('manager').id));
    await store.close();
  });

  test('a lock by wrong passwords ends by itself after 15 minutes', async () => {
    const { store, directory, clock, alma } = await fresh();
    for (let guess = 0; guess < 10; guess += 1) await directory.provePassword(alma.id, `wrong-${guess}`);
    expect((await directory.find(alma.id))?.locked).toEqual({ since: clock.now(), why: 'wrong-passwords', until: clock.now() + lockMs });
    clock.move(lockMs - 1);
    expect(await directory.provePassword(alma.id, alma.password)).toEqual({ ok: false, reason: 'locked' });
    clock.move(1);
    expect((await directory.find(alma.id))?.locked).toBeNull();
    expect(await directory.provePassword(alma.id, alma.password)).toEqual({ ok: true });
    await store.close();
  });

  test('twenty guesses at once count exactly as many as the limit allows, and the right one among the rest opens nothing', async () => {
    const { store, directory, alma } = await fresh();
    const wrong = await Promise.all(Array.from({ length: 20 }, (_, n) => directory.provePassword(alma.id, `wrong-${n}`)));
    expect(wrong.filter((proved) => !proved.ok && proved.reason === 'wrong')).toHaveLength(10);
    expect(wrong.filter((proved) => !proved.ok && proved.reason === 'locked')).toHaveLength(10);
    expect(await directory.provePassword(alma.id, alma.password)).toEqual({ ok: false, reason: 'locked' });
    await store.close();
  });

  test('wrong passwords a long time apart do not add up', async () => {
    const { store, directory, clock, alma } = await fresh();
    for (let guess = 0; guess < 12; guess += 1) {
      await directory.provePassword(alma.id, 'wrong');
      clock.move(lockMs);
    }
    expect((await directory.find(alma.id))?.locked).toBeNull();
    await store.close();
  });

  test('the old password, one with the name in it, a short and a common one are refused, each by its rule', async () => {
    const { store, directory, alma } = await fresh();
    const rules = await Promise.all(
      [alma.password, 'Lindqvists-stuga-i-skogen', 'Kort-11', 'Lösenord1234'].map((each) => directory.setPassword(alma.id, each)),
    );
    expect(rules.map((set) => (set.ok || set.reason !== 'policy' ? 'set' : set.rule))).toEqual([
      'not-the-old-one',
      'not-your-name',
      'length',
      'not-common',
    ]);
    await store.close();
  });

  test('a password is one password however its letters were composed', async () => {
    const { store, directory, alma } = await fresh();
    await directory.setPassword(alma.id, 'Trädgård-bakom-muren-77'.normalize('NFD'));
    expect(await directory.provePassword(alma.id, 'Trädgård-bakom-muren-77'.normalize('NFC'))).toEqual({ ok: true });
    await store.close();
  });

  test('an account that is there is not added again', async () => {
    const { store, directory, alma } = await fresh();
    await directory.setPassword(alma.id, 'Trädgård-bakom-muren-77');
    const { password: _, ...account } = alma;
    expect(await directory.add({ ...account, name: 'Somebody Else' }, 'Annat-lösen-i-byn-12')).toBe(false);
    expect((await directory.find(alma.id))?.name).toBe('Alma Lindqvist');
    expect(await directory.provePassword(alma.id, 'Trädgård-bakom-muren-77')).toEqual({ ok: true });
    await store.close();
  });

  test('I9: a user ID that two accounts claim finds neither', async () => {
    const { store, directory, alma } = await fresh();
    await directory.change(personOf('manager').id, { userId: alma.userId.toUpperCase() });
    expect(await directory.findByUserId(alma.userId)).toBeNull();
    await store.close();
  });

  test('ended sessions are counted', async () => {
    const { store, directory, alma } = await fresh();
    await directory.endSessions(alma.id);
    expect((await directory.peek(alma.id))?.sessionsEnded).toBe(1);
    await store.close();
  });
});

test('R30: the demo passwords pass the rules they stand under', async () => {
  for (const { account, password } of people) {
    if (password === null) continue;
    expect([account.name, await brokenRule(password, account, policy.password, ['Fjällbyn AB', 'fjallbyn.example'])]).toEqual([
      account.name,
      null,
    ]);
  }
});
