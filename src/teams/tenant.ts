import { z } from 'zod';

const id = z.string().min(1).max(128);
const inChannelData = z.object({ tenant: z.object({ id }) });
const inConversation = z.object({ tenantId: id });

/** Every tenant an activity names, in lower case: the channel's own data first, then the conversation. */
export function tenantsOf(activity: { readonly channelData?: unknown; readonly conversation?: unknown }): readonly string[] {
  const channelData = inChannelData.safeParse(activity.channelData);
  const conversation = inConversation.safeParse(activity.conversation);
  return [channelData.data?.tenant.id, conversation.data?.tenantId]
    .filter((tenant) => tenant !== undefined)
    .map((tenant) => tenant.toLowerCase());
}
