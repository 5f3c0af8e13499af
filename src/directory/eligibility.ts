import type { Refusal } from '../../dialogs/views.ts';
import { counts, type GateRule } from '../../dialogs/methods.ts';
import type { Policy, Scope } from '../config/policy.ts';
import type { Door } from '../conversation/port.ts';
import { isStopped, stopRefusal } from '../desk/stop.ts';
import type { Stop } from '../desk/stop-record.ts';
import { enoughFrom, type MethodSummary } from '../methods/summary.ts';
import { isMember } from './is-member.ts';
import type { AccountState, Lock } from './port.ts';
import { isPrivileged } from './privileged.ts';

/** `change`: of a password that its owner knows; no method is needed for it. */
export type EligibilityPurpose = 'reset' | 'change' | 'unlock' | 'register' | 'methods';

type EligibilityPolicy = Pick<Policy, 'reset' | 'stepUp' | 'privileged' | 'agents'>;

/** What is asked, and what was read to answer it. */
export interface EligibilityQuestion {
  readonly purpose: EligibilityPurpose;
  readonly policy: EligibilityPolicy;
  /** Read from the directory just now; null when it has no such account. */
  readonly state: AccountState | null;
  readonly summary: Pick<MethodSummary, 'counting' | 'closedUntil' | 'reportedUntil' | 'frozen'>;
  /** The stops that hold. */
  readonly stops: readonly Stop[];
  readonly door: Door;
  readonly now: number;
}

