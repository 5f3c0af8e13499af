import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { languages } from '../../src/config/policy.ts';
import { actByHook } from '../../src/desk/hook-act.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { keys } from '../../src/store/keys.ts';
import { account, agentNina, agentOmar, dataOf, DeskWorld, stina } from './desk-world.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld();
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  await world.pay();
});
afterEach(() => world.end());

const unchanged = async (): Promise<void> => {
  expect(await world.record()).toMatchObject({ state: 'delivered', revision: 1, resolved: null });
  expect(await world.inbox()).toEqual([]);
};

describe('Claim', () => {
  test('I13, R41: one agent has it, the requester hears who, and the card says so', async () => {
    const acted = await world.click({ act: 'claim' });
    expect(acted).toMatchObject({ ok: true, changed: true });
    const record = await world.record();
    expect(record).toMatchObject({ state: 'claimed', revision: 2, claimed: { by: agentNina, name: 'Nina Falk' }, deadline: null });
    expect(await world.inbox()).toMatchObject([
      { value: { event: { type: 'case.told', what: 'claimed', case: 'LK-1001', agent: 'Nina Falk' } } },
    ]);
    expect(world.woken).toEqual([record.stack]);
    await world.pay();
    expect(JSON.stringify(world.shown.get('activity-1'))).toContain('Nina Falk har ärendet');
    expect(acted.ok && acted.card).toEqual(world.shown.get('activity-1'));
    expect((await world.audit()).at(-1)).toMatchObject({
      act: 'desk.claim',
      verdict: 'allowed',
      actor: agentNina,
      account: stina,
      door: 'desk',
    });
  });

  test('a second click changes nothing, says nothing again, and shows the card as it is', async () => {
    const [before] = [...world.shown.values()];
    await world.click();
    const again = await world.click({ ...dataOf(before ?? null), by: agentOmar });
    expect(again).toMatchObject({ ok: true, changed: false });
    expect(again.ok && JSON.stringify(again.card)).toContain('Nina Falk');
    expect(await world.inbox()).toHaveLength(1);
  });

  test('two agents at once: one has it, and the other`s card says who', async () => {
    const both = await Promise.all([world.click(), world.click({ by: agentOmar })]);
    expect(both.filter((each) => each.ok && each.changed)).toHaveLength(1);
    const { claimed } = await world.record();
    expect(both.every((each) => each.ok && JSON.stringify(each.card).includes(`${claimed?.name} har ärendet`))).toBe(true);
    expect(await world.inbox()).toHaveLength(1);
    expect(world.woken).toHaveLength(1);
  });

  test.each([0, 2, '1', null, -1])('R43: a card of another version (%j) changes nothing and is refreshed', async (version) => {
    const acted = await world.click({ version });
    expect(acted).toMatchObject({ ok: true, changed: false, card: { type: 'AdaptiveCard' } });
    expect(JSON.stringify(acted)).toContain('LK-1001');
    await unchanged();
  });

  test('a click tells which card it was, when the post`s answer was lost', async () => {
    await world.end();
    world = new DeskWorld();
    world.next = ['killed'];
    await world.open({ code: 'SSPR_0014', wish: 'reset' });
    await world.pay();
    await world.click();
    expect(await world.record()).toMatchObject({ activity: 'activity-1', state: 'claimed' });
    await world.restart();
    await world.pay();
    expect([...world.shown.keys()]).toEqual(['activity-1']);
  });
});

