import type { Language, Policy } from '../../config/policy.ts';
import type { Sentences } from '../../locales/sentences.ts';
import { html, type Html } from '../html.ts';

/** Whom to call and when, for the foot or head of what a person sees in a browser. */
export function helpLine(sentences: Pick<Sentences, 'say'>, language: Language, { it }: Policy['contacts']): Html {
  const { phone, hours } = it;
  return html`${sentences.say(language, 'page.help')} <a href="tel:${phone.replaceAll(/[^+\d]/gu, '')}">${phone}</a>, ${hours[language]}`;
}
