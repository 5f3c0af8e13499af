import type { Policy } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import { languages } from '../config/policy.ts';
import { stoppable, type StopGroup, type Stoppable } from './stop-record.ts';

/** `no-group`: it asks for a group that the policy does not name. */
export type StopWords =
  | { readonly ok: true; readonly what: Stoppable; readonly group: StopGroup | null }
  | { readonly ok: false; readonly reason: 'no-group' };

/**
 * Whether a text in the helpdesk's channel asks to stop something, word for word, in any shipped language: "stop resets", "stop resets for
 * Warehouse". A group is one that the policy names, so that no slip of the pen stops nobody.
 * @returns null for any other text
 */
export function readStopWords(sentences: Sentences, { stop }: Pick<Policy, 'stop'>, text: string): StopWords | null {
  const said = folded(text);
  for (const language of languages) {
    for (const what of stoppable) {
      for (const words of sentences.say(language, `stop.command.${what}`).split('|').map(folded)) {
        if (said === words) return { ok: true, what, group: null };
        const joint = `${words} ${folded(sentences.say(language, 'stop.command.for'))} `;
        if (!said.startsWith(joint)) continue;
        const group = stop.groups.find(({ name }) => folded(name) === said.slice(joint.length));
        return group === undefined ? { ok: false, reason: 'no-group' } : { ok: true, what, group };
      }
    }
  }
  return null;
}

const folded = (text: string): string => text.normalize('NFKC').replaceAll(/\s+/gu, ' ').trim().replace(/[.!]$/u, '').toLowerCase();
