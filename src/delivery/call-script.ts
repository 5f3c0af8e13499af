/**
 * The script of a call (I22): what is said in which step, and what the keys do. Pure; `twiml.ts` makes of it what a telephone does, and
 * `local-phone.ts` what the page of local mode shows.
 *
 * The call says who calls and why, and asks for the six digits the chat shows, once again where they were wrong or did not come. Star, then
 * nine, says "this was not me". Nothing secret is said, for a voicemail may listen: no digits, no name, no user ID.
 */

/** Where a call waits for keys. `confirm`: star was pressed; without the nine the digits are asked for again, where they were not yet. */
export const callSteps = ['ask', 'again', 'confirm', 'confirm-again'] as const;
export type CallStep = (typeof callSteps)[number];

/** What a call can say; each is a sentence `call.<line>`. */
type CallLine =
  | 'greeting'
  | 'ask'
  | 'not-you'
  | 'ask-again'
  | 'wrong'
  | 'another-call'
  | 'confirm'
  | 'right'
  | 'reported'
  | 'goodbye'
  | 'not-needed';

/** What is said, and where the call then waits for keys; null: it hangs up. */
export interface Scene {
  readonly says: readonly CallLine[];
  readonly listens: CallStep | null;
}

/** Somebody, or a voicemail, picked up. */
export const opening: Scene = { says: ['greeting', 'ask', 'not-you'], listens: 'ask' };

/** Somebody picked up a call that nobody waits for any more. */
export const notNeeded: Scene = { says: ['not-needed'], listens: null };

/** The report was taken. */
export const reported: Scene = { says: ['reported'], listens: null };

const askAgain: Scene = { says: ['ask-again', 'not-you'], listens: 'again' };
const goodbye: Scene = { says: ['goodbye'], listens: null };

/** How many keys end a step's waiting by themselves; fewer are taken when no more come. */
export const keysOf = (step: CallStep): 1 | 6 => (step === 'ask' || step === 'again' ? 6 : 1);

/** What keys mean: digits to be weighed, the report, or the next scene. */
export type Meant =
  | { readonly do: 'weigh'; readonly digits: string }
  | { readonly do: 'report' }
  | { readonly do: 'go'; readonly to: Scene };

/**
 * What the keys pressed in a step mean. Six digits are weighed; star leads to the question that nine confirms, and star and nine in one go are
 * both; star alone and nine alone report nothing. Anything else, and no key at all, is asked again, once.
 */
export function meant(step: CallStep, keys: string): Meant {
  const next: Scene = step === 'ask' || step === 'confirm' ? askAgain : goodbye;
  if (step === 'confirm' || step === 'confirm-again') return keys === '9' ? { do: 'report' } : { do: 'go', to: next };
  if (/^\d{6}$/.test(keys)) return { do: 'weigh', digits: keys };
  if (keys === '*9') return { do: 'report' };
  if (keys.startsWith('*')) return { do: 'go', to: { says: ['confirm'], listens: step === 'ask' ? 'confirm' : 'confirm-again' } };
  return { do: 'go', to: next };
}

/** How digits were weighed. `another-call`: right for another call than this. `over`: nothing is weighed any more. */
export type DigitsWeighed = 'right' | 'wrong' | 'another-call' | 'over';

/** What is said to the digits keyed in a step. */
export function afterDigits(step: CallStep, weighed: DigitsWeighed): Scene {
  if (weighed === 'right') return { says: ['right'], listens: null };
  if (weighed === 'another-call') return { says: ['another-call', 'goodbye'], listens: null };
  if (weighed === 'over') return notNeeded;
  return step === 'ask' ? { ...askAgain, says: ['wrong', ...askAgain.says] } : { ...goodbye, says: ['wrong', ...goodbye.says] };
}
