import type { ChallengeId, DraftId, PageId } from '../../dialogs/views.ts';
import type { Purpose } from '../../dialogs/methods.ts';
import type { Language } from '../config/policy.ts';
import { inboxParts } from '../conversation/inbox.ts';
import type { Door } from '../conversation/port.ts';
import type { AccountState } from '../directory/port.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import type { Rows } from './audited-update.ts';
import { assertionOptions, registrationOptions, verifyAssertion, verifyRegistration } from './ceremony.ts';
import { digitsMinutes, digitsOfPage, noncesOf } from './ceremony-code.ts';
import { challengeParts, codesOf, readChallenge, type ChallengeRecord } from './challenge-record.ts';
import { commitOf, findTarget } from './check-answer.ts';
import { hashCode } from './codes.ts';
import { draftParts, readDraft, sealDraftSecret, type DraftRecord } from './draft-record.ts';
import { joined } from './join-commits.ts';
import { labelOfKey } from './key-models.ts';
import {
  isToBeProvedAnew,
  openSecret,
  readMethodsDocument,
  sealSecret,
  sessionOf,
  standing,
  withMethod,
  type MethodRecord,
  type MethodsDocument,
} from './method-record.ts';
import { isCeremony } from './method.ts';
import { methodNotice } from './notice.ts';
import { paceUntil, readPace, type Pace } from './pace.ts';
import { noticePlaces } from './places.ts';
import type { MethodPorts } from './ports.ts';
import { methodsByKind } from './registry.ts';
import { rememberRpId, type RelyingParty } from './relying-party.ts';
import { readCredential, writeCredential, type Credential } from './security-key.ts';
import { withCode, withoutCodes } from './sent-codes.ts';
import { weighMissed } from './weigh.ts';

/** What the pages of a key work with. */
export interface KeyPagePorts extends Pick<MethodPorts, 'store' | 'clock' | 'keys' | 'policy' | 'sentences'> {
  readonly party: RelyingParty;
}

/** The challenge a page is to answer, and who asks. */
export interface KeyPage {
  readonly account: AccountState;
  readonly challenge: ChallengeId | null;
  /** What is being registered; null on the page that uses a key. */
  readonly draft: DraftId | null;
  readonly stack: Key;
  readonly session: string;
  readonly now: number;
}

/** The page itself, beside it. */
export interface KeyPageHeld extends KeyPage {
  readonly page: PageId;
  /** How many answers it has weighed. */
  readonly ceremony: number;
  readonly door: Door;
  readonly language: Language;
}

/** What a challenge stands on now. */
interface Open {
  readonly challenge: ChallengeRecord;
  readonly document: MethodsDocument;
  readonly pace: Pace;
  readonly draft: DraftRecord | null;
  /** The account's keys that can be used now, with their methods. */
  readonly usable: readonly { readonly method: MethodRecord; readonly credential: Credential }[];
  readonly rows: Rows;
  /** The rows' versions, to be expected by the commit of what was decided on them. */
  readonly expect: Readonly<Record<Key, number>>;
}

/** What the page is for, while there is something to be done on it; null when there is not. */
export async function keyPagePurpose(ports: KeyPagePorts, page: KeyPage): Promise<Purpose | null> {
  return (await findOpen(ports, page))?.challenge.purpose ?? null;
}

/** What the browser is to ask a key with, as JSON, and what for; null when there is nothing to ask. */
export async function openCeremony(
  ports: KeyPagePorts,
  page: KeyPageHeld,
): Promise<{ readonly options: string; readonly purpose: Purpose } | null> {
  const open = await findOpen(ports, page);
  const [nonce] = noncesOf(ports.keys, { challenge: page.challenge ?? '', page: page.page, ceremony: page.ceremony });
  if (open === null || nonce === undefined) return null;
  const { purpose } = open.challenge;
  if (open.draft === null) {
    const allowed = open.usable.map(({ credential }) => credential);
    return { purpose, options: await assertionOptions(ports.party, nonce, allowed) };
  }
  const { id, userId, name } = page.account;
  const had = inUse(credentialsOf(ports, id, open.document)).map(({ credential }) => credential);
  const attested = ports.policy.securityKeys.allowedModels.length > 0;
  return { purpose, options: await registrationOptions(ports.party, { accountId: id, userId, name }, nonce, had, attested) };
}

/** How an answer of a key was weighed, and what is committed with the page. */
export type CeremonyWeighed =
  /** Nothing is asked any more. */
  | { readonly is: 'over' }
  /** Nothing a key answered; costs nothing. */
  | { readonly is: 'form' }
  /** The policy does not allow its model; costs nothing. */
  | { readonly is: 'model' }
  /** The account has this key; costs nothing. */
  | { readonly is: 'known' }
  | ({ readonly is: 'right' } & Parts)
  | ({ readonly is: 'wrong'; readonly left: number } & Parts)
  /** The page is over with it: no tries are left, or the key was suspended. The chat is told in the same commit. */
  | ({ readonly is: 'exhausted' | 'copied' } & Parts);

interface Parts {
  readonly parts: Commit;
  readonly expect: Readonly<Record<Key, number>>;
}

