import { gatesSuffice, type GateRule, type MethodKind, type Purpose } from '../../dialogs/methods.ts';
import type { Policy } from '../config/policy.ts';
import type { Act, Door } from '../conversation/port.ts';
import { isFrozen, readFreeze, reportedUntil } from '../desk/freeze-record.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { isLasting, openSecret, readMethodsDocument, standing, type MethodsDocument } from './method-record.ts';
import { closedUntil, readPace } from './pace.ts';
import { noticePlaces } from './places.ts';
import type { Place } from './ports.ts';
import { otpauthUri } from './authenticator-app.ts';
import { methodsByKind } from './registry.ts';
import { rowsOfTurn } from './turn-rows.ts';

/** What other rooms may know of an account's methods. */
export interface MethodSummary {
  /** How many are registered, whatever they count for. */
  readonly registered: number;
  /** Those that are neither disabled, suspended nor used up, with the time from which each counts (I5); one that waits a while is among them. */
  readonly counting: readonly { readonly kind: MethodKind; readonly countsFrom: number }[];
  /** Until when self-service is closed at each door (I6), epoch ms; null when it is open. */
  readonly closedUntil: Readonly<Record<Door, number | null>>;
  /** Until when each door may start nothing, because somebody was asked there for what they had not asked for (I17), epoch ms. */
  readonly reportedUntil: Readonly<Record<Door, number | null>>;
  /** The account is frozen (I17). */
  readonly frozen: boolean;
  /** What was made by then was ended by a freeze, epoch ms; 0 where there was none. */
  readonly voidBefore: number;
}

type SummaryPorts = { readonly store: Store; readonly policy: Pick<Policy, 'methods' | 'securityQuestions'> };

/** Reads the summary in one trip. */
export const methodSummary = (ports: SummaryPorts, accountId: string, now: number): Promise<MethodSummary> =>
  methodSummaryOfTurn(ports, { accountId, now, rows: new Map() });

/** The same within a turn: no trip where what was read with the stack still holds. */
export async function methodSummaryOfTurn(ports: SummaryPorts, act: Pick<Act, 'accountId' | 'now' | 'rows'>): Promise<MethodSummary> {
  const { accountId, now } = act;
  const methodsKey = keys.methods(accountId);
  const paceKey = keys.pace(accountId);
  const frozenKey = keys.frozen(accountId);
  const rows = await rowsOfTurn(ports.store, act, [methodsKey, paceKey, frozenKey]);
  const frozen = rows(frozenKey);
  const { methods } = readMethodsDocument(rows(methodsKey)?.value ?? null);
  const pace = readPace(rows(paceKey)?.value ?? null, now);
  return {
    registered: methods.length,
    counting: methods
      .filter((method) => isLasting(standing(method, { now, session: null }, ports.policy)))
      .map(({ kind, countsFrom }) => ({ kind, countsFrom })),
    closedUntil: { teams: closedUntil(pace, 'teams', now), 'front-door': closedUntil(pace, 'front-door', now) },
    reportedUntil: { teams: reportedUntil(frozen, 'teams', now), 'front-door': reportedUntil(frozen, 'front-door', now) },
    frozen: isFrozen(frozen),
    voidBefore: readFreeze(frozen).voidBefore,
  };
}

/**
 * From when an account's methods are enough for a purpose, by the rule of I2: the moment given when they are, a later one when something
 * cools off, null when they never are.
 */
export function enoughFrom(summary: Pick<MethodSummary, 'counting'>, purpose: Purpose, gates: GateRule, now: number): number | null {
  const kinds: MethodKind[] = [];
  const inOrder = [...summary.counting].sort((a, b) => a.countsFrom - b.countsFrom);
  for (const { kind, countsFrom } of inOrder) {
    kinds.push(kind);
    if (gatesSuffice(kinds, purpose, gates)) return Math.max(now, countsFrom);
  }
  return null;
}

/** A method's number or address, whole. */
export interface WholeMethod {
  readonly kind: MethodKind;
  readonly whole: string;
  readonly addedAt: number;
}

/** An account's numbers and addresses, whole, for an administrator who was asked who they are; the caller writes the audit entry and tells the person. */
export async function wholeNumbers(store: Store, seals: Keys, accountId: string): Promise<readonly WholeMethod[]> {
  const { methods } = await documentOf(store, accountId);
  return methods
    .filter(({ kind }) => methodsByKind[kind].sends)
    .map((method) => ({ kind: method.kind, whole: openSecret(seals, accountId, method), addedAt: method.addedAt }));
}

/** Where the notices of an account go, beside Teams and the work mailbox (I19). */
export const registeredPlaces = async (store: Store, seals: Keys, accountId: string): Promise<readonly Place[]> =>
  noticePlaces(seals, accountId, (await documentOf(store, accountId)).methods);

/** The otpauth addresses of an account's apps: local mode alone shows their running codes. */
export async function otpauthAddresses(store: Store, seals: Keys, accountId: string, userId: string): Promise<readonly string[]> {
  const { methods } = await documentOf(store, accountId);
  return methods
    .filter(({ kind }) => kind === 'authenticator-app')
    .map((method) => otpauthUri(method.label, userId, openSecret(seals, accountId, method)));
}

/** The kinds an account has registered, and since when: all that a case may say of them. */
export const registeredKinds = async (
  store: Store,
  accountId: string,
): Promise<readonly { readonly kind: MethodKind; readonly since: number }[]> =>
  (await documentOf(store, accountId)).methods.map(({ kind, addedAt }) => ({ kind, since: addedAt }));

/** How self-service went for an account in the last 24 h: what the helpdesk wants to know first. */
export async function triedLately(
  store: Store,
  accountId: string,
  now: number,
): Promise<{ readonly failures: number; readonly sends: number; readonly closed: 'yes' | 'no' }> {
  const key = keys.pace(accountId);
  const { failures, sends, closed } = readPace((await store.open({ key, owner: null, now })).rows.get(key)?.value ?? null, now);
  return { failures: failures.length, sends: sends.length, closed: closed.length > 0 ? 'yes' : 'no' };
}

async function documentOf(store: Store, accountId: string): Promise<MethodsDocument> {
  const key = keys.methods(accountId);
  const { rows } = await store.open({ key, owner: null, now: 0 });
  return readMethodsDocument(rows.get(key)?.value ?? null);
}
