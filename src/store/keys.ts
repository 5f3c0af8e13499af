import { createHash } from 'node:crypto';
import type { Key } from './port.ts';

/** How many partitions there are. A stored fact: it can never change for an existing store. */
export const partitionCount = 16;

/** The partition an account's rows live in, `p00` to `p15`. */
export function partitionOf(accountId: string): string {
  const byte = createHash('sha256').update(accountId).digest()[0] ?? 0;
  return `p${String(byte % partitionCount).padStart(2, '0')}`;
}

/** The partition a key belongs to. */
export const partitionOfKey = (key: Key): string => key.slice(0, key.indexOf('/'));

/** What belongs to the helpdesk as a whole, and to no account, is kept under this name as if it were one. */
export const deskItself = 'desk';

/** Every key of the store is made here, so that its whole vocabulary can be read in one place. */
export const keys = {
  /** A person's dialogs and what the runner knows about them. */
  stack: (tenant: string, accountId: string): Key => `${partitionOf(accountId)}/stack/${tenant}/personal/${accountId}`,
  /** The dialogs of a conversation at the front door, in a partition of its own: whose account it is about, nobody knows when it begins. */
  doorStack: (tenant: string, conversation: string): Key => `${partitionOf(conversation)}/stack/${tenant}/front-door/${conversation}`,
  /** Which account a person of Teams was matched with, where the directory has ids of its own. */
  teamsPerson: (tenant: string, aadObjectId: string): Key => `${partitionOf(aadObjectId)}/teams-person/${tenant}/${aadObjectId}`,
  /** Registered methods of an account, one document. */
  methods: (accountId: string): Key => `${partitionOf(accountId)}/methods/${accountId}`,
  /** Tries, sends and closures of an account (I6), one document. */
  pace: (accountId: string): Key => `${partitionOf(accountId)}/pace/${accountId}`,
  challenge: (accountId: string, id: string): Key => `${partitionOf(accountId)}/challenge/${accountId}/${id}`,
  draft: (accountId: string, id: string): Key => `${partitionOf(accountId)}/draft/${accountId}/${id}`,
  proof: (accountId: string, id: string): Key => `${partitionOf(accountId)}/proof/${accountId}/${id}`,
  /** Sends to one number or address lately, whichever accounts it serves; by its keyed hash, in the hash's own partition. */
  placePace: (hash: string): Key => `${partitionOf(hash)}/place-pace/${hash}`,
  /** The accounts that one number serves; by its keyed hash, in the hash's own partition. */
  placeClaims: (hash: string): Key => `${partitionOf(hash)}/place-claims/${hash}`,
  /** The RP ID that the first security key was registered under: for every other the keys are worth nothing. */
  relyingParty: 'p00/relying-party' as Key,
  /** What the doctor writes, reads and takes away. */
  doctor: 'p00/doctor' as Key,
  /** That the daily look for leavers was begun. */
  leaversSweep: 'p00/leavers-sweep' as Key,
  /** The company's budget of text messages and calls, one document. */
  telephony: 'p00/telephony' as Key,
  /** A one-time page; its id carries the partition (`p07-...`), because a browser brings nothing else. */
  page: (pageId: string): Key => `${pageId.slice(0, 3)}/page/${pageId}`,
  /** Which page of a kind a stack has open for an account: opening another ends it. */
  pageOf: (accountId: string, stack: Key, pageKind: string): Key =>
    `${partitionOf(accountId)}/page-of/${pageKind}/${stack.slice(stack.indexOf('/') + 1)}`,
  /** Whether an account is frozen (I17), what a freeze ended, and doors closed by a report; one document. */
  frozen: (accountId: string): Key => `${partitionOf(accountId)}/frozen/${accountId}`,
  /** Something that happened to an account and was told (I19); its id carries the partition (`p07-...`), because a link brings nothing else. */
  happened: (happeningId: string): Key => `${happeningId.slice(0, 3)}/happened/${happeningId}`,
  /** What happened to an account lately, oldest first: the inbox of this key. */
  happenings: (accountId: string): Key => `${partitionOf(accountId)}/happenings/${accountId}`,
  /** When something last happened to an account, so that the menu need not look further. */
  lastHappened: (accountId: string): Key => `${partitionOf(accountId)}/last-happened/${accountId}`,
  /** Wrong present passwords of an account in the last 24 h, one document. */
  passwordTries: (accountId: string): Key => `${partitionOf(accountId)}/password-tries/${accountId}`,
  /** A case; its id carries the partition (`p07-...`), because a card brings nothing else. */
  case: (caseId: string): Key => `${caseId.slice(0, 3)}/case/${caseId}`,
  /** Which case an account has open for a reason and a kind of requester (I13), and its recent ones, one document. */
  casesOf: (accountId: string): Key => `${partitionOf(accountId)}/cases-of/${accountId}`,
  /** Cases that a client opened lately without a proof; by its keyed hash, in the hash's own partition. */
  clientCases: (hash: string): Key => `${partitionOf(hash)}/client-cases/${hash}`,
  /** What others ask of an account's owner, one document. */
  asks: (accountId: string): Key => `${partitionOf(accountId)}/asks/${accountId}`,
  /** When an account's manager was asked and approved (I18), one document. */
  managerApprovals: (accountId: string): Key => `${partitionOf(accountId)}/manager-approvals/${accountId}`,
  /** Which case has the start code of an account that waits to be typed. */
  startCode: (accountId: string): Key => `${partitionOf(accountId)}/start-code/${accountId}`,
  caseCounter: 'p00/counter/case' as Key,
  /** Which case has a number, kept beside the counter that gave it; of a number that came to nothing there is no case. */
  caseNumber: (number: string): Key => `p00/case-number/${number}`,
  /** That a request from outside was taken, by the id its sender gave it. */
  hookTaken: (id: string): Key => `${partitionOf(id)}/hook-taken/${id}`,
  /** When the desk's next digest is due. */
  digest: `${partitionOf('desk')}/digest`,
  /** Who posts cards into the helpdesk's conversation: one process at a time holds its lease, so that they come in order. */
  deskLine: 'p00/desk-line' as Key,
  /** An agent's own standing proof (I14). */
  agentProof: (accountId: string): Key => `${partitionOf(accountId)}/agent-proof/${accountId}`,
  /** Call numbers of an account: when they were asked for, and which were wrong (I15); one document. */
  calls: (accountId: string): Key => `${partitionOf(accountId)}/calls/${accountId}`,
  /** Call numbers and start codes that were typed wrong at the front door for an account lately, one document. */
  doorGuesses: (accountId: string): Key => `${partitionOf(accountId)}/door-guesses/${accountId}`,
  /** Which agents gave an account something in the last 24 h (I16), one document. */
  granted: (accountId: string): Key => `${partitionOf(accountId)}/granted/${accountId}`,
  /** Acts with power of an agent in the last hour. */
  agentPace: (accountId: string): Key => `${partitionOf(accountId)}/agent-pace/${accountId}`,
  /** What agents have stopped, or asked to stop, one document. */
  stops: `${partitionOf(deskItself)}/stops`,
  /** When each kind of alarm was raised last, one document. */
  alarms: `${partitionOf(deskItself)}/alarms`,
  /** How often something happened in each hour, for the whole company; a document for each kind. */
  tally: (kind: string): Key => `${partitionOf(deskItself)}/tally/${kind}`,
  /** Something owed to the world outside: a mail, a post to the desk. `partition` is that of what it is about. */
  outbox: (partition: string, id: string): Key => `${partition}/outbox/${id}`,
  auditHead: (partition: string): Key => `${partition}/audit-head`,
  auditEntry: (partition: string, sequence: number): Key => `${partition}/audit/${String(sequence).padStart(12, '0')}`,
  /** That an act of an effect was done in a system that cannot tell: its id is the effect's. */
  actDone: (accountId: string, id: string): Key => `${partitionOf(accountId)}/act-done/${accountId}/${id}`,
  /** An account of the local directory. */
  localAccount: (accountId: string): Key => `${partitionOf(accountId)}/local-account/${accountId}`,
  /** The index entry of a local account under its user ID, any case. */
  localUserId: (accountId: string, userId: string): Key =>
    `${partitionOf(accountId)}/local-user-id/${accountId}/${encodeURIComponent(userId.toLowerCase())}`,
  /** What `localUserId` was made of, the user ID in lower case. */
  localUserIdParts(member: Key): { readonly accountId: string; readonly userId: string } {
    const [, , accountId = '', userId = ''] = member.split('/');
    return { accountId, userId: decodeURIComponent(userId) };
  },
  /** What the bot said in a conversation at the front door. */
  doorChat: (conversation: string): Key => `${partitionOf(conversation)}/door-chat/${conversation}`,
  /** What was typed as the user ID of an account that was claimed at the front door, sealed. */
  claim: (accountId: string): Key => `${partitionOf(accountId)}/claim/${accountId}`,
  /** How often something happened lately, by the keyed hash of whoever or whatever it is counted for, in the hash's own partition. */
  counter: (what: string, hash: string): Key => `${partitionOf(hash)}/counter/${what}/${hash}`,
  due: (partition: string, what: string, rest: string): Key => `${partition}/due/${what}/${rest}`,
} as const;

/** Sorted indexes. */
export const indexes = {
  /** Cases that are open, in the order of the queue: by priority, then by deadline. */
  openCases: 'open-cases',
  /** Those of one reason. */
  openCasesFor: (code: string): string => `open-cases/${code}`,
  /** The one of a number. */
  caseNumber: (number: string): string => `case-number/${number}`,
  /** All, by when they were opened; those that came to an end, by when. */
  casesOpened: 'cases-opened',
  casesEnded: 'cases-ended',
  /** Those that one agent has. */
  casesOfAgent: (accountId: string): string => `cases-of-agent/${accountId}`,
  /** The methods documents of accounts that have registered something. */
  methodHolders: 'method-holders',
  /** Cases whose card is not in the helpdesk's conversation yet, in the order in which they are posted. */
  undelivered: 'undelivered',
  /** Accounts of the local directory by user ID. */
  localAccounts: 'local-accounts',
} as const;

/** Whether a stack is a conversation at the front door. */
export const isDoorStack = (stack: string): boolean => /^p\d\d\/stack\/[^/]+\/front-door\//u.test(stack);
