import { LatchkeyError } from '../errors.ts';

/** Nothing happened; retry later. */
export const unreachable = (why: string, cause?: unknown): LatchkeyError =>
  new LatchkeyError('latchkey_directory_unreachable', 'unavailable', why, cause);

/** A write may have happened, or a wrong password may have counted: never repeat it. */
export const doubtful = (why: string, cause?: unknown): LatchkeyError =>
  new LatchkeyError('latchkey_directory_doubtful', 'doubtful', why, cause);

/** Our own account may not; the message says what to grant. */
export class Forbidden extends LatchkeyError {
  /** What it lacks, by name. */
  readonly grant: string;

  constructor(grant: string, whatToDo: string, cause?: unknown) {
    super('latchkey_directory_forbidden', 'refused', whatToDo, cause);
    this.grant = grant;
  }
}

/** Hears what our own account lacks, by name: an operator is to know. */
export type OnForbidden = (grant: string) => void;

/** What came of asking for something that a directory can do without. `failed`: no answer, or none in the form that is published. */
export type Spared = 'read' | 'forbidden' | 'failed';

/** Hears it, by the name of what our own account needs for it. */
export type OnSpared = (grant: string, came: Spared) => void;
