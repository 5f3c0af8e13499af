import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/environment.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-hooks-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const demo = readFileSync(new URL('../../src/config/demo-policy.yaml', import.meta.url), 'utf8');
const secretOf = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const withHooks = (block: string): string => `${demo}\nhooks:\n${block}`;
const toTickets = (url: string, more = ''): string => `  out: [{ name: tickets, url: "${url}"${more} }]\n`;
const loopback = toTickets('http://127.0.0.1:8080/cases');

const read = (policyText: string, secrets?: string, more: Record<string, string> = {}) =>
  readConfig({ DATA_DIR: folder, ...more, ...(secrets !== undefined && { HOOK_SECRETS: secrets }) }, { policyText });
const faults = (...asked: Parameters<typeof read>): readonly string[] => {
  const got = read(...asked);
  return got.ok ? [] : got.faults.map(({ where, what }) => `${where} ${what}`);
};

test('without hooks there is nothing to set', () => {
  expect(read(demo)).toMatchObject({ ok: true, config: { hookSecrets: {}, policy: { hooks: { out: [], in: [] } } } });
});

test('each hook of the policy has its secret, two while it is changed, and so has what comes in', () => {
  const secrets = `tickets:${secretOf(1)}, tickets:${secretOf(2)},in:${secretOf(3)}`;
  expect(read(withHooks(`${loopback}  in: [note]\n`), secrets)).toMatchObject({
    ok: true,
    config: { hookSecrets: { tickets: [secretOf(1), secretOf(2)], in: [secretOf(3)] }, policy: { hooks: { in: ['note'] } } },
  });
});

describe('is refused, and no secret is shown', () => {
  test.each([
    ['a hook without a secret', withHooks(loopback), undefined, 'HOOK_SECRETS has no secret for "tickets"'],
    ['a door without a secret', withHooks('  in: [note]\n'), undefined, 'HOOK_SECRETS has no secret for "in"'],
    ['a secret for nobody', demo, `tickets:${secretOf(1)}`, 'HOOK_SECRETS has a secret for "tickets"'],
    ['a secret that is none', withHooks(loopback), 'tickets:whsec_abc', 'HOOK_SECRETS secret 1 does not look right'],
    [
      'a hook that leads off this machine',
      withHooks(toTickets('https://tickets.example.org/x')),
      `tickets:${secretOf(1)}`,
      'POLICY_FILE has a hook that leads off',
    ],
  ])('%s', (_, policy, secrets, fault) => {
    const found = faults(policy, secrets);
    expect(found.join('\n')).toContain(fault);
    expect(found.join('\n')).not.toMatch(/whsec_[A-Za-z0-9]/u);
  });

  test.each([
    ['a name that is none', '  out: [{ name: "Tickets!", url: "https://a.example/x" }]\n', 'hooks.out[0].name'],
    ['a hook called "in"', '  out: [{ name: in, url: "https://a.example/x" }]\n', 'hooks.out[0].name'],
    ['an address with a password', toTickets('https://me:secret@a.example/x'), 'hooks.out[0].url'],
    ['an address of another kind', toTickets('ftp://a.example/x'), 'hooks.out[0].url'],
    ['two hooks of one name', '  out: [{ name: a, url: "https://a.example" }, { name: a, url: "https://b.example" }]\n', 'hooks.out'],
    ['telling what is never told', toTickets('https://a.example', ', tells: [numbers]'), 'hooks.out[0].tells[0]'],
    ['an act with power', '  in: [grant]\n', 'hooks.in[0]'],
  ])('%s', (_, block, key) => {
    expect(faults(withHooks(block)).some((fault) => fault.includes(key))).toBe(true);
  });

  test('in production: a hook that is not https', () => {
    const bot = { MicrosoftAppId: '11111111-2222-4333-8444-555555555555' };
    expect(faults(withHooks(loopback), `tickets:${secretOf(1)}`, bot)).toContain('POLICY_FILE has a hook that is not https');
  });
});
