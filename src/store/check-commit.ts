import { LatchkeyError } from '../errors.ts';
import { partitionCount, partitionOfKey } from './keys.ts';
import type { Commit, Key, OpenRequest } from './port.ts';

const partitionForm = /^p(\d\d)$/;

/** Every partition's name, `p00` to `p15`. */
export const partitions: readonly string[] = Array.from({ length: partitionCount }, (_, n) => `p${String(n).padStart(2, '0')}`);

/**
 * The one partition everything in `commit` belongs to; null when it touches nothing. Both engines ask here first, so that what a Redis
 * Cluster would refuse is refused on a developer's SQLite too.
 * @throws LatchkeyError `latchkey_store_partitions` when it crosses partitions, `latchkey_store_commit` when it contradicts itself
 */
export function partitionOfCommit(commit: Commit): string | null {
  refuseContradictions(commit);
  return onePartition([
    ...Object.keys(commit.expect ?? {}),
    ...Object.keys(commit.put ?? {}),
    ...(commit.remove ?? []),
    ...(commit.append ?? []).map(({ to }) => to),
    ...(commit.take ?? []).map(({ from }) => from),
    ...(commit.due ?? []).flatMap(({ id, unlessWaiting }) => (unlessWaiting === undefined ? [id] : [id, unlessWaiting])),
    ...(commit.index ?? []).map(({ member }) => member),
    ...(commit.release === undefined ? [] : [commit.release.key]),
  ]);
}

/**
 * The one partition a read belongs to.
 * @throws LatchkeyError `latchkey_store_partitions` when it crosses partitions, `latchkey_store_lease` when an owner gives no time
 */
export function partitionOfOpen(request: OpenRequest): string {
  if (request.owner !== null && !(Number.isSafeInteger(request.leaseMs) && Number.isSafeInteger(request.now))) {
    throw new LatchkeyError('latchkey_store_lease', 'defect', 'a lease needs leaseMs and now in whole milliseconds');
  }
  return onePartition([request.key, ...(request.alsoRead ?? [])]) ?? '';
}

function onePartition(touched: readonly Key[]): string | null {
  const found = new Set(touched.map(partitionOfKey));
  const [first] = found;
  if (first === undefined) return null;
  if (found.size > 1) {
    throw new LatchkeyError('latchkey_store_partitions', 'defect', `one operation touches the partitions ${[...found].sort().join(', ')}`);
  }
  if (!(Number(partitionForm.exec(first)?.[1] ?? partitionCount) < partitionCount)) {
    throw new LatchkeyError('latchkey_store_partitions', 'defect', 'a key does not begin with its partition, p00 to p15');
  }
  return first;
}

/** What an engine could only answer by half a write is refused before the first one. */
function refuseContradictions(commit: Commit): void {
  const put = commit.put ?? {};
  const wrong = (commit.remove ?? []).some((key) => key in put)
    ? 'puts and removes one key'
    : Object.keys(commit.until ?? {}).some((key) => !(key in put))
      ? 'gives "until" for a row it does not put'
      : Object.values(put).some((value) => value === undefined)
        ? 'puts undefined'
        : ![...Object.values(commit.until ?? {}), ...Object.values(commit.expect ?? {})].every(Number.isSafeInteger)
          ? 'has a time or a version that is no whole number'
          : !(commit.due ?? []).every(({ at }) => at === null || Number.isSafeInteger(at))
            ? 'has a due time that is no whole number'
            : !(commit.index ?? []).every(({ score }) => score === null || Number.isFinite(score))
              ? 'has a score that is no number'
              : null;
  if (wrong !== null) throw new LatchkeyError('latchkey_store_commit', 'defect', `a commit ${wrong}`);
}
