import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DoorPurpose } from '../../dialogs/dialog-table.ts';
import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import { ruleOf, type MethodKind } from '../../dialogs/methods.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { askedByMail, askedParts } from '../delivery/asked.ts';
import { notMeAddress } from '../delivery/not-me.ts';
import { outboxRow } from '../delivery/outbox.ts';
import { LatchkeyError } from '../errors.ts';
import { count } from '../security/counter.ts';
import { keys } from '../store/keys.ts';
import { decideAudited, type Decided } from './audited-update.ts';
import { digitsMinutes } from './ceremony-code.ts';
import { challengeParts, codesOf, readChallenge, shown, type ChallengeRecord } from './challenge-record.ts';
import { hashCode, newCode, newMark } from './codes.ts';
import { joined } from './join-commits.ts';
import { openSecret, readMethodsDocument, sessionOf, standing, type MethodRecord, type MethodsDocument } from './method-record.ts';
import { isCeremony, type SendingMethod } from './method.ts';
import { closedUntil, countDoorSend, doorSendsFullUntil, doorTries, paceUntil, readPace } from './pace.ts';
import { readPhoneNumber } from './phone-number.ts';
import { placeHash } from './place-hash.ts';
import type { MethodPorts } from './ports.ts';
import { methodsByKind } from './registry.ts';
import { messageOf } from './send-challenge.ts';
import { withCode } from './sent-codes.ts';
import { CodesOfChallenges } from './shown-code.ts';
import { isUsedUp, waitsUntil } from './tries.ts';

type Params = EffectTable['askAtDoor']['params'];
type Result = ResultOf<'askAtDoor'>;
type Refused = Extract<Result, { type: 'door.refused' }>;

/** What a challenge at the front door is for where the account has no such method, or cannot be helped: no answer to it is right. */
export const nobodysMethod = 'nobody';

const hourMs = 3_600_000;
/** Codes to one number or address, whichever user IDs they are asked for. */
const sendsPerPlace = { most: 3, ms: 10 * 60_000 };

/**
 * Asks for proof at the front door (I20). What was typed is counted for the network address, the number and the door's own budget before any account is
 * looked at. Then the same is read, decided, committed and owed for every user ID: a challenge, a code's keyed hash and a parcel, which is empty where nobody is
 * to get one. It is sent after the answer, by whoever pays what is owed, so that a provider's time tells nothing either.
 */
export function askAtDoor(ports: MethodPorts): Handler<'askAtDoor'> {
  return {
    async run(params, act) {
      const method = methodsByKind[params.kind];
      const taken = method.sends ? takePlace(ports, params) : { ok: true as const, place: '' };
      if (!taken.ok) return { type: 'door.rejected', reason: taken.reason };
      const id = challengeIdOf(act);
      if (method.sends) {
        const refused = await countSends(ports, method, taken.place, act, id);
        if (refused !== null) return refused;
      }
      return open(ports, params, act, { id, place: taken.place, helped: await isHelped(ports, act, params.purpose) });
    },
  };
}

/** What a challenge of the front door is for; null for what is never asked there. */
export const doorPurposeOf = ({ purpose }: Pick<ChallengeRecord, 'purpose'>): DoorPurpose | null =>
  purpose === 'reset' || purpose === 'unlock' || purpose === 'caller' ? purpose : null;

/** Whether the account that was claimed may have what is asked for. One call of the directory, whoever it is; no answer is no. */
export async function isHelped(
  { mayBeHelped }: Pick<MethodPorts, 'mayBeHelped'>,
  act: Pick<Act, 'account' | 'accountId' | 'now'>,
  purpose: DoorPurpose,
): Promise<boolean> {
  try {
    return (await mayBeHelped?.(act, purpose)) ?? false;
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return false;
    throw fault;
  }
}

