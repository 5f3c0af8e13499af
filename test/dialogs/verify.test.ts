import { describe, expect, test } from '@jest/globals';
import type { OutsideEvent, ResultOf } from '../../dialogs/effects.ts';
import type { MethodView } from '../../dialogs/views.ts';
import type { GateRule } from '../../dialogs/methods.ts';
import { accepted, challenge, eligible, method, one, opened, read, sent, soon, two } from './facts.ts';
import { present } from '../../dialogs/stack.ts';
import { Talk } from './talk.ts';

const app = method('authenticator-app');
const phone = method('text-message');
const mail = method('email');

const verifying = (gates: GateRule, methods: readonly MethodView[]) =>
  new Talk().atHome().wishes('reset').gets(eligible(gates)).gets(read(methods));
/** The person would rather choose. */
const choosing = (gates: GateRule, methods: readonly MethodView[]) =>
  verifying(gates, methods)
    .gets(sent(methods[0]?.kind ?? 'text-message'))
    .chooses('another');
const answering = (gates: GateRule = one) => verifying(gates, [phone]).gets(sent('text-message'));
const rejected = (reason: 'wrong' | 'expired' | 'newer' | 'used' | 'form', triesLeft = 2): ResultOf<'checkAnswer'> => ({
  type: 'answer.rejected',
  reason,
  triesLeft,
  mark: 'KT',
});

describe('which methods are offered', () => {
  test('the one there is is taken without asking', () => {
    expect(verifying(one, [phone]).asked('sendChallenge')).toEqual({ method: 'm-text-message', purpose: 'reset' });
  });

  test('the first step starts at once with the first that counts, which is the preferred one', () => {
    expect(verifying(two, [phone, app, mail]).asked('sendChallenge')).toEqual({ method: 'm-text-message', purpose: 'reset' });
    expect(verifying(two, [mail, app, phone]).asked('sendChallenge')).toEqual({ method: 'm-authenticator-app', purpose: 'reset' });
  });

  test('I2: e-mail is no first gate; several others are a choice', () => {
    const talk = choosing(two, [app, phone, mail]);
    expect(talk.prompt).toBe('verify.choose');
    expect(talk.choices).toEqual(['m-authenticator-app', 'm-text-message', 'contact', 'cancel']);
    expect(talk.params).toEqual({ step: 1, of: 2 });
  });

  test('I2: the second gate is of another group, and step 2 of 2 is said', () => {
    const talk = choosing(two, [app, phone, mail])
      .chooses('m-text-message')
      .gets(sent('text-message'))
      .types('123456')
      .gets(accepted('text-message'));
    expect(talk.choices).toEqual(['m-authenticator-app', 'm-email', 'contact', 'cancel']);
    expect(talk.params).toEqual({ step: 2, of: 2 });
  });

  test('I2: two numbers are one gate', () => {
    const talk = verifying(two, [phone, method('text-message', { id: 'other' })]);
    expect(talk.params).toMatchObject({ ending: 'not_verified' });
  });

  test('I2: with `oneDevice: refuse` app and number do not count together', () => {
    expect(verifying({ needed: 2, oneDevice: 'refuse' }, [app, phone]).params).toMatchObject({ ending: 'not_verified' });
    const talk = verifying({ needed: 2, oneDevice: 'refuse' }, [app, phone, mail]).gets(sent('authenticator-app'));
    expect(talk.types('123456').gets(accepted('authenticator-app')).asked('sendChallenge')).toMatchObject({ method: 'm-email' });
  });

  test('what cannot be used now is said, with until when', () => {
    const talk = verifying(one, [method('authenticator-app', { usable: 'waiting', until: soon }), phone]);
    expect(talk.filling('verify.closed-waiting')).toEqual({
      kind: 'authenticator-app',
      label: '...authenticator-app',
      when: 'known',
      until: soon,
    });
    expect(talk.asked('sendChallenge')).toMatchObject({ method: 'm-text-message' });
  });

  test.each([
    ['cooling', 'LK_COOLING', 'cooling'],
    ['waiting', 'LK_PACE', 'pace'],
    ['sends-used-up', 'LK_PACE', 'pace'],
  ] as const)('all %s: the refusal says when it ends, and offers a case', (usable, code, ending) => {
    const talk = verifying(one, [method('text-message', { usable, until: soon })]);
    expect(talk.prompt).toBe('escalate.offer');
    expect(talk.params).toMatchObject({ ending, when: 'known', until: soon });
    expect(talk.chooses('contact').asked('openCase')).toEqual({ code, wish: 'reset', proofs: [] });
  });

  test('I5, I6: two gates that come back at different times end at the later one', () => {
    const talk = verifying(two, [
      method('authenticator-app', { usable: 'waiting', until: soon }),
      method('text-message', { usable: 'cooling', until: soon + 60_000 }),
    ]);
    expect(talk.params).toMatchObject({ ending: 'cooling', until: soon + 60_000 });
  });

  test('nothing registered: SSPR_0014', () => {
    expect(verifying(one, []).chooses('contact').asked('openCase')).toEqual({ code: 'SSPR_0014', wish: 'reset', proofs: [] });
  });
});

