import { languages } from '../config/policy.ts';
import { LatchkeyError } from '../errors.ts';
import { languageOf } from '../directory/language-of.ts';
import type { AccountState } from '../directory/port.ts';
import { newId, newReference } from '../security/ids.ts';
import type { Sentences } from '../locales/sentences.ts';
import { agentOf } from './act-on-case.ts';
import { hasRight } from './agents.ts';
import type { DeskNeeds } from './case-act.ts';
import { isHere, type DeskPlace } from './desk-place.ts';
import { noteCommand } from './note-command.ts';
import { openCaseFor, type OpenCaseNeeds } from './open-case.ts';

/** The user ID behind the command, in any shipped language: "verify anna@example.org". Null for any other text. */
function readVerifyWords(sentences: Sentences, text: string): string | null {
  const said = text.normalize('NFKC').replaceAll(/\s+/gu, ' ').trim();
  for (const language of languages) {
    const words = `${sentences.say(language, 'desk-caller.command')} `;
    const userId = said.toLowerCase().startsWith(words) ? said.slice(words.length).trim() : '';
    if (/^[^\s@]+@[^\s@]+$/u.test(userId)) return userId;
  }
  return null;
}

/**
 * "verify <user ID>" in the helpdesk's channel (I15): opens the case of somebody who calls, on which the agent verifies them. Nobody proved anything yet. A refusal
 * says nothing of any account, and each decision has its audit entry.
 * @returns null where the text asks for nothing of the kind, or stands elsewhere
 */
export async function callByWords(
  needs: DeskNeeds & OpenCaseNeeds,
  said: DeskPlace & { readonly aadObjectId: string; readonly text: string },
): Promise<string | null> {
  const userId = isHere(needs.policy, said) ? readVerifyWords(needs.sentences, said.text) : null;
  if (userId === null) return null;
  const { policy, sentences } = needs;
  const { language } = policy.contacts.desk;
  const found = await callerFor(needs, said.aadObjectId, userId);
  const command = { name: 'verify', by: said.aadObjectId, account: found.ok ? found.state.id : null };
  await noteCommand(needs, command, found.ok ? 'allowed' : 'refused', found.ok ? 'agent' : found.reason);
  if (!found.ok) {
    return sentences.say(language, found.reason === 'no-account' ? 'desk-caller.said.nobody' : `desk.refused.${found.reason}`);
  }
  const { state } = found;
  const { number } = await openCaseFor(needs, {
    account: state.id,
    state,
    code: 'LK_CALL',
    wish: 'contact',
    priority: 'high',
    requester: { how: 'nobody' },
    stack: null,
    language: languageOf(state, policy),
    reference: newReference(needs.random),
    act: `call-${newId(needs.random)}`,
    actor: found.agent.id,
    door: 'desk',
  });
  return sentences.say(language, 'desk-caller.said.opened', { number });
}

type CallerFor =
  | { readonly ok: true; readonly agent: AccountState; readonly state: AccountState }
  | { readonly ok: false; readonly reason: 'unavailable' | 'not-agent' | 'no-right' | 'no-account' | 'own-account' };

/** The account that is verified and the agent who does it, both as the directory has them now; or why not. Who is no agent learns of no account. */
async function callerFor(needs: DeskNeeds, aadObjectId: string, userId: string): Promise<CallerFor> {
  const { policy, directory } = needs;
  const agent = await agentOf(needs, aadObjectId);
  if (agent === 'unavailable') return { ok: false, reason: 'unavailable' };
  if (agent === null) return { ok: false, reason: 'not-agent' };
  if (!hasRight(policy, agent, 'verify')) return { ok: false, reason: 'no-right' };
  const state = await directory.findByUserId(userId).catch((fault: unknown) => {
    if (fault instanceof LatchkeyError) return 'unavailable' as const;
    throw fault;
  });
  if (state === 'unavailable') return { ok: false, reason: 'unavailable' };
  if (state === null) return { ok: false, reason: 'no-account' };
  return state.id === agent.id ? { ok: false, reason: 'own-account' } : { ok: true, agent, state };
}
