import { EqualityFilter, type Client } from 'ldapts';
import { guidBytes } from '../guid.ts';
import type { PlaceOnFile } from '../port.ts';
import { textsOf } from './entry.ts';
import { find, type Search } from './read-account.ts';

const phones = ['mobile', 'otherMobile', 'telephoneNumber', 'homePhone'];
const mails = ['otherMailbox'];

/** The numbers and addresses that an entry holds, as far as our account may read them; null when there is no such account. */
export async function placesById(client: Client, search: Search, id: string): Promise<readonly PlaceOnFile[] | null> {
  const value = guidBytes(id);
  if (value === null) return null;
  const [entry] = await find(client, search, new EqualityFilter({ attribute: 'objectGUID', value }), [...phones, ...mails]);
  if (entry === undefined) return null;
  const valuesOf = (kind: PlaceOnFile['kind'], attributes: readonly string[]): readonly PlaceOnFile[] =>
    attributes.flatMap((attribute) => textsOf(entry, attribute)).map((to) => ({ kind, to, source: 'profile' }));
  return [...valuesOf('phone', phones), ...valuesOf('mail', mails)];
}
