import type { NextStep } from '../../dialogs/next-step.ts';
import type { Language } from '../config/policy.ts';
import { isQueued } from './case-clock.ts';
import type { CaseRecord } from './case-record.ts';
import { holidayName, isOpen, namedDay, opensAt, type Hours } from './hours.ts';

/**
 * What the requester of a case hears of what happens next, and by when; null where somebody has it already, or is late, for which no time can be
 * promised.
 */
export function nextStep(
  hours: Hours,
  { state, deadline }: Pick<CaseRecord, 'state' | 'deadline'>,
  language: Language,
  now: number,
): NextStep | null {
  if (!isQueued(state) || deadline === null || deadline <= now) return null;
  const opens = opensAt(hours, now);
  const { emergencyNumber } = hours.desk;
  return {
    opens: isOpen(hours, now) ? 'open' : namedDay(hours, opens, now),
    opensAt: opens,
    by: namedDay(hours, deadline, now),
    byAt: deadline,
    holiday: isOpen(hours, now) ? null : holidayName(hours, now, language),
    emergency: emergencyNumber === 'none' ? null : emergencyNumber,
  };
}
