import type { BotCredentials } from './config.ts';
import type { Policy } from './policy.ts';
import type { Settings } from './settings.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Bot Framework's credentials; null when something is wrong with them, which is noted. A managed identity needs no password. */
export function readBot(settings: Settings, policy: Policy | null): BotCredentials | null {
  const type = settings.oneOf('MicrosoftAppType', ['SingleTenant', 'MultiTenant', 'UserAssignedMsi'] as const, 'SingleTenant');
  const appId = settings.needed('MicrosoftAppId', "Write the bot's application (client) id from the Azure portal.", guid);
  const password =
    type === 'UserAssignedMsi'
      ? (settings.text('MicrosoftAppPassword') ?? '')
      : settings.needed(
          'MicrosoftAppPassword',
          "Write the client secret of the bot's application; or set MicrosoftAppType to UserAssignedMsi.",
        );
  const tenantId =
    type === 'MultiTenant' && !settings.has('MicrosoftAppTenantId')
      ? ''
      : settings.needed('MicrosoftAppTenantId', "Write the id of the tenant the bot's application is registered in.", guid);
  if (policy !== null && tenantId !== null && type !== 'MultiTenant' && !policy.organisation.tenants.includes(tenantId.toLowerCase())) {
    settings.refuse(
      'MicrosoftAppTenantId',
      'is not among organisation.tenants of the policy file, so nobody would be served',
      'Add it there, or correct it here.',
    );
  }
  return appId === null || password === null || tenantId === null ? null : { appId, password, type, tenantId };
}
