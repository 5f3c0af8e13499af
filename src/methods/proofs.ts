import type { DraftId, GrantKind, ProofId } from '../../dialogs/views.ts';
import { counts, gatesSuffice, isRegistered, methods, type GateRule, type MethodKind, type Purpose } from '../../dialogs/methods.ts';
import type { Policy } from '../config/policy.ts';
import { caseOfGrant } from '../desk/caller-of-case.ts';
import { isFrozen, isVoid, reportedUntil } from '../desk/freeze-record.ts';
import { judgeGrant } from '../desk/judge-grant.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key, Store } from '../store/port.ts';
import type { Rows } from './audited-update.ts';
import { isOfSession, readMethodsDocument, sessionOf, standing, type MethodRecord, type MethodsDocument } from './method-record.ts';
import { proofParts, readProof, type ProofRecord } from './proof-record.ts';

export { presentPasswordProof } from './proof-record.ts';

/** An act that takes proofs. `enrol` opens the page of an app's draft: what `store-method` takes, but for the draft's own proof. */
type ProvedAct =
  | 'stand-as-agent'
  | 'verify-caller'
  | 'open-new-password'
  | 'open-temporary-pass'
  | 'unlock'
  | 'vouch'
  | 'enrol'
  | 'store-method'
  | 'remove-method';

export interface ProofRequest {
  readonly accountId: string;
  readonly proofIds: readonly ProofId[];
  readonly act: ProvedAct;
  /** The draft to be stored. */
  readonly draft?: DraftId;
  /** Names the act, where what the helpdesk gave may carry it: the same again is the same use (I16). */
  readonly use?: string;
  /** The kind of method that is to be removed. */
  readonly method?: MethodKind;
  /** The stack that asks. */
  readonly conversation: Key;
  /**
   * When the password was set that the account has now, as the directory says; one that was proved when another was in force is not the
   * present one. Left out, no present password counts.
   */
  readonly passwordSetAt?: number | null;
  /** Which places on file the directory and the policy let stand for the present password now (`firstProofPlaces`). Left out, none does. */
  readonly placesOnFile?: readonly string[];
  readonly now: number;
}

export type ProofPolicy = Pick<Policy, 'limits' | 'reset' | 'stepUp' | 'methods' | 'securityQuestions'>;

/**
 * `missing`: not this account's and conversation's, or spent. `old`: past the policy's minutes, of a password before the present one, or from before a freeze. `method`: its method is gone, cannot be
 * used, or was added in the session that proved it (I4). `not-enough`: the gates do not satisfy I2 for this act. `frozen`: nothing is done for the
 * account (I17).
 */
export type ProofRefusal = { readonly ok: false; readonly reason: 'missing' | 'old' | 'method' | 'not-enough' | 'frozen' };

export interface ProofsSuffice {
  readonly ok: true;
  readonly proofs: readonly ProofRecord[];
  /** The rows that were read: expected in the commit of the act, so that nothing that was taken away meanwhile counts. */
  readonly expect: Readonly<Record<Key, number>>;
  /** What uses up what the helpdesk gave: committed with the act. */
  readonly spends?: Required<Pick<Commit, 'put' | 'due'>> & Pick<Commit, 'until'>;
}

const keysOf = ({ accountId, proofIds }: Pick<ProofRequest, 'accountId' | 'proofIds'>): readonly Key[] => [
  ...new Set(proofIds.map((id) => rowOf(accountId, id))),
];

/** What the helpdesk gave stands in its case; every other proof in a row of its own. */
function rowOf(accountId: string, id: ProofId): Key {
  const caseId = caseOfGrant(id);
  return caseId === null ? keys.proof(accountId, id) : keys.case(caseId);
}

/** The rows a request needs, beside the account's methods document: the proofs, and whether the account is frozen (I17). */
export const proofRows = (request: Pick<ProofRequest, 'accountId' | 'proofIds'>): readonly Key[] => [
  ...keysOf(request),
  keys.frozen(request.accountId),
];

