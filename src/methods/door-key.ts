import type { ChallengeId, PageId } from '../../dialogs/views.ts';
import { inboxParts } from '../conversation/inbox.ts';
import type { AccountState } from '../directory/port.ts';
import { newId } from '../security/ids.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import { isHelped, nobodysMethod, usableAtDoor } from './ask-at-door.ts';
import { assertionOptions, verifyAssertion } from './ceremony.ts';
import { noncesOf } from './ceremony-code.ts';
import { readChallenge, type ChallengeRecord } from './challenge-record.ts';
import { judgeAtDoor, type DoorMatch } from './check-at-door.ts';
import { joined } from './join-commits.ts';
import { openSecret, readMethodsDocument, sealSecret, withMethod } from './method-record.ts';
import type { MethodPorts } from './ports.ts';
import type { RelyingParty } from './relying-party.ts';
import { readCredential, writeCredential } from './security-key.ts';

/** The page of a key at the front door, and the account that was claimed there. */
export interface DoorKeyPage {
  readonly page: PageId;
  readonly accountId: string;
  readonly challenge: ChallengeId;
  readonly stack: Key;
  /** How many answers it has weighed. */
  readonly ceremony: number;
  readonly now: number;
}

interface Parts {
  readonly parts: Commit;
  readonly expect: Readonly<Record<Key, number>>;
}

/** How an answer was weighed, and what is committed with the page. `form`: nothing a key answered; costs nothing. `over`: nothing is asked any more. */
export type DoorKeyWeighed =
  | { readonly is: 'form' }
  | { readonly is: 'over' }
  | ({ readonly is: 'right' | 'exhausted' } & Parts)
  | ({ readonly is: 'wrong'; readonly left: number } & Parts);

export interface DoorKeyPorts extends Pick<MethodPorts, 'store' | 'keys' | 'policy' | 'random' | 'mayBeHelped'> {
  readonly party: RelyingParty;
  readonly accountOf: (accountId: string) => Promise<AccountState | null>;
}

/**
 * What the browser is to ask a key with. It names no credential: which keys an account has, and whether it has any, would be told by that (WebAuthn Level 3, 14.6.2).
 * So a key answers here that keeps its credential itself.
 */
export async function openDoorCeremony(ports: DoorKeyPorts, page: DoorKeyPage): Promise<string | null> {
  const { challenge } = await read(ports, page);
  const [nonce] = noncesOf(ports.keys, { challenge: page.challenge, page: page.page, ceremony: page.ceremony });
  if (challenge === null || challenge.state === 'spent' || challenge.expiresAt <= page.now || nonce === undefined) return null;
  return assertionOptions(ports.party, nonce, []);
}

/** Weighs what a key answered as a code that was typed at the front door is weighed (I6, I20): it is the account's, or it is wrong. */
export async function weighDoorCeremony(ports: DoorKeyPorts, page: DoorKeyPage, answer: string): Promise<DoorKeyWeighed> {
  const { accountId, now, stack } = page;
  const { challenge, rows, expect } = await read(ports, page);
  if (challenge === null || (challenge.purpose !== 'reset' && challenge.purpose !== 'unlock')) return { is: 'over' };
  const helped = await isHelped(ports, { account: async () => ports.accountOf(accountId), accountId, now }, challenge.purpose);
  const match = await matchOf(ports, page, challenge, rows, helped, answer);
  if (match === null) return { is: 'form' };
  const attempt = `${page.page}.${page.ceremony}`;
  const proofId = newId(ports.random);
  const judged = judgeAtDoor(ports, { rows, challenge, accountId, code: '', helped, attempt, proofId, now }, () => match);
  const { verdict } = judged;
  if (verdict.type === 'answer.rejected') return { is: 'wrong', left: verdict.triesLeft, parts: judged.commit, expect };
  const told = inboxParts(stack, `answered-${attempt}`, { event: { type: 'challenge.answered', challenge: challenge.id, verdict } }, now);
  return { is: verdict.type === 'answer.accepted' ? 'right' : 'exhausted', parts: joined([judged.commit, told]), expect };
}

async function matchOf(
  ports: DoorKeyPorts,
  page: DoorKeyPage,
  challenge: ChallengeRecord,
  rows: (key: Key) => ReturnType<Parameters<typeof judgeAtDoor>[1]['rows']>,
  helped: boolean,
  answer: string,
): Promise<DoorMatch | null> {
  const { accountId, now } = page;
  const document = readMethodsDocument(rows(keys.methods(accountId))?.value ?? null);
  const usable = helped && challenge.target !== nobodysMethod ? usableAtDoor(ports, document, challenge.kind, now) : [];
  const known = usable.flatMap((method) => {
    const credential = readCredential(openSecret(ports.keys, accountId, method));
    return credential === null ? [] : [{ method, credential }];
  });
  const nonces = noncesOf(ports.keys, { challenge: challenge.id, page: page.page, ceremony: page.ceremony });
  const credentials = known.map(({ credential }) => credential);
  const verified = await verifyAssertion(ports.party, accountId, nonces, answer, credentials);
  if (!verified.ok && verified.reason === 'form') return null;
  if (!verified.ok && verified.reason !== 'copied') return { match: 'wrong' };
  const used = known.find(({ credential }) => credential.id === verified.credential.id)?.method;
  if (used === undefined) return { match: 'wrong' };
  // There may be two of it: it is worth nothing from now on, wherever it is asked for.
  const changed = verified.ok
    ? { ...used, sealed: sealSecret(ports.keys, accountId, used.id, writeCredential(verified.credential)), lastUsedAt: now }
    : { ...used, suspended: 'copied' as const };
  const put = { [keys.methods(accountId)]: withMethod(document, changed) };
  return verified.ok ? { match: 'right', method: used, changed: { put } } : { match: 'wrong', changed: { put } };
}

async function read({ store }: DoorKeyPorts, { accountId, challenge: id, stack, now }: DoorKeyPage) {
  const wanted = [keys.methods(accountId), keys.pace(accountId), keys.challenge(accountId, id)] as const;
  const [key, ...alsoRead] = wanted;
  const opened = await store.open({ key, owner: null, alsoRead, now });
  const rows = (each: Key) => opened.rows.get(each) ?? null;
  const found = readChallenge(rows(keys.challenge(accountId, id))?.value ?? null);
  return {
    challenge: found?.conversation === stack ? found : null,
    rows,
    expect: Object.fromEntries(wanted.map((each) => [each, rows(each)?.version ?? 0])),
  };
}
