import { languages } from '../config/policy.ts';
import { LatchkeyError } from '../errors.ts';
import { languageOf } from '../directory/language-of.ts';
import { newId, newReference } from '../security/ids.ts';
import type { Sentences } from '../locales/sentences.ts';
import { agentOf } from './act-on-case.ts';
import { hasRight } from './agents.ts';
import type { DeskNeeds } from './case-act.ts';
import { isHere, type DeskPlace } from './desk-place.ts';
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
 * "verify <user ID>" in the helpdesk's channel (I15): opens the case of somebody who calls, on which the agent verifies them. Nobody proved anything yet.
 * @returns null where the text asks for nothing of the kind, or stands elsewhere
 */
export async function callByWords(
  needs: DeskNeeds & OpenCaseNeeds,
  said: DeskPlace & { readonly aadObjectId: string; readonly text: string },
): Promise<string | null> {
  const userId = isHere(needs.policy, said) ? readVerifyWords(needs.sentences, said.text) : null;
  if (userId === null) return null;
  const { policy, sentences, directory } = needs;
  const { language } = policy.contacts.desk;
  const say = (key: string, params = {}): string => sentences.say(language, key, params);
  const agent = await agentOf(needs, said.aadObjectId);
  if (agent === 'unavailable') return say('desk.refused.unavailable');
  if (agent === null) return say('desk.refused.not-agent');
  if (!hasRight(policy, agent, 'verify')) return say('desk.refused.no-right');
  const state = await directory.findByUserId(userId).catch((fault: unknown) => {
    if (fault instanceof LatchkeyError) return 'unavailable' as const;
    throw fault;
  });
  if (state === 'unavailable') return say('desk.refused.unavailable');
  if (state === null) return say('desk-caller.said.nobody');
  if (state.id === agent.id) return say('desk.refused.own-account');
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
    actor: agent.id,
    door: 'desk',
  });
  return say('desk-caller.said.opened', { number });
}
