import type { lookup, LookupAddress } from 'node:dns';
import { describe, expect, test } from '@jest/globals';
import { hostOf, isPublic, publicLookup } from '../../src/desk/hook-address.ts';

describe('which addresses are of the public internet', () => {
  test.each(['1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:400f::1'])('%s is', (address) => {
    expect(isPublic(address)).toBe(true);
  });

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fec0::1',
    '3fff::1',
    '5f00::1',
    'ff02::1',
    'localhost',
    '',
  ])('"%s" is not', (address) => {
    expect(isPublic(address)).toBe(false);
  });
});

describe('a name is looked up', () => {
  const found = (...addresses: readonly LookupAddress[]) =>
    publicLookup(((_host: string, _options: object, done: (fault: null, all: readonly LookupAddress[]) => void) =>
      done(null, addresses)) as unknown as typeof lookup);
  const looked = (look: ReturnType<typeof found>, all: boolean): Promise<unknown> =>
    new Promise((resolve) => {
      look('tickets.example.org', { all }, (fault, address) => resolve(fault === null ? address : (fault as { code?: string }).code));
    });
  const public4 = { address: '1.1.1.1', family: 4 };

  test('and found public: that is what is connected to', async () => {
    expect(await looked(found(public4), false)).toBe('1.1.1.1');
    expect(await looked(found(public4, { address: '2a00::1', family: 6 }), true)).toHaveLength(2);
  });

  test.each([
    ['in our own network', [{ address: '10.0.0.5', family: 4 }]],
    ['on this machine', [{ address: '::1', family: 6 }]],
    ['half public, half not', [public4, { address: '127.0.0.1', family: 4 }]],
    ['nowhere', []],
  ])('and found %s: nothing is connected to', async (_, addresses) => {
    for (const all of [true, false]) expect(await looked(found(...addresses), all)).toBe('latchkey_desk_hook_private');
  });
});

test('an IPv6 host is judged without its brackets', () => {
  expect(isPublic(hostOf(new URL('https://[::1]/x')))).toBe(false);
  expect(isPublic(hostOf(new URL('https://[2606:4700:4700::1111]/x')))).toBe(true);
});
