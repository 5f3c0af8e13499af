import type { Language, Policy } from '../config/policy.ts';
import type { SentenceParams } from '../locales/sentences.ts';

/**
 * What every sentence may name: the organisation, IT's contact, the policy's links and where Latchkey itself is reached.
 * @param publicUrl without a slash at the end
 */
export const standingWords =
  ({ organisation, contacts, links }: Pick<Policy, 'organisation' | 'contacts' | 'links'>, publicUrl: string) =>
  (language: Language): SentenceParams => ({
    organisation: organisation.name,
    itName: contacts.it.name,
    itPhone: contacts.it.phone,
    itHours: contacts.it.hours[language],
    itLink: contacts.it.link,
    guideLink: links.administratorsGuide,
    securityInfoLink: links.securityInfo,
    resetPortalLink: links.resetPortal,
    personalLink: links.personalAccount,
    publicUrl,
  });