/**
 * Whether the store holds proofs that are enough for an act: this account's, of this conversation, young enough, of the act's purpose, by
 * methods that are still there, and together what I2 demands. An act of use commits with `expect`, and spends what is spent.
 */
export async function proofsSuffice(store: Store, request: ProofRequest, policy: ProofPolicy): Promise<ProofsSuffice | ProofRefusal> {
  const alsoRead = proofRows(request);
  const methodsKey = keys.methods(request.accountId);
  const { rows } = await store.open({ key: methodsKey, owner: null, alsoRead, now: request.now });
  const judged = judgeProofs((key) => rows.get(key) ?? null, request, policy);
  if (!judged.ok) return judged;
  return { ...judged, expect: Object.fromEntries([methodsKey, ...alsoRead].map((key) => [key, rows.get(key)?.version ?? 0])) };
}

/** The same on rows that were read already; pure. */
export function judgeProofs(rows: Rows, request: ProofRequest, policy: ProofPolicy): Omit<ProofsSuffice, 'expect'> | ProofRefusal {
  const frozen = rows(keys.frozen(request.accountId));
  // A caller is verified to end it: what they prove is of after the freeze, and by what was not touched since (I17).
  if (isFrozen(frozen) && request.act !== 'verify-caller') return no('frozen');
  const grant = request.proofIds.find((id) => caseOfGrant(id) !== null);
  if (grant !== undefined) return byGrant(rows, request, grant);
  const proofs: ProofRecord[] = [];
  for (const key of keysOf(request)) {
    const proof = readProof(rows(key)?.value ?? null);
    if (proof === null || proof.accountId !== request.accountId || proof.conversation !== request.conversation) return no('missing');
    if (!isYoung(proof, request.now, policy) || isOfAnotherPassword(proof, request) || isVoid(frozen, proof.at)) return no('old');
    proofs.push(proof);
  }
  const document = readMethodsDocument(rows(keys.methods(request.accountId))?.value ?? null);
  const gates = proofs.filter((proof) => proof.kind === 'gate');
  if (gates.some((proof) => proof.purpose !== 'register' && !stillHolds(proof, document, request.now, policy))) return no('method');

  const passed = (purpose: Purpose): MethodKind[] => gates.filter((gate) => gate.purpose === purpose).map(({ method }) => method);
  switch (request.act) {
    case 'open-new-password':
    case 'unlock': {
      const code = request.act === 'open-new-password' ? startCode() : null;
      if (code !== null) return { ok: true, proofs, spends: { due: [], ...proofParts(code) } };
      const purpose = request.act === 'unlock' ? 'unlock' : 'reset';
      return gatesSuffice(passed(purpose), purpose, resetGates(policy)) ? { ok: true, proofs } : no('not-enough');
    }
    case 'stand-as-agent':
      return gatesSuffice(passed('agent'), 'agent', { needed: 1, oneDevice: 'allow' }) ? { ok: true, proofs } : no('not-enough');
    case 'verify-caller':
      return gatesSuffice(passed('caller'), 'caller', resetGates(policy)) ? { ok: true, proofs } : no('not-enough');
    // Whoever vouches for somebody else shows who they are, each time anew (I12, I18).
    case 'vouch':
      return gatesSuffice(passed('agent'), 'agent', { needed: 1, oneDevice: 'allow' }) ? { ok: true, proofs } : no('not-enough');
    case 'store-method':
      if (!gates.some((gate) => gate.purpose === 'register' && gate.target === request.draft)) return no('not-enough');
      return isSteppedUp() ? { ok: true, proofs } : no('not-enough');
    case 'enrol':
    case 'remove-method':
      return isSteppedUp() ? { ok: true, proofs } : no('not-enough');
    default:
      return no('not-enough');
  }

  /** A start code takes the place of the gates of a new password, once (I12): used for this very page, as it is to be stored with its beginning. */
  function startCode(): ProofRecord | null {
    const { use } = request;
    if (use === undefined) return null;
    const code = proofs.find((proof) => proof.kind === 'start-code' && proof.opens === 'password' && (!proof.used || proof.for === use));
    return code === undefined ? null : ({ ...code, used: true, for: use } as ProofRecord);
  }

  /** A code to what the directory holds begins a first registration (I3), and carries nothing else: with something registered it is none. */
  function isByPlaceOnFile(): boolean {
    // Nor is it one while a report stands: who made it is asked for a gate (I17).
    if (request.act === 'remove-method' || reportedUntil(frozen, 'teams', request.now) !== null) return false;
    return proofs.some(
      (proof) =>
        proof.kind === 'place-on-file' &&
        request.placesOnFile?.includes(proof.place) === true &&
        hasNothingRegistered(document, proof.session, request.now),
    );
  }

  /** A step-up; where the account's methods cannot give all of it, I3's proof takes the place of what they cannot (I4). */
  function isSteppedUp(): boolean {
    if (isByPlaceOnFile() || proofs.some((proof) => proof.kind === 'start-code' && proof.opens === 'registration')) return true;
    const password = proofs.some(({ kind }) => kind === 'present-password');
    const session =
      proofs.find((proof) => proof.kind === 'present-password' || (proof.kind === 'gate' && proof.purpose === 'step-up'))?.session ?? null;
    const kinds = stepUpMethods(document, { now: request.now, session }, policy).map(({ kind }) => kind);
    const rule = stepUpGates(policy);
    if (gatesSuffice(kinds, 'step-up', rule)) return gatesSuffice(passed('step-up'), 'step-up', rule);
    return password && (kinds.length === 0 || gatesSuffice(passed('step-up'), 'step-up', { ...rule, needed: 1 }));
  }
}

