import type { TurnLine } from '../conversation/runner.ts';
import type { Log } from '../server/log.ts';

/** A turn's one line in the log; a turn that failed is a fault under the same reference. */
export function logTurn(log: Log, { reference, account, from, to, names, ms, fault }: TurnLine): void {
  if (fault === undefined) log.turn({ reference, account, from, to, events: names, ms, door: 'teams' });
  else log.fault(fault, { reference, account, ms });
}
