import { afterEach, expect, test } from '@jest/globals';
import { actOnCase } from '../../src/desk/act-on-case.ts';
import { changeCase } from '../../src/desk/change-case.ts';
import type { Directory } from '../../src/directory/port.ts';
import { unlock } from '../../src/directory/unlock.ts';
import { keys } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/port.ts';
import { describeEngines } from '../store/engines.ts';
import { account, agentNina, DeskWorld, stina } from './desk-world.ts';

describeEngines('I16: what is given at once, by two processes', (engine) => {
  let world: DeskWorld;
  afterEach(() => world.end());

  /** Nina has verified the caller of the only case. @returns the stores of two processes */
  async function verified(): Promise<readonly [Store, Store]> {
    const fresh = await engine.fresh();
    world = new DeskWorld();
    await world.store.close();
    world.store = fresh.store;
    world.standing = { ok: true, proof: 'agents-own' };
    world.people.set(stina, account(stina, { locked: { since: 1, why: 'wrong-passwords', until: null } }));
    await world.open({ code: 'SSPR_0014', wish: 'reset' });
    await world.pay();
    await world.click({ act: 'claim' });
    const now = world.clock.now();
    const proved = { stack: world.act().stack, attempt: 'a', proofs: ['app-gate'], verifiedAt: now, passes: true };
    const caller = { id: 'c', by: agentNina, name: 'Nina Falk', mac: 'm', askedAt: now, until: now, state: 'verified', ...proved } as const;
    await changeCase<void>(world.requesterNeeds, await world.record(), (record) => ({
      advanced: record === null ? null : { record: { ...record, caller, revision: record.revision + 1 }, tells: [], posts: false },
      entries: [],
      result: undefined,
    }));
    return [fresh.store, await fresh.beside()];
  }

  const press = async (store: Store, act: string) => {
    const { id, revision } = await world.record();
    return actOnCase(
      { ...world.actNeeds, store },
      {
        case: id,
        act,
        version: revision,
        aadObjectId: agentNina,
        tenant: world.policy.organisation.tenants[0] ?? '',
        place: 'channel',
        conversationId: world.policy.contacts.desk.conversation,
        cardActivity: '',
      },
    );
  };

  test('of twenty presses of three acts one gives', async () => {
    const [one, other] = await verified();
    const acts = ['give-password', 'give-unlock', 'give-temporary-pass'];
    const pressed = await Promise.all(Array.from({ length: 20 }, (_, n) => press(n % 2 === 0 ? one : other, acts[n % 3] ?? '')));
    expect(pressed.filter((acted) => acted.ok && acted.changed)).toHaveLength(1);
    const { grants = [] } = await world.record();
    expect(grants).toHaveLength(1);
    const given = (await world.inbox()).filter(({ value }) => JSON.stringify(value).includes('grant.given'));
    expect(given).toHaveLength(1);
  });

  test('of twenty unlocks on one grant the directory is asked for one', async () => {
    const [one, other] = await verified();
    await press(one, 'give-unlock');
    const grant = (await world.record()).grants?.at(-1)?.id ?? '';
    let asked = 0;
    const directory = {
      ...world.directory,
      unlock: async () => {
        asked += 1;
        return { ok: true };
      },
    } as unknown as Directory;
    const run = (store: Store, n: number) =>
      unlock({ ...world.needs, store, directory, wake: () => {} } as unknown as Parameters<typeof unlock>[0]).run(
        { proofs: [grant] },
        world.act({ id: `unlock-${n}` }),
      );
    const elsewhere = world.act({ id: 'elsewhere', stack: keys.stack('another-tenant', stina) });
    expect(await unlock({ ...world.needs, directory, wake: () => {} } as never).run({ proofs: [grant] }, elsewhere)).toMatchObject({
      type: 'unlock.refused',
    });
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => run(n % 2 === 0 ? one : other, n)));
    expect(all.filter((result) => result?.type === 'unlock.done')).toHaveLength(1);
    expect(asked).toBe(1);
  });
});
