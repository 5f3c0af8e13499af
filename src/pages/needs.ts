import type { Purpose } from '../../dialogs/methods.ts';
import type { ResultOf } from '../../dialogs/effects.ts';
import type { ChallengeId, DraftId, ProofId } from '../../dialogs/views.ts';
import type { Door, Wake } from '../conversation/port.ts';
import type { Language, Policy, SecurityQuestion } from '../config/policy.ts';
import type { AccountState, Directory } from '../directory/port.ts';
import type { Chosen, LineFault } from '../methods/judge-answers.ts';
import type { DoorKeyPage, DoorKeyWeighed } from '../methods/door-key.ts';
import type { CeremonyWeighed, KeyPage, KeyPageHeld } from '../methods/key-page.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Clock, Random } from '../ports.ts';
import type { Keys } from '../security/keys.ts';
import type { PlainRequest } from '../server/route.ts';
import type { Commit, Key, Store } from '../store/port.ts';

/** What another room adds to a commit of this one: rows of the account's partition and what is due for them. */
export type CommitParts = Pick<Commit, 'put' | 'until' | 'append' | 'due' | 'index'>;

/** What proofs are weighed for. */
interface ProofsAsked {
  readonly accountId: string;
  readonly proofIds: readonly ProofId[];
  readonly act: 'open-new-password' | 'open-temporary-pass' | 'enrol';
  readonly conversation: Key;
  /** When the password was set that the account has now; asked for where the present one may be among what was proved. */
  readonly passwordSetAt?: number | null;
  /** The account, and from where it is asked; where a place on file may be among what was proved. */
  readonly of?: { readonly account: AccountState; readonly door: Door };
  /** The page, where what the helpdesk gave may open it: it is used once (I16). */
  readonly use?: string;
  readonly now: number;
}

/** What an account must be eligible for to have a page. `register-first`: to register, and I3 must apply to it. */
export type PageWish = 'granted' | 'start-code' | 'reset' | 'change' | 'unlock' | 'register' | 'register-first' | 'methods';

/** A challenge that is answered on a page of this stack. */
interface ChallengeAsked {
  readonly accountId: string;
  readonly challenge: ChallengeId;
  readonly conversation: Key;
  readonly now: number;
}

/** What the pages of a security key ask of the room that knows keys. */
interface KeyRules {
  /** What a challenge's page is for; null when nothing is asked any more. */
  purpose(page: KeyPage): Promise<Purpose | null>;
  /** What the browser is to ask a key with, as JSON; null when nothing is asked any more. */
  open(page: KeyPageHeld): Promise<{ readonly options: string; readonly purpose: Purpose } | null>;
  /** Weighs what a key answered; what it changes is committed with the page. */
  weigh(page: KeyPageHeld, answer: string): Promise<CeremonyWeighed>;
  /** The six digits of a page whose ceremony was right; null once they were typed or are over. */
  digits(page: KeyPage & Pick<KeyPageHeld, 'page'>): Promise<string | null>;
}

/** What the page of a security key at the front door asks, where it is the same for every account (I20). */
interface DoorKeyRules {
  /** What the browser is to ask a key with, as JSON; null when nothing is asked any more. */
  open(page: DoorKeyPage): Promise<string | null>;
  /** Weighs what a key answered; what it changes is committed with the page. */
  weigh(page: DoorKeyPage, answer: string): Promise<DoorKeyWeighed>;
}

