import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Directory, SignedIn, SignIn } from '../../../src/directory/port.ts';
import { startGraph, type GraphServer } from '../../servers/graph/graph.ts';
import type { Claims } from '../../servers/graph/sign-in.ts';
import { hire, type TenantUser } from '../../servers/graph/tenant.ts';
import { entraOn } from './on-graph.ts';

let graph: GraphServer;
let entra: Directory;
let user: TenantUser;
let lacking: string[];
beforeEach(async () => {
  graph = await startGraph();
  lacking = [];
  entra = entraOn(graph, { onForbidden: (grant) => void lacking.push(grant) });
  user = hire(graph.tenant);
});
afterEach(() => graph.close());

const binding = { nonce: 'a-nonce-of-this-page', verifier: 'v'.repeat(43), redirect: 'https://latchkey.example.com/signed-in' };
const seconds = (ago: number): number => Math.floor(Date.now() / 1000) - ago;

function signIn(): SignIn {
  if (entra.signIn === undefined) throw new Error('no sign-in');
  return entra.signIn;
}

/** Somebody signs in, and the code that comes back is asked about. */
async function provedBy(oid: string, how: { readonly claims?: Claims; readonly stranger?: boolean } = {}): Promise<SignedIn> {
  const back = graph.site.signIn(signIn().address({ ...binding, state: 's', userId: user.userPrincipalName }), oid, how);
  return signIn().prove(user.id, { ...binding, code: new URL(back).searchParams.get('code') ?? '' });
}

describe('I3: the present password, proved by a sign-in at Entra', () => {
  test('the address asks for a sign-in anew, of our tenant, for our application, and holds no secret', () => {
    const url = new URL(signIn().address({ ...binding, state: 'the state', userId: 'anna@fjallbyn.example' }));
    expect(`${url.origin}${url.pathname}`).toBe(`https://login.microsoftonline.com/${graph.tenant.id}/oauth2/v2.0/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: graph.clientId,
      response_type: 'code',
      response_mode: 'query',
      scope: 'openid',
      redirect_uri: binding.redirect,
      state: 'the state',
      nonce: binding.nonce,
      code_challenge: createHash('sha256').update(binding.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      prompt: 'login',
      login_hint: 'anna@fjallbyn.example',
    });
  });

  test('a sign-in of just now, to this account', async () => {
    expect(await provedBy(user.id)).toEqual({ ok: true });
    expect(await provedBy(user.id.toUpperCase(), { claims: { auth_time: seconds(290) } })).toEqual({ ok: true });
  });

  test("somebody else's sign-in", async () => {
    expect(await provedBy(hire(graph.tenant).id)).toEqual({ ok: false, reason: 'another-account' });
  });

  test.each<[string, Claims]>([
    ['more than five minutes ago', { auth_time: seconds(310) }],
    ['in the future', { auth_time: seconds(-120) }],
    ['of another page', { nonce: 'another nonce' }],
    ['without a nonce', { nonce: undefined }],
    ['of another tenant', { tid: randomUUID() }],
    ['said by another tenant', { iss: `https://login.microsoftonline.com/${randomUUID()}/v2.0` }],
    ['said by another site', { iss: 'https://login.microsoftonline.com.evil.example/v2.0' }],
    ['for another application', { aud: randomUUID() }],
    ['that is over', { iat: seconds(7200), exp: seconds(3600) }],
    ['without an end', { exp: undefined }],
    ['of nobody', { oid: undefined }],
  ])('a sign-in %s is none', async (_how, claims) => {
    expect(await provedBy(user.id, { claims })).toEqual({ ok: false, reason: 'again' });
  });

  test('a token signed by a stranger is none', async () => {
    expect(await provedBy(user.id, { stranger: true })).toEqual({ ok: false, reason: 'again' });
  });

  test('a token that does not say when is refused, and the operator hears what to add', async () => {
    await expect(provedBy(user.id, { claims: { auth_time: undefined } })).rejects.toMatchObject({ code: 'latchkey_directory_forbidden' });
    expect(lacking).toEqual(['auth_time']);
  });

  test('a code is good once, and only with the secret of the browser that began it', async () => {
    const code = (): string => {
      const back = graph.site.signIn(signIn().address({ ...binding, state: 's', userId: 'x' }), user.id);
      return new URL(back).searchParams.get('code') ?? '';
    };
    const once = code();
    expect(await signIn().prove(user.id, { ...binding, code: once })).toEqual({ ok: true });
    for (const came of [
      { ...binding, code: once },
      { ...binding, code: 'made-up' },
      { ...binding, code: code(), verifier: 'w'.repeat(43) },
      { ...binding, code: code(), redirect: 'https://evil.example/signed-in' },
    ]) {
      expect(await signIn().prove(user.id, came)).toEqual({ ok: false, reason: 'again' });
    }
  });

  test('Entra that does not answer, and one that does not know us, are faults', async () => {
    graph.tokenTrouble = { status: 503, body: null };
    await expect(provedBy(user.id)).rejects.toMatchObject({ code: 'latchkey_directory_unreachable' });
    graph.tokenTrouble = { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000215' } };
    await expect(provedBy(user.id)).rejects.toMatchObject({ code: 'latchkey_directory_credentials' });
    const { address } = signIn();
    const back = new URL(graph.site.signIn(address({ ...binding, state: 's', userId: 'x' }), user.id));
    await graph.cutOff();
    await expect(signIn().prove(user.id, { ...binding, code: back.searchParams.get('code') ?? '' })).rejects.toMatchObject({
      code: 'latchkey_directory_unreachable',
    });
  });

  test('a password that is typed here is not looked at', async () => {
    expect(await entra.provePassword(user.id, user.password ?? '')).toEqual({ ok: false, reason: 'by-sign-in' });
    expect(graph.asked).toEqual([]);
  });
});
