import { z } from 'zod';
import type { Policy } from '../config/policy.ts';
import { joined, outboxRow, type OutboxParts } from '../delivery/outbox.ts';
import type { Keys } from '../security/keys.ts';
import type { CaseRecord } from './case-record.ts';

/** One event on its way to one receiver, as the outbox keeps it, sealed. */
const callShape = z.strictObject({ hook: z.string(), id: z.string(), body: z.string() });

/** Reads what the outbox kept. */
export const readHookCall = (what: string): Readonly<z.infer<typeof callShape>> => callShape.parse(JSON.parse(what));

/**
 * The commit parts that owe an event of a case to each receiver of the policy: number, reason, state and ticket; who it is about, which
 * kinds of methods there are and what was written only where the policy says so. They belong in the commit of what happened.
 */
export function hookParts(seals: Keys, { hooks }: Pick<Policy, 'hooks'>, record: CaseRecord, at: number): OutboxParts {
  const { number, state, revision } = record;
  const id = `${number}.${revision}.${state}`;
  return joined(
    hooks.out.map(({ name, tells }) => {
      const body = JSON.stringify({ type: `case.${state}`, timestamp: new Date(at).toISOString(), data: dataOf(record, tells) });
      const what = JSON.stringify({ hook: name, id, body });
      return outboxRow(seals, record.account, `hook-${name}-${id}`, { kind: 'hook', what }, at);
    }),
  );
}

function dataOf(
  { number, code, state, revision, name, userId, methods, thread }: CaseRecord,
  tells: Policy['hooks']['out'][number]['tells'],
) {
  return {
    number,
    reason: code,
    state,
    // Grows with every change: what comes late is told from what comes next.
    revision,
    ...(tells.includes('person') && { person: { name, userId } }),
    ...(tells.includes('methods') && { methods: methods.map(({ kind, since }) => ({ kind, since: new Date(since).toISOString() })) }),
    ...(tells.includes('words') && { words: thread.map(({ at, kind, text }) => ({ at: new Date(at).toISOString(), kind, text })) }),
  };
}
