import { describe, expect, test } from '@jest/globals';
import type { MethodView } from '../../dialogs/views.ts';
import { accepted, eligible, method, one, read, sent, soon } from './facts.ts';
import { Talk } from './talk.ts';

const app = method('authenticator-app', { lastUsedAt: 5 });
const phone = method('text-message');
const enough = { finish: { enough: true, wouldDo: [] } } as const;

const listing = (methods: readonly MethodView[]) => new Talk().atHome().wishes('methods').gets(eligible(one)).gets(read(methods, enough));
const confirming = (methods: readonly MethodView[], id: string) => {
  const talk = listing(methods).chooses(`remove:${id}`).gets(read(methods)).gets(read(methods));
  if (talk.prompt === 'verify.choose') talk.chooses('m-authenticator-app');
  return talk.gets(sent('authenticator-app')).types('1').gets(accepted('authenticator-app', 'p'));
};

describe('methods', () => {
  test('I9: whose account is disabled sees none of them, and is offered an administrator', () => {
    const talk = new Talk().atHome().wishes('methods');
    expect(talk.asked('readEligibility')).toEqual({ purpose: 'methods' });
    talk.gets({ type: 'eligibility.refused', refusal: { code: 'SSPR_0013', ending: 'not-enabled' } });
    expect(talk.where).toBe('home:away > methods:refusing > escalate:offering');
    expect(talk.owed).toEqual([]);
    expect(talk.chooses('no').where).toBe('home:reading');
  });

  test('I9: nor while nobody can tell whether it is', () => {
    const talk = new Talk().atHome().wishes('methods').gets({ type: 'eligibility.unavailable' });
    expect(talk.params).toMatchObject({ ending: 'unavailable', wish: 'methods' });
  });

  test('I8 stands on top, then each with when it was added and used, and from when it counts', () => {
    const talk = listing([
      app,
      phone,
      method('email', { usable: 'cooling', countsFrom: soon, until: soon }),
      method('text-message', { id: 'd', usable: 'disabled' }),
    ]);
    expect(talk.said).toEqual(['methods.enough', 'methods.line', 'methods.line-unused', 'methods.line-cooling', 'methods.line-disabled']);
    expect(talk.filling('methods.line')).toEqual({
      kind: 'authenticator-app',
      label: '...authenticator-app',
      addedAt: 1,
      lastUsedAt: 5,
      countsFrom: 1,
    });
  });

  test('I8: too little says what would do', () => {
    const talk = new Talk().atHome().wishes('methods').gets(eligible(one));
    expect(talk.gets(read([])).filling('methods.none')).toEqual({ kinds: ['authenticator-app', 'text-message'] });
    expect(
      new Talk()
        .atHome()
        .wishes('methods')
        .gets(eligible(one))
        .gets(read([phone])).said[0],
    ).toBe('methods.one-more');
  });

  test('add begins registration; done goes home', () => {
    expect(listing([app]).chooses('register').where).toBe('home:away > register:weighing');
    expect(listing([app]).chooses('done').where).toBe('home:reading');
    expect(
      new Talk()
        .atHome()
        .wishes('methods')
        .gets(eligible(one))
        .gets(read([app], { addable: [] })).choices,
    ).toEqual(['remove:m-authenticator-app', 'done']);
  });

  test('removing takes a step-up, and says what would be lost (I8)', () => {
    const talk = confirming([app, phone], 'm-text-message');
    expect(talk.prompt).toBe('methods.confirm');
    expect(talk.params).toEqual({
      kind: 'text-message',
      label: '...text-message',
      way: 'text',
      lost: 'yes',
      kinds: ['text-message', 'email', 'recovery-codes'],
    });
    talk.chooses('remove');
    expect(talk.asked('removeMethod')).toEqual({ method: 'm-text-message', proofs: ['p'] });
    expect(talk.gets({ type: 'method.removed' }).filling('methods.removed')).toEqual({ kind: 'text-message', label: '...text-message' });
  });

  test('keeping it changes nothing', () => {
    expect(confirming([app, phone], 'm-text-message').chooses('keep').said).toEqual(['methods.kept']);
  });

  test('I4: one step-up for several; before the last usable one goes it is asked anew', () => {
    const talk = confirming([app, phone, method('email')], 'm-text-message')
      .chooses('remove')
      .gets({ type: 'method.removed' });
    talk.gets(read([app, method('email')], enough)).chooses('remove:m-email');
    expect(talk.prompt).toBe('methods.confirm');
    talk
      .chooses('remove')
      .gets({ type: 'method.removed' })
      .gets(read([app], enough))
      .chooses('remove:m-authenticator-app');
    expect(talk.asked('drop')).toEqual({ proofs: ['p'] });
    expect(talk.where).toBe('home:away > methods:proving > step-up:weighing');
  });

  test.each([
    ['gone', 'methods.gone'],
    ['not-eligible', 'methods.cannot-remove'],
    ['full', 'methods.cannot-remove'],
  ] as const)('not removed because %s: said, and the list again', (reason, notice) => {
    const talk = confirming([app, phone], 'm-text-message').chooses('remove').gets({ type: 'method.refused', reason });
    expect(talk.said).toEqual([notice]);
    expect(talk.where).toBe('home:away > methods:reading');
  });

  test('proofs too old: asked anew', () => {
    const talk = confirming([app, phone], 'm-text-message').chooses('remove').gets({ type: 'method.refused', reason: 'proofs' });
    expect(talk.said).toEqual(['methods.proofs-too-old']);
    expect(talk.where).toBe('home:away > methods:proving > step-up:weighing');
  });

  test('I4: not proved: the list again, nothing removed', () => {
    const waiting = method('authenticator-app', { usable: 'waiting', until: soon });
    const talk = listing([waiting])
      .chooses('remove:m-authenticator-app')
      .gets(read([waiting]))
      .gets(read([waiting]))
      .chooses('no');
    expect(talk.where).toBe('home:away > methods:reading');
  });

  test('I4: leaving drops the proofs', () => {
    const talk = confirming([app, phone], 'm-text-message')
      .chooses('keep')
      .gets(read([app, phone], enough))
      .chooses('done');
    expect(talk.asked('drop')).toEqual({ proofs: ['p'] });
  });
});
