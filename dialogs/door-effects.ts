import type { NextStep } from './next-step.ts';
import type { DoorPurpose, Wish } from './dialog-table.ts';
import type { EffectFactsOf } from './effect-kind.ts';
import type { ChallengeShown } from './method-effects.ts';
import type { GateRule, MethodKind } from './methods.ts';
import type { ProofId } from './views.ts';

/**
 * The effects of the front door, where nobody is known (I20): what comes back is the same for every user ID, whether there is such an account or
 * not, whatever is registered for it.
 */
export interface DoorEffects {
  /** Takes the user ID that was typed. `kinds` and `gates` are the policy's. */
  claimAccount: {
    params: { readonly userId: string };
    results: {
      /** `claim` names the account to the runner; whether it exists, nothing here says. */
      'account.claimed': {
        readonly claim: string;
        readonly kinds: readonly MethodKind[];
        readonly gates: GateRule;
        /** Whether the policy lets accounts be unlocked without a new password. */
        readonly unlock: boolean;
      };
      /** Too many user IDs came from that network address lately. */
      'claim.refused': { readonly until: number };
      /** The directory does not answer now: an id made of what was typed, for a case all the same. */
      'claim.unavailable': { readonly claim: string };
    };
  };
  /**
   * Asks for proof by a method of this kind, if the account has one that can be used and `place` (a whole number or address, as typed) is it. Where it
   * cannot be helped, answers are taken all the same, and none is right.
   */
  askAtDoor: {
    params: { readonly kind: MethodKind; readonly purpose: DoorPurpose; readonly place?: string };
    results: {
      'door.asked': ChallengeShown;
      /** What was typed is no number or address that codes go to; costs nothing. */
      'door.rejected': {
        readonly reason: 'not-a-number' | 'not-allowed-country' | 'not-a-mobile' | 'special-number' | 'not-an-address';
      };
      /** `pace`: too many codes were asked for, or too many answers were wrong. `budget`: no codes go to telephones from here now. */
      'door.refused': { readonly reason: 'pace' | 'closed' | 'budget'; readonly until: number | null };
    };
  };
  /**
   * Makes a case for the account that was claimed, or finds the one that is open (I13). `code` is what the dialog knows; the exact reason is read live, and stands
   * in the case and in the mail to the work mailbox alone.
   */
  openDoorCase: {
    params: { readonly code: string; readonly wish: Wish; readonly proofs: readonly ProofId[] };
    results: {
      /** `next`: of a new case, told from the policy's hours alone, so that it is the same for every account (I20). */
      'door-case.opened': { readonly number: string; readonly isNew: boolean; readonly next?: NextStep };
      /** One was made today, or too many came from that network address. */
      'door-case.refused': { readonly until: number };
    };
  };
}

/** Kind and results of each. */
export const doorEffects: EffectFactsOf<DoorEffects> = {
  claimAccount: { kind: 'check', results: ['account.claimed', 'claim.refused', 'claim.unavailable'] },
  askAtDoor: { kind: 'check', results: ['door.asked', 'door.rejected', 'door.refused'] },
  openDoorCase: { kind: 'repeatable', results: ['door-case.opened', 'door-case.refused'] },
};