describe('who has the case', () => {
  beforeEach(async () => {
    await world.click();
    await world.pay();
  });

  test('resolves it: the requester hears it, and it leaves the queue', async () => {
    expect(await world.click({ act: 'resolve' })).toMatchObject({ ok: true, changed: true });
    expect(await world.record()).toMatchObject({ state: 'resolved', claimed: null, resolved: { by: agentNina, at: world.clock.now() } });
    expect((await world.inbox()).at(-1)).toMatchObject({
      value: { event: { what: 'resolved', case: 'LK-1001', agent: 'Nina Falk', text: '' } },
    });
    expect(await world.openIndex()).toEqual([]);
    await world.pay();
    expect(JSON.stringify(world.shown.get('activity-1'))).toContain('Löst av Nina Falk');
  });

  test('gives it back: it stands in the queue again, with a deadline of its own', async () => {
    world.clock.forward(3_600_000);
    expect(await world.click({ act: 'release' })).toMatchObject({ ok: true, changed: true });
    expect(await world.record()).toMatchObject({
      state: 'delivered',
      claimed: null,
      deadline: world.clock.now() + world.policy.desk.takeUpMinutes.normal * 60_000,
    });
    expect(await world.openIndex()).toHaveLength(1);
  });

  const freeze = { id: 'freeze-1', since: 0, sessions: 'ended', suspended: 1, thawed: null } as const;
  const holds = async (): Promise<void> => {
    const record = await world.record();
    const held = { ...record, code: 'LK_FROZEN', wish: 'not-me', freeze } as const;
    await world.store.commit({ put: { [keys.case(record.id)]: held } });
  };

  test('I17: the case of a freeze is not resolved while the account is frozen, by card or by webhook, and the words name the way', async () => {
    await holds();
    const refused = await world.click({ act: 'resolve' });
    expect(refused).toMatchObject({ ok: false, reason: 'still-frozen', text: expect.stringContaining('andra handläggare tina upp') });
    const hooked = await actByHook(world.actNeeds, { act: 'resolve', case: 'LK-1001' }, 'msg_1');
    expect(hooked).toEqual({ ok: false, reason: 'still-frozen' });
    expect(await world.record()).toMatchObject({ state: 'claimed', resolved: null });
    expect((await world.audit()).slice(-2)).toMatchObject([
      { act: 'desk.resolve', verdict: 'refused', reason: 'still-frozen', actor: agentNina },
      { act: 'desk.hook.resolve', verdict: 'refused', reason: 'still-frozen' },
    ]);
  });

  test('I17: nor before the case shows how the freeze stands, nor where the directory cannot say whether the account is there', async () => {
    const record = await world.record();
    await world.store.commit({ put: { [keys.case(record.id)]: { ...record, code: 'LK_FROZEN', wish: 'not-me' } } });
    expect(await world.click({ act: 'resolve' })).toMatchObject({ ok: false, reason: 'still-frozen' });
    await holds();
    world.accountDown = true;
    expect(await world.click({ act: 'resolve' })).toMatchObject({ ok: false, reason: 'unavailable' });
  });

  test('the case of a freeze is resolved once the account is thawed, or is gone or disabled', async () => {
    await holds();
    world.people.set(stina, account(stina, { enabled: false }));
    expect(await world.click({ act: 'resolve' })).toMatchObject({ ok: true, changed: true });
    world.people.set(stina, account(stina));
    for (const act of ['reopen', 'claim']) {
      await world.pay();
      await world.click({ act });
    }
    await world.pay();
    expect(await world.click({ act: 'resolve' })).toMatchObject({ ok: false, reason: 'still-frozen' });
    const record = await world.record();
    const thawed = { at: 1, by: agentOmar, name: 'Omar Dahl' };
    await world.store.commit({ put: { [keys.case(record.id)]: { ...record, freeze: { ...freeze, thawed } } } });
    expect(await world.click({ act: 'resolve' })).toMatchObject({ ok: true, changed: true });
  });

  test('R38, R43: a card that is pressed twenty times at once, or again later, does what it does once', async () => {
    const data = { ...dataOf([...world.shown.values()].at(-1) ?? null, 'answer'), typed: { quick: 'working-on-it' } };
    const all = await Promise.all(Array.from({ length: 20 }, () => world.click(data)));
    expect(all.filter((acted) => acted.ok && acted.changed)).toHaveLength(1);
    await world.pay();
    expect(await world.click(data)).toMatchObject({ ok: true, changed: false });
    expect((await world.record()).thread).toHaveLength(1);
    expect((await world.audit()).filter(({ act, verdict }) => act === 'desk.answer' && verdict === 'allowed')).toHaveLength(1);
  });

  test.each(['resolve', 'release'])('nobody else can %s it', async (act) => {
    expect(await world.click({ act, by: agentOmar })).toMatchObject({ ok: false, reason: 'not-yours' });
    expect(await world.record()).toMatchObject({ state: 'claimed', revision: 2 });
  });

  test('a claim of a case that somebody has changes nothing', async () => {
    expect(await world.click({ act: 'claim', version: 2, by: agentOmar })).toMatchObject({ ok: true, changed: false });
    expect(await world.record()).toMatchObject({ claimed: { by: agentNina } });
  });
});

