import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { languages } from '../../src/config/policy.ts';
import { account, agentNina, agentOmar, DeskWorld, stina } from './desk-world.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld();
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  await world.pay();
});
afterEach(() => world.end());

/** Nina takes the case up. */
async function claimed(): Promise<void> {
  await world.click({ act: 'claim' });
  await world.pay();
}
const news = async () => (await world.inbox()).map(({ value }) => (value as { event?: { what: string } }).event?.what);
const lastCard = (): string => JSON.stringify([...world.shown.values()].at(-1));

describe('helpdesk and requester talk by way of the case', () => {
  beforeEach(claimed);

  test('a question reaches the conversation that opened the case, and the reply the card', async () => {
    expect(await world.click({ act: 'ask', typed: { note: 'Vilken telefon?' } })).toMatchObject({ ok: true, changed: true });
    expect((await world.inbox()).at(-1)).toMatchObject({
      value: { event: { what: 'asked', case: 'LK-1001', agent: 'Nina Falk', text: 'Vilken telefon?' } },
    });
    expect(await world.cases()).toMatchObject({ cases: [{ state: 'waiting', question: 'Vilken telefon?', mayWrite: true }] });
    expect(await world.write('Den gamla, svarta')).toEqual({ type: 'desk.heard' });
    expect(await world.record()).toMatchObject({ state: 'claimed', claimed: { by: agentNina }, deadline: null });
    await world.pay();
    for (const words of ['Vilken telefon?', 'Den gamla, svarta']) expect(lastCard()).toContain(words);
  });

  test('an answer takes no reply; the requester may write all the same, and once is once', async () => {
    await world.click({ act: 'answer', typed: { note: 'Vi arbetar med det.' } });
    expect(await news()).toEqual(['claimed', 'answered']);
    await world.write('Tack');
    await world.write('Tack');
    const { state, thread } = await world.record();
    expect([state, thread.map(({ kind, name, text }) => [kind, name, text])]).toEqual([
      'claimed',
      [
        ['answer', 'Nina Falk', 'Vi arbetar med det.'],
        ['reply', null, 'Tack'],
      ],
    ]);
  });

  test('a ready reply is in the requester`s language, with what was written beneath it', async () => {
    await world.click({ act: 'answer', typed: { quick: 'call-us', note: 'Fråga efter Nina.' } });
    expect((await world.record()).thread.at(-1)?.text).toMatch(/^Ring Fjällbyns IT-avdelning på 08-465 004 10[^]*\nFråga efter Nina\.$/u);
    await world.pay();
    await world.click({ act: 'ask', typed: { quick: 'when-reachable' } });
    expect((await world.record()).thread.at(-1)?.text).toMatch(/^När passar det/u);
  });

  test.each(['error-text', 'which-device', 'when-reachable', 'working-on-it', 'call-us', 'come-by'])(
    'the ready reply %s is written in every language',
    (id) => {
      for (const language of languages) expect(world.sentences.say(language, `quick-reply.${id}`)).not.toBe('');
    },
  );

  test.each([
    ['', 'empty'],
    ['se https://evil.example', 'link'],
    ['Vad är koden? 123456?', 'secret'],
    ['811218-9876', 'secret'],
    ['x'.repeat(2001), 'too-long'],
  ])('R37: what an agent may not send is not sent: %j', async (note, reason) => {
    for (const act of ['ask', 'answer']) expect(await world.click({ act, typed: { note } })).toMatchObject({ ok: false, reason });
    if (note !== '') expect(await world.click({ act: 'resolve', typed: { note } })).toMatchObject({ ok: false, reason });
    expect(await world.record()).toMatchObject({ state: 'claimed', revision: 2, thread: [] });
    expect(await news()).toEqual(['claimed']);
  });

  test('R37: what a requester may not send is not kept anywhere', async () => {
    for (const text of ['min kod är 271828', 'pnr 811218-9876']) {
      expect(await world.write(text)).toEqual({ type: 'desk.not-heard', reason: 'secret' });
    }
    expect((await world.audit()).at(-1)).toMatchObject({ act: 'desk.write', verdict: 'refused', reason: 'secret', actor: stina });
    expect(JSON.stringify([await world.record(), await world.audit(), await world.inbox()])).not.toMatch(/271828|811218/);
  });

  test('R35: after ten messages in a row the requester waits for a word of the helpdesk', async () => {
    for (let n = 1; n <= 10; n += 1) expect(await world.write(`rad ${n}`)).toEqual({ type: 'desk.heard' });
    expect(await world.write('rad 11')).toEqual({ type: 'desk.not-heard', reason: 'enough' });
    await world.pay();
    await world.click({ act: 'answer', typed: { note: 'Vi ser det.' } });
    expect(await world.write('rad 12')).toEqual({ type: 'desk.heard' });
  });

  test('resolved with a note: the requester hears it; a reopened one has no claim, and the helpdesk gets its card anew', async () => {
    await world.click({ act: 'resolve', typed: { note: 'Kontot är upplåst.' } });
    expect((await world.inbox()).at(-1)).toMatchObject({ value: { event: { what: 'resolved', text: 'Kontot är upplåst.' } } });
    await world.pay();
    expect(lastCard()).toMatch(/Nina Falk löste ärendet [^]*Kontot är upplåst\./u);
    await world.pay();
    expect(await world.change('reopen')).toEqual({ type: 'case.changed' });
    expect(await world.record()).toMatchObject({ state: 'reopened', claimed: null, resolved: null, activity: null });
    await world.pay();
    expect([...world.shown.keys()]).toEqual(['activity-1', 'activity-2']);
    expect(await world.openIndex()).toHaveLength(1);
    // The older card changes nothing, and shows how it is.
    expect(await world.click({ act: 'reopen', version: 3, by: agentOmar })).toMatchObject({ ok: true, changed: false });
  });

  test('two agents press at once what only one of them may', async () => {
    const both = await Promise.all([world.click({ act: 'take-over', by: agentOmar }), world.click({ act: 'resolve' })]);
    expect(both.filter((each) => each.ok && each.changed)).toHaveLength(1);
  });
});

