import type { NoticeParams } from './effects.ts';
import type { MethodView } from './views.ts';
import { labelOf } from './ways.ts';

/** How a method stands: used or never used; or why it does not count now. The sentence that says so is named by it. */
export function stateOf(
  { usable, lastUsedAt, countsFrom }: MethodView,
  now: number,
): 'disabled' | 'suspended' | 'used-up' | 'outdated' | 'copied' | 'unreachable' | 'reported' | 'cooling' | 'unused' | 'used' {
  if (
    usable === 'disabled' ||
    usable === 'suspended' ||
    usable === 'used-up' ||
    usable === 'outdated' ||
    usable === 'copied' ||
    usable === 'unreachable' ||
    usable === 'reported'
  )
    return usable;
  if (countsFrom > now) return 'cooling';
  return lastUsedAt === null ? 'unused' : 'used';
}

/** What such a sentence is filled with. */
export const aboutOf = (method: MethodView): NoticeParams => ({
  kind: method.kind,
  label: labelOf(method),
  addedAt: method.addedAt,
  lastUsedAt: method.lastUsedAt ?? method.addedAt,
  countsFrom: method.countsFrom,
  preferred: method.preferred ? 'yes' : 'no',
});