/** Which acts the helpdesk can give, by what they take. */
const given: Readonly<Partial<Record<ProvedAct, GrantKind>>> = {
  'open-new-password': 'password',
  'open-temporary-pass': 'temporary-pass',
  unlock: 'unlock',
  'remove-method': 'remove-method',
};

/** What the helpdesk gave takes the place of the gates, once (I16). */
function byGrant(rows: Rows, request: ProofRequest, grant: ProofId): Omit<ProofsSuffice, 'expect'> | ProofRefusal {
  const { accountId, act, use, method, conversation, now } = request;
  const what = given[act];
  if (what === undefined || use === undefined) return no('not-enough');
  const judged = judgeGrant(rows, { accountId, grant, what, ...(method !== undefined && { method }), conversation, use, now });
  return judged.ok ? { ok: true, proofs: [], spends: judged.spends } : no(judged.reason);
}

/** Whether one of these proofs is a start code's for the password (I12); whether it is enough is not asked here. */
export async function isByStartCode(store: Store, accountId: string, proofIds: readonly ProofId[]): Promise<boolean> {
  const [key, ...alsoRead] = proofIds.map((id) => keys.proof(accountId, id));
  if (key === undefined) return false;
  const { rows } = await store.open({ key, owner: null, alsoRead, now: 0 });
  return [key, ...alsoRead].some((each) => {
    const proof = readProof(rows.get(each)?.value ?? null);
    return proof?.kind === 'start-code' && proof.opens === 'password';
  });
}

/**
 * How a requester is known (I13): which of these are live proofs of a reset or an unlock, this account's and of this conversation, and how
 * many independent gates they make. Those that are not are left out.
 */
export async function provedGates(
  store: Store,
  request: Pick<ProofRequest, 'accountId' | 'proofIds' | 'conversation' | 'now'>,
  policy: Pick<Policy, 'limits'>,
): Promise<{ readonly gates: number; readonly proofs: readonly ProofId[] }> {
  const [key, ...alsoRead] = keysOf(request);
  if (key === undefined) return { gates: 0, proofs: [] };
  const { rows } = await store.open({ key, owner: null, alsoRead, now: request.now });
  const live = [key, ...alsoRead].flatMap((each) => {
    const proof = readProof(rows.get(each)?.value ?? null);
    if (proof?.kind !== 'gate' || (proof.purpose !== 'reset' && proof.purpose !== 'unlock')) return [];
    if (proof.accountId !== request.accountId || proof.conversation !== request.conversation) return [];
    return isYoung(proof, request.now, policy) ? [proof] : [];
  });
  return { gates: new Set(live.map(({ method }) => methods[method].group)).size, proofs: live.map(({ id }) => id) };
}