describe('the requester', () => {
  test('withdraws a case, once and for all', async () => {
    expect(await world.change('withdraw')).toEqual({ type: 'case.changed' });
    expect(await world.change('withdraw')).toEqual({ type: 'case.changed' });
    expect(await world.change('withdraw', { id: 'withdraw-2' })).toEqual({ type: 'case.over', newer: null });
    expect(await world.record()).toMatchObject({ state: 'withdrawn' });
    expect(await world.openIndex()).toEqual([]);
    expect(await world.click({ act: 'claim', version: 1 })).toMatchObject({ ok: true, changed: false });
    expect(await world.write('hallå?')).toEqual({ type: 'desk.not-heard', reason: 'over' });
  });

  test('opens a resolved one again within some days, and not beside a newer one for the same', async () => {
    await world.resolve();
    world.clock.forward(7 * 86_400_000 - 1);
    expect(await world.change('reopen')).toEqual({ type: 'case.changed' });
    await world.resolve();
    world.clock.forward(7 * 86_400_000);
    expect(await world.change('reopen', { id: 'reopen-2' })).toEqual({ type: 'case.over', newer: null });
  });

  test('I13: one is open for the same: an older one stays as it is', async () => {
    await world.resolve();
    await world.open({ code: 'SSPR_0014', wish: 'reset' }, { id: 'effect-2' });
    expect(await world.change('reopen', { number: 'LK-1001' })).toEqual({ type: 'case.over', newer: 'LK-1002' });
    const [older] = await world.records();
    expect(await world.click({ act: 'reopen', case: older?.id, version: older?.revision })).toMatchObject({
      ok: false,
      reason: 'has-newer',
    });
  });

  test('I13: another employee who guesses the number gets nothing', async () => {
    const stranger = 'd4c7f0b2-58a1-4e6d-8b39-06f1a2c3e4ff';
    world.people.set(stranger, account(stranger));
    expect(await world.cases(stranger)).toEqual({ type: 'cases.read', cases: [] });
    expect(await world.write('Jag är Stina', { accountId: stranger, number: 'LK-1001' })).toEqual({
      type: 'desk.not-heard',
      reason: 'over',
    });
    for (const how of ['withdraw', 'reopen'] as const)
      expect(await world.change(how, { accountId: stranger, number: 'LK-1001' })).toEqual({ type: 'case.over', newer: null });
    expect(await world.record()).toMatchObject({ state: 'delivered', revision: 1, thread: [] });
  });

  test('I13: relays come from and go to the conversation that opened the case alone', async () => {
    expect(await world.write('hej', { stack: 'p00/stack/elsewhere' })).toEqual({ type: 'desk.not-heard', reason: 'over' });
    await claimed();
    await world.click({ act: 'ask', typed: { note: 'Vad?' } });
    expect(world.woken).toEqual([(await world.record()).stack, (await world.record()).stack]);
  });
});

