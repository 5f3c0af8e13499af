import { afterEach, describe, expect, test } from '@jest/globals';
import type { LocalDirectory } from '../../src/directory/local.ts';
import { freezeParts } from '../../src/desk/freeze-record.ts';
import { unlock } from '../../src/directory/unlock.ts';
import { proofParts } from '../../src/methods/proof-record.ts';
import type { Store } from '../../src/store/port.ts';
import { overtaken } from '../store/overtaken-store.ts';
import { startCompany, type Company } from './company.ts';

let company: Company;
afterEach(() => company.close());

const proofs = ['proof-app', 'proof-number'] as const;

const frozenAt = (at: number) =>
  ({
    frozen: { id: 'freeze-1', events: ['e'], since: at, at, said: 'mail', case: null, sessions: null },
    voidBefore: at,
    closed: [],
  }) as const;

async function start(): Promise<void> {
  company = await startCompany();
  const { accountId, stack, session, now } = await company.act('locked');
  const gate = { accountId, kind: 'gate', conversation: stack, session, at: now, used: false, purpose: 'unlock' } as const;
  const app = { ...gate, id: 'proof-app', target: 'planted-1', method: 'authenticator-app', group: 'app' } as const;
  const number = { ...gate, id: 'proof-number', target: 'planted-2', method: 'text-message', group: 'number' } as const;
  for (const proof of [app, number]) await company.needs.store.commit(proofParts(proof));
}

const run = async (needs = company.needs) => unlock(needs).run({ proofs }, await company.act('locked', { id: 'the-act' }));

/** The company, in a process that dies as soon as the directory has opened the account. */
function dying(): Company['needs'] {
  const { store, directory } = company.needs;
  let dead = false;
  const unlocking: Pick<LocalDirectory, 'find' | 'unlock'> = {
    find: (id) => directory.find(id),
    async unlock(id) {
      const unlocked = await directory.unlock(id);
      dead = true;
      return unlocked;
    },
  };
  const leaving: Pick<Store, 'open' | 'commit'> = {
    open: (request) => store.open(request),
    async commit(commit) {
      if (dead) throw new Error('this process is dead');
      return store.commit(commit);
    },
  };
  return { ...company.needs, store: leaving as Store, directory: unlocking as LocalDirectory };
}

describe('an unlock that was broken off', () => {
  test('R41: no account is opened without its audit entry, whenever the process dies', async () => {
    await start();
    await expect(run(dying())).rejects.toThrow('dead');
    expect((await company.needs.directory.find(await company.idOf('locked')))?.locked).toBeNull();
    expect(await company.audit()).toMatchObject([{ act: 'directory.unlock', verdict: 'allowed', reason: 'gates' }]);
  });

  test('I19: it is finished by whoever comes back, however late, and everybody is told once', async () => {
    await start();
    await run(dying()).catch(() => undefined);
    company.clock.move(60 * 60_000);
    expect(await run()).toEqual({ type: 'unlock.done' });
    expect(await run()).toEqual({ type: 'unlock.done' });
    expect((await company.owed()).length).toBe(2);
    expect(await company.audit()).toHaveLength(1);
  });

  test('I2: one that was never asked of the directory, and is an hour old, takes new proofs', async () => {
    await start();
    const { store, directory } = company.needs;
    const before = { find: directory.find.bind(directory), unlock: () => Promise.reject(new Error('this process is dead')) };
    await expect(run({ ...company.needs, store, directory: before as unknown as LocalDirectory })).rejects.toThrow('dead');
    company.clock.move(60 * 60_000);
    expect(await run()).toEqual({ type: 'unlock.refused', reason: 'proofs' });
    expect((await directory.find(await company.idOf('locked')))?.locked).not.toBeNull();
  });

  test('I17: frozen between its decision and its act, or just before the decision, it opens nothing', async () => {
    await start();
    const { store, directory } = company.needs;
    const accountId = await company.idOf('locked');
    const freeze = async () => store.commit(freezeParts(accountId, frozenAt(company.clock.now())));
    const race = overtaken(store, ({ put = {} }) => Object.keys(put).some((key) => key.includes('/act-done/')), freeze);
    expect(await run({ ...company.needs, store: race })).toEqual({ type: 'unlock.refused', reason: 'not-eligible' });
    expect(race.came()).toBe(true);
    expect((await directory.find(accountId))?.locked).not.toBeNull();
  });

  test('I17: one that was decided before a freeze and never asked of the directory is not done after it', async () => {
    await start();
    const { store, directory } = company.needs;
    const dead = { find: directory.find.bind(directory), unlock: () => Promise.reject(new Error('this process is dead')) };
    await expect(run({ ...company.needs, directory: dead as unknown as LocalDirectory })).rejects.toThrow('dead');
    const accountId = await company.idOf('locked');
    await store.commit(freezeParts(accountId, frozenAt(company.clock.now())));
    expect(await run()).toEqual({ type: 'unlock.refused', reason: 'not-eligible' });
    expect((await directory.find(accountId))?.locked).not.toBeNull();
  });

  test('I9: it is not finished for an account that was disabled since', async () => {
    await start();
    await run(dying()).catch(() => undefined);
    await company.needs.directory.change(await company.idOf('locked'), { enabled: false });
    expect(await run()).toEqual({ type: 'unlock.refused', reason: 'not-eligible' });
  });
});
