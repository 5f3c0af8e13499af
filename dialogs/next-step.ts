import type { NoticeParams } from './effects.ts';

/** How people name the day of a time that is not past. */
export type NamedDay = 'today' | 'tomorrow' | 'weekday' | 'date';

/** What happens next to a case, as its requester hears it. Times are epoch ms. */
export interface NextStep {
  /** When the helpdesk opens; `open`: it is there. */
  readonly opens: 'open' | NamedDay;
  readonly opensAt: number;
  /** By when somebody is to take the case up. */
  readonly by: NamedDay;
  readonly byAt: number;
  /** The holiday that the helpdesk is closed for now. */
  readonly holiday: string | null;
  /** The number for what cannot wait. */
  readonly emergency: string | null;
}

/** Says what happens next and by when, and whom to call where that is too late. */
export function tellNext({ emergency, holiday, ...next }: NextStep, tell: (notice: string, params: NoticeParams) => void): void {
  tell('escalate.next', { ...next, closedFor: holiday === null ? 'nothing' : 'holiday', holiday: holiday ?? '' });
  if (emergency !== null) tell('escalate.emergency', { emergency });
}
