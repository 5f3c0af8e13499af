import { argon2Sync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { hashAnswer } from '../../src/methods/answer-hash.ts';

const salt = Buffer.alloc(16, 1);

test('R44: Argon2id of 19 MiB, two passes, one lane, 32 bytes; the same for the same answer and salt, another for another salt', async () => {
  const one = await hashAnswer('kiruna', salt);
  expect(one).toHaveLength(32);
  // By another implementation, with OWASP's parameters written out.
  const asOwaspHasIt = argon2Sync('argon2id', {
    message: 'kiruna',
    nonce: salt,
    memory: 19 * 1024,
    passes: 2,
    parallelism: 1,
    tagLength: 32,
  });
  expect(one.equals(asOwaspHasIt)).toBe(true);
  expect((await hashAnswer('kiruna', salt)).equals(one)).toBe(true);
  expect((await hashAnswer('kiruna', Buffer.alloc(16, 2))).equals(one)).toBe(false);
});

test('a flood of answers is turned away, to try again, and holds up neither the event loop nor what comes after it', async () => {
  let beats = 0;
  const heart = setInterval(() => (beats += 1), 5);
  const flood = await Promise.allSettled(Array.from({ length: 260 }, (_, n) => hashAnswer(`svar ${n}`, salt)));
  clearInterval(heart);
  const turnedAway = flood.filter(({ status }) => status === 'rejected');
  // Two at work and two hundred waiting.
  expect(turnedAway).toHaveLength(58);
  for (const one of turnedAway) expect(one).toMatchObject({ reason: { code: 'latchkey_methods_busy', kind: 'unavailable' } });
  expect(beats).toBeGreaterThan(20);
  expect(await hashAnswer('kiruna', salt)).toHaveLength(32);
});
