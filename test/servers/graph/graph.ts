import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerOf, denied, failure, permissionFor, type GraphAnswer, type GraphRequest } from './answers.ts';
import { signInSite, type SignInSite } from './sign-in.ts';
import { newTenant, type Tenant } from './tenant.ts';

/** All that `src/directory/README.md` says to grant. */
const everyGrant = [
  'User.Read.All',
  'GroupMember.Read.All',
  'Domain.Read.All',
  'RoleManagement.Read.Directory',
  'PrivilegedEligibilitySchedule.Read.AzureADGroup',
  'MailboxSettings.Read',
  'User-PasswordProfile.ReadWrite.All',
  'User.RevokeSessions.All',
  'UserAuthMethod-TAP.ReadWrite.All',
  'UserAuthMethod-Phone.Read.All',
  'UserAuthMethod-Email.Read.All',
] as const;

/** What goes wrong with a request. `hang`: it is done, and nothing comes back; `cut`: the line is cut before it is done. */
type Trouble = GraphAnswer | 'hang' | 'cut' | 'lost-answer';

/** Microsoft's hosts as one server on loopback: the token endpoint and Graph v1.0, answering in the forms that Microsoft publishes. */
export interface GraphServer {
  readonly tenant: Tenant;
  readonly clientId: string;
  readonly secret: string;
  readonly granted: Set<string>;
  /** Every request Graph got, in order. */
  readonly asked: GraphRequest[];
  /** Tokens that were asked for. */
  readonly tokenForms: URLSearchParams[];
  readonly site: SignInSite;
  /** What the token endpoint answers next, in the place of its own. */
  tokenTrouble: GraphAnswer | null;
  /** How many items a page of a list has. */
  pageSize: number;
  /** In the place of the true next page. */
  nextLink: string | null;
  /** Stands in for the machine's fetch: Microsoft's two hosts are this server, and there are no others. */
  readonly fetch: typeof globalThis.fetch;
  /** The next request that fits goes wrong so, as often as said. */
  trouble(fits: (request: Pick<GraphRequest, 'method' | 'path'>) => boolean, what: Trouble, times?: number): void;
  /** Refuses every connection from now on. */
  cutOff(): Promise<void>;
  close(): Promise<void>;
}

const clientId = '7b1c2d3e-0000-4000-8000-00000000c11e';
const hosts = ['graph.microsoft.com', 'login.microsoftonline.com'];

export async function startGraph(): Promise<GraphServer> {
  const tenant = newTenant();
  const troubles: { fits: (request: GraphRequest) => boolean; what: Trouble; left: number }[] = [];
  const tokens = new Set<string>();
  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const base = `http://127.0.0.1:${address.port}`;

  const graph: GraphServer = {
    tenant,
    clientId,
    secret: 'a-secret-of-the-application',
    granted: new Set(everyGrant),
    asked: [],
    tokenForms: [],
    site: await signInSite(tenant.id, clientId),
    tokenTrouble: null,
    pageSize: 100,
    nextLink: null,
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      if (url.protocol !== 'https:' || !hosts.includes(url.hostname)) throw new Error(`nobody is to be asked at ${url.origin}`);
      const headers = new Headers(init?.headers);
      headers.set('x-asked-host', url.hostname);
      return fetch(`${base}${url.pathname}${url.search}`, { ...init, headers });
    },
    trouble: (fits, what, times = 1) => void troubles.push({ fits, what, left: times }),
    async cutOff() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    close: () => graph.cutOff(),
  };

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const url = new URL(incoming.url ?? '', base);
    if (incoming.headers['x-asked-host'] === 'login.microsoftonline.com')
      return send(response, await loginAnswer(url.pathname, new URLSearchParams(text)));
    const request: GraphRequest = {
      method: incoming.method ?? '',
      path: url.pathname.replace(/^\/v1\.0/u, ''),
      query: url.searchParams,
      body: text === '' ? null : JSON.parse(text),
    };
    graph.asked.push(request);
    const trouble = troubles.find(({ fits, left }) => left > 0 && fits(request));
    if (trouble !== undefined) trouble.left -= 1;
    if (trouble?.what === 'cut') return void response.destroy();
    if (typeof trouble?.what === 'object') return send(response, trouble.what);
    const isOurs = tokens.has((incoming.headers.authorization ?? '').replace(/^Bearer /u, ''));
    const answer = isOurs ? answerTo(request) : failure(401, 'InvalidAuthenticationToken', 'Access token validation failure.');
    if (trouble?.what === 'hang') return;
    if (trouble?.what === 'lost-answer') return void response.destroy();
    send(response, answer);
  }

  function answerTo(request: GraphRequest): GraphAnswer {
    if (!graph.granted.has(permissionFor(request))) return denied;
    const said = answerOf(tenant, request);
    if ('status' in said) return said;
    const from = Number(request.query.get('$skiptoken') ?? '0');
    const page = said.slice(from, from + graph.pageSize);
    const query = new URLSearchParams(request.query);
    query.set('$skiptoken', String(from + graph.pageSize));
    const next = graph.nextLink ?? `https://graph.microsoft.com/v1.0${request.path}?${query.toString()}`;
    return { status: 200, body: { value: page, ...(from + graph.pageSize < said.length && { '@odata.nextLink': next }) } };
  }

  /** The keys of ID tokens, and the token endpoint with its two grants (Microsoft identity platform, v2.0). */
  async function loginAnswer(path: string, form: URLSearchParams): Promise<GraphAnswer> {
    if (path === `/${tenant.id}/discovery/v2.0/keys`) return { status: 200, body: { keys: graph.site.keys } };
    graph.tokenForms.push(form);
    const trouble = graph.tokenTrouble;
    graph.tokenTrouble = null;
    if (trouble !== null) return trouble;
    const isKnown =
      form.get('client_id') === graph.clientId && (form.get('client_secret') === graph.secret || form.has('client_assertion'));
    if (path !== `/${tenant.id}/oauth2/v2.0/token` || !isKnown) {
      const text = 'AADSTS7000215: Invalid client secret provided.';
      return { status: 401, body: { error: 'invalid_client', error_description: text, error_codes: [7_000_215] } };
    }
    if (form.get('grant_type') === 'authorization_code') return graph.site.redeem(form);
    const token = `token-${tokens.size + 1}`;
    tokens.add(token);
    return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: token } };
  }

  return graph;
}

function send(response: ServerResponse, { status, headers = {}, body }: GraphAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
