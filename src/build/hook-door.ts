import { hookIn } from '../config/hook-secrets.ts';
import { hookRoute } from '../desk/hook-in.ts';
import type { Log } from '../server/log.ts';
import type { Route } from '../server/route.ts';
import type { Parts } from './parts.ts';

/** Where another system tells of cases; no route where the policy lets it do nothing. */
export function hookRoutes({ config, store, clock, seals, sentences, wake }: Parts, log: Pick<Log, 'warn'>): readonly Route[] {
  const { policy, hookSecrets } = config;
  if (policy.hooks.in.length === 0) return [];
  const onForged = (path: string): void => log.warn('forged-webhook', { route: path });
  return [hookRoute({ store, clock, seals, sentences, wake, policy, secrets: hookSecrets[hookIn] ?? [], onForged })];
}
