import { z } from 'zod';
import type { Door } from '../conversation/port.ts';
import { languageOf } from '../directory/language-of.ts';
import type { Directory } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { DueHandler } from '../store/due-loop.ts';
import type { Commit, Row } from '../store/port.ts';
import { closingParts } from './freeze-record.ts';
import { openCaseFor, type OpenCaseNeeds } from './open-case.ts';

/** The due entries, `what` segment. */
export const reportedDue = 'reported';

/** What the helpdesk's note is called by: something that nobody passed, or somebody who was to vouch and knows nothing of it. */
const code = z.enum(['LK_REPORTED', 'LK_NOT_ASKED']);

const dueShape = z.object({ account: z.string(), act: z.string(), code: code.default('LK_REPORTED') });

/**
 * The parts of a report of something that nobody passed (I17): the door it came from may start nothing for the account for a day, or until
 * its owner passes a gate in Teams, and the helpdesk gets a note. Nothing else stops.
 * @param frozen the row `keys.frozen(account)`, which the commit expects unchanged
 * @param act names what was reported: the same again tells the helpdesk nothing new
 */
export function reportedParts(
  account: string,
  frozen: Row | null,
  { door, act, now }: { readonly door: Door; readonly act: string; readonly now: number },
): Required<Pick<Commit, 'put' | 'due'>> {
  return { put: closingParts(account, frozen, door, now).put, ...noteParts({ account, act, code: 'LK_REPORTED', now }) };
}

/** The parts of the helpdesk's note alone, where no door was asked from. `act` names what was reported: the same again tells nothing new. */
export function noteParts({
  account,
  act,
  code: of,
  now,
}: {
  readonly account: string;
  readonly act: string;
  readonly code: z.infer<typeof code>;
  readonly now: number;
}): Required<Pick<Commit, 'due'>> {
  return { due: [{ id: keys.due(partitionOf(account), reportedDue, act), at: now, data: { account, act, code: of } }] };
}

/** Handles the due entry: the helpdesk's note, a case of which one is open for an account at a time (I13). */
export const reportedNote =
  (needs: OpenCaseNeeds & { readonly directory: Pick<Directory, 'find'> }): DueHandler =>
  async (entry) => {
    const { account, act, code: of } = dueShape.parse(entry.data);
    const state = await needs.directory.find(account).catch((fault: unknown) => {
      if (fault instanceof LatchkeyError && fault.kind !== 'defect') return null;
      throw fault;
    });
    await openCaseFor(needs, {
      account,
      state,
      code: of,
      wish: 'not-me',
      priority: 'high',
      // Whoever holds the telephone, or the chat: nobody proved anything. A voucher's word asks for nothing in the account's name.
      requester: { how: of === 'LK_REPORTED' ? 'nobody' : 'system' },
      stack: null,
      language: state === null ? needs.policy.contacts.desk.language : languageOf(state, needs.policy),
      reference: act.slice(0, 8),
      act: `reported-${act}`,
      actor: 'system',
      door: 'system',
    });
    await needs.store.commit({ due: [{ id: entry.id, at: null }] });
  };