describe('assigned', () => {
  const omar = { act: 'assign', typed: { agent: 'Omar Dahl' } };

  test('to a colleague, who has it then: the requester hears who, and the one before can do nothing more with it', async () => {
    await claimed();
    expect(await world.click(omar)).toMatchObject({ ok: true, changed: true });
    expect(await world.record()).toMatchObject({ state: 'claimed', claimed: { by: agentOmar, name: 'Omar Dahl' } });
    expect((await world.inbox()).at(-1)).toMatchObject({ value: { event: { what: 'claimed', agent: 'Omar Dahl' } } });
    expect((await world.audit()).at(-1)).toMatchObject({ act: 'desk.assign', actor: agentNina });
    await world.pay();
    expect(await world.click({ act: 'resolve' })).toMatchObject({ ok: false, reason: 'not-yours' });
  });

  test('from the queue too', async () => {
    expect(await world.click(omar)).toMatchObject({ ok: true, changed: true });
    expect(await world.record()).toMatchObject({ state: 'claimed', claimed: { by: agentOmar } });
  });

  test.each([
    ['nobody', () => {}],
    ['a former agent', () => world.people.set(agentOmar, account(agentOmar, { userId: 'Omar Dahl', groups: [] }))],
    [
      'a disabled one',
      () => world.people.set(agentOmar, account(agentOmar, { userId: 'Omar Dahl', groups: ['fjallbyn-helpdesk'], enabled: false })),
    ],
  ] as const)('I14: who is read as no agent at that moment gets none: %s', async (who, change) => {
    change();
    const typed = { agent: who === 'nobody' ? 'somebody@fjallbyn.example' : 'Omar Dahl' };
    expect(await world.click({ act: 'assign', typed })).toMatchObject({ ok: false, reason: 'no-such-agent' });
    expect(await world.record()).toMatchObject({ state: 'delivered' });
  });

  test('I14: never the case of one`s own account', async () => {
    world.people.set(stina, account(stina, { groups: ['fjallbyn-helpdesk'] }));
    expect(await world.click({ act: 'assign', typed: { agent: 'stina.berg@fjallbyn.example' } })).toMatchObject({
      ok: false,
      reason: 'their-account',
    });
  });

  test('a colleague takes over; the one who has it already changes nothing by that', async () => {
    await claimed();
    expect(await world.click({ act: 'take-over' })).toMatchObject({ ok: true, changed: false });
    expect(await world.click({ act: 'take-over', by: agentOmar })).toMatchObject({ ok: true, changed: true });
    expect(await world.record()).toMatchObject({ claimed: { by: agentOmar } });
  });
});
