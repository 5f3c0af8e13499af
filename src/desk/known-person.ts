import { hasPowers } from './caller-of-case.ts';
import type { CaseRecord } from './case-record.ts';

/** That the person of a case is known by now, whoever asked for it. */
export interface KnownPerson {
  /** When it was found out, epoch ms. */
  readonly at: number;
  /** The agents, and whoever vouched, by whom: none of them is the second person where two are needed. */
  readonly by: readonly string[];
}

/** One way to find out who somebody is, read from the case: a verified caller (I15), or identity checked another way (I12). */
export type WayToKnow = (record: CaseRecord, now: number) => KnownPerson | null;

/** The ways there are, each from the room that owns it. */
export const waysToKnow: readonly WayToKnow[] = [
  (record, now) => {
    const { caller } = record;
    return caller === undefined || caller.verifiedAt === null || !hasPowers(record, now)
      ? null
      : { at: caller.verifiedAt, by: [caller.by] };
  },
];

/** How the person of a case is known; null while nobody knows. */
export function knownPerson(ways: readonly WayToKnow[], record: CaseRecord, now: number): KnownPerson | null {
  for (const way of ways) {
    const known = way(record, now);
    if (known !== null) return known;
  }
  return null;
}
