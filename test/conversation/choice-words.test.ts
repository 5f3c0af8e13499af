import { expect, test } from '@jest/globals';
import { choiceLabel } from '../../src/conversation/choice-words.ts';
import { demoPolicy, demoSentences } from '../delivery/demo-words.ts';

const sentences = demoSentences(demoPolicy());

test('a choice begins with a capital, also where it begins with the name of a method', () => {
  const choice = { id: 'email', label: 'kind', params: { kind: 'email' } };
  const present = { prompt: 'register.how', shape: { choices: [choice] } };
  expect(choiceLabel(present, choice, 'sv', sentences)).toBe('E-postadress');
  expect(choiceLabel(present, choice, 'en', sentences)).toBe('Email address');
});
