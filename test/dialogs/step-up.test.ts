import { describe, expect, test } from '@jest/globals';
import type { MethodView } from '../../dialogs/views.ts';
import { accepted, challenge, eligible, method, one, opened, read, sent, soon, two } from './facts.ts';
import { Talk } from './talk.ts';

const stepUp = (methods: readonly MethodView[], gates = one) =>
  new Talk()
    .atHome()
    .wishes('register')
    .gets(eligible(two))
    .gets(read(methods, { stepUp: gates }));

describe('step-up (I4)', () => {
  test('asks for one gate that counts for it', () => {
    const talk = stepUp([method('text-message')]);
    expect(talk.said).toEqual(['step-up.why']);
    talk.gets(read([method('text-message')]));
    expect(talk.asked('sendChallenge')).toEqual({ method: 'm-text-message', purpose: 'step-up' });
    talk.gets(sent('text-message')).types('1').gets(accepted('text-message'));
    expect(talk.where).toBe('home:away > register:reading');
  });

  test('I2: e-mail does not count: the present password takes its place', () => {
    expect(stepUp([method('email')]).asked('openPage')).toEqual({ page: 'present-password', proofs: [] });
  });

  test('codes that are all used are as if they were not there: the present password takes their place', () => {
    expect(stepUp([method('recovery-codes', { usable: 'used-up' })]).asked('openPage')).toEqual({ page: 'present-password', proofs: [] });
    expect(
      stepUp([method('recovery-codes')])
        .gets(read([method('recovery-codes')]))
        .asked('sendChallenge'),
    ).toEqual({ method: 'm-recovery-codes', purpose: 'step-up' });
  });

  test('I3: nothing registered: the present password', () => {
    const talk = stepUp([]).gets(opened('page'));
    expect(talk.prompt).toBe('first-proof.page');
    talk.hears({ type: 'page.done', page: 'page', outcome: { page: 'present-password', proof: 'p1' } });
    expect(talk.said).toEqual(['first-proof.passed']);
    expect(talk.where).toBe('home:away > register:reading');
  });

  test.each(['cooling', 'this-session'] as const)('I4: a method that is %s proves nothing yet', (usable) => {
    expect(stepUp([method('text-message', { usable, until: soon })]).owed).toEqual(['openPage']);
  });

  test.each(['waiting', 'disabled'] as const)('nobody gets around a method that is %s', (usable) => {
    const methods = [method('text-message', { usable, until: usable === 'waiting' ? soon : null })];
    const talk = stepUp(methods).gets(read(methods));
    expect(talk.prompt).toBe('escalate.offer');
    expect(talk.chooses('no').where).toBe('home:reading');
  });

  test('I4: two gates demanded and one there: that one, and the present password too', () => {
    const talk = stepUp([method('text-message')], two)
      .gets(read([method('text-message')]))
      .gets(sent('text-message'))
      .types('1')
      .gets(accepted('text-message'));
    expect(talk.owed).toEqual(['openPage']);
    talk.gets(opened('page')).hears({ type: 'page.done', page: 'page', outcome: { page: 'present-password', proof: 'p2' } });
    talk
      .gets(read([method('text-message')]))
      .chooses('authenticator-app')
      .gets({ type: 'draft.taken', draft: 'd', masked: 'app' });
    expect(talk.asked('openPage')).toEqual({ page: 'enrol-authenticator-app', draft: 'd', proofs: ['p-text-message', 'p2'] });
  });
});

describe('first proof (I3)', () => {
  const onPage = () => stepUp([]).gets(opened('page'));

  test('I21: the page: opened is said, a new link ends the old one, its time ends', () => {
    expect(onPage().hears({ type: 'page.claimed', page: 'page' }).prompt).toBe('first-proof.claimed');
    expect(onPage().chooses('new-link').owed).toEqual(['drop', 'openPage']);
    expect(onPage().hears({ type: 'reminded', name: 'page' }).prompt).toBe('first-proof.expired');
    expect(onPage().hears({ type: 'page.doubtful', page: 'page' }).chooses('new-link').owed).toContain('openPage');
  });

  test.each([
    ['too-many-tries', 'first-proof.too-many-tries'],
    ['locked', 'first-proof.locked'],
    ['not-eligible', 'first-proof.not-possible'],
  ] as const)('the page failed because %s: said, an administrator offered, and nothing registered', (reason, notice) => {
    const talk = onPage().hears({ type: 'page.failed', page: 'page', reason });
    expect(talk.said).toEqual([notice]);
    expect(talk.prompt).toBe('escalate.offer');
    expect(talk.chooses('no').where).toBe('home:reading');
  });

  test('no page for this account: said, and the offer', () => {
    expect(stepUp([]).gets({ type: 'page.refused', reason: 'not-eligible' }).said).toEqual(['first-proof.not-possible']);
  });

  test('a page of another kind proves nothing', () => {
    expect(onPage().hears({ type: 'page.done', page: 'page', outcome: { page: 'new-password' } }).took).toBe(false);
  });
});

