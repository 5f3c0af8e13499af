import { describe, expect, test } from '@jest/globals';
import { accepted, eligible, method, one, opened, read, sent } from './facts.ts';
import { Talk } from './talk.ts';

const afterReset = (hasPassword = true) =>
  new Talk()
    .atHome()
    .wishes('reset')
    .gets(eligible(one, { hasPassword }))
    .gets(read([method('text-message')]))
    .gets(sent('text-message'))
    .types('123456')
    .gets(accepted('text-message'))
    .gets(opened('page'))
    .hears({ type: 'page.done', page: 'page', outcome: { page: 'new-password' } });
const afterChange = () =>
  new Talk()
    .atHome()
    .wishes('change-password')
    .gets(eligible(one))
    .gets(opened('page'))
    .hears({ type: 'page.done', page: 'page', outcome: { page: 'change-password' } });

describe('R29: "sign out my other devices?"', () => {
  test.each([
    ['a reset', afterReset],
    ['a change', afterChange],
  ])('is asked after %s, yes first; the closing words were said before', (_what, after) => {
    const talk = after();
    expect(talk.prompt).toBe('sign-out.ask');
    expect(talk.choices).toEqual(['sign-out', 'no']);
    expect(talk.said.at(-1)).toMatch(/\.done$/u);
    expect(talk.owed).not.toContain('endSessions');
  });

  test('is not asked after a first password: nobody is signed in by it', () => {
    expect(afterReset(false).where).toBe('home:reading');
  });

  test('yes: for the page on which the password was set; said, and home', () => {
    const talk = afterReset().chooses('sign-out');
    expect(talk.asked('endSessions')).toEqual({ page: 'page' });
    expect(talk.gets({ type: 'sessions.ending' }).said).toEqual(['sign-out.soon']);
    expect(talk.where).toBe('home:reading');
  });

  test('yes, but it may not: said', () => {
    expect(afterChange().chooses('sign-out').gets({ type: 'sessions.refused' }).said).toEqual(['sign-out.refused']);
  });

  test('no, and cancel, end nothing', () => {
    expect(afterReset().chooses('no').owed).toEqual(['readHome']);
    expect(afterReset().take({ type: 'cancel' }).owed).not.toContain('endSessions');
    expect(afterReset().take({ type: 'cancel' }).where).toBe('home:reading');
  });

  test('a reset has spent its proofs by then', () => {
    expect(afterReset().asked('drop')).toEqual({ proofs: ['p-text-message'] });
    expect(afterReset().chooses('no').asked('drop')).toBeUndefined();
  });
});
