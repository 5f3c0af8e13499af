import { afterEach, expect, test } from '@jest/globals';
import { redeemStartCode } from '../../src/desk/redeem-start-code.ts';
import { startCodeMs, waitingParts, type StartCode } from '../../src/desk/start-code-record.ts';
import { hashStartCode, startCodeHalf } from '../../src/desk/start-code-signs.ts';
import { joined } from '../../src/methods/join-commits.ts';
import { keys } from '../../src/store/keys.ts';
import { realRandom } from '../delivery/still-time.ts';
import { describeEngines } from '../store/engines.ts';
import { agentNina, agentOmar, DeskWorld, stina } from './desk-world.ts';

describeEngines('fifty redemptions of a start code at once, from two processes', (engine) => {
  let world: DeskWorld;
  afterEach(() => world.end());

  /** A case whose two people have vouched, and the code they read out; what each of two processes redeems with. */
  async function vouchedFor() {
    const fresh = await engine.fresh();
    world = new DeskWorld();
    await world.store.close();
    world.store = fresh.store;
    await world.open({ code: 'SSPR_0014', wish: 'reset' });
    const record = await world.record();
    const now = world.clock.now();
    const until = now + startCodeMs;
    const person = (id: string, as: StartCode['agent']['as']) => ({ id, name: id, as, ask: `ask-${id}` });
    const startCode: StartCode = {
      id: 'start-code-1',
      at: now,
      until,
      agent: person(agentNina, 'agent'),
      second: person(agentOmar, 'colleague'),
      lost: true,
      checks: [agentNina, agentOmar].map((by) => ({ by, at: now, how: 'knows-them', proof: `proof-${by}` }) as const),
      code: { mac: hashStartCode(world.seals, { code: 'start-code-1', account: stina }), until, wrong: [], redeemed: null },
      reported: null,
    };
    await world.store.commit(
      joined([{ put: { [keys.case(record.id)]: { ...record, startCode } } }, waitingParts(record, { until, isOpen: true })]),
    );
    const [one, other] = [fresh.store, await fresh.beside()].map((store) =>
      redeemStartCode({ ...world.requesterNeeds, store, random: realRandom, vouching: { refusal: async () => null } }),
    );
    if (one === undefined || other === undefined) throw new Error('no processes');
    const fifty = (answer: string) =>
      Promise.all(
        Array.from({ length: 50 }, async (_, n) =>
          (n % 2 === 0 ? one : other).run({ answer }, world.act({ id: `typed-${n}`, stack: keys.stack(`tenant-${n}`, stina) })),
        ),
      );
    return { code: startCodeHalf(world.seals, 'start-code-1', 1) + startCodeHalf(world.seals, 'start-code-1', 2), fifty };
  }

  test('I12: exactly one is redeemed, and gives its proofs once', async () => {
    const { code, fifty } = await vouchedFor();
    const results = await fifty(code);
    expect(results.filter((result) => result?.type === 'start-code.redeemed')).toHaveLength(1);
    expect(results.filter((result) => result?.type === 'start-code.over')).toHaveLength(49);
    expect((await world.audit()).filter(({ act, reason }) => act === 'desk.start-code' && reason === 'redeemed')).toHaveLength(1);
  });

  test('I12: of fifty wrong ones three are weighed, and the right one comes too late', async () => {
    const { code, fifty } = await vouchedFor();
    const wrong = `${code.slice(0, 9)}${code.endsWith('0') ? '1' : '0'}`;
    await fifty(wrong);
    expect((await world.record()).startCode?.code?.wrong).toHaveLength(3);
    expect((await fifty(code)).filter((result) => result?.type === 'start-code.redeemed')).toEqual([]);
  });
});
