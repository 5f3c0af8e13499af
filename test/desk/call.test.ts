import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MethodKind } from '../../dialogs/methods.ts';
import { checkCallNumber, endCall, readCall, verifyCaller } from '../../src/desk/answer-call.ts';
import { shownCall } from '../../src/desk/call-number.ts';
import { judgeGrant } from '../../src/desk/judge-grant.ts';
import { freezeParts, isFrozen, reportedUntil } from '../../src/desk/freeze-record.ts';
import type { CaseActed, CaseClick } from '../../src/desk/act-on-case.ts';
import type { Act } from '../../src/conversation/port.ts';
import { readMethodsDocument } from '../../src/methods/method-record.ts';
import { plantMethods } from '../../src/methods/plant-methods.ts';
import { proofParts, type ProofRecord } from '../../src/methods/proof-record.ts';
import { proofsSuffice } from '../../src/methods/proofs.ts';
import { CodesOfChallenges } from '../../src/methods/shown-code.ts';
import { keys } from '../../src/store/keys.ts';
import { wordsOf } from '../servers/connector.ts';
import { realRandom } from '../delivery/still-time.ts';
import { account, agentNina, agentOmar, dataOf, DeskWorld, stina } from './desk-world.ts';

let world: DeskWorld;
const other = 'd4c7f0b2-58a1-4e6d-8b39-06f1a2c3e402';
const minute = 60_000;

beforeEach(async () => {
  mayAnswerAtDoor = true;
  world = new DeskWorld();
  world.standing = { ok: true, proof: 'agents-own' };
  world.registered = [
    { kind: 'authenticator-app', since: 0 },
    { kind: 'text-message', since: 0 },
  ];
  const { store, seals, clock, policy } = world;
  for (const [id, to] of [
    [stina, '+46701740605'],
    [other, '+46701740606'],
  ] as const) {
    world.people.set(id, account(id));
    await plantMethods(
      { store, keys: seals, clock, random: realRandom, policy },
      id,
      [{ kind: 'authenticator-app' }, { kind: 'text-message', to }],
      0,
    );
  }
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  await world.pay();
  await press('claim');
});
afterEach(() => world.end());

/** A click on the newest form of the card. */
async function press(act: string, more: Partial<CaseClick> & { readonly by?: string } = {}): Promise<CaseActed> {
  await world.pay();
  const acted = await world.click({ act, ...more });
  await world.pay();
  return acted;
}

let mayAnswerAtDoor = true;
const needs = () => ({
  ...world.requesterNeeds,
  policy: world.policy,
  sentences: world.sentences,
  givesPasses: world.givesPasses,
  mayAnswerAtDoor: async () => mayAnswerAtDoor,
  keepOpen: async () => undefined,
});
const call = async () => {
  const { caller } = await world.record();
  if (caller === undefined) throw new Error('there is no call');
  return caller;
};
const digits = async () => new CodesOfChallenges(world.seals).of(shownCall((await call()).id));
let attempts = 0;
const type = (answer: string, more: Partial<Act> = {}) => {
  attempts += 1;
  return checkCallNumber(needs()).run({ answer }, world.act({ id: `typed-${attempts}`, ...more }));
};

/** The gates a caller passed. */
async function gates(kinds: readonly MethodKind[], more: Partial<ProofRecord> = {}): Promise<readonly string[]> {
  const document = readMethodsDocument(await world.read(keys.methods(stina)));
  const ids: string[] = [];
  for (const kind of kinds) {
    const proof = {
      id: `gate-${kind}-${world.clock.now()}`,
      accountId: stina,
      kind: 'gate',
      conversation: world.act().stack,
      session: 'home-1',
      at: world.clock.now(),
      used: false,
      purpose: 'caller',
      target: document.methods.find((method) => method.kind === kind)?.id ?? '',
      method: kind,
      group: kind,
      ...more,
    } as ProofRecord;
    await world.store.commit(proofParts(proof));
    ids.push(proof.id);
  }
  return ids;
}

async function found(): Promise<string> {
  const result = await type(await digits());
  if (result?.type !== 'call.found') throw new Error(`not found: ${result?.type}`);
  return result.call;
}

/** Nina verifies who is on the telephone. */
async function verified(): Promise<string> {
  await press('verify-caller');
  const id = await found();
  const proofs = await gates(['authenticator-app', 'text-message']);
  expect(await verifyCaller(needs()).run({ call: id, proofs }, world.act())).toMatchObject({ type: 'caller.verified' });
  await world.pay();
  return id;
}

