import { Client } from 'ldapts';
import type { LdapSettings } from '../../config/config.ts';
import { LatchkeyError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import { Breaker } from '../breaker.ts';
import { Forbidden, unreachable, type OnForbidden } from '../faults.ts';
import { isAnswer, isBadCredentials, notOurselves, readBindRefusal, readFault, type BindRefusal } from './ldap-faults.ts';
import { secureSocket } from './secure-socket.ts';

/** How long a controller has to be connected to, secured and signed in to, and again for each answer. */
const ldapMs = 5_000;
/** For how long nobody signs in with a password of ours that was refused. */
const refusedMs = 60_000;

export type ControllerSettings = Pick<LdapSettings, 'urls' | 'ca' | 'bindDn' | 'bindPassword'>;

/**
 * The domain controllers, asked in the order of the configuration; one that failed lately is asked last, one that keeps failing not at all for a
 * while. Each use has a connection of its own, which is never re-established: the library would come back in clear text.
 */
export class Controllers {
  readonly #settings: ControllerSettings;
  readonly #clock: Clock;
  readonly #breakers: ReadonlyMap<string, Breaker>;
  readonly #onForbidden: OnForbidden;
  readonly #patienceMs: number;

  /** @param patienceMs how long a controller has for each answer */
  constructor(settings: ControllerSettings, clock: Clock, onForbidden: OnForbidden, patienceMs = ldapMs) {
    this.#settings = settings;
    this.#patienceMs = patienceMs;
    this.#clock = clock;
    this.#onForbidden = onForbidden;
    this.#breakers = new Map(settings.urls.map((url) => [url, new Breaker()]));
  }

  /** Reads as our service account; where a controller gives no answer, once more on each of the others. @throws LatchkeyError */
  async read<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.#inTurn(async (url) => {
      const client = await this.#signedIn(url);
      try {
        return await work(client);
      } catch (fault) {
        throw this.#noted(readFault(fault));
      } finally {
        close(client);
      }
    });
  }

  /**
   * As `read`, but once the service account is signed in there is no second try: `work` may have changed something, and says with each fault
   * whether it did.
   */
  async write<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.#inTurn((url) => this.#signedIn(url));
    try {
      return await work(client);
    } catch (fault) {
      throw this.#noted(fault);
    } finally {
      close(client);
    }
  }

  /** Tries a person's password by a bind of its own, once. @throws LatchkeyError unreachable; any other fault where no word came of the bind */
  async bindAs(dn: string, password: string): Promise<BindRefusal> {
    const client = await this.#inTurn((url) => this.#connected(url));
    try {
      await client.bind(dn, password);
      return 'right';
    } catch (fault) {
      const refusal = isBadCredentials(fault) ? readBindRefusal(fault) : null;
      if (refusal === null) throw fault;
      return refusal;
    } finally {
      close(client);
    }
  }

  #noted(fault: unknown): unknown {
    if (fault instanceof Forbidden) this.#onForbidden(fault.grant);
    return fault;
  }

  async #inTurn<T>(use: (url: string) => Promise<T>): Promise<T> {
    let last: LatchkeyError = unreachable('every controller failed lately');
    for (const [url, breaker] of this.#candidates()) {
      try {
        const result = await use(url);
        breaker.succeeded();
        return result;
      } catch (fault) {
        if (!(fault instanceof LatchkeyError) || fault.kind !== 'unavailable') {
          breaker.succeeded();
          throw fault;
        }
        breaker.failed(this.#clock.now());
        // The others would refuse it too, and count it.
        if (fault.code === 'latchkey_directory_credentials') {
          for (const each of this.#breakers.values()) each.failed(this.#clock.now(), refusedMs);
          throw fault;
        }
        last = fault;
      }
    }
    throw last;
  }

  #candidates(): readonly (readonly [url: string, breaker: Breaker])[] {
    const now = this.#clock.now();
    return [...this.#breakers].filter(([, breaker]) => !breaker.isOpen(now)).sort(([, one], [, other]) => one.failures - other.failures);
  }

  async #signedIn(url: string): Promise<Client> {
    const client = await this.#connected(url);
    try {
      await client.bind(this.#settings.bindDn, this.#settings.bindPassword);
      return client;
    } catch (fault) {
      close(client);
      throw isAnswer(fault) ? notOurselves(fault) : unreachable('the directory did not take our sign-in', fault);
    }
  }

  async #connected(url: string): Promise<Client> {
    let socket;
    try {
      socket = await secureSocket({ url, ca: this.#settings.ca }, this.#patienceMs);
    } catch (fault) {
      throw unreachable('the directory cannot be reached', fault);
    }
    const sockets = [socket];
    const client = new Client({
      url: 'ldap://a-socket-that-is-secured-already',
      timeout: this.#patienceMs,
      createConnection: () => {
        const only = sockets.pop();
        if (only === undefined) throw unreachable('the connection was lost');
        return only;
      },
    });
    return client;
  }
}

/** The server is told, and nobody waits for that. */
function close(client: Client): void {
  client.unbind().catch(() => undefined);
}
