import { z } from 'zod';
import { methodKinds } from '../../dialogs/methods.ts';
import type { Json } from '../ports.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';
import { parseDocument } from './parse-document.ts';

const draftSchema = z.strictObject({
  id: z.string().min(1),
  kind: z.enum(methodKinds),
  label: z.string(),
  /** As in a method, sealed for this draft. */
  sealed: z.string(),
  conversation: z.string(),
  expiresAt: z.int().nonnegative(),
  lastStep: z.int().nullable(),
  /** The id of the method whose place it takes. */
  replaces: z.string().optional(),
});

/** A method that is being registered: known to be wanted, not yet known to be the person's. */
export type DraftRecord = Readonly<z.infer<typeof draftSchema>>;

/** Reads a draft's row; null where there is none or its time is over. @throws LatchkeyError `latchkey_methods_unreadable` */
export function readDraft(value: Json | null, now: number): DraftRecord | null {
  if (value === null) return null;
  const draft = parseDocument('draft', draftSchema, value);
  return draft.expiresAt > now ? draft : null;
}

/** The parts of a commit that store a draft. */
export function draftParts(accountId: string, draft: DraftRecord): Required<Pick<Commit, 'put' | 'until'>> {
  const key = keys.draft(accountId, draft.id);
  return { put: { [key]: draft }, until: { [key]: draft.expiresAt } };
}

export const sealDraftSecret = (seals: Keys, accountId: string, draftId: string, secret: string): string =>
  seals.seal(keys.draft(accountId, draftId), secret);

/** The number, address or seed of a draft. @throws LatchkeyError `latchkey_security_unsealable` */
export const openDraftSecret = (seals: Keys, accountId: string, draft: Pick<DraftRecord, 'id' | 'sealed'>): string =>
  seals.open(keys.draft(accountId, draft.id), draft.sealed);
