import type { MethodKind } from '../../dialogs/methods.ts';

/** Words in every shipped language. */
type Worded = Readonly<Record<Language, string>>;

/** A question of the administrator's list, in every shipped language. */
export interface SecurityQuestion extends Worded {
  /** Never changes: an answer belongs to it. */
  readonly id: string;
}

/** The languages Latchkey ships; each is a folder of src/locales. */
export const languages = ['en', 'sv'] as const;
export type Language = (typeof languages)[number];

/** The days of a week as opening hours name them, from Monday on. */
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** From when to when the helpdesk is there: minutes since midnight, 1440 being the day's end. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A date on which other hours hold than on its weekday; none: closed. */
export interface Holiday {
  /** `2026-12-24`. */
  readonly date: string;
  readonly hours: readonly Stretch[];
  readonly name: Worded | null;
}

/**
 * What helpdesk agents may do, each a right of its own (I14): answer cases, verify a caller, let an account have a new password or an unlock, remove a
 * method that was lost, give a temporary pass, give a start code, approve a colleague's second act or a thaw, stop everything.
 */
export const agentRights = ['answer', 'verify', 'password', 'remove-method', 'temporary-pass', 'start-code', 'approve', 'stop'] as const;
export type AgentRight = (typeof agentRights)[number];

/** Which of the numbers and addresses that the directory holds may take the present password's place (I3): those registered there to sign in with, or any. */
export const directoryPlaces = ['none', 'sign-in', 'any'] as const;

/** Accounts by id, and members of directory groups. */
interface Named {
  readonly accounts: readonly string[];
  readonly groups: readonly string[];
}

/** What another system may do with a case by a signed request. There is nothing else, and no policy adds to it. */
export const hookActs = ['note', 'message', 'ticket', 'resolve', 'reopen'] as const;
export type HookAct = (typeof hookActs)[number];

/** Whom something is for: everybody, or members of directory groups. */
export type Scope = 'everyone' | { readonly groups: readonly string[] };

/**
 * The administrator's file, checked and frozen: who may use what, how many gates, which methods, limits, contacts. Its floor (I2, I10) is
 * not in it and cannot be lowered. Times are in the unit their name says.
 */
