import { z } from 'zod';
import { LatchkeyError } from '../errors.ts';
import type { Clock, Json } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Key, Store } from '../store/port.ts';
import type { AccountId, Directory } from './port.ts';

/** Somebody who speaks in Teams: the one thing believed is the object id (I1). */
export interface TeamsPerson {
  readonly tenant: string;
  readonly aadObjectId: string;
  /** Of the conversation they speak in; opaque to everybody but `teams`. */
  readonly reference: Json;
}

/** Which account a person of Teams has; an id that no account has where there is none. @throws LatchkeyError when nobody can tell now */
export type AccountOf = (person: TeamsPerson) => Promise<AccountId>;

/** The user ID that Teams' own roster gives for a person; null for guests and whoever is not in it. @throws LatchkeyError */
type UserIdInTeams = (person: TeamsPerson) => Promise<string | null>;

/** Where accounts are Entra's own, the object id is the account's. */
export const accountIsObjectId: AccountOf = async ({ aadObjectId }) => aadObjectId;

/** For how long a match is believed before Teams and the directory are asked again; a person without an account may get one sooner. */
const matchedMs = 15 * 60_000;
const unmatchedMs = 60_000;
/** So many people are kept in mind; then all are asked for anew. */
const mostKept = 10_000;

const bindingShape = z.object({ account: z.string() });

interface TeamsPeopleNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'find' | 'findByUserId'>;
  readonly userIdInTeams: UserIdInTeams;
}

/**
 * Finds the account of a person of Teams in a directory that does not know Entra's object ids (I9): by the user ID of Teams' own roster, exact,
 * one hit. What was matched once is kept, because a user ID is a label: who is renamed keeps their account, and a user ID that passes to somebody
 * else brings nothing along.
 */
export class TeamsPeople {
  readonly #needs: TeamsPeopleNeeds;
  readonly #known = new Map<Key, { readonly account: AccountId; readonly until: number }>();

  constructor(needs: TeamsPeopleNeeds) {
    this.#needs = needs;
  }

  readonly accountOf: AccountOf = async (person) => {
    const { store, clock } = this.#needs;
    const key = keys.teamsPerson(person.tenant, person.aadObjectId);
    const now = clock.now();
    const known = this.#known.get(key);
    if (known !== undefined && now < known.until) return known.account;
    const row = (await store.open({ key, owner: null, now })).rows.get(key) ?? null;
    const bound = row === null ? null : bindingShape.parse(row.value).account;
    const matched = await this.#match(person, bound);
    // Whoever else matched the same person now found the same account: a conflict changes nothing.
    if (matched !== null && matched !== bound)
      await store.commit({ expect: { [key]: row?.version ?? 0 }, put: { [key]: { account: matched } } });
    const account = matched ?? `unmatched-${person.aadObjectId}`;
    if (this.#known.size >= mostKept) this.#known.clear();
    this.#known.set(key, { account, until: now + (matched === null ? unmatchedMs : matchedMs) });
    return account;
  };

  async #match(person: TeamsPerson, bound: AccountId | null): Promise<AccountId | null> {
    const { directory, userIdInTeams } = this.#needs;
    let userId: string | null;
    try {
      userId = await userIdInTeams(person);
    } catch (fault) {
      if (bound !== null && fault instanceof LatchkeyError && fault.kind === 'unavailable') return bound;
      throw fault;
    }
    if (userId === null) return null;
    const found = (await directory.findByUserId(userId))?.id ?? null;
    if (bound === null || found === bound) return found;
    const isThere = (await directory.find(bound)) !== null;
    // Teams and the directory disagree on a name for a while after one has changed; the account that was matched is still the person's.
    if (found === null) return isThere ? bound : null;
    // The name is another account's now. While the first is there too, nobody can tell whose this person is.
    return isThere ? null : found;
  }
}
