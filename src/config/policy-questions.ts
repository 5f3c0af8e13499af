import type { FloorBreach } from './policy-floor.ts';
import { shippedQuestion } from './shipped-questions.ts';

/**
 * What is wrong with the security questions as a list: more asked than answered, fewer on the list than are to be chosen, two with one id
 * or the same words. Judges what it can read of `file`, so that it speaks even when something else in the file is wrong.
 */
export function questionBreaches(file: Readonly<Record<string, unknown>>): readonly FloorBreach[] {
  const { questions, register, reset } = fieldsOf(file['securityQuestions']);
  const breaches: FloorBreach[] = [];
  if (typeof register === 'number' && typeof reset === 'number' && reset > register) {
    breaches.push({
      path: ['securityQuestions', 'reset'],
      what: `a reset cannot ask ${reset} questions where ${register} are answered`,
      remedy: `Write at most ${register}, or raise securityQuestions.register.`,
    });
  }
  if (!Array.isArray(questions)) return breaches;
  const least = typeof register === 'number' ? register : 5;
  if (questions.length < least) {
    breaches.push({
      path: ['securityQuestions', 'questions'],
      what: `nobody could choose ${least} of ${questions.length}`,
      remedy: `Add questions, or lower securityQuestions.register.`,
    });
  }
  return [...breaches, ...repeatedIn(questions)];
}

/** Questions that have the id of an earlier one, or its words in one language. */
function repeatedIn(questions: readonly unknown[]): readonly FloorBreach[] {
  const seen = new Set<string>();
  return questions.flatMap((written, place) => {
    const question = fieldsOf(shippedQuestion(written));
    return (['id', 'en', 'sv'] as const).flatMap((key): FloorBreach[] => {
      const value = question[key];
      if (typeof value !== 'string') return [];
      const mark = `${key} ${value.trim().toLowerCase()}`;
      if (!seen.has(mark)) {
        seen.add(mark);
        return [];
      }
      const path = ['securityQuestions', 'questions', place];
      return [
        {
          path: typeof written === 'string' ? path : [...path, key],
          what: key === 'id' ? 'another question of the list has this id' : 'another question of the list says the same',
          remedy: key === 'id' ? 'Give each question an id of its own.' : 'Keep it once.',
        },
      ];
    });
  });
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
