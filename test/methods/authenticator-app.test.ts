import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { authenticatorApp, newSeed, otpauthUri } from '../../src/methods/authenticator-app.ts';
import { openDraftSeed } from '../../src/methods/draft-method.ts';
import { describeWith } from '../servers/require.ts';
import { accepted, anna, makeRoom, minute, seeded, start, taken, totp } from './room.ts';

/** RFC 6238 appendix B, SHA-1: the seed is the ASCII text 12345678901234567890; the last six of its eight digits are the six-digit code. */
const rfcSeed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const rfcVectors: readonly (readonly [seconds: number, code: string])[] = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
];
const oathtool = '/usr/bin/oathtool';
const byApp = { method: 'planted-1' };

describe('the authenticator app', () => {
  test.each(rfcVectors)('RFC 6238 appendix B at %d s', (seconds, code) => {
    expect(authenticatorApp.check(rfcSeed, code, null, seconds * 1000)).toEqual({ match: 'right', step: Math.floor(seconds / 30) });
  });

  test('R5: the previous and the current step are accepted, two back and the next are not', () => {
    const at = start + 12_345;
    const codeAt = (steps: number): string => totp(rfcSeed, at + steps * 30_000);
    const match = (steps: number): string => authenticatorApp.check(rfcSeed, codeAt(steps), null, at).match;
    expect([-2, -1, 0, 1, 2].map(match)).toEqual(['wrong', 'right', 'right', 'wrong', 'wrong']);
  });

  test('R4: a step is accepted once, and after a step no older one', () => {
    const now = start;
    const step = Math.floor(now / 30_000);
    expect(authenticatorApp.check(rfcSeed, totp(rfcSeed, now), step, now)).toEqual({ match: 'used' });
    expect(authenticatorApp.check(rfcSeed, totp(rfcSeed, now - 30_000), step, now)).toEqual({ match: 'used' });
    expect(authenticatorApp.check(rfcSeed, totp(rfcSeed, now), step - 1, now)).toEqual({ match: 'right', step });
  });

  test('R4: a seed has 160 bits, and its address is one an app reads', () => {
    expect(newSeed({ bytes: () => Buffer.from('12345678901234567890') })).toBe(rfcSeed);
    const seeds = new Set(Array.from({ length: 20 }, (_, n) => newSeed(seeded(`seed ${n}`))));
    expect(seeds.size).toBe(20);
    for (const seed of seeds) expect(seed).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(otpauthUri('Fjällbyn AB', 'anna.berg@fjallbyn.example', rfcSeed));
    expect(uri.protocol).toBe('otpauth:');
    expect(uri.searchParams.get('secret')).toBe(rfcSeed);
    expect(uri.searchParams.get('issuer')).toBe('Fjällbyn AB');
  });

  test('R4-R6: through the check, a code is accepted once; used again it is told so, twice free, then a try', async () => {
    const room = makeRoom();
    await room.plant([{ kind: 'authenticator-app' }]);
    const code = await room.appCode();
    accepted(await room.check(await room.challenge(byApp, 'reset'), code));
    const again = await room.challenge(byApp, 'unlock');
    const told = [];
    for (let n = 0; n < 3; n += 1) told.push(await room.check(again, code));
    expect(told.map((each) => (each.type === 'answer.rejected' ? `${each.reason} ${each.triesLeft}` : each.type))).toEqual([
      'used 3',
      'used 3',
      'used 2',
    ]);
    // The step is remembered for longer than it could be accepted (R6), and the one before it is over too.
    room.clock.forward(30_000);
    expect(await room.check(again, code)).toMatchObject({ reason: 'used' });
    accepted(await room.check(again, await room.appCode()));
  });

  test('nothing is sent for an app, and its challenge has neither mark nor resend', async () => {
    const room = makeRoom();
    await room.plant([{ kind: 'authenticator-app' }]);
    expect(await room.send(byApp, 'reset')).toMatchObject({ type: 'challenge.sent', mark: null, resendAt: null, masked: 'Fjällbyn AB' });
    expect(room.parcels).toHaveLength(0);
    expect((await room.send(byApp, 'reset')).type).toBe('challenge.sent');
  });

  test('a draft shows its seed to its page alone, and the code that registered it is used up', async () => {
    const room = makeRoom();
    const draft = taken(await room.draft('authenticator-app'));
    const seed = await openDraftSeed(room.ports, anna, 'anna.berg@fjallbyn.example', draft, room.clock.now());
    expect(seed?.otpauth).toContain(seed?.secret ?? 'none');
    expect(await openDraftSeed(room.ports, 'somebody-else', 'x', draft, room.clock.now())).toBeNull();
    const challenge = await room.challenge({ draft }, 'register');
    const code = totp(seed?.secret ?? '', room.clock.now());
    accepted(await room.check(challenge, code));
    const second = await room.challenge({ draft }, 'register');
    expect(await room.check(second, code)).toMatchObject({ reason: 'used' });
    room.clock.forward(31 * minute);
    expect(await openDraftSeed(room.ports, anna, 'x', draft, room.clock.now())).toBeNull();
    expect(await room.send({ draft }, 'register')).toEqual({ type: 'challenge.failed', reason: 'gone' });
  });
});

describeWith(oathtool, 'oathtool', 'the authenticator app beside oathtool', () => {
  const shown = (secret: string, at: number): string =>
    execFileSync(oathtool, ['--totp', '--base32', '--now', `@${Math.floor(at / 1000)}`, secret], { encoding: 'utf8' }).trim();

  test('an app of somebody else shows the codes that are accepted here', async () => {
    const room = makeRoom();
    const draft = taken(await room.draft('authenticator-app'));
    const seed = await openDraftSeed(room.ports, anna, 'anna', draft, room.clock.now());
    const challenge = await room.challenge({ draft }, 'register');
    accepted(await room.check(challenge, shown(seed?.secret ?? '', room.clock.now())));
    for (let n = 0; n < 10; n += 1) {
      const at = start + n * 7_777_777_000;
      const secret = newSeed(seeded(`oathtool ${n}`));
      expect(authenticatorApp.check(secret, shown(secret, at), null, at).match).toBe('right');
      expect(authenticatorApp.check(secret, shown(secret, at - 60_000), null, at).match).toBe('wrong');
    }
  });
});
