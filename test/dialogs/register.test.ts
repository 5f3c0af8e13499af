import { describe, expect, test } from '@jest/globals';
import type { MethodView } from '../../dialogs/views.ts';
import { accepted, challenge, eligible, method, onFile, opened, read, sent, soon, two } from './facts.ts';
import { present } from '../../dialogs/stack.ts';
import { Talk } from './talk.ts';

const proof = { page: 'present-password', proof: 'first' } as const;

/** At `register.choose`, with nothing registered and the present password shown. */
const choosing = (methods: readonly MethodView[] = []) =>
  new Talk()
    .atHome()
    .wishes('register')
    .gets(eligible(two))
    .gets(read([]))
    .gets(opened('page'))
    .hears({ type: 'page.done', page: 'page', outcome: proof })
    .gets(read(methods));

describe('register', () => {
  test('registration too is refused where it is not enabled', () => {
    const talk = new Talk()
      .atHome()
      .wishes('register')
      .gets({ type: 'eligibility.refused', refusal: { code: 'SSPR_0009', ending: 'not-enabled' } });
    expect(talk.params).toMatchObject({ ending: 'not_enabled', wish: 'register' });
    expect(new Talk().atHome().wishes('register').gets({ type: 'eligibility.unavailable' }).params).toMatchObject({
      ending: 'unavailable',
    });
  });

  test('how each works is a choice beside them; after the answer the question stands again', () => {
    const talk = choosing().chooses('how');
    expect(talk.choices).toEqual([
      'authenticator-app',
      'text-message',
      'phone-call',
      'email',
      'recovery-codes',
      'security-questions',
      'security-key',
      'back',
    ]);
    expect(talk.chooses('email').said).toEqual(['register-email.how']);
    expect(talk.prompt).toBe('register.choose');
    expect(talk.chooses('how').chooses('back').prompt).toBe('register.choose');
  });

  test('offers what may be added and has room', () => {
    const talk = choosing();
    expect(talk.prompt).toBe('register.choose');
    expect(talk.choices).toEqual([
      'authenticator-app',
      'text-message',
      'phone-call',
      'email',
      'recovery-codes',
      'security-questions',
      'security-key',
      'how',
      'finish',
      'cancel',
    ]);
    expect(talk.params).toEqual({ registered: 0, addable: 7 });
  });

  test('the privacy of numbers and addresses is said before the first is asked for, once', () => {
    const talk = choosing().chooses('text-message');
    expect(talk.said).toEqual(['register.privacy']);
    talk.gets(onFile());
    expect(talk.prompt).toBe('register-text-message.number');
    talk.types('070').gets({ type: 'draft.rejected', reason: 'full' }).gets(read([]));
    expect(talk.chooses('email').said).toEqual([]);
    talk.gets(onFile());
    expect(talk.prompt).toBe('register-email.address');
  });

  test('I4, I8: several in one go with one proof, which Finish ends; after each the line of I8, and Finish says it too', () => {
    const talk = choosing()
      .chooses('text-message')
      .gets(onFile())
      .types('0701740605')
      .gets({ type: 'draft.taken', draft: 'd', masked: '...05' });
    talk
      .gets(sent('text-message'))
      .types('123456')
      .gets(accepted('text-message', 'works'))
      .gets({ type: 'method.stored', method: 'm', label: '...05' });
    expect(talk.said).toEqual(['register-text-message.stored']);
    talk.gets(
      read([method('text-message', { usable: 'this-session' })], { finish: { enough: false, wouldDo: ['authenticator-app', 'email'] } }),
    );
    expect(talk.filling('register.one-more')).toEqual({ kinds: ['authenticator-app', 'email'] });
    talk.chooses('authenticator-app').gets({ type: 'draft.taken', draft: 'd2', masked: 'app' });
    expect(talk.asked('openPage')).toEqual({ page: 'enrol-authenticator-app', proofs: ['first'], draft: 'd2' });
    talk.gets(opened('qr')).gets(sent('authenticator-app')).types('654321').gets(accepted('authenticator-app', 'app-works'));
    expect(talk.asked('storeMethod')).toEqual({ draft: 'd2', proofs: ['first', 'app-works'] });
    talk.gets({ type: 'method.stored', method: 'm2', label: 'app' }).gets(read([], { finish: { enough: true, wouldDo: [] } }));
    expect(talk.said).toEqual(['register.enough']);
    talk.chooses('finish');
    expect(talk.said).toEqual(['register.finished-enough']);
    expect(talk.asked('drop')).toEqual({ proofs: ['first'] });
  });

  test('I8: Finish with too little says what would do; with no way to enough, whom to ask', () => {
    expect(choosing().chooses('finish').filling('register.finished-one-more')).toEqual({ kinds: ['authenticator-app', 'text-message'] });
    const none = choosing()
      .chooses('email')
      .gets(onFile())
      .types('x')
      .gets({ type: 'draft.rejected', reason: 'full' })
      .gets(read([], { finish: { enough: false, wouldDo: [] } }));
    expect(none.chooses('finish').said).toEqual(['register.finished-not-enough']);
  });

  test('I5: from when a new method counts is said', () => {
    const talk = choosing()
      .chooses('text-message')
      .gets(onFile())
      .types('070')
      .gets({ type: 'draft.taken', draft: 'd', masked: '..' })
      .gets(sent('text-message'))
      .types('1');
    talk.gets(accepted('text-message')).gets({ type: 'method.stored', method: 'm', label: '...05' });
    talk.gets(
      read([method('text-message', { usable: 'cooling', countsFrom: soon, addedAt: 9 })], { finish: { enough: true, wouldDo: [] } }),
    );
    expect(talk.said).toEqual(['register.cooling', 'register.enough']);
  });

  test('I4: cancel ends the step-up', () => {
    expect(choosing().take({ type: 'cancel' }).asked('drop')).toEqual({ proofs: ['first'] });
  });

  test('proofs older than fifteen minutes: asked for anew, the old ones dropped', () => {
    const talk = choosing()
      .chooses('text-message')
      .gets(onFile())
      .types('070')
      .gets({ type: 'draft.taken', draft: 'd', masked: '..' })
      .gets(sent('text-message'))
      .types('1');
    talk.gets(accepted('text-message', 'works')).gets({ type: 'method.refused', reason: 'proofs' });
    expect(talk.said).toEqual(['register.proofs-too-old']);
    expect(talk.where).toBe('home:away > register:proving > step-up:weighing');
    expect(talk.effects.filter(({ type }) => type === 'drop').map(({ params }) => params)).toEqual([
      { challenges: [], drafts: ['d'], proofs: ['works'] },
      { proofs: ['first'] },
    ]);
  });
});

