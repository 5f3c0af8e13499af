import { explained } from './explained.ts';

/** What came of trying one part. */
export interface Finding {
  /** `directory`, `mail`, ...: how the table names it. */
  readonly part: string;
  readonly result: 'works' | 'fails' | 'not tried';
  /** What was tried and what came of it, or why it was not. */
  readonly what: string;
  /** What to do; null where nothing is to be done. */
  readonly remedy: string | null;
}

export const works = (part: string, what: string): Finding => ({ part, result: 'works', what, remedy: null });
export const fails = (part: string, what: string, remedy: string): Finding => ({ part, result: 'fails', what, remedy });
export const notTried = (part: string, what: string, remedy: string | null = null): Finding => ({
  part,
  result: 'not tried',
  what,
  remedy,
});

/** Tries a part; what it throws is a finding that says why and what to do. */
export async function tried(part: string, what: string, examine: () => Promise<Finding>): Promise<Finding> {
  try {
    return await examine();
  } catch (fault) {
    const { why, remedy } = explained(fault);
    return fails(part, `${what}: ${why}`, remedy);
  }
}
