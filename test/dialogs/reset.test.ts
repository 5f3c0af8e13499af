import { describe, expect, test } from '@jest/globals';
import { accepted, eligible, method, one, opened, read, sent, soon, two } from './facts.ts';
import { Talk } from './talk.ts';

const phone = method('text-message');
const reset = () => new Talk().atHome().wishes('reset');
const prove = (talk: Talk) =>
  talk
    .gets(read([phone]))
    .gets(sent('text-message'))
    .types('123456')
    .gets(accepted('text-message'));
const onPage = () => prove(reset().gets(eligible(one))).gets(opened('page'));

describe('reset', () => {
  test('asks for the gates the policy demands, and opens a page with their proofs', () => {
    const talk = reset()
      .gets(eligible(two))
      .gets(read([method('authenticator-app'), phone]));
    talk.chooses('m-text-message').gets(sent('text-message')).types('1').gets(accepted('text-message'));
    talk.gets(sent('authenticator-app')).types('2').gets(accepted('authenticator-app'));
    expect(talk.asked('openPage')).toEqual({ page: 'new-password', proofs: ['p-text-message', 'p-authenticator-app'] });
  });

  test('the page: its link, a new link, stop; and its deadline', () => {
    const talk = onPage();
    expect(talk.prompt).toBe('reset.page');
    expect(talk.page).toBe('page');
    expect(talk.choices).toEqual(['new-link', 'cancel']);
    expect(talk.asked('remind')).toEqual({ name: 'page', at: soon });
  });

  test('I21: the chat says that the page was opened, with a way to stop it', () => {
    const talk = onPage().hears({ type: 'page.claimed', page: 'page' });
    expect(talk.prompt).toBe('reset.claimed');
    expect(talk.chooses('cancel').asked('drop')).toEqual({ pages: ['page'], proofs: ['p-text-message'] });
    expect(talk.where).toBe('home:reading');
  });

  test('done: said, with what comes next; the proofs are spent', () => {
    const talk = onPage().hears({ type: 'page.done', page: 'page', outcome: { page: 'new-password' } });
    expect(talk.filling('reset.done')).toEqual({ first: 'no' });
    expect(talk.asked('drop')).toEqual({ proofs: ['p-text-message'] });
    expect(talk.prompt).toBe('sign-out.ask');
  });

  test('a new link ends the old page', () => {
    const talk = onPage().chooses('new-link');
    expect(talk.owed).toEqual(['drop', 'openPage']);
    expect(talk.gets(opened('newer')).page).toBe('newer');
    expect(talk.hears({ type: 'reminded', name: 'page' }).took).toBe(false);
  });

  test('its time is over: a new one is offered', () => {
    const talk = onPage().hears({ type: 'reminded', name: 'page' });
    expect(talk.prompt).toBe('reset.expired');
    expect(talk.chooses('new-link').asked('openPage')).toMatchObject({ proofs: ['p-text-message'] });
  });

  test('too many wrong page numbers: said, and a new one is offered', () => {
    const talk = onPage().hears({ type: 'page.failed', page: 'page', reason: 'too-many-tries' });
    expect(talk.said).toEqual(['reset.too-many-tries']);
    expect(talk.prompt).toBe('reset.expired');
  });

  test.each(['locked', 'not-eligible'] as const)('the page failed because %s: looked at from the start, the proofs dropped', (reason) => {
    const talk = onPage().hears({ type: 'page.failed', page: 'page', reason });
    expect(talk.where).toBe('home:away > reset:weighing');
    expect(talk.asked('drop')).toEqual({ pages: ['page'], proofs: ['p-text-message'] });
  });

  test.each(['proofs', 'not-eligible'] as const)('the page is refused because of %s: from the start', (reason) => {
    const talk = prove(reset().gets(eligible(one))).gets({ type: 'page.refused', reason });
    expect(talk.owed).toEqual(['drop', 'readEligibility']);
  });

  test('doubtful: the person can see for themselves, ask for a new link, or for an administrator', () => {
    const doubtful = () => onPage().hears({ type: 'page.doubtful', page: 'page' });
    expect(doubtful().choices).toEqual(['works', 'new-link', 'contact']);
    expect(doubtful().chooses('works').said).toContain('reset.done');
    expect(doubtful().chooses('contact').prompt).toBe('escalate.offer');
    expect(doubtful().hears({ type: 'page.done', page: 'page', outcome: { page: 'new-password' } }).said).toContain('reset.done');
  });

  test('never had a password: the same way, in its own words', () => {
    const talk = reset().gets(eligible(one, { hasPassword: false }));
    expect(talk.said).toEqual(['reset.first-password']);
    prove(talk).gets(opened('page'));
    expect(talk.params).toEqual({ first: 'yes' });
    expect(talk.hears({ type: 'page.done', page: 'page', outcome: { page: 'new-password' } }).filling('reset.done')).toEqual({
      first: 'yes',
    });
  });

  test('locked: which lock and until when; unlock or a new password', () => {
    const locked = () => reset().gets(eligible(one, { locked: { since: 1, why: 'wrong-passwords', until: soon } }));
    expect(locked().prompt).toBe('reset.locked');
    expect(locked().params).toEqual({ when: 'known', until: soon, wrong: 'unknown', wrongAt: 0, count: 0, since: 1 });
    expect(locked().chooses('unlock').where).toBe('home:away > unlock:weighing');
    expect(locked().chooses('reset').top.dialog).toBe('verify');
  });

  test('locked by an administrator: only an administrator opens it', () => {
    const talk = reset().gets(eligible(one, { locked: { since: 1, why: 'administrator', until: null } }));
    expect(talk.params).toMatchObject({ ending: 'locked' });
    expect(talk.chooses('contact').asked('openCase')).toEqual({ code: 'LK_LOCKED', wish: 'reset', proofs: [] });
  });

  test('refused: the refusal; unavailable: the truth, and the offer', () => {
    expect(reset().gets({ type: 'eligibility.refused', refusal: { code: 'SSPR_0011', ending: 'not-enabled' } }).params).toMatchObject({
      ending: 'not_enabled',
    });
    expect(reset().gets({ type: 'eligibility.unavailable' }).params).toMatchObject({ ending: 'unavailable' });
  });

  test('not verified: home again, with nothing opened', () => {
    const talk = reset().gets(eligible(one)).gets(read([]));
    expect(talk.chooses('no').where).toBe('home:reading');
  });
});
