import { z } from 'zod';
import { callLines } from './call-lines.ts';
import { approvalShape, callerShape, grantsShape } from './caller-of-case.ts';
import { freezeOfCase } from './freeze-of-case.ts';
import { ticketSchema } from './ticket.ts';
import type { CaseRecord } from './case-record.ts';
import { startCodeLines, startCodeOfCase } from './start-code-record.ts';

/**
 * What other rooms keep in a case, each in an optional field of its own: the state of a power stands in the case itself, so that one commit
 * decides on both. A field's schema stands in the file of the room that owns it.
 */
export const powerFields = {
  freeze: freezeOfCase,
  startCode: startCodeOfCase,
  /** What another system calls the case. */
  ticket: ticketSchema.optional(),
  /** The request from outside that changed it last: the same again finds it done. */
  lastHook: z.string().optional(),
  caller: callerShape.optional(),
  grants: grantsShape.optional(),
  approval: approvalShape.optional(),
} satisfies Readonly<Record<string, z.ZodType>>;

/** Those of them that end with the claim (I16): who is given the case begins anew. */
const endWithTheClaim: readonly string[] = ['caller', 'grants', 'approval', 'startCode'];

/** The case without what was given for it. */
export function withoutPowers<Case extends object>(record: Case): Case {
  return Object.fromEntries(Object.entries(record).filter(([field]) => !endWithTheClaim.includes(field))) as Case;
}

/** What stands of it on the card and in the mail: lines of plain text. `say` words a key of the desk's sentences. */
type PowerLine = (
  record: CaseRecord,
  say: (key: string, params?: Readonly<Record<string, string | number>>) => string,
  now: number,
) => readonly string[];

/** A function of each room that owns a field, in the order of the lines. */
export const powerLines: readonly PowerLine[] = [callLines, startCodeLines];
