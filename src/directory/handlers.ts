import type { Refusal } from '../../dialogs/views.ts';
import type { Policy } from '../config/policy.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { lastHappenedAt } from '../delivery/happened.ts';
import { isAgent } from '../desk/agents.ts';
import { readAskList } from '../desk/asks.ts';
import { readCaseList } from '../desk/case-record.ts';
import { readWaiting } from '../desk/start-code-record.ts';
import { stopsNow } from '../desk/stop.ts';
import type { Stop } from '../desk/stop-record.ts';
import { LatchkeyError } from '../errors.ts';
import type { Sentences } from '../locales/sentences.ts';
import { overdueOfTurn } from '../methods/reconfirmation.ts';
import { managersWay } from '../methods/manager-approval.ts';
import type { MethodPorts } from '../methods/ports.ts';
import { methodSummaryOfTurn } from '../methods/summary.ts';
import { rowsOfTurn } from '../methods/turn-rows.ts';
import { commitAudited, type AuditFacts } from '../security/audit.ts';
import type { Keys } from '../security/keys.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Commit, Committed, Store } from '../store/port.ts';
import { accountRefusal, eligibility } from './eligibility.ts';
import type { AccountState, Directory } from './port.ts';

/** What the directory's room works with. */
export interface DirectoryNeeds {
  readonly store: Store;
  readonly seals: Keys;
  readonly policy: Policy;
  readonly sentences: Sentences;
  readonly directory: Directory;
  /** Whom the directory names as an account's manager; without, nobody is asked. */
  readonly managerOf?: MethodPorts['managerOf'];
  /** Whether who has nothing registered may begin by a code to what the directory holds (I3); without, nobody may. */
  readonly mayBeginByPlace?: (act: Act) => Promise<boolean>;
}

/** Says whether a fault only means that the directory does not answer now; any other is passed on. */
export function isSilent(fault: unknown): boolean {
  return (
    fault instanceof LatchkeyError &&
    (fault.kind === 'unavailable' || fault.kind === 'doubtful') &&
    fault.code.startsWith('latchkey_directory_')
  );
}

/** Says whether a fault means that the directory does not let our own account do it. */
export const isForbidden = (fault: unknown): boolean =>
  fault instanceof LatchkeyError && fault.kind === 'refused' && fault.code.startsWith('latchkey_directory_');

/** For how long the menu offers to say "that was not me", in ms; asked for in words it is there for 30 days. */
const offeredMs = 3 * 24 * 3_600_000;

/** What the menu depends on. */
export const readHome = ({ store, policy }: Pick<DirectoryNeeds, 'store' | 'policy'>): Handler<'readHome'> => ({
  async run(_params, act) {
    const casesKey = keys.casesOf(act.accountId);
    const lastKey = keys.lastHappened(act.accountId);
    const asksKey = keys.asks(act.accountId);
    const startCodeKey = keys.startCode(act.accountId);
    const [{ locked, contact, mayManage, isAgent }, summary, overdue, rows] = await Promise.all([
      standing(policy, act),
      methodSummaryOfTurn({ store, policy }, act),
      overdueOfTurn({ store, policy }, act),
      rowsOfTurn(store, act, [casesKey, lastKey, asksKey, startCodeKey]),
    ]);
    const { enabled, unlockAlone } = policy.reset;
    const startCode = rows(startCodeKey);
    return {
      type: 'home.read',
      // Shown wherever the organisation has enabled it: who may not use it hears why on asking.
      reset: enabled,
      unlock: enabled && unlockAlone && locked,
      register: enabled,
      methods: summary.registered,
      cases: readCaseList(rows(casesKey)?.value ?? null).cases.length,
      asked: readAskList(rows(asksKey)?.value ?? null, act.now).length,
      startCode: startCode !== null && readWaiting(startCode.value).isOpen,
      contact,
      // Asked only of who could do something about it, where methods may be seen (I9, I11); who is locked out came for something else.
      overdue: mayManage && !locked && !summary.frozen && act.door === 'teams' ? overdue : null,
      agent: isAgent && act.door === 'teams',
      notMe: !summary.frozen && (lastHappenedAt(rows(lastKey)) ?? 0) > act.now - offeredMs,
    };
  },
});

