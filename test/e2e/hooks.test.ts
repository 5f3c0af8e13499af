import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CaseRecord } from '../../src/desk/case-record.ts';
import { hookPath } from '../../src/desk/hook-in.ts';
import { provedId, signed } from '../../src/desk/hook-signature.ts';
import { exportAudit } from '../../src/security/audit-export.ts';
import { keys } from '../../src/store/keys.ts';
import { startReceiver, type Received, type Receiver } from '../servers/receiver.ts';
import { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages } from './steps.ts';
import { until } from './wait.ts';

const secretOf = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const outSecret = secretOf(1);
const inSecret = secretOf(2);

let receiver: Receiver;
let house: House;
let desk: Desk;
beforeAll(async () => {
  receiver = await startReceiver();
  house = await openHouse({
    policy: (policy) => ({
      ...policy,
      hooks: {
        out: [{ name: 'tickets', url: receiver.url, tells: [] }],
        in: ['note', 'message', 'ticket', 'resolve', 'reopen'],
      },
    }),
    hookSecrets: { tickets: [outSecret], in: [inSecret] },
  });
  desk = new Desk(house);
});
afterAll(async () => {
  await house.close();
  await receiver.close();
});

/** A person who has a case, with its number, once the desk has its card. */
async function withCase(
  locale = 'sv-SE',
): Promise<{ person: Person; account: DemoAccount; number: string; record(): Promise<CaseRecord> }> {
  const account = await house.hire('not-enabled');
  const person = new Person(house, account, { locale });
  await person.say(languages[locale.startsWith('sv') ? 'sv' : 'en'].forgot);
  await person.choose('contact');
  const number = /LK-\d+/u.exec(person.words)?.[0] ?? '';
  await desk.hasIt(account);
  const record = async (): Promise<CaseRecord> => {
    const [newest] = await desk.cases(account);
    if (newest === undefined) throw new Error('no case');
    return newest;
  };
  return { person, account, number, record };
}

