import { describe, expect, test } from '@jest/globals';
import type { OutsideEvent } from '../../dialogs/effects.ts';
import { present } from '../../dialogs/stack.ts';
import type { MethodView } from '../../dialogs/views.ts';
import { accepted, eligible, method, onFile, opened, read, sent, soon, two } from './facts.ts';
import { Talk } from './talk.ts';

const texted = method('text-message', { label: '...67' });

/** At the question which telephone to call, with these methods there. */
const asking = (methods: readonly MethodView[] = [texted], ...labels: readonly string[]) =>
  new Talk()
    .atHome()
    .wishes('register')
    .gets(eligible(two))
    .gets(read([]))
    .gets(opened('page'))
    .hears({ type: 'page.done', page: 'page', outcome: { page: 'present-password', proof: 'first' } })
    .gets(read(methods))
    .chooses('phone-call')
    .gets(read(methods))
    .gets(onFile(...labels));

const ringing = () => asking().types('08-465 004 10').gets({ type: 'draft.taken', draft: 'd', masked: '...10' }).gets(sent('phone-call'));

const answered = (verdict: Extract<OutsideEvent, { type: 'challenge.answered' }>['verdict'], challenge = 'c-phone-call'): OutsideEvent => ({
  type: 'challenge.answered',
  challenge,
  verdict,
});
const unanswered = (
  reason: Extract<OutsideEvent, { type: 'challenge.unanswered' }>['reason'],
  challenge = 'c-phone-call',
): OutsideEvent => ({
  type: 'challenge.unanswered',
  challenge,
  reason,
});

describe('registering a telephone to be called', () => {
  test('I22: a number proved by text is offered and not typed again; one that is dead, or called already, is not offered', () => {
    const talk = asking();
    expect(talk.prompt).toBe('register-phone-call.number');
    expect(present(talk.stack)?.shape.choices).toEqual([
      { id: 'm-text-message', label: 'texted', params: { label: '...67' } },
      { id: 'cancel' },
    ]);
    expect(talk.chooses('m-text-message').asked('draftMethod')).toEqual({ kind: 'phone-call', numberOf: 'm-text-message' });
    expect(asking([]).choices).toEqual(['cancel']);
    expect(asking([texted, method('phone-call', { label: '...67' })]).choices).toEqual(['cancel']);
    expect(asking([{ ...texted, usable: 'unreachable' }]).choices).toEqual(['cancel']);
    expect(asking().chooses('m-authenticator-app').took).toBe(false);
  });

  test('I3: a number of the directory is offered beside it, called before it counts; gone, it is typed', () => {
    const talk = asking([texted], '...34');
    expect(talk.choices).toEqual(['m-text-message', 'f0', 'cancel']);
    expect(talk.chooses('f0').asked('draftMethod')).toEqual({ kind: 'phone-call', onFile: 'f0' });
    talk.gets({ type: 'draft.rejected', reason: 'off-file' });
    expect([talk.said, talk.choices]).toEqual([['register.off-file'], ['m-text-message', 'cancel']]);
  });

  test('I22: the chat shows the digits and takes none: the call is answered elsewhere, and what it proved is stored', () => {
    const talk = ringing();
    expect(talk.prompt).toBe('register-phone-call.code');
    expect(present(talk.stack)?.shape).toMatchObject({ shownCode: 'c-phone-call', params: { masked: '...67' } });
    expect(present(talk.stack)?.shape.input).toBeUndefined();
    talk.hears(answered(accepted('phone-call', 'works')));
    expect(talk.owed).toEqual(['storeMethod']);
  });

  test('I22: wrong digits leave them standing; the last ones, and a call that is over, do not', () => {
    const wrong = ringing().hears(answered({ type: 'answer.rejected', reason: 'wrong', triesLeft: 2, mark: 'KT' }));
    expect(wrong).toMatchObject({ prompt: 'register-phone-call.code', said: ['verify.wrong'] });
    const ended = wrong.hears(unanswered('ended'));
    expect(ended).toMatchObject({ prompt: 'register-phone-call.later', said: ['verify.ended'] });
    expect(ended.asked('drop')).toEqual({ challenges: ['c-phone-call'] });
    expect(ringing().hears(answered({ type: 'answer.exhausted', scope: 'method', until: soon })).params).toMatchObject({ ending: 'pace' });
  });

  test('I22: nobody answered: called again once that may be; reported: it ends; not got through: another number', () => {
    const silent = ringing().hears(unanswered('no-answer'));
    expect(silent).toMatchObject({ prompt: 'register-phone-call.later', said: ['verify.no-answer'] });
    expect(silent.chooses('again').said).toEqual(['verify.resend-later']);
    silent.now = soon;
    expect(silent.chooses('again').owed).toEqual(['sendChallenge']);
    expect(ringing().hears(unanswered('reported'))).toMatchObject({ said: ['verify.reported'] });
    expect(ringing().hears(unanswered('undelivered'))).toMatchObject({
      prompt: 'register-phone-call.number',
      said: ['register-phone-call.undeliverable'],
    });
  });

  test('what another challenge was told changes nothing', () => {
    expect(ringing().hears(answered(accepted('phone-call'), 'c-other')).took).toBe(false);
    expect(ringing().hears(unanswered('reported', 'c-other')).took).toBe(false);
  });

  test.each([
    ['not-a-number', 'register-phone-call.not-a-number'],
    ['not-allowed-country', 'register-phone-call.not-allowed-country'],
    ['special-number', 'register-phone-call.special-number'],
    ['refused-number', 'register-phone-call.refused-number'],
    ['already-yours', 'register-phone-call.already-yours'],
  ] as const)('%s is said, and the number asked for again', (reason, said) => {
    expect(asking().types('08').gets({ type: 'draft.rejected', reason })).toMatchObject({
      prompt: 'register-phone-call.number',
      said: [said],
    });
  });
});
