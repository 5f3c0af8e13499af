import { readFileSync } from 'node:fs';
import { readPolicy } from '../../src/config/policy-file.ts';
import type { Language, Policy } from '../../src/config/policy.ts';
import { Sentences } from '../../src/locales/sentences.ts';

/** The policy of the demo company. */
export function demoPolicy(): Policy {
  const read = readPolicy(readFileSync(new URL('../../src/config/demo-policy.yaml', import.meta.url), 'utf8'), 'demo policy');
  if (!read.ok) throw new Error('the demo policy has faults');
  return read.policy;
}

/** Every sentence, with the demo company's names and numbers in it. */
export function demoSentences({ organisation, contacts: { it }, links } = demoPolicy()): Sentences {
  const standing = (language: Language): Record<string, string> => ({
    organisation: organisation.name,
    itName: it.name,
    itPhone: it.phone,
    itHours: it.hours[language],
    itLink: it.link,
    guideLink: links.administratorsGuide,
    securityInfoLink: links.securityInfo,
    resetPortalLink: links.resetPortal,
    personalLink: links.personalAccount,
    publicUrl: 'https://latchkey.example',
  });
  return new Sentences(standing, organisation.zone);
}