describe('a code', () => {
  test('the prompt says where it went and its mark (I7)', () => {
    const talk = answering();
    expect(talk.prompt).toBe('verify.answer');
    expect(talk.params).toEqual({ step: 1, of: 1, way: 'text', link: 'no', masked: '...67', mark: 'KT' });
    expect(talk.choices).toEqual(['resend', 'contact', 'not-asked', 'cancel']);
  });

  test('an app is sent nothing, so nothing is sent again', () => {
    expect(verifying(one, [app]).gets(sent('authenticator-app')).choices).toEqual(['contact', 'cancel']);
  });

  test('what was typed goes into the check and nowhere else', () => {
    const talk = answering().types('314159');
    expect(talk.asked('checkAnswer')).toEqual({ challenge: 'c-text-message', answer: '314159' });
    expect(JSON.stringify(talk.stack)).not.toContain('314159');
  });

  test.each(['wrong', 'expired', 'newer', 'used', 'form'] as const)('%s has a sentence of its own, and the prompt stays', (reason) => {
    const talk = answering().types('123456').gets(rejected(reason));
    expect(talk.said).toEqual([`verify.${reason}`]);
    expect(talk.prompt).toBe('verify.answer');
  });

  test('I6: wrong says the tries left; I7: newer says which one to use', () => {
    expect(answering().types('1').gets(rejected('wrong', 1)).filling('verify.wrong')).toEqual({ way: 'text', triesLeft: 1 });
    expect(answering().types('1').gets(rejected('newer')).filling('verify.newer')).toEqual({ way: 'text', mark: 'KT' });
  });

  test('I7: a new one too soon is told when; then it is sent', () => {
    const talk = answering().chooses('resend');
    expect(talk.filling('verify.resend-later')).toEqual({ way: 'text', when: 'known', until: soon });
    expect(talk.owed).toEqual([]);
    talk.now = soon;
    expect(talk.chooses('resend').owed).toEqual(['sendChallenge']);
  });

  test('I6: no tries left on one method leads to the others', () => {
    const talk = verifying(one, [app, phone]).chooses('m-text-message').gets(sent('text-message')).types('1');
    talk.gets({ type: 'answer.exhausted', scope: 'method', until: soon });
    expect(talk.filling('verify.exhausted')).toEqual({ when: 'known', until: soon });
    expect(talk.asked('drop')).toEqual({ challenges: ['c-text-message'], pages: [] });
    talk.gets(read([app, method('text-message', { usable: 'waiting', until: soon })]));
    expect(talk.asked('sendChallenge')).toEqual({ method: 'm-authenticator-app', purpose: 'reset' });
  });

  test('I6: no tries left for the account ends at a refusal with its end and an offer', () => {
    const talk = answering().types('1').gets({ type: 'answer.exhausted', scope: 'account', until: soon });
    expect(talk.prompt).toBe('escalate.offer');
    expect(talk.params).toMatchObject({ ending: 'pace', until: soon });
    expect(talk.chooses('no').where).toBe('home:reading');
  });

  test('another way ends the challenge that is out', () => {
    const talk = verifying(one, [phone, app]).gets(sent('text-message')).chooses('another');
    expect(talk.prompt).toBe('verify.choose');
    expect(talk.asked('drop')).toEqual({ challenges: ['c-text-message'], pages: [] });
  });
});

