import type { ChallengeId } from '../../dialogs/views.ts';
import type { Purpose } from '../../dialogs/methods.ts';
import type { SecurityQuestion } from '../config/policy.ts';
import { keys } from '../store/keys.ts';
import type { Key } from '../store/port.ts';
import { answerElsewhere, type ElsewherePorts } from './answer-elsewhere.ts';
import { readChallenge, type ChallengeRecord, type Verdict } from './challenge-record.ts';
import { openSecret, readMethodsDocument } from './method-record.ts';
import type { MethodPorts } from './ports.ts';
import { askedOf, preparedAnswers } from './security-questions.ts';

type Ports = Pick<MethodPorts, 'store' | 'keys' | 'policy'>;

/** A challenge that asks questions on a page; `conversation` is the stack the page belongs to, and no other answers it. */
interface Asked {
  readonly accountId: string;
  readonly challenge: ChallengeId;
  readonly conversation: Key;
  readonly now: number;
}

/** What a challenge asks, and what for. Null when it is over, or is not this account's and conversation's. */
export async function openQuestions(
  ports: Ports,
  asked: Asked,
): Promise<{ readonly purpose: Purpose; readonly questions: readonly SecurityQuestion[] } | null> {
  const found = await findAsked(ports, asked);
  if (found === null || isOver(found.challenge, asked.now)) return null;
  return { purpose: found.challenge.purpose, questions: askedOf(found.secret, ports.policy.securityQuestions.reset) };
}

/**
 * Answers what a challenge asks: all of it is one try (I6), and the chat hears the verdict in the same commit. Where other questions are
 * asked by now, since these were answered right elsewhere, it is `form`: nothing was weighed, and the page shows the new ones.
 * @param given.answers as typed, by the question's id
 * @param given.attempt names the sending: the same again gets the same verdict and counts once
 */
export async function answerQuestions(
  ports: ElsewherePorts,
  { attempt, answers, ...asked }: Asked & { readonly attempt: string; readonly answers: ReadonlyMap<string, string> },
): Promise<Verdict> {
  const found = await findAsked(ports, asked);
  const before = found?.challenge.verdicts.find((each) => each.attempt === attempt);
  if (before !== undefined) return before.verdict;
  // What is over is not worth hashing for.
  if (found === null || isOver(found.challenge, asked.now)) return { type: 'answer.rejected', reason: 'expired', triesLeft: 0, mark: null };
  const { reset } = ports.policy.securityQuestions;
  if (askedOf(found.secret, reset).some(({ id }) => !answers.has(id))) {
    return { type: 'answer.rejected', reason: 'form', triesLeft: 0, mark: null };
  }
  const prepared = await preparedAnswers(found.secret, reset, answers);
  return answerElsewhere(ports, { accountId: asked.accountId, challenge: asked.challenge, attempt, answer: prepared });
}

const isOver = ({ state, expiresAt }: ChallengeRecord, now: number): boolean => state === 'spent' || expiresAt <= now;

async function findAsked(
  { store, keys: seals }: Ports,
  { accountId, challenge: id, conversation, now }: Asked,
): Promise<{ readonly challenge: ChallengeRecord; readonly secret: string } | null> {
  const key = keys.challenge(accountId, id);
  const methodsKey = keys.methods(accountId);
  const { rows } = await store.open({ key, owner: null, alsoRead: [methodsKey], now });
  const challenge = readChallenge(rows.get(key)?.value ?? null);
  if (challenge?.kind !== 'security-questions' || challenge.conversation !== conversation) return null;
  const { methods } = readMethodsDocument(rows.get(methodsKey)?.value ?? null);
  const method = methods.find((each) => each.id === challenge.target);
  return method === undefined ? null : { challenge, secret: openSecret(seals, accountId, method) };
}
