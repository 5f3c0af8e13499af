import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { SecurityQuestion } from '../config/policy.ts';
import type { Random } from '../ports.ts';
import { newId } from '../security/ids.ts';
import { hashAnswer } from './answer-hash.ts';
import type { AnsweredMethod, AnswersCheck } from './method.ts';
import { normalAnswer } from './normal-answer.ts';
import { parseDocument } from './parse-document.ts';

const setSchema = z.strictObject({
  /** Names the set, and draws what is asked of it: random, and known to nobody outside. */
  set: z.string().min(1),
  /** How often it was answered right: after each the questions are drawn anew. */
  round: z.int().nonnegative(),
  /**
   * The questions in the words they were answered in, whatever the policy's list says by now; each with the salt and the Argon2id hash of
   * its answer. Empty in a draft whose page was not sent yet.
   */
  answers: z.array(z.strictObject({ id: z.string(), en: z.string(), sv: z.string(), salt: z.string(), hash: z.string() })),
});

type AnswerSet = Readonly<z.infer<typeof setSchema>>;

/** Answers that were hashed to be weighed, and what they are hashed for. */
const preparedSchema = z.strictObject({ set: z.string(), round: z.int(), hashes: z.record(z.string(), z.string()) });

/** Security questions: chosen, answered and asked on pages alone; all that are asked must be answered right. */
export const securityQuestions: AnsweredMethod = {
  kind: 'security-questions',
  sends: false,
  take: (_answer, { random, policy }) => ({
    ok: true,
    secret: JSON.stringify({ set: newId(random), round: 0, answers: [] } satisfies AnswerSet),
    masked: String(policy.securityQuestions.register),
  }),
  read(prepared, secret, count) {
    const { set, round } = readSet(secret);
    const given = readPrepared(prepared);
    const isForThis = given?.set === set && given.round === round && askedOf(secret, count).every(({ id }) => id in given.hashes);
    return isForThis ? prepared : null;
  },
  match,
  answers: (secret) => readSet(secret).answers.length,
};

/**
 * The questions of a set that are asked now: drawn at random, and the same ones until they were answered right, whoever asks and however
 * often, so that asking anew does not shop for easier ones.
 * @param count how many the policy asks
 */
export function askedOf(secret: string, count: number): readonly SecurityQuestion[] {
  const { set, round, answers } = readSet(secret);
  const drawn = (id: string): string =>
    createHash('sha256')
      .update(JSON.stringify([set, round, id]))
      .digest('hex');
  return answers
    .map(({ id, en, sv }) => ({ question: { id, en, sv }, draw: drawn(id) }))
    .toSorted((one, other) => (one.draw < other.draw ? -1 : 1))
    .slice(0, count)
    .map(({ question }) => question);
}

/** A set as it is kept, of questions that were chosen and their answers, each hashed with a salt of its own. */
export async function answerSet(
  chosen: readonly { readonly question: SecurityQuestion; readonly answer: string }[],
  random: Random,
): Promise<string> {
  const answers: AnswerSet['answers'] = [];
  for (const { question, answer } of chosen) {
    const salt = random.bytes(16);
    const hash = await hashAnswer(normalAnswer(answer), salt);
    const { id, en, sv } = question;
    answers.push({ id, en, sv, salt: salt.toString('base64url'), hash: hash.toString('base64url') });
  }
  return JSON.stringify({ set: newId(random), round: 0, answers } satisfies AnswerSet);
}

/**
 * Hashes the answers to what is asked now, so that they can be weighed: all of them, whatever they are.
 * @param typed answers by the question's id
 * @returns what `read` takes for this secret as it stands, and for no other
 */
export async function preparedAnswers(secret: string, count: number, typed: ReadonlyMap<string, string>): Promise<string> {
  const { set, round, answers } = readSet(secret);
  const hashes: Record<string, string> = {};
  for (const { id } of askedOf(secret, count)) {
    const salt = answers.find((each) => each.id === id)?.salt ?? '';
    hashes[id] = (await hashAnswer(normalAnswer(typed.get(id) ?? ''), Buffer.from(salt, 'base64url'))).toString('base64url');
  }
  return JSON.stringify({ set, round, hashes } satisfies z.infer<typeof preparedSchema>);
}

function match(secret: string, prepared: string, count: number): AnswersCheck {
  const kept = readSet(secret);
  const given = readPrepared(prepared);
  const asked = askedOf(secret, count);
  // All are compared, whichever was wrong: the time taken says nothing of which (R9).
  const right = asked.map(({ id }) => {
    const own = Buffer.from(kept.answers.find((each) => each.id === id)?.hash ?? '', 'base64url');
    const theirs = Buffer.from(given?.hashes[id] ?? '', 'base64url');
    return own.length > 0 && own.length === theirs.length && timingSafeEqual(own, theirs);
  });
  if (asked.length < count || right.includes(false)) return { match: 'wrong' };
  const next: AnswerSet = { ...kept, round: kept.round + 1 };
  return { match: 'right', kept: { secret: JSON.stringify(next), masked: String(kept.answers.length), left: null } };
}

/** @throws LatchkeyError `latchkey_methods_unreadable` */
const readSet = (secret: string): AnswerSet => parseDocument('security questions', setSchema, JSON.parse(secret));

/** What was prepared; null for anything else, such as what somebody typed. */
function readPrepared(prepared: string): z.infer<typeof preparedSchema> | null {
  try {
    return preparedSchema.safeParse(JSON.parse(prepared)).data ?? null;
  } catch {
    return null;
  }
}
