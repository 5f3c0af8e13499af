import * as real from 'node:crypto';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';

/** How often something was compared in constant time. */
let compared = 0;
jest.unstable_mockModule('node:crypto', () => ({
  ...real,
  default: real,
  timingSafeEqual(one: NodeJS.ArrayBufferView, other: NodeJS.ArrayBufferView): boolean {
    compared += 1;
    return real.timingSafeEqual(one, other);
  },
}));

const { Keys } = await import('../../src/security/keys.ts');
const { hashCode, codeMatches } = await import('../../src/methods/codes.ts');
const { recoveryCodes } = await import('../../src/methods/recovery-codes.ts');
const { answerSet, askedOf, preparedAnswers, securityQuestions } = await import('../../src/methods/security-questions.ts');
const { shippedQuestions } = await import('../../src/config/shipped-questions.ts');
const { PageAddresses } = await import('../../src/pages/page-links.ts');
const { weigh } = await import('../../src/methods/weigh.ts');
const { methodsByKind } = await import('../../src/methods/registry.ts');
const { demoPolicy } = await import('../delivery/demo-words.ts');

const keys = new Keys(
  [
    { name: 'k2', bytes: Buffer.alloc(32, 2) },
    { name: 'k1', bytes: Buffer.alloc(32, 1) },
  ],
  { bytes: (count) => Buffer.alloc(count, 7) },
);
const binding = { challenge: 'c', account: 'a', purpose: 'reset', conversation: 's' };

/** What was compared while this ran. */
function comparing(work: () => void): number {
  compared = 0;
  work();
  return compared;
}

describe('R9: secrets are compared in constant time, and all of them whichever was right', () => {
  beforeEach(() => {
    compared = 0;
  });

  test('R9: a code against its hash: right and wrong cost one comparison each, however alike they are', () => {
    const mac = hashCode(keys, binding, '123456');
    expect(comparing(() => expect(codeMatches(keys, binding, '123456', mac)).toBe(true))).toBe(1);
    expect(comparing(() => expect(codeMatches(keys, binding, '123457', mac)).toBe(false))).toBe(1);
    expect(comparing(() => expect(codeMatches(keys, binding, '923456', mac)).toBe(false))).toBe(1);
  });

  test('R9: a recovery code is compared with all ten, be it the first, the last or none', () => {
    let turn = 0;
    const random = {
      bytes: (count: number) =>
        real
          .createHash('shake256', { outputLength: count })
          .update(`${(turn += 1)}`)
          .digest(),
    };
    const policy = demoPolicy();
    const taken = recoveryCodes.take(undefined, { account: { id: 'a' } as never, policy, random, keys, labels: [] });
    if (!taken.ok) throw new Error('no codes');
    const { shown } = JSON.parse(taken.secret) as { shown: string[] };
    const spend = (code: string) => comparing(() => recoveryCodes.spend(taken.secret, code, { keys, account: 'a' }));
    expect([spend(shown[0] ?? ''), spend(shown[9] ?? ''), spend('0000000000000000')]).toEqual([10, 10, 10]);
  });

  test('R9: of the answers to security questions every one is compared, whichever is wrong', async () => {
    const asked = shippedQuestions.slice(0, 3);
    const set = await answerSet(
      asked.map((question) => ({ question, answer: `svar ${question.id}` })),
      { bytes: (count) => Buffer.alloc(count, 5) },
    );
    const compared = async (wrong: number) => {
      const typed = new Map(askedOf(set, 3).map(({ id }, place) => [id, place === wrong ? 'fel' : `svar ${id}`]));
      const prepared = await preparedAnswers(set, 3, typed);
      return comparing(() => securityQuestions.match(set, prepared, 3));
    };
    expect([await compared(-1), await compared(0), await compared(2)]).toEqual([3, 3, 3]);
  });

  test('R9: of several codes under way every one is compared, though the first is right', () => {
    const now = 1_000_000;
    const hash = (challenge: string, code: string) => ({
      challenge,
      mac: hashCode(keys, { ...binding, challenge }, code),
      expiresAt: now + 60_000,
    });
    const challenge = {
      id: 'c3',
      target: 'm',
      kind: 'text-message' as const,
      purpose: 'reset' as const,
      conversation: 's',
      session: 'f1',
      door: 'teams' as const,
      language: 'sv' as const,
      masked: '...67',
      mark: 'KT',
      expiresAt: now + 60_000,
      resendAt: null,
      state: 'open' as const,
      verdicts: [],
      country: null,
    };
    const sent = {
      of: JSON.stringify(['m', 'reset', 's']),
      challenge: 'c3',
      mark: 'KT',
      count: 3,
      lastAt: now,
      keepUntil: now + 60_000,
      hashes: [hash('c1', '111111'), hash('c2', '222222'), hash('c3', '333333')],
      olderTyped: false,
    };
    const answered = (code: string) =>
      comparing(() => {
        weigh(
          {
            challenge,
            authenticator: { tries: { wrong: 0, waitUntil: 0, reused: 0 }, lastStep: null, suspended: false },
            pace: { failures: [], closed: [], sends: [], codes: [sent], drafts: [], onFile: [], atDoor: { tries: [], sends: [] } },
            method: methodsByKind['text-message'],
            secret: () => '',
            keys,
            limits: demoPolicy().limits,
            questions: 3,
            account: 'a',
            door: 'teams',
            now,
            proofId: 'p',
          },
          code,
        );
      });
    expect([answered('111111'), answered('333333'), answered('999999')]).toEqual([3, 3, 3]);
  });

  test("R9: a page's token and number", () => {
    const addresses = new PageAddresses(keys, 'https://latchkey.example');
    const { url, number } = addresses.of('p07-aaaaaaaaaaaaaaaaaaaaaa');
    const address = url.slice(url.lastIndexOf('/') + 1);
    const proved = addresses.prove(address);
    if (proved === null) throw new Error('not proved');
    const forged = `${address.slice(0, -2)}${address.endsWith('A') ? 'Q' : 'A'}A`;
    expect(comparing(() => expect(addresses.prove(forged)).toBeNull())).toBeGreaterThanOrEqual(1);
    expect(comparing(() => expect(addresses.isNumber(proved, number)).toBe(true))).toBe(1);
    expect(comparing(() => expect(addresses.isNumber(proved, number === '0000' ? '0001' : '0000')).toBe(false))).toBe(1);
  });
});
