import { describe, expect, test } from '@jest/globals';
import { afterDigits, callSteps, keysOf, meant, opening, reported, type CallStep, type Scene } from '../../src/delivery/call-script.ts';

const right = '314159';

/** Walks a call: each string is what was keyed where the call waited; '' is no key. @returns everything said, and how it ended */
function call(...keyed: readonly string[]): { readonly said: readonly string[]; readonly tries: number; readonly end: string } {
  let scene: Scene = opening;
  const said: string[] = [...scene.says];
  let tries = 0;
  let end = 'hung up';
  for (const keys of keyed) {
    const step = scene.listens;
    if (step === null) throw new Error('the call is over');
    const means = meant(step, keys);
    if (means.do === 'report') {
      scene = reported;
      end = 'reported';
    } else if (means.do === 'weigh') {
      const isRight = means.digits === right;
      tries += isRight ? 0 : 1;
      scene = afterDigits(step, isRight ? 'right' : 'wrong');
      if (isRight) end = 'right';
    } else scene = means.to;
    said.push(...scene.says);
    if (scene.listens === null && end === 'hung up') end = 'over';
  }
  return { said, tries, end };
}

describe('the script of a call', () => {
  test('I22: it says who calls and why, asks for the six digits the chat shows, and how to say that it was not you', () => {
    expect(call(right)).toEqual({ said: ['greeting', 'ask', 'not-you', 'right'], tries: 0, end: 'right' });
  });

  test('I22: wrong digits cost a try and are asked for again once', () => {
    expect(call('000000', right)).toEqual({
      said: ['greeting', 'ask', 'not-you', 'wrong', 'ask-again', 'not-you', 'right'],
      tries: 1,
      end: 'right',
    });
    const twice = call('000000', '111111');
    expect(twice).toMatchObject({ tries: 2, end: 'over' });
    expect(twice.said.slice(-2)).toEqual(['wrong', 'goodbye']);
  });

  test('I22: no key costs no try: asked again once, and then it is over, as on a voicemail', () => {
    expect(call('', '')).toEqual({ said: ['greeting', 'ask', 'not-you', 'ask-again', 'not-you', 'goodbye'], tries: 0, end: 'over' });
    expect(call('', right)).toMatchObject({ end: 'right' });
  });

  test('I22: star, then nine, reports; in one go, or each at its own question', () => {
    expect(call('*9')).toMatchObject({ tries: 0, end: 'reported' });
    expect(call('*', '9')).toMatchObject({ tries: 0, end: 'reported' });
    expect(call('', '*', '9')).toMatchObject({ end: 'reported' });
    expect(call('000000', '*9')).toMatchObject({ tries: 1, end: 'reported' });
  });

  test('I22: star alone reports nothing, nor does nine without star', () => {
    expect(call('*', '', right)).toMatchObject({ end: 'right' });
    expect(call('*', '8', '')).toMatchObject({ end: 'over' });
    expect(call('', '*', '')).toMatchObject({ end: 'over' });
    expect(call('9', '9')).toMatchObject({ tries: 0, end: 'over' });
    expect(call('999999')).toMatchObject({ tries: 1 });
  });

  test('every sequence of keys ends, and reports only where nine was confirmed after star', () => {
    const keys = ['', right, '000000', '*', '*9', '9', '*8', '**', '12', '#', '9*', '12345', '*99'];
    const walk = (scene: Scene, pressed: readonly string[]): number => {
      if (scene.listens === null) return 1;
      expect(pressed.length).toBeLessThan(4);
      const { listens: step } = scene;
      return keys.reduce((ends, each) => {
        const means = meant(step, each);
        const isConfirmed = each === '*9' || (each === '9' && step.startsWith('confirm'));
        expect([pressed, each, means.do === 'report']).toEqual([
          pressed,
          each,
          isConfirmed && !(each === '*9' && step.startsWith('confirm')),
        ]);
        if (means.do === 'report') return ends + walk(reported, [...pressed, each]);
        if (means.do === 'go') return ends + walk(means.to, [...pressed, each]);
        const after = (['right', 'wrong', 'another-call', 'over'] as const).map((weighed) => afterDigits(step, weighed));
        return ends + after.reduce((all, next) => all + walk(next, [...pressed, each]), 0);
      }, 0);
    };
    expect(walk(opening, [])).toBeGreaterThan(keys.length);
  });

  test('only six digits at a question for digits are ever weighed', () => {
    for (const step of callSteps) {
      for (const keys of ['', '12345', '1234567', '12345*', '*12345', '١٢٣٤٥٦', ' 314159', 'abcdef'])
        expect([step, keys, meant(step, keys).do === 'weigh']).toEqual([step, keys, false]);
      expect(meant(step, right).do === 'weigh').toBe(keysOf(step) === 6);
    }
  });

  test('digits of another call, and a call that is over, end it', () => {
    for (const step of ['ask', 'again'] satisfies CallStep[]) {
      expect(afterDigits(step, 'another-call')).toEqual({ says: ['another-call', 'goodbye'], listens: null });
      expect(afterDigits(step, 'over')).toEqual({ says: ['not-needed'], listens: null });
    }
  });
});
