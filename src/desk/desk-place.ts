import type { Policy } from '../config/policy.ts';

/** Where something was said or pressed, as the proved token says. */
export interface DeskPlace {
  readonly tenant: string;
  readonly place: 'personal' | 'group' | 'channel';
  readonly conversationId: string;
}

/** Whether that is the helpdesk's own conversation, in a tenant of the policy's (I11). */
export const isHere = (
  { contacts, organisation }: Pick<Policy, 'contacts' | 'organisation'>,
  { tenant, place, conversationId }: DeskPlace,
): boolean =>
  place !== 'personal' && organisation.tenants.includes(tenant) && threadOf(conversationId) === threadOf(contacts.desk.conversation);

/** A channel's conversation id names the thread in it too (`;messageid=...`): the channel is what counts. */
const threadOf = (conversationId: string): string => conversationId.split(';')[0] ?? '';
