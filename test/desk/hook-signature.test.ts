import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { hookSecret, provedId, signed } from '../../src/desk/hook-signature.ts';

const secret = 'whsec_plJ3nmyCDGBKInavdOK15jsl';
const another = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const now = 1_731_705_121_000;
const body = '{"event_type":"ping","data":{"success":true}}';
const good = () => signed([secret], 'msg_loFOjxBNrRLzqYUf', now, body);

test('signs as Standard Webhooks does: the example of its specification', () => {
  expect(good()).toEqual({
    'webhook-id': 'msg_loFOjxBNrRLzqYUf',
    'webhook-timestamp': '1731705121',
    'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
  });
});

test('what was signed is proved, and gives its id', () => {
  expect(provedId([secret], { ...good() }, body, now)).toBe('msg_loFOjxBNrRLzqYUf');
});

test('while a secret is changed either one proves it, on either side', () => {
  const both = signed([another, secret], 'id-1', now, body);
  expect(both['webhook-signature'].split(' ')).toHaveLength(2);
  for (const each of [secret, another]) expect(provedId([each], { ...both }, body, now)).toBe('id-1');
  expect(provedId([another, secret], { ...good() }, body, now)).not.toBeNull();
});

test.each([
  ['another secret', { by: [another] }],
  ['no secret', { by: [] }],
  ['another body', { of: `${body} ` }],
  ['another id', { with: { 'webhook-id': 'msg_loFOjxBNrRLzqYUg' } }],
  ['another time', { with: { 'webhook-timestamp': '1731705122' } }],
  ['no id', { with: { 'webhook-id': undefined } }],
  ['no time', { with: { 'webhook-timestamp': undefined } }],
  ['no signature', { with: { 'webhook-signature': undefined } }],
  ['a time that is none', { with: { 'webhook-timestamp': '1731705121.0' } }],
  ['a signature of another kind', { with: { 'webhook-signature': good()['webhook-signature'].replace('v1,', 'v1a,') } }],
  ['an empty signature', { with: { 'webhook-signature': 'v1,' } }],
] as const)('R34: with %s it proves nothing', (_, { by = [secret], of = body, with: headers = {} }: Wrong) => {
  expect(provedId(by, { ...good(), ...headers }, of, now)).toBeNull();
});
interface Wrong {
  readonly by?: readonly string[];
  readonly of?: string;
  readonly with?: Readonly<Record<string, string | undefined>>;
}

test('it is good for five minutes either way, and no longer', () => {
  const proved = (at: number): boolean => provedId([secret], { ...good() }, body, at) !== null;
  expect([-300_001, -300_000, 0, 300_000, 300_001].map((ms) => proved(now + ms))).toEqual([false, true, true, true, false]);
});

test('R9: no changed sign of a signature is ever taken', () => {
  const { 'webhook-signature': signature } = good();
  fc.assert(
    fc.property(fc.integer({ min: 3, max: signature.length - 2 }), fc.constantFrom('A', 'b', '/', '+'), (at, sign) => {
      fc.pre(signature[at] !== sign);
      const changed = signature.slice(0, at) + sign + signature.slice(at + 1);
      // Base64 has signs whose last bits mean nothing: the very same bytes are the very same signature.
      fc.pre(Buffer.compare(Buffer.from(changed.slice(3), 'base64'), Buffer.from(signature.slice(3), 'base64')) !== 0);
      expect(provedId([secret], { ...good(), 'webhook-signature': changed }, body, now)).toBeNull();
    }),
  );
});

test.each([
  // The example of the specification has 18 bytes; it asks for 24 itself.
  [secret, false],
  [another, true],
  ['whsec_short', false],
  ['plJ3nmyCDGBKInavdOK15jslplJ3nmyCDGBKInavdOK15jsl', false],
])('%s is a secret: %s', (text, is) => {
  expect(hookSecret.test(text)).toBe(is);
});