describe.each([
  [
    'text-message',
    'register-text-message.number',
    ['not-a-number', 'not-allowed-country', 'not-a-mobile', 'special-number', 'refused-number', 'already-yours'],
  ],
  ['email', 'register-email.address', ['not-an-address', 'work-address', 'company-domain', 'group-mailbox', 'already-yours']],
] as const)('register %s', (kind, where, reasons) => {
  const dialog = `register-${kind}`;
  const asked = (...labels: readonly string[]) =>
    choosing()
      .chooses(kind)
      .gets(onFile(...labels));
  const drafted = () => asked().types('as typed').gets({ type: 'draft.taken', draft: 'd', masked: '...' });

  test('what is typed goes into the draft and nowhere else', () => {
    const talk = asked().types('typed 314159');
    expect(talk.asked('draftMethod')).toEqual({ kind, answer: 'typed 314159' });
    expect(JSON.stringify(talk.stack)).not.toContain('314159');
  });

  test('I3: what the directory holds may be chosen and not typed; it is a draft as any other, and a code is sent before it counts', () => {
    const talk = asked('...34', '...35');
    expect(talk.choices).toEqual(['f0', 'f1', 'cancel']);
    expect(talk.params).toEqual({ change: 'no', onFile: 2 });
    expect(talk.chooses('f1').asked('draftMethod')).toEqual({ kind, onFile: 'f1' });
    talk.gets({ type: 'draft.taken', draft: 'd', masked: '...35' });
    expect(talk.asked('sendChallenge')).toEqual({ draft: 'd', purpose: 'register' });
    expect(asked('...34').chooses('f1').took).toBe(false);
  });

  test('what the directory holds no more, or cannot say now, is typed', () => {
    const talk = asked('...34').chooses('f0').gets({ type: 'draft.rejected', reason: 'off-file' });
    expect(talk.said).toEqual(['register.off-file']);
    expect([talk.prompt, talk.choices]).toEqual([where, ['cancel']]);
  });

  test.each(reasons)('refused because %s: its sentence, and asked again', (reason) => {
    const talk = asked().types('x').gets({ type: 'draft.rejected', reason });
    expect(talk.said).toEqual([`${dialog}.${reason}`]);
    expect(talk.prompt).toBe(where);
  });

  test('a code goes there and must come back before anything is stored', () => {
    const talk = drafted();
    expect(talk.asked('sendChallenge')).toEqual({ draft: 'd', purpose: 'register' });
    talk.gets(sent(kind));
    expect(talk.prompt).toBe(`${dialog}.code`);
    expect(talk.types('123456').owed).toEqual(['checkAnswer']);
    talk.gets(accepted(kind, 'works'));
    expect(talk.asked('storeMethod')).toEqual({ draft: 'd', proofs: ['first', 'works'] });
    expect(talk.gets({ type: 'method.stored', method: 'm', label: '...' }).where).toBe('home:away > register:rereading');
  });

  test('another one: the challenge and the draft end', () => {
    const talk = drafted().gets(sent(kind)).chooses('change');
    expect(talk.asked('drop')).toEqual({ challenges: [`c-${kind}`], drafts: ['d'], proofs: [] });
    expect(talk.prompt).toBe(where);
  });

  test('a wrong code says the tries left; no tries left ends it with an offer', () => {
    const talk = drafted().gets(sent(kind)).types('1').gets({ type: 'answer.rejected', reason: 'wrong', triesLeft: 2, mark: 'KT' });
    expect(talk.filling('verify.wrong')).toMatchObject({ triesLeft: 2 });
    talk.types('1').gets({ type: 'answer.exhausted', scope: 'method', until: soon });
    expect(talk.params).toMatchObject({ ending: 'pace', until: soon });
    expect(talk.chooses('no').where).toBe('home:away > register:reading');
  });

  test('not delivered, as its provider says later: said, and asked again where to; what is said of another changes nothing', () => {
    const talk = drafted().gets(sent(kind));
    talk.hears({ type: 'challenge.unanswered', challenge: 'another', reason: 'undelivered' });
    expect(talk).toMatchObject({ took: false, prompt: `${dialog}.code` });
    talk.hears({ type: 'challenge.unanswered', challenge: challenge(kind).challenge, reason: 'undelivered' });
    expect(talk).toMatchObject({ said: [`${dialog}.undeliverable`], prompt: where });
    expect(talk.effects.filter(({ type }) => type === 'drop').map(({ params }) => params)).toEqual([
      { challenges: [challenge(kind).challenge], drafts: ['d'], proofs: [] },
    ]);
  });

  test('no codes go to phones now: said, and on to another method; a code that is out still counts', () => {
    expect(drafted().gets({ type: 'challenge.refused', reason: 'budget', until: soon })).toMatchObject({ said: ['register.budget'] });
    const talk = drafted().gets(sent(kind));
    talk.now = soon;
    talk.chooses('resend').gets({ type: 'challenge.refused', reason: 'budget', until: soon });
    expect(talk).toMatchObject({ said: ['verify.resend-failed'], prompt: `${dialog}.code` });
  });

  test('sending: doubtful, undeliverable, unavailable, too often, too soon', () => {
    expect(drafted().gets({ type: 'challenge.doubtful', ...challenge(kind) })).toMatchObject({
      said: ['verify.may-arrive'],
      prompt: `${dialog}.code`,
    });
    expect(drafted().gets({ type: 'challenge.failed', reason: 'undeliverable' })).toMatchObject({
      said: [`${dialog}.undeliverable`],
      prompt: where,
    });
    expect(drafted().gets({ type: 'challenge.failed', reason: 'unavailable' })).toMatchObject({ said: ['register.cannot-send'] });
    expect(drafted().gets({ type: 'challenge.refused', reason: 'pace', until: soon }).params).toMatchObject({
      ending: 'pace',
      until: soon,
    });
    const waiting = drafted().gets({ type: 'challenge.refused', reason: 'resend-too-soon', until: soon });
    expect(waiting.chooses('again').said).toEqual(['verify.resend-later']);
    waiting.now = soon;
    expect(waiting.chooses('again').owed).toEqual(['sendChallenge']);
  });

  test('a resend that is refused leaves the code that is out', () => {
    const talk = drafted().gets(sent(kind));
    talk.now = soon;
    expect(talk.chooses('resend').gets({ type: 'challenge.refused', reason: 'pace', until: null })).toMatchObject({
      said: ['verify.sends-used-up'],
      prompt: `${dialog}.code`,
    });
  });

  test('I11: not stored because others have it: said once the code was right, and another one asked for', () => {
    const talk = drafted().gets(sent(kind)).types('1').gets(accepted(kind)).gets({ type: 'method.refused', reason: 'in-use' });
    expect(talk.said).toEqual([`${dialog}.in-use`]);
    expect(talk.asked('drop')).toMatchObject({ drafts: ['d'], proofs: [`p-${kind}`] });
    expect(talk.prompt).toBe(where);
  });

  test.each(['full', 'not-eligible', 'gone'] as const)('not stored because %s: said, and the choice again', (reason) => {
    const talk = drafted().gets(sent(kind)).types('1').gets(accepted(kind)).gets({ type: 'method.refused', reason });
    expect(talk.where).toBe('home:away > register:reading');
    expect(talk.asked('drop')).toMatchObject({ drafts: ['d'] });
  });
});

