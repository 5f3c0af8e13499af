import type { Priority } from './case-record.ts';
import { workingTimeFrom, type Hours } from './hours.ts';

const minute = 60_000;
const hour = 60 * minute;

/**
 * By when a case of this priority that stands in the queue from `from` on is to be taken up, epoch ms. It stands still outside opening hours, but
 * for the highest priority.
 */
export function takeUpBy(hours: Hours, priority: Priority, from: number): number {
  const within = hours.desk.takeUpMinutes[priority] * minute;
  return priority === 'highest' ? from + within : workingTimeFrom(hours, from, within);
}

/** When a case that has waited for its requester since `from` expires, epoch ms. People reply at any hour: it does not stand still. */
export const replyBy = ({ desk }: Pick<Hours, 'desk'>, from: number): number => from + desk.replyHours * hour;