/** Who may have which page; each rule stands in the room it belongs to. */
export interface PageRules {
  /** The directory's and the policy's verdict on the account for this page, the account freshly read (I9, I10). */
  mayHave(asked: {
    readonly wish: PageWish;
    readonly account: AccountState;
    readonly door: Door;
    readonly stack: Key;
    readonly session: string;
    readonly now: number;
    /** When the page was opened; left out where it is to be opened now. */
    readonly openedAt?: number;
  }): Promise<boolean>;
  /** Whether the store holds these proofs, this account's, young enough, and enough for the act; with the rows it was judged on. */
  proofsSuffice(
    asked: ProofsAsked,
  ): Promise<{ readonly ok: true; readonly expect: Readonly<Record<Key, number>>; readonly spends?: CommitParts } | { readonly ok: false }>;
  /** What gives back what was used up for a page that then did nothing (I12, I16), with the rows it was read from. */
  giveBack(asked: {
    readonly accountId: string;
    readonly proofIds: readonly ProofId[];
    readonly use: string;
    readonly now: number;
  }): Promise<{ readonly expect: Readonly<Record<Key, number>>; readonly parts: CommitParts }>;
  /** Whether a page was opened on a start code (I12), by the proofs it was opened with. */
  isByStartCode(accountId: string, proofs: readonly ProofId[]): Promise<boolean>;
  /** I3's proof, and the parts that store it. Pure. */
  presentPasswordProof(proof: {
    readonly id: ProofId;
    readonly accountId: string;
    readonly conversation: Key;
    readonly session: string;
    readonly passwordSetAt: number | null;
    readonly now: number;
  }): { readonly id: ProofId; readonly parts: CommitParts };
  /** The notices of I19 that a set password owes, as rows of the same commit. `pageId` makes them the same each time. */
  passwordSetNotices(set: {
    readonly pageId: string;
    readonly account: AccountState;
    readonly at: number;
    /** `first-password-set`: there was none before. */
    readonly what: 'password-set' | 'first-password-set' | 'temporary-pass';
    readonly tenant: string;
    readonly stack: Key;
    readonly door: Door;
    readonly language: Language;
  }): Promise<CommitParts>;
  /** The secret of an app being enrolled: base32 to type by hand, and the otpauth address of its QR code. Null when there is no such draft any more. */
  openDraftSeed(
    accountId: string,
    userId: string,
    draft: DraftId,
    now: number,
  ): Promise<{ readonly secret: string; readonly otpauth: string } | null>;
  /** Recovery codes that were not confirmed yet, as a person writes them down. Null when there are none any more. */
  openDraftCodes(accountId: string, draft: DraftId, now: number): Promise<readonly string[] | null>;
  /** What confirms them: the proof that they may be stored, and the parts that take the codes out of the store. Null when there are none any more. */
  confirmDraftCodes(confirmed: {
    readonly id: ProofId;
    readonly accountId: string;
    readonly draft: DraftId;
    readonly conversation: Key;
    readonly session: string;
    readonly now: number;
  }): Promise<{ readonly proof: ProofId; readonly parts: CommitParts; readonly expect: Readonly<Record<Key, number>> } | null>;
  /** The questions a draft may be made of, and how many are to be chosen. Null when there is no such draft any more. */
  openQuestionChoice(
    accountId: string,
    draft: DraftId,
    now: number,
  ): Promise<{ readonly questions: readonly SecurityQuestion[]; readonly choose: number } | null>;
  /** What is wrong with what was chosen and answered, or what registers it. Null when there is no such draft any more. */
  confirmQuestions(confirmed: {
    readonly id: ProofId;
    readonly account: AccountState;
    readonly draft: DraftId;
    readonly conversation: Key;
    readonly session: string;
    readonly now: number;
    readonly chosen: readonly Chosen[];
  }): Promise<
    | { readonly ok: true; readonly proof: ProofId; readonly parts: CommitParts; readonly expect: Readonly<Record<Key, number>> }
    | { readonly ok: false; readonly faults: readonly LineFault[] }
    | null
  >;
  /** What a challenge asks, and what for. Null when it is over, or foreign to the account or the stack. */
  openQuestions(asked: ChallengeAsked): Promise<{ readonly purpose: Purpose; readonly questions: readonly SecurityQuestion[] } | null>;
  /** Weighs the answers as one try, and tells the chat. `form`: other questions are asked by now. */
  answerQuestions(
    asked: ChallengeAsked & { readonly attempt: string; readonly answers: ReadonlyMap<string, string> },
  ): Promise<ResultOf<'checkAnswer'>>;
  readonly key: KeyRules;
  readonly doorKey: DoorKeyRules;
}

/** What the pages' room works with. */
export interface PageNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: Keys;
  readonly directory: Directory;
  readonly sentences: Sentences;
  readonly policy: Pick<Policy, 'limits' | 'organisation' | 'contacts'>;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  readonly wake: Wake;
  /** The conversation at the front door that a browser holds; null for none. It takes the page number's place there (I21). */
  readonly doorConversation: (request: Pick<PlainRequest, 'cookies'>) => string | null;
  readonly rules: PageRules;
}
