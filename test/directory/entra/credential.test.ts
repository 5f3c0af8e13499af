import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { importX509, jwtVerify } from 'jose';
import type { EntraSettings } from '../../../src/config/config.ts';
import { graphToken } from '../../../src/directory/entra/credential.ts';
import { startGraph, type GraphServer } from '../../servers/graph/graph.ts';

let graph: GraphServer;
const folder = mkdtempSync(join(tmpdir(), 'latchkey-entra-'));
const pem = join(folder, 'application.pem');
beforeAll(() => {
  const key = join(folder, 'key.pem');
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', pem, '-days', '2', '-subj', '/CN=latchkey'];
  execFileSync('openssl', made, { stdio: 'ignore' });
  writeFileSync(pem, readFileSync(key, 'utf8') + readFileSync(pem, 'utf8'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  graph = await startGraph();
});
afterEach(() => graph.close());

/** What Entra was sent for a token. */
async function formFor(credential: EntraSettings['credential']): Promise<Record<string, string>> {
  const { fetch, tenant, clientId } = graph;
  expect(await graphToken({ tenantId: tenant.id, clientId, credential }, fetch)(new AbortController().signal)).toBe('token-1');
  return Object.fromEntries(graph.tokenForms.at(-1) ?? []);
}

describe('our application proves who it is', () => {
  test('by its secret', async () => {
    expect(await formFor({ is: 'secret', secret: graph.secret })).toMatchObject({ client_id: graph.clientId, client_secret: graph.secret });
  });

  test('by its certificate: what is sent is signed for this tenant, and the key stays here', async () => {
    const text = readFileSync(pem, 'utf8');
    const form = await formFor({ is: 'certificate', pem: text });
    const certificate = await importX509(text.slice(text.indexOf('-----BEGIN CERTIFICATE')), 'PS256');
    const { payload } = await jwtVerify(form['client_assertion'] ?? '', certificate, { clockTolerance: 5 });
    expect(payload).toMatchObject({
      iss: graph.clientId,
      sub: graph.clientId,
      aud: expect.stringContaining(`login.microsoftonline.com/${graph.tenant.id}`),
    });
    expect(JSON.stringify(form)).not.toContain('PRIVATE KEY');
  });

  test('by a federated token, which is read anew each time', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'first-token\n');
    expect(await formFor({ is: 'federated', tokenFile })).toMatchObject({ client_assertion: 'first-token' });
    writeFileSync(tokenFile, 'second-token\n');
    const { fetch, tenant, clientId } = graph;
    await graphToken({ tenantId: tenant.id, clientId, credential: { is: 'federated', tokenFile } }, fetch)(new AbortController().signal);
    expect(graph.tokenForms.at(-1)?.get('client_assertion')).toBe('second-token');
  });
});
