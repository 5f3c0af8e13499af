import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openOwed, readOutboxRow } from '../../src/delivery/outbox.ts';
import type { Policy } from '../../src/config/policy.ts';
import { hookParts, readHookCall } from '../../src/desk/hook-event.ts';
import type { CaseRecord } from '../../src/desk/case-record.ts';
import { DeskWorld, stina } from './desk-world.ts';

let world: DeskWorld;
let record: CaseRecord;
beforeEach(async () => {
  world = new DeskWorld();
  world.registered = [{ kind: 'text-message', since: 1000 }];
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  const thread = [{ at: 2000, kind: 'reply', name: null, text: 'jag sitter i Kiruna' }] as const;
  record = { ...(await world.record()), thread };
});
afterEach(() => world.end());

type Tells = Policy['hooks']['out'][number]['tells'];

/** What is owed to each receiver, opened; and the rows as they are stored. */
function owed(...tells: readonly Tells[]) {
  const out = tells.map((each, index) => ({ name: `r${index}`, url: 'https://tickets.example.org', tells: each }));
  const { put, due } = hookParts(world.seals, { hooks: { out, in: [] } }, record, 1_800_000_000_000);
  const calls = Object.entries(put).map(([key, value]) => {
    const opened = openOwed(world.seals, key, readOutboxRow(value));
    return readHookCall('what' in opened ? opened.what : '');
  });
  return { calls, due, stored: JSON.stringify(put) };
}

test('number, reason and state, and nothing else of the person or their words', () => {
  const { calls, due } = owed([]);
  expect(due).toHaveLength(1);
  expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
    type: 'case.new',
    timestamp: '2027-01-15T08:00:00.000Z',
    data: { number: record.number, reason: 'SSPR_0014', state: 'new', revision: 1 },
  });
  for (const secret of ['Stina', 'stina', stina, 'text-message', 'Kiruna', record.id, record.reference])
    expect(calls[0]?.body).not.toContain(secret);
});

test('who it is, kinds of methods and what was written, where the policy says so, each by itself', () => {
  const { calls } = owed(['person'], ['methods'], ['words']);
  const [person, methods, words] = calls.map(({ body }) => (JSON.parse(body) as { data: object }).data);
  expect(person).toMatchObject({ person: { name: 'Stina Berg', userId: 'stina.berg@fjallbyn.example' } });
  expect(methods).toMatchObject({ methods: [{ kind: 'text-message', since: '1970-01-01T00:00:01.000Z' }] });
  expect(words).toMatchObject({ words: [{ kind: 'reply', text: 'jag sitter i Kiruna' }] });
  expect(Object.keys(person ?? {})).toHaveLength(5);
});

test('each receiver is owed a row of its own, sealed, and an id that its tries share', () => {
  const { calls, stored } = owed(['person', 'words'], []);
  expect(calls.map(({ hook, id }) => `${hook} ${id}`)).toEqual([`r0 ${record.number}.1.new`, `r1 ${record.number}.1.new`]);
  for (const secret of ['Stina', 'Kiruna', 'SSPR_0014']) expect(stored).not.toContain(secret);
});