describe('an answer that comes from elsewhere', () => {
  const answered = (verdict: ResultOf<'checkAnswer'>): OutsideEvent => ({
    type: 'challenge.answered',
    challenge: 'c-text-message',
    verdict,
  });
  const unanswered = (reason: 'undelivered' | 'no-answer' | 'reported', id = 'c-text-message'): OutsideEvent => ({
    type: 'challenge.unanswered',
    challenge: id,
    reason,
  });

  test('it counts as one typed here does: right, wrong and the last one', () => {
    expect(answering().hears(answered(accepted('text-message'))).where).toContain('reset:opening');
    const wrong = answering().hears(answered(rejected('wrong', 1)));
    expect(wrong.prompt).toBe('verify.answer');
    expect(wrong.filling('verify.wrong')).toEqual({ way: 'text', triesLeft: 1 });
    expect(answering().hears(answered({ type: 'answer.exhausted', scope: 'account', until: soon })).prompt).toBe('escalate.offer');
  });

  test('I22: a call is chosen, even where there is no other way; preferred, it begins at once', () => {
    const call = method('phone-call');
    const asked = verifying(one, [call]);
    expect(asked.prompt).toBe('verify.choose');
    expect(asked.chooses('m-phone-call').owed).toEqual(['sendChallenge']);
    expect(verifying(one, [{ ...call, preferred: true }]).owed).toEqual(['sendChallenge']);
  });

  test('I22: a call shows its digits and takes none in the chat; one that is over without them can be made again', () => {
    const talk = verifying(one, [{ ...method('phone-call'), preferred: true }, app]).gets(sent('phone-call'));
    expect(present(talk.stack)?.shape).toMatchObject({ shownCode: 'c-phone-call', params: { way: 'call' } });
    expect(present(talk.stack)?.shape.input).toBeUndefined();
    talk.hears({ type: 'challenge.unanswered', challenge: 'c-phone-call', reason: 'ended' });
    expect(talk).toMatchObject({ prompt: 'verify.interrupted', said: ['verify.ended'], choices: ['again', 'another', 'cancel'] });
    expect(talk.chooses('again').owed).toEqual(['sendChallenge']);
  });

  test('one for another challenge changes nothing', () => {
    const talk = answering().hears({ ...answered(accepted('text-message')), challenge: 'c-other' } as OutsideEvent);
    expect(talk.took).toBe(false);
    expect(answering().hears(unanswered('reported', 'c-other')).took).toBe(false);
  });

  test('not delivered: said at once, and another way is offered; without one, an administrator', () => {
    const talk = verifying(two, [phone, app]).gets(sent('text-message')).hears(unanswered('undelivered'));
    expect(talk.said).toEqual(['verify.undelivered']);
    expect(talk.asked('drop')).toEqual({ challenges: ['c-text-message'], pages: [] });
    expect(talk.gets(read([phone, app])).params).toMatchObject({ ending: 'stuck' });
    const other = verifying(one, [phone, app])
      .gets(sent('text-message'))
      .hears(unanswered('undelivered'))
      .gets(read([phone, app]));
    expect(other.asked('sendChallenge')).toMatchObject({ method: 'm-authenticator-app' });
  });

  test('nobody answered: the person says what is next', () => {
    const talk = answering().hears(unanswered('no-answer'));
    expect(talk.prompt).toBe('verify.interrupted');
    expect(talk.choices).toEqual(['again', 'contact', 'cancel']);
    expect(talk.chooses('again').asked('sendChallenge')).toEqual({ method: 'm-text-message', purpose: 'reset' });
  });

  test('"this was not me" ends it', () => {
    const talk = answering().hears(unanswered('reported'));
    expect(talk.said).toContain('verify.reported');
    expect(talk.where).toBe('home:reading');
  });
});

