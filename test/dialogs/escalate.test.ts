import { describe, expect, test } from '@jest/globals';
import type { Ending } from '../../dialogs/views.ts';
import { accepted, eligible, method, read, sent, two } from './facts.ts';
import { Talk } from './talk.ts';

const refused = (code: string, ending: Ending) =>
  new Talk().atHome().wishes('reset').gets({ type: 'eligibility.refused', refusal: { code, ending } });

describe('escalate', () => {
  test('managed elsewhere: IT is named, nothing is offered, no case is made', () => {
    const talk = refused('SSPR_0010', 'managed-elsewhere');
    expect(talk.said).toEqual(['escalate.managed-elsewhere']);
    expect(talk.where).toBe('home:reading');
    expect(talk.asked('openCase')).toBeUndefined();
  });

  test('SSPR_0030: later', () => {
    expect(refused('SSPR_0030', 'later').said).toEqual(['escalate.later']);
  });

  test.each([
    ['SSPR_0009', 'not-enabled'],
    ['SSPR_0011', 'not-enabled'],
    ['SSPR_0012', 'not-enabled'],
    ['SSPR_0013', 'not-enabled'],
    ['LK_DISABLED', 'not-enabled'],
    ['SSPR_0014', 'not-verified'],
    ['LK_PRIVILEGED', 'privileged'],
  ] as const)('%s: the offer, and a case with that code on a yes only', (code, ending) => {
    const talk = refused(code, ending);
    expect(talk.prompt).toBe('escalate.offer');
    expect(talk.asked('openCase')).toBeUndefined();
    expect(talk.chooses('contact').asked('openCase')).toEqual({ code, wish: 'reset', proofs: [] });
    talk.gets({ type: 'case.opened', number: 'LK-1001', isNew: true });
    expect(talk.filling('escalate.opened')).toEqual({ number: 'LK-1001' });
    expect(talk.where).toBe('home:reading');
    expect(refused(code, ending).chooses('no')).toMatchObject({ owed: ['readHome'], where: 'home:reading' });
  });

  test('what happens next, by when, and the number for what cannot wait are said with the number of the case', () => {
    const next = { opens: 'tomorrow', opensAt: 1, by: 'weekday', byAt: 2, holiday: null, emergency: '08-465 004 11' } as const;
    const talk = refused('SSPR_0009', 'not-enabled').chooses('contact').gets({ type: 'case.opened', number: 'LK-1001', isNew: true, next });
    expect(talk.said).toEqual(['escalate.opened', 'escalate.next', 'escalate.emergency']);
    expect(talk.filling('escalate.next')).toEqual({
      opens: 'tomorrow',
      opensAt: 1,
      by: 'weekday',
      byAt: 2,
      closedFor: 'nothing',
      holiday: '',
    });
    expect(talk.filling('escalate.emergency')).toEqual({ emergency: '08-465 004 11' });
    const quiet = refused('SSPR_0009', 'not-enabled').chooses('contact');
    expect(quiet.gets({ type: 'case.opened', number: 'LK-1001', isNew: false, next: { ...next, emergency: null } }).said).toEqual([
      'escalate.already-open',
      'escalate.next',
    ]);
  });

  test('LK_DISABLED: the words of "not enabled", and the code in none of them', () => {
    expect(refused('LK_DISABLED', 'not-enabled').params).toEqual(refused('SSPR_0009', 'not-enabled').params);
    expect(JSON.stringify(refused('LK_DISABLED', 'not-enabled').params)).not.toContain('LK_');
  });

  test('SSPR_0014: register when back, whether a case was made or not', () => {
    const opened = refused('SSPR_0014', 'not-verified').chooses('contact').gets({ type: 'case.opened', number: 'LK-1001', isNew: true });
    expect(opened.said).toEqual(['escalate.opened', 'escalate.register-when-back']);
    expect(refused('SSPR_0014', 'not-verified').chooses('no').said).toEqual(['escalate.declined', 'escalate.register-when-back']);
  });

  test('I13: the gates that were passed on the way come along, so that the case can say how its requester is known', () => {
    const both = [method('text-message'), method('authenticator-app')];
    const talk = new Talk().atHome().wishes('reset').gets(eligible(two)).gets(read(both));
    talk.chooses('m-text-message').gets(sent('text-message')).types('1').gets(accepted('text-message')).gets(sent('authenticator-app'));
    expect(talk.chooses('contact').chooses('contact').asked('openCase')).toEqual({
      code: 'LK_STUCK',
      wish: 'reset',
      proofs: ['p-text-message'],
    });
  });

  test('I13: a case that is open already is named again', () => {
    const talk = refused('SSPR_0009', 'not-enabled').chooses('contact').gets({ type: 'case.opened', number: 'LK-1001', isNew: false });
    expect(talk.said).toEqual(['escalate.already-open']);
  });
});
