import { raiseAlarm, type Alarm, type AlarmNeeds } from '../desk/alarm.ts';
import type { Lost } from '../delivery/dispatcher.ts';
import { LatchkeyError } from '../errors.ts';
import type { TelephonyAlarm } from '../methods/ports.ts';
import type { Log } from '../server/log.ts';

/** Tells the helpdesk without keeping anybody waiting; what cannot be told stands in the log. */
export type DeskAlarm = (alarm: Omit<Alarm, 'since'> & { readonly since?: number }) => void;

/** @param log hears what could not be told */
export const deskAlarm =
  (needs: AlarmNeeds, log: Pick<Log, 'fault'>): DeskAlarm =>
  (alarm) => {
    raiseAlarm(needs, { since: needs.clock.now(), ...alarm }).catch((fault: unknown) => log.fault(fault, { kind: 'alarm' }));
  };

/** Codes to a country are refused: to the log, and to the helpdesk. */
export const telephonyStopped =
  (log: Pick<Log, 'warn'>, alarm: DeskAlarm) =>
  ({ country, why }: TelephonyAlarm): void => {
    log.warn('telephony-stopped', { kind: why, result: country });
    alarm({ kind: 'telephony-stopped', what: country });
  };

/** What did not arrive: all of it to the log; what belongs to the helpdesk or another system also there. A notice may fail on a number that is no more. */
export const lost =
  (log: Pick<Log, 'warn'>, alarm: DeskAlarm) =>
  ({ kind, state, tries }: Lost): void => {
    log.warn('not-delivered', { kind, result: state, count: tries });
    if (kind !== 'notice' && kind !== 'alarm') alarm({ kind: 'not-delivered', what: kind });
  };

/** The log, from which the helpdesk hears of an audit trail that is broken. */
export function heardByDesk(log: Log, alarm: () => DeskAlarm | undefined): Log {
  return {
    ...log,
    fault(error, fields) {
      log.fault(error, fields);
      if (error instanceof LatchkeyError && error.code === 'latchkey_security_audit_broken') alarm()?.({ kind: 'audit-broken' });
    },
  };
}
