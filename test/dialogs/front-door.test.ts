import { describe, expect, test } from '@jest/globals';
import type { MethodKind } from '../../dialogs/methods.ts';
import { emptyDoorStack } from '../../dialogs/stack.ts';
import { Talk } from './talk.ts';

const kinds: readonly MethodKind[] = ['authenticator-app', 'text-message', 'email'];
const gates = { needed: 2, oneDevice: 'allow' } as const;
const until = 2_000_000;

/** Somebody has come to the front door. */
const arrived = (): Talk => {
  const talk = new Talk();
  talk.stack = emptyDoorStack;
  return talk.take({ type: 'open' });
};

/** Somebody has named an account. */
const named = (unlock = true): Talk =>
  arrived().types('stina@fjallbyn.example').gets({ type: 'account.claimed', claim: 'account', kinds, gates, unlock });

/** Somebody has typed the right number of a call. */
const called = (): Talk =>
  named().chooses('caller').gets(noCall).types('314159').gets({ type: 'call.found', call: 'call', agent: 'Nina', gates });
const noCall = { type: 'call.read', verified: null, grant: null } as const;

/** Somebody has passed the gates of a call. */
const verified = (): Talk =>
  called()
    .chooses('yes')
    .chooses('authenticator-app')
    .gets(asked('authenticator-app'))
    .types('314159')
    .gets({ type: 'answer.accepted', proof: 'proof caller authenticator-app', kind: 'authenticator-app' })
    .chooses('text-message')
    .types('+46701740605')
    .gets(asked('text-message'))
    .types('314159')
    .gets({ type: 'answer.accepted', proof: 'proof caller text-message', kind: 'text-message' })
    .gets({ type: 'caller.verified', until });

const asked = (kind: MethodKind) =>
  ({ type: 'door.asked', challenge: `challenge ${kind}`, kind, masked: '', mark: null, expiresAt: until, resendAt: null }) as const;

const granted = (what: 'password' | 'unlock' | 'remove-method') =>
  ({
    type: 'grant.given',
    grant: { id: `grant ${what}`, what, method: what === 'remove-method' ? 'email' : null, hasPassword: true },
  }) as const;

describe('the front door', () => {
  test('offers what can be done there, in order; an unlock where the policy has one', () => {
    expect(named().choices).toEqual(['reset', 'unlock', 'caller', 'start-code', 'contact', 'another']);
    expect(named(false).choices).toEqual(['reset', 'caller', 'start-code', 'contact', 'another']);
  });

  test.each([
    ['caller', 'caller:reading'],
    ['start-code', 'start-code:asking'],
  ] as const)('%s, wished for before a user ID is named, goes on after it', (wish, where) => {
    const talk = arrived().wishes(wish);
    expect(talk.said).toEqual(['front-door.user-id-first']);
    talk.types('stina@fjallbyn.example').gets({ type: 'account.claimed', claim: 'account', kinds, gates, unlock: true });
    expect(talk.where).toBe(`front-door:away > ${where}`);
  });

  test('a call number at the menu is weighed at once; before a user ID it is asked for again', () => {
    expect(named().take({ type: 'call-number', text: '314159' }).asked('checkCallNumber')).toEqual({ answer: '314159' });
    const early = arrived().take({ type: 'call-number', text: '314159' });
    expect(early.said).toEqual(['front-door.user-id-first']);
    expect(JSON.stringify(early.stack)).not.toContain('314159');
  });

  test('what is left of a dialog leads back to the menu', () => {
    expect(named().chooses('caller').gets(noCall).chooses('cancel').prompt).toBe('front-door.menu');
    expect(named().chooses('start-code').chooses('cancel').prompt).toBe('front-door.menu');
  });
});

