import { isSaved, ruleOf } from '../../dialogs/methods.ts';
import type { MethodRecord, MethodsDocument } from './method-record.ts';

/**
 * An account's methods in the order in which they are asked for: the one the person prefers; then what was used last, newest first; then
 * what a code is sent to, which takes no thought, oldest first; then the rest, oldest first. Unless it is preferred, and even where it was
 * used last, a set of codes comes after those, since each use costs one, and a call last of all: no telephone rings unasked. Pure.
 */
export function inOrder({ methods, preferred }: Pick<MethodsDocument, 'methods' | 'preferred'>): readonly MethodRecord[] {
  const rank = (method: MethodRecord): readonly number[] => [
    method.id === preferred ? 0 : 1,
    ruleOf(method.kind).showsCode === true ? 2 : isSaved(method.kind) ? 1 : 0,
    -(method.lastUsedAt ?? 0),
    ruleOf(method.kind).sends ? 0 : 1,
    method.addedAt,
  ];
  return methods.toSorted((one, other) => {
    const theirs = rank(other);
    return rank(one).reduce((before, each, place) => before || each - (theirs[place] ?? 0), 0);
  });
}
