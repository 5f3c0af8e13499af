import { AppCredentials, AuthenticationConstants, type ServiceClientCredentialsFactory } from 'botframework-connector';
import { LatchkeyError } from '../errors.ts';

/** The bot's own access token for the connectors. */
export interface BotToken {
  /** @param fresh not the remembered one: it was refused */
  read(fresh: boolean): Promise<string>;
}

/** The token by the library's credentials (MSAL), which keep it until five minutes before its end. */
export function botToken(factory: ServiceClientCredentialsFactory, appId: string): BotToken {
  const credentials = factory.createCredentials(
    appId,
    AuthenticationConstants.ToChannelFromBotOAuthScope,
    `${AuthenticationConstants.ToChannelFromBotLoginUrlPrefix}${AuthenticationConstants.DefaultChannelAuthTenant}`,
    true,
  );
  // Said by the first who needs a token, not by a rejection nobody waits for.
  credentials.catch(() => undefined);
  return {
    async read(fresh) {
      const known = await credentials;
      if (!(known instanceof AppCredentials)) {
        throw new LatchkeyError('latchkey_teams_credentials', 'configuration', 'these credentials give no token for the connector');
      }
      return known.getToken(fresh);
    },
  };
}
