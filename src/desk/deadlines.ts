import { opensAt, workingTimeFrom, type Hours } from './hours.ts';
import type { Priority } from './case-record.ts';

const minute = 60_000;
const hour = 60 * minute;

/** What cannot wait: its time runs on at night too. The highest priority is a frozen account's (I17). */
const runsOn = (priority: Priority): boolean => priority === 'highest';

/** So many minutes later: of opening hours, but for what cannot wait. */
export const minutesFrom = (hours: Hours, priority: Priority, from: number, minutes: number): number =>
  runsOn(priority) ? from + minutes * minute : workingTimeFrom(hours, from, minutes * minute);

/** By when a case of this priority that stands in the queue from `from` on is to be taken up, epoch ms; it stands still outside opening hours. */
export const takeUpBy = (hours: Hours, priority: Priority, from: number): number =>
  minutesFrom(hours, priority, from, hours.desk.takeUpMinutes[priority]);

/** When a case that has waited for its requester since `from` expires, epoch ms: while the helpdesk is there, never at night. */
export const replyBy = (hours: Hours, from: number): number => opensAt(hours, from + hours.desk.replyHours * hour);
