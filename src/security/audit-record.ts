import * as z from 'zod';
import type { Json } from '../ports.ts';
import type { Keys } from './keys.ts';

const facts = {
  /** When it was decided, epoch ms. */
  at: z.int(),
  /** Who acted: an account id, or `system`. */
  actor: z.string(),
  /** For whom: an account id; null where the act is for nobody's account. */
  account: z.string().nullable(),
  /** What was asked for, `<room>.<act>`. */
  act: z.string(),
  verdict: z.enum(['allowed', 'refused']),
  /** The rule or the reason code it was decided by. */
  reason: z.string(),
  /** The ids of the proofs it was decided on. */
  proofs: z.array(z.string()).readonly(),
  /** From which door, or `desk`, `command-line`, `system`. */
  door: z.string(),
  /** The reference of the turn, as the person saw it. */
  reference: z.string().nullable(),
};

/** What one decision was (R41). Ids, names and codes only: no secret, no number, no address, no text of a person. */
export type AuditFacts = Readonly<z.infer<z.ZodObject<typeof facts>>>;

// Strict, because a field that the mac does not cover is a field somebody could add.
const entryShape = z.strictObject({ ...facts, sequence: z.int(), previous: z.string(), mac: z.string() }).readonly();
const headShape = z.strictObject({ sequence: z.int(), mac: z.string(), seal: z.string() }).readonly();

/** An entry as it is stored: its place in the chain of its partition, the mac of the one before ('' for the first), and its own. */
export type AuditEntry = z.infer<typeof entryShape>;

/** The end of a partition's chain: the last entry's sequence and mac, sealed, so that a shorter chain cannot be passed off as whole. */
export type AuditHead = z.infer<typeof headShape>;

const entryText = (partition: string, entry: Omit<AuditEntry, 'mac'>): string =>
  JSON.stringify([
    partition,
    entry.sequence,
    entry.previous,
    entry.at,
    entry.actor,
    entry.account,
    entry.act,
    entry.verdict,
    entry.reason,
    entry.proofs,
    entry.door,
    entry.reference,
  ]);
const headText = (partition: string, head: Omit<AuditHead, 'seal'>): string => JSON.stringify([partition, head.sequence, head.mac]);

/** The entry that follows `head`; null where there is none yet. */
export function nextEntry(
  keyring: Keys,
  partition: string,
  head: Pick<AuditHead, 'sequence' | 'mac'> | null,
  decided: AuditFacts,
): AuditEntry {
  const { at, actor, account, act, verdict, reason, proofs, door, reference } = decided;
  const said = { at, actor, account, act, verdict, reason, proofs, door, reference };
  const entry = { ...said, sequence: (head?.sequence ?? 0) + 1, previous: head?.mac ?? '' };
  return { ...entry, mac: keyring.mac('audit-entry', entryText(partition, entry)) };
}

/** The head that ends the chain with `entry`. */
export function headAfter(keyring: Keys, partition: string, { sequence, mac }: AuditEntry): AuditHead {
  return { sequence, mac, seal: keyring.mac('audit-head', headText(partition, { sequence, mac })) };
}

/** Reads a stored entry; null when it is none, or its mac is not that of its words in this partition. */
export function readEntry(keyring: Keys, partition: string, value: Json): AuditEntry | null {
  const entry = entryShape.safeParse(value).data;
  return entry !== undefined && keyring.matches('audit-entry', entryText(partition, entry), entry.mac) ? entry : null;
}

/** Reads a stored head; null when it is none, or its seal is not right. */
export function readHead(keyring: Keys, partition: string, value: Json): AuditHead | null {
  const head = headShape.safeParse(value).data;
  return head !== undefined && keyring.matches('audit-head', headText(partition, head), head.seal) ? head : null;
}