describe('sending', () => {
  test('doubtful: it may still arrive', () => {
    const talk = verifying(one, [phone]).gets({ type: 'challenge.doubtful', ...challenge('text-message') });
    expect(talk.said).toEqual(['verify.may-arrive']);
    expect(talk.prompt).toBe('verify.answer');
  });

  test('failed: the other method is tried, and none left is a refusal', () => {
    const talk = verifying(one, [phone, app]).gets({ type: 'challenge.failed', reason: 'undeliverable' });
    expect(talk.said).toEqual(['verify.undeliverable']);
    expect(talk.asked('sendChallenge')).toMatchObject({ method: 'm-authenticator-app' });
    expect(talk.gets({ type: 'challenge.failed', reason: 'unavailable' }).chooses('contact').asked('openCase')).toMatchObject({
      code: 'LK_STUCK',
    });
  });

  test('I6: too many sends say when it ends and offer a case', () => {
    const talk = verifying(one, [phone]).gets({ type: 'challenge.refused', reason: 'pace', until: soon });
    expect(talk.filling('verify.sends-used-up')).toEqual({ when: 'known', until: soon });
    expect(talk.chooses('contact').asked('openCase')).toEqual({ code: 'LK_PACE', wish: 'reset', proofs: [] });
  });

  test("R32: no codes go to phones now: said as nobody's fault, and the other method is tried; alone it ends at an administrator", () => {
    const refused = { type: 'challenge.refused', reason: 'budget', until: soon } as const;
    const talk = verifying(one, [phone, app]).gets(refused);
    expect(talk.said).toEqual(['verify.budget']);
    expect(talk.asked('sendChallenge')).toMatchObject({ method: 'm-authenticator-app' });
    expect(verifying(one, [phone]).gets(refused).params).toMatchObject({ ending: 'stuck' });
    const out = answering();
    out.now = soon;
    expect(out.chooses('resend').gets(refused)).toMatchObject({ said: ['verify.resend-failed'], prompt: 'verify.answer' });
  });

  test('a number that says no to messages: said why, and the other method is tried', () => {
    const talk = verifying(one, [phone, app]).gets({ type: 'challenge.failed', reason: 'stopped' });
    expect(talk.said).toEqual(['verify.stopped']);
    expect(talk.asked('sendChallenge')).toMatchObject({ method: 'm-authenticator-app' });
  });

  test('R23: a dead number: its method is read anew, said to be switched off, and the other one is tried', () => {
    const talk = verifying(one, [phone, app]).gets({ type: 'challenge.failed', reason: 'suspended' });
    talk.gets(read([method('text-message', { usable: 'unreachable' }), app]));
    expect(talk.said).toEqual(['verify.closed-unreachable']);
    expect(talk.asked('sendChallenge')).toMatchObject({ method: 'm-authenticator-app' });
  });

  test('a resend that fails leaves the code that is out', () => {
    const talk = answering();
    talk.now = soon;
    for (const reason of ['undeliverable', 'unavailable'] as const) {
      talk.chooses('resend').gets({ type: 'challenge.failed', reason });
      expect(talk.said).toEqual(['verify.resend-failed']);
      expect(talk.prompt).toBe('verify.answer');
    }
  });

  test('just sent, in a dialog that was left: one waits until it may be asked for again', () => {
    const talk = verifying(one, [phone]).gets({ type: 'challenge.refused', reason: 'resend-too-soon', until: soon - 29_000 });
    expect(talk.prompt).toBe('verify.later');
    // People read minutes: the next full one.
    expect(talk.params).toMatchObject({ masked: phone.label, until: soon });
    expect(talk.chooses('again').said).toEqual(['verify.too-early']);
    talk.now = soon;
    expect(talk.chooses('again').owed).toEqual(['sendChallenge']);
  });
});

test('who has none of the methods is offered an administrator; the proofs so far are dropped', () => {
  const talk = verifying(two, [app, phone, mail])
    .chooses('m-text-message')
    .gets(sent('text-message'))
    .types('1')
    .gets(accepted('text-message'));
  talk.chooses('contact');
  expect(talk.params).toMatchObject({ ending: 'stuck' });
  expect(talk.chooses('no').asked('drop')).toMatchObject({ proofs: ['p-text-message'] });
  expect(talk.where).toBe('home:reading');
});

describe('a recovery code', () => {
  const codes = method('recovery-codes', { label: '4/10' });
  const asked = () => verifying(one, [codes]).gets(sent('recovery-codes', { masked: '4/10' }));

  test('is asked for in its own form, and is never sent', () => {
    const talk = asked();
    expect(talk.params).toMatchObject({ way: 'codes', masked: '4/10' });
    expect(present(talk.stack)?.shape.input).toBe('recovery-code');
    expect(talk.choices).toEqual(['contact', 'cancel']);
  });

  test('R18: three or fewer left is said, four are not', () => {
    const after = (left: number) => asked().types('x').gets({ type: 'answer.accepted', proof: 'p', kind: 'recovery-codes', left });
    expect(after(4).said).toEqual([]);
    expect(after(3).filling('verify.few-left')).toEqual({ left: 3 });
    expect(after(0).filling('verify.few-left')).toEqual({ left: 0 });
  });

  test('used before, or no code at all: said as it is of codes', () => {
    expect(asked().types('x').gets(rejected('used')).filling('verify.used')).toEqual({ way: 'codes' });
    expect(asked().types('x').gets(rejected('form')).filling('verify.form')).toEqual({ way: 'codes' });
  });

  test('none left: offered no more, and said so', () => {
    const talk = verifying(one, [method('recovery-codes', { usable: 'used-up' }), phone]);
    expect(talk.said).toEqual(['verify.closed-used-up']);
    expect(talk.asked('sendChallenge')).toEqual({ method: 'm-text-message', purpose: 'reset' });
  });
});

