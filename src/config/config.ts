import type { SealKey } from '../security/keys.ts';
import type { Policy } from './policy.ts';

/** The environment and the policy file as one frozen value. Nothing else reads the environment. */
export interface Config {
  readonly mode: 'local' | 'production';
  readonly host: string;
  readonly port: number;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** Folder of the embedded store. */
  readonly dataDir: string;
  /** Set: Redis instead of the embedded store. */
  readonly redisUrl: string | null;
  /** Bot Framework credentials; null in local mode. */
  readonly bot: BotCredentials | null;
  readonly sealKeys: readonly SealKey[];
  readonly smtpUrl: string | null;
  /** Sender address of our mail. */
  readonly mailFrom: string;
  readonly twilio: TwilioSettings | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly policy: Policy;
}

/** As Bot Framework spells them: MicrosoftAppId, MicrosoftAppPassword, MicrosoftAppType, MicrosoftAppTenantId. */
export interface BotCredentials {
  readonly appId: string;
  readonly password: string;
  readonly type: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMsi';
  readonly tenantId: string;
}

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** The sending number, or a messaging service (`MG...`). */
  readonly from: string;
}
