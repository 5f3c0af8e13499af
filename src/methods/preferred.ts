import { isSaved, methods as rules } from '../../dialogs/methods.ts';
import type { MethodRecord, MethodsDocument } from './method-record.ts';

/**
 * An account's methods in the order in which they are asked for: the one the person prefers; then what was used last, newest first; then
 * what a code is sent to, which takes no thought, oldest first; then the rest, oldest first. A set of codes comes last unless it is
 * preferred, even where it was used last: each use costs one. Pure.
 */
export function inOrder({ methods, preferred }: Pick<MethodsDocument, 'methods' | 'preferred'>): readonly MethodRecord[] {
  const rank = (method: MethodRecord): readonly number[] => [
    method.id === preferred ? 0 : 1,
    isSaved(method.kind) ? 1 : 0,
    -(method.lastUsedAt ?? 0),
    rules[method.kind].sends ? 0 : 1,
    method.addedAt,
  ];
  return methods.toSorted((one, other) => {
    const theirs = rank(other);
    return rank(one).reduce((before, each, place) => before || each - (theirs[place] ?? 0), 0);
  });
}
