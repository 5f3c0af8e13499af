import { localPhoneRoutes } from '../delivery/local-phone.ts';
import type { LocalOutbox } from '../delivery/local-outbox.ts';
import { localChannelRoutes } from '../direct-line/local-channel.ts';
import { localPageRoutes } from '../direct-line/local-routes.ts';
import { demoAccounts } from '../directory/demo-company.ts';
import type { LocalDirectory } from '../directory/local.ts';
import { LatchkeyError } from '../errors.ts';
import { answersOf } from './call-room.ts';
import type { Parts } from './parts.ts';
import type { Route } from '../server/route.ts';

/** Local mode's page, its channel, and what they show. Production has none of these routes. */
export function localDemoRoutes(parts: Parts, directory: LocalDirectory, outbox: LocalOutbox): readonly Route[] {
  const { config, clock, random, store, seals, sentences } = parts;
  const { policy, publicUrl } = config;
  const [tenant] = policy.organisation.tenants;
  if (tenant === undefined)
    throw new LatchkeyError('latchkey_local_no_tenant', 'configuration', 'the policy names no tenant under organisation.tenants');
  const deskConversation = policy.contacts.desk.conversation;
  return [
    ...localChannelRoutes({ publicUrl, tenant, deskConversation, clock, random }),
    ...localPhoneRoutes(seals, answersOf(parts)),
    ...localPageRoutes({
      accounts: async () => demoAccounts({ store, seals, clock, directory }),
      outbox: async () => outbox.list(),
      sentences,
      organisation: policy.organisation.name,
      deskConversation,
    }),
  ];
}
