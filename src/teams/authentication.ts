import { ConfigurationBotFrameworkAuthentication, ConfigurationServiceClientCredentialFactory, type Activity } from 'botbuilder';
import {
  AuthenticationConstants,
  AuthenticationError,
  ClaimsIdentity,
  ConnectorClient,
  ConnectorFactory,
  MicrosoftAppCredentials,
  type AuthenticateRequestResult,
  type ServiceClientCredentialsFactory,
  type UserTokenClient,
} from 'botframework-connector';
import { JwtTokenExtractor } from 'botframework-connector/lib/auth/jwtTokenExtractor.js';
import type { BotCredentials, Config } from '../config/config.ts';
import { LatchkeyError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { quietly } from './quiet.ts';
import type { TrustsServiceUrl } from './service-url.ts';
import { tenantsOf } from './tenant.ts';
import { readUnproved } from './unproved-token.ts';
import { frontDoorChannel } from './visit-identity.ts';

/** How long Microsoft's signing keys are waited for. */
const keysMs = 5_000;

/** Who signs for Bot Framework's channels, and where its keys are: the public cloud's, fixed. */
const channel = {
  issuer: 'https://api.botframework.com',
  openIdMetadata: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
} as const;
/** The stock class takes all of these or none; the emulator's are never used, since its tokens are refused. */
const otherEndpoints = {
  ToBotFromEmulatorOpenIdMetadataUrl: 'https://login.microsoftonline.com/botframework.com/v2.0/.well-known/openid-configuration',
  ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
  ToChannelFromBotOAuthScope: 'https://api.botframework.com',
  OAuthUrl: 'https://api.botframework.com',
  ValidateAuthority: 'true',
  CallerId: '',
} as const;

export interface AuthRooms {
  readonly config: Pick<Config, 'mode' | 'bot' | 'policy'>;
  readonly trusts: TrustsServiceUrl;
  readonly clock: Clock;
  /** Where the channel's keys are, for a caller with an OpenID server of its own. No setting leads here. */
  readonly openIdMetadata?: string | undefined;
  readonly credentials?: ServiceClientCredentialsFactory | undefined;
}

/** The bot's credentials as Bot Framework's library holds them; without any (local mode) it asks for no token. */
export const credentialsOf = (bot: BotCredentials | null): ServiceClientCredentialsFactory =>
  bot === null
    ? new ConfigurationServiceClientCredentialFactory({})
    : new ConfigurationServiceClientCredentialFactory({
        MicrosoftAppId: bot.appId,
        MicrosoftAppType: bot.type,
        MicrosoftAppTenantId: bot.tenantId,
        // The library refuses a managed identity that has a password, be it an empty one.
        ...(bot.type === 'UserAssignedMsi' ? {} : { MicrosoftAppPassword: bot.password }),
      });

/**
 * Bot Framework's proof of a request (R43), without its gaps: a request that does not prove where it comes from is always an
 * `AuthenticationError` 401, whatever is wrong with it; the stock class answers some with 500 and lets an activity without `serviceUrl`
 * through. Tokens of the emulator, of skills and of other channels' paths are refused, so are keys without an endorsement, tokens without an
 * end, service URLs that are not Microsoft's, and tenants that the policy does not name.
 */
export class StrictAuth extends ConfigurationBotFrameworkAuthentication {
  readonly #rooms: AuthRooms;
  readonly #openIdMetadata: string;
  #userTokens: Promise<UserTokenClient> | undefined;

  /** @throws LatchkeyError `latchkey_teams_no_credentials`: without an app id the stock class would let anybody in */
  constructor(rooms: AuthRooms) {
    const { bot, mode } = rooms.config;
    if (mode === 'production' && (bot === null || bot.appId.trim() === '')) {
      throw new LatchkeyError(
        'latchkey_teams_no_credentials',
        'configuration',
        'MicrosoftAppId is missing: without it anybody could speak as anybody',
      );
    }
    const openIdMetadata = rooms.openIdMetadata ?? channel.openIdMetadata;
    super(
      {
        ...otherEndpoints,
        MicrosoftAppId: bot?.appId ?? '',
        MicrosoftAppTenantId: bot?.tenantId ?? '',
        ToBotFromChannelOpenIdMetadataUrl: openIdMetadata,
        ToBotFromChannelTokenIssuer: channel.issuer,
      },
      rooms.credentials ?? credentialsOf(bot),
    );
    this.#rooms = rooms;
    this.#openIdMetadata = openIdMetadata;
  }

  /**
   * @throws AuthenticationError 401
   * @throws LatchkeyError `latchkey_teams_keys_unavailable` when Microsoft's keys cannot be read: nothing can be said about the token
   */
  override async authenticateRequest(activity: Activity, authHeader: string): Promise<AuthenticateRequestResult> {
    const { config, trusts } = this.#rooms;
    if (typeof activity.serviceUrl !== 'string' || !trusts(activity.serviceUrl)) throw unauthorized('service-url');
    const { channelId } = activity;
    // Visitors come in by the adapter's direct door, never over the network.
    if (typeof channelId !== 'string' || channelId === '' || channelId === frontDoorChannel) throw unauthorized('channel');
    const result =
      config.mode === 'local' ? await super.authenticateRequest(activity, '') : await this.#proved(activity, channelId, authHeader);
    if (config.mode === 'production') {
      const allowed = new Set(config.policy.organisation.tenants.map((tenant) => tenant.toLowerCase()));
      const named = tenantsOf(activity);
      if (named.length === 0 || !named.every((tenant) => allowed.has(tenant))) throw unauthorized('tenant');
    }
    return { ...result, connectorFactory: silentConnectors };
  }

  /**
   * One for all turns: it would be made anew for each, and no turn uses it. It is the bot's own whoever's turn comes first: made for a visitor of the front door,
   * whose identity names no app, it would fail, and with it every turn after that.
   */
  override createUserTokenClient(): Promise<UserTokenClient> {
    const own = [{ type: AuthenticationConstants.AudienceClaim, value: this.#rooms.config.bot?.appId ?? '' }];
    this.#userTokens ??= super.createUserTokenClient(new ClaimsIdentity(own, true));
    return this.#userTokens;
  }

  async #proved(activity: Activity, channelId: string, authHeader: string): Promise<AuthenticateRequestResult> {
    const token = readUnproved(authHeader);
    const isOfChannel =
      token !== null && token.issuer === channel.issuer && AuthenticationConstants.AllowedSigningAlgorithms.includes(token.algorithm);
    // Said first, so that no stranger makes us ask anybody for keys.
    if (!isOfChannel || !token.hasEnd || channelId === 'AseChannel') throw unauthorized('token');
    try {
      const result = await this.#inTime(quietly(() => super.authenticateRequest(activity, authHeader)));
      const claim = (type: string): string | null => result.claimsIdentity.getClaimValue(type);
      if (
        claim(AuthenticationConstants.IssuerClaim) !== channel.issuer ||
        claim(AuthenticationConstants.ServiceUrlClaim) !== activity.serviceUrl
      ) {
        throw unauthorized('claims');
      }
      if (!(await this.#endorses(token.keyId, channelId))) throw unauthorized('endorsement');
      return result;
    } catch (error) {
      throw asVerdict(error);
    }
  }

  /** The stock class takes a key without any endorsement for every channel's. */
  async #endorses(keyId: string, channelId: string): Promise<boolean> {
    const extractor = new JwtTokenExtractor({}, this.#openIdMetadata, [...AuthenticationConstants.AllowedSigningAlgorithms]);
    const key = await this.#inTime(extractor.openIdMetadata.getKey(keyId));
    return key?.endorsements?.includes(channelId) ?? false;
  }

  #inTime<T>(work: Promise<T>): Promise<T> {
    let forget = (): void => {};
    const late = new Promise<never>((_resolve, reject) => {
      forget = this.#rooms.clock.after(keysMs, () => reject(keysUnavailable()));
    });
    return Promise.race([work, late]).finally(() => forget());
  }
}

/** @param what what was not proved: a name, fit for a log */
const unauthorized = (what: string): AuthenticationError => new AuthenticationError(what, 401);

const keysUnavailable = (cause?: unknown): LatchkeyError =>
  new LatchkeyError('latchkey_teams_keys_unavailable', 'unavailable', "Bot Framework's signing keys cannot be read", cause);

const ownReasons: ReadonlySet<string> = new Set(['claims', 'endorsement']);

/** Keys that could not be read say nothing about the token; all else that goes wrong means that it proves nothing. */
function asVerdict(error: unknown): Error {
  if (error instanceof LatchkeyError) return error;
  if (error instanceof AuthenticationError && error.statusCode !== 401) return keysUnavailable(error);
  if (error instanceof AuthenticationError && ownReasons.has(error.message)) return error;
  if (error instanceof Error && error.name === 'FetchError') return keysUnavailable(error);
  return unauthorized('token');
}

/**
 * Turns get a connector that sends nothing: the stock client repeats a POST up to four times and never gives up waiting, so everything the
 * bot says goes by the courier.
 */
class SilentConnectors extends ConnectorFactory {
  readonly #connector = new ConnectorClient(MicrosoftAppCredentials.Empty, {
    baseUri: 'https://nowhere.invalid',
    httpClient: {
      sendRequest: () => Promise.reject(new LatchkeyError('latchkey_teams_stock_client', 'defect', 'answers are sent by the courier')),
    },
  });

  override create(): Promise<ConnectorClient> {
    return Promise.resolve(this.#connector);
  }
}
export const silentConnectors = new SilentConnectors();