/** Servers' clocks differ by this much at most, ms: a proof from further ahead was given before the clock was moved back. */
const clocksDifferMs = 60_000;

/** Within the policy's minutes; how old one from ahead of the clock really is, nobody knows: it counts as old. */
const isYoung = ({ at }: ProofRecord, now: number, { limits }: Pick<Policy, 'limits'>): boolean =>
  at + limits.proofMinutes * 60_000 > now && at <= now + clocksDifferMs;

/** Whoever proved the password before the present one knows the present one no more (I3). */
const isOfAnotherPassword = (proof: ProofRecord, { passwordSetAt }: ProofRequest): boolean =>
  proof.kind === 'present-password' && proof.passwordSetAt !== passwordSetAt;

/** What a reset or an unlock takes. */
export const resetGates = ({ reset }: Pick<Policy, 'reset'>): GateRule => ({ needed: reset.gates, oneDevice: reset.oneDevice });

/** What a step-up takes by the policy; an account that cannot give it all gives what it can, and the present password. */
export const stepUpGates = ({ stepUp, reset }: Pick<Policy, 'stepUp' | 'reset'>): GateRule => ({
  needed: stepUp.gates,
  oneDevice: reset.oneDevice,
});

/**
 * The methods a step-up asks for: they count for it, are not cooling and were not added in this session. One that waits or is disabled is
 * among them: whoever makes it so by wrong answers does not get by with the password alone. One that is used up is not, nor
 * one that was suspended because its account had left (I9).
 */
function stepUpMethods(
  document: MethodsDocument,
  at: { readonly now: number; readonly session: string | null },
  policy: Pick<Policy, 'methods' | 'securityQuestions'>,
): readonly MethodRecord[] {
  return document.methods.filter((method) => {
    if (!counts(method.kind, 'step-up') || !policy.methods[method.kind].enabled) return false;
    const { usable } = standing(method, at, policy);
    return !['cooling', 'this-session', 'used-up', 'suspended'].includes(usable);
  });
}

/**
 * Whether the present password is asked of this account (I3): its methods cannot give all that a step-up takes.
 * @param request.session as `Act` names it, with its stack: methods added in it are as if they were not there
 */
export async function firstProofApplies(
  store: Store,
  request: { readonly accountId: string; readonly stack: Key; readonly session: string; readonly now: number },
  policy: Pick<Policy, 'methods' | 'stepUp' | 'reset' | 'securityQuestions'>,
): Promise<boolean> {
  const { accountId, now } = request;
  const key = keys.methods(accountId);
  const { rows } = await store.open({ key, owner: null, now });
  const asked = stepUpMethods(readMethodsDocument(rows.get(key)?.value ?? null), { now, session: sessionOf(request) }, policy);
  return !gatesSuffice(
    asked.map(({ kind }) => kind),
    'step-up',
    stepUpGates(policy),
  );
}

/** Whether an account has no method but those of this session, as `sessionOf` names it, so that several are registered in one go. */
export const hasNothingRegistered = ({ methods: registered }: MethodsDocument, session: string, now: number): boolean =>
  registered.every((method) => isOfSession(method, session, now));

function stillHolds(proof: Extract<ProofRecord, { kind: 'gate' }>, document: MethodsDocument, now: number, policy: ProofPolicy): boolean {
  // Nobody registers it: whether the manager is one still was read when they approved (I18).
  if (!isRegistered(proof.method)) return policy.methods[proof.method].enabled;
  const method = document.methods.find(({ id }) => id === proof.target);
  if (method === undefined || method.kind !== proof.method) return false;
  const { usable } = standing(method, { now, session: proof.session }, policy);
  // It waits for wrong answers that came after this right one, or this was its last code: the proof was given before.
  return usable === 'yes' || usable === 'waiting' || usable === 'used-up';
}

const no = (reason: ProofRefusal['reason']): ProofRefusal => ({ ok: false, reason });
