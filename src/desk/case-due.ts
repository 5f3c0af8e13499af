import { keys, partitionOf } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';
import { nextMoment } from './case-clock.ts';
import type { CaseRecord } from './case-record.ts';
import type { Hours } from './hours.ts';

/** What the due loop calls a case's next moment. */
export const caseDue = 'case';

/** The due entry that wakes a case at its next moment, or clears it: it belongs in every commit that changes the case. */
export const wakingParts = (hours: Hours, record: CaseRecord): NonNullable<Commit['due']> => [
  {
    id: keys.due(partitionOf(record.account), caseDue, record.id),
    at: nextMoment(hours, record),
    data: { id: record.id, account: record.account },
  },
];