/**
 * Weighs what a key answered. Right: the six digits' keyed hash stands where codes that were sent are kept, and the credential or its
 * counter with it; nothing is proved until the digits were typed in the chat. An answer that does not verify counts a try (I6); a counter that did
 * not go forward suspends the key, whatever else was right.
 */
export async function weighCeremony(ports: KeyPagePorts, page: KeyPageHeld, answer: string): Promise<CeremonyWeighed> {
  const open = await findOpen(ports, page);
  if (open === null) return { is: 'over' };
  const nonces = noncesOf(ports.keys, { challenge: open.challenge.id, page: page.page, ceremony: page.ceremony });
  return open.draft === null ? use(ports, page, open, nonces, answer) : enrol(ports, page, { ...open, draft: open.draft }, nonces, answer);
}

/** The digits of a page whose ceremony was right, until they were typed or are over; null then. */
export async function shownDigits(ports: KeyPagePorts, page: KeyPage & Pick<KeyPageHeld, 'page'>): Promise<string | null> {
  const { rows } = await readRows(ports, page);
  const challenge = openChallenge(rows, page);
  if (challenge === null) return null;
  const pace = readPace(rows(keys.pace(page.account.id))?.value ?? null, page.now);
  const sent = pace.codes.find((each) => each.of === codesOf(challenge));
  return sent?.hashes.some((hash) => hash.expiresAt > page.now) === true ? digitsOfPage(ports.keys, page.page) : null;
}

async function use(
  ports: KeyPagePorts,
  page: KeyPageHeld,
  open: Open,
  nonces: readonly Buffer[],
  answer: string,
): Promise<CeremonyWeighed> {
  const accountId = page.account.id;
  const credentials = open.usable.map(({ credential }) => credential);
  const verified = await verifyAssertion(ports.party, accountId, nonces, answer, credentials);
  if (!verified.ok && verified.reason === 'form') return { is: 'form' };
  if (!verified.ok && verified.reason !== 'copied') return missed(ports, page, open);
  const used = open.usable.find(({ credential }) => credential.id === verified.credential.id)?.method;
  if (used === undefined) return { is: 'over' };
  if (!verified.ok) return suspended(ports, page, open, used);
  const sealed = sealSecret(ports.keys, accountId, used.id, writeCredential(verified.credential));
  // Any of the account's keys will do: the challenge is of the one that answered from here on.
  const challenge = { ...open.challenge, target: used.id, masked: used.label };
  return {
    is: 'right',
    parts: joined([
      { put: { [keys.methods(accountId)]: withMethod(open.document, { ...used, sealed }) } },
      withDigits(ports, page, open, challenge),
    ]),
    expect: open.expect,
  };
}

async function enrol(
  ports: KeyPagePorts,
  page: KeyPageHeld,
  open: Open & { readonly draft: DraftRecord },
  nonces: readonly Buffer[],
  answer: string,
): Promise<CeremonyWeighed> {
  const { draft, document, challenge } = open;
  const accountId = page.account.id;
  const verified = await verifyRegistration(ports.party, nonces, answer, ports.policy.securityKeys.allowedModels);
  if (!verified.ok) return verified.reason === 'unverified' ? missed(ports, page, open) : { is: verified.reason };
  const { credential } = verified;
  if (inUse(credentialsOf(ports, accountId, document)).some((had) => had.credential.id === credential.id)) return { is: 'known' };
  // Before anything is kept of the first key: for another RP ID it would be worth nothing.
  await rememberRpId(ports.store, ports.clock, ports.party.id);
  const label = labelOfKey(
    credential.model,
    ports.sentences.say(page.language, 'page.security-key.label'),
    document.methods.filter(({ kind }) => kind === draft.kind).map((each) => each.label),
  );
  const sealed = sealDraftSecret(ports.keys, accountId, draft.id, writeCredential(credential));
  return {
    is: 'right',
    parts: joined([draftParts(accountId, { ...draft, label, sealed }), withDigits(ports, page, open, { ...challenge, masked: label })]),
    expect: open.expect,
  };
}

/** The challenge with the digits' hash where the codes that were sent are kept; those of an earlier page are over. */
function withDigits({ keys: seals }: KeyPagePorts, page: KeyPageHeld, { pace }: Open, challenge: ChallengeRecord): Commit {
  const accountId = page.account.id;
  const of = codesOf(challenge);
  const { id, purpose, conversation } = challenge;
  const expiresAt = Math.min(page.now + digitsMinutes * 60_000, challenge.expiresAt);
  const mac = hashCode(seals, { challenge: id, account: accountId, purpose, conversation }, digitsOfPage(seals, page.page));
  const codes = withCode(withoutCodes(pace.codes, of), of, { challenge: id, mark: '', mac, expiresAt }, page.now);
  const key = keys.pace(accountId);
  const after: Pace = { ...pace, codes: [...codes] };
  return joined([challengeParts(accountId, challenge), { put: { [key]: after }, until: { [key]: paceUntil(after, page.now) } }]);
}

