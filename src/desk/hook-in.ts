import type { Policy } from '../config/policy.ts';
import { commitAudited } from '../security/audit.ts';
import { jsonResponse, type PlainRequest, type PlainResponse, type Route } from '../server/route.ts';
import { deskItself, keys, partitionOf } from '../store/keys.ts';
import { update } from '../store/update.ts';
import { actByHook, hookRequest, isHookAct, type HookActNeeds } from './hook-act.ts';
import { provedId } from './hook-signature.ts';

export interface HookInNeeds extends HookActNeeds {
  readonly policy: HookActNeeds['policy'] & Pick<Policy, 'hooks'>;
  /** Two while one is changed. */
  readonly secrets: readonly string[];
  /** Hears of a request that was not signed by whoever has the secret. */
  readonly onForged: (path: string) => void;
}

export const hookPath = '/hooks/desk';

/** The most a request holds, in bytes. */
const mostBytes = 64 * 1024;
/** How long an id is remembered, in ms: long after its signature is worth nothing. */
const rememberedMs = 7 * 24 * 3_600_000;
/** Whoever began on a request and has not ended by then, in ms, ended with its process. */
const begunForMs = 60_000;

/** Where another system of the organisation's tells of a case. What is not signed is 401 and reaches nothing. */
export const hookRoute = (needs: HookInNeeds): Route => ({
  method: 'POST',
  path: hookPath,
  handle: async (request) => take(needs, request),
});

async function take(needs: HookInNeeds, request: PlainRequest): Promise<PlainResponse> {
  if (Buffer.byteLength(request.raw) > mostBytes) return refuse(413, 'too-large');
  const id = provedId(needs.secrets, request.headers, request.raw, needs.clock.now());
  if (id === null) {
    needs.onForged(hookPath);
    return refuse(401, 'unsigned');
  }
  const act = actOf(request.body);
  if (!isHookAct(act)) return audited(needs, id, 'unknown-act', refuse(400, 'unknown-act'));
  if (!needs.policy.hooks.in.includes(act)) return audited(needs, id, 'not-allowed', refuse(403, 'not-allowed'));
  const asked = hookRequest.safeParse(request.body);
  if (!asked.success) return audited(needs, id, 'bad-request', refuse(400, 'bad-request'));

  const begun = await begin(needs, id);
  if (begun !== 'mine') return refuse(409, begun);
  const acted = await actByHook(needs, asked.data, id);
  // What was refused may be sent again once it is put right, under the same id.
  await (acted.ok ? end(needs, id) : forget(needs, id));
  if (acted.ok) return jsonResponse(200, { case: asked.data.case, state: acted.state, changed: acted.changed });
  if (acted.reason === 'unknown-case') return audited(needs, id, 'unknown-case', refuse(404, 'unknown-case'));
  return refuse(conflicts.has(acted.reason) ? 409 : 400, acted.reason);
}

const conflicts: ReadonlySet<string> = new Set(['not-now', 'has-newer', 'no-conversation', 'still-frozen']);

const actOf = (body: unknown): unknown => (typeof body === 'object' && body !== null && 'act' in body ? body.act : undefined);

const refuse = (status: number, code: string): PlainResponse => jsonResponse(status, { code });

/** Takes an id: each once, whatever runs in parallel. Whoever ended with its process is followed by the sender's next try. */
function begin({ store, clock }: HookInNeeds, id: string): Promise<'mine' | 'already-taken' | 'in-progress'> {
  const key = keys.hookTaken(id);
  return update(store, clock, key, (row) => {
    const now = clock.now();
    const was = row?.value as { readonly begun: number; readonly done: boolean } | undefined;
    if (was?.done === true) return { commit: null, result: 'already-taken' as const };
    if (was !== undefined && was.begun > now - begunForMs) return { commit: null, result: 'in-progress' as const };
    return { commit: { put: { [key]: { begun: now, done: false } }, until: { [key]: now + rememberedMs } }, result: 'mine' as const };
  });
}

async function end({ store, clock }: HookInNeeds, id: string): Promise<void> {
  const key = keys.hookTaken(id);
  const now = clock.now();
  await store.commit({ put: { [key]: { begun: now, done: true } }, until: { [key]: now + rememberedMs } });
}

async function forget({ store }: HookInNeeds, id: string): Promise<void> {
  await store.commit({ remove: [keys.hookTaken(id)] });
}

/** A signed request that came to nothing is written down, too. */
async function audited({ store, seals, clock }: HookInNeeds, id: string, reason: string, response: PlainResponse): Promise<PlainResponse> {
  const entry = {
    at: clock.now(),
    actor: 'hook',
    account: null,
    act: 'desk.hook',
    verdict: 'refused',
    reason,
    proofs: [id],
    door: 'hook',
    reference: null,
  } as const;
  await commitAudited(store, seals, { partition: partitionOf(deskItself), entries: [entry], commit: {} });
  return response;
}
