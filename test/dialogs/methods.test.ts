import { describe, expect, test } from '@jest/globals';
import type { MethodView } from '../../dialogs/views.ts';
import { eligible, method, one, read, soon } from './facts.ts';
import { Talk } from './talk.ts';

const app = method('authenticator-app', { lastUsedAt: 5 });
const phone = method('text-message');
const enough = { finish: { enough: true, wouldDo: [] } } as const;

const listing = (methods: readonly MethodView[]) => new Talk().atHome().wishes('methods').gets(eligible(one)).gets(read(methods, enough));

describe('methods', () => {
  test('I9: whose account is disabled sees none of them, and is offered an administrator', () => {
    const talk = new Talk().atHome().wishes('methods');
    expect(talk.asked('readEligibility')).toEqual({ purpose: 'methods' });
    talk.gets({ type: 'eligibility.refused', refusal: { code: 'SSPR_0013', ending: 'not-enabled' } });
    expect(talk.where).toBe('home:away > methods:refusing > escalate:offering');
    expect(talk.owed).toEqual([]);
    expect(talk.chooses('no').where).toBe('home:reading');
  });

  test('I9: nor while nobody can tell whether it is', () => {
    const talk = new Talk().atHome().wishes('methods').gets({ type: 'eligibility.unavailable' });
    expect(talk.params).toMatchObject({ ending: 'unavailable', wish: 'methods' });
  });

  test('I8 stands on top, then each with when it was added and used, and from when it counts', () => {
    const talk = listing([
      app,
      phone,
      method('email', { usable: 'cooling', countsFrom: soon, until: soon }),
      method('text-message', { id: 'd', usable: 'disabled' }),
    ]);
    expect(talk.said).toEqual([
      'methods.enough',
      'methods.line-used',
      'methods.line-unused',
      'methods.line-cooling',
      'methods.line-disabled',
    ]);
    expect(talk.filling('methods.line-used')).toEqual({
      kind: 'authenticator-app',
      label: '...authenticator-app',
      addedAt: 1,
      lastUsedAt: 5,
      countsFrom: 1,
      preferred: 'no',
    });
  });

  test('what it is called stands beside the masked number, never in its place; the preferred one is marked', () => {
    const talk = listing([method('text-message', { label: '...67', name: 'Jobbtelefonen', preferred: true })]);
    expect(talk.filling('methods.line-unused')).toMatchObject({ label: '...67, Jobbtelefonen', preferred: 'yes' });
  });

  test('I8: too little says what would do', () => {
    const talk = new Talk().atHome().wishes('methods').gets(eligible(one));
    expect(talk.gets(read([])).filling('methods.none')).toEqual({ kinds: ['authenticator-app', 'text-message'] });
    expect(
      new Talk()
        .atHome()
        .wishes('methods')
        .gets(eligible(one))
        .gets(read([phone])).said[0],
    ).toBe('methods.one-more');
  });

  test('add begins registration; done goes home', () => {
    expect(listing([app]).chooses('register').where).toBe('home:away > register:weighing');
    expect(listing([app]).chooses('done').where).toBe('home:reading');
    expect(
      new Talk()
        .atHome()
        .wishes('methods')
        .gets(eligible(one))
        .gets(read([app], { addable: [] })).choices,
    ).toEqual(['method:m-authenticator-app', 'done']);
  });

  test('choosing one opens it, and only it; back is the list, read anew', () => {
    const talk = listing([app, phone]).chooses('method:m-text-message');
    expect(talk.where).toBe('home:away > methods:showing > method:reading');
    expect(talk.gets(read([app, phone])).prompt).toBe('method.choose');
    expect(talk.chooses('back').where).toBe('home:away > methods:reading');
  });
});
