import { describe, expect, test } from '@jest/globals';
import type { MethodView } from '../../dialogs/views.ts';
import { accepted, eligible, method, one, opened, read, sent, soon, two } from './facts.ts';
import { Talk } from './talk.ts';

const stepUp = (methods: readonly MethodView[], gates = one) =>
  new Talk()
    .atHome()
    .wishes('register')
    .gets(eligible(two))
    .gets(read(methods, { stepUp: gates }));

describe('step-up (I4)', () => {
  test('asks for one gate that counts for it', () => {
    const talk = stepUp([method('text-message')]);
    expect(talk.said).toEqual(['step-up.why']);
    talk.gets(read([method('text-message')]));
    expect(talk.asked('sendChallenge')).toEqual({ method: 'm-text-message', purpose: 'step-up' });
    talk.gets(sent('text-message')).types('1').gets(accepted('text-message'));
    expect(talk.where).toBe('home:away > register:reading');
  });

  test('I2: e-mail does not count: the present password takes its place', () => {
    expect(stepUp([method('email')]).asked('openPage')).toEqual({ page: 'present-password', proofs: [] });
  });

  test('codes that are all used are as if they were not there: the present password takes their place', () => {
    expect(stepUp([method('recovery-codes', { usable: 'used-up' })]).asked('openPage')).toEqual({ page: 'present-password', proofs: [] });
    expect(
      stepUp([method('recovery-codes')])
        .gets(read([method('recovery-codes')]))
        .asked('sendChallenge'),
    ).toEqual({ method: 'm-recovery-codes', purpose: 'step-up' });
  });

  test('I3: nothing registered: the present password', () => {
    const talk = stepUp([]).gets(opened('page'));
    expect(talk.prompt).toBe('first-proof.page');
    talk.hears({ type: 'page.done', page: 'page', outcome: { page: 'present-password', proof: 'p1' } });
    expect(talk.said).toEqual(['first-proof.passed']);
    expect(talk.where).toBe('home:away > register:reading');
  });

  test.each(['cooling', 'this-session'] as const)('I4: a method that is %s proves nothing yet', (usable) => {
    expect(stepUp([method('text-message', { usable, until: soon })]).owed).toEqual(['openPage']);
  });

  test.each(['waiting', 'disabled'] as const)('nobody gets around a method that is %s', (usable) => {
    const methods = [method('text-message', { usable, until: usable === 'waiting' ? soon : null })];
    const talk = stepUp(methods).gets(read(methods));
    expect(talk.prompt).toBe('escalate.offer');
    expect(talk.chooses('no').where).toBe('home:reading');
  });

  test('I4: two gates demanded and one there: that one, and the present password too', () => {
    const talk = stepUp([method('text-message')], two)
      .gets(read([method('text-message')]))
      .gets(sent('text-message'))
      .types('1')
      .gets(accepted('text-message'));
    expect(talk.owed).toEqual(['openPage']);
    talk.gets(opened('page')).hears({ type: 'page.done', page: 'page', outcome: { page: 'present-password', proof: 'p2' } });
    talk
      .gets(read([method('text-message')]))
      .chooses('authenticator-app')
      .gets({ type: 'draft.taken', draft: 'd', masked: 'app' });
    expect(talk.asked('openPage')).toEqual({ page: 'enrol-authenticator-app', draft: 'd', proofs: ['p-text-message', 'p2'] });
  });
});

describe('first proof (I3)', () => {
  const onPage = () => stepUp([]).gets(opened('page'));

  test('I21: the page: opened is said, a new link ends the old one, its time ends', () => {
    expect(onPage().hears({ type: 'page.claimed', page: 'page' }).prompt).toBe('first-proof.claimed');
    expect(onPage().chooses('new-link').owed).toEqual(['drop', 'openPage']);
    expect(onPage().hears({ type: 'reminded', name: 'page' }).prompt).toBe('first-proof.expired');
    expect(onPage().hears({ type: 'page.doubtful', page: 'page' }).chooses('new-link').owed).toContain('openPage');
  });

  test.each([
    ['too-many-tries', 'first-proof.too-many-tries'],
    ['locked', 'first-proof.locked'],
    ['not-eligible', 'first-proof.not-possible'],
  ] as const)('the page failed because %s: said, an administrator offered, and nothing registered', (reason, notice) => {
    const talk = onPage().hears({ type: 'page.failed', page: 'page', reason });
    expect(talk.said).toEqual([notice]);
    expect(talk.prompt).toBe('escalate.offer');
    expect(talk.chooses('no').where).toBe('home:reading');
  });

  test('no page for this account: said, and the offer', () => {
    expect(stepUp([]).gets({ type: 'page.refused', reason: 'not-eligible' }).said).toEqual(['first-proof.not-possible']);
  });

  test('a page of another kind proves nothing', () => {
    expect(onPage().hears({ type: 'page.done', page: 'page', outcome: { page: 'new-password' } }).took).toBe(false);
  });
});