describe('register authenticator app', () => {
  const scanning = () =>
    choosing()
      .chooses('authenticator-app')
      .gets({ type: 'draft.taken', draft: 'd', masked: 'app' })
      .gets(opened('qr'))
      .gets(sent('authenticator-app'));

  test('the QR code stands on a page, the first code is typed in the chat', () => {
    const talk = scanning();
    expect(talk.prompt).toBe('register-authenticator-app.code');
    expect(talk.page).toBe('qr');
    expect(talk.params).toEqual({ link: 'yes' });
  });

  test('I21: opened, failed, done, doubtful and expired pages leave the code askable', () => {
    expect(scanning().hears({ type: 'page.claimed', page: 'qr' }).said).toEqual(['register-authenticator-app.claimed']);
    expect(scanning().hears({ type: 'page.failed', page: 'qr', reason: 'too-many-tries' }).said).toEqual([
      'register-authenticator-app.page-closed',
    ]);
    const expired = scanning().hears({ type: 'reminded', name: 'qr' });
    expect(expired.said).toEqual(['register-authenticator-app.link-expired']);
    expect(expired.params).toEqual({ link: 'no' });
    expect(expired.chooses('new-link').gets(opened('qr2')).prompt).toBe('register-authenticator-app.code');
    expect(expired.page).toBe('qr2');
  });

  test('stored: the page ends with it', () => {
    const talk = scanning().types('123456').gets(accepted('authenticator-app', 'works'));
    expect(talk.owed).toEqual(['drop', 'storeMethod']);
    expect(talk.gets({ type: 'method.stored', method: 'm', label: 'app' }).said).toEqual(['register-authenticator-app.stored']);
  });

  test('full, a page refused, a challenge refused: said, and the choice again', () => {
    expect(choosing().chooses('authenticator-app').gets({ type: 'draft.rejected', reason: 'full' }).said).toEqual(['register.full']);
    const drafted = () => choosing().chooses('authenticator-app').gets({ type: 'draft.taken', draft: 'd', masked: 'app' });
    expect(drafted().gets({ type: 'page.refused', reason: 'proofs' }).where).toContain('step-up');
    expect(drafted().gets({ type: 'page.refused', reason: 'not-eligible' }).where).toBe('home:away > register:reading');
    expect(drafted().gets(opened('qr')).gets({ type: 'challenge.refused', reason: 'pace', until: soon }).params).toMatchObject({
      ending: 'pace',
    });
    expect(drafted().gets(opened('qr')).gets({ type: 'challenge.failed', reason: 'gone' }).said).toEqual(['register.draft-gone']);
  });
});