async function open(
  ports: MethodPorts,
  params: Params,
  act: Act,
  asked: { readonly id: string; readonly place: string; readonly helped: boolean },
): Promise<Result> {
  const { accountId, now, language } = act;
  const { kind, purpose } = params;
  const method = methodsByKind[kind];
  const paceKey = keys.pace(accountId);
  const challengeKey = keys.challenge(accountId, asked.id);
  const code = ruleOf(kind).showsCode === true ? new CodesOfChallenges(ports.keys).of(asked.id) : newCode(ports.random);
  const mark = newMark(ports.random);
  return decideAudited<Result>(ports, act, [paceKey, challengeKey], (rows) => {
    const before = readChallenge(rows(challengeKey)?.value ?? null);
    if (before !== null) return { commit: null, entry: null, result: { type: 'door.asked', ...shown(before) } };
    const pace = readPace(rows(paceKey)?.value ?? null, now);
    const refused = refusalOf(ports, kind, pace, now);
    if (refused !== null) return { commit: null, entry: entryOf(params, refused.reason, false), result: refused };

    const document = readMethodsDocument(rows(keys.methods(accountId))?.value ?? null);
    const target = methodFor(ports, document, { accountId, kind, place: asked.place, now });
    const minutes = method.sends
      ? method.minutes(ports.policy.limits)
      : isCeremony(method)
        ? ports.policy.limits.pageMinutes + digitsMinutes
        : ports.policy.limits.proofMinutes;
    const expiresAt = now + minutes * 60_000;
    const challenge: ChallengeRecord = {
      id: asked.id,
      target: asked.helped && target !== null ? target.id : nobodysMethod,
      kind,
      purpose,
      conversation: act.stack,
      session: sessionOf(act),
      door: act.door,
      language,
      masked: '',
      country: null,
      mark: method.sends ? mark : null,
      expiresAt,
      resendAt: null,
      state: 'open',
      verdicts: [],
    };
    const result: Result = { type: 'door.asked', ...shown(challenge) };
    const entry = entryOf(params, challenge.target === nobodysMethod ? 'opened-for-nobody' : 'opened', true);
    if (!method.sends) return { commit: challengeParts(accountId, challenge), entry, result };

    const binding = { challenge: asked.id, account: accountId, purpose, conversation: act.stack };
    const sent = { challenge: asked.id, mark, mac: hashCode(ports.keys, binding, code), expiresAt };
    const after = { ...countDoorSend(pace, now), codes: [...withCode(pace.codes, codesOf(challenge), sent, now)] };
    const mailed = askedByMail(kind, purpose, { account: accountId, challenge: asked.id, door: act.door, at: now, language });
    const notAsked = mailed === null ? null : notMeAddress(ports.keys, mailed);
    const message = { ...messageOf(ports, language, kind, { code, mark, minutes, purpose, notAsked }), language };
    const { id: _id, ...parcel } = method.parcel(asked.id, asked.place, message);
    const owed = outboxRow(
      ports.keys,
      accountId,
      asked.id,
      { kind: 'door-code', what: JSON.stringify({ account: accountId, parcel: challenge.target === nobodysMethod ? null : parcel }) },
      now,
    );
    return {
      commit: joined([
        challengeParts(accountId, challenge),
        { put: { [paceKey]: after }, until: { [paceKey]: paceUntil(after, now) } },
        owed,
        // The same for an account that is not there: nothing tells the two apart (I20).
        mailed === null ? {} : askedParts(mailed),
      ]),
      entry,
      result,
    };
  });
}

/** What stands against an answer before it is given, the same for user IDs that do not exist (I6). */
function refusalOf({ policy }: MethodPorts, kind: MethodKind, pace: ReturnType<typeof readPace>, now: number): Refused | null {
  const closed = closedUntil(pace, 'front-door', now);
  if (closed !== null) return { type: 'door.refused', reason: 'closed', until: closed };
  const tries = doorTries(pace, kind);
  if (isUsedUp(tries)) return { type: 'door.refused', reason: 'pace', until: null };
  const waiting = waitsUntil(tries, now);
  const full = methodsByKind[kind].sends ? doorSendsFullUntil(pace, policy.limits, now) : null;
  const until = waiting ?? full;
  return until === null ? null : { type: 'door.refused', reason: 'pace', until };
}

