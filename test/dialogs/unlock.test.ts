import { describe, expect, test } from '@jest/globals';
import { accepted, eligible, method, one, read, sent, soon } from './facts.ts';
import { Talk } from './talk.ts';

const unlock = () => new Talk().atHome().wishes('unlock');
const locked = { locked: { since: 1, why: 'wrong-passwords', until: soon } } as const;
const proved = () =>
  unlock()
    .gets(eligible(one, locked))
    .gets(read([method('text-message')]))
    .gets(sent('text-message'))
    .types('1')
    .gets(accepted('text-message'));

describe('unlock', () => {
  test('not locked: said, and a new password offered', () => {
    expect(unlock().gets(eligible(one)).prompt).toBe('unlock.not-locked');
    expect(unlock().gets(eligible(one)).chooses('reset').where).toBe('home:away > reset:weighing');
    expect(unlock().gets(eligible(one)).chooses('no').where).toBe('home:reading');
  });

  test('locked by an administrator: not here, and the offer', () => {
    const talk = unlock().gets(eligible(one, { locked: { since: 1, why: 'administrator', until: null } }));
    expect(talk.params).toMatchObject({ ending: 'locked', wish: 'unlock' });
  });

  test('locked: until when, then gates for that purpose, then the unlock with their proofs', () => {
    const talk = unlock().gets(eligible(one, locked));
    expect(talk.filling('unlock.locked')).toEqual({ when: 'known', until: soon, wrong: 'unknown', wrongAt: 0, count: 0, since: 1 });
    talk.gets(read([method('text-message')]));
    expect(talk.asked('sendChallenge')).toMatchObject({ purpose: 'unlock' });
    expect(proved().asked('unlock')).toEqual({ proofs: ['p-text-message'] });
    expect(proved().gets({ type: 'unlock.done' }).said).toEqual(['unlock.done']);
  });

  test('refused for its proofs, or because the account changed: from the start', () => {
    for (const reason of ['proofs', 'not-eligible'] as const) {
      const talk = proved().gets({ type: 'unlock.refused', reason });
      expect(talk.owed).toEqual(['drop', 'readEligibility']);
    }
  });

  test('unavailable: the truth, and the offer of a case', () => {
    const talk = proved().gets({ type: 'unlock.unavailable' });
    expect(talk.params).toMatchObject({ ending: 'unavailable' });
    expect(talk.chooses('contact').asked('openCase')).toEqual({ code: 'LK_UNAVAILABLE', wish: 'unlock', proofs: ['p-text-message'] });
  });

  test('refused or unavailable at the start', () => {
    expect(unlock().gets({ type: 'eligibility.refused', refusal: { code: 'LK_PRIVILEGED', ending: 'privileged' } }).params).toMatchObject({
      ending: 'privileged',
    });
    expect(unlock().gets({ type: 'eligibility.unavailable' }).params).toMatchObject({ ending: 'unavailable' });
  });
});
