import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isRegistered, methodKinds, methods, registeredKinds } from '../../dialogs/methods.ts';
import { languages } from '../../src/config/policy.ts';
import { methodsByKind } from '../../src/methods/registry.ts';
import { demoSentences } from '../delivery/demo-words.ts';

const root = new URL('../../', import.meta.url);
const filesIn = (folder: string, form: RegExp): string[] =>
  readdirSync(new URL(folder, root)).flatMap((name) => form.exec(name)?.[1] ?? []);

describe('the parts of a method agree', () => {
  test('every method has its line, its file and its dialog, and none has more', () => {
    expect(Object.keys(methodsByKind).sort()).toEqual([...methodKinds].sort());
    for (const kind of methodKinds) expect(existsSync(new URL(`src/methods/${kind}.ts`, root))).toBe(true);
    // What nobody registers has no dialog to register it.
    expect(methodKinds.filter((kind) => !isRegistered(kind))).toEqual(['manager-approval']);
    for (const kind of registeredKinds) {
      expect(existsSync(new URL(`src/methods/${kind}.ts`, root))).toBe(true);
      expect(existsSync(new URL(`dialogs/register-${kind}.ts`, root))).toBe(true);
    }
    const dialogs = filesIn('dialogs', /^register-(.+)\.ts$/);
    expect(dialogs.filter((each) => each !== 'by-code' && each !== 'on-page').sort()).toEqual([...registeredKinds].sort());
  });

  test('what its file is agrees with what it counts as', () => {
    for (const kind of registeredKinds) {
      expect(methodsByKind[kind].kind).toBe(kind);
      expect(methodsByKind[kind].sends).toBe(methods[kind].sends);
    }
  });

  test.each(languages)('every method has its sentences in %s', (language) => {
    const sentences = demoSentences();
    for (const kind of registeredKinds) {
      expect(existsSync(new URL(`src/locales/${language}/register-${kind}.json`, root))).toBe(true);
      expect(sentences.has(language, `notice.method.${kind}`)).toBe(true);
      // "How do I set this up": the answer, and a sentence that asks for it.
      expect(sentences.has(language, `register-${kind}.notice.how`)).toBe(true);
      expect(sentences.has(language, `recogniser.how.${kind}`)).toBe(true);
      if (methods[kind].sends) expect(sentences.has(language, `message.why.register-${kind}`)).toBe(true);
    }
  });
});
