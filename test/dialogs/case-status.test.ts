import { describe, expect, test } from '@jest/globals';
import type { CaseState } from '../../dialogs/case.ts';
import type { CaseView } from '../../dialogs/views.ts';
import { Talk } from './talk.ts';

const aCase = (number: string, state: CaseState, more: Partial<CaseView> = {}): CaseView => ({
  number,
  state,
  openedAt: 1,
  resolvedAt: state === 'resolved' ? 4 : null,
  agent: null,
  next: null,
  isLate: false,
  until: null,
  question: null,
  mayWrite: false,
  mayWithdraw: false,
  mayReopen: false,
  ...more,
});
const open = { mayWrite: true, mayWithdraw: true };
const told = (...cases: readonly CaseView[]) =>
  new Talk().atHome({ cases: cases.length }).chooses('case-status').gets({ type: 'cases.read', cases });
const news = (what: 'asked' | 'claimed' | 'resolved', text = '') =>
  ({ type: 'outside', event: { type: 'case.told', what, case: 'LK-1', agent: 'Nina Falk', text } }) as const;

describe('case status', () => {
  test('says each, newest first as they came, and asks nothing where nothing can be done', () => {
    const talk = told(aCase('LK-1', 'new'), aCase('LK-2', 'delivered'), aCase('LK-3', 'resolved'));
    expect(talk.said).toEqual(['case-status.new', 'case-status.delivered', 'case-status.resolved']);
    expect(talk.filling('case-status.resolved')).toMatchObject({ number: 'LK-3', openedAt: 1, resolvedAt: 4 });
    expect(talk.where).toBe('home:reading');
  });

  test('says who has it, whether it is late, what comes next and until when a reply is waited for', () => {
    const next = { opens: 'tomorrow', opensAt: 1, by: 'tomorrow', byAt: 2, holiday: null, emergency: '112' } as const;
    const talk = told(
      aCase('LK-1', 'delivered', { next }),
      aCase('LK-2', 'new', { isLate: true }),
      aCase('LK-3', 'waiting', { agent: 'Nina', until: 9 }),
    );
    expect(talk.said).toEqual(['case-status.delivered', 'escalate.next', 'escalate.emergency', 'case-status.new', 'case-status.waiting']);
    expect([talk.filling('case-status.delivered'), talk.filling('case-status.new')]).toMatchObject([{ late: 'no' }, { late: 'yes' }]);
    expect(talk.filling('case-status.waiting')).toMatchObject({ agent: 'Nina', until: 9 });
  });

  test('says that there is none', () => {
    expect(new Talk().atHome().wishes('case-status').gets({ type: 'cases.read', cases: [] }).said).toEqual(['case-status.none']);
  });

  test('of several that something can be done about, it asks which', () => {
    const talk = told(aCase('LK-1', 'claimed', open), aCase('LK-2', 'resolved', { mayReopen: true }), aCase('LK-3', 'withdrawn'));
    expect(talk.prompt).toBe('case-status.choose');
    expect(talk.choices).toEqual(['LK-1', 'LK-2', 'done']);
    expect(talk.chooses('LK-2').prompt).toBe('case-status.over');
  });

  test('what is written goes to the helpdesk, and into no context', () => {
    const talk = told(aCase('LK-1', 'claimed', open))
      .chooses('write')
      .types('Jag har en ny telefon');
    expect(talk.asked('writeToDesk')).toEqual({ case: 'LK-1', text: 'Jag har en ny telefon' });
    expect(JSON.stringify(talk.stack)).not.toContain('ny telefon');
    expect(talk.gets({ type: 'desk.heard' }).said).toEqual(['case-status.written']);
  });

  test('what is held back is said why, and may be written anew', () => {
    const talk = told(aCase('LK-1', 'claimed', open))
      .chooses('write')
      .types('123456')
      .gets({ type: 'desk.not-heard', reason: 'secret' });
    expect(talk.said).toEqual(['case-status.held-back']);
    expect(talk.prompt).toBe('case-status.write');
  });

  test('a question is said, and what is typed is the reply', () => {
    const talk = told(aCase('LK-1', 'waiting', { ...open, question: 'Vilken telefon?' }));
    expect(talk.said).toEqual(['case-status.waiting', 'case-status.question']);
    expect(talk.prompt).toBe('case-status.reply');
    expect(talk.types('Den gamla').asked('writeToDesk')).toEqual({ case: 'LK-1', text: 'Den gamla' });
  });

  test('the helpdesk asks while the menu stands: the reply is asked for at once', () => {
    const talk = new Talk().atHome().take(news('asked', 'Vilken telefon?'));
    expect(talk.said).toEqual(['case-status.told']);
    talk.gets({
      type: 'cases.read',
      cases: [aCase('LK-1', 'waiting', { ...open, question: 'Vilken telefon?' }), aCase('LK-2', 'claimed', open)],
    });
    expect([talk.said, talk.prompt]).toEqual([[], 'case-status.reply']);
  });

  test('what takes no reply is said at the menu, and what comes in the middle of something else is left to the runner', () => {
    expect(new Talk().atHome().take(news('claimed')).where).toBe('home:menu');
    expect(new Talk().atHome().chooses('reset').take(news('asked', 'Vad?')).took).toBe(false);
  });

  test('resolved: "It still does not work" opens it again, or names the newer one', () => {
    const talk = new Talk()
      .atHome()
      .take(news('resolved'))
      .gets({ type: 'cases.read', cases: [aCase('LK-1', 'resolved', { mayReopen: true })] });
    expect(talk.prompt).toBe('case-status.over');
    expect(talk.chooses('broken').asked('changeCase')).toEqual({ case: 'LK-1', how: 'reopen' });
    expect(talk.gets({ type: 'case.over', newer: 'LK-9' }).said).toEqual(['case-status.newer']);
  });

  test('withdraws', () => {
    const talk = told(aCase('LK-1', 'delivered', open)).chooses('withdraw');
    expect(talk.asked('changeCase')).toEqual({ case: 'LK-1', how: 'withdraw' });
    expect(talk.gets({ type: 'case.changed' }).said).toEqual(['case-status.withdrawn-now']);
  });
});
