/**
 * How long an agent waits for "open cases" where ten thousand are open: from the words in the helpdesk's channel to the answer there, over HTTP, on SQLite.
 *
 *     node_modules/.bin/node test/bench/open-cases.ts [runs] [cases]
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newCaseId, slotOf, type CaseRecord } from '../../src/desk/case-record.ts';
import { indexParts } from '../../src/desk/change-case.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import { keys } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { openHouse } from '../e2e/house.ts';
import { Person } from '../e2e/person.ts';
import { wordsOf } from '../servers/connector.ts';
import { machine, summary } from './times.ts';

/** Between two questions: Teams takes sixty posts in half a minute to one conversation, and so do we. */
const betweenMs = 550;

const runs = Number(process.argv[2] ?? 40);
const cases = Number(process.argv[3] ?? 10_000);
for (const each of [runs, cases]) if (!Number.isInteger(each) || each < 1) throw new Error('both are whole numbers from 1');

const minute = 60_000;

/** A case as it stands in the queue, its card posted. */
function caseOf(index: number, now: number): CaseRecord {
  const account = randomUUID();
  const openedAt = now - (cases - index) * minute;
  return {
    id: newCaseId(systemRandom, account),
    number: `LK-${1001 + index}`,
    account,
    name: `Person ${index}`,
    userId: `person-${index}@fjallbyn.example`,
    requester: { how: 'signed-in' },
    code: 'SSPR_0014',
    wish: 'reset',
    reference: 'K7Q2M9XD',
    methods: [],
    stack: null,
    language: 'sv',
    openedAt,
    priority: index % 50 === 0 ? 'high' : 'normal',
    deadline: openedAt + 240 * minute,
    state: 'delivered',
    since: openedAt,
    claimed: null,
    revision: 1,
    activity: `activity-of-${index}`,
    copies: [],
    doubted: false,
    thread: [],
    resolved: null,
    queued: { since: openedAt, shownAt: openedAt, chased: ['again', 'second-route', 'mail'] },
    followedUp: true,
  };
}

async function plant(store: Store, now: number): Promise<void> {
  for (let index = 0; index < cases; index += 1) {
    const record = caseOf(index, now);
    const { id, number, account } = record;
    const list = { cases: [{ id, number, slot: slotOf(record), act: `planted-${index}`, open: true }] };
    await store.commit({ put: { [keys.case(id)]: record, [keys.casesOf(account)]: list }, index: indexParts(null, record) });
  }
}

const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const store = openSqlite({ folder, serve: true });
const house = await openHouse({ store });
try {
  await plant(store, house.clock.now());
  const agent = new Person(house, await house.account('agent'));
  const { connector } = house;
  const conversation = house.config.policy.contacts.desk.conversation;
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const from = connector.calls.length;
    const began = performance.now();
    const asked = agent.post({
      type: 'message',
      text: 'öppna ärenden',
      conversation: { id: conversation, conversationType: 'channel', tenantId: house.config.policy.organisation.tenants[0] },
    });
    const { activity } = await connector.waitFor((call) => call.conversation === conversation, from);
    times.push(performance.now() - began);
    if (!wordsOf(activity).includes('LK-')) throw new Error(`no cases in the answer: ${wordsOf(activity)}`);
    await asked;
    await pause(betweenMs);
  }
  console.log(`${machine()}, ${runs} questions, ${cases} open cases`);
  console.log(`"open cases": ${summary(times)}`);
} finally {
  await house.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
