import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import { gatesSuffice, isOneSet, ruleOf } from '../../dialogs/methods.ts';
import type { Policy } from '../config/policy.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { watched } from '../desk/watched.ts';
import type { AccountState } from '../directory/port.ts';
import { isFrozen } from '../desk/freeze-record.ts';
import { LatchkeyError } from '../errors.ts';
import { keys, partitionOf } from '../store/keys.ts';
import { claimedPlace } from './claimed-place.ts';
import { decideAudited, type Decided, type Rows } from './audited-update.ts';
import { isAmong, ofKind, replacedBy, withoutOver } from './draft-method.ts';
import { openDraftSecret, readDraft, type DraftRecord } from './draft-record.ts';
import { provedPlaces, type ProvingPlace } from './first-proof-places.ts';
import { joined } from './join-commits.ts';
import { heldMethods } from './leaver.ts';
import {
  countOf,
  hasAnother,
  isLastUsable,
  isToBeProvedAnew,
  isOfSession,
  openSecret,
  readMethodsDocument,
  sealSecret,
  sessionOf,
  type MethodRecord,
  type MethodsDocument,
} from './method-record.ts';
import { isAnswered, isCeremony, isSaved } from './method.ts';
import { methodNotice } from './notice.ts';
import { claimPlace, releaseClaim } from './place-claims.ts';
import { placeHashes } from './place-hash.ts';
import { noticePlaces } from './places.ts';
import type { MethodPorts } from './ports.ts';
import { claimsOf, unheld, withRemoval } from './place-removals.ts';
import { proofParts, type ProofRecord } from './proof-record.ts';
import { judgeProofs, proofRows } from './proofs.ts';
import { methodsByKind } from './registry.ts';
import { noTries } from './tries.ts';

type Params = EffectTable['storeMethod']['params'];
type Result = ResultOf<'storeMethod'>;
type Reason = Extract<Result, { type: 'method.refused' }>['reason'];

/**
 * Stores a draft as a method, with its notices and its audit entry in one commit. The method's id is the act's, so that a second run finds
 * it stored.
 */
export function storeMethod(ports: MethodPorts): Handler<'storeMethod'> {
  return { run: (params, act) => run(ports, params, act) };
}

async function run(ports: MethodPorts, params: Params, act: Act): Promise<Result> {
  const account = await act.account();
  const registers = account?.enabled === true && (await ports.mayRegister(act));
  const places = await provedPlaces(ports, act, account, params.proofs);
  const alsoRead = [keys.draft(act.accountId, params.draft), ...proofRows({ accountId: act.accountId, proofIds: params.proofs })];
  const decide = (write: boolean) =>
    decideAudited<Result | Stored>(ports, act, alsoRead, (rows) => {
      const judged = judge(ports, params, act, rows, registers ? account : null, places);
      if ('type' in judged)
        return judged.type === 'method.stored' ? { commit: null, entry: null, result: judged } : refusedBy(params, judged);
      return write ? storing(ports, params, act, judged) : { commit: null, entry: null, result: judged };
    });

  const found = await decide(false);
  if ('type' in found) {
    if (found.type === 'method.stored') await releaseReplaced(ports, act);
    return found;
  }
  const secret = openDraftSecret(ports.keys, act.accountId, found.draft);
  const method = methodsByKind[found.draft.kind];
  const most = method.sends ? method.accountsPerPlace(ports.policy) : isCeremony(method) ? 1 : null;
  const place = claimedPlace(found.draft.kind, secret) ?? '';
  if (most !== null && !(await claimPlace(ports, place, act.accountId, most))) {
    const inUse = { type: 'method.refused', reason: 'in-use' } as const;
    return decideAudited<Result>(ports, act, [], () => ({ ...refusedBy(params, inUse), result: inUse }));
  }
  const result = await decide(true);
  if (!('type' in result)) throw new LatchkeyError('latchkey_methods_store', 'defect', 'a method was judged and not stored');
  // The claim was made for a method that is not there after all; another method of the same number keeps it.
  if (most !== null && result.type === 'method.refused' && !(await stillHeld(ports, act, place))) {
    await releaseClaim(ports, placeHashes(ports.keys, place), act.accountId);
  }
  if (result.type === 'method.stored') await releaseReplaced(ports, act);
  return result;
}

