import { afterAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasLeaked, rangeFiles, rangeService } from '../../src/directory/breached-passwords.ts';
import { withBreachedList } from '../../src/directory/with-breached-list.ts';
import { anna, DirectoryStandIn } from '../pages/directory-stand-in.ts';
import { stillClock } from '../store/still-clock.ts';

const leaked = 'en läckt fras i molnet';
const kept = 'en annan fras i molnet';
const hashOf = (password: string): string => createHash('sha1').update(password.normalize('NFC')).digest('hex').toUpperCase();
const linesWith = (password: string, count = 7): string =>
  `0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n${hashOf(password).slice(5)}:${count}\r\n011053FD0102E94D6AE2F8B83D76FAF94F6:2`;

const folder = mkdtempSync(join(tmpdir(), 'latchkey-ranges-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, `${hashOf(leaked).slice(0, 5)}.txt`), linesWith(leaked));
writeFileSync(join(folder, hashOf(kept).slice(0, 5)), '0018A45C4D1DEF81644B54AB7F969B88D65:1\n');

const silent = { code: 'latchkey_directory_breached_list', kind: 'unavailable' };

function service(answer: () => Promise<Response> | Response) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    asked.push({ url: typeof url === 'string' ? url : 'no text', init });
    return answer();
  };
  return { asked, list: rangeService('https://ranges.example.org/range/', fetch) };
}

describe('R30: passwords that leaked', () => {
  test('are found in range files, with or without an ending, however they were composed', async () => {
    const list = rangeFiles(folder);
    expect(await hasLeaked(list, leaked)).toBe(true);
    expect(await hasLeaked(list, leaked.normalize('NFD'))).toBe(true);
    expect(await hasLeaked(list, kept)).toBe(false);
  });

  test('a range file that is not there is no answer', async () => {
    await expect(hasLeaked(rangeFiles(folder), 'nobody typed this one')).rejects.toMatchObject(silent);
  });

  test('are found by a service, which learns the first five signs of the hash and nothing else', async () => {
    const { asked, list } = service(() => new Response(linesWith(leaked)));
    expect(await hasLeaked(list, leaked)).toBe(true);
    expect(asked).toHaveLength(1);
    const [{ url, init } = { url: '', init: undefined }] = asked;
    expect(url).toBe(`https://ranges.example.org/range/${hashOf(leaked).slice(0, 5)}`);
    expect(init?.body).toBeUndefined();
    expect(init?.headers).toEqual({ 'add-padding': 'true', 'user-agent': 'Latchkey' });
    expect(JSON.stringify([url, init])).not.toContain(hashOf(leaked).slice(5, 12));
    expect(init?.redirect).toBe('error');
    expect(init?.signal).toBeInstanceOf(AbortSignal);
  });

  test('padding is no hit', async () => {
    expect(await hasLeaked(service(() => new Response(linesWith(leaked, 0))).list, leaked)).toBe(false);
  });

  test.each([
    ['an error', () => new Response('', { status: 503 })],
    ['silence', () => Promise.reject(new TypeError('fetch failed'))],
  ])('%s of the service is no answer', async (_what, answer) => {
    await expect(hasLeaked(service(answer).list, leaked)).rejects.toMatchObject(silent);
  });
});

describe('R30: a directory with a list of leaked passwords', () => {
  const inner = () => new DirectoryStandIn(stillClock(0));
  const faults: unknown[] = [];
  const over = (directory: DirectoryStandIn, list: Parameters<typeof withBreachedList>[1]) =>
    withBreachedList(directory, list, (fault) => faults.push(fault));

  test('refuses one that leaked by that rule, says the rule beforehand, and does not ask the directory', async () => {
    const directory = inner();
    const listed = over(directory, rangeFiles(folder));
    expect(await listed.setPassword(anna.id, leaked)).toEqual({ ok: false, reason: 'policy', rule: 'not-leaked' });
    expect(directory.asked.set).toBe(0);
    expect((await listed.passwordRules(anna.id)).map(({ id }) => id)).toContain('not-leaked');
    expect(await listed.setPassword(anna.id, kept)).toMatchObject({ ok: true });
    expect(directory.password).toBe(kept);
  });

  test('takes one that the list does not answer for, and says so to the operator', async () => {
    const directory = inner();
    faults.length = 0;
    const listed = over(directory, service(() => Promise.reject(new TypeError('down'))).list);
    expect(await listed.setPassword(anna.id, leaked)).toMatchObject({ ok: true });
    expect(faults).toMatchObject([silent]);
  });

  test('passes everything else on, and without a list is the directory itself', async () => {
    const directory = inner();
    const listed = over(directory, rangeFiles(folder));
    expect(await listed.find(anna.id)).toMatchObject({ id: anna.id });
    expect(await listed.findByUserId(anna.userId)).toMatchObject({ id: anna.id });
    expect(await listed.provePassword(anna.id, directory.password)).toEqual({ ok: true });
    expect(await listed.unlock(anna.id)).toEqual({ ok: true });
    expect(await listed.endSessions(anna.id)).toBe('ended');
    expect(over(directory, null)).toBe(directory);
  });
});
