import type { Policy } from '../config/policy.ts';
import { noticeParts } from '../delivery/notices.ts';
import type { Sentences } from '../locales/sentences.ts';
import { registeredPlaces, wholeNumbers, type WholeMethod } from '../methods/summary.ts';
import type { Clock, Random } from '../ports.ts';
import { commitAudited } from '../security/audit.ts';
import { newId } from '../security/ids.ts';
import type { Keys } from '../security/keys.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Key, Store } from '../store/port.ts';
import { languageOf } from './language-of.ts';
import type { AccountState, Directory } from './port.ts';

export interface SeeMethodsNeeds {
  readonly store: Store;
  readonly seals: Keys;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: Policy;
  readonly sentences: Sentences;
  readonly directory: Pick<Directory, 'find' | 'findByUserId' | 'provePassword'>;
}

export interface SeeMethodsRequest {
  /** Whose methods. */
  readonly userId: string;
  /** The account id of the one who asks. */
  readonly as: string;
  /** Asked for only when nothing else stands against it. */
  readonly askPassword: () => Promise<string>;
}

export type SeenMethods =
  | { readonly ok: true; readonly person: AccountState; readonly methods: readonly WholeMethod[] }
  | {
      readonly ok: false;
      readonly reason:
        | 'not-administrator'
        | 'wrong'
        | 'locked'
        | 'disabled'
        | 'no-password'
        | 'not-found'
        | 'by-sign-in'
        | 'no-such-person';
    };

/**
 * A person's numbers and addresses, whole, for an administrator whom the policy names; an agent's rights do not reach so far. Whoever asks
 * proves to be that administrator with their present password, which the directory judges. The look is in the audit, and what tells the
 * person of it is owed, before anything is handed out.
 */
export async function seeMethods(needs: SeeMethodsNeeds, { userId, as, askPassword }: SeeMethodsRequest): Promise<SeenMethods> {
  const { store, seals, policy, directory } = needs;
  const administrator = policy.administrators.includes(as) ? await directory.find(as) : null;
  if (administrator?.enabled !== true || administrator.kind !== 'person') return refused(needs, as, null, 'not-administrator');
  const proved = await directory.provePassword(administrator.id, await askPassword());
  if (!proved.ok) return refused(needs, administrator.id, null, proved.reason);
  const person = await directory.findByUserId(userId);
  if (person === null) return refused(needs, administrator.id, null, 'no-such-person');

  const parts = noticeParts(seals, needs.sentences, {
    id: newId(needs.random),
    what: 'methods-seen-by-administrator',
    account: person.id,
    workMail: person.workMail,
    // Where there is no work mailbox, the person hears of it where they registered.
    places: person.workMail === null ? await registeredPlaces(store, seals, person.id) : [],
    at: needs.clock.now(),
    door: 'administrator',
    language: languageOf(person, policy),
    ...(await chatOf(needs, person)),
  });
  const committed = await commitAudited(store, seals, {
    partition: partitionOf(person.id),
    entries: [{ ...entryOf(needs, administrator.id, person.id), verdict: 'allowed', reason: 'administrator' }],
    commit: parts,
  });
  return committed.ok
    ? { ok: true, person, methods: await wholeNumbers(store, seals, person.id) }
    : refused(needs, administrator.id, person.id, 'no-such-person');
}

async function refused(
  needs: SeeMethodsNeeds,
  actor: string,
  account: string | null,
  reason: Extract<SeenMethods, { ok: false }>['reason'],
): Promise<SeenMethods> {
  const entry = {
    ...entryOf(needs, needs.policy.administrators.includes(actor) ? actor : 'unknown', account),
    verdict: 'refused',
    reason,
  } as const;
  await commitAudited(needs.store, needs.seals, { partition: partitionOf(account ?? actor), entries: [entry], commit: {} });
  return { ok: false, reason };
}

const entryOf = ({ clock }: SeeMethodsNeeds, actor: string, account: string | null) => ({
  at: clock.now(),
  actor,
  account,
  act: 'directory.see-methods',
  proofs: [],
  door: 'command-line',
  reference: null,
});

/** The person's own chat with the bot, where there is one. */
async function chatOf({ store, clock, policy }: SeeMethodsNeeds, { id }: AccountState): Promise<{ readonly chat?: Key }> {
  for (const tenant of policy.organisation.tenants) {
    const key = keys.stack(tenant, id);
    const { rows } = await store.open({ key, owner: null, now: clock.now() });
    if ((rows.get(key) ?? null) !== null) return { chat: key };
  }
  return {};
}
