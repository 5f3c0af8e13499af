import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { checkIdentity } from '../../src/desk/acts/check-identity.ts';
import { readAskList } from '../../src/desk/asks.ts';
import { actOnCase } from '../../src/desk/act-on-case.ts';
import { freezeParts } from '../../src/desk/freeze-record.ts';
import { freezeAccount } from '../../src/desk/freeze.ts';
import { redeemStartCode } from '../../src/desk/redeem-start-code.ts';
import { startCodeHalf } from '../../src/desk/start-code-signs.ts';
import { startCodeMs, voucherOf } from '../../src/desk/start-code-record.ts';
import { readAsk, recordCheck, reportAsk, type VouchNeeds } from '../../src/desk/vouch.ts';
import type { AccountState } from '../../src/directory/port.ts';
import { plantMethods } from '../../src/methods/plant-methods.ts';
import { proofParts } from '../../src/methods/proof-record.ts';
import { readMethodsDocument } from '../../src/methods/method-record.ts';
import { keys } from '../../src/store/keys.ts';
import { realRandom } from '../delivery/still-time.ts';
import { describeEngines } from '../store/engines.ts';
import { account, agentNina, agentOmar, DeskWorld, stina } from './desk-world.ts';
import { FreezeRoom } from './freeze-room.ts';

const agentPia = 'aaaaaaaa-0000-4000-8000-000000000003';
const managerMaj = 'bbbbbbbb-0000-4000-8000-000000000001';
const plainPer = 'bbbbbbbb-0000-4000-8000-000000000002';

