import { describe, expect, test } from '@jest/globals';
import { eligible, one, opened, soon } from './facts.ts';
import { Talk } from './talk.ts';

const wished = () => new Talk().atHome().wishes('change-password');
const onPage = () => wished().gets(eligible(one)).gets(opened('page'));

describe('a change of a known password', () => {
  test('takes no other proof than the page, which asks for the present password', () => {
    const talk = wished();
    expect(talk.asked('readEligibility')).toEqual({ purpose: 'change' });
    talk.gets(eligible(one));
    expect(talk.asked('openPage')).toEqual({ page: 'change-password', proofs: [] });
    talk.gets(opened('page'));
    expect(talk.prompt).toBe('change-password.page');
    expect(talk.page).toBe('page');
    expect(talk.choices).toEqual(['new-link', 'forgotten', 'cancel']);
    expect(talk.asked('remind')).toEqual({ name: 'page', at: soon });
  });

  test('done: said, and the question of what else is signed in', () => {
    const talk = onPage().hears({ type: 'page.done', page: 'page', outcome: { page: 'change-password' } });
    expect(talk.said).toEqual(['change-password.done']);
    expect(talk.prompt).toBe('sign-out.ask');
  });

  test('I10: a privileged account, and whoever else may not, hears the refusal in full', () => {
    const talk = wished().gets({ type: 'eligibility.refused', refusal: { code: 'LK_PRIVILEGED', ending: 'privileged' } });
    expect(talk.prompt).toBe('escalate.offer');
    expect(talk.params).toMatchObject({ ending: 'privileged', wish: 'change_password' });
  });

  test('the directory does not answer: said, with the offer', () => {
    expect(wished().gets({ type: 'eligibility.unavailable' }).params).toMatchObject({ ending: 'unavailable' });
  });

  test.each([
    ['who has forgotten it after all', () => onPage().chooses('forgotten')],
    ['who has none yet', () => wished().gets(eligible(one, { hasPassword: false }))],
    ['whose account is locked', () => wished().gets(eligible(one, { locked: { since: 1, why: 'wrong-passwords', until: null } }))],
  ])('%s is led to the reset', (_who, led) => {
    expect(led().where).toBe('home:away > reset:weighing');
  });

  test('I21: the chat says that the page was opened, with a way to stop it', () => {
    const talk = onPage().hears({ type: 'page.claimed', page: 'page' });
    expect(talk.prompt).toBe('change-password.claimed');
    expect(talk.chooses('cancel').asked('drop')).toEqual({ pages: ['page'] });
  });

  test.each([
    ['too-many-tries', 'too_many_tries'],
    ['locked', 'locked'],
  ] as const)('the page ended by %s: it is said why, and what else there is', (reason, why) => {
    const talk = onPage().hears({ type: 'page.failed', page: 'page', reason });
    expect(talk.prompt).toBe('change-password.failed');
    expect(talk.params).toEqual({ why });
    expect(talk.chooses('forgotten').where).toBe('home:away > reset:weighing');
  });

  test('the account changed meanwhile: it is looked at anew', () => {
    const talk = onPage().hears({ type: 'page.failed', page: 'page', reason: 'not-eligible' });
    expect(talk.said).toEqual(['change-password.account-changed']);
    expect(talk.where).toBe('home:away > change-password:weighing');
  });

  test('its time is over: a new link ends the old page', () => {
    const talk = onPage().hears({ type: 'reminded', name: 'page' });
    expect(talk.prompt).toBe('change-password.expired');
    expect(talk.chooses('new-link').owed).toEqual(['drop', 'openPage']);
  });

  test('nobody knows whether it was set: the person tries, and says so', () => {
    const doubtful = () => onPage().hears({ type: 'page.doubtful', page: 'page' });
    expect(doubtful().prompt).toBe('change-password.doubtful');
    expect(doubtful().chooses('works').said).toEqual(['change-password.done']);
    expect(doubtful().chooses('new-link').owed).toEqual(['drop', 'openPage']);
    expect(doubtful().chooses('contact').prompt).toBe('escalate.offer');
  });
});
