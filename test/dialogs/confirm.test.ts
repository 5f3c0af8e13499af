import { describe, expect, test } from '@jest/globals';
import { accepted, method, one, eligible, read, sent, soon } from './facts.ts';
import { Talk } from './talk.ts';

const overdue = method('text-message', { label: '...67', name: 'Jobb' });
const asked = () => new Talk().atHome({ overdue });
const checking = () => asked().chooses('check');
const answering = () => checking().gets(sent('text-message'));

describe('a method that was not used for long', () => {
  test('is asked about at home, and that it was asked is noted; "not now" is the menu', () => {
    const talk = asked();
    expect(talk.prompt).toBe('home.confirm');
    expect(talk.params).toEqual({ way: 'text', label: '...67, Jobb' });
    expect(talk.choices).toEqual(['check', 'manage', 'later']);
    expect(talk.owed).toEqual(['noteAsked']);
    expect(talk.chooses('later').prompt).toBe('home.menu');
  });

  test('whoever wants something gets it at once: the question stands in nobody’s way', () => {
    for (const wish of ['reset', 'unlock', 'register', 'methods', 'case-status'] as const) {
      expect(asked().wishes(wish).top.dialog).toBe(wish);
    }
    const talk = new Talk().take({ type: 'open' }).wishes('reset');
    talk.take({
      type: 'result',
      frame: 'f1',
      result: {
        type: 'home.read',
        reset: true,
        unlock: true,
        register: true,
        methods: 1,
        cases: 0,
        asked: 0,
        startCode: false,
        contact: 'administrator',
        overdue,
        notMe: false,
        agent: false,
      },
    });
    expect(talk.top.dialog).toBe('reset');
  });

  test('never when a reset, an unlock or a case just ended; but after a look at one’s methods, and on a hello', () => {
    const menu = (talk: Talk) =>
      talk.gets({
        type: 'home.read',
        reset: true,
        unlock: true,
        register: true,
        methods: 1,
        cases: 0,
        asked: 0,
        startCode: false,
        contact: 'administrator',
        overdue,
        notMe: false,
        agent: false,
      }).prompt;
    const refusedBy = (wish: 'reset' | 'unlock') =>
      new Talk()
        .atHome()
        .wishes(wish)
        .gets({ type: 'eligibility.refused', refusal: { code: 'SSPR_0009', ending: 'not-enabled' } })
        .chooses('no');
    expect(menu(refusedBy('reset'))).toBe('home.menu');
    expect(menu(refusedBy('unlock'))).toBe('home.menu');
    expect(menu(new Talk().atHome().wishes('case-status').gets({ type: 'cases.read', cases: [] }))).toBe('home.menu');
    const looked = new Talk()
      .atHome()
      .wishes('methods')
      .gets(eligible(one))
      .gets(read([overdue]))
      .chooses('done');
    expect(menu(looked)).toBe('home.confirm');
    const greeted = new Talk().atHome().take({ type: 'open' });
    expect(greeted.owed).toEqual(['readHome']);
    expect(menu(greeted)).toBe('home.confirm');
  });

  test('a hello within a dialog changes nothing', () => {
    const talk = new Talk()
      .atHome()
      .wishes('methods')
      .gets(eligible(one))
      .gets(read([overdue]));
    expect(talk.take({ type: 'open' }).took).toBe(false);
    expect(talk.prompt).toBe('methods.list');
  });

  test('to change or remove it opens it; its proofs end with it', () => {
    const talk = asked().chooses('manage');
    expect(talk.where).toBe('home:away > method:reading');
    talk
      .gets(read([overdue]))
      .chooses('remove')
      .gets(read([overdue]))
      .gets(read([overdue]));
    talk
      .gets(sent('text-message'))
      .types('1')
      .gets(accepted('text-message', 'p'))
      .gets(read([overdue]))
      .chooses('keep');
    expect(talk.asked('drop')).toEqual({ proofs: ['p'] });
    expect(talk.where).toBe('home:reading');
  });

  test('checking sends a code for that alone; the right one confirms it, and its proof is dropped at once', () => {
    const talk = checking();
    expect(talk.asked('sendChallenge')).toEqual({ method: 'm-text-message', purpose: 'confirm' });
    talk.gets(sent('text-message'));
    expect(talk.prompt).toBe('confirm.code');
    expect(talk.choices).toEqual(['resend', 'later']);
    expect(talk.params).toEqual({ way: 'text', masked: '...67', mark: 'KT' });
    talk.types('123456');
    expect(talk.asked('checkAnswer')).toEqual({ challenge: 'c-text-message', answer: '123456' });
    talk.gets(accepted('text-message', 'p'));
    expect(talk.said).toEqual(['confirm.confirmed']);
    expect(talk.asked('drop')).toEqual({ proofs: ['p'] });
    expect(talk.where).toBe('home:reading');
  });

  test('an app is sent nothing, so nothing is offered again', () => {
    const app = method('authenticator-app');
    const talk = new Talk().atHome({ overdue: app }).chooses('check').gets(sent('authenticator-app'));
    expect(talk.choices).toEqual(['later']);
  });

  test('"not now" and cancel end the challenge', () => {
    expect(answering().chooses('later').asked('drop')).toEqual({ challenges: ['c-text-message'] });
    expect(answering().take({ type: 'cancel' }).asked('drop')).toEqual({ challenges: ['c-text-message'] });
  });

  test.each([
    [{ type: 'challenge.failed', reason: 'undeliverable' }, 'confirm.not-reached'],
    [{ type: 'challenge.failed', reason: 'unavailable' }, 'confirm.not-now'],
    [{ type: 'challenge.failed', reason: 'gone' }, 'method.gone'],
    [{ type: 'challenge.refused', reason: 'pace', until: soon }, 'confirm.not-now'],
    [{ type: 'challenge.refused', reason: 'cooling', until: soon }, 'confirm.not-now'],
  ] as const)('%j: said, and home, with no case', (result, notice) => {
    const talk = checking().gets(result);
    expect(talk.said).toEqual([notice]);
    expect(talk.where).toBe('home:reading');
  });

  test('a code that did not arrive is said so', () => {
    const talk = answering().hears({ type: 'challenge.unanswered', challenge: 'c-text-message', reason: 'undelivered' });
    expect(talk.said).toEqual(['confirm.not-reached']);
  });

  test('a wrong code is told; three end it, and take nothing but what I6 takes', () => {
    const talk = answering().types('1').gets({ type: 'answer.rejected', reason: 'wrong', triesLeft: 2, mark: 'KT' });
    expect(talk.said).toEqual(['verify.wrong']);
    expect(talk.prompt).toBe('confirm.code');
    talk.types('1').gets({ type: 'answer.exhausted', scope: 'method', until: soon });
    expect(talk.said).toEqual(['verify.exhausted']);
    expect(talk.where).toBe('home:reading');
  });

  test('another code may be asked for when its time has come', () => {
    const talk = answering();
    expect(talk.chooses('resend').said).toEqual(['verify.resend-later']);
    talk.now = soon;
    talk.chooses('resend');
    expect(talk.gets({ type: 'challenge.refused', reason: 'pace', until: null }).said).toEqual(['verify.sends-used-up']);
    expect(talk.prompt).toBe('confirm.code');
    talk.chooses('resend');
    expect(talk.gets({ type: 'challenge.failed', reason: 'unavailable' }).said).toEqual(['verify.resend-failed']);
  });
});
