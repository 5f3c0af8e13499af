import type { DraftId } from '../../dialogs/views.ts';
import type { SecurityQuestion } from '../config/policy.ts';
import type { AccountState } from '../directory/port.ts';
import { keys } from '../store/keys.ts';
import type { Row } from '../store/port.ts';
import { confirmedDraft, type Confirmed, type Confirming } from './confirm-draft.ts';
import { openDraftSecret, readDraft, type DraftRecord } from './draft-record.ts';
import { judgeAnswers, type Chosen, type LineFault } from './judge-answers.ts';
import type { MethodPorts } from './ports.ts';
import { answerSet, securityQuestions } from './security-questions.ts';

type Ports = Pick<MethodPorts, 'store' | 'keys' | 'policy' | 'random'>;

/** What the page of a draft offers. */
export interface QuestionChoice {
  readonly questions: readonly SecurityQuestion[];
  /** How many are to be chosen and answered. */
  readonly choose: number;
}

/** The questions to choose from. Null when there is no such draft any more, or its page was sent already. */
export async function openQuestionChoice(ports: Ports, accountId: string, draft: DraftId, now: number): Promise<QuestionChoice | null> {
  const { questions, register } = ports.policy.securityQuestions;
  return (await unanswered(ports, accountId, draft, now)) === null ? null : { questions, choose: register };
}

export type ChoiceJudged = ({ readonly ok: true } & Confirmed) | { readonly ok: false; readonly faults: readonly LineFault[] };

/**
 * The person sent the page: what is wrong with it, line by line, or what registers it. The answers are hashed here and go no further.
 * @param chosen one entry for every line of the page
 * @returns null when there is no draft to answer any more
 */
export async function confirmQuestions(
  ports: Ports,
  { account, chosen, ...asked }: Omit<Confirming, 'accountId'> & { readonly account: AccountState; readonly chosen: readonly Chosen[] },
): Promise<ChoiceJudged | null> {
  const confirming: Confirming = { ...asked, accountId: account.id };
  const found = await unanswered(ports, account.id, asked.draft, asked.now);
  if (found === null || found.draft.conversation !== asked.conversation) return null;
  const { questions, register } = ports.policy.securityQuestions;
  const lines = Array.from({ length: register }, (_, place) => chosen[place] ?? { question: '', answer: '' });
  const faults = judgeAnswers(lines, questions, [account.userId, account.name]);
  if (faults !== null) return { ok: false, faults };
  const answered = lines.flatMap(({ question: id, answer }) => {
    const question = questions.find((each) => each.id === id);
    return question === undefined ? [] : [{ question, answer }];
  });
  const secret = await answerSet(answered, ports.random);
  const confirmed = confirmedDraft(ports, confirming, found, { secret, label: String(answered.length) });
  return confirmed === null ? null : { ok: true, ...confirmed };
}

async function unanswered(
  ports: Pick<Ports, 'store' | 'keys'>,
  accountId: string,
  draftId: DraftId,
  now: number,
): Promise<{ readonly draft: DraftRecord; readonly row: Row | null } | null> {
  const key = keys.draft(accountId, draftId);
  const { rows } = await ports.store.open({ key, owner: null, now });
  const row = rows.get(key) ?? null;
  const draft = readDraft(row?.value ?? null, now);
  if (draft?.kind !== 'security-questions') return null;
  return securityQuestions.answers(openDraftSecret(ports.keys, accountId, draft)) === 0 ? { draft, row } : null;
}