const card = async () => wordsOf({ type: 'message', attachments: [{ content: [...world.shown.values()].at(-1) }] } as never);
const offered = () => JSON.stringify([...world.shown.values()].at(-1));
const inboxOf = async (id: string) => (await world.inbox(id)).map(({ value }) => value);
const refusedFor = (acted: CaseActed) => (acted.ok ? null : acted.reason);

describe('I15: verifying a caller', () => {
  test('the number goes to the agent’s own chat and stands in no row, on no card', async () => {
    await press('verify-caller');
    const number = await digits();
    expect(await inboxOf(agentNina)).toContainEqual(expect.objectContaining({ notice: 'desk-caller.number' }));
    expect(JSON.stringify(await inboxOf(agentNina))).not.toContain(number);
    expect(JSON.stringify(await world.record())).not.toContain(number);
    expect(await card()).not.toContain(number);
    expect(await card()).toContain('Nina Falk');
  });

  test('typed by its own account it asks for as many gates as a reset takes; the card says so', async () => {
    await press('verify-caller');
    expect(await type(await digits())).toMatchObject({
      type: 'call.found',
      agent: 'Nina Falk',
      gates: { needed: world.policy.reset.gates },
    });
    await world.pay();
    expect((await call()).state).toBe('asked');
  });

  test('somebody else’s account gets nothing for it, in the words for any wrong number, and the call still waits', async () => {
    await press('verify-caller');
    expect(await type(await digits(), { accountId: other })).toEqual({ type: 'call.rejected', reason: 'wrong' });
    expect(await type('000000', { accountId: other })).toEqual({ type: 'call.rejected', reason: 'wrong' });
    expect(await type('000001', { accountId: other })).toMatchObject({ type: 'call.exhausted' });
    expect((await call()).state).toBe('waiting');
    expect(await type(await digits())).toMatchObject({ type: 'call.found' });
  });

  test('three wrong ones, and the right one is not weighed; a redelivered one counts once', async () => {
    await press('verify-caller');
    const again = { id: 'the-same' };
    for (let n = 0; n < 4; n += 1) expect(await type('000000', again)).toMatchObject({ type: 'call.rejected' });
    await type('000001');
    expect(await type('000002')).toMatchObject({ type: 'call.exhausted' });
    expect(await type(await digits())).toMatchObject({ type: 'call.exhausted' });
  });

  test('it lives ten minutes, for one conversation', async () => {
    await press('verify-caller');
    await found();
    expect(await type(await digits(), { stack: keys.stack('another-tenant', stina) })).toEqual({ type: 'call.rejected', reason: 'wrong' });
    await press('verify-caller');
    world.clock.forward(10 * minute);
    expect(await type(await digits())).toEqual({ type: 'call.rejected', reason: 'wrong' });
    await world.pay();
    expect((await call()).state).toBe('no-answer');
  });

  test('of many who type it at once, one conversation has it', async () => {
    await press('verify-caller');
    const number = await digits();
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => type(number, { stack: keys.stack(`tenant-${n}`, stina) })));
    expect(all.filter((one) => one?.type === 'call.found')).toHaveLength(1);
  });

  test('“no” is a report, which the card shows', async () => {
    await press('verify-caller');
    await endCall(needs()).run({ call: await found(), how: 'reported' }, world.act());
    await world.pay();
    expect((await call()).state).toBe('reported');
    expect(offered()).not.toContain('give-password');
  });

  test.each([
    ['Teams', 'teams', 'reported', true],
    ['the front door, where whoever reads the question has caused it', 'front-door', 'reported', false],
    ['Teams, by who merely stops', 'teams', 'refused', false],
  ] as const)('I17: “no” in %s: whether that door is closed for a day', async (_, door, how, isClosed) => {
    await press('verify-caller');
    await endCall(needs()).run({ call: await found(), how }, world.act({ door }));
    const key = keys.frozen(stina);
    const row = (await world.store.open({ key, owner: null, now: world.clock.now() })).rows.get(key) ?? null;
    const day = world.clock.now() + 24 * 60 * minute;
    expect(reportedUntil(row, door, world.clock.now())).toBe(isClosed ? day : null);
    expect(isFrozen(row)).toBe(false);
    expect((await call()).state).toBe(how);
  });

  test.each([
    ['one gate where two are taken', ['authenticator-app'], {}],
    ['gates for a reset', ['authenticator-app', 'text-message'], { purpose: 'reset' }],
    ['gates of another conversation', ['authenticator-app', 'text-message'], { conversation: 'p00/stack/elsewhere' }],
    ['gates of somebody else', ['authenticator-app', 'text-message'], { accountId: other }],
    ['stale gates', ['authenticator-app', 'text-message'], { at: 1 }],
  ] as const)('nobody is verified by %s', async (_, kinds, more) => {
    await press('verify-caller');
    const id = await found();
    const proofs = await gates(kinds, more);
    expect(await verifyCaller(needs()).run({ call: id, proofs }, world.act())).toEqual({ type: 'caller.refused', reason: 'proofs' });
    expect((await call()).state).toBe('asked');
  });

  test('I19: that a caller was verified is told to the work mailbox and every number', async () => {
    await verified();
    const told = world.mails.list().filter(({ kind }) => kind !== 'call');
    expect(told.filter(({ to }) => to === 'stina.berg@fjallbyn.example' || to === '+46701740605').length).toBeGreaterThanOrEqual(2);
    expect(await world.audit()).toContainEqual(expect.objectContaining({ act: 'desk.call', verdict: 'allowed', reason: 'verified' }));
  });

  test('R35: nobody is asked until they give in: five calls an hour', async () => {
    for (let n = 0; n < 5; n += 1) expect(refusedFor(await press('verify-caller'))).toBeNull();
    expect(refusedFor(await press('verify-caller'))).toBe('asked-often');
    world.clock.forward(60 * minute);
    expect(refusedFor(await press('verify-caller'))).toBeNull();
  });

  test('who has too few methods is not asked: identity is checked another way', async () => {
    await world.store.commit({ put: { [keys.methods(stina)]: readMethodsDocument(null) } });
    expect(refusedFor(await press('verify-caller'))).toBe('no-caller-methods');
  });

  test('I14: without a proof of their own no agent verifies anybody', async () => {
    world.standing = { ok: false };
    expect(refusedFor(await press('verify-caller'))).toBe('not-proved');
  });
});