export type Eligibility =
  | {
      readonly ok: true;
      /** What the act takes; for `register` and `methods` a step-up. */
      readonly gates: GateRule;
      readonly locked: Lock | null;
      readonly hasPassword: boolean;
      /** Why the present password lets nobody in, where it does not. */
      readonly due: 'expired' | 'must-change' | null;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * The directory's and the policy's verdict: exactly one, the first that holds in the order in which Microsoft Entra's self-service
 * password reset asks, with its codes where it has one (SSPR_0009 to 0014, 0029, 0030). Pure. Who has no password is judged as everybody
 * else: with methods enough the reset sets the first one.
 */
export function eligibility({ purpose, policy, state, summary, stops, door, now }: EligibilityQuestion): Eligibility {
  const refused = accountRefusal(policy, state, purpose, stops);
  if (refused !== null || state === null) return no(refused ?? notFound);
  const suspicion = suspicionOf(summary, purpose, door, now);
  if (suspicion !== null) return no(suspicion);
  const gates = gatesFor(purpose, policy);
  if (purpose === 'methods') return { ok: true, gates, locked: state.locked, hasPassword: state.hasPassword, due: dueOf(state) };
  if (purpose === 'reset' || purpose === 'unlock') {
    const from = enoughFrom(summary, purpose, gates, now);
    if (from === null) return no({ code: 'SSPR_0014', ending: 'not-verified' });
    if (from > now) return no({ code: 'LK_COOLING', ending: 'cooling', until: from });
  }
  const closed = summary.closedUntil[door];
  if (closed !== null && closed > now) return no({ code: 'LK_PACE', ending: 'pace', until: closed });
  return { ok: true, gates, locked: state.locked, hasPassword: state.hasPassword, due: dueOf(state) };
}

/**
 * What stands against an act because the account's owner said "this was not me" (I17): everything is held up by a freeze, and what begins at
 * a door by a report there. In Teams the owner proves who they are and goes on, so there a report holds up only what begins without a gate.
 */
export function suspicionOf(
  summary: Pick<MethodSummary, 'counting' | 'reportedUntil' | 'frozen'>,
  purpose: EligibilityPurpose,
  door: Door,
  now: number,
): Refusal | null {
  if (summary.frozen) return frozenRefusal;
  const until = summary.reportedUntil[door];
  if (until === null || until <= now || purpose === 'methods') return null;
  const takesGate = purpose !== 'change' && summary.counting.some(({ kind }) => counts(kind, purpose === 'register' ? 'step-up' : purpose));
  return door === 'teams' && takesGate ? null : { code: 'LK_REPORTED', ending: 'reported', until };
}

/**
 * The part of the verdict that is about the account alone, with the stops that hold, asked again before each write (I9, I10); null when
 * nothing stands against it.
 * Privileged accounts may register, which agents need (I14), and get nothing else. Seeing and removing methods harms nobody: that is
 * withheld only where the account, and its methods with it, is suspended.
 */
export function accountRefusal(
  policy: EligibilityPolicy,
  state: AccountState | null,
  purpose: EligibilityPurpose,
  stops: readonly Stop[],
): Refusal | null {
  if (purpose === 'methods') return state === null ? notFound : state.enabled ? null : notEnabled('LK_DISABLED');
  if (!policy.reset.enabled) return notEnabled('SSPR_0009');
  if (state === null) return notFound;
  // Part of it is out of reach, its groups there too: then nobody can tell that it is in none that counts.
  const outOfReach = state.passwordManaged === 'unreachable';
  if (!isWithin(policy.reset.covers, state)) return outOfReach ? later : notEnabled('SSPR_0011');
  if (!state.licensed) return notEnabled('SSPR_0012');
  if (!isWithin(policy.reset.for, state)) return outOfReach ? later : notEnabled('SSPR_0013');
  return personRefusal(policy, state, purpose, stops);
}

/**
 * What stands against something that the helpdesk gives a verified caller (I16), asked again before each write: all but whether self-service is
 * enabled for them, which is why they call. Nobody's approval lifts the protection of an account (I10).
 */
export const grantRefusal = (policy: EligibilityPolicy, state: AccountState | null, stops: readonly Stop[]): Refusal | null =>
  state === null ? notFound : personRefusal(policy, state, 'reset', stops);

function personRefusal(
  policy: EligibilityPolicy,
  state: AccountState,
  purpose: Exclude<EligibilityPurpose, 'methods'>,
  stops: readonly Stop[],
): Refusal | null {
  const outOfReach = state.passwordManaged === 'unreachable';
  if (!state.enabled) return notEnabled('LK_DISABLED');
  if (state.kind !== 'person') return notEnabled(notAPerson[state.kind]);
  // Nor can anybody tell then who is privileged.
  if (purpose !== 'register' && outOfReach) return later;
  if (purpose !== 'register' && isPrivileged(policy, state)) return { code: 'LK_PRIVILEGED', ending: 'privileged' };
  switch (state.passwordManaged) {
    case 'elsewhere':
      return { code: 'SSPR_0010', ending: 'managed-elsewhere' };
    case 'elsewhere-by-hand':
      return { code: 'SSPR_0029', ending: 'managed-elsewhere' };
    // The link is not needed to register, and will be up again.
    case 'unreachable':
    case 'here':
      break;
  }
  const locked = purpose === 'register' ? null : lockRefusal(policy, state, purpose);
  // Last: who is refused anyway hears why, and a stop ends by itself.
  return locked ?? (isStopped(stops, state, purpose === 'register' ? 'registration' : 'resets') ? stopRefusal : null);
}

/**
 * What stands against a new password on a start code (I12): as for a reset, but for who may use self-service at all, which is no question where two
 * people vouch. Asked again before each write; null when nothing does.
 */
export function startCodeRefusal(
  policy: Pick<Policy, 'privileged' | 'agents'>,
  state: AccountState | null,
  stops: readonly Stop[],
): Refusal | null {
  if (state === null) return notFound;
  if (!state.enabled) return notEnabled('LK_DISABLED');
  if (state.kind !== 'person') return notEnabled(notAPerson[state.kind]);
  if (isPrivileged(policy, state)) return { code: 'LK_PRIVILEGED', ending: 'privileged' };
  if (state.passwordManaged !== 'here') return { code: 'SSPR_0010', ending: 'managed-elsewhere' };
  if (state.locked?.why === 'administrator') return { code: 'LK_LOCKED', ending: 'locked' };
  return isStopped(stops, state, 'resets') ? stopRefusal : null;
}

/** The same where a code is typed, for an account that may have been frozen since it was made. */
export const redeemRefusal = (
  policy: Pick<Policy, 'privileged' | 'agents'>,
  state: AccountState | null,
  { frozen }: Pick<MethodSummary, 'frozen'>,
  stops: readonly Stop[],
): Refusal | null => (frozen ? frozenRefusal : startCodeRefusal(policy, state, stops));

/**
 * What stands against finding out at a door who is on the telephone (I15): an account that is there and not disabled, and what closes that door for it (I6, I17). What
 * a caller may be given is asked when it is given (`grantRefusal`); a freeze does not stand against it, because a thaw takes a verified caller.
 */
export function callerRefusal(
  state: AccountState | null,
  { closedUntil, reportedUntil }: Pick<MethodSummary, 'closedUntil' | 'reportedUntil'>,
  door: Door,
  now: number,
): Refusal | null {
  if (state === null) return notFound;
  if (!state.enabled) return notEnabled('LK_DISABLED');
  const [closed, reported] = [closedUntil[door], reportedUntil[door]];
  if (reported !== null && reported > now) return { code: 'LK_REPORTED', ending: 'reported', until: reported };
  return closed !== null && closed > now ? { code: 'LK_PACE', ending: 'pace', until: closed } : null;
}

/** A lock that an administrator put there is not for its owner to lift; and the policy may want a new password with every unlock. */
function lockRefusal(policy: EligibilityPolicy, { locked }: AccountState, purpose: 'reset' | 'unlock' | 'change'): Refusal | null {
  const isTheirs = locked?.why === 'administrator';
  const takesNewPassword = purpose === 'unlock' && locked !== null && !policy.reset.unlockAlone;
  return isTheirs || takesNewPassword ? { code: 'LK_LOCKED', ending: 'locked' } : null;
}

/** Whether the present password must give way to another before it lets anybody in. */
const dueOf = ({ hasPassword, passwordExpired, mustChangePassword }: AccountState): 'expired' | 'must-change' | null => {
  if (!hasPassword) return null;
  return passwordExpired ? 'expired' : mustChangePassword ? 'must-change' : null;
};

/** How many gates an act takes. */
const gatesFor = (purpose: EligibilityPurpose, { reset, stepUp }: Pick<Policy, 'reset' | 'stepUp'>): GateRule => ({
  needed: purpose === 'register' || purpose === 'methods' ? stepUp.gates : reset.gates,
  oneDevice: reset.oneDevice,
});

/** I9: guests, shared, room and service accounts are not eligible, each with its reason. */
const notAPerson = {
  guest: 'LK_NOT_A_PERSON_GUEST',
  shared: 'LK_NOT_A_PERSON_SHARED',
  room: 'LK_NOT_A_PERSON_ROOM',
  service: 'LK_NOT_A_PERSON_SERVICE',
} as const satisfies Record<Exclude<AccountState['kind'], 'person'>, string>;

const notEnabled = (code: string): Refusal => ({ code, ending: 'not-enabled' });
const notFound = notEnabled('LK_NOT_FOUND');
const frozenRefusal: Refusal = { code: 'LK_FROZEN', ending: 'frozen' };
const later: Refusal = { code: 'SSPR_0030', ending: 'later' };
const no = (refusal: Refusal): Eligibility => ({ ok: false, refusal });

const isWithin = (scope: Scope, state: AccountState): boolean => scope === 'everyone' || isMember(state, scope.groups);
