import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { keys } from '../store/keys.ts';
import { decideAudited, type Decided } from './audited-update.ts';
import { readName, sameName } from './method-name.ts';
import { readMethodsDocument, withMethod, type MethodRecord } from './method-record.ts';
import type { MethodPorts } from './ports.ts';

type Params = EffectTable['nameMethod']['params'];
type Result = ResultOf<'nameMethod'>;

/**
 * Gives a method a name, or takes it away. Within the turn, so that what was typed and makes no name is nowhere saved. A name proves
 * nothing and stands beside the masked number, never in its place: it takes no step-up and owes no notice (I19). Like every write it is
 * for an account that is there and enabled (I9), and has its audit entry, which does not hold the name.
 */
export function nameMethod(ports: Pick<MethodPorts, 'store' | 'clock' | 'keys'>): Handler<'nameMethod'> {
  return { run: (params, act) => run(ports, params, act) };
}

async function run(ports: Pick<MethodPorts, 'store' | 'clock' | 'keys'>, params: Params, act: Act): Promise<Result> {
  const account = await act.account();
  const key = keys.methods(act.accountId);
  return decideAudited<Result>(ports, act, [], (rows): Decided<Result> => {
    if (account?.enabled !== true) return refused('not-eligible');
    const document = readMethodsDocument(rows(key)?.value ?? null);
    const method = document.methods.find(({ id }) => id === params.method);
    if (method === undefined) return refused('gone');
    const { name: _, ...unnamed } = method;
    const named = params.name === undefined ? unnamed : withName(params.name, unnamed, document.methods);
    if ('reason' in named) return { commit: null, entry: null, result: { type: 'name.rejected', reason: named.reason } };
    return {
      commit: { put: { [key]: withMethod(document, named) } },
      entry: { act: 'methods.name', verdict: 'allowed', reason: method.kind, proofs: [] },
      result: { type: 'method.named' },
    };
  });
}

/** Nobody tells two methods apart that are called the same. */
function withName(
  typed: string,
  method: MethodRecord,
  all: readonly MethodRecord[],
): MethodRecord | Pick<Extract<Result, { type: 'name.rejected' }>, 'reason'> {
  const read = readName(typed);
  if (!read.ok) return { reason: read.reason };
  const isTaken = all.some(({ id, name, label }) => id !== method.id && [name ?? '', label].some((each) => sameName(each, read.name)));
  return isTaken ? { reason: 'taken' } : { ...method, name: read.name };
}

const refused = (reason: Extract<Result, { type: 'method.refused' }>['reason']): Decided<Result> => ({
  commit: null,
  entry: { act: 'methods.name', verdict: 'refused', reason, proofs: [] },
  result: { type: 'method.refused', reason },
});
