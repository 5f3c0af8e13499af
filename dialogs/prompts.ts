/**
 * What a prompt may offer and which input it may take. The prompts themselves, each a pure function of the context of the state that shows
 * it, stand with their machines; their sentences stand in src/locales, under the prompt's id.
 */

/** The form an answer must have for the reader to take a text as one. */
export type AnswerForm =
  /** Six digits; spaces and full-width digits are understood. */
  | 'code'
  /** Four groups of four letters and digits, however they are set apart. */
  | 'recovery-code'
  /** Two groups of five letters and digits. */
  | 'start-code'
  /** Something with digits in it; whether it is a number is the method's to say. */
  | 'phone-number'
  /** Any one word; whether it is an address is the method's to say. */
  | 'email-address'
  /** As people sign in: a name and a domain, with an @ between. */
  | 'user-id'
  /** A few words of one's own; whether they make a name is `nameMethod`'s to say. */
  | 'name'
  /** Anything: what a person writes to the helpdesk. */
  | 'message';

/** What a prompt shows, as pure data. */
export interface PromptShape {
  /** Choices in order; `id` is what comes back in `choose`. */
  readonly choices: readonly PromptChoice[];
  readonly input?: AnswerForm;
  /** A page to open beside it: the renderer makes the link and the page number from the id. */
  readonly page?: string;
  /** The challenge whose code is shown here to be keyed elsewhere: the renderer makes the digits from the id. */
  readonly shownCode?: string;
  /** The half of a start code that is shown here to be read out: the renderer makes it from the code's id. */
  readonly shownHalf?: { readonly code: string; readonly half: 1 | 2 };
  /** Fills the prompt's sentence: numbers, ids, times (epoch ms), masked addresses. */
  readonly params?: Readonly<Record<string, string | number | readonly string[] | null>>;
}

interface PromptChoice {
  readonly id: string;
  /** Key under `choice.` in the prompt's locale file; the id where it is left out. */
  readonly label?: string;
  readonly params?: Readonly<Record<string, string | number>>;
  /** What else a person may write for it: what stands in its label, part by part. */
  readonly words?: readonly string[];
}