describe('I15, I20: a call that is answered at the front door', () => {
  test('asks by the policy’s methods that count for a caller, and by none of the account’s', () => {
    const talk = called();
    expect(talk.prompt).toBe('caller.confirm');
    expect(talk.params).toEqual({ agent: 'Nina' });
    talk.chooses('yes');
    expect(talk.prompt).toBe('verify-claim.choose');
    expect(talk.choices).toEqual(['authenticator-app', 'text-message', 'none', 'cancel']);
    expect(talk.chooses('authenticator-app').asked('askAtDoor')).toEqual({ kind: 'authenticator-app', purpose: 'caller' });
  });

  test('names no agent before a right number', () => {
    const talk = named().chooses('caller').gets(noCall).types('314159').gets({ type: 'call.rejected', reason: 'wrong' });
    expect(talk.said).toEqual(['caller.wrong']);
    expect(talk.params).toEqual({});
  });

  test('without tries, and without proof, it ends as every failure there does', () => {
    const exhausted = named().chooses('caller').gets(noCall).types('314159').gets({ type: 'call.exhausted', until });
    expect(exhausted.prompt).toBe('door-contact.offer');
    expect(exhausted.params).toMatchObject({ why: 'pace', wish: 'caller', when: 'known' });
    const unproved = called().chooses('yes').chooses('none');
    expect(unproved.asked('endCall')).toEqual({ call: 'call', how: 'refused' });
    expect(unproved.params).toMatchObject({ why: 'unproved', wish: 'caller' });
    const closed = called().chooses('yes').chooses('authenticator-app').gets({ type: 'door.refused', reason: 'closed', until });
    expect(closed.params).toMatchObject({ why: 'pace', when: 'known' });
    expect(closed.chooses('no').prompt).toBe('front-door.menu');
  });

  test('“no” is told to the helpdesk', () => {
    const talk = called().chooses('no');
    expect(talk.asked('endCall')).toEqual({ call: 'call', how: 'reported' });
    expect(talk.said).toEqual(['caller.reported']);
    expect(talk.prompt).toBe('front-door.menu');
  });

  test('I16: a new password that is given is a page of that browser, on what was given alone', () => {
    const talk = verified();
    expect(talk.prompt).toBe('caller.waiting');
    talk.hears(granted('password'));
    expect(talk.asked('openPage')).toEqual({ page: 'new-password', proofs: ['grant password'] });
    talk.gets({ type: 'page.opened', page: 'page', expiresAt: until });
    expect(talk.prompt).toBe('let-in.page');
    talk.hears({ type: 'page.done', page: 'page', outcome: { page: 'new-password' } });
    expect(talk.prompt).toBe('front-door.menu');
  });

  test('what was given and no longer stands asks for no gates again', () => {
    const talk = verified().hears(granted('password')).gets({ type: 'page.refused', reason: 'proofs' });
    expect(talk.prompt).toBe('door-contact.offer');
    expect(talk.params).toMatchObject({ why: 'unproved' });
  });

  test('an unlock is said in the words of that door; a removal is not to be had there (I11)', () => {
    const talk = verified().hears(granted('unlock'));
    expect(talk.asked('unlock')).toEqual({ proofs: ['grant unlock'] });
    talk.gets({ type: 'unlock.done' });
    expect(talk.said).toEqual(['let-in.unlocked']);
    talk.hears(granted('remove-method'));
    expect(talk.said).toEqual(['caller.not-given']);
    expect(talk.owed).toEqual([]);
    expect(talk.prompt).toBe('caller.waiting');
  });

  test('who left it is given it at the menu', () => {
    const talk = verified().chooses('done');
    expect(talk.prompt).toBe('front-door.menu');
    talk.hears(granted('password')).gets({
      type: 'call.read',
      verified: { call: 'call', agent: 'Nina', until },
      grant: granted('password').grant,
    });
    expect(talk.asked('openPage')).toEqual({ page: 'new-password', proofs: ['grant password'] });
  });
});

describe('I12: a start code at the front door', () => {
  const typed = () => named().chooses('start-code').types('ABCDE12345');

  test('opens the new-password page, and registers nothing', () => {
    const talk = typed().gets({ type: 'start-code.redeemed', password: 'proof', register: null, hasPassword: false });
    expect(talk.where).toBe('front-door:away > start-code:lettingIn > let-in:opening');
    expect(talk.asked('openPage')).toEqual({ page: 'new-password', proofs: ['proof'] });
  });

  test('says where it can be used that opens nothing here', () => {
    const talk = typed().gets({ type: 'start-code.redeemed', password: null, register: null, hasPassword: true });
    expect(talk.said).toEqual(['start-code.in-teams']);
    expect(talk.prompt).toBe('front-door.menu');
  });

  test('without tries, and without a code, it ends as every failure there does', () => {
    const exhausted = typed().gets({ type: 'start-code.exhausted', until });
    expect(exhausted.params).toMatchObject({ why: 'pace', wish: 'start_code', when: 'known' });
    const none = named().chooses('start-code').chooses('no-code');
    expect(none.params).toMatchObject({ why: 'asked', wish: 'start_code' });
    expect(none.chooses('contact').asked('openDoorCase')).toEqual({ code: 'LK_ASKED', wish: 'start-code', proofs: [] });
  });
});
