import { describe, expect, test } from '@jest/globals';
import { readCommands } from '../../src/conversation/commands.ts';
import { newConversation } from '../../src/conversation/document.ts';
import type { Input } from '../../src/conversation/port.ts';
import { readInput, type Reading } from '../../src/conversation/read-input.ts';
import { StemRecogniser } from '../../src/conversation/recogniser.ts';
import { Sentences } from '../../src/locales/sentences.ts';
import type { Present } from '../../dialogs/stack.ts';
import { says } from './world.ts';

const sentences = new Sentences(() => ({}), 'UTC');
const rooms = { sentences, command: readCommands(sentences), recogniser: new StemRecogniser(sentences), domains: ['fjallbyn.example'] };
const conversation = { ...newConversation('sv', 0), showing: { prompt: 'home.menu', step: 'this-showing', said: [] } };

const menu: Present = { prompt: 'home.menu', shape: { choices: [{ id: 'reset' }, { id: 'register' }, { id: 'contact' }] } };
const number: Present = { prompt: 'register-text-message.number', shape: { choices: [{ id: 'cancel' }], input: 'phone-number' } };
const code: Present = { prompt: 'register-text-message.code', shape: { choices: [{ id: 'resend' }, { id: 'cancel' }], input: 'code' } };
const saved: Present = {
  prompt: 'verify.answer',
  shape: { choices: [{ id: 'contact' }, { id: 'cancel' }], input: 'recovery-code', params: { way: 'codes' } },
};
const address: Present = { prompt: 'register-email.address', shape: { choices: [{ id: 'cancel' }], input: 'email-address' } };

const name: Present = { prompt: 'method.name', shape: { choices: [{ id: 'no-name' }, { id: 'back' }], input: 'name' } };
const list: Present = {
  prompt: 'methods.list',
  shape: {
    choices: [
      { id: 'method:a', label: 'method', params: { kind: 'text-message', label: '...67, Jobb' }, words: ['...67', '67', 'Jobb'] },
      { id: 'method:b', label: 'method', params: { kind: 'text-message', label: '...68' }, words: ['...68', '68'] },
      { id: 'method:c', label: 'method', params: { kind: 'email', label: 'a...@example.org' }, words: ['a...@example.org'] },
      { id: 'method:d', label: 'method', params: { kind: 'email', label: 'a...@example.org' }, words: ['a...@example.org'] },
      { id: 'done' },
    ],
    params: { count: 4 },
  },
};

const read = (text: string, present: Present | null): Reading => readInput(says(text), conversation, present, rooms);
const card = (said: Partial<Extract<Input['said'], { kind: 'card' }>>, present: Present): Reading =>
  readInput(says('', { said: { kind: 'card', choose: null, step: 'this-showing', answer: null, ...said } }), conversation, present, rooms);
const event = (event: unknown): unknown => expect.objectContaining({ kind: 'event', event });

