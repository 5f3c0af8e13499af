import type { Keys } from '../security/keys.ts';
import { proveAddress, tokenAddress } from '../security/token-address.ts';

/** What the tokens of "this was not me" are derived for. */
export const notMeUse = 'not-me';

/** Where such a link leads, under the public address. */
export const notMePath = '/not-me';

/** The last part of the link that names this. */
export const notMeAddress = (seals: Keys, { id }: { readonly id: string }): string => tokenAddress(seals, notMeUse, id);

/** Which happening a link names; null unless its token is right. */
export const happeningOfAddress = (seals: Keys, address: string): string | null => proveAddress(seals, notMeUse, address)?.id ?? null;
