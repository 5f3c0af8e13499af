import { describe, expect, test } from '@jest/globals';
import { registeredKinds, methods as rules } from '../../dialogs/methods.ts';
import type { MethodView } from '../../dialogs/views.ts';
import { accepted, eligible, method, one, onFile, read, sent, soon } from './facts.ts';
import { Talk } from './talk.ts';

const app = method('authenticator-app');
const phone = method('text-message', { label: '...67' });
const enough = { finish: { enough: true, wouldDo: [] } } as const;

const open = (methods: readonly MethodView[], id: string) =>
  new Talk().atHome().wishes('methods').gets(eligible(one)).gets(read(methods, enough)).chooses(`method:${id}`).gets(read(methods, enough));

/** Passes the step-up that is asked for with the app. */
const proves = (talk: Talk, methods: readonly MethodView[]) => {
  talk.gets(read(methods)).gets(read(methods));
  if (talk.prompt === 'verify.choose') talk.chooses('m-authenticator-app');
  talk.gets(sent('authenticator-app')).types('1').gets(accepted('authenticator-app', 'p'));
  return talk.gets(read(methods, enough));
};

const confirming = (methods: readonly MethodView[], id: string) => proves(open(methods, id).chooses('remove'), methods);

describe('method', () => {
  test('says how it stands and asks what to do with it; what it cannot do is not offered', () => {
    const talk = open([app, phone], 'm-text-message');
    expect(talk.choices).toEqual(['name', 'change', 'prefer', 'remove', 'how', 'back']);
    expect(talk.params).toMatchObject({ kind: 'text-message', label: '...67', state: 'unused', preferred: 'no' });
    expect(open([app, phone], 'm-authenticator-app').choices).toEqual(['name', 'prefer', 'remove', 'how', 'back']);
    const codes = method('recovery-codes', { usable: 'used-up' });
    expect(open([codes], 'm-recovery-codes').choices).toEqual(['remove', 'how', 'back']);
    expect(open([codes], 'm-recovery-codes').params).toMatchObject({ state: 'used_up' });
    expect(open([method('email', { preferred: true })], 'm-email').choices).not.toContain('prefer');
  });

  test('one that went in the meantime is said to be gone', () => {
    const talk = new Talk()
      .atHome()
      .wishes('methods')
      .gets(eligible(one))
      .gets(read([phone]))
      .chooses('method:m-text-message');
    expect(talk.gets(read([app])).said).toEqual(['method.gone']);
    expect(talk.where).toBe('home:away > methods:reading');
  });

  test.each(registeredKinds)('how it works is answered, and the question stands again: %s', (kind) => {
    const talk = open([method(kind)], `m-${kind}`).chooses('how');
    expect(talk.said).toEqual([`register-${kind}.how`]);
    expect(talk.prompt).toBe('method.choose');
  });

  describe('a name', () => {
    test('is judged within the turn, kept in no stack, and stands in the list', () => {
      const talk = open([app, phone], 'm-text-message').chooses('name');
      expect(talk.prompt).toBe('method.name');
      talk.types('Jobbtelefonen');
      expect(talk.asked('nameMethod')).toEqual({ method: 'm-text-message', name: 'Jobbtelefonen' });
      expect(JSON.stringify(talk.stack)).not.toContain('Jobbtelefonen');
      expect(talk.gets({ type: 'method.named' }).said).toEqual(['method.named']);
      expect(talk.where).toBe('home:away > methods:reading');
    });

    test.each([
      ['too-long', 'method.name-too-long'],
      ['form', 'method.name-form'],
      ['taken', 'method.name-taken'],
    ] as const)('refused because %s: said, and asked again', (reason, notice) => {
      const talk = open([app], 'm-authenticator-app').chooses('name').types('x').gets({ type: 'name.rejected', reason });
      expect(talk.said).toEqual([notice]);
      expect(talk.prompt).toBe('method.name');
    });

    test('can be taken away where there is one, and left as it is', () => {
      const named = method('authenticator-app', { name: 'Jobb' });
      expect(open([app], 'm-authenticator-app').chooses('name').choices).toEqual(['back']);
      const talk = open([named], 'm-authenticator-app').chooses('name');
      expect(talk.choices).toEqual(['no-name', 'back']);
      expect(talk.chooses('back').prompt).toBe('method.choose');
      expect(talk.chooses('name').chooses('no-name').asked('nameMethod')).toEqual({ method: 'm-authenticator-app' });
    });

    test('I9: refused for an account that changed in the meantime', () => {
      const talk = open([app], 'm-authenticator-app').chooses('name').types('x');
      expect(talk.gets({ type: 'method.refused', reason: 'not-eligible' }).said).toEqual(['method.cannot']);
    });
  });

  describe('preferring', () => {
    test('takes no step-up, and is said', () => {
      const talk = open([app, phone], 'm-authenticator-app').chooses('prefer');
      expect(talk.asked('preferMethod')).toEqual({ method: 'm-authenticator-app' });
      expect(talk.gets({ type: 'method.preferred' }).said).toEqual(['method.preferred']);
      expect(talk.where).toBe('home:away > methods:reading');
    });

    test.each([
      ['gone', 'method.gone'],
      ['not-eligible', 'method.cannot'],
    ] as const)('refused because %s: said', (reason, notice) => {
      const talk = open([app, phone], 'm-text-message').chooses('prefer').gets({ type: 'method.refused', reason });
      expect(talk.said).toEqual([notice]);
    });
  });

  describe('changing a number', () => {
    const changing = () => proves(open([app, phone], 'm-text-message').chooses('change'), [app, phone]).gets(onFile());

    test('takes a step-up, then the new one is registered in the place of the old', () => {
      const talk = changing();
      expect(talk.prompt).toBe('register-text-message.number');
      expect(talk.params).toEqual({ change: 'yes', onFile: 0 });
      talk.types('070-174 06 06');
      expect(talk.asked('draftMethod')).toEqual({ kind: 'text-message', answer: '070-174 06 06', replaces: 'm-text-message' });
      talk
        .gets({ type: 'draft.taken', draft: 'd', masked: '...06' })
        .gets(sent('text-message'))
        .types('1')
        .gets(accepted('text-message', 'works'));
      expect(talk.asked('storeMethod')).toEqual({ draft: 'd', proofs: ['p', 'works'] });
      talk.gets({ type: 'method.stored', method: 'new', label: '...06' });
      expect(talk.filling('register-text-message.changed')).toEqual({ label: '...06' });
      expect(talk.where).toBe('home:away > methods:reading');
    });

    test('every kind that a code travels to, and no other', () => {
      for (const kind of registeredKinds) expect(open([method(kind)], `m-${kind}`).choices.includes('change')).toBe(rules[kind].sends);
    });

    test('I4: proofs too old are asked for anew', () => {
      const talk = changing()
        .types('1')
        .gets({ type: 'draft.taken', draft: 'd', masked: '...06' })
        .gets(sent('text-message'))
        .types('1')
        .gets(accepted('text-message', 'works'))
        .gets({ type: 'method.refused', reason: 'proofs' });
      expect(talk.said).toContain('register.proofs-too-old');
      expect(talk.where).toBe('home:away > methods:showing > method:proving > step-up:weighing');
    });

    test('the old one was removed meanwhile: said, and the list', () => {
      const talk = changing().types('1').gets({ type: 'draft.rejected', reason: 'gone' });
      expect(talk.said).toEqual(['method.gone']);
      expect(talk.where).toBe('home:away > methods:reading');
    });
  });

  describe('removing', () => {
    test('takes a step-up, and says what would be lost (I8)', () => {
      const talk = confirming([app, phone], 'm-text-message');
      expect(talk.prompt).toBe('method.confirm');
      expect(talk.params).toEqual({
        kind: 'text-message',
        label: '...67',
        way: 'text',
        lost: 'yes',
        kinds: ['text-message', 'phone-call', 'email', 'recovery-codes', 'security-questions', 'security-key'],
      });
      talk.chooses('remove');
      expect(talk.asked('removeMethod')).toEqual({ method: 'm-text-message', proofs: ['p'] });
      expect(talk.gets({ type: 'method.removed' }).filling('method.removed')).toEqual({ kind: 'text-message', label: '...67' });
    });

    test('keeping it changes nothing', () => {
      expect(confirming([app, phone], 'm-text-message').chooses('keep').said).toEqual(['method.kept']);
    });

    test('I4: one step-up for several; before the last usable one goes it is asked anew', () => {
      const talk = confirming([app, phone, method('email')], 'm-text-message')
        .chooses('remove')
        .gets({ type: 'method.removed' });
      const left = [app, method('email')];
      talk.gets(read(left, enough)).chooses('method:m-email').gets(read(left, enough)).chooses('remove');
      expect(talk.prompt).toBe('method.confirm');
      talk
        .chooses('remove')
        .gets({ type: 'method.removed' })
        .gets(read([app], enough))
        .chooses('method:m-authenticator-app')
        .gets(read([app], enough))
        .chooses('remove');
      expect(talk.asked('drop')).toEqual({ proofs: ['p'] });
      expect(talk.where).toBe('home:away > methods:showing > method:proving > step-up:weighing');
    });

    test.each([
      ['gone', 'method.gone'],
      ['not-eligible', 'method.cannot'],
      ['full', 'method.cannot'],
    ] as const)('not removed because %s: said, and the list again', (reason, notice) => {
      const talk = confirming([app, phone], 'm-text-message').chooses('remove').gets({ type: 'method.refused', reason });
      expect(talk.said).toEqual([notice]);
      expect(talk.where).toBe('home:away > methods:reading');
    });

    test('proofs too old: asked anew', () => {
      const talk = confirming([app, phone], 'm-text-message').chooses('remove').gets({ type: 'method.refused', reason: 'proofs' });
      expect(talk.said).toEqual(['method.proofs-too-old']);
      expect(talk.where).toBe('home:away > methods:showing > method:proving > step-up:weighing');
    });

    test('I4: not proved: the list again, nothing removed', () => {
      const waiting = method('authenticator-app', { usable: 'waiting', until: soon });
      const talk = open([waiting], 'm-authenticator-app')
        .chooses('remove')
        .gets(read([waiting]))
        .gets(read([waiting]))
        .chooses('no');
      expect(talk.where).toBe('home:away > methods:reading');
    });
  });

  test('I4: leaving the list drops the proofs, and so does cancel', () => {
    const talk = confirming([app, phone], 'm-text-message')
      .chooses('keep')
      .gets(read([app, phone], enough))
      .chooses('done');
    expect(talk.asked('drop')).toEqual({ proofs: ['p'] });
    expect(confirming([app, phone], 'm-text-message').take({ type: 'cancel' }).asked('drop')).toEqual({ proofs: ['p'] });
  });
});
