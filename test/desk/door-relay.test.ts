import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDoorCase } from '../../src/desk/open-door-case.ts';
import { readCases } from '../../src/desk/read-cases.ts';
import { DeskWorld } from './desk-world.ts';

const mine = 'p03/stack/front-door/1';
const others = 'p03/stack/front-door/2';

let world: DeskWorld;
let number: string;
beforeEach(async () => {
  world = new DeskWorld();
  const handler = openDoorCase({
    ...world.needs,
    wake: () => undefined,
    exactCode: async () => null,
    typedUserId: async () => null,
    keepForCase: async () => undefined,
  });
  const opened = await handler.run(
    { code: 'LK_UNPROVED', wish: 'reset', proofs: [] },
    world.act({ door: 'front-door', client: '198.51.100.7', stack: mine }),
  );
  number = opened?.type === 'door-case.opened' ? opened.number : '';
});
afterEach(() => world.end());

/** Nobody is named in the conversation any more: it goes by its own id. */
const at = (stack: string, more = {}) => ({ door: 'front-door' as const, accountId: 'conversation', stack, ...more });

test('I13: the conversation that opened a case reads it and writes to it, whoever is named there, or nobody', async () => {
  expect(await readCases(world).run({ case: number }, world.act(at(mine)))).toMatchObject({ cases: [{ number }] });
  expect(await world.write('Den svarta datorn', { number, ...at(mine) })).toEqual({ type: 'desk.heard' });
  expect(await world.change('withdraw', { number, ...at(mine) })).toEqual({ type: 'case.changed' });
});

test('I13: any other conversation at the front door finds no case by its number, also where the account is named', async () => {
  const before = await world.record();
  for (const named of [{}, { accountId: before.account }]) {
    expect(await readCases(world).run({ case: number }, world.act(at(others, named)))).toEqual({ type: 'cases.read', cases: [] });
    expect(await world.write('hej', { number, ...at(others, named) })).toEqual({ type: 'desk.not-heard', reason: 'over' });
    expect(await world.change('withdraw', { number, ...at(others, named) })).toEqual({ type: 'case.over', newer: null });
  }
  expect(await world.record()).toEqual(before);
});