describe('I14: agents', () => {
  test('are read at each click: who left the group a moment ago is none', async () => {
    world.people.set(agentNina, account(agentNina, { groups: [] }));
    expect(await world.click()).toMatchObject({ ok: false, reason: 'not-agent' });
    await unchanged();
  });

  test.each([
    ['nobody the directory knows', undefined],
    ['an employee', account('somebody')],
    ['a disabled agent', account('somebody', { groups: ['fjallbyn-helpdesk'], enabled: false })],
    ['a service account in the group', account('somebody', { groups: ['fjallbyn-helpdesk'], kind: 'service' })],
  ])('%s is none', async (_name, person) => {
    if (person !== undefined) world.people.set('somebody', person);
    expect(await world.click({ by: 'somebody' })).toMatchObject({ ok: false, reason: 'not-agent' });
    await unchanged();
  });

  test('may be named by object id too', async () => {
    world.people.set('named', account('named'));
    Object.assign(world, {
      policy: { ...world.policy, agents: { accounts: ['named'], groups: [], rights: {}, proof: 'security-key' as const, pace: 30 } },
    });
    expect(await world.click({ by: 'named' })).toMatchObject({ ok: true, changed: true });
  });

  test('have each right of its own: one that the policy gives to others is not theirs', async () => {
    const rights = { answer: { accounts: [agentOmar], groups: [] } };
    Object.assign(world, { policy: { ...world.policy, agents: { ...world.policy.agents, rights } } });
    expect(await world.click()).toMatchObject({ ok: false, reason: 'no-right' });
    await unchanged();
    expect(await world.click({ by: agentOmar })).toMatchObject({ ok: true, changed: true });
  });

  test('never act on their own account', async () => {
    world.people.set(stina, account(stina, { groups: ['fjallbyn-helpdesk'] }));
    expect(await world.click({ by: stina })).toMatchObject({ ok: false, reason: 'own-account' });
    await unchanged();
  });

  test('a directory that does not answer makes nobody an agent', async () => {
    world.directoryDown = new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
    expect(await world.click()).toMatchObject({ ok: false, reason: 'unavailable' });
    await unchanged();
  });

  test.each([
    ['another channel', { conversationId: '19:other@thread.tacv2' }],
    ['a longer name that begins alike', { conversationId: '19:helpdesk@thread.tacv2.example' }],
    ['a personal chat', { place: 'personal' }],
    ['another tenant', { tenant: 'another-tenant' }],
  ] as const)('I11: only in the helpdesk`s own conversation: %s is refused', async (_name, more) => {
    expect(await world.click(more)).toMatchObject({ ok: false, reason: 'not-here' });
    await unchanged();
  });

  test.each(['p00-nothing', 'p99/../x', '', null, 7, { id: 1 }, 'p07-aaaaaaaaaaaaaaaaaaaaaa', 'p99-aaaaaaaaaaaaaaaaaaaaaa'])(
    'R43: a case that is none (%j) is refused and nothing breaks',
    async (id) => {
      expect(await world.click({ case: id })).toMatchObject({ ok: false, reason: 'unknown-case' });
      await unchanged();
    },
  );

  test('R43: an act the card does not have is refused', async () => {
    expect(await world.click({ act: 'anything' })).toMatchObject({ ok: false, reason: 'unknown-act' });
    await unchanged();
  });

  test('R41: every refusal has its audit entry, without a word of the card`s data', async () => {
    await world.click({ act: '<script>' });
    await world.click({ conversationId: 'elsewhere' });
    expect((await world.audit()).at(-1)).toMatchObject({
      act: 'desk.unknown-act',
      verdict: 'refused',
      reason: 'unknown-act',
      actor: agentNina,
    });
    expect((await world.audit(agentNina)).at(-1)).toMatchObject({
      act: 'desk.claim',
      verdict: 'refused',
      reason: 'not-here',
      account: null,
    });
    expect(JSON.stringify(await world.audit())).not.toContain('script');
  });

  test('every refusal has its sentence in every language', () => {
    for (const reason of [
      'not-here',
      'not-agent',
      'no-right',
      'not-yours',
      'not-proved',
      'own-account',
      'unknown-case',
      'unknown-act',
      'unavailable',
    ]) {
      for (const language of languages) expect(world.sentences.has(language, `desk.refused.${reason}`)).toBe(true);
    }
  });
});
