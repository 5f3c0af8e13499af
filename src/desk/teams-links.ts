import type { Policy } from '../config/policy.ts';

/** Microsoft's own address for links into Teams. */
const teams = 'https://teams.microsoft.com/l';

/** Opens a chat with a person, by their user ID (Teams, "deep link to a chat"); null for an account whose user ID was not read. */
export const chatLink = (userId: string | null): string | null =>
  userId === null || !/^[^\s@]+@[^\s@]+$/u.test(userId) ? null : `${teams}/chat/0/0?users=${encodeURIComponent(userId)}`;

/** Opens the helpdesk's channel (Teams, "deep link to a channel"); null where its conversation is none. Who follows it must be a member. */
export function channelLink({ contacts, organisation }: Pick<Policy, 'contacts' | 'organisation'>): string | null {
  const channel = contacts.desk.conversation.split(';')[0] ?? '';
  if (!/^19:.+@thread\.(tacv2|skype)$/u.test(channel)) return null;
  return `${teams}/channel/${encodeURIComponent(channel)}/Helpdesk?tenantId=${encodeURIComponent(organisation.tenants[0] ?? '')}`;
}
