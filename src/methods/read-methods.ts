import type { MethodView } from '../../dialogs/views.ts';
import { finishLine, isOneSet, registeredKinds } from '../../dialogs/methods.ts';
import type { Handler } from '../conversation/port.ts';
import { keys } from '../store/keys.ts';
import { countOf, isLasting, readMethodsDocument, sessionOf, standing, type MethodRecord, type Standing } from './method-record.ts';
import { readPace, sendsFullUntil } from './pace.ts';
import { managersWay } from './manager-approval.ts';
import type { MethodPorts } from './ports.ts';
import { resetGates, stepUpGates } from './proofs.ts';
import { methodsByKind } from './registry.ts';
import { inOrder } from './preferred.ts';
import { rowsOfTurn } from './turn-rows.ts';

/** Reads what an account has registered, what it may add, and what "Finish" says (I8). */
export function readMethods(ports: Pick<MethodPorts, 'store' | 'policy' | 'managerOf'>): Handler<'readMethods'> {
  const { store, policy } = ports;
  return {
    async run(params, act) {
      const key = keys.methods(act.accountId);
      const paceKey = keys.pace(act.accountId);
      const rows = await rowsOfTurn(store, act, [key, paceKey]);
      const sendsFull = sendsFullUntil(readPace(rows(paceKey)?.value ?? null, act.now), policy.limits, act.now);
      const document = readMethodsDocument(rows(key)?.value ?? null);
      const at = { now: act.now, session: sessionOf(act) };
      const seen = inOrder(document).map((method) => ({ method, now: standing(method, at, policy) }));
      const addable = registeredKinds
        .filter((kind) => policy.methods[kind].enabled)
        .map((kind) => ({
          kind,
          // A new set of codes or answers takes the place of the one before.
          room: isOneSet(kind) ? 1 : Math.max(0, policy.methods[kind].most - countOf(document, kind)),
        }));
      return {
        type: 'methods.read',
        // A kind the policy no longer allows is seen and removed, but a step-up is not held up by it.
        methods: [
          ...seen
            .filter(({ method }) => params.purpose !== 'step-up' || policy.methods[method.kind].enabled)
            .map(({ method, now }) => viewOf(method, whileSendsLast(method, now, sendsFull), document.preferred)),
          ...(params.withAsked === true && (params.purpose === 'reset' || params.purpose === 'unlock')
            ? await managersWay(ports, act)
            : []),
        ],
        addable,
        finish: finishLine(
          // One that cools off, waits or was just added is registered all the same; one that is disabled or used up helps nobody.
          seen.filter(({ now }) => isLasting(now)).map(({ method }) => method.kind),
          addable.filter(({ room }) => room > 0).map(({ kind }) => kind),
          resetGates(policy),
        ),
        stepUp: stepUpGates(policy),
        resetGates: resetGates(policy),
      };
    },
  };
}

/** Nothing more can be sent for the account: what could be used otherwise says so, and is not asked for (I6). */
const whileSendsLast = ({ kind }: MethodRecord, now: Standing, sendsFull: number | null): Pick<MethodView, 'usable' | 'until'> =>
  now.usable === 'yes' && sendsFull !== null && methodsByKind[kind].sends ? { usable: 'sends-used-up', until: sendsFull } : now;

/** A method as dialogs may know it. */
export const viewOf = (
  { id, kind, label, name, addedAt, lastUsedAt, countsFrom }: MethodRecord,
  { usable, until }: Pick<MethodView, 'usable' | 'until'>,
  preferred: string | undefined,
): MethodView => ({
  id,
  kind,
  label,
  name: name ?? null,
  preferred: id === preferred,
  addedAt,
  lastUsedAt,
  countsFrom,
  usable,
  until,
});
