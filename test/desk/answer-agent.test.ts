import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answerAgent } from '../../src/desk/answer-agent.ts';
import { account, agentNina, agentOmar, DeskWorld, stina } from './desk-world.ts';

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
});
afterEach(() => world.end());

const says = (text: string, more: Partial<Parameters<typeof answerAgent>[1]> = {}) =>
  answerAgent(world.actNeeds, {
    text,
    aadObjectId: agentNina,
    language: 'en',
    tenant: world.policy.organisation.tenants[0] ?? '',
    place: 'channel',
    conversationId: `${world.policy.contacts.desk.conversation};messageid=1`,
    ...more,
  });

/** Cases of as many people, a minute apart. */
async function cases(count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    const id = `d4c7f0b2-58a1-4e6d-8b39-${String(n).padStart(12, '0')}`;
    world.people.set(id, account(id, { name: `Person ${n}` }));
    await world.open({ code: n % 3 === 0 ? 'SSPR_0014' : 'SSPR_0009', wish: 'reset' }, { accountId: id, id: `effect-${n}` });
    world.clock.forward(60_000);
  }
}

describe('what an agent asks for in the helpdesk`s channel', () => {
  test('open cases: the first ten of the queue, the most urgent first, with age, deadline and who has it', async () => {
    expect(await says('open cases')).toBe('No case is open.');
    await cases(12);
    const [head, first, ...rest] = (await says('Open cases.'))?.split('\n') ?? [];
    expect(head).toBe('Open cases, the most urgent first (the first 10):');
    expect(first).toBe('LK-1001, Person 1, SSPR_0009, opened 14 Mar, 10:22. Nobody has claimed it; to be claimed by 14 Mar, 14:22.');
    expect(rest).toHaveLength(9);
  });

  test('of one reason; in Swedish, with the times as Swedes write them', async () => {
    await cases(6);
    const lines = (await says('öppna ärenden sspr_0014', { language: 'sv' }))?.split('\n') ?? [];
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe('LK-1003, Person 3, SSPR_0014, skapat 14 mars 10:24. Ingen har tagit det; ska tas senast 14 mars 14:24.');
  });

  test('my cases are those the agent has', async () => {
    await world.open({ code: 'SSPR_0014', wish: 'reset' });
    await world.pay();
    expect(await says('my cases')).toBe('You have no cases now.');
    await world.click({ act: 'claim' });
    expect(await says('mina ärenden')).toMatch(/^Your cases \(1\):\nLK-1001, Stina Berg, SSPR_0014, .* Nina Falk has it\.$/u);
    expect(await says('my cases', { aadObjectId: agentOmar })).toBe('You have no cases now.');
    await world.pay();
    await world.click({ act: 'resolve' });
    expect(await says('my cases')).toBe('You have no cases now.');
  });

  test('case LK-1001 puts its live card below, and the older one points to it', async () => {
    await world.open({ code: 'SSPR_0014', wish: 'reset' });
    await world.pay();
    expect(await says('case lk-1001')).toBe('The card of LK-1001 comes below.');
    await world.pay();
    await world.pay();
    expect([...world.shown.keys()]).toEqual(['activity-1', 'activity-2']);
    expect(JSON.stringify(world.shown.get('activity-1'))).not.toContain('Action.Execute');
    expect(await world.record()).toMatchObject({ activity: 'activity-2', state: 'delivered' });
    expect(await says('visa ärende LK-4711', { language: 'sv' })).toBe('Det finns inget ärende LK-4711.');
  });

  test('report today: what came, what ended, what waits', async () => {
    await cases(4);
    await world.open({ code: 'SSPR_0014', wish: 'reset' });
    await world.resolve();
    await world.open({ code: 'SSPR_0009', wish: 'reset' }, { id: 'effect-w' });
    await world.change('withdraw');
    world.clock.forward(5 * 3_600_000);
    expect((await says('report today'))?.split('\n')).toEqual([
      'Report for 14 March 2026:',
      '6 new cases, 1 resolved, 1 withdrawn, 0 without a reply.',
      'Open now: 4. Of the most urgent, 4 are past the time.',
      'SSPR_0009: 4',
      'SSPR_0014: 2',
    ]);
    world.clock.forward(24 * 3_600_000);
    expect((await says('rapport idag', { language: 'sv' }))?.split('\n')[1]).toBe('0 nya ärenden, 0 lösta, 0 återtagna, 0 utan svar.');
  });

  test('a name is plain text: one line, no mark of direction', async () => {
    world.people.set(stina, account(stina, { name: 'Stina\nLK-9999\u202E' }));
    await world.open({ code: 'SSPR_0014', wish: 'reset' });
    expect((await says('open cases'))?.split('\n')).toHaveLength(2);
  });

  test.each(['hello', 'open', 'case', 'case 1001', 'case LK-1001 now', 'open cases please', ''])(
    '%j is none of its commands',
    async (text) => {
      expect(await says(text)).toBeNull();
    },
  );
});

describe('I11, I14: for agents alone, and there alone', () => {
  test.each([
    ['an employee', stina, 'Only helpdesk agents can do this.'],
    ['nobody the directory knows', 'nobody', 'Only helpdesk agents can do this.'],
  ])('%s hears that it is not for them', async (_who, aadObjectId, words) => {
    await cases(1);
    world.people.set(stina, account(stina));
    for (const text of ['my cases', 'open cases', 'case LK-1001', 'report today']) expect(await says(text, { aadObjectId })).toBe(words);
    expect((await world.audit(aadObjectId)).at(-1)).toMatchObject({ act: 'desk.command.report', verdict: 'refused', reason: 'not-agent' });
  });

  test('a former agent is none', async () => {
    world.people.set(agentNina, account(agentNina, { groups: [] }));
    expect(await says('open cases')).toBe('Only helpdesk agents can do this.');
  });

  test('in another channel nothing is said of cases; in an agent`s own chat they hear where it goes', async () => {
    await cases(1);
    expect(await says('open cases', { conversationId: '19:other@thread.tacv2' })).toBeNull();
    expect(await says('open cases', { place: 'personal', conversationId: 'a:1' })).toBe(
      'This can be done in the helpdesk’s own conversation only.',
    );
    // About their own cases everybody may ask there.
    for (const text of ['my cases', 'case LK-1001']) expect(await says(text, { place: 'personal', conversationId: 'a:1' })).toBeNull();
  });
});
