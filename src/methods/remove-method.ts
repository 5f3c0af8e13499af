import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import type { Act, Handler } from '../conversation/port.ts';
import type { AccountState } from '../directory/port.ts';
import { caseOfGrant } from '../desk/caller-of-case.ts';
import { isFrozen } from '../desk/freeze-record.ts';
import { stopsNow } from '../desk/stop.ts';
import { grantRefusal } from '../directory/eligibility.ts';
import { keys } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';
import { decideAudited, type Decided, type Rows } from './audited-update.ts';
import { joined } from './join-commits.ts';
import { isLastUsable, readMethodsDocument, sessionOf, type MethodRecord, type MethodsDocument } from './method-record.ts';
import { methodNotice } from './notice.ts';
import { releaseClaim } from './place-claims.ts';
import { claimsOf, unheld, withRemoval } from './place-removals.ts';
import { noticePlaces } from './places.ts';
import type { MethodPorts } from './ports.ts';
import { proofParts, type ProofRecord } from './proof-record.ts';
import { judgeProofs, proofRows } from './proofs.ts';

type Params = EffectTable['removeMethod']['params'];
type Result = ResultOf<'removeMethod'>;
type Reason = Extract<Result, { type: 'method.refused' }>['reason'];

/**
 * Removes a method, with its notices (the removed number or address is told one last time) and its audit entry in one commit. Challenges
 * and proofs by it are worth nothing from then on, because they are held against the document.
 */
export function removeMethod(ports: MethodPorts): Handler<'removeMethod'> {
  return { run: (params, act) => run(ports, params, act) };
}

async function run(ports: MethodPorts, params: Params, act: Act): Promise<Result> {
  const { accountId } = act;
  const account = await act.account();
  // What the helpdesk gave is held against the account and the stops as they are now (I10); one's own proofs were given by the person.
  const isGiven = params.proofs.some((id) => caseOfGrant(id) !== null);
  const isBarred = isGiven && grantRefusal(ports.policy, account, await stopsNow(ports.store, act.now)) !== null;
  const done = await decideAudited<{ readonly result: Result; readonly claims: readonly string[] }>(
    ports,
    act,
    proofRows({ accountId, proofIds: params.proofs }),
    (rows) => {
      const document = readMethodsDocument(rows(keys.methods(accountId))?.value ?? null);
      const before = document.removals.find((each) => each.act === act.id);
      if (before !== undefined) {
        return {
          commit: null,
          entry: null,
          result: { result: { type: 'method.removed' }, claims: unheld(ports, accountId, document, before.claims) },
        };
      }
      const judged = judge(ports, params, act, rows, document, account?.enabled === true && !isBarred ? account : null);
      if ('reason' in judged) return refusal(params, judged.reason);
      return removing(ports, params, act, document, judged);
    },
  );
  await releaseClaim(ports, done.claims, accountId);
  return done.result;
}

interface Removed {
  readonly account: AccountState;
  readonly method: MethodRecord;
  readonly proofs: readonly ProofRecord[];
  /** What uses up what the helpdesk gave. */
  readonly spends: Commit;
}

function judge(
  ports: MethodPorts,
  params: Params,
  act: Act,
  rows: Rows,
  document: MethodsDocument,
  account: AccountState | null,
): Removed | { readonly reason: Reason } {
  const { accountId, now } = act;
  if (account === null || isFrozen(rows(keys.frozen(accountId)))) return { reason: 'not-eligible' };
  const method = document.methods.find(({ id }) => id === params.method);
  if (method === undefined) return { reason: 'gone' };
  const { passwordSetAt } = account;
  const request = {
    accountId,
    proofIds: params.proofs,
    act: 'remove-method',
    use: act.id,
    method: method.kind,
    conversation: act.stack,
    passwordSetAt,
    now,
  } as const;
  const judged = judgeProofs(rows, request, ports.policy);
  if (!judged.ok) return { reason: 'proofs' };
  // Where no other usable method is left, this one goes only on a proof asked for anew (I4): one that carried no other act.
  const at = { now, session: sessionOf(act) };
  if (isLastUsable(document, method, at, ports.policy) && judged.proofs.some(({ used }) => used)) return { reason: 'proofs' };
  return { account, method, proofs: judged.proofs, spends: judged.spends ?? {} };
}

function removing(
  ports: MethodPorts,
  params: Params,
  act: Act,
  document: MethodsDocument,
  { account, method, proofs, spends }: Removed,
): Decided<{ readonly result: Result; readonly claims: readonly string[] }> {
  const { accountId } = act;
  const claims = claimsOf(ports, accountId, method);
  const after: MethodsDocument = {
    ...document,
    methods: document.methods.filter(({ id }) => id !== method.id),
    removals: withRemoval(document, act.id, claims),
  };
  const notices = methodNotice(ports, act, account, {
    what: 'method-removed',
    kind: method.kind,
    places: noticePlaces(ports.keys, accountId, document.methods),
  });
  return {
    commit: joined([
      { put: { [keys.methods(accountId)]: after } },
      ...proofs.map((proof) => proofParts({ ...proof, used: true })),
      notices,
      spends,
    ]),
    entry: { act: 'methods.remove', verdict: 'allowed', reason: method.kind, proofs: params.proofs },
    result: { result: { type: 'method.removed' }, claims: unheld(ports, accountId, after, claims) },
  };
}

const refusal = (params: Params, reason: Reason): Decided<{ readonly result: Result; readonly claims: readonly string[] }> => ({
  commit: null,
  entry: { act: 'methods.remove', verdict: 'refused', reason, proofs: params.proofs },
  result: { result: { type: 'method.refused', reason }, claims: [] },
});
