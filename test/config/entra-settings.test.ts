import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readEntra } from '../../src/config/entra-settings.ts';
import { Settings } from '../../src/config/settings.ts';
import { demoPolicy } from '../delivery/demo-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-entra-'));
const both = join(folder, 'both.pem');
const certificate = join(folder, 'certificate.pem');
const other = join(folder, 'other.pem');
const token = join(folder, 'token');
const empty = join(folder, 'empty');
beforeAll(() => {
  const make = (to: string): string => {
    const key = join(folder, 'key.pem');
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', to, '-days', '2', '-subj', '/CN=latchkey'],
      {
        stdio: 'ignore',
      },
    );
    return readFileSync(key, 'utf8');
  };
  const key = make(certificate);
  writeFileSync(both, key + readFileSync(certificate, 'utf8'));
  make(other);
  writeFileSync(other, key + readFileSync(other, 'utf8'));
  writeFileSync(token, 'a-token\n');
  writeFileSync(empty, ' \n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clientId = '22222222-2222-4333-8444-555555555555';
const policy = demoPolicy();
function read(more: Record<string, string>) {
  const settings = new Settings({ ENTRA_TENANT_ID: policy.organisation.tenants[0], ENTRA_CLIENT_ID: clientId, ...more });
  return { read: readEntra(settings, policy), faults: settings.faults };
}

describe('how our application proves who it is', () => {
  test('by a secret, a certificate with its key, a federated token or a managed identity', () => {
    const credentialOf = (more: Record<string, string>) => read(more).read?.credential;
    expect(credentialOf({ ENTRA_CLIENT_SECRET: 'x' })).toEqual({ is: 'secret', secret: 'x' });
    expect(credentialOf({ ENTRA_CERTIFICATE_FILE: both })).toEqual({ is: 'certificate', pem: readFileSync(both, 'utf8') });
    expect(credentialOf({ ENTRA_TOKEN_FILE: token })).toEqual({ is: 'federated', tokenFile: token });
    expect(credentialOf({ ENTRA_MANAGED_IDENTITY: 'system' })).toEqual({ is: 'managed-identity', identity: 'system' });
    expect(credentialOf({ ENTRA_MANAGED_IDENTITY: clientId })).toEqual({ is: 'managed-identity', identity: clientId });
  });

  test.each([
    ['none', {}, 'ENTRA_CLIENT_SECRET'],
    ['two', { ENTRA_CLIENT_SECRET: 'x', ENTRA_MANAGED_IDENTITY: 'system' }, 'ENTRA_CLIENT_SECRET, ENTRA_MANAGED_IDENTITY'],
    ['a certificate without its key', { ENTRA_CERTIFICATE_FILE: certificate }, 'ENTRA_CERTIFICATE_FILE'],
    ["a certificate with another's key", { ENTRA_CERTIFICATE_FILE: other }, 'ENTRA_CERTIFICATE_FILE'],
    ['a certificate that is not there', { ENTRA_CERTIFICATE_FILE: join(folder, 'none') }, 'ENTRA_CERTIFICATE_FILE'],
    ['a token that is not there', { ENTRA_TOKEN_FILE: join(folder, 'none') }, 'ENTRA_TOKEN_FILE'],
    ['an empty token', { ENTRA_TOKEN_FILE: empty }, 'ENTRA_TOKEN_FILE'],
    ['an identity without a name', { ENTRA_MANAGED_IDENTITY: 'mine' }, 'ENTRA_MANAGED_IDENTITY'],
  ])('%s: refused, with a remedy', (_what, more, where) => {
    const { read: nothing, faults } = read(more);
    expect(nothing).toBeNull();
    expect(faults).toEqual([{ where, what: expect.any(String), remedy: expect.stringMatching(/\.$/u) }]);
  });

  test('everything that is wrong is said at once', () => {
    expect(read({ ENTRA_TENANT_ID: 'contoso', ENTRA_CLIENT_ID: '' }).faults.map(({ where }) => where)).toEqual([
      'ENTRA_TENANT_ID',
      'ENTRA_CLIENT_ID',
      'ENTRA_CLIENT_SECRET',
    ]);
  });
});
