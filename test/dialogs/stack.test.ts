import { describe, expect, test } from '@jest/globals';
import { emptyStack, present, restore, step } from '../../dialogs/stack.ts';
import { eligible, method, one, opened, read, sent, accepted } from './facts.ts';
import { Talk } from './talk.ts';

const asking = () =>
  new Talk()
    .atHome()
    .wishes('reset')
    .gets(eligible(one))
    .gets(read([method('text-message')]))
    .gets(sent('text-message'));
const onPage = () => asking().types('123456').gets(accepted('text-message')).gets(opened('page'));

describe('the stack', () => {
  test('begins with home, once', () => {
    const talk = new Talk().take({ type: 'open' });
    expect(talk.where).toBe('home:reading');
    expect(talk.owed).toEqual(['readHome']);
    expect(talk.take({ type: 'open' }).took).toBe(false);
  });

  test('gives frames ids that are never used again', () => {
    const talk = new Talk().atHome().wishes('reset');
    const before = talk.top.id;
    talk.take({ type: 'cancel' });
    talk.gets({
      type: 'home.read',
      reset: true,
      unlock: true,
      register: true,
      methods: 0,
      cases: 0,
      asked: 0,
      startCode: false,
      contact: 'administrator',
      overdue: null,
      notMe: false,
      agent: false,
    });
    expect(talk.wishes('reset').top.id).not.toBe(before);
  });

  test('cancel goes to the top dialog and each caller, down to home, which says a word; what they held is dropped', () => {
    const talk = asking().take({ type: 'cancel' });
    expect(talk.where).toBe('home:reading');
    expect(talk.said).toEqual(['home.cancelled']);
    expect(talk.asked('drop')).toEqual({ challenges: ['c-text-message'], pages: [], proofs: [] });
  });

  test('R43: a choice that is not offered, and an answer nobody asked for, are not taken', () => {
    const talk = new Talk().atHome({ reset: false });
    expect(talk.chooses('reset').took).toBe(false);
    expect(talk.types('123456').took).toBe(false);
    expect(talk.prompt).toBe('home.menu');
  });

  test('a topic is answered and the dialog stays where it is', () => {
    const talk = asking();
    const before = talk.stack;
    talk.take({ type: 'topic', notice: 'runner.topic.enable' });
    expect(talk.said).toEqual(['runner.topic.enable']);
    expect(talk.stack).toEqual(before);
  });

  test('start over and idle end everything and say which', () => {
    expect(asking().take({ type: 'start-over' })).toMatchObject({ where: 'home:reading', said: ['home.started-over'] });
    expect(asking().take({ type: 'idle' })).toMatchObject({ where: 'home:reading', said: ['runner.idle'] });
    expect(new Talk().atHome().take({ type: 'idle' }).took).toBe(false);
  });

  describe('a wish in the middle of something', () => {
    test('asks before it drops anything', () => {
      const talk = asking().wishes('methods');
      expect(talk.prompt).toBe('leave.ask');
      expect(talk.params).toEqual({ wish: 'methods', from: 'reset' });
      expect(talk.asked('drop')).toBeUndefined();
    });

    test('yes: what there was ends, and home starts the wish', () => {
      const talk = asking().wishes('methods').chooses('leave');
      expect(talk.where).toBe('home:away > methods:asking');
      expect(talk.asked('drop')).toMatchObject({ challenges: ['c-text-message'] });
    });

    test('no: back to the same prompt', () => {
      const talk = asking();
      const before = talk.stack.frames;
      expect(talk.wishes('methods').chooses('stay').stack.frames).toEqual(before);
    });

    test('the same wish is no reason to leave', () => {
      const talk = asking().wishes('reset');
      expect(talk.said).toEqual(['leave.already']);
      expect(talk.prompt).toBe('verify.answer');
    });

    test('another wish asks anew, and the one under way puts the question away', () => {
      const talk = asking().wishes('methods').wishes('register');
      expect(talk.params).toMatchObject({ wish: 'register' });
      expect(talk.wishes('reset').prompt).toBe('verify.answer');
    });

    test('a wish that the prompt offers is that choice', () => {
      const talk = new Talk().atHome().wishes('unlock').gets(eligible(one)).wishes('reset');
      expect(talk.where).toBe('home:away > reset:weighing');
    });

    test('while an effect is under way it is not taken', () => {
      expect(new Talk().atHome().wishes('reset').wishes('methods').took).toBe(false);
    });
  });

  describe('results and what happens elsewhere', () => {
    test('a result for a dialog that is not on top, or does not fit, changes nothing', () => {
      const talk = asking();
      const before = talk.stack;
      talk.take({ type: 'result', frame: 'f2', result: eligible(one) });
      expect(talk.took).toBe(false);
      talk.take({ type: 'result', frame: talk.top.id, result: { type: 'unlock.done' } });
      expect(talk.took).toBe(false);
      expect(talk.stack).toEqual(before);
    });

    test.each([
      [sent('text-message'), { challenges: ['c-text-message'] }],
      [opened('page'), { pages: ['page'] }],
      [{ type: 'draft.taken', draft: 'd', masked: '...67' } as const, { drafts: ['d'] }],
    ])('what a late result opened is ended: %j', (result, dropped) => {
      const talk = new Talk().atHome().take({ type: 'result', frame: 'f99', result });
      expect(talk.took).toBe(false);
      expect(talk.asked('drop')).toEqual(dropped);
    });

    test('an act that was done all the same is said', () => {
      const talk = new Talk()
        .atHome()
        .take({ type: 'result', frame: 'f99', result: { type: 'case.opened', number: 'LK-1001', isNew: true } });
      expect(talk.said).toEqual(['runner.late-case']);
    });

    test('a question to leave is dropped when the dialog below hears of its page', () => {
      const talk = onPage().wishes('methods').hears({ type: 'page.claimed', page: 'page' });
      expect(talk.where).toBe('home:away > reset:claimed');
    });

    test('a page nobody waits for, and an old deadline, change nothing', () => {
      const talk = onPage();
      expect(talk.hears({ type: 'page.claimed', page: 'another' }).took).toBe(false);
      expect(talk.hears({ type: 'reminded', name: 'another' }).took).toBe(false);
      expect(talk.prompt).toBe('reset.page');
    });
  });

  describe('restore', () => {
    test('gives back what was stored', () => {
      const { stack } = onPage();
      expect(restore(JSON.parse(JSON.stringify(stack)))).toEqual({ ok: true, stack });
      expect(restore(emptyStack)).toEqual({ ok: true, stack: emptyStack });
    });

    const spoilt = (change: (frame: Record<string, unknown>) => void): unknown => {
      const stack = JSON.parse(JSON.stringify(asking().stack)) as { frames: Record<string, unknown>[] };
      change(stack.frames[2] ?? {});
      return stack;
    };

    test.each([
      ['no stack at all', null],
      ['text', 'stack'],
      ['frames that are none', { frames: [1], next: 2 }],
      ['a state the machine does not have', spoilt((frame) => (frame['state'] = 'elsewhere'))],
      ['a final state', spoilt((frame) => (frame['state'] = 'verified'))],
      ['a context that lacks a part', spoilt((frame) => delete (frame['context'] as Record<string, unknown>)['passed'])],
      [
        'a context of another kind',
        spoilt((frame) => ((frame['context'] as Record<string, unknown>)['passed'] = [{ kind: 'wish', proof: 'p' }])),
      ],
    ])('refuses %s', (_, stored) => {
      expect(restore(stored)).toEqual({ ok: false, reason: 'unreadable' });
    });

    test.each([
      ['another version', spoilt((frame) => (frame['version'] = 999))],
      ['a dialog nobody knows', spoilt((frame) => (frame['dialog'] = 'horoscope'))],
    ])('knows that it does not know %s', (_, stored) => {
      expect(restore(stored)).toEqual({ ok: false, reason: 'unknown-version' });
    });
  });

  test('is pure: the same stack, event and time give the same, and the stack given is not changed', () => {
    const { stack } = asking();
    const before = JSON.stringify(stack);
    const event = { type: 'answer', text: '123456' } as const;
    expect(step(stack, event, 5)).toEqual(step(stack, event, 5));
    expect(JSON.stringify(stack)).toBe(before);
    expect(present(stack)).toEqual(present(stack));
  });

  test('nobody is anywhere on an empty stack', () => {
    expect(present(emptyStack)).toBeNull();
    for (const type of ['cancel', 'start-over', 'idle'] as const)
      expect(step(emptyStack, { type }, 1)).toMatchObject({ took: false, effects: [] });
    expect(step(emptyStack, { type: 'wish', wish: 'reset' }, 1).stack.frames.map(({ dialog }) => dialog)).toEqual(['home', 'reset']);
  });
});