export interface Policy {
  readonly organisation: {
    readonly name: string;
    /** The company's own mail domains, lower case: no alternate address may be under them. */
    readonly domains: readonly string[];
    /** Microsoft Entra tenants whose people are served. */
    readonly tenants: readonly string[];
    /** IANA zone for times shown to people. */
    readonly zone: string;
  };
  readonly reset: {
    /** Off: SSPR_0009. */
    readonly enabled: boolean;
    /** Who has a policy at all; outside: SSPR_0011. */
    readonly covers: Scope;
    /** Who of those may use it; outside: SSPR_0013. */
    readonly for: Scope;
    readonly gates: 1 | 2;
    /** Whether app and number count together, since both may sit in one phone (I2). */
    readonly oneDevice: 'allow' | 'refuse';
    /** Whether an account may be unlocked without a new password. */
    readonly unlockAlone: boolean;
  };
  readonly stepUp: { readonly gates: 1 | 2 };
  readonly firstProof: { readonly directoryPlaces: (typeof directoryPlaces)[number] };
  readonly methods: Readonly<Record<MethodKind, { readonly enabled: boolean; readonly most: number }>>;
  readonly securityQuestions: {
    /** What a person chooses from, in order. */
    readonly questions: readonly SecurityQuestion[];
    /** How many are chosen and answered, 3-5. */
    readonly register: number;
    /** How many of those are asked, all of which must be answered right; 3 to `register`. */
    readonly reset: number;
  };
  readonly securityKeys: {
    /** AAGUIDs of the models that may be registered, lower case; none: every model, and no attestation is asked for. */
    readonly allowedModels: readonly string[];
  };
  /** Text messages and calls alike. */
  readonly telephony: {
    /** ISO 3166 codes of allowed countries; the first is the one a number without a country code is read in. */
    readonly countries: readonly string[];
    /** How many accounts one number serves. */
    readonly accountsPerNumber: number;
    /** Numbers that serve nobody, the switchboard's for instance; E.164. */
    readonly refusedNumbers: readonly string[];
    /** Codes in 24 h to the numbers of one country, for the whole company. */
    readonly sendsPerCountryPerDay: number;
    /** Codes in 24 h to all numbers. */
    readonly sendsPerDay: number;
    /** Stops a country's codes for `minutes` when of the last `codes` fewer than `usedPercent` per cent were used (R34). */
    readonly breaker: { readonly codes: number; readonly usedPercent: number; readonly minutes: number };
  };
  readonly cooling: {
    /** Hours a new method counts for nothing (I5), 0-168. */
    readonly hours: number;
    /** Whether the methods of a first registration cool off too. */
    readonly firstRegistration: boolean;
  };
  readonly leavers: {
    /** Days after which the methods of an account that is disabled or gone are erased (I9). */
    readonly eraseAfterDays: number;
    /** Where more than this share of the people with methods leaves in one day, per cent, nothing is suspended and an operator is told. */
    readonly stopAtPercent: number;
  };
  readonly reconfirmation: {
    /** Days without a use after which a person is asked whether a method is still theirs; 0: never. */
    readonly days: number;
  };
  readonly limits: {
    readonly textMessageMinutes: number;
    readonly mailMinutes: number;
    /** Waits after each failed verification of a method, minutes (I6). */
    readonly waitMinutes: readonly number[];
    /** Failed verifications of an account in 24 h that close self-service at that door. */
    readonly failuresPerDay: number;
    readonly closedHours: number;
    readonly sendsPerNumberIn10Minutes: number;
    /** Codes to one number or address in 24 h, whichever accounts it serves. */
    readonly sendsPerNumberPerDay: number;
    readonly sendsPerAccountPerDay: number;
    readonly pageMinutes: number;
    readonly proofMinutes: number;
    readonly idleMinutes: number;
    /** Present passwords that may be tried on a page in 24 h. */
    readonly passwordTriesPerDay: number;
  };
  readonly password: {
    readonly minimumLength: number;
    readonly maximumLength: number;
    /** Nothing else is asked for where it is used: then it has 15 characters at least (R30). */
    readonly onlyFactor: boolean;
    /** The company's own list of words that count as one character, whatever their length. */
    readonly bannedWords: readonly string[];
    /** Address of a service that gives out ranges of leaked passwords; `none`: it is not asked. */
    readonly breachedService: string;
  };
  /** Account ids and directory groups with extra protection (I10), beside those the directory names. */
  readonly privileged: Named;
  /** Who works on cases, and who of them has which right; a right that is left out has its default (src/desk/agents.ts). */
  readonly agents: Named & {
    readonly rights: Readonly<Partial<Record<AgentRight, Named>>>;
    /** By what agents prove themselves before they act with power (I14). */
    readonly proof: 'security-key' | 'security-key-or-app';
    /** How many acts with power one agent may do in an hour. */
    readonly pace: number;
  };
  readonly desk: {
    /** Within how many minutes a case is to be taken up, by its priority. */
    readonly takeUpMinutes: Readonly<Record<'highest' | 'high' | 'normal', number>>;
    /** After how many hours without a reply from its requester a case expires. */
    readonly replyHours: number;
    /** For how many days its requester can open a case again. */
    readonly reopenDays: number;
    /** When somebody is there, in the organisation's zone. */
    readonly hours: Readonly<Record<Weekday, readonly Stretch[]>>;
    readonly holidays: readonly Holiday[];
    /** A number for what cannot wait, as people dial it; `none`: there is none. */
    readonly emergencyNumber: string;
    /** After how many minutes, in opening hours, a case that nobody took up is brought up again. */
    readonly unclaimed: { readonly againMinutes: number; readonly secondRouteMinutes: number; readonly mailMinutes: number };
    /** After how many minutes a case that Teams has not taken goes by the second route, and by mail. */
    readonly undeliveredMinutes: number;
    /** The id of another conversation in Teams for what the first did not settle; `none`: mail alone. */
    readonly secondRoute: string;
    /** Who is told outside opening hours of what cannot wait: numbers by text message, addresses by mail. */
    readonly onCall: { readonly numbers: readonly string[]; readonly mail: readonly string[] };
  };
  readonly stop: {
    /** The directory groups that agents may stop by themselves, each under the name that they write. */
    readonly groups: readonly { readonly name: string; readonly group: string }[];
  };
  readonly hooks: {
    /** Where events of cases go, signed. `tells`: what an event says beside number, reason and state. */
    readonly out: readonly { readonly name: string; readonly url: string; readonly tells: readonly ('person' | 'methods' | 'words')[] }[];
    /** What another system may do by a signed request; nothing: there is no such door. */
    readonly in: readonly HookAct[];
  };
  /** What `npm run doctor -- --all` tries for real; `none`: nothing. */
  readonly doctor: {
    /** User ID of an ordinary account that is nobody's. */
    readonly testAccount: string;
    /** User ID of a privileged account that nobody uses: its password must be refused by the directory itself (I10). */
    readonly decoyAccount: string;
    readonly testMail: string;
    readonly testNumber: string;
  };
  /** Who may vouch beside an agent for a person who cannot prove who they are (I12): people at a site, who know or see them. */
  readonly siteContacts: Named;
  /** Account ids of administrators who may see a person's numbers whole; not agents. */
  readonly administrators: readonly string[];
  /** The chat in a browser for people who cannot open Teams. */
  readonly frontDoor: {
    readonly enabled: boolean;
    /** Codes to telephones that may be asked for there in 24 h, a budget of its own. */
    readonly codesPerDay: number;
    /** User IDs, and codes, that may come from one network address in an hour. */
    readonly userIdsPerAddress: number;
    readonly codesPerAddress: number;
    /** Every answer comes so many milliseconds after what was said, or a multiple (I20). */
    readonly answerAfterMs: number;
  };
  readonly contacts: {
    readonly it: { readonly name: string; readonly phone: string; readonly hours: Worded; readonly link: string };
    /** Where escalations are mailed. */
    readonly administratorsMail: readonly string[];
    /** The helpdesk's conversation in Teams. */
    readonly desk: { readonly conversation: string; readonly serviceUrl: string; readonly language: Language };
  };
  readonly links: {
    readonly securityInfo: string;
    readonly resetPortal: string;
    /** How an administrator enables self-service password reset. */
    readonly administratorsGuide: string;
    /** Microsoft's page for personal accounts. */
    readonly personalAccount: string;
  };
}
