import type { SealKey } from '../security/keys.ts';
import type { Policy } from './policy.ts';

/** The environment and the policy file as one frozen value. Nothing else reads the environment. */
export interface Config {
  readonly mode: 'local' | 'production';
  readonly host: string;
  readonly port: number;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** How many proxies of ours a request passes: what they write down of the client's address is believed, and no more. */
  readonly proxyHops: number;
  /** The host that security keys answer to: that of the public address, or one it is under. */
  readonly rpId: string;
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
  /** How Active Directory is reached; null where the directory is another. */
  readonly ldap: LdapSettings | null;
  /** Folder of range files of leaked passwords. */
  readonly breachedDir: string | null;
  /** How Entra ID is reached; null where the directory is another. */
  readonly entra: EntraSettings | null;
  /** The secrets of hooks by the name the policy gives them; `in` for what comes in. Two while one is changed. */
  readonly hookSecrets: Readonly<Record<string, readonly string[]>>;
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
  /** The number that calls; null where there is none, for a messaging service cannot call. */
  readonly callFrom: string | null;
}

/** How Active Directory is reached, and as whom. */
export interface LdapSettings {
  /** Domain controllers in the order they are tried: `ldaps://`, or `ldap://`, which is upgraded by StartTLS before anything is said. */
  readonly urls: readonly string[];
  /** Our service account: its distinguished name, or `name@domain`. */
  readonly bindDn: string;
  readonly bindPassword: string;
  /** Accounts under this distinguished name are served, and no others. */
  readonly base: string;
  /** PEM of the authorities that sign the controllers' certificates; null: those Node knows. */
  readonly ca: string | null;
  /** The attribute that holds what people call their user ID, as it is in Teams too. */
  readonly userId: 'userPrincipalName' | 'mail';
}

/** The tenant in Microsoft Entra ID, our application there, and how it proves who it is. */
export interface EntraSettings {
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential:
    | { readonly is: 'secret'; readonly secret: string }
    /** Private key and certificate. */
    | { readonly is: 'certificate'; readonly pem: string }
    /** A token of another issuer that the application trusts, in a file that the platform keeps fresh. */
    | { readonly is: 'federated'; readonly tokenFile: string }
    /** `system`, or the client id of a user-assigned one; the application trusts it. */
    | { readonly is: 'managed-identity'; readonly identity: string };
}
