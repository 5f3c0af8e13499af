import english from '../locales/en/security-questions.json' with { type: 'json' };
import swedish from '../locales/sv/security-questions.json' with { type: 'json' };
import type { SecurityQuestion } from './policy.ts';

/** The questions that come with Latchkey, in every language it ships: those Microsoft Entra predefines, in our words. */
export const shippedQuestions: readonly SecurityQuestion[] = Object.entries(english).map(([id, en]) => ({
  id,
  en,
  sv: (swedish as Readonly<Record<string, string>>)[id] ?? en,
}));

/** The question that an id in the policy file stands for; what is no such id comes back as it is, to be judged. */
export const shippedQuestion = (written: unknown): unknown => shippedQuestions.find(({ id }) => id === written) ?? written;
