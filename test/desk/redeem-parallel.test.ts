import { afterEach, expect, test } from '@jest/globals';
import { redeemStartCode } from '../../src/desk/redeem-start-code.ts';
import type { StartCode } from '../../src/desk/start-code-record.ts';
import { keys } from '../../src/store/keys.ts';
import { realRandom } from '../delivery/still-time.ts';
import { describeEngines } from '../store/engines.ts';
import { agentNina, agentOmar, DeskWorld, stina } from './desk-world.ts';
import { vouchedFor } from './vouched-case.ts';

describeEngines('fifty redemptions of a start code at once, from two processes', (engine) => {
  let world: DeskWorld;
  afterEach(() => world.end());

  /** A case whose two people have vouched, and the code they read out; what each of two processes redeems with. */
  async function twoProcesses() {
    const fresh = await engine.fresh();
    world = new DeskWorld();
    await world.store.close();
    world.store = fresh.store;
    await world.open({ code: 'SSPR_0014', wish: 'reset' });
    const person = (id: string, as: StartCode['agent']['as']) => ({ id, name: id, as, ask: `ask-${id}` });
    const two = { agent: person(agentNina, 'agent'), second: person(agentOmar, 'colleague') };
    const code = await vouchedFor(world, two, [agentNina, agentOmar]);
    const [one, other] = [fresh.store, await fresh.beside()].map((store) =>
      redeemStartCode({
        ...world.requesterNeeds,
        store,
        random: realRandom,
        vouching: { refusal: async () => null },
        doorRefusal: async () => null,
      }),
    );
    if (one === undefined || other === undefined) throw new Error('no processes');
    const fifty = (answer: string) =>
      Promise.all(
        Array.from({ length: 50 }, async (_, n) =>
          (n % 2 === 0 ? one : other).run({ answer }, world.act({ id: `typed-${n}`, stack: keys.stack(`tenant-${n}`, stina) })),
        ),
      );
    return { code, fifty };
  }

  test('I12: exactly one is redeemed, and gives its proofs once', async () => {
    const { code, fifty } = await twoProcesses();
    const results = await fifty(code);
    expect(results.filter((result) => result?.type === 'start-code.redeemed')).toHaveLength(1);
    expect(results.filter((result) => result?.type === 'start-code.over')).toHaveLength(49);
    expect((await world.audit()).filter(({ act, reason }) => act === 'desk.start-code' && reason === 'redeemed')).toHaveLength(1);
  });

  test('I12: of fifty wrong ones three are weighed, and the right one comes too late', async () => {
    const { code, fifty } = await twoProcesses();
    const wrong = `${code.slice(0, 9)}${code.endsWith('0') ? '1' : '0'}`;
    await fifty(wrong);
    expect((await world.record()).startCode?.code?.wrong).toHaveLength(3);
    expect((await fifty(code)).filter((result) => result?.type === 'start-code.redeemed')).toEqual([]);
  });
});
