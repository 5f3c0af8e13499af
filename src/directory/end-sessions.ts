import { z } from 'zod';
import type { Act, Handler, Wake } from '../conversation/port.ts';
import { inboxParts } from '../conversation/inbox.ts';
import type { Clock } from '../ports.ts';
import { commitAudited } from '../security/audit.ts';
import { keys, partitionOf, partitionOfKey } from '../store/keys.ts';
import type { DueHandler } from '../store/due-loop.ts';
import type { DueEntry } from '../store/port.ts';
import { audited, type DirectoryNeeds } from './handlers.ts';

/** The due entry, `what` segment. */
export const sessionsDue = 'sessions';

/** How long the answer has to reach its reader: ending the sessions may end the one it is read in. */
const wordsFirstMs = 5_000;
/** For how long a directory that does not answer is asked, and how often. */
const askForMs = 60 * 60_000;
const againAfterMs = 60_000;

export interface EndSessionsNeeds extends DirectoryNeeds {
  /** Whether this act's person set a password on this page, from this conversation. */
  readonly passwordSetOn: (pageId: string, act: Pick<Act, 'accountId' | 'stack'>) => Promise<boolean>;
}

/** What stands in the due entry. Times are epoch ms. */
const owedShape = z.object({
  account: z.string(),
  stack: z.string(),
  door: z.enum(['teams', 'front-door']),
  reference: z.string(),
  askedAt: z.number(),
  /** The person was told that it takes longer. */
  told: z.boolean(),
});
type Owed = z.infer<typeof owedShape>;

/**
 * Owes the end of an account's sessions, after a password was set on the page named; a moment later it is done, when these words were
 * delivered. Run again with the same effect id it owes the same.
 */
export const endSessions = (needs: EndSessionsNeeds): Handler<'endSessions'> => ({
  async run({ page }, act) {
    const { accountId: account, stack, door, reference, now, id } = act;
    const may = await needs.passwordSetOn(page, act);
    const owed: Owed = { account, stack, door, reference, askedAt: now, told: false };
    await audited(
      needs,
      act,
      { act: 'sessions.ask', verdict: may ? 'allowed' : 'refused', reason: 'R29', proofs: [] },
      may ? { due: [{ id: keys.due(partitionOf(account), sessionsDue, id), at: now + wordsFirstMs, data: owed }] } : {},
    );
    return may ? { type: 'sessions.ending' } : { type: 'sessions.refused' };
  },
});

interface DueNeeds extends Pick<DirectoryNeeds, 'store' | 'seals' | 'directory'> {
  readonly clock: Clock;
  readonly wake: Wake;
  /** Hears why the directory did not do it. */
  readonly onFault: (fault: unknown) => void;
}

/**
 * Handles the due entry: the directory ends the sessions, and the chat hears what came of it, the truth where it has no means to. One that does
 * not answer is asked again for an hour, and the person told once that it takes longer; the password is never touched again.
 */
export const endSessionsDue =
  (needs: DueNeeds): DueHandler =>
  async (entry) => {
    const owed = owedShape.parse(entry.data);
    const ended = await needs.directory.endSessions(owed.account).catch((fault: unknown) => {
      needs.onFault(fault);
      return 'unknown' as const;
    });
    const now = needs.clock.now();
    if (ended === 'unknown' && now < owed.askedAt + askForMs) await askAgain(needs, entry, owed, now);
    else await tell(needs, entry, owed, ended, now);
  };

const words = { ended: 'runner.sessions-ended', live: 'runner.sessions-live', unknown: 'runner.sessions-not-ended' } as const;

async function askAgain({ store, wake }: DueNeeds, entry: DueEntry, owed: Owed, now: number): Promise<void> {
  const again = { id: entry.id, at: now + againAfterMs, data: { ...owed, told: true } };
  if (owed.told) return void (await store.commit({ due: [again] }));
  const said = inboxParts(owed.stack, `${inboxId(entry)}-later`, { notice: 'runner.sessions-later', params: {} }, now);
  await store.commit({ append: said.append, due: [...said.due, again] });
  wake(owed.stack);
}

async function tell({ store, seals, wake }: DueNeeds, entry: DueEntry, owed: Owed, ended: keyof typeof words, now: number): Promise<void> {
  const said = inboxParts(owed.stack, `${inboxId(entry)}-${ended}`, { notice: words[ended], params: {} }, now);
  await commitAudited(store, seals, {
    partition: partitionOfKey(entry.id),
    entries: [
      {
        at: now,
        actor: 'system',
        account: owed.account,
        act: 'sessions.end',
        verdict: ended === 'ended' ? 'allowed' : 'refused',
        reason: `sessions-${ended}`,
        proofs: [],
        door: owed.door,
        reference: owed.reference,
      },
    ],
    commit: { append: said.append, due: [...said.due, { id: entry.id, at: null }] },
  });
  wake(owed.stack);
}

/** The same telling does nothing twice. */
const inboxId = ({ id }: DueEntry): string => `sessions-${id.slice(id.lastIndexOf('/') + 1)}`;
