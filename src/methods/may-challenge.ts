import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import { counts, isOneSet, type MethodKind, type Purpose } from '../../dialogs/methods.ts';
import type { Act } from '../conversation/port.ts';
import type { Keys } from '../security/keys.ts';
import { isFrozen, reportedUntil } from '../desk/freeze-record.ts';
import { keys } from '../store/keys.ts';
import type { Rows } from './audited-update.ts';
import { codesOf } from './challenge-record.ts';
import { openDraftSecret, readDraft } from './draft-record.ts';
import { openSecret, readMethodsDocument, sessionOf, standing, type Standing } from './method-record.ts';
import type { ProvingPlace } from './first-proof-places.ts';
import { closedUntil, draftTries, placeTries, readPace, sendsFullUntil, type Pace } from './pace.ts';
import type { MethodPorts } from './ports.ts';
import { hasNothingRegistered } from './proofs.ts';
import { methodsByKind } from './registry.ts';
import { resendAt } from './sent-codes.ts';
import { isUsedUp, waitsUntil, type Tries } from './tries.ts';

export type Refused = Extract<ResultOf<'sendChallenge'>, { type: 'challenge.refused' | 'challenge.failed' }>;

/** What may be challenged. */
export interface Target {
  readonly id: string;
  readonly kind: MethodKind;
  readonly label: string;
  /** Marks of messages that may still be lying there. */
  readonly marks: readonly string[];
  secret(seals: Keys): string;
}

export type MayChallenge =
  | { readonly ok: true; readonly target: Target; readonly pace: Pace }
  | { readonly ok: false; readonly refused: Refused };

type Params = EffectTable['sendChallenge']['params'];
type Found = Omit<Target, 'marks'> & { readonly standing: Standing };

const gone = { ok: false, refused: { type: 'challenge.failed', reason: 'gone' } } as const;
const refused = (reason: 'pace' | 'cooling' | 'resend-too-soon', until: number | null): MayChallenge => ({
  ok: false,
  refused: { type: 'challenge.refused', reason, until },
});

/**
 * Whether an account's method or draft may be challenged now (I4-I7): there, counting for the purpose, neither cooling nor waiting, and
 * within the account's sends. Pure.
 * @param place what the directory holds, where that is what is asked of
 */
export function mayChallenge(
  ports: Pick<MethodPorts, 'policy'>,
  params: Params,
  act: Act,
  rows: Rows,
  place: ProvingPlace | null = null,
): MayChallenge {
  const { accountId, door, now } = act;
  const { policy } = ports;
  // Of a frozen account nothing is asked but who is on the telephone (I17).
  if (isHeldUp(rows, accountId, params.purpose)) return gone;
  const pace = readPace(rows(keys.pace(accountId))?.value ?? null, now);
  const found = foundOf(params, act, rows, pace, policy, place);
  if (found === null) return gone;
  const reported = reportedFirstProof(rows, params.purpose, act);
  if (reported !== null) return refused('pace', reported);

  const closed = closedUntil(pace, door, now);
  if (closed !== null) return refused('pace', closed);
  const { usable, until } = found.standing;
  if (usable === 'cooling') return refused('cooling', until);
  if (usable === 'waiting') return refused('pace', until);
  if (usable !== 'yes' || !policy.methods[found.kind].enabled) return gone;

  const of = codesOf({ target: found.id, purpose: params.purpose, conversation: act.stack });
  const before = pace.codes.find((each) => each.of === of);
  if (methodsByKind[found.kind].sends) {
    if (before !== undefined && resendAt(before) > now) return refused('resend-too-soon', resendAt(before));
    const full = sendsFullUntil(pace, policy.limits, now);
    if (full !== null) return refused('pace', full);
  }
  return { ok: true, target: { ...found, marks: before === undefined ? [] : [before.mark] }, pace };
}

function foundOf(
  params: Params,
  act: Act,
  rows: Rows,
  pace: Pace,
  policy: MethodPorts['policy'],
  place: ProvingPlace | null,
): Found | null {
  if ('draft' in params) return draftOf(params.draft, params.purpose, act, rows, pace);
  if ('method' in params) return methodOf(params.method, params.purpose, act, rows, policy);
  return place === null || params.purpose !== 'first-proof' ? null : placeOf(place, act, rows, pace);
}

/**
 * Until when a first proof by what the directory holds is held up by a report (I17), epoch ms; null where it is not. Who said that somebody else was at
 * work there is asked for a gate, and a place on file is none.
 */
export const reportedFirstProof = (
  rows: Rows,
  purpose: Purpose,
  { accountId, door, now }: Pick<Act, 'accountId' | 'door' | 'now'>,
): number | null => (purpose === 'first-proof' ? reportedUntil(rows(keys.frozen(accountId)), door, now) : null);

/** Whether a freeze stands against a proof for this purpose: all that it could be used for is refused. A caller is verified to end it. */
export const isHeldUp = (rows: Rows, accountId: string, purpose: Purpose): boolean =>
  purpose !== 'caller' && isFrozen(rows(keys.frozen(accountId)));

/** A draft is challenged to be registered, and for nothing else; in the conversation it was made in. */
function draftOf(id: string, purpose: Params['purpose'], act: Act, rows: Rows, pace: Pace): Found | null {
  const draft = readDraft(rows(keys.draft(act.accountId, id))?.value ?? null, act.now);
  if (draft === null || purpose !== 'register' || draft.conversation !== act.stack) return null;
  // What is made on a page is confirmed there, and none of it is asked for before.
  if (isOneSet(draft.kind)) return null;
  return {
    id,
    kind: draft.kind,
    label: draft.label,
    secret: (seals) => openDraftSecret(seals, act.accountId, draft),
    standing: standingOf(draftTries(pace, draft.kind), act.now),
  };
}

/** What the directory holds is challenged where nothing is registered (I3), and never once something is. */
function placeOf({ id, kind, masked, secret }: ProvingPlace, act: Act, rows: Rows, pace: Pace): Found | null {
  const document = readMethodsDocument(rows(keys.methods(act.accountId))?.value ?? null);
  if (!hasNothingRegistered(document, sessionOf(act), act.now)) return null;
  return { id, kind, label: masked, secret: () => secret, standing: standingOf(placeTries(pace, id), act.now) };
}

/** Where something stands that is no method yet: its tries alone. */
function standingOf(tries: Tries, now: number): Standing {
  if (isUsedUp(tries)) return { usable: 'disabled', until: null };
  const waiting = waitsUntil(tries, now);
  return waiting === null ? { usable: 'yes', until: null } : { usable: 'waiting', until: waiting };
}

/** A registered method is challenged for what its kind counts for (I2), never to be registered. */
function methodOf(id: string, purpose: Params['purpose'], act: Act, rows: Rows, policy: MethodPorts['policy']): Found | null {
  const { methods } = readMethodsDocument(rows(keys.methods(act.accountId))?.value ?? null);
  const method = methods.find((each) => each.id === id);
  if (method === undefined || purpose === 'register' || !counts(method.kind, purpose)) return null;
  return {
    id,
    kind: method.kind,
    label: method.label,
    secret: (seals) => openSecret(seals, act.accountId, method),
    standing: standing(method, { now: act.now, session: sessionOf(act) }, policy),
  };
}