describe('first proof by a code to what the directory holds (I3)', () => {
  const phone = { id: 'on file 1', kind: 'text-message', label: '...34' } as const;
  const mail = { id: 'on file 2', kind: 'email', label: 'a...@example.net' } as const;
  const asking = (methods: readonly MethodView[] = [], gates = one) =>
    new Talk()
      .holding(phone, mail)
      .atHome()
      .wishes('register')
      .gets(eligible(two))
      .gets(read(methods, { stepUp: gates }));
  const typing = () => asking().chooses('on file 1').gets(sent('text-message'));

  test('is asked for beside the password, one question a card; nothing is sent or opened before the person chose', () => {
    const talk = asking();
    expect(talk.prompt).toBe('first-proof.choose');
    expect(talk.choices).toEqual(['password', 'on file 1', 'on file 2', 'contact', 'cancel']);
    expect(talk.owed).toEqual([]);
    expect(talk.chooses('password').asked('openPage')).toEqual({ page: 'present-password', proofs: [] });
  });

  test('the code is right: what it proves goes on to registering', () => {
    const talk = asking().chooses('on file 1');
    expect(talk.asked('sendChallenge')).toEqual({ onFile: 'on file 1', purpose: 'first-proof' });
    talk.gets(sent('text-message'));
    expect(talk.prompt).toBe('first-proof-code.code');
    expect(talk.params).toMatchObject({ way: 'text', masked: '...67', mark: 'KT' });
    talk.types('123456');
    expect(JSON.stringify(talk.stack)).not.toContain('123456');
    talk.gets(accepted('text-message'));
    expect(talk.said).toEqual(['first-proof-code.passed']);
    expect(talk.where).toBe('home:away > register:reading');
    talk.gets(read([])).chooses('text-message');
    talk.gets({ type: 'places.read', places: [] }).types('070').gets({ type: 'draft.taken', draft: 'd', masked: '...05' });
    talk.gets(sent('text-message')).types('1').gets(accepted('text-message', 'of its own'));
    expect(talk.asked('storeMethod')).toEqual({ draft: 'd', proofs: ['p-text-message', 'of its own'] });
  });

  test('I2: where a gate was passed and one more is due it is not asked for: that takes the password', () => {
    const methods = [method('text-message')];
    const talk = new Talk()
      .atHome()
      .wishes('register')
      .gets(eligible(two))
      .gets(read(methods, { stepUp: two }));
    talk.gets(read(methods)).gets(sent('text-message')).types('1').gets(accepted('text-message'));
    expect(talk.owed).toEqual(['openPage']);
  });

  test('who never had a password is not asked for it', () => {
    const talk = new Talk().holding(phone);
    talk.hasPassword = false;
    talk.atHome().wishes('register').gets(eligible(two)).gets(read([]));
    expect(talk.choices).toEqual(['on file 1', 'contact', 'cancel']);
  });

  test('another way leads back from the page and from the code, and ends what stood there', () => {
    const onPage = asking().chooses('password').gets(opened('page'));
    expect(onPage.choices).toEqual(['new-link', 'another', 'cancel']);
    expect(onPage.chooses('another').asked('drop')).toEqual({ pages: ['page'] });
    expect(onPage.prompt).toBe('first-proof.choose');
    const typed = typing().chooses('another');
    expect(typed.asked('drop')).toMatchObject({ challenges: ['c-text-message'] });
    expect(typed.prompt).toBe('first-proof.choose');
  });

  test('a page that leads nowhere leads to the other ways, not to an end; none of them is an administrator', () => {
    const talk = asking().chooses('password').gets(opened('page')).hears({ type: 'page.failed', page: 'page', reason: 'locked' });
    expect(talk.said).toEqual(['first-proof.locked']);
    expect(talk.prompt).toBe('first-proof.choose');
    expect(talk.chooses('contact').prompt).toBe('escalate.offer');
    expect(talk.chooses('no').where).toBe('home:reading');
  });

  test('I17: "I did not ask for this" ends it, and so does who reads the mail and says so', () => {
    const talk = typing().chooses('not-asked');
    expect(talk.asked('reportChallenge')).toEqual({ challenge: 'c-text-message' });
    expect(talk.gets({ type: 'challenge.reported' }).said).toContain('verify.not-asked');
    expect(talk.where).toBe('home:reading');
    const told = typing().hears({ type: 'challenge.unanswered', challenge: 'c-text-message', reason: 'reported' });
    expect(told.said).toContain('verify.reported');
    expect(told.where).toBe('home:reading');
  });

  test.each([
    ['gone', 'first-proof-code.gone'],
    ['undeliverable', 'first-proof-code.undeliverable'],
    ['stopped', 'verify.stopped'],
    ['unavailable', 'verify.unavailable'],
  ] as const)('no code could be sent (%s): said, and what is held is read anew', (reason, notice) => {
    const talk = asking().chooses('on file 1');
    talk.holding().gets({ type: 'challenge.failed', reason });
    expect(talk.said).toEqual([notice]);
    expect(talk.owed).toContain('openPage');
  });

  test('I6: too many codes, or wrong ones: until when, and the other ways; where all is closed, the offer of a case', () => {
    const sends = asking().chooses('on file 1').gets({ type: 'challenge.refused', reason: 'pace', until: soon });
    expect(sends.said).toEqual(['verify.sends-used-up']);
    expect(sends.prompt).toBe('first-proof.choose');
    const budget = asking().chooses('on file 1').gets({ type: 'challenge.refused', reason: 'budget', until: soon });
    expect(budget.said).toEqual(['verify.budget']);
    const wrong = typing().types('1').gets({ type: 'answer.rejected', reason: 'wrong', triesLeft: 2, mark: 'KT' });
    expect(wrong.prompt).toBe('first-proof-code.code');
    const rests = typing().types('1').gets({ type: 'answer.exhausted', scope: 'method', until: soon });
    expect(rests.said).toEqual(['verify.exhausted']);
    expect(rests.prompt).toBe('first-proof.choose');
    const closed = typing().types('1').gets({ type: 'answer.exhausted', scope: 'account', until: soon });
    expect(closed.prompt).toBe('escalate.offer');
    expect(closed.params).toMatchObject({ ending: 'pace', until: expect.any(Number) });
  });

  test('I7: another code from 30 seconds on; asked for again at once, from when it may be', () => {
    const talk = typing();
    expect(talk.chooses('resend').said).toEqual(['verify.resend-later']);
    talk.now = soon;
    expect(talk.chooses('resend').asked('sendChallenge')).toEqual({ onFile: 'on file 1', purpose: 'first-proof' });
    const early = asking().chooses('on file 1').gets({ type: 'challenge.refused', reason: 'resend-too-soon', until: soon });
    expect(early.prompt).toBe('first-proof-code.later');
    expect(early.chooses('again').said).toEqual(['verify.too-early']);
    early.now = soon;
    expect(early.chooses('again').owed).toEqual(['sendChallenge']);
  });

  test('the code may not have got through: said, and it can be typed all the same; one that did not: the other ways', () => {
    const doubtful = asking()
      .chooses('on file 1')
      .gets({ type: 'challenge.doubtful', ...challenge('text-message') });
    expect(doubtful.said).toEqual(['verify.may-arrive']);
    expect(doubtful.prompt).toBe('first-proof-code.code');
    const lost = typing().hears({ type: 'challenge.unanswered', challenge: 'c-text-message', reason: 'undelivered' });
    expect(lost.said).toEqual(['verify.undelivered']);
    expect(lost.prompt).toBe('first-proof.choose');
  });

  test('not registered, on the way to a new password: registering now is offered beside the administrator', () => {
    for (const wish of ['reset', 'unlock'] as const) {
      const refused = new Talk()
        .holding(phone)
        .atHome()
        .wishes(wish)
        .gets({ type: 'eligibility.refused', refusal: { code: 'SSPR_0014', ending: 'not-verified', mayRegister: true } });
      expect(refused.choices).toEqual(['register', 'contact', 'no']);
      expect(refused.params).toMatchObject({ ending: 'not_verified', register: 'yes' });
      expect(refused.chooses('register').where).toBe('home:away > register:weighing');
    }
    const plain = new Talk()
      .atHome()
      .wishes('reset')
      .gets({ type: 'eligibility.refused', refusal: { code: 'SSPR_0014', ending: 'not-verified' } });
    expect(plain.choices).toEqual(['contact', 'no']);
  });
});
