import { beforeEach, describe, expect, test } from '@jest/globals';
import { type AuditFacts, auditParts, commitAudited } from '../../src/security/audit.ts';
import { runAudit } from '../../src/security/audit-cli.ts';
import { exportAudit } from '../../src/security/audit-export.ts';
import { updateAudited } from '../../src/security/audit-update.ts';
import { verifyAudit } from '../../src/security/audit-verify.ts';
import { Keys } from '../../src/security/keys.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import { keys } from '../../src/store/keys.ts';
import type { Committed, Store } from '../../src/store/port.ts';
import { countingStore } from '../store/counting-store.ts';
import { describeEngines, type Fresh } from '../store/engines.ts';
import { stillClock } from '../store/still-clock.ts';

const now = Date.UTC(2026, 0, 15, 8);
const old = { name: 'old', bytes: Buffer.alloc(32, 1) };
const keyring = new Keys([old], systemRandom);
const partition = 'p03';
const key = 'p03/pace/a';

const facts = (over: Partial<AuditFacts> = {}): AuditFacts => ({
  at: now,
  actor: 'account-a',
  account: 'account-a',
  act: 'password.set',
  verdict: 'allowed',
  reason: 'I2',
  proofs: ['proof-1', 'proof-2'],
  door: 'teams',
  reference: 'K7M2Q9XA',
  ...over,
});