describe('security questions', () => {
  const questions = method('security-questions', { label: '3' });
  /** After the first gate. */
  const second = () => {
    const talk = verifying(two, [phone, questions]).gets(sent('text-message')).types('1').gets(accepted('text-message'));
    return talk.owed.includes('readMethods') ? talk.gets(read([phone, questions])) : talk;
  };
  const asked = () =>
    second()
      .gets(sent('security-questions', { masked: '3' }))
      .gets(opened('answers'));
  const answered = (verdict: ResultOf<'checkAnswer'>): OutsideEvent => ({
    type: 'challenge.answered',
    challenge: 'c-security-questions',
    verdict,
  });

  test('I2: never the first gate, and the second at once where nothing else is left', () => {
    expect(verifying(two, [questions, phone]).asked('sendChallenge')).toEqual({ method: 'm-text-message', purpose: 'reset' });
    expect(second().asked('sendChallenge')).toEqual({ method: 'm-security-questions', purpose: 'reset' });
    expect(verifying(one, [questions]).prompt).toBe('escalate.offer');
  });

  test('they are answered on a page, and the chat takes no answer', () => {
    expect(second().gets(sent('security-questions')).asked('openPage')).toEqual({
      page: 'answer-security-questions',
      proofs: [],
      challenge: 'c-security-questions',
    });
    const talk = asked();
    expect(talk).toMatchObject({ prompt: 'verify.answer', page: 'answers', choices: ['contact', 'cancel'] });
    expect(talk.params).toMatchObject({ way: 'questions', step: 2 });
    expect(present(talk.stack)?.shape.input).toBeUndefined();
  });

  test('right ones are the second gate; wrong ones say the tries left, as it is said of questions', () => {
    expect(
      asked()
        .hears(answered(accepted('security-questions')))
        .asked('openPage'),
    ).toMatchObject({
      page: 'new-password',
      proofs: ['p-text-message', 'p-security-questions'],
    });
    const wrong = asked().hears(answered(rejected('wrong', 1)));
    expect(wrong.filling('verify.wrong')).toEqual({ way: 'questions', triesLeft: 1 });
    expect(wrong).toMatchObject({ prompt: 'verify.answer', page: 'answers' });
  });

  test('cancelled, the challenge and its page go with what was passed', () => {
    expect(
      asked()
        .take({ type: 'cancel' })
        .effects.map(({ params }) => params),
    ).toContainEqual({ challenges: ['c-security-questions'], pages: ['answers'], proofs: ['p-text-message'] });
  });

  test('the page is over, or could not be opened: said so, with another way', () => {
    expect(asked().hears({ type: 'reminded', name: 'answers' })).toMatchObject({
      said: ['verify.page-over'],
      prompt: 'verify.interrupted',
    });
    expect(second().gets(sent('security-questions')).gets({ type: 'page.refused', reason: 'not-eligible' }).said).toEqual([
      'verify.page-refused',
    ]);
  });
});

describe('I18: the manager who does not answer', () => {
  const boss = method('manager-approval', { id: 'manager-approval', label: 'Maj Lind' });
  const asked = challenge('manager-approval').challenge;
  const asking = () =>
    verifying(two, [app, boss])
      .gets(sent('authenticator-app'))
      .types('123456')
      .gets(accepted('authenticator-app'))
      .chooses('manager-approval')
      .gets(sent('manager-approval', { masked: 'Maj Lind' }));

  test('the person hears, when the ten minutes are over, that nothing came yet, and what to do next', () => {
    const talk = asking();
    expect(talk.prompt).toBe('verify.answer');
    const reminder = talk.asked('remind');
    expect(reminder).toEqual({ name: asked, at: soon });
    talk.hears({ type: 'reminded', name: 'another' });
    expect(talk.prompt).toBe('verify.answer');
    talk.hears({ type: 'reminded', name: reminder?.name ?? '' });
    expect(talk.filling('verify.no-word')).toEqual({ masked: 'Maj Lind' });
    expect([talk.prompt, talk.choices]).toEqual(['verify.interrupted', ['again', 'contact', 'cancel']]);
    expect(talk.asked('drop')).toMatchObject({ challenges: [asked] });
    talk.hears({ type: 'reminded', name: reminder?.name ?? '' });
    expect(talk.said).toEqual([]);
    expect(talk.chooses('again').asked('sendChallenge')).toMatchObject({ method: 'manager-approval' });
  });

  test('one who answered is not said to be silent, and nobody is reminded of a code', () => {
    const talk = asking();
    const name = talk.asked('remind')?.name ?? '';
    talk.hears({ type: 'challenge.answered', challenge: asked, verdict: accepted('manager-approval') }).hears({ type: 'reminded', name });
    expect(talk.said).toEqual([]);
    expect(answering().asked('remind')).toBeUndefined();
  });
});