/** A ceremony that does not verify is a wrong answer to the method the challenge is of. */
function missed(ports: KeyPagePorts, page: KeyPageHeld, { challenge, pace, rows, expect }: Open): CeremonyWeighed {
  const { account, now, door, stack } = page;
  const act = { id: `${page.page}.${page.ceremony}`, accountId: account.id, now };
  const target = findTarget(rows, act, challenge, pace);
  if (target === null) return { is: 'over' };
  const { tries, lastStep, suspended: isSuspended } = target;
  const authenticator = { tries, lastStep, suspended: isSuspended };
  const weighed = weighMissed({ challenge, authenticator, pace, limits: ports.policy.limits, door, now });
  const parts = commitOf(ports, weighed, act, target);
  const { verdict } = weighed;
  if (verdict.type === 'answer.rejected') return { is: 'wrong', left: verdict.triesLeft, parts, expect };
  const told = inboxParts(stack, `answered-${act.id}`, { event: { type: 'challenge.answered', challenge: challenge.id, verdict } }, now);
  return { is: 'exhausted', parts: joined([parts, told]), expect };
}

/** There may be two of this key: it is worth nothing from now on, and its owner is told elsewhere too (I19). */
function suspended(ports: KeyPagePorts, page: KeyPageHeld, { challenge, document, expect }: Open, used: MethodRecord): CeremonyWeighed {
  const { account, now, stack, door, language } = page;
  const after = withMethod(document, { ...used, suspended: 'copied' });
  const told = { type: 'challenge.unanswered', challenge: challenge.id, reason: 'copied' } as const;
  return {
    is: 'copied',
    parts: joined([
      { put: { [keys.methods(account.id)]: after } },
      challengeParts(account.id, { ...challenge, state: 'spent' }),
      methodNotice(ports, { id: page.page, accountId: account.id, now, door, language }, account, {
        what: 'key-suspended',
        kind: used.kind,
        places: noticePlaces(ports.keys, account.id, document.methods),
      }),
      inboxParts(stack, `unanswered-${challenge.id}`, { event: told }, now),
    ]),
    expect,
  };
}

async function readRows(
  { store }: KeyPagePorts,
  { account, challenge, draft, now }: KeyPage,
): Promise<{ readonly rows: Rows; readonly expect: Open['expect'] }> {
  const wanted = [
    keys.methods(account.id),
    keys.pace(account.id),
    keys.challenge(account.id, challenge ?? ''),
    ...(draft === null ? [] : [keys.draft(account.id, draft)]),
  ] as const;
  const [key, ...alsoRead] = wanted;
  const { rows } = await store.open({ key, owner: null, alsoRead, now });
  return { rows: (each) => rows.get(each) ?? null, expect: Object.fromEntries(wanted.map((each) => [each, rows.get(each)?.version ?? 0])) };
}

/** The page's challenge while it is open, of this conversation, for a method that takes a ceremony, and for what the page is. */
function openChallenge(rows: Rows, { account, challenge: id, draft, stack, now }: KeyPage): ChallengeRecord | null {
  const challenge = id === null ? null : readChallenge(rows(keys.challenge(account.id, id))?.value ?? null);
  if (challenge === null || challenge.state === 'spent' || challenge.expiresAt <= now) return null;
  if (challenge.conversation !== stack || !isCeremony(methodsByKind[challenge.kind])) return null;
  const isForDraft = challenge.purpose === 'register';
  return isForDraft === (draft !== null) && (!isForDraft || challenge.target === draft) ? challenge : null;
}

async function findOpen(ports: KeyPagePorts, page: KeyPage): Promise<Open | null> {
  const { account, draft: draftId, stack, session, now } = page;
  const { rows, expect } = await readRows(ports, page);
  const challenge = openChallenge(rows, page);
  if (challenge === null) return null;
  const document = readMethodsDocument(rows(keys.methods(account.id))?.value ?? null);
  const pace = readPace(rows(keys.pace(account.id))?.value ?? null, now);
  const draft = draftId === null ? null : readDraft(rows(keys.draft(account.id, draftId))?.value ?? null, now);
  if (draftId !== null && draft?.conversation !== stack) return null;
  const at = { now, session: sessionOf({ stack, session }) };
  const usable = credentialsOf(ports, account.id, document).filter(({ method }) => standing(method, at, ports.policy).usable === 'yes');
  // The one that was asked for is not there any more, or rests.
  if (draft === null && !usable.some(({ method }) => method.id === challenge.target)) return null;
  return { challenge, document, pace, draft, usable, rows, expect };
}

/** Without those that are to be registered anew. */
const inUse = (had: Open['usable']): Open['usable'] => had.filter(({ method }) => !isToBeProvedAnew(method));

/** An account's keys, whatever may be done with them. */
const credentialsOf = (ports: Pick<MethodPorts, 'keys'>, accountId: string, document: MethodsDocument): Open['usable'] =>
  document.methods.flatMap((method) => {
    if (!isCeremony(methodsByKind[method.kind])) return [];
    const credential = readCredential(openSecret(ports.keys, accountId, method));
    return credential === null ? [] : [{ method, credential }];
  });
