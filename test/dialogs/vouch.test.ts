import { describe, expect, test } from '@jest/globals';
import { soon } from './facts.ts';
import { Talk } from './talk.ts';

const ask = { id: 'ask 1', kind: 'vouch', wish: null, name: 'Stina', userId: 'stina', case: 'LK-1001', until: soon } as const;
const half = { code: 'code 1', half: 1, until: soon + 1000 } as const;

/** Somebody who has recorded what they did, and looks again. */
const waiting = (more: { readonly frozen?: boolean } = {}) =>
  new Talk()
    .atHome({ asked: 1 })
    .wishes('asked')
    .gets({ type: 'asks.read', asks: [ask] })
    .chooses('ask 1')
    .gets({ type: 'ask.read', ask, recorded: true, half: null, ...more });

describe('who has vouched and waits', () => {
  test('is told what is missing: the other person, or a thaw', () => {
    expect(waiting().params).toMatchObject({ frozen: 'no', name: 'Stina' });
    expect(waiting({ frozen: true }).params).toMatchObject({ frozen: 'yes', name: 'Stina' });
  });

  test('I12: hears when the time is over and nothing came of it', () => {
    const talk = waiting();
    const reminder = talk.asked('remind');
    expect([talk.prompt, reminder?.at]).toEqual(['vouch.waiting', soon]);
    talk.hears({ type: 'reminded', name: 'another' });
    expect(talk.prompt).toBe('vouch.waiting');
    talk.hears({ type: 'reminded', name: reminder?.name ?? '' });
    expect(talk.filling('vouch.no-answer')).toMatchObject({ case: 'LK-1001' });
    expect(talk.prompt).not.toBe('vouch.waiting');
  });

  test('keeps the half for as long as the code lives, whenever the waiting would have ended', () => {
    const talk = waiting();
    const reminder = talk.asked('remind');
    talk.hears({ type: 'start-code.ready', ask: 'ask 1' }).gets({ type: 'ask.read', ask, recorded: true, half });
    expect(talk.prompt).toBe('vouch.half');
    const ofTheHalf = talk.asked('remind');
    expect(ofTheHalf?.at).toBe(half.until);
    talk.hears({ type: 'reminded', name: reminder?.name ?? '' });
    expect(talk.prompt).toBe('vouch.half');
    talk.hears({ type: 'reminded', name: ofTheHalf?.name ?? '' });
    expect(talk.said).toContain('vouch.half-over');
  });
});
