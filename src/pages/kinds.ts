import type { ChallengeId, DraftId, PageKind, ProofId } from '../../dialogs/views.ts';
import type { Door } from '../conversation/port.ts';
import { caseOfGrant } from '../desk/caller-of-case.ts';
import type { AccountState } from '../directory/port.ts';
import type { PlainResponse } from '../server/route.ts';
import type { Key } from '../store/port.ts';
import { showChangePassword, takeChangePassword } from './change-password.ts';
import { showQuestions, takeAnswers, wishOfPurpose } from './answer-security-questions.ts';
import { showQuestionChoice, takeQuestionChoice } from './choose-security-questions.ts';
import { showEnrolment } from './enrol-authenticator-app.ts';
import { showDoorKey, takeDoorKey } from './door-key.ts';
import type { HeldVisit } from './held-page.ts';
import type { PageNeeds, PageWish } from './needs.ts';
import { keyPageWish, showKeyCeremony, showKeyDigits, takeKeyAnswer } from './key-ceremony.ts';
import { showNewPassword, takeNewPassword } from './new-password.ts';
import { showPresentPassword, takePresentPassword } from './present-password.ts';
import { showRecoveryCodes, takeRecoveryCodesKept } from './show-recovery-codes.ts';
import { showAskPass, takeAskPass } from './temporary-pass.ts';
import type { Visit } from './visit.ts';

/** Whose page it is, and what it is about. */
interface PageSubject {
  readonly account: AccountState;
  /** What it is, or was, opened with. */
  readonly proofs: readonly ProofId[];
  readonly draft: DraftId | null;
  readonly challenge: ChallengeId | null;
  readonly stack: Key;
  readonly session: string;
  readonly door: Door;
  readonly now: number;
}

/** What one kind of page is: who may have it, what it shows and what it takes. */
export interface PageRoom {
  /** What the proofs it is opened with must be enough for; null where the page itself is the proof. */
  readonly proved: 'open-new-password' | 'open-temporary-pass' | 'enrol' | null;
  /** The rule under which it is opened, for the audit. */
  readonly rule: string;
  /** What the account must be eligible for while the page lives; null when what the page is about is not there any more. */
  wish(needs: PageNeeds, subject: PageSubject): Promise<PageWish | null>;
  /** What the browser that holds it sees. */
  show(needs: PageNeeds, visit: HeldVisit): Promise<PlainResponse> | PlainResponse;
  /** What its form does; the account was read for this request and may have the page still. */
  take(needs: PageNeeds, visit: HeldVisit, form: URLSearchParams): Promise<PlainResponse>;
  /** What it is at the front door before anything was proved there: the same for every account, and for none (I20). */
  readonly atDoor?: {
    show(needs: PageNeeds, visit: Visit): Promise<PlainResponse>;
    take(needs: PageNeeds, visit: Visit, form: URLSearchParams): Promise<PlainResponse>;
  };
  /** A page that ends here has nothing to say when it is done. */
  readonly endsInChat?: true;
  /** What the browser that holds it sees when it is done, where that is more than a sentence. */
  showDone?(needs: PageNeeds, visit: HeldVisit): Promise<PlainResponse>;
}

/** Every kind of page; a new one is its own files and a line here. */
export const pageRooms: Readonly<Record<PageKind, PageRoom>> = {
  'present-password': {
    proved: null,
    rule: 'I3',
    wish: async () => 'register-first',
    show: showPresentPassword,
    take: takePresentPassword,
  },
  'new-password': {
    proved: 'open-new-password',
    rule: 'I2',
    wish: async ({ rules }, { account, proofs }) => {
      if (proofs.some((id) => caseOfGrant(id) !== null)) return 'granted';
      return (await rules.isByStartCode(account.id, proofs)) ? 'start-code' : 'reset';
    },
    show: showNewPassword,
    take: takeNewPassword,
  },
  // The present password on it is the proof.
  'change-password': { proved: null, rule: 'I3', wish: async () => 'change', show: showChangePassword, take: takeChangePassword },
  'temporary-pass': { proved: 'open-temporary-pass', rule: 'I16', wish: async () => 'granted', show: showAskPass, take: takeAskPass },
  'enrol-authenticator-app': {
    proved: 'enrol',
    rule: 'I4',
    wish: async ({ rules }, { account, draft, now }) =>
      draft !== null && (await rules.openDraftSeed(account.id, account.userId, draft, now)) !== null ? 'register' : null,
    show: showEnrolment,
    // It has no form: what it shows is answered in the chat.
    take: async (_needs, visit) => visit.again(),
    endsInChat: true,
  },
  'show-recovery-codes': {
    proved: 'enrol',
    rule: 'I4',
    wish: async ({ rules }, { account, draft, now }) =>
      draft !== null && (await rules.openDraftCodes(account.id, draft, now)) !== null ? 'register' : null,
    show: showRecoveryCodes,
    take: takeRecoveryCodesKept,
  },
  'choose-security-questions': {
    proved: 'enrol',
    rule: 'I4',
    wish: async ({ rules }, { account, draft, now }) =>
      draft !== null && (await rules.openQuestionChoice(account.id, draft, now)) !== null ? 'register' : null,
    show: showQuestionChoice,
    take: takeQuestionChoice,
  },
  'answer-security-questions': {
    proved: null,
    rule: 'I2',
    wish: async ({ rules }, { account, challenge, stack, now }) => {
      const asked = await rules.openQuestions({ accountId: account.id, challenge: challenge ?? '', conversation: stack, now });
      return asked === null ? null : wishOfPurpose(asked.purpose);
    },
    show: showQuestions,
    take: takeAnswers,
  },
  'enrol-security-key': {
    proved: 'enrol',
    rule: 'I4',
    wish: async (needs, subject) => ((await keyPageWish(needs, subject)) === 'register' ? 'register' : null),
    show: showKeyCeremony,
    take: takeKeyAnswer,
    showDone: showKeyDigits,
  },
  'use-security-key': {
    proved: null,
    rule: 'I21',
    wish: async (needs, subject) => {
      const wish = await keyPageWish(needs, subject);
      return wish === 'register' ? null : wish;
    },
    show: showKeyCeremony,
    take: takeKeyAnswer,
    showDone: showKeyDigits,
    atDoor: { show: showDoorKey, take: takeDoorKey },
  },
};