describe('reading an input, first match wins', () => {
  test.each([
    ['2', menu, { type: 'choose', choice: 'register' }],
    ['reset', menu, { type: 'choose', choice: 'reset' }],
    ['Kontakta en administratör', menu, { type: 'wish', wish: 'contact' }],
    ['avbryt', code, { type: 'cancel' }],
    ['cancel', code, { type: 'cancel' }],
    ['123456', code, { type: 'answer', text: '123456' }],
    // R2: leading zeros are part of a code.
    ['000012', code, { type: 'answer', text: '000012' }],
    ['12 34 56', code, { type: 'answer', text: '12 34 56' }],
    ['１２３４５６', code, { type: 'answer', text: '１２３４５６' }],
    ['1', code, { type: 'choose', choice: 'resend' }],
    ['7k3m q9xz 0b2d 1h5t', saved, { type: 'answer', text: '7k3m q9xz 0b2d 1h5t' }],
    ['ABCD–EFGH—JKMN-PQRS', saved, { type: 'answer', text: 'ABCD–EFGH—JKMN-PQRS' }],
    // One sign too few is still meant as a code, and is told what a code is.
    ['7K3M-Q9XZ-0B2D-1H5', saved, { type: 'answer', text: '7K3M-Q9XZ-0B2D-1H5' }],
    ['jag har glömt mitt lösenord', saved, { type: 'wish', wish: 'reset' }],
    ['reset my password', saved, { type: 'wish', wish: 'reset' }],
    ['070-174 06 31', number, { type: 'answer', text: '070-174 06 31' }],
    ['+46 (0)70 174 06 31', number, { type: 'answer', text: '+46 (0)70 174 06 31' }],
    ['Jobbtelefonen', name, { type: 'answer', text: 'Jobbtelefonen' }],
    ['ny telefon', name, { type: 'answer', text: 'ny telefon' }],
    ['Ta bort namnet', name, { type: 'choose', choice: 'no-name' }],
    // More words than a name has, and they mean something.
    ['jag har glömt mitt lösenord', name, { type: 'wish', wish: 'reset' }],
    ['hur funkar authenticator', number, { type: 'topic', notice: 'register-authenticator-app.how' }],
    ['Hantera sms (...67, Jobb)', list, { type: 'choose', choice: 'method:a' }],
    ['jobb', list, { type: 'choose', choice: 'method:a' }],
    ['67', list, { type: 'choose', choice: 'method:a' }],
    ['...68', list, { type: 'choose', choice: 'method:b' }],
    ['3', list, { type: 'choose', choice: 'method:c' }],
    ['a@b', address, { type: 'answer', text: 'a@b' }],
    ['jag har glömt mitt lösenord', code, { type: 'wish', wish: 'reset' }],
    ['jag är administratör, hur aktiverar jag återställning', code, { type: 'topic', notice: 'runner.topic.enable' }],
  ])('"%s"', (text, present, expected) => {
    expect(read(text, present)).toEqual(event(expected));
  });

  test.each([
    ['9', menu, 'runner.not-understood'],
    // Two are called that.
    ['a...@example.org', list, 'runner.not-understood'],
    ['x'.repeat(201), name, 'runner.not-a-name'],
    ['blå', menu, 'runner.not-understood'],
    ['blå', number, 'runner.not-a-phone-number'],
    ['blå', code, 'runner.not-a-code'],
    ['blå', address, 'runner.not-a-email-address'],
    ['hjälp', code, 'runner.help'],
    ['å'.repeat(4_001), code, 'runner.too-long'],
  ])('"%s" is answered, and nothing moves', (text, present, notice) => {
    expect(read(text, present)).toEqual({ kind: 'notice', notice });
  });

  test('the company’s own address is no answer but where an address is asked', () => {
    expect(read('bo@fjallbyn.example', menu)).toEqual({ kind: 'user-id', userId: 'bo@fjallbyn.example' });
    expect(read('bo@fjallbyn.example', address)).toEqual(event({ type: 'answer', text: 'bo@fjallbyn.example' }));
  });

  test('R43: card data counts for the present showing alone, and for what is offered in it', () => {
    expect(card({ choose: 'reset' }, menu)).toEqual(event({ type: 'choose', choice: 'reset' }));
    expect(card({ choose: 'answer', answer: '123456' }, code)).toEqual(event({ type: 'answer', text: '123456' }));
    expect(card({ choose: 'answer', answer: ' ' }, code)).toEqual({ kind: 'notice', notice: 'runner.nothing-typed' });
    const over = { kind: 'notice', notice: 'runner.step-is-over' };
    expect(card({ choose: 'reset', step: 'another' }, menu)).toEqual(over);
    expect(card({ choose: 'reset', step: null }, menu)).toEqual(over);
    expect(card({ choose: 'unlock' }, menu)).toEqual(over);
    expect(card({ choose: 'answer', answer: '123456' }, menu)).toEqual(over);
    expect(card({ choose: '__proto__' }, menu)).toEqual(over);
  });
});
