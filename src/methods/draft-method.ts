import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import { isOneSet, ruleOf, type MethodKind } from '../../dialogs/methods.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { newId } from '../security/ids.ts';
import { keys } from '../store/keys.ts';
import { draftParts, openDraftSecret, readDraft, sealDraftSecret } from './draft-record.ts';
import { otpauthUri } from './authenticator-app.ts';
import { placeOfMethod } from './claimed-place.ts';
import type { DraftReason } from './method.ts';
import {
  countOf,
  hasAnother,
  isLasting,
  isToBeProvedAnew,
  openSecret,
  readMethodsDocument,
  standing,
  type MethodRecord,
  type MethodsDocument,
} from './method-record.ts';
import { placesOnFile } from './places-on-file.ts';
import type { MethodPorts } from './ports.ts';
import { methodsByKind } from './registry.ts';

type Result = ResultOf<'draftMethod'>;

/**
 * Takes what was typed into a sealed draft, within the turn, so that a number or address is never saved as text. A draft is a wish: a
 * second one is harmless, and its time is that of an idle dialog.
 */
export function draftMethod(ports: MethodPorts): Handler<'draftMethod'> {
  return { run: (params, act) => take(ports, params, act) };
}

async function take(ports: MethodPorts, params: EffectTable['draftMethod']['params'], act: Act): Promise<Result> {
  const { policy, store } = ports;
  const { accountId, now } = act;
  const method = methodsByKind[params.kind];
  const account = await act.account();
  // A kind the policy does not allow, or an account that is gone, has room for nothing.
  if (account === null || !account.enabled || !policy.methods[params.kind].enabled) return rejected('full');
  const key = keys.methods(accountId);
  const { rows } = await store.open({ key, owner: null, now });
  const document = readMethodsDocument(rows.get(key)?.value ?? null);
  const replaced = replacedBy(document, params);
  if (params.replaces !== undefined && replaced === undefined) return rejected('gone');
  // Whose place it takes makes room for it.
  const had = countOf(document, params.kind, replaced);
  if (!isOneSet(params.kind) && had >= policy.methods[params.kind].most) return rejected('full');

  if (ruleOf(params.kind).besideAnother === true && !hasAnother(document, params.kind)) return rejected('needs-another');

  const typed = params.numberOf === undefined ? params.answer : numberOf(ports, accountId, document, params.numberOf, params.kind);
  if (typed === null) return rejected('gone');
  // Read anew: what was offered a while ago may be somebody else's by now.
  const held = params.onFile === undefined ? null : await placesOnFile(ports, act, account, params.kind);
  const onFile = held?.find(({ id }) => id === params.onFile)?.secret;
  if (held !== null && onFile === undefined) return rejected('off-file');
  const labels = document.methods.filter(({ kind }) => kind === params.kind).map(({ label }) => label);
  const taken = method.take(onFile ?? typed, { account, policy, random: ports.random, keys: ports.keys, labels });
  if (!taken.ok) return rejected(taken.reason);
  if (method.sends && isAmong(ports, accountId, ofKind(withoutOver(document, replaced, policy), params.kind), taken.secret))
    return rejected('already-yours');

  const id = newId(ports.random);
  await store.commit(
    draftParts(accountId, {
      id,
      kind: params.kind,
      label: taken.masked,
      sealed: sealDraftSecret(ports.keys, accountId, id, taken.secret),
      conversation: act.stack,
      // What is made on a page lives as long as the page may: codes are seen no longer.
      expiresAt: now + (isOneSet(params.kind) ? policy.limits.pageMinutes : policy.limits.idleMinutes) * 60_000,
      lastStep: null,
      ...(replaced !== undefined && { replaces: replaced.id }),
    }),
  );
  return { type: 'draft.taken', draft: id, masked: taken.masked };
}

/** The method whose place a draft of a kind would take; undefined when there is no such one, or a code does not travel to it. */
export const replacedBy = (
  { methods }: MethodsDocument,
  { kind, replaces }: { readonly kind: MethodKind; readonly replaces?: string | undefined },
): MethodRecord | undefined =>
  methodsByKind[kind].sends ? methods.find((method) => method.id === replaces && method.kind === kind) : undefined;

/** A number that serves is no new number; one that is switched off may be proved anew, in its own place. */
export function withoutOver(
  document: MethodsDocument,
  replaced: MethodRecord | undefined,
  policy: Pick<MethodPorts['policy'], 'methods' | 'securityQuestions'>,
): MethodsDocument {
  if (replaced === undefined || isLasting(standing(replaced, { now: 0, session: null }, policy))) return document;
  return { ...document, methods: document.methods.filter(({ id }) => id !== replaced.id) };
}

/** The number of another method of the account, of the same group: proved once, it is not typed again. Null where it is gone. */
function numberOf(
  ports: Pick<MethodPorts, 'keys'>,
  accountId: string,
  { methods }: MethodsDocument,
  id: string,
  kind: MethodKind,
): string | null {
  const from = methods.find((method) => method.id === id && ruleOf(method.kind).group === ruleOf(kind).group);
  return from === undefined ? null : openSecret(ports.keys, accountId, from);
}

/** The methods of one kind alone: one number may be texted and called, and is two methods then. */
export const ofKind = (document: MethodsDocument, kind: MethodKind): MethodsDocument => ({
  ...document,
  methods: document.methods.filter((method) => method.kind === kind),
});

/**
 * Whether one of the account's methods has this number, address or credential, as `claimedPlace` names it; one that is to be proved
 * anew may be registered.
 */
export const isAmong = (ports: Pick<MethodPorts, 'keys'>, accountId: string, document: MethodsDocument, place: string): boolean =>
  document.methods.some(
    (method) => !isToBeProvedAnew(method) && placeOfMethod(ports.keys, accountId, method)?.toLowerCase() === place.toLowerCase(),
  );

/**
 * The seed of an app being enrolled, for the page that shows it and nothing else: base32 to type by hand, and the address of its QR code.
 * @param userId what the app shows beside the organisation's name
 * @returns null when there is no such draft any more, or it is of another kind
 */
export async function openDraftSeed(
  ports: Pick<MethodPorts, 'store' | 'keys' | 'policy'>,
  accountId: string,
  userId: string,
  draftId: string,
  now: number,
): Promise<{ readonly secret: string; readonly otpauth: string } | null> {
  const key = keys.draft(accountId, draftId);
  const { rows } = await ports.store.open({ key, owner: null, now });
  const draft = readDraft(rows.get(key)?.value ?? null, now);
  if (draft === null || draft.kind !== 'authenticator-app') return null;
  const secret = openDraftSecret(ports.keys, accountId, draft);
  return { secret, otpauth: otpauthUri(draft.label, userId, secret) };
}

const rejected = (reason: DraftReason): Result => ({ type: 'draft.rejected', reason });
