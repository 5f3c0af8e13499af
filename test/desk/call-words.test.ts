import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callByWords } from '../../src/desk/call-words.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { account, agentNina, agentOmar, DeskWorld, stina } from './desk-world.ts';

const userId = 'stina.berg@fjallbyn.example';

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
});
afterEach(() => world.end());

const says = (text: string, more: Partial<Parameters<typeof callByWords>[1]> = {}) =>
  callByWords(
    { ...world.needs, ...world.actNeeds },
    {
      text,
      aadObjectId: agentNina,
      tenant: world.policy.organisation.tenants[0] ?? '',
      place: 'channel',
      conversationId: `${world.policy.contacts.desk.conversation};messageid=1`,
      ...more,
    },
  );

const lastEntry = async (of: string) => (await world.audit(of)).at(-1);

describe('"verify <user ID>" in the helpdesk`s channel', () => {
  test.each([
    ['verifiera', userId],
    ['Verify ', `  ${userId.toUpperCase()}`],
  ])('I15: opens a case that nobody proved anything for, once: %s', async (word, typed) => {
    world.people.set(stina, account(stina, { userId: typed.trim() }));
    const said = await says(`${word} ${typed}`);
    expect(said).toContain('LK-1001');
    expect(await world.record()).toMatchObject({
      account: stina,
      code: 'LK_CALL',
      requester: { how: 'nobody' },
      stack: null,
      claimed: null,
    });
    expect((await world.record()).caller).toBeUndefined();
    expect(await lastEntry(agentNina)).toMatchObject({ act: 'desk.command.verify', verdict: 'allowed', actor: agentNina, account: stina });
    expect(await says(`verify ${typed}`, { aadObjectId: agentOmar })).toContain('LK-1001');
    expect(await world.records()).toHaveLength(1);
    // Its person hears nothing: nobody is asked anything until they type the number.
    expect(await world.inbox()).toEqual([]);
  });

  test.each([
    ['an employee who sits in the channel', 'somebody', 'not-agent', () => world.people.set('somebody', account('somebody'))],
    ['nobody the directory knows', 'nobody', 'not-agent', () => {}],
    ['a former agent', agentNina, 'not-agent', () => world.people.set(agentNina, account(agentNina, { groups: [] }))],
    ['an agent without the right', agentNina, 'no-right', () => withoutRight()],
    ['an agent whom the directory does not tell of now', agentNina, 'unavailable', () => down()],
  ] as const)(
    'I11, I14, R41: %s gets nothing, the same for an account and for none, and it stands in the audit',
    async (_who, by, reason, how) => {
      how();
      const heard = await says(`verify ${userId}`, { aadObjectId: by });
      expect(heard).toBe(world.sentences.say(world.policy.contacts.desk.language, `desk.refused.${reason}`));
      expect(await lastEntry(by)).toMatchObject({ act: 'desk.command.verify', verdict: 'refused', reason, actor: by, account: null });
      expect(await says('verify nobody@fjallbyn.example', { aadObjectId: by })).toBe(heard);
      expect(await world.records()).toEqual([]);
      expect(JSON.stringify(await world.audit(by))).not.toContain(userId);
    },
  );

  test('I14: never for one`s own account, and an account that is not there opens nothing; both stand in the audit', async () => {
    world.people.set(agentNina, account(agentNina, { userId: 'nina.falk@fjallbyn.example', groups: ['fjallbyn-helpdesk'] }));
    expect(await says('verify nina.falk@fjallbyn.example')).toContain('ditt eget konto');
    expect(await lastEntry(agentNina)).toMatchObject({ verdict: 'refused', reason: 'own-account' });
    expect(await world.records(agentNina)).toEqual([]);
    expect(await says('verify nobody@fjallbyn.example')).toContain('inget konto');
    expect(await lastEntry(agentNina)).toMatchObject({ verdict: 'refused', reason: 'no-account' });
  });

  test.each([
    ['an agent’s own chat', { place: 'personal', conversationId: 'a:1' }],
    ['another channel', { conversationId: '19:other@thread.tacv2' }],
    ['another tenant', { tenant: 'another-tenant' }],
  ] as const)('I11: in %s it is no command', async (_where, more) => {
    expect(await says(`verify ${userId}`, more)).toBeNull();
    expect(await world.records()).toEqual([]);
  });

  test('I13: a caller gets a case of their own, also where a stranger asked for help in that name the same day, or an earlier call was resolved', async () => {
    await world.open({ code: 'LK_UNPROVED', wish: 'reset' }, { door: 'front-door', client: '198.51.100.7' });
    await world.resolve();
    expect((await world.record()).state).toBe('resolved');
    for (const number of ['LK-1002', 'LK-1003']) {
      expect(await says(`verify ${userId}`)).toContain(number);
      expect(await world.record()).toMatchObject({ number, code: 'LK_CALL', state: 'new' });
      await world.resolve();
    }
  });

  test('I13: nor does a call stand for what a stranger may open that day', async () => {
    await says(`verify ${userId}`);
    const opened = await world.open({ code: 'LK_UNPROVED', wish: 'reset' }, { door: 'front-door', client: '198.51.100.7' });
    expect(opened).toMatchObject({ type: 'case.opened', number: 'LK-1002', isNew: true });
  });

  test.each(['verify', 'verify stina', `please verify ${userId}`, `verify ${userId} now`, ''])('%j is none', async (text) => {
    expect(await says(text)).toBeNull();
  });
});

function withoutRight(): void {
  const rights = { ...world.policy.agents.rights, verify: { accounts: [agentOmar], groups: [] } };
  world.policy = { ...world.policy, agents: { ...world.policy.agents, rights } };
}

function down(): void {
  world.directoryDown = new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
}
