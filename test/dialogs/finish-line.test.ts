import { describe, expect, test } from '@jest/globals';
import { finishLine, registeredKinds, type MethodKind } from '../../dialogs/methods.ts';
import { one, two } from './facts.ts';

const line = (registered: readonly MethodKind[], gates = two, allowed: readonly MethodKind[] = registeredKinds) =>
  finishLine(registered, allowed, gates);

describe('I8: what "Finish" says is the rule of a reset', () => {
  test.each([
    ['app and text message', ['authenticator-app', 'text-message'], two],
    ['app and mail', ['authenticator-app', 'email'], two],
    ['mail and text message', ['email', 'text-message'], two],
    ['one text message where one gate is asked', ['text-message'], one],
  ] as const)('I8: %s: you can reset', (_, registered, gates) => {
    expect(line(registered, gates)).toEqual({ enough: true, wouldDo: [] });
  });

  test.each([
    ['a text message', ['text-message'], two, ['authenticator-app', 'email', 'recovery-codes', 'security-questions', 'security-key']],
    [
      'two numbers',
      ['text-message', 'text-message'],
      two,
      ['authenticator-app', 'email', 'recovery-codes', 'security-questions', 'security-key'],
    ],
    ['an app', ['authenticator-app'], two, ['text-message', 'phone-call', 'email', 'recovery-codes', 'security-questions', 'security-key']],
    [
      'an app, where app and number may not sit in one phone',
      ['authenticator-app'],
      { needed: 2, oneDevice: 'refuse' },
      ['email', 'recovery-codes', 'security-questions', 'security-key'],
    ],
    [
      'an address, which never stands alone',
      ['email'],
      one,
      ['authenticator-app', 'text-message', 'phone-call', 'recovery-codes', 'security-key'],
    ],
  ] as const)('I8: %s: one more is needed, and which would do', (_, registered, gates, wouldDo) => {
    expect(line(registered, gates)).toEqual({ enough: false, wouldDo });
  });

  test('I8: with nothing registered, what counts by itself is named', () => {
    // A security key is added beside another, so it is none to begin with.
    expect(line([])).toEqual({ enough: false, wouldDo: ['authenticator-app', 'text-message', 'phone-call', 'recovery-codes'] });
  });

  test('I8: what the policy does not allow is not named, and where nothing would do nothing is', () => {
    expect(line(['text-message'], two, ['text-message', 'email'])).toEqual({ enough: false, wouldDo: ['email'] });
    expect(line(['email'], two, ['email'])).toEqual({ enough: false, wouldDo: [] });
  });
});
