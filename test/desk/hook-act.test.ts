import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { actByHook, hookRequest } from '../../src/desk/hook-act.ts';
import { DeskWorld } from './desk-world.ts';

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
});
afterEach(() => world.end());

test('a case keeps the latest hundred messages, however much another system notes', async () => {
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  for (let n = 1; n <= 103; n += 1) {
    const noted = await actByHook(world.actNeeds, { act: 'note', case: 'LK-1001', text: `note ${n}` }, `msg_${n}`);
    expect(noted).toMatchObject({ ok: true, changed: true });
  }
  const { thread } = await world.record();
  expect([thread.length, thread[0]?.text, thread.at(-1)?.text]).toEqual([100, 'note 4', 'note 103']);
});

test('what another system wrote stands on the card in its name', async () => {
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  await world.pay();
  await actByHook(world.actNeeds, { act: 'resolve', case: 'LK-1001', text: 'Kontot är aktiverat.' }, 'msg_1');
  await world.pay();
  expect(JSON.stringify([...world.shown.values()].at(-1))).toMatch(/Ett annat system löste ärendet [^]*Kontot är aktiverat\./u);
});

test.each([
  ['INC-4711', true],
  ['2026/11/4711', true],
  ['REQ:100 #3', true],
  ['https://evil.example.org', false],
  ['www.evil.example.org', false],
  ['evil.example.org/in', false],
  ['[in](evil)', false],
])('the ticket number "%s" is taken: %s, and a link is none', (ticket, taken) => {
  expect(hookRequest.safeParse({ act: 'ticket', case: 'LK-1001', ticket }).success).toBe(taken);
});
