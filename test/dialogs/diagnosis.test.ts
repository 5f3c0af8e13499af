import { describe, expect, test } from '@jest/globals';
import { unheard } from '../../src/conversation/inbox.ts';
import { demoSentences } from '../delivery/demo-words.ts';
import { eligible, one } from './facts.ts';
import { Talk } from './talk.ts';

const locked = { since: 900_000, why: 'wrong-passwords', until: null } as const;

describe('what stands in the way is said before a reset', () => {
  test.each([
    ['expired', 'reset.expired'],
    ['must-change', 'reset.must-change'],
  ] as const)('a password that is %s, with what helps', (due, notice) => {
    const talk = new Talk().atHome().wishes('reset').gets(eligible(one, { due }));
    expect(talk.said).toContain(notice);
    expect(talk.where).toBe('home:away > reset:proving > verify:reading');
  });

  test('a password that was never set', () => {
    const talk = new Talk()
      .atHome()
      .wishes('reset')
      .gets(eligible(one, { hasPassword: false }));
    expect(talk.said).toContain('reset.first-password');
  });

  test('a lock, since when, with the unlock alone beside the reset', () => {
    const talk = new Talk().atHome().wishes('reset').gets(eligible(one, { locked }));
    expect(talk.prompt).toBe('reset.locked');
    expect(talk.params).toMatchObject({ since: 900_000 });
    expect(talk.choices).toEqual(['unlock', 'reset', 'cancel']);
  });

  test('a lock, with the wrong password that was tried last, where the directory knows it', () => {
    const lastWrong = { at: 960_000, count: 4 };
    const talk = new Talk()
      .atHome()
      .wishes('reset')
      .gets(eligible(one, { locked: { ...locked, lastWrong } }));
    expect(talk.params).toMatchObject({ since: 900_000, wrong: 'known', wrongAt: 960_000, count: 4 });
    const unlocking = new Talk()
      .atHome()
      .wishes('unlock')
      .gets(eligible(one, { locked: { ...locked, lastWrong } }));
    expect(unlocking.filling('unlock.locked')).toMatchObject({ since: 900_000, wrong: 'known', wrongAt: 960_000, count: 4 });
  });

  test.each([
    ['sv', 4, 'Det senaste av 4 felaktiga lösenord prövades'],
    ['sv', 1, 'Det senaste felaktiga lösenordet prövades'],
    ['sv', 0, 'Det senaste felaktiga lösenordet prövades'],
    ['en', 4, 'The last of 4 wrong passwords was tried on'],
    ['en', 1, 'The last wrong password was tried on'],
    ['en', 0, 'The last wrong password was tried on'],
  ] as const)('in %s, with %d of them known: it is said when, and nothing of it where it is not known', (language, count, words) => {
    const at = Date.UTC(2026, 2, 2, 8, 12);
    const sentences = demoSentences();
    const filling = { since: at - 60_000, when: 'unknown', until: 0, wrongAt: at, count };
    for (const id of ['reset.locked.text', 'unlock.notice.locked', 'home.notice.locked-again', 'runner.locked-again']) {
      const said = sentences.say(language, id, { ...filling, wrong: 'known' });
      expect(said).toContain(words);
      expect(said).toContain('09:12');
      expect(sentences.say(language, id, { ...filling, wrong: 'unknown' })).not.toMatch(/09:12|prövades|tried/u);
    }
  });

  test('locked and expired: the lock first, and the rest with the reset', () => {
    const talk = new Talk()
      .atHome()
      .wishes('reset')
      .gets(eligible(one, { locked, due: 'expired' }))
      .chooses('reset');
    expect(talk.said).toContain('reset.expired');
  });
});

describe('what stands in the way is said before an unlock', () => {
  test('since when it is locked', () => {
    const talk = new Talk().atHome().wishes('unlock').gets(eligible(one, { locked }));
    expect(talk.filling('unlock.locked')).toMatchObject({ since: 900_000 });
  });

  test.each([
    ['expired', 'expired'],
    ['must-change', 'must_change'],
    [null, 'none'],
  ] as const)('not locked, and the password is %s', (due, shown) => {
    const talk = new Talk().atHome().wishes('unlock').gets(eligible(one, { due }));
    expect(talk.prompt).toBe('unlock.not-locked');
    expect(talk.params).toEqual({ due: shown });
  });
});

describe('an account that was unlocked and locks again', () => {
  test('is told at the menu, which is read anew and offers the unlock', () => {
    const talk = new Talk().atHome({ unlock: false }).hears({ type: 'account.locked', since: 5 });
    expect(talk.filling('home.locked-again')).toMatchObject({ since: 5, wrong: 'unknown' });
    expect(talk.where).toBe('home:reading');
  });

  test('hears which wrong password it was, where the directory knows it', () => {
    const talk = new Talk().atHome({ unlock: false }).hears({ type: 'account.locked', since: 5, lastWrong: { at: 7, count: 4 } });
    expect(talk.filling('home.locked-again')).toEqual({ since: 5, wrong: 'known', wrongAt: 7, count: 4 });
  });

  test('disturbs no other dialog: the runner says it above what stands there', () => {
    const event = { type: 'account.locked', since: 5, lastWrong: { at: 7, count: 4 } } as const;
    expect(new Talk().atHome().wishes('unlock').gets(eligible(one)).hears(event).took).toBe(false);
    expect(unheard(event)).toEqual({ notice: 'runner.locked-again', params: { wrong: 'known', wrongAt: 7, count: 4 } });
  });
});