/** Gives back the claim of the number whose place the new one took, unless another method stands on it; done again, it changes nothing. */
async function releaseReplaced(ports: MethodPorts, act: Act): Promise<void> {
  const document = await documentOf(ports, act);
  const replaced = document.removals.find((each) => each.act === act.id);
  if (replaced !== undefined) await releaseClaim(ports, unheld(ports, act.accountId, document, replaced.claims), act.accountId);
}

/** What may be stored. */
interface Stored {
  readonly account: AccountState;
  readonly document: MethodsDocument;
  readonly draft: DraftRecord;
  /** The method whose place it takes. */
  readonly replaced: MethodRecord | null;
  readonly proofs: readonly ProofRecord[];
  /** The numbers and addresses on file that began it, which are told too (I19): nothing registered was there to tell. */
  readonly places: readonly ProvingPlace[];
}

/** @param account null when it may not register */
function judge(
  ports: MethodPorts,
  params: Params,
  act: Act,
  rows: Rows,
  account: AccountState | null,
  places: readonly ProvingPlace[],
): Result | Stored {
  const { accountId, now } = act;
  const document = readMethodsDocument(rows(keys.methods(accountId))?.value ?? null);
  const stored = document.methods.find(({ id }) => id === act.id);
  if (stored !== undefined) return { type: 'method.stored', method: stored.id, label: stored.label };
  if (account === null || isFrozen(rows(keys.frozen(accountId)))) return refused('not-eligible');

  const draft = readDraft(rows(keys.draft(accountId, params.draft))?.value ?? null, now);
  if (draft === null || draft.conversation !== act.stack) return refused('gone');
  const request = {
    accountId,
    proofIds: params.proofs,
    act: 'store-method',
    draft: draft.id,
    conversation: act.stack,
    passwordSetAt: account.passwordSetAt,
    placesOnFile: places.map(({ id }) => id),
    now,
  } as const;
  const judged = judgeProofs(rows, request, ports.policy);
  if (!judged.ok) return refused('proofs');

  const replaced = replacedBy(document, draft);
  if (draft.replaces !== undefined && replaced === undefined) return refused('gone');
  const { enabled, most } = ports.policy.methods[draft.kind];
  const had = countOf(document, draft.kind, replaced);
  if (!enabled || (!isOneSet(draft.kind) && had >= most)) return refused('full');
  const others = withoutOver(document, replaced, ports.policy);
  const place = claimedPlace(draft.kind, openDraftSecret(ports.keys, accountId, draft));
  if (place !== null && isAmong(ports, accountId, ofKind(others, draft.kind), place)) return refused('full');
  // A draft whose ceremony nobody held has nothing to be stored.
  if (place === null && isCeremony(methodsByKind[draft.kind])) return refused('gone');
  if (ruleOf(draft.kind).besideAnother === true && !hasAnother(document, draft.kind)) return refused('not-eligible');
  // The last usable one is not changed by a proof that carried another act: that would be its removal (I4).
  const at = { now, session: sessionOf(act) };
  const carriedAct = judged.proofs.some((proof) => proof.used);
  if (replaced !== undefined && carriedAct && isLastUsable(document, replaced, at, ports.policy)) return refused('proofs');
  return { account, document, draft, replaced: replaced ?? null, proofs: judged.proofs, places };
}

