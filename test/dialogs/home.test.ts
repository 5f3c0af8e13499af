import { describe, expect, test } from '@jest/globals';
import { Talk } from './talk.ts';

describe('home', () => {
  test('offers what there is for this person', () => {
    expect(new Talk().atHome({ cases: 1 }).choices).toEqual([
      'reset',
      'unlock',
      'change-password',
      'register',
      'methods',
      'case-status',
      'caller',
      'contact',
    ]);
    expect(new Talk().atHome({ reset: false, unlock: false, register: false, methods: 0 }).choices).toEqual(['caller', 'contact']);
  });

  test.each(['reset', 'change-password', 'unlock', 'register', 'methods', 'case-status'] as const)('%s begins that dialog', (wish) => {
    expect(new Talk().atHome({ cases: 1 }).chooses(wish).top.dialog).toBe(wish);
  });

  test('3: where the password is managed elsewhere, contact names IT and offers no case', () => {
    const talk = new Talk().atHome({ contact: 'it' }).chooses('contact');
    expect(talk.said).toContain('escalate.managed-elsewhere');
    expect(talk.owed).toEqual(['readHome']);
  });

  test('contact begins the offer to contact an administrator', () => {
    const talk = new Talk().atHome().chooses('contact');
    expect(talk.prompt).toBe('escalate.offer');
    expect(talk.params).toMatchObject({ ending: 'asked', wish: 'contact' });
  });

  test('a wish said before the menu stands is taken', () => {
    expect(new Talk().take({ type: 'open' }).wishes('reset').where).toBe('home:away > reset:weighing');
  });

  test('who asks for what the menu does not show begins it all the same: its refusal says why', () => {
    expect(new Talk().atHome({ register: false }).wishes('register').top.dialog).toBe('register');
  });

  test('after a dialog the menu is read anew', () => {
    const talk = new Talk().atHome().wishes('case-status').gets({ type: 'cases.read', cases: [] });
    expect(talk.where).toBe('home:reading');
    expect(talk.owed).toEqual(['readHome']);
  });
});
