import type { Present } from '../../dialogs/stack.ts';
import type { Language } from '../config/policy.ts';
import type { SentenceParams, Sentences } from '../locales/sentences.ts';

/** `verify.choose` -> `verify`, `choose`. */
export function splitPrompt(prompt: string): readonly [dialog: string, name: string] {
  const dot = prompt.indexOf('.');
  return [prompt.slice(0, dot), prompt.slice(dot + 1)];
}

/** A choice as a person sees it: with a capital first, also where it begins with the name of a method. */
export function choiceLabel(
  present: Present,
  choice: Present['shape']['choices'][number],
  language: Language,
  sentences: Sentences,
): string {
  const [dialog, name] = splitPrompt(present.prompt);
  const label = sentences.say(
    language,
    `${dialog}.${name}.choice.${choice.label ?? choice.id}`,
    named({ ...present.shape.params, ...choice.params }, language, sentences),
  );
  return label.charAt(0).toLocaleUpperCase(language) + label.slice(1);
}

/** Kinds of methods are named in the reader's language: `kind` and `kinds` hold ids in the machine, and nothing else does. */
export function named(params: SentenceParams, language: Language, sentences: Sentences): SentenceParams {
  const name = (value: string): string =>
    sentences.has(language, `methods-names.${value}`) ? sentences.say(language, `methods-names.${value}`) : value;
  const { kind, kinds } = params;
  return {
    ...params,
    ...(typeof kind === 'string' && { kind: name(kind) }),
    ...(typeof kinds === 'object' && kinds !== null && { kinds: kinds.map(name) }),
  };
}
