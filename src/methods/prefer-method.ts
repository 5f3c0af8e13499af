import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { keys } from '../store/keys.ts';
import { decideAudited, type Decided } from './audited-update.ts';
import { readMethodsDocument } from './method-record.ts';
import type { MethodPorts } from './ports.ts';

type Params = EffectTable['preferMethod']['params'];
type Result = ResultOf<'preferMethod'>;

/**
 * Makes a method the one that is asked for first. It changes no proof and nothing a thief could use, so it takes no step-up and owes no
 * notice; like every write it is for an account that is there and enabled (I9), and has its audit entry. Done again, it changes nothing.
 */
export function preferMethod(ports: MethodPorts): Handler<'preferMethod'> {
  return { run: (params, act) => run(ports, params, act) };
}

async function run(ports: MethodPorts, params: Params, act: Act): Promise<Result> {
  const account = await act.account();
  const key = keys.methods(act.accountId);
  return decideAudited<Result>(ports, act, [], (rows): Decided<Result> => {
    if (account?.enabled !== true) return refused('not-eligible');
    const document = readMethodsDocument(rows(key)?.value ?? null);
    const method = document.methods.find(({ id }) => id === params.method);
    if (method === undefined) return refused('gone');
    return {
      commit: { put: { [key]: { ...document, preferred: method.id } } },
      entry: { act: 'methods.prefer', verdict: 'allowed', reason: method.kind, proofs: [] },
      result: { type: 'method.preferred' },
    };
  });
}

const refused = (reason: Extract<Result, { type: 'method.refused' }>['reason']): Decided<Result> => ({
  commit: null,
  entry: { act: 'methods.prefer', verdict: 'refused', reason, proofs: [] },
  result: { type: 'method.refused', reason },
});
