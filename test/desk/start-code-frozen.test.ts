import { afterEach, expect, test } from '@jest/globals';
import { freezeParts } from '../../src/desk/freeze-record.ts';
import { redeemStartCode } from '../../src/desk/redeem-start-code.ts';
import { startCodeMs, waitingParts, type StartCode } from '../../src/desk/start-code-record.ts';
import { hashStartCode, startCodeHalf } from '../../src/desk/start-code-signs.ts';
import { joined } from '../../src/methods/join-commits.ts';
import { proofsSuffice } from '../../src/methods/proofs.ts';
import { keys } from '../../src/store/keys.ts';
import { realRandom } from '../delivery/still-time.ts';
import { describeEngines } from '../store/engines.ts';
import { agentNina, agentOmar, DeskWorld, stina } from './desk-world.ts';

describeEngines('I17: a freeze and a start code', (engine) => {
  let world: DeskWorld;
  afterEach(() => world.end());

  async function begin(): Promise<void> {
    const { store } = await engine.fresh();
    world = new DeskWorld();
    await world.store.close();
    world.store = store;
    await world.open({ code: 'SSPR_0014', wish: 'reset' });
  }

  /** Two people have vouched now, and read out a code. */
  async function vouched(id: string): Promise<string> {
    const record = await world.record();
    const now = world.clock.now();
    const until = now + startCodeMs;
    const person = (by: string, as: StartCode['agent']['as']) => ({ id: by, name: by, as, ask: `ask-${by}` });
    const startCode: StartCode = {
      id,
      at: now,
      until,
      agent: person(agentNina, 'agent'),
      second: person(agentOmar, 'colleague'),
      lost: true,
      checks: [agentNina, agentOmar].map((by) => ({ by, at: now, how: 'knows-them', proof: `proof-${by}` }) as const),
      code: { mac: hashStartCode(world.seals, { code: id, account: stina }), until, wrong: [], redeemed: null },
      reported: null,
    };
    const put = { [keys.case(record.id)]: { ...record, startCode } };
    await world.store.commit(joined([{ put }, waitingParts(record, { until, isOpen: true })]));
    return startCodeHalf(world.seals, id, 1) + startCodeHalf(world.seals, id, 2);
  }

  const redeem = (answer: string, id: string) =>
    redeemStartCode({
      ...world.requesterNeeds,
      random: realRandom,
      vouching: { refusal: async () => null },
      doorRefusal: async () => null,
    }).run({ answer }, world.act({ id }));
  async function freeze(): Promise<void> {
    world.clock.forward(1000);
    const at = world.clock.now();
    const frozen = { id: 'freeze-1', events: ['e'], since: at, at, said: 'mail', case: null, sessions: null } as const;
    await world.store.commit(freezeParts(stina, { frozen, voidBefore: at, closed: [] }));
  }
  const thaw = () => {
    const voidBefore = world.clock.now();
    world.clock.forward(1000);
    return world.store.commit(freezeParts(stina, { frozen: null, voidBefore, closed: [] }));
  };

  test('one that was read out before it is over, while it holds and after the thaw; one of after the thaw is not', async () => {
    await begin();
    const code = await vouched('start-code-1');
    await freeze();
    expect(await redeem(code, 'typed-1')).toEqual({ type: 'start-code.over' });
    await thaw();
    expect(await redeem(code, 'typed-2')).toEqual({ type: 'start-code.over' });
    const another = await vouched('start-code-2');
    expect(await redeem(another, 'typed-3')).toMatchObject({ type: 'start-code.redeemed' });
  });

  test('what one gave before it opens no page and registers nothing, then or after the thaw', async () => {
    await begin();
    const redeemed = await redeem(await vouched('start-code-1'), 'typed-1');
    if (redeemed?.type !== 'start-code.redeemed') throw new Error('not redeemed');
    const { stack } = world.act();
    const asked = (proof: string | null, act: 'open-new-password' | 'enrol') => {
      const proofIds = [proof ?? ''];
      return proofsSuffice(
        world.store,
        { accountId: stina, proofIds, act, use: 'page', conversation: stack, now: world.clock.now() },
        world.policy,
      );
    };
    expect(await asked(redeemed.password, 'open-new-password')).toMatchObject({ ok: true });
    expect(await asked(redeemed.register, 'enrol')).toMatchObject({ ok: true });
    await freeze();
    expect(await asked(redeemed.password, 'open-new-password')).toEqual({ ok: false, reason: 'frozen' });
    expect(await asked(redeemed.register, 'enrol')).toEqual({ ok: false, reason: 'frozen' });
    await thaw();
    expect(await asked(redeemed.password, 'open-new-password')).toEqual({ ok: false, reason: 'old' });
    expect(await asked(redeemed.register, 'enrol')).toEqual({ ok: false, reason: 'old' });
  });
});
