import { ends } from './dialog.ts';
import { challengeShape, gatesShape, kindShape, methodShape } from './kept.ts';
import { isSaved, ruleOf } from './methods.ts';
import type { PromptShape } from './prompts.ts';
import { flag, growing, listOf, number, oneOf, orNull, record, text, type Shaped } from './shape.ts';
import { labelOf, wayOf, waysOn, wordsFor } from './ways.ts';

/** What a verification keeps. */
export const verifyContext = record({
  purpose: growing('purpose', oneOf('step-up', 'reset', 'unlock', 'caller', 'agent')),
  gates: gatesShape,
  /** The kinds that are asked for, where not every one that counts is. */
  kinds: orNull(listOf(kindShape)),
  passed: listOf(record({ kind: kindShape, proof: text })),
  methods: listOf(methodShape),
  failed: listOf(record({ method: text, until: orNull(number), pace: flag })),
  /** Methods of which it was said why they cannot be used now. */
  told: listOf(text),
  chosen: text,
  challenge: orNull(challengeShape),
  /** The page the challenge is answered on; null where there is none, or its link is dead. */
  page: orNull(text),
  /** Something was asked for in this verification: what is next is the person's choice. */
  begun: flag,
  /** From when a code may be asked for, where none is out and none may be sent yet. */
  later: orNull(number),
});
export type VerifyContext = Shaped<typeof verifyContext>;

/** What a verification offers in each state it waits in. */
export const verifyPrompts: Readonly<Record<string, (standing: VerifyContext) => PromptShape>> = {
  'verify.choose': (standing) => ({
    choices: [
      ...waysOn(standing).map((method) => ({
        id: method.id,
        label: method.kind,
        params: { label: labelOf(method) },
        words: wordsFor(method),
      })),
      { id: 'contact' },
      { id: 'cancel' },
    ],
    params: stepOf(standing),
  }),
  'verify.later': (standing) => ({
    choices: [{ id: 'again' }, ...wayOut(standing), { id: 'cancel' }],
    params: {
      ...stepOf(standing),
      way: wayAsked(standing),
      masked: standing.methods.find(({ id }) => id === standing.chosen)?.label ?? '',
      ...ends(standing.later),
    },
  }),
  'verify.interrupted': (standing) => ({
    choices: [{ id: 'again' }, ...wayOut(standing), { id: 'cancel' }],
    params: stepOf(standing),
  }),
  'verify.answer': (standing) => {
    const { challenge, page } = standing;
    const rule = challenge && ruleOf(challenge.kind);
    return {
      choices: [
        ...(rule?.sends === true || (rule?.page !== undefined && rule.elsewhere !== true) ? [{ id: 'resend' }] : []),
        ...wayOut(standing).map(({ id }) =>
          id === 'contact' && rule?.elsewhere === true && !rule.sends ? { id, label: 'contact-elsewhere' } : { id },
        ),
        ...(rule?.sends === true ? [{ id: 'not-asked' }] : []),
        { id: 'cancel' },
      ],
      ...(rule?.elsewhere !== true && { input: challenge && isSaved(challenge.kind) ? ('recovery-code' as const) : ('code' as const) }),
      ...(page !== null && { page }),
      ...(rule?.showsCode === true && challenge !== null && { shownCode: challenge.challenge }),
      params: {
        ...stepOf(standing),
        way: wayAsked(standing),
        link: page === null ? 'no' : 'yes',
        masked: challenge?.masked ?? '',
        mark: challenge?.mark ?? '',
      },
    };
  },
};

/** How the method asks that is, or was to be, answered. */
export const wayAsked = ({ challenge, methods, chosen }: VerifyContext): ReturnType<typeof wayOf> =>
  wayOf(challenge?.kind ?? methods.find(({ id }) => id === chosen)?.kind ?? 'authenticator-app');

/** "Step 1 of 2". */
const stepOf = ({ passed, gates }: VerifyContext) => ({ step: passed.length + 1, of: gates.needed });

/** Another method where there is one, else an administrator. */
const wayOut = (standing: VerifyContext) => [{ id: waysOn(standing).length > 1 ? 'another' : 'contact' }];
