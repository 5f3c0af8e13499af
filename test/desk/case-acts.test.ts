import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { languages } from '../../src/config/policy.ts';
import { LatchkeyError } from '../../src/errors.ts';
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

describe('Resolve', () => {
  test('I13, R41: resolves the case, tells the requester in the conversation that opened it, and renews the card', async () => {
    const acted = await world.click();
    expect(acted).toMatchObject({ ok: true, changed: true });
    const record = await world.record();
    expect(record).toMatchObject({ state: 'resolved', resolved: { by: agentNina, name: 'Nina Falk', at: world.clock.now() } });
    expect(await world.inbox()).toMatchObject([{ value: { notice: 'desk.notice.resolved', params: { number: 'LK-1001' } } }]);
    expect(world.woken).toEqual([record.stack]);
    expect(await world.openIndex()).toEqual([]);
    await world.pay();
    expect(JSON.stringify(world.shown.get('activity-1'))).toContain('Löst av Nina Falk');
    expect(acted.ok && acted.card).toEqual(world.shown.get('activity-1'));
    expect((await world.audit()).at(-1)).toMatchObject({
      act: 'desk.resolve',
      verdict: 'allowed',
      actor: agentNina,
      account: stina,
      door: 'desk',
    });
  });

  test('the requester`s word has its sentence in every language', () => {
    for (const language of languages)
      expect(world.sentences.say(language, 'desk.notice.resolved', { number: 'LK-1001' })).toContain('LK-1001');
  });

  test('a second click changes nothing, says nothing again, and shows the card as it is', async () => {
    const [before] = [...world.shown.values()];
    await world.click();
    const again = await world.click({ ...dataOf(before ?? null), by: agentOmar });
    expect(again).toMatchObject({ ok: true, changed: false });
    expect(again.ok && JSON.stringify(again.card)).toContain('Nina Falk');
    expect(await world.inbox()).toHaveLength(1);
  });

  test('two agents at once: one of them did it', async () => {
    const both = await Promise.all([world.click(), world.click({ by: agentOmar })]);
    expect(both.filter((each) => each.ok && each.changed)).toHaveLength(1);
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
    expect(await world.record()).toMatchObject({ activity: 'activity-1', state: 'resolved' });
    await world.restart();
    await world.pay();
    expect([...world.shown.keys()]).toEqual(['activity-1']);
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
    Object.assign(world, { policy: { ...world.policy, agents: { accounts: ['named'], groups: [] } } });
    expect(await world.click({ by: 'named' })).toMatchObject({ ok: true, changed: true });
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
    expect(await world.click({ act: 'unlock' })).toMatchObject({ ok: false, reason: 'unknown-act' });
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
      act: 'desk.resolve',
      verdict: 'refused',
      reason: 'not-here',
      account: null,
    });
    expect(JSON.stringify(await world.audit())).not.toContain('script');
  });

  test('every refusal has its sentence in every language', () => {
    for (const reason of ['not-here', 'not-agent', 'own-account', 'unknown-case', 'unknown-act', 'unavailable']) {
      for (const language of languages) expect(world.sentences.has(language, `desk.refused.${reason}`)).toBe(true);
    }
  });
});