describe('register recovery codes', () => {
  const shown = () => choosing().chooses('recovery-codes').gets({ type: 'draft.taken', draft: 'd', masked: '10/10' }).gets(opened('codes'));
  const confirmed = { page: 'show-recovery-codes', proof: 'kept' } as const;

  test('nothing is asked in the chat: the codes stand on a page, opened with the step-up', () => {
    const talk = choosing().chooses('recovery-codes');
    expect(talk.asked('draftMethod')).toEqual({ kind: 'recovery-codes' });
    talk.gets({ type: 'draft.taken', draft: 'd', masked: '10/10' });
    expect(talk.asked('openPage')).toEqual({ page: 'show-recovery-codes', proofs: ['first'], draft: 'd' });
    talk.gets(opened('codes'));
    expect(talk).toMatchObject({ prompt: 'register-recovery-codes.page', page: 'codes', choices: ['new-codes', 'cancel'] });
    expect(talk.asked('remind')).toEqual({ name: 'codes', at: soon });
  });

  test('stored only when the person confirmed on the page that they keep them', () => {
    const talk = shown().hears({ type: 'page.claimed', page: 'codes' });
    expect(talk).toMatchObject({ said: ['register-recovery-codes.claimed'], owed: [] });
    expect(talk.hears({ type: 'page.done', page: 'codes', outcome: { page: 'present-password', proof: 'x' } }).owed).toEqual([]);
    talk.hears({ type: 'page.done', page: 'codes', outcome: confirmed });
    expect(talk.asked('storeMethod')).toEqual({ draft: 'd', proofs: ['first', 'kept'] });
    expect(talk.gets({ type: 'method.stored', method: 'm', label: '10/10' })).toMatchObject({
      said: ['register-recovery-codes.stored'],
      where: 'home:away > register:rereading',
    });
  });

  test.each([
    ['its time is over', { type: 'reminded', name: 'codes' }],
    ['three wrong page numbers', { type: 'page.failed', page: 'codes', reason: 'too-many-tries' }],
    ['the browser does not know', { type: 'page.doubtful', page: 'codes' }],
  ] as const)('shown once: %s, and the codes end with the page; new ones are new', (_, event) => {
    const talk = shown().hears(event);
    expect(talk.asked('drop')).toEqual({ pages: ['codes'], drafts: ['d'], proofs: [] });
    expect(talk).toMatchObject({ prompt: 'register-recovery-codes.closed', page: undefined });
    expect(talk.chooses('new-codes').asked('draftMethod')).toEqual({ kind: 'recovery-codes' });
  });

  test('a new link is never a link to the same codes', () => {
    const talk = shown().chooses('new-codes');
    expect(talk.asked('drop')).toEqual({ pages: ['codes'], drafts: ['d'], proofs: [] });
    expect(talk.asked('draftMethod')).toEqual({ kind: 'recovery-codes' });
  });

  test('what stands against it is said, and leaves nothing behind', () => {
    expect(choosing().chooses('recovery-codes').gets({ type: 'draft.rejected', reason: 'full' }).said).toEqual(['register.full']);
    const drafted = () => choosing().chooses('recovery-codes').gets({ type: 'draft.taken', draft: 'd', masked: '10/10' });
    expect(drafted().gets({ type: 'page.refused', reason: 'proofs' }).where).toBe('home:away > register:proving > step-up:weighing');
    expect(drafted().gets({ type: 'page.refused', reason: 'not-eligible' }).said).toEqual(['register.account-changed']);
    const gone = shown().hears({ type: 'page.done', page: 'codes', outcome: confirmed }).gets({ type: 'method.refused', reason: 'gone' });
    expect(gone.asked('drop')).toEqual({ pages: [], drafts: ['d'], proofs: ['kept'] });
    expect(
      shown()
        .take({ type: 'cancel' })
        .effects.map(({ params }) => params),
    ).toContainEqual({ pages: ['codes'], drafts: ['d'], proofs: [] });
  });

  test('who has codes is told that new ones replace them', () => {
    const shape = (methods: readonly MethodView[]) =>
      present(choosing(methods).stack)?.shape.choices.find(({ id }) => id === 'recovery-codes');
    expect(shape([])).toEqual({ id: 'recovery-codes' });
    expect(shape([method('recovery-codes')])).toEqual({ id: 'recovery-codes', label: 'recovery-codes-anew' });
  });
});