interface Sending {
  readonly id?: string;
  readonly secret?: string;
  readonly at?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

async function tell(what: unknown, { id = randomUUID(), secret = inSecret, at = house.clock.now(), headers = {} }: Sending = {}) {
  const body = typeof what === 'string' ? what : JSON.stringify(what);
  const response = await fetch(`${house.url}${hookPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signed([secret], id, at, body), ...headers },
    body,
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>> };
}

/** What was told of a case, oldest first, once there is as much of it. */
async function events(number: string, many: number): Promise<readonly Received[]> {
  const all = () => receiver.received.filter(({ body }) => body.includes(`"${number}"`));
  await until(
    async () => all().length >= many,
    () =>
      `told of ${number}: ${all()
        .map(({ body }) => body)
        .join('\n')}`,
  );
  return all();
}

describe('cases are told', () => {
  test('each state of a case, signed, and nothing of the person', async () => {
    const { account, number } = await withCase();
    const told = await events(number, 2);
    for (const { headers, body } of told) expect(provedId([outSecret], headers, body, house.clock.now())).not.toBeNull();
    const states = told.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort();
    expect(states).toEqual(['case.delivered', 'case.new']);
    for (const { body } of told) for (const personal of [account.name, account.userId, account.id]) expect(body).not.toContain(personal);
  });

  test('R42: a receiver that fails gets it again, under the same id', async () => {
    receiver.behave({ status: 500 }, { status: 500 });
    const { number } = await withCase();
    await events(number, 2);
    house.clock.forward(60_000);
    const told = await events(number, 4);
    expect(new Set(told.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  });
});

describe('another system tells', () => {
  test('a note, a ticket and a message, and the employee hears the message alone', async () => {
    const { person, number, record } = await withCase();
    expect(await tell({ act: 'note', case: number, text: 'Beställd i går' })).toMatchObject({
      status: 200,
      body: { case: number, changed: true },
    });
    expect(await tell({ act: 'ticket', case: number, ticket: 'INC-4711' })).toMatchObject({ status: 200 });
    await desk.changed(await desk.card(number), 'INC-4711');
    expect(await tell({ act: 'message', case: number, text: 'Din licens är på väg.' })).toMatchObject({ status: 200 });
    await person.hearOf('Din licens är på väg.');
    expect(person.words).not.toContain('Beställd i går');
    expect((await record()).ticket).toBe('INC-4711');
  });

  test.each(['sv', 'en'] as const)('that it is resolved, which the employee hears, and that it is open again (%s)', async (language) => {
    const { person, number, record } = await withCase(languages[language].locale);
    expect(await tell({ act: 'resolve', case: number })).toMatchObject({ status: 200, body: { state: 'resolved' } });
    await person.hearOf(number);
    expect(await tell({ act: 'resolve', case: number })).toEqual({ status: 409, body: { code: 'not-now' } });
    expect(await tell({ act: 'reopen', case: number })).toMatchObject({ status: 200 });
    expect((await record()).resolved).toBeNull();
    const told = await events(number, 4);
    expect(told.map(({ body }) => (JSON.parse(body) as { data: { state: string } }).data.state)).toContain('resolved');
  });

  test('a text that holds a code is held back', async () => {
    const { number, record } = await withCase();
    expect(await tell({ act: 'message', case: number, text: 'Koden är 123456' })).toEqual({ status: 400, body: { code: 'secret' } });
    expect((await record()).thread).toEqual([]);
  });
});

describe('what it can never do', () => {
  test.each([
    'claim',
    'release',
    'assign',
    'take-over',
    'ask',
    'verify',
    'call',
    'grant',
    'password',
    'unlock',
    'remove-method',
    'temporary-pass',
    'start-code',
    'freeze',
    'thaw',
    'approve',
    'stop',
    'withdraw',
    'constructor',
    '__proto__',
  ])('%s: refused, written down, and nothing has changed', async (act) => {
    const { account, number, record } = await withCase();
    const before = [await record(), await house.directory.find(account.id)];
    const more = { to: account.id, account: account.id, password: 'x', text: 'x', note: 'x' };
    expect(await tell(JSON.stringify({ case: number, ...more }).replace('{', `{"act":"${act}",`))).toEqual({
      status: 400,
      body: { code: 'unknown-act' },
    });
    const after = [await record(), await house.directory.find(account.id)];
    const still = (each: unknown) => ({ ...(each as object), readAt: 0 });
    expect(after.map(still)).toEqual(before.map(still));
  });

  test('no allowed act brings anything else along', async () => {
    const { number, record } = await withCase();
    const before = await record();
    for (const more of [{ claimed: { by: 'x' } }, { state: 'claimed' }, { grants: [] }, { agent: 'x' }])
      expect(await tell({ act: 'note', case: number, text: 'x', ...more })).toEqual({ status: 400, body: { code: 'bad-request' } });
    expect(await record()).toEqual(before);
  });

  test('I17: the case of a freeze is not put out of sight', async () => {
    const { number, record } = await withCase();
    const before = await record();
    const freeze = { id: 'f', since: 1, sessions: null, suspended: 0, thawed: null } as const;
    await house.store.commit({ put: { [keys.case(before.id)]: { ...before, freeze } } });
    expect(await tell({ act: 'resolve', case: number })).toEqual({ status: 409, body: { code: 'still-frozen' } });
    expect((await record()).freeze).toEqual(freeze);
  });

  test('each refusal of a signed request stands in the audit', async () => {
    await tell({ act: 'grant', case: 'LK-1001' }, { id: 'audited-1' });
    const lines: string[] = [];
    for await (const line of exportAudit(house.store, house.seals, 0)) lines.push(line);
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ act: 'desk.hook', verdict: 'refused', reason: 'unknown-act', proofs: ['audited-1'] }),
    );
  });
});

describe('the door', () => {
  test('R34: what is not signed with its own secret is 401, and reaches nothing', async () => {
    const { number, record } = await withCase();
    const before = await record();
    const what = { act: 'resolve', case: number };
    const wrong: readonly Sending[] = [
      { secret: outSecret },
      { secret: secretOf(9) },
      { headers: { 'webhook-signature': 'v1,AAAA' } },
      { headers: { 'webhook-id': 'another' } },
      { at: house.clock.now() - 301_000 },
      // Time goes on while the others are tried: a minute more keeps this one too far ahead.
      { at: house.clock.now() + 360_000 },
    ];
    for (const each of wrong) expect(await tell(what, each)).toEqual({ status: 401, body: { code: 'unsigned' } });
    expect(await record()).toEqual(before);
    expect(house.logLines.some((line) => line.includes('forged-webhook'))).toBe(true);
  });

  test('a request that comes again is done once, also where it comes twice at once', async () => {
    const { number, record } = await withCase();
    const what = { act: 'note', case: number, text: 'en gång' };
    const id = randomUUID();
    const both = await Promise.all([tell(what, { id }), tell(what, { id })]);
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409]);
    expect(await tell(what, { id })).toEqual({ status: 409, body: { code: 'already-taken' } });
    expect((await record()).thread).toHaveLength(1);
  });

  test('what was refused may be sent again once it is put right, under the same id', async () => {
    const { number } = await withCase();
    const id = randomUUID();
    expect(await tell({ act: 'reopen', case: number }, { id })).toEqual({ status: 409, body: { code: 'not-now' } });
    expect(await tell({ act: 'resolve', case: number }, { id })).toMatchObject({ status: 200 });
  });

  test('I13: no guess of a number tells more than another', async () => {
    const { record } = await withCase();
    const { id } = await record();
    for (const guess of ['LK-999999', 'LK-0', 'lk-1001', id, 'p00/case/x', '', '../LK-1001', 'LK-1001 ', '1001'])
      expect(await tell({ act: 'note', case: guess, text: 'x' })).toEqual({ status: 404, body: { code: 'unknown-case' } });
  });

  test('64 KB and no more; JSON and nothing else', async () => {
    const { number } = await withCase();
    expect((await tell({ act: 'note', case: number, text: 'x'.repeat(65 * 1024) })).status).toBe(413);
    expect((await tell('[]')).status).toBe(400);
    expect((await tell('{')).status).toBe(400);
    expect((await tell('"resolve"')).status).toBe(400);
  });

  test('what the policy does not list is 403; where it lists nothing there is no door', async () => {
    const few = await openHouse({
      policy: (policy) => ({ ...policy, hooks: { out: [], in: ['note'] } }),
      hookSecrets: { in: [inSecret] },
    });
    const body = JSON.stringify({ act: 'resolve', case: 'LK-1001' });
    const send = async (to: House) =>
      fetch(`${to.url}${hookPath}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signed([inSecret], randomUUID(), to.clock.now(), body) },
        body,
      });
    expect((await send(few)).status).toBe(403);
    await few.close();
    const none = await openHouse();
    expect((await send(none)).status).toBe(404);
    await none.close();
  });
});