/**
 * The account's methods of a kind that can be used at the front door. Wrong answers in Teams do not close this door, as those here close none there.
 */
export const usableAtDoor = (
  { policy }: Pick<MethodPorts, 'policy'>,
  { methods }: MethodsDocument,
  kind: MethodKind,
  now: number,
): readonly MethodRecord[] =>
  methods.filter((method) => {
    if (method.kind !== kind) return false;
    const { usable } = standing(method, { now, session: null }, policy);
    return usable === 'yes' || usable === 'waiting';
  });

/** The method that is asked: of a kind that sends, the one whose number or address was typed whole; each is compared, as a keyed hash (I20, R9). */
function methodFor(
  ports: Pick<MethodPorts, 'keys' | 'policy'>,
  document: MethodsDocument,
  asked: { readonly accountId: string; readonly kind: MethodKind; readonly place: string; readonly now: number },
): MethodRecord | null {
  const usable = usableAtDoor(ports, document, asked.kind, asked.now);
  if (!methodsByKind[asked.kind].sends) return usable[0] ?? null;
  const typed = placeHash(ports.keys, asked.place);
  const right = usable.filter((method) => placeHash(ports.keys, openSecret(ports.keys, asked.accountId, method)) === typed);
  return right[0] ?? null;
}

const address = z.email().max(254);

type Reason = Extract<Result, { type: 'door.rejected' }>['reason'];

/** A whole number or address, as far as it can be judged without an account. */
function takePlace(
  { policy }: MethodPorts,
  { kind, place = '' }: Params,
): { readonly ok: true; readonly place: string } | { readonly ok: false; readonly reason: Reason } {
  if (kind === 'email') {
    const read = address.safeParse(place.trim());
    return read.success ? { ok: true, place: read.data } : { ok: false, reason: 'not-an-address' };
  }
  const read = readPhoneNumber(place, kind === 'phone-call' ? 'call' : 'text', policy.telephony);
  if (read.ok) return { ok: true, place: read.secret };
  const known = (['not-a-number', 'not-allowed-country', 'not-a-mobile'] as const).find((reason) => reason === read.reason);
  return { ok: false, reason: known ?? 'special-number' };
}

/** Client, destination and the door's own budget, each counted apart (I6); a sending is counted once. */
async function countSends(ports: MethodPorts, method: SendingMethod, place: string, act: Act, id: string): Promise<Refused | null> {
  const counters = { store: ports.store, clock: ports.clock, seals: ports.keys };
  const until =
    (await count(
      counters,
      { what: 'door-sends', whom: act.client ?? '', id, most: ports.policy.frontDoor.codesPerAddress, ms: hourMs },
      act.now,
    )) ?? (await count(counters, { what: 'door-places', whom: place, id, ...sendsPerPlace }, act.now));
  if (until !== null) return { type: 'door.refused', reason: 'pace', until };
  if (!method.isTelephony) return null;
  const budget = { what: 'door-telephony', whom: 'everybody', id, most: ports.policy.frontDoor.codesPerDay, ms: 24 * hourMs };
  const spent = await count(counters, budget, act.now);
  return spent === null ? null : { type: 'door.refused', reason: 'budget', until: spent };
}

/** The same act asks once. The id is hashed with the conversation: a client chooses the ids of its activities. */
const challengeIdOf = ({ stack, id }: Act): string => createHash('sha256').update(`${stack}\n${id}`).digest('base64url').slice(0, 22);

const entryOf = ({ kind, purpose }: Params, reason: string, allowed: boolean): NonNullable<Decided<unknown>['entry']> => ({
  act: 'methods.ask-at-door',
  verdict: allowed ? 'allowed' : 'refused',
  reason: `${purpose} ${kind} ${reason}`,
  proofs: [],
});
