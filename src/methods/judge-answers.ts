import { languages, type SecurityQuestion } from '../config/policy.ts';
import { answerSigns, normalAnswer, signsIn } from './normal-answer.ts';

/** What a person chose and typed on one line of the page. */
export interface Chosen {
  /** The id of the question; empty where none was chosen. */
  readonly question: string;
  readonly answer: string;
}

/** Why a line cannot be taken. `own-words`: only words of the question. `known`: the person's name or user ID. `common`: what many would say. */
export interface LineFault {
  readonly question: 'missing' | 'twice' | null;
  readonly answer: 'empty' | 'short' | 'long' | 'own-words' | 'known' | 'common' | 'twice' | null;
}

/** Answers that say nothing of the person (R15), as they are compared. */
const common: ReadonlySet<string> = new Set(
  [
    'abc,abcd,123,1234,12345,123456,qwerty,password,secret,answer,test,testing,none,nothing,never,unknown,nope,n/a',
    "i don't know,don't know,dont know,not applicable",
    'lösenord,lösen,hemligt,hemlig,svar,svaret,testar,inget,inga,ingen,aldrig,okänd,okänt,nej',
    'vet ej,vet inte,jag vet inte,minns inte,jag minns inte',
  ].flatMap((answers) => answers.split(',')),
);

/**
 * Judges what was chosen and answered, all of it at once. Pure.
 * @param questions the policy's list
 * @param known what everybody knows of the person: user ID and name
 * @returns a fault a line, in order; null where everything can be taken
 */
export function judgeAnswers(
  chosen: readonly Chosen[],
  questions: readonly SecurityQuestion[],
  known: readonly string[],
): readonly LineFault[] | null {
  const answers = chosen.map(({ answer }) => normalAnswer(answer));
  const names = new Set(known.flatMap((label) => [label, ...label.split(/[\s@]+/u)]).map(normalAnswer));
  const faults = chosen.map(({ question, answer }, place): LineFault => {
    const asked = questions.find(({ id }) => id === question);
    const isSecond = chosen.findIndex((each) => each.question === question) < place;
    const normal = answers[place] ?? '';
    return {
      question: asked === undefined ? 'missing' : isSecond ? 'twice' : null,
      answer: faultOf(normal, answer, asked, names) ?? (answers.indexOf(normal) < place ? 'twice' : null),
    };
  });
  return faults.some(({ question, answer }) => question !== null || answer !== null) ? faults : null;
}

function faultOf(
  normal: string,
  typed: string,
  asked: SecurityQuestion | undefined,
  names: ReadonlySet<string>,
): Exclude<LineFault['answer'], 'twice'> {
  if (typed.trim() === '') return 'empty';
  if (normal === '' || signsIn(normal) > answerSigns.most) return normal === '' && typed.length < answerSigns.most ? 'empty' : 'long';
  if (signsIn(normal) < answerSigns.least) return 'short';
  if (asked !== undefined && languages.some((language) => isOfWords(normal, asked[language]))) return 'own-words';
  if (names.has(normal)) return 'known';
  return common.has(normal) || new Set(normal).size === 1 ? 'common' : null;
}

/** Whether an answer has no word that is not in the question. */
function isOfWords(answer: string, question: string): boolean {
  const words = new Set(wordsOf(normalAnswer(question)));
  const own = wordsOf(answer);
  return own.length > 0 && own.every((word) => words.has(word));
}

const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];