describeEngines('a thaw for whom two people vouched', (engine) => {
  let world: DeskWorld;
  let room: FreezeRoom;

  beforeEach(async () => {
    const fresh = await engine.fresh();
    world = new DeskWorld();
    await world.store.close();
    world.store = fresh.store;
    room = new FreezeRoom(fresh.store, world.clock);
    world.standing = { ok: true, proof: 'proof-of-the-agent' };
    const hire = (id: string, more: Partial<AccountState>) => world.people.set(id, account(id, { userId: id, ...more }));
    hire(stina, { managerId: managerMaj, name: 'Stina Berg' });
    hire(agentPia, { name: 'Pia Ek', groups: ['fjallbyn-helpdesk'] });
    hire(managerMaj, { name: 'Maj Lind' });
    hire(plainPer, { name: 'Per Ask' });
    for (const id of [agentNina, agentOmar, agentPia, managerMaj])
      await plantMethods(
        { store: world.store, keys: world.seals, clock: world.clock, random: realRandom, policy: world.policy },
        id,
        [{ kind: 'authenticator-app' }],
        0,
      );
    await freezes();
    await press(agentNina, 'claim');
  });
  afterEach(() => world.end());

  async function freezes(): Promise<void> {
    await freezeAccount(
      { ...room.needs(), directory: { ...room.needs().directory, find: world.directory.find } },
      {
        happening: await room.happens('password-set', { act: `set-${world.clock.now()}` }),
        said: 'mail',
        account: null,
        reference: 'K7Q2M9XD',
      },
    );
    world.clock.forward(60_000);
  }

  /** Presses a button of the newest case as it is now, as if its card showed it. */
  async function press(by: string, act: string, typed: Readonly<Record<string, string>> = {}): Promise<string> {
    const record = await world.record();
    const acted = await actOnCase(world.actNeeds, {
      case: record.id,
      act,
      version: record.revision,
      typed,
      aadObjectId: by,
      tenant: world.policy.organisation.tenants[0] ?? '',
      place: 'channel',
      conversationId: world.policy.contacts.desk.conversation,
    });
    await world.pay();
    return acted.ok ? (acted.changed ? 'done' : 'unchanged') : acted.reason;
  }

  const needs = (): VouchNeeds => ({
    ...world.requesterNeeds,
    vouching: world.actNeeds.vouching,
    approval: { asked: async () => null, report: async () => {} },
  });
  /** What somebody is asked for this case; it reaches them, too. */
  async function askOf(id: string): Promise<string> {
    const waiting = readAskList(await world.read(keys.asks(id)), world.clock.now());
    const { startCode } = await world.record();
    return (startCode && waiting.find(({ id: ask }) => ask === voucherOf(startCode, id)?.ask)?.id) ?? 'none';
  }
  const act = (id: string) => world.act({ accountId: id, now: world.clock.now() });

  /** Somebody passes a gate of their own and says what they did. */
  async function vouches(id: string, ask?: string): Promise<string> {
    const { methods } = readMethodsDocument(await world.read(keys.methods(id)));
    const proof = `proof-${id}-${world.clock.now()}`;
    await world.store.commit(
      proofParts({
        id: proof,
        accountId: id,
        kind: 'gate',
        conversation: act(id).stack,
        session: 'home-1',
        at: world.clock.now(),
        used: false,
        purpose: 'agent',
        target: methods[0]?.id ?? '',
        method: 'authenticator-app',
        group: 'app',
      }),
    );
    const result = await recordCheck(needs()).run({ ask: ask ?? (await askOf(id)), how: 'knows-them', proofs: [proof] }, act(id));
    await world.pay();
    return result?.type === 'check.recorded' ? (result.half === null ? 'recorded' : 'half') : `refused ${result?.reason}`;
  }
  const half = async (id: string) => {
    const read = await readAsk(needs()).run({ ask: await askOf(id) }, act(id));
    return read?.type === 'ask.read' ? read.half : null;
  };
  const types = (answer: string, attempt = 'typed-1') =>
    redeemStartCode({ ...needs(), random: realRandom, doorRefusal: async () => null }).run(
      { answer },
      world.act({ id: attempt, now: world.clock.now() }),
    );
  const isFrozen = async (): Promise<boolean> => (await room.record()).frozen !== null;

  /** Nina and the manager have vouched since the freeze. */
  async function vouchedFor(second: Readonly<Record<string, string>> = { second: 'manager' }, by = managerMaj): Promise<void> {
    expect(await press(agentNina, 'check-identity', second)).toBe('done');
    expect([await vouches(agentNina), await vouches(by)]).toEqual(['recorded', 'recorded']);
  }

  test('I12, I17: who no longer has a method: vouched for by agent and manager, thawed by a second agent, and the start code comes with the thaw', async () => {
    await vouchedFor();
    // While it is frozen there is no code: neither a half to read out nor anything to redeem.
    expect([await half(agentNina), await half(managerMaj)]).toEqual([null, null]);
    const before = (await world.record()).startCode;
    expect([before?.code, before?.checks.length]).toEqual([null, 2]);
    const signs = startCodeHalf(world.seals, before?.id ?? '', 1) + startCodeHalf(world.seals, before?.id ?? '', 2);
    expect(await types(signs)).toEqual({ type: 'start-code.over' });

    expect(await press(agentOmar, 'thaw')).toBe('done');
    expect(await isFrozen()).toBe(false);
    const until = world.clock.now() + startCodeMs;
    expect(await half(agentNina)).toMatchObject({ half: 1, until });
    expect(await half(managerMaj)).toMatchObject({ half: 2, until });
    expect((await world.inbox()).map(({ value }) => value)).toEqual(
      expect.arrayContaining([
        { notice: 'runner.thawed', params: {} },
        { notice: 'runner.start-code-issued', params: { until } },
      ]),
    );
    expect((await world.audit()).findLast(({ act: name }) => name === 'desk.thaw')).toMatchObject({
      verdict: 'allowed',
      actor: agentOmar,
      reason: 'I17 start-code',
      proofs: ['proof-of-the-agent', ...(before?.checks ?? []).map(({ proof }) => proof)],
    });
    world.clock.forward(startCodeMs - 1000);
    expect(await types(signs)).toMatchObject({ type: 'start-code.redeemed', password: expect.any(String) });
    expect(await types(signs, 'typed-2')).toEqual({ type: 'start-code.over' });
  });

  test('I12, I17: who vouched does not thaw, nor who has the case, nor who is no agent, nor who may not approve, nor the person', async () => {
    await vouchedFor({ second: 'other', who: 'Omar Dahl' }, agentOmar);
    expect(await press(agentNina, 'thaw')).toBe('second-agent');
    expect(await press(agentOmar, 'thaw')).toBe('second-agent');
    expect(await press(plainPer, 'thaw')).toBe('not-agent');
    const { agents } = world.policy;
    world.policy = { ...world.policy, agents: { ...agents, rights: { ...agents.rights, approve: { accounts: [agentOmar], groups: [] } } } };
    expect(await press(agentPia, 'thaw')).toBe('no-right');
    world.policy = { ...world.policy, agents };
    world.people.set(stina, account(stina, { groups: ['fjallbyn-helpdesk'] }));
    expect(await press(stina, 'thaw')).toBe('own-account');
    world.people.set(stina, account(stina, { managerId: managerMaj }));
    expect(await isFrozen()).toBe(true);
    expect(await press(agentPia, 'thaw')).toBe('done');
    expect(await isFrozen()).toBe(false);
  });

  test('I12: the person vouches not for themselves, nor the agent twice; one word alone thaws nothing', async () => {
    for (const who of [stina, 'Nina Falk', plainPer])
      expect(await press(agentNina, 'check-identity', { second: 'other', who })).toBe('no-such-voucher');
    world.people.set(stina, account(stina, { managerId: stina }));
    expect(await press(agentNina, 'check-identity', { second: 'manager' })).toBe('no-manager');
    world.people.set(stina, account(stina, { managerId: managerMaj }));
    await press(agentNina, 'check-identity', { second: 'manager' });
    expect(await vouches(agentNina)).toBe('recorded');
    expect(await vouches(agentNina)).toBe('recorded');
    expect(await press(agentOmar, 'thaw')).toBe('unchanged');
    expect(await isFrozen()).toBe(true);
  });

  test('I17: what was begun before the freeze, or before it reached further back, thaws nothing; the agent begins anew at once', async () => {
    await press(agentNina, 'check-identity', { second: 'manager' });
    await vouches(agentNina);
    const stale = await askOf(managerMaj);
    await freezes();
    expect(await vouches(managerMaj, stale)).toBe('refused gone');
    expect(await press(agentOmar, 'thaw')).toBe('unchanged');
    await vouchedFor();
    expect(await askOf(managerMaj)).not.toBe(stale);
    await freezes();
    expect(await press(agentOmar, 'thaw')).toBe('unchanged');
    expect(await isFrozen()).toBe(true);
  });

  test('I12: it ends with the claim, with the report of who knows nothing of it, and with its hour', async () => {
    await vouchedFor();
    await press(agentNina, 'release');
    expect(await press(agentOmar, 'thaw')).toBe('unchanged');
    await press(agentNina, 'claim');
    await vouchedFor();
    await reportAsk(needs()).run({ ask: await askOf(managerMaj) }, act(managerMaj));
    expect(await press(agentOmar, 'thaw')).toBe('unchanged');
    await vouchedFor();
    world.clock.forward(60 * 60_000);
    expect(await press(agentOmar, 'thaw')).toBe('unchanged');
    expect(await isFrozen()).toBe(true);
  });

  test('I17: what was touched since is no method that would do: nobody is asked to say that it is lost', async () => {
    const record = await world.record();
    const methods = [
      { kind: 'text-message', since: 1 },
      { kind: 'authenticator-app', since: 3 },
    ] as const;
    const asksIfLost = (since: number): boolean =>
      checkIdentity
        .offered({ ...record, methods, freeze: { id: 'f', since, sessions: null, suspended: 0, thawed: null } }, world.clock.now())
        ?.inputs?.some(({ id }) => id === 'lost') === true;
    expect([asksIfLost(3), asksIfLost(4)]).toEqual([false, true]);
  });

  test('I12: who was asked to vouch and did not answer: the card says so by itself when the hour is over, and the agent can begin anew', async () => {
    const shown = () => JSON.stringify([...world.shown.values()].at(-1));
    await press(agentNina, 'check-identity', { second: 'manager' });
    await vouches(agentNina);
    await world.pay();
    expect(shown()).toContain('Maj Lind: har inte antecknat något än');
    expect(shown()).not.toContain('Kontrollera identiteten på annat sätt');
    world.clock.forward(60 * 60_000);
    await world.pay();
    expect(shown()).toContain('Maj Lind: svarade inte i tid');
    expect(shown()).toContain('Tiden är ute utan svar från båda');
    expect(shown()).toContain('Kontrollera identiteten på annat sätt');
  });

  test('I17: the card says that both have vouched and who can thaw, and when nobody did', async () => {
    const shown = () => JSON.stringify([...world.shown.values()].at(-1));
    await vouchedFor();
    await world.pay();
    expect(shown()).toContain('En annan handläggare kan tina upp kontot till');
    expect(shown()).toContain('Tina upp kontot');
    world.clock.forward(60 * 60_000);
    await world.pay();
    expect(shown()).toContain('ingen tinade upp kontot i tid');
  });

  test('thawed in the last minute of the hour: both still have the ten minutes of the code to read out their halves', async () => {
    await vouchedFor();
    world.clock.forward(59 * 60_000 - 1);
    expect(await press(agentOmar, 'thaw')).toBe('done');
    world.clock.forward(9 * 60_000);
    expect(await half(agentNina)).not.toBeNull();
    expect(await half(managerMaj)).not.toBeNull();
  });

  test('where a start code would open nothing the account is thawed without one, and where the directory does not answer it is not thawed', async () => {
    await vouchedFor();
    world.people.set(stina, account(stina, { managerId: managerMaj, passwordManaged: 'elsewhere', licensed: false }));
    world.accountDown = true;
    expect(await press(agentOmar, 'thaw')).toBe('unavailable');
    expect(await isFrozen()).toBe(true);
    world.accountDown = false;
    expect(await press(agentOmar, 'thaw')).toBe('done');
    expect(await isFrozen()).toBe(false);
    expect((await world.record()).startCode?.code).toBeNull();
  });

  test('I17: identity is checked on the case of the freeze alone; on another the refusal says where', async () => {
    await world.open({ code: 'SSPR_0014', wish: 'reset' });
    const other = (await world.records()).find(({ code }) => code === 'SSPR_0014');
    expect(other).toBeDefined();
    world.clock.forward(1000);
    await press(agentNina, 'claim');
    expect(await press(agentNina, 'check-identity', { second: 'manager' })).toBe('frozen-account');
  });

  test('I12, I17: a start code from before the freeze is over, also once the account is thawed by whoever verified a caller', async () => {
    await vouchedFor();
    await press(agentOmar, 'thaw');
    await press(agentNina, 'resolve');
    world.clock.forward(1000);
    await world.open({ code: 'SSPR_0014', wish: 'reset' });
    await press(agentNina, 'claim');
    expect(await press(agentNina, 'check-identity', { second: 'manager' })).toBe('done');
    expect([await vouches(agentNina), await vouches(managerMaj)]).toEqual(['recorded', 'half']);
    const { id = '' } = (await world.record()).startCode ?? {};
    const signs = startCodeHalf(world.seals, id, 1) + startCodeHalf(world.seals, id, 2);
    await freezes();
    expect(await types(signs)).toEqual({ type: 'start-code.over' });
    await world.store.commit(freezeParts(stina, { frozen: null, voidBefore: world.clock.now(), closed: [] }));
    expect(await types(signs, 'typed-2')).toEqual({ type: 'start-code.over' });
  });
});