describe('register security questions', () => {
  const shown = () =>
    choosing().chooses('security-questions').gets({ type: 'draft.taken', draft: 'd', masked: '3' }).gets(opened('questions'));

  test('nothing is asked in the chat: they are chosen and answered on a page, opened with the step-up', () => {
    const talk = choosing().chooses('security-questions');
    expect(talk.asked('draftMethod')).toEqual({ kind: 'security-questions' });
    talk.gets({ type: 'draft.taken', draft: 'd', masked: '3' });
    expect(talk.asked('openPage')).toEqual({ page: 'choose-security-questions', proofs: ['first'], draft: 'd' });
    talk.gets(opened('questions'));
    expect(talk).toMatchObject({ prompt: 'register-security-questions.page', page: 'questions', choices: ['new-page', 'cancel'] });
    expect(present(talk.stack)?.shape.input).toBeUndefined();
  });

  test('stored when the page says so, and not by what another page tells', () => {
    const talk = shown();
    expect(talk.hears({ type: 'page.done', page: 'questions', outcome: { page: 'show-recovery-codes', proof: 'x' } }).owed).toEqual([]);
    talk.hears({ type: 'page.done', page: 'questions', outcome: { page: 'choose-security-questions', proof: 'chosen' } });
    expect(talk.asked('storeMethod')).toEqual({ draft: 'd', proofs: ['first', 'chosen'] });
    expect(talk.gets({ type: 'method.stored', method: 'm', label: '3' }).said).toContain('register-security-questions.stored');
  });

  test('the page is over: its draft goes with it, and another page is offered', () => {
    const talk = shown().hears({ type: 'reminded', name: 'questions' });
    expect(talk.asked('drop')).toEqual({ pages: ['questions'], drafts: ['d'], proofs: [] });
    expect(talk.prompt).toBe('register-security-questions.closed');
    expect(talk.chooses('new-page').asked('draftMethod')).toEqual({ kind: 'security-questions' });
  });
});
