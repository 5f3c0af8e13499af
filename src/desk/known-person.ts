import { hasPowers } from './caller-of-case.ts';
import type { CaseRecord } from './case-record.ts';
import { haveVouched, isUnderWay } from './start-code-record.ts';

/** That the person of a case is known by now, whoever asked for it. */
export interface KnownPerson {
  /** When it was found out, or finding it out was begun, epoch ms. */
  readonly at: number;
  /**
   * The agents, and whoever vouched, by whom: none of them is the second agent where two are needed. Who found out who the person is
   * believes it already; and where nothing of the person's own was proved (I12), their word is all there is, so that it takes a third person to act on it.
   */
  readonly by: readonly string[];
  /** What it rests on: the caller's gates, or the two people's own. */
  readonly proofs: readonly string[];
}

/** One way to find out who somebody is, read from the case: a verified caller (I15), or identity checked another way (I12). */
export type WayToKnow = (record: CaseRecord, now: number) => KnownPerson | null;

const asVerifiedCaller: WayToKnow = (record, now) => {
  const { caller } = record;
  return caller === undefined || caller.verifiedAt === null || !hasPowers(record, now)
    ? null
    : { at: caller.verifiedAt, by: [caller.by], proofs: caller.proofs };
};

/**
 * Two people have vouched, while the agent of the two has the case, and their start code waits for the thaw. It counts from when they were asked, because
 * what one of them did before may have been done for whoever the freeze is about.
 */
export const byVouching: WayToKnow = ({ startCode, claimed }, now) =>
  isUnderWay(startCode, now) && startCode.code === null && haveVouched(startCode) && claimed?.by === startCode.agent.id
    ? { at: startCode.at, by: [startCode.agent.id, startCode.second.id], proofs: startCode.checks.map(({ proof }) => proof) }
    : null;

/** The ways there are, each from the room that owns it. */
export const waysToKnow: readonly WayToKnow[] = [asVerifiedCaller, byVouching];

/** How the person of a case is known, each way by which they are; none while nobody knows. */
export const knownBy = (ways: readonly WayToKnow[], record: CaseRecord, now: number): readonly KnownPerson[] =>
  ways.map((way) => way(record, now)).filter((known) => known !== null);
