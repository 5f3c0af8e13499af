import type { Act, Handler, Wake } from '../conversation/port.ts';
import type { AccountState } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import { keys } from '../store/keys.ts';
import { takeUpBy } from './deadlines.ts';
import { nextStep } from './next-step.ts';
import { openCaseFor, ownerOf, type HandlerNeeds } from './open-case.ts';
import { countForClient } from './unproved.ts';

export interface DoorCaseNeeds extends HandlerNeeds {
  readonly wake: Wake;
  /** Why the account cannot be helped, as it stands now; null where it could. */
  readonly exactCode: (act: Act, purpose: 'reset' | 'unlock') => Promise<string | null>;
  /** What was typed as its user ID. */
  readonly typedUserId: (accountId: string) => Promise<string | null>;
  /** The conversation hears of its case for as long as it is open (I13). */
  readonly keepForCase: (act: Act, caseId: string) => Promise<void>;
}

/**
 * Opens a case at the front door (I13, I20): for whoever passed gates as "proved", else as "nobody proved", which is limited to one a day for an account and ten an
 * hour for a network address, and told to the account's own Teams and work mailbox. The exact reason stands in the case and in that mail alone. An account
 * that does not exist gets a case as any other.
 */
export const openDoorCase = (needs: DoorCaseNeeds): Handler<'openDoorCase'> => ({
  async run({ code, wish, proofs }, act) {
    const [state, proved, typed, exact] = await Promise.all([
      stateOf(act),
      needs.proved(act, proofs),
      needs.typedUserId(act.accountId),
      exactCode(needs, act, wish === 'unlock' ? 'unlock' : 'reset'),
    ]);
    // A directory that did not answer when it mattered says nothing of the account a moment later.
    const reason = code === 'LK_UNAVAILABLE' ? code : (exact ?? code);
    const requester = proved.gates > 0 ? ({ how: 'proved', gates: proved.gates } as const) : ({ how: 'nobody' } as const);
    const until = requester.how === 'nobody' ? await countForClient(needs, act) : null;
    if (until !== null) return { type: 'door-case.refused', until };
    const opened = await openCaseFor(needs, {
      account: act.accountId,
      state: state === null ? (typed === null || !userId.test(typed) ? null : { name: null, userId: typed }) : state,
      code: reason,
      wish,
      priority: 'normal',
      requester,
      proofs: proved.proofs,
      stack: act.stack,
      language: act.language,
      reference: act.reference,
      act: act.id,
      actor: act.accountId,
      door: act.door,
      ...(requester.how === 'nobody' && state !== null && { owner: ownerOf(act, state) }),
    });
    if (!opened.isNew) return { type: 'door-case.opened', number: opened.number, isNew: false };
    await needs.keepForCase(act, opened.id);
    if (requester.how === 'nobody' && state !== null) needs.wake(keys.stack(act.tenant, act.accountId));
    const queued = { state: 'new', deadline: takeUpBy(needs.policy, 'normal', act.now) } as const;
    const next = nextStep(needs.policy, queued, act.language, act.now);
    return { type: 'door-case.opened', number: opened.number, isNew: true, ...(next === null ? {} : { next }) };
  },
});

/** Of what was typed only that is repeated to the helpdesk, on a card and in a mail, which has the form of a user ID and can be no link. */
const userId = /^[\p{L}\p{N}.!#^~_'-]{1,64}@[\p{L}\p{N}.-]{1,189}$/u;

/** A directory that is down does not keep anybody from asking for help. */
async function stateOf(act: Act): Promise<AccountState | null> {
  try {
    return await act.account();
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return null;
    throw fault;
  }
}

async function exactCode(needs: DoorCaseNeeds, act: Act, purpose: 'reset' | 'unlock'): Promise<string | null> {
  try {
    return await needs.exactCode(act, purpose);
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return 'LK_UNAVAILABLE';
    throw fault;
  }
}
