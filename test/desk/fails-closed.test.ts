import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkCallNumber } from '../../src/desk/answer-call.ts';
import { callMac, shownCall } from '../../src/desk/call-number.ts';
import type { Call } from '../../src/desk/caller-of-case.ts';
import { isFrozen, isVoid, readFreeze, reportedUntil } from '../../src/desk/freeze-record.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { CodesOfChallenges } from '../../src/methods/shown-code.ts';
import { keys, partitionOf } from '../../src/store/keys.ts';
import { account, agentNina, DeskWorld, stina } from './desk-world.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld();
  world.standing = { ok: true, proof: 'agents-own' };
  world.registered = [{ kind: 'text-message', since: 0 }];
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  await world.pay();
  await world.click({ act: 'claim' });
  await world.pay();
});
afterEach(() => world.end());

/** Nina's call of the newest case. */
async function call(more: Partial<Call>): Promise<void> {
  const record = await world.record();
  const now = world.clock.now();
  const caller: Call = {
    id: 'call-1',
    by: agentNina,
    name: 'Nina Falk',
    mac: callMac(world.seals, 'call-1'),
    askedAt: now,
    until: now + 60_000,
    state: 'waiting',
    stack: null,
    attempt: null,
    proofs: [],
    verifiedAt: null,
    ...more,
  };
  await world.store.commit({ put: { [keys.case(record.id)]: { ...record, caller } } });
}
const verified = () => call({ state: 'verified', stack: world.act().stack, proofs: ['gate'], verifiedAt: world.clock.now() });
const grants = async () => (await world.record()).grants ?? [];
const unreadable = { nobody: 'knows this shape' };

describe('R42: what the desk cannot read lets nothing through', () => {
  test('R42: a stored freeze of another shape may be a freeze', () => {
    const row = { value: unreadable, version: 1 };
    for (const read of [() => readFreeze(row), () => isFrozen(row), () => isVoid(row, 0), () => reportedUntil(row, 'teams', 0)])
      expect(read).toThrow(LatchkeyError);
  });

  test.each([
    ['whether the account is frozen', () => keys.frozen(stina)],
    ['what the account was given', () => keys.granted(stina)],
    ['how fast the agent works', () => keys.agentPace(agentNina)],
    ['what is stopped', () => keys.stops],
  ])('R42: with %s unreadable nothing is given', async (_what, key) => {
    await verified();
    await world.store.commit({ put: { [key()]: unreadable } });
    await expect(world.click({ act: 'give-password' })).rejects.toThrow(LatchkeyError);
    expect(await grants()).toEqual([]);
    await world.store.commit({ remove: [key()] });
    expect(await world.click({ act: 'give-password' })).toMatchObject({ ok: true, changed: true });
  });

  test('R42: with what was typed before unreadable no call number is weighed', async () => {
    await call({});
    await world.store.commit({ put: { [keys.calls(stina)]: unreadable } });
    const digits = new CodesOfChallenges(world.seals).of(shownCall('call-1'));
    const door = { mayAnswerAtDoor: async () => true, keepOpen: async () => undefined };
    const weigh = () =>
      checkCallNumber({ ...world.requesterNeeds, sentences: world.sentences, givesPasses: world.givesPasses, ...door }).run(
        { answer: digits },
        world.act({ id: 'typed-1' }),
      );
    await expect(weigh()).rejects.toThrow(LatchkeyError);
    expect((await world.record()).caller?.state).toBe('waiting');
    await world.store.commit({ remove: [keys.calls(stina)] });
    expect(await weigh()).toMatchObject({ type: 'call.found' });
  });

  test('R42, I10: with the directory silent nobody is given anything, whoever they were a minute ago', async () => {
    await verified();
    world.directoryDown = new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
    expect(await world.click({ act: 'give-password' })).toMatchObject({ ok: false, reason: 'unavailable' });
    expect(await grants()).toEqual([]);
  });

  test('R42, R41: with a trail of the account that was changed nothing is given: no act without its entry', async () => {
    await verified();
    const head = keys.auditHead(partitionOf(stina));
    const row = await world.read(head);
    await world.restart();
    await world.store.commit({ put: { [head]: { ...(row as Record<string, string>), mac: 'changed' } } });
    world.people.set(stina, account(stina));
    await expect(world.click({ act: 'give-password' })).rejects.toThrow(LatchkeyError);
    expect(await grants()).toEqual([]);
  });
});