/** Where the directory does not answer, nobody can tell: then the menu offers the unlock, and that dialog says how it is. */
async function standing(
  policy: Policy,
  act: Act,
): Promise<{ readonly locked: boolean; readonly contact: 'administrator' | 'it'; readonly mayManage: boolean; readonly isAgent: boolean }> {
  try {
    const state = await act.account();
    const isElsewhere = accountRefusal(policy, state, 'reset', [])?.ending === 'managed-elsewhere';
    return {
      locked: (state?.locked ?? null) !== null,
      contact: isElsewhere ? 'it' : 'administrator',
      mayManage: accountRefusal(policy, state, 'methods', []) === null && accountRefusal(policy, state, 'register', []) === null,
      isAgent: state !== null && isAgent(policy, state),
    };
  } catch (fault) {
    if (isSilent(fault)) return { locked: true, contact: 'administrator', mayManage: false, isAgent: false };
    throw fault;
  }
}

/** The directory's and the policy's verdict, read live, with its audit entry. */
export const readEligibility = (needs: DirectoryNeeds): Handler<'readEligibility'> => ({
  async run({ purpose }, act) {
    const { store, policy } = needs;
    let state: AccountState | null;
    try {
      state = await act.account();
    } catch (fault) {
      if (isSilent(fault)) return { type: 'eligibility.unavailable' };
      throw fault;
    }
    const [registered, asked, stops] = await Promise.all([
      methodSummaryOfTurn({ store, policy }, act),
      purpose === 'reset' || purpose === 'unlock' ? managersWay({ store, policy, managerOf: needs.managerOf }, act) : [],
      stopsNow(store, act.now),
    ]);
    // The manager may be the second step (I18); from when, where they were asked enough for now.
    const counting = [...registered.counting, ...asked.map(({ kind, until }) => ({ kind, countsFrom: until ?? 0 }))];
    const summary = { ...registered, counting };
    const verdict = eligibility({ purpose, policy, state, summary, stops, door: act.door, now: act.now });
    await audited(needs, act, {
      act: `directory.may-${purpose}`,
      verdict: verdict.ok ? 'allowed' : 'refused',
      reason: verdict.ok ? 'eligible' : verdict.refusal.code,
      proofs: [],
    });
    if (verdict.ok)
      return {
        type: 'eligibility.eligible',
        gates: verdict.gates,
        locked: lockFor(policy, verdict.locked),
        hasPassword: verdict.hasPassword,
        due: verdict.due,
      };
    const { refusal } = verdict;
    return {
      type: 'eligibility.refused',
      refusal: {
        ...refusal,
        code: codeForChat(refusal.code),
        ...((await mayRegisterNow(needs, act, refusal, stops)) && { mayRegister: true }),
      },
    };
  },
});

/** Whether who has too little registered is offered to register now: nothing is there, and what the directory holds would do to begin with. */
async function mayRegisterNow(
  { policy, mayBeginByPlace }: DirectoryNeeds,
  act: Act,
  { ending }: Refusal,
  stops: readonly Stop[],
): Promise<boolean> {
  if (ending !== 'not-verified' || mayBeginByPlace === undefined) return false;
  return accountRefusal(policy, await act.account(), 'register', stops) === null && mayBeginByPlace(act);
}

/** The lock as dialogs know it. Where no account is unlocked without a new password it is no choice of the person's: the reset lifts it. */
const lockFor = ({ reset }: Pick<Policy, 'reset'>, locked: AccountState['locked']): AccountState['locked'] =>
  reset.unlockAlone ? locked : null;

/** That an account is disabled stands in the case and the audit alone; the chat has the words and a code of "not enabled". */
const codeForChat = (code: string): string => (code === 'LK_DISABLED' ? 'SSPR_0013' : code);

/**
 * Whether an account may register now: read from the directory anew, because a write follows (I9).
 * @throws what the directory throws when it does not answer
 */
export const mayRegister =
  ({ store, policy, directory }: Pick<DirectoryNeeds, 'store' | 'policy' | 'directory'>) =>
  async (act: Pick<Act, 'accountId' | 'now'>): Promise<boolean> => {
    const [state, stops] = await Promise.all([directory.find(act.accountId), stopsNow(store, act.now)]);
    return accountRefusal(policy, state, 'register', stops) === null;
  };

/** Commits with an entry about the account of the act. */
export function audited(
  { store, seals }: Pick<DirectoryNeeds, 'store' | 'seals'>,
  act: Pick<Act, 'accountId' | 'now' | 'door' | 'reference'>,
  entry: Pick<AuditFacts, 'act' | 'verdict' | 'reason' | 'proofs'>,
  commit: Commit = {},
): Promise<Committed> {
  const { accountId, now, door, reference } = act;
  const facts: AuditFacts = { ...entry, at: now, actor: accountId, account: accountId, door, reference };
  return commitAudited(store, seals, { partition: partitionOf(accountId), entries: [facts], commit });
}