describe('I16: what a verified caller is given', () => {
  test('nothing, before; then for fifteen minutes, in the verified conversation alone', async () => {
    expect(offered()).not.toContain('give-password');
    await verified();
    expect(offered()).toContain('give-password');
    await press('give-password');
    const [grant] = (await world.record()).grants ?? [];
    expect(await inboxOf(stina)).toContainEqual({
      event: { type: 'grant.given', grant: expect.objectContaining({ id: grant?.id, what: 'password' }) },
    });
    expect(await inboxOf(agentNina)).toHaveLength(1);
    expect(await readCall(world).run({}, world.act())).toMatchObject({ grant: { what: 'password' } });
    expect(await readCall(world).run({}, world.act({ stack: keys.stack('another-tenant', stina) }))).toMatchObject({
      verified: null,
      grant: null,
    });
    const entry = (await world.audit()).find(({ act, verdict }) => act === 'desk.give-password' && verdict === 'allowed');
    expect(entry).toMatchObject({ actor: agentNina, account: stina, reason: 'I16' });
    expect(entry?.['proofs']).toEqual(expect.arrayContaining(['agents-own', ...(await call()).proofs]));
  });

  test('after fifteen minutes the card has no powers', async () => {
    await verified();
    world.clock.forward(15 * minute);
    const stale = await world.click({ act: 'give-password' });
    expect(stale).toMatchObject({ ok: true, changed: false });
    expect((await world.record()).grants ?? []).toEqual([]);
    await world.pay();
    expect(offered()).not.toContain('give-password');
  });

  const use = async (more: Partial<Parameters<typeof judgeGrant>[1]> = {}) => {
    const grant = (await world.record()).grants?.at(-1)?.id ?? '';
    const alsoRead = [keys.frozen(stina)];
    const key = keys.case((await world.record()).id);
    const { rows } = await world.store.open({ key, owner: null, alsoRead, now: world.clock.now() });
    const now = world.clock.now();
    return judgeGrant((each) => rows.get(each) ?? null, {
      accountId: stina,
      grant,
      what: 'password',
      conversation: world.act().stack,
      use: 'page-1',
      now,
      ...more,
    });
  };

  test('it carries that act, once, there, and ends with its time, the claim or a freeze', async () => {
    await verified();
    await press('give-password');
    expect(await use()).toMatchObject({ ok: true });
    expect(await use({ what: 'unlock' })).toMatchObject({ ok: false });
    expect(await use({ conversation: 'p00/stack/forwarded' })).toMatchObject({ ok: false });
    expect(await use({ accountId: other })).toMatchObject({ ok: false });
    const once = await use();
    if (!once.ok) throw new Error(once.reason);
    await world.store.commit(once.spends);
    expect(await use()).toMatchObject({ ok: true });
    expect(await use({ use: 'page-2' })).toMatchObject({ ok: false });
    await world.store.commit(freezeParts(stina, { frozen: null, voidBefore: world.clock.now(), closed: [] }));
    expect(await use()).toEqual({ ok: false, reason: 'old' });
  });

  test('it ends after fifteen minutes', async () => {
    await verified();
    await press('give-password');
    world.clock.forward(15 * minute);
    expect(await use()).toEqual({ ok: false, reason: 'old' });
  });

  test('it ends when the case is released, and nothing of it is there for whoever takes it next', async () => {
    await verified();
    await press('give-password');
    const proofIds = [(await world.record()).grants?.[0]?.id ?? ''];
    await press('release');
    expect((await world.record()).caller).toBeUndefined();
    const asked = {
      accountId: stina,
      proofIds,
      act: 'open-new-password',
      use: 'page',
      conversation: world.act().stack,
      now: world.clock.now(),
    } as const;
    expect(await proofsSuffice(world.store, asked, world.policy)).toMatchObject({ ok: false });
    await press('claim', { by: agentOmar });
    expect(offered()).not.toContain('give-password');
  });

  test('another agent cannot use it: the claim and the proof are somebody else’s', async () => {
    await verified();
    expect(refusedFor(await press('give-password', { by: agentOmar }))).toBe('not-yours');
  });

  test('R38: a replayed card gives nothing twice', async () => {
    await verified();
    const data = dataOf([...world.shown.values()].at(-1) ?? null, 'give-password');
    const all = await Promise.all(Array.from({ length: 20 }, () => world.click({ ...data })));
    expect(all.filter((acted) => acted.ok && acted.changed)).toHaveLength(1);
    expect((await world.record()).grants).toHaveLength(1);
  });

  test('a former agent gives nothing: removed between the verification and the grant', async () => {
    await verified();
    world.people.set(agentNina, account(agentNina, { name: 'Nina Falk', groups: [] }));
    expect(refusedFor(await press('give-password'))).toBe('not-agent');
  });

  test('a stale proof of the agent’s gives nothing', async () => {
    await verified();
    world.standing = { ok: false };
    expect(refusedFor(await press('give-password'))).toBe('not-proved');
  });

  test('never on one’s own account', async () => {
    await verified();
    world.people.set(stina, account(stina, { groups: ['fjallbyn-helpdesk'] }));
    expect(refusedFor(await press('give-password', { by: stina }))).toBe('own-account');
  });

  test('I10: an account with extra protection gets nothing, read at that moment, whoever approves', async () => {
    await verified();
    world.people.set(stina, account(stina, { privileged: true }));
    expect(refusedFor(await press('give-password'))).toBe('privileged');
    await press('ask-colleague', { typed: { what: 'password' } });
    expect(refusedFor(await press('approve', { by: agentOmar }))).toBe('privileged');
    expect((await world.record()).grants ?? []).toEqual([]);
  });

  test('R38: a second thing in 24 hours takes a colleague, who is somebody else', async () => {
    await verified();
    await press('give-password');
    world.clock.forward(minute);
    const spent = await use({ use: 'page' });
    if (!spent.ok) throw new Error(spent.reason);
    await world.store.commit(spent.spends);
    await world.pay();
    expect(refusedFor(await press('give-unlock'))).toBe('second-act');
    await press('ask-colleague', { typed: { what: 'unlock' } });
    expect(refusedFor(await press('approve'))).toBe('own-approval');
    world.standing = { ok: true, proof: 'omars-own' };
    expect(refusedFor(await press('approve', { by: agentOmar }))).toBeNull();
    expect((await world.record()).grants?.at(-1)).toMatchObject({
      what: 'unlock',
      by: agentNina,
      approved: { by: agentOmar, proof: 'omars-own' },
    });
  });

  test('a colleague approves within those fifteen minutes or not at all', async () => {
    await verified();
    await press('ask-colleague', { typed: { what: 'unlock' } });
    world.clock.forward(15 * minute);
    expect(await world.click({ act: 'approve', by: agentOmar })).toMatchObject({ ok: true, changed: false });
    expect((await world.record()).grants ?? []).toEqual([]);
  });

  test('R35: an agent works at a person’s pace; more is refused and told', async () => {
    world.policy = { ...world.policy, agents: { ...world.policy.agents, pace: 2 } };
    await press('verify-caller');
    await press('verify-caller');
    expect(refusedFor(await press('verify-caller'))).toBe('pace');
    expect(world.alarms).toEqual([expect.objectContaining({ kind: 'agent-pace', account: agentNina, name: 'Nina Falk' })]);
  });
});
