import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { caseCard } from '../../src/desk/case-card.ts';
import { caseMail } from '../../src/desk/case-words.ts';
import { openDoorCase } from '../../src/desk/open-door-case.ts';
import { DeskWorld } from './desk-world.ts';

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
});
afterEach(() => world.end());

const nobodysId = 'd4c7f0b2-58a1-4e6d-8b39-000000000000';

/** A stranger asks for help for an account that does not exist, by what they typed. */
async function asksAs(typed: string): Promise<string> {
  const handler = openDoorCase({
    ...world.needs,
    wake: () => undefined,
    exactCode: async () => 'LK_NOT_FOUND',
    typedUserId: async () => typed,
    keepForCase: async () => undefined,
  });
  await handler.run(
    { code: 'LK_UNPROVED', wish: 'reset', proofs: [] },
    world.act({ accountId: nobodysId, door: 'front-door', client: '198.51.100.7', stack: 'p03/stack/front-door/1' }),
  );
  const [record] = await world.records(nobodysId);
  if (record === undefined) throw new Error('there is no case');
  const { sentences, policy, clock } = world;
  return [caseCard(sentences, policy, record, clock.now()), caseMail(sentences, policy, record, clock.now())]
    .map((said) => JSON.stringify(said))
    .join('\n');
}

test('I20: what was typed as a user ID is shown to the helpdesk', async () => {
  expect(await asksAs('stina.bergg@fjallbyn.example')).toContain('stina.bergg@fjallbyn.example');
});

test.each(['https://evil.example/login?@x', '[logga-in](evil.example/@x)', `${'a'.repeat(5000)}@x`, 'a@evil.example/login'])(
  'R37: a stranger writes nothing to the helpdesk that could be a link, nor at length: %s',
  async (typed) => {
    expect(await asksAs(typed)).not.toMatch(/evil|aaaaa/);
  },
);
