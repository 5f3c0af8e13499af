import { z } from 'zod';
import type { MethodKind } from '../../dialogs/methods.ts';
import type { GrantKind } from '../../dialogs/views.ts';
import { grantRefusal } from '../directory/eligibility.ts';
import type { AccountState } from '../directory/port.ts';
import { wordParts } from '../conversation/word.ts';
import { LatchkeyError } from '../errors.ts';
import { joined } from '../methods/join-commits.ts';
import type { Json } from '../ports.ts';
import { newId } from '../security/ids.ts';
import { isDoorStack, keys } from '../store/keys.ts';
import { hasPowers, newGrantId, openGrant, type Grant } from './caller-of-case.ts';
import type { ActAtWork, ActRan, DeskNeeds } from './case-act.ts';
import { isFrozen, isVoid } from './freeze-record.ts';
import { stopsNow } from './stop.ts';

const dayMs = 24 * 3_600_000;

const grantedShape = z.array(z.strictObject({ by: z.string(), at: z.int().nonnegative() })).readonly();

function readGranted(value: Json | null, now: number): z.infer<typeof grantedShape> {
  if (value === null) return [];
  const read = grantedShape.safeParse(value);
  if (!read.success) throw new LatchkeyError('latchkey_desk_unreadable', 'defect', 'what was granted has another shape', read.error);
  return read.data.filter(({ at }) => at > now - dayMs);
}

/** What is given, and by whom: the agent who verified the caller, or for a second one that agent with a colleague's approval. */
export interface Given {
  readonly what: GrantKind;
  readonly method: MethodKind | null;
  readonly by: { readonly by: string; readonly name: string };
  readonly approved: Grant['approved'];
}

/**
 * Gives a verified caller something, in the conversation that was verified and nowhere else (I16). The account is read now, and gets nothing where it has
 * extra protection (I10), whoever approves. One agent gives an account one thing in 24 hours; a second takes a colleague.
 */
export async function give(work: ActAtWork, given: Given): Promise<ActRan> {
  const { needs, record: seen, now, change } = work;
  const account = await accountNow(needs, seen.account);
  if (account === 'unavailable') return { ok: false, reason: 'unavailable' };
  const refusal = grantRefusal(needs.policy, account, await stopsNow(needs.store, now));
  if (refusal !== null || account === null) return { ok: false, reason: refusal?.code === 'LK_PRIVILEGED' ? 'privileged' : 'not-possible' };
  if (given.what === 'temporary-pass' && !needs.givesPasses) return { ok: false, reason: 'not-possible' };
  const id = newId(needs.random);
  const [granted, frozen] = [keys.granted(seen.account), keys.frozen(seen.account)];
  return change(
    (record, rows) => {
      const { caller } = record;
      if (isFrozen(rows.get(frozen) ?? null)) return { ok: false, reason: 'frozen' };
      if (!hasPowers(record, now) || caller === undefined || caller.stack === null || caller.by !== given.by.by)
        return { ok: false, reason: 'call-over' };
      // What was proved before a freeze may rest on a method that was touched.
      if (isVoid(rows.get(frozen) ?? null, caller.verifiedAt ?? 0)) return { ok: false, reason: 'call-over' };
      // Nobody sees or removes a method at the front door (I11), or gets there what signs in elsewhere.
      if ((given.what === 'remove-method' || given.what === 'temporary-pass') && isDoorStack(caller.stack))
        return { ok: false, reason: 'only-in-teams' };
      if (openGrant(record, now) !== null) return { ok: false, reason: 'one-at-a-time' };
      const before = readGranted(rows.get(granted)?.value ?? null, now);
      if (given.approved === null && before.some(({ by }) => by === given.by.by)) return { ok: false, reason: 'second-act' };
      const { what, method } = given;
      const grant: Grant = {
        id: newGrantId(record.id, id),
        what,
        method,
        ...given.by,
        at: now,
        approved: given.approved,
        hasPassword: account.hasPassword,
        used: null,
      };
      const view = { id: grant.id, what, method, hasPassword: grant.hasPassword };
      return {
        ok: true,
        event: null,
        reason: 'I16',
        proofs: caller.proofs,
        change: { grants: [...(record.grants ?? []), grant], approval: undefined },
        also: joined([
          { put: { [granted]: [...before, { by: given.by.by, at: now }] }, until: { [granted]: now + dayMs } },
          wordParts(granted, caller.stack, `grant-${id}`, { event: { type: 'grant.given', grant: view } }, now),
        ]),
      };
    },
    [granted, frozen],
  );
}

/** An account, as the directory has it at this moment. */
export async function accountNow(needs: Pick<DeskNeeds, 'accountById'>, id: string): Promise<AccountState | 'unavailable' | null> {
  try {
    return await needs.accountById(id);
  } catch (fault) {
    if (fault instanceof LatchkeyError) return 'unavailable';
    throw fault;
  }
}