describe('the examples for whoever is at the other end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-hook-examples-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A JavaScript example of hooks.md, as it stands there. */
  async function example(index: number): Promise<Readonly<Record<string, (...given: readonly unknown[]) => unknown>>> {
    const text = readFileSync(new URL('../../src/desk/hooks.md', import.meta.url), 'utf8');
    const blocks = [...text.matchAll(/```js\n([\s\S]*?)```/gu)].map(([, code = '']) => code);
    const file = join(folder, `example-${index}.mjs`);
    writeFileSync(file, blocks[index] ?? '');
    return (await import(pathToFileURL(file).href)) as never;
  }

  test('check a signature of ours, and no other', async () => {
    const { isLatchkey } = await example(0);
    const body = '{"type":"case.new"}';
    const headers = { ...signed([secretOf(3), outSecret], 'LK-1.1.new', Date.now(), body) };
    expect(isLatchkey?.(outSecret, headers, body)).toBe(true);
    expect(isLatchkey?.(inSecret, headers, body)).toBe(false);
    expect(isLatchkey?.(outSecret, headers, `${body} `)).toBe(false);
    expect(isLatchkey?.(outSecret, { ...signed([outSecret], 'x', Date.now() - 301_000, body) }, body)).toBe(false);
  });

  test('tell us something', async () => {
    const { tellLatchkey } = await example(1);
    const now = await openHouse({
      policy: (policy) => ({ ...policy, hooks: { out: [], in: ['note'] } }),
      hookSecrets: { in: [inSecret] },
    });
    const told = (await tellLatchkey?.(now.url, inSecret, 'example-1', { act: 'note', case: 'LK-1', text: 'x' })) as Response;
    expect([told.status, await told.json()]).toEqual([404, { code: 'unknown-case' }]);
    await now.close();
  });
});
