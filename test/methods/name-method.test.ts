import { describe, expect, test } from '@jest/globals';
import { readName } from '../../src/methods/method-name.ts';
import { describeEngines } from '../store/engines.ts';
import { accountOf, anna, makeRoom, mobile } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const app = { kind: 'authenticator-app' } as const;

describe('what makes a name', () => {
  test.each([
    ['Jobbtelefonen', 'Jobbtelefonen'],
    ['  Annas   gamla telefon ', 'Annas gamla telefon'],
    // Typed as letters with their marks beside them: kept composed.
    ['A\u030Angstro\u0308m', '\u00C5ngstr\u00F6m'],
    ['電話', '電話'],
    ["Anna's iPhone 15 (jobb)", "Anna's iPhone 15 (jobb)"],
    ['Fjällbyn AB 2', 'Fjällbyn AB 2'],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['7', '7'],
  ])('"%s"', (typed, name) => {
    expect(readName(typed)).toEqual({ ok: true, name });
  });

  test.each([
    ['', 'form'],
    ['   ', 'form'],
    ['...', 'form'],
    ['x'.repeat(41), 'too-long'],
    // Signs that hide or turn the text round.
    ['Jobb\u202Enofelet', 'form'],
    ['Jobb\u200Btelefon', 'form'],
    ['Jobb\u2066x\u2069', 'form'],
    ['Jobb\ntelefon', 'form'],
    ['Jobb\u0000', 'form'],
    ['Jo\uFEFFbb', 'form'],
    // Mark-up and mentions.
    ['[Jobb](https://evil.example)', 'form'],
    ['**Jobb**', 'form'],
    ['`Jobb`', 'form'],
    ['<at>Jobb</at>', 'form'],
    ['<b>Jobb', 'form'],
    ['a|b', 'form'],
    // Links and addresses.
    ['evil.example', 'form'],
    ['https//evil', 'form'],
    ['anna@example.org', 'form'],
    // A number or a code stands open nowhere.
    ['070-174 06 05', 'form'],
    ['123456', 'form'],
    ['１２３４５６', 'form'],
    // Marks heaped upon a letter.
    ['a\u0301\u0301\u0301\u0301', 'form'],
  ])('"%s" is none', (typed, reason) => {
    expect(readName(typed)).toEqual({ ok: false, reason });
  });
});

describeEngines('naming a method', (engine) => {
  const freshRoom = async () => makeRoom({ store: (await engine.fresh()).store });

  test('it has the name beside its masked number, until it is taken away; the audit does not hold it', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    expect(await room.name('planted-1', 'Jobbtelefonen')).toEqual({ type: 'method.named' });
    const named = async () => (await room.read('reset')).methods.find(({ id }) => id === 'planted-1');
    expect(await named()).toMatchObject({ label: '...05', name: 'Jobbtelefonen' });
    expect(await room.name('planted-1')).toEqual({ type: 'method.named' });
    expect(await named()).toMatchObject({ label: '...05', name: null });
    const audit = await room.audit();
    expect(audit).toMatchObject([
      { act: 'methods.name', verdict: 'allowed', reason: 'text-message' },
      { act: 'methods.name', verdict: 'allowed', reason: 'text-message' },
    ]);
    expect(JSON.stringify(audit)).not.toContain('Jobbtelefonen');
  });

  test('where a code goes, the masked number stands, whatever it is called', async () => {
    const room = await freshRoom();
    await room.plant([text]);
    await room.name('planted-1', 'Jobbtelefonen');
    expect(await room.send({ method: 'planted-1' }, 'reset')).toMatchObject({ type: 'challenge.sent', masked: '...05' });
    expect(room.parcels.map(({ text }) => text).join()).not.toContain('Jobbtelefonen');
  });

  test('what makes no name is saved nowhere, and no two are called the same', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    expect(await room.name('planted-1', '070-174 06 05')).toEqual({ type: 'name.rejected', reason: 'form' });
    expect(await room.name('planted-1', 'y'.repeat(41))).toEqual({ type: 'name.rejected', reason: 'too-long' });
    expect(await room.audit()).toEqual([]);
    await room.name('planted-1', 'Jobb');
    for (const same of ['jobb', 'JOBB', 'Ｊobb']) {
      expect(await room.name('planted-2', same)).toEqual({ type: 'name.rejected', reason: 'taken' });
    }
    // Its own name again, otherwise written.
    expect(await room.name('planted-1', 'JOBB')).toEqual({ type: 'method.named' });
  });

  test('I9: nothing is named for an account that is disabled or gone, nor a method that is', async () => {
    const room = await freshRoom();
    await room.plant([text]);
    for (const account of [null, accountOf(anna, { enabled: false })]) {
      expect(await room.name('planted-1', 'Jobb', { account: () => Promise.resolve(account) })).toEqual({
        type: 'method.refused',
        reason: 'not-eligible',
      });
    }
    expect(await room.name('planted-9', 'Jobb')).toEqual({ type: 'method.refused', reason: 'gone' });
    expect((await room.document()).methods[0]).not.toHaveProperty('name');
    expect((await room.audit()).map(({ verdict }) => verdict)).toEqual(['refused', 'refused', 'refused']);
  });
});