function storing(ports: MethodPorts, params: Params, act: Act, stored: Stored): Decided<Result> {
  const { accountId, now } = act;
  const { account, document, draft, replaced, proofs, places } = stored;
  const session = sessionOf(act);
  const secret = openDraftSecret(ports.keys, accountId, draft);
  const of = methodsByKind[draft.kind];
  const others = document.methods.filter(
    (each) => each.id !== replaced?.id && !isReplaced(ports, accountId, each, { kind: draft.kind, secret }),
  );
  const method: MethodRecord = {
    id: act.id,
    kind: draft.kind,
    label: draft.label,
    sealed: sealSecret(ports.keys, accountId, act.id, secret),
    addedAt: now,
    countsFrom: countsFrom(document, proofs, { now, session }, ports.policy),
    addedSession: session,
    lastUsedAt: null,
    tries: noTries,
    // The code that registered an app is used up for everything after (R4).
    lastStep: draft.lastStep,
    suspended: null,
    ...(replaced?.name !== undefined && { name: replaced.name }),
    ...(isSaved(of) && { left: of.left(secret) }),
    ...(isAnswered(of) && { answers: of.answers(secret) }),
  };
  const after: MethodsDocument = {
    ...document,
    methods: [...others, method],
    ...(replaced !== null && document.preferred === replaced.id && { preferred: method.id }),
    first: document.first ?? { session, at: now },
    removals: replaced === null ? document.removals : withRemoval(document, act.id, claimsOf(ports, accountId, replaced)),
  };
  const notices = methodNotice(ports, act, account, {
    what: replaced !== null ? 'method-changed' : others.length < document.methods.length ? 'method-replaced' : 'method-added',
    kind: method.kind,
    // What was changed is told one last time.
    places: [
      ...noticePlaces(ports.keys, accountId, replaced === null ? after.methods : [...after.methods, replaced]),
      ...places.map(({ kind, secret: to }) => ({ kind: kind === 'email' ? ('mail' as const) : ('sms' as const), to })),
    ],
  });
  return {
    commit: joined([
      { put: { [keys.methods(accountId)]: after } },
      heldMethods(accountId),
      { remove: [keys.draft(accountId, draft.id)] },
      ...proofs.map((proof) =>
        proof.kind === 'gate' && proof.purpose === 'register'
          ? { remove: [keys.proof(accountId, proof.id)] }
          : proofParts({ ...proof, used: true }),
      ),
      notices,
      document.first === null
        ? { due: [watched(partitionOf(accountId), { event: 'first-registration', id: act.id, account: accountId, at: now })] }
        : {},
    ]),
    entry: { act: replaced === null ? 'methods.store' : 'methods.change', verdict: 'allowed', reason: method.kind, proofs: params.proofs },
    result: { type: 'method.stored', method: method.id, label: method.label },
  };
}

/** A new set of codes replaces the one before, whose codes are over with this commit; what is to be proved anew is replaced by itself. */
function isReplaced(
  { keys: seals }: MethodPorts,
  accountId: string,
  method: MethodRecord,
  by: { readonly kind: MethodRecord['kind']; readonly secret: string },
): boolean {
  if (method.kind !== by.kind) return false;
  return isOneSet(by.kind) || (isToBeProvedAnew(method) && openSecret(seals, accountId, method) === by.secret);
}

/**
 * From when a new method counts (I5): after the policy's hours; at once where a security key or two gates that were there before confirmed
 * it, or a start code, and for the methods of a first registration unless the policy says otherwise.
 */
function countsFrom(
  document: MethodsDocument,
  proofs: readonly ProofRecord[],
  { now, session }: { readonly now: number; readonly session: string },
  { cooling, reset }: Pick<Policy, 'cooling' | 'reset'>,
): number {
  if (proofs.some(({ kind }) => kind === 'start-code')) return now;
  const cooled = now + cooling.hours * 3_600_000;
  const first = document.first === null || isOfSession({ addedSession: document.first.session, addedAt: document.first.at }, session, now);
  if (first) return cooling.firstRegistration ? cooled : now;
  const gates = proofs.flatMap((proof) => (proof.kind === 'gate' && proof.purpose === 'step-up' ? [proof.method] : []));
  if (gates.includes('security-key')) return now;
  return gatesSuffice(gates, 'step-up', { needed: 2, oneDevice: reset.oneDevice }) ? now : cooled;
}

const stillHeld = async (ports: MethodPorts, act: Act, place: string): Promise<boolean> =>
  isAmong(ports, act.accountId, await documentOf(ports, act), place);

async function documentOf(ports: MethodPorts, { accountId, now }: Act): Promise<MethodsDocument> {
  const key = keys.methods(accountId);
  const { rows } = await ports.store.open({ key, owner: null, now });
  return readMethodsDocument(rows.get(key)?.value ?? null);
}

const refused = (reason: Reason): Result => ({ type: 'method.refused', reason });

const refusedBy = (params: Params, result: Extract<Result, { type: 'method.refused' }>): Decided<Result> => ({
  commit: null,
  entry: { act: 'methods.store', verdict: 'refused', reason: result.reason, proofs: params.proofs },
  result,
});
