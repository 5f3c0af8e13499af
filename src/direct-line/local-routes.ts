import type { LocalDelivery } from '../delivery/local-outbox.ts';
import type { DemoAccountShown } from '../directory/demo-company.ts';
import type { Json } from '../ports.ts';
import type { Sentences } from '../locales/sentences.ts';
import { jsonResponse, type Route } from '../server/route.ts';
import { assetRoutes, chatAssets, file, rendererRoute, signRoute, wordRoutes } from './assets.ts';
import { chatContentPolicy } from './content-policy.ts';

export interface LocalPageParts {
  readonly accounts: () => Promise<readonly DemoAccountShown[]>;
  /** Newest last. */
  readonly outbox: () => Promise<readonly LocalDelivery[]>;
  readonly sentences: Pick<Sentences, 'under'>;
  readonly organisation: string;
  readonly deskConversation: string;
}

const pageAssets = ['local-page.js', 'accounts.js', 'apps.js', 'outbox.js', 'phone.js', 'totp.js', 'copy-button.js', 'local-page.css'];

/** The page at `/` and what it reads. For local mode only: it shows the demo people's passwords and every code. */
export function localPageRoutes(parts: LocalPageParts): readonly Route[] {
  const page = { organisation: parts.organisation, deskConversation: parts.deskConversation };
  return [
    {
      method: 'GET',
      path: '/',
      handle: () =>
        file(new URL('./browser/local-page.html', import.meta.url), {
          'content-security-policy': chatContentPolicy,
          'cache-control': 'no-store',
        }),
    },
    { method: 'GET', path: '/local/page', handle: () => jsonResponse(200, page) },
    { method: 'GET', path: '/local/accounts', handle: async () => jsonResponse(200, (await parts.accounts()).map(plain)) },
    { method: 'GET', path: '/local/outbox', handle: async () => jsonResponse(200, (await parts.outbox()).map(plain)) },
    ...assetRoutes([...chatAssets, ...pageAssets]),
    rendererRoute(),
    signRoute(),
    ...wordRoutes(parts.sentences, ['chat', 'local-page']),
  ];
}

const plain = (value: DemoAccountShown | LocalDelivery): Json => ({ ...value });