describeEngines('audit', (engine) => {
  let fresh: Fresh;
  let store: Store;
  beforeEach(async () => {
    fresh = await engine.fresh();
    store = fresh.store;
  });
  const write = (count: number, on: Store = store): Promise<Committed[]> =>
    Promise.all(
      Array.from({ length: count }, (_, n) => commitAudited(on, keyring, { partition, entries: [facts({ at: now + n })], commit: {} })),
    );
  const entry = (sequence: number) => keys.auditEntry(partition, sequence);
  const faults = async () =>
    (await verifyAudit(store, keyring)).faults.map(({ partition, sequence, fault }) => `${partition} ${sequence} ${fault}`);
  const stored = async (wanted: string) =>
    (await store.open({ key: wanted, owner: null, now })).rows.get(wanted)?.value as Record<string, never>;

  describe('writing', () => {
    test('R41: an act and its entry are one commit; neither is there without the other', async () => {
      const commit = { expect: { [key]: 0 }, put: { [key]: 'done' } };
      expect(await commitAudited(store, keyring, { partition, entries: [facts()], commit })).toEqual({ ok: true, versions: { [key]: 1 } });
      expect(await stored(entry(1))).toMatchObject({ ...facts(), sequence: 1, previous: '' });
      const again = await commitAudited(store, keyring, { partition, entries: [facts()], commit });
      expect(again).toEqual({ ok: false, reason: 'conflict', rows: { [key]: { version: 1, value: 'done' } } });
      expect(await stored(entry(2))).toBeUndefined();
      expect(await faults()).toEqual([]);
    });

    test('R41: an entry holds its own fields and nothing that was passed along with them', async () => {
      await commitAudited(store, keyring, { partition, entries: [{ ...facts(), code: '123456' } as AuditFacts], commit: {} });
      expect(Object.keys(await stored(entry(1))).sort()).toEqual([...Object.keys(facts()), 'mac', 'previous', 'sequence'].sort());
      expect(await faults()).toEqual([]);
    });

    test('each entry names the one before it, several of one act too', async () => {
      await commitAudited(store, keyring, { partition, entries: [facts(), facts({ verdict: 'refused' })], commit: {} });
      await commitAudited(store, keyring, { partition, entries: [facts()], commit: {} });
      const [first, second, third] = [await stored(entry(1)), await stored(entry(2)), await stored(entry(3))];
      expect([second?.['previous'], third?.['previous']]).toEqual([first?.['mac'], second?.['mac']]);
      expect(await verifyAudit(store, keyring)).toEqual({ intact: 3, faults: [] });
    });

    test('one trip an act, also when many come at once', async () => {
      await write(1);
      const counted = countingStore(store);
      await write(1, counted);
      counted.reset();
      await write(20, counted);
      expect(counted.counts).toEqual({ open: 0, commit: 20, due: 0, scan: 0 });
      expect(await verifyAudit(store, keyring)).toEqual({ intact: 22, faults: [] });
    });

    test('two processes write one chain: nothing is lost, nothing forks', async () => {
      const beside = await fresh.beside();
      const written = await Promise.all([write(20), write(20, beside)]);
      expect(written.flat().every(({ ok }) => ok)).toBe(true);
      expect(await verifyAudit(store, keyring)).toEqual({ intact: 40, faults: [] });
    });

    test('the parts can be merged by hand into a commit that read the head', async () => {
      await write(2);
      const { rows } = await store.open({ key, owner: null, alsoRead: [keys.auditHead(partition)], now });
      const parts = auditParts(keyring, partition, rows.get(keys.auditHead(partition)) ?? null, [facts()]);
      expect(await store.commit({ expect: { [key]: 0, ...parts.expect }, put: { [key]: 1, ...parts.put } })).toMatchObject({ ok: true });
      expect((await write(1))[0]).toMatchObject({ ok: true });
      expect(await verifyAudit(store, keyring)).toEqual({ intact: 4, faults: [] });
    });

    test('invariant 5: parallel guesses are counted and told exactly as often as they were decided', async () => {
      const beside = await fresh.beside();
      const guess = (on: Store) =>
        updateAudited(on, keyring, stillClock(now), key, (row) => {
          const spent = Number(row?.value ?? 0);
          return spent >= 3
            ? { commit: null, result: 'refused', entries: [facts({ verdict: 'refused', reason: 'I6' })] }
            : { commit: { put: { [key]: spent + 1 } }, result: 'checked', entries: [facts()] };
        });
      const results = await Promise.all(Array.from({ length: 20 }, (_, n) => guess(n % 2 === 0 ? store : beside)));
      expect(results.filter((result) => result === 'checked')).toHaveLength(3);
      const verdicts: string[] = [];
      for await (const line of exportAudit(store, keyring, 0)) verdicts.push((JSON.parse(line) as AuditFacts).verdict);
      expect(verdicts.sort()).toEqual([...Array<string>(3).fill('allowed'), ...Array<string>(17).fill('refused')]);
    });
  });

  describe('R41: what was done to it afterwards is found and located', () => {
    const tampered: [string, () => Promise<unknown>, string[]][] = [
      [
        'a row changed',
        async () => fresh.tamper(entry(3), JSON.stringify({ ...(await stored(entry(3))), verdict: 'refused' })),
        ['p03 3 changed'],
      ],
      ...Object.entries({
        at: now,
        actor: 'somebody',
        account: 'another',
        act: 'directory.unlock',
        verdict: 'refused',
        reason: 'I3',
        proofs: [],
        door: 'desk',
        reference: null,
      }).map(([field, value]): [string, () => Promise<unknown>, string[]] => [
        `its ${field} changed`,
        async () => fresh.tamper(entry(3), JSON.stringify({ ...(await stored(entry(3))), [field]: value })),
        ['p03 3 changed'],
      ]),
      ['a field added', async () => fresh.tamper(entry(3), JSON.stringify({ ...(await stored(entry(3))), note: 'x' })), ['p03 3 changed']],
      ['a row that is no entry', () => fresh.tamper(entry(3), '"gone"'), ['p03 3 changed']],
      ['a row missing', () => fresh.tamper(entry(3), null), ['p03 3 missing']],
      ['the first missing', () => fresh.tamper(entry(1), null), ['p03 1 missing']],
      ['the last missing', () => fresh.tamper(entry(5), null), ['p03 5 missing']],
      ['two swapped', () => fresh.swap(entry(2), entry(4)), ['p03 2 misplaced', 'p03 4 misplaced']],
      ['a row written over with another', async () => fresh.tamper(entry(3), JSON.stringify(await stored(entry(2)))), ['p03 3 misplaced']],
      [
        'the last cut off and the head made to fit',
        async () => {
          const { mac } = await stored(entry(4));
          await fresh.tamper(keys.auditHead(partition), JSON.stringify({ ...(await stored(keys.auditHead(partition))), sequence: 4, mac }));
          await fresh.tamper(entry(5), null);
        },
        ['p03 4 head-changed'],
      ],
      ['the head missing', () => fresh.tamper(keys.auditHead(partition), null), ['p03 5 head-missing']],
      [
        'all but the head missing',
        async () => {
          for (let n = 1; n <= 5; n += 1) await fresh.tamper(entry(n), null);
        },
        [1, 2, 3, 4, 5].map((n) => `p03 ${n} missing`),
      ],
    ];
    test.each(tampered)('%s', async (_what, tamper, found) => {
      await write(5);
      expect(await faults()).toEqual([]);
      await tamper();
      expect(await faults()).toEqual(found);
    });

    test('a head put back to an earlier one, the entries after it left', async () => {
      await write(3);
      const earlier = JSON.stringify(await stored(keys.auditHead(partition)));
      await write(2);
      await fresh.tamper(keys.auditHead(partition), earlier);
      expect(await faults()).toEqual(['p03 4 beyond-head', 'p03 5 beyond-head']);
      // A server that meets it does nothing more there, rather than write over what it finds.
      const another = await fresh.beside();
      await expect(write(1, another)).rejects.toMatchObject({ code: 'latchkey_security_audit_broken' });
    });

    test('a true entry of another partition in the place of one', async () => {
      await write(2);
      await commitAudited(store, keyring, { partition: 'p04', entries: [facts(), facts()], commit: {} });
      await fresh.tamper(entry(2), JSON.stringify(await stored(keys.auditEntry('p04', 2))));
      expect(await faults()).toEqual(['p03 2 changed']);
    });

    test('an entry of a chain that went on otherwise, as a backup has it, in the place of one', async () => {
      await write(1);
      const head = { version: 1, value: await stored(keys.auditHead(partition)) };
      const otherwise = auditParts(keyring, partition, head, [facts({ reason: 'another' })]).put[entry(2)];
      await write(2);
      await fresh.tamper(entry(2), JSON.stringify(otherwise));
      expect(await faults()).toEqual(['p03 3 unlinked']);
    });

    test('a chain written anew without the key', async () => {
      await write(3);
      const thief = new Keys([{ name: 'old', bytes: Buffer.alloc(32, 9) }], systemRandom);
      const parts = auditParts(thief, partition, null, [facts(), facts(), facts()]);
      for (const [each, value] of Object.entries(parts.put)) await fresh.tamper(each, JSON.stringify(value));
      expect(await faults()).toEqual(['p03 1 changed', 'p03 2 changed', 'p03 3 changed', 'p03 3 head-changed']);
    });

    test('a head that cannot be vouched for stops its partition, and no other', async () => {
      await write(2);
      await fresh.tamper(keys.auditHead(partition), JSON.stringify({ ...(await stored(keys.auditHead(partition))), sequence: 1 }));
      const another = await fresh.beside();
      const refused = commitAudited(another, keyring, { partition, entries: [facts()], commit: { put: { [key]: 1 } } });
      await expect(refused).rejects.toMatchObject({ code: 'latchkey_security_audit_broken', kind: 'configuration' });
      expect(await stored(key)).toBeUndefined();
      expect(await commitAudited(another, keyring, { partition: 'p04', entries: [facts()], commit: {} })).toMatchObject({ ok: true });
    });

    test('a head that cannot be vouched for is not begun anew from, even where its entries are gone', async () => {
      await write(2);
      await fresh.tamper(keys.auditHead(partition), JSON.stringify({ ...(await stored(keys.auditHead(partition))), sequence: 1 }));
      for (const n of [1, 2]) await fresh.tamper(entry(n), null);
      await expect(write(1, await fresh.beside())).rejects.toMatchObject({ code: 'latchkey_security_audit_broken' });
      expect(await stored(entry(1))).toBeUndefined();
    });

    test('in a trail of several hundred entries', async () => {
      await commitAudited(store, keyring, { partition, entries: Array.from({ length: 300 }, () => facts()), commit: {} });
      expect(await verifyAudit(store, keyring)).toEqual({ intact: 300, faults: [] });
      await fresh.tamper(entry(100), null);
      await fresh.tamper(entry(300), null);
      expect(await faults()).toEqual(['p03 100 missing', 'p03 300 missing']);
      for (let n = 101; n <= 230; n += 1) await fresh.tamper(entry(n), null);
      expect(await faults()).toEqual([...Array.from({ length: 131 }, (_, n) => `p03 ${n + 100} missing`), 'p03 300 missing']);
    });
  });

  test('a new key goes on with the chain of the old one, which stays readable behind it', async () => {
    await write(2);
    const rotated = new Keys([{ name: 'new', bytes: Buffer.alloc(32, 2) }, old], systemRandom);
    await commitAudited(await fresh.beside(), rotated, { partition, entries: [facts()], commit: {} });
    expect(await verifyAudit(store, rotated)).toEqual({ intact: 3, faults: [] });
    expect(await faults()).toEqual(['p03 3 changed', 'p03 3 head-changed']);
  });

  test('a server that writes meanwhile is no fault', async () => {
    await write(99);
    const writing = write(30);
    const reports = await Promise.all([
      verifyAudit(store, keyring),
      verifyAudit(store, keyring),
      verifyAudit(await fresh.beside(), keyring),
    ]);
    expect(reports.map((report) => report.faults)).toEqual([[], [], []]);
    await writing;
    expect(await verifyAudit(store, keyring)).toEqual({ intact: 129, faults: [] });
  });

  describe('npm run audit', () => {
    const run = async (...args: string[]) => {
      let out = '';
      let err = '';
      const status = await runAudit(args, { store, keyring, out: (text) => (out += text), err: (text) => (err += text) });
      return { status, out, err };
    };

    test('verify: status 0 and a count, or status 1 and each place', async () => {
      await write(3);
      expect(await run('verify')).toEqual({ status: 0, out: '3 entries intact, 0 faults\n', err: '' });
      await fresh.tamper(entry(2), null);
      expect(await run('verify')).toEqual({ status: 1, out: '2 entries intact, 1 faults\n', err: 'p03 entry 2: missing\n' });
    });

    test('R41: export gives the entries since a time, one line each whatever they hold, times in UTC', async () => {
      await commitAudited(store, keyring, {
        partition: 'p09',
        entries: [
          facts({ at: now - 1 }),
          facts({ reason: 'LK_X\n{"verdict":"allowed"}\u2028' }),
          facts({ at: now + 1000, account: null, reference: null }),
        ],
        commit: {},
      });
      await write(1);
      const { status, out } = await run('export', '--since', '2026-01-15T08:00:00Z');
      expect(status).toBe(0);
      const lines = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines.map((line) => [line['partition'], line['sequence'], line['at']])).toEqual([
        ['p03', 1, '2026-01-15T08:00:00.000Z'],
        ['p09', 2, '2026-01-15T08:00:00.000Z'],
        ['p09', 3, '2026-01-15T08:00:01.000Z'],
      ]);
      expect(lines[1]).toMatchObject({ actor: 'account-a', verdict: 'allowed', proofs: ['proof-1', 'proof-2'], door: 'teams' });
      expect((await run('export', '--since', '2026-01-15')).out).toContain('"sequence":1');
      expect((await run('export', '--since', '2026-01-15T10:00:00+01:00')).out).toBe('');
    });

    test('R41: export does not pass a changed entry off as a true one', async () => {
      await write(2);
      await fresh.tamper(entry(1), JSON.stringify({ ...(await stored(entry(1))), actor: 'somebody else' }));
      const { out } = await run('export', '--since', '2030-01-01');
      expect(out).toBe('{"partition":"p03","sequence":1,"fault":"changed"}\n');
    });

    test.each([
      [],
      ['verify', 'now'],
      ['export'],
      ['export', '--since'],
      ['export', '--since', 'yesterday'],
      ['export', '--since', '2026-13-45'],
    ])('a command line it does not know is answered with the usage: %s %s %s', async (...args) => {
      const { status, err } = await run(...args);
      expect(status).toBe(2);
      expect(err).toContain('Usage:');
    });
  });
});
