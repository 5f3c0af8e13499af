/** The immutable id of an account (I9). */
export type AccountId = string;

export interface Lock {
  /** Epoch ms. */
  readonly since: number;
  readonly why: 'wrong-passwords' | 'administrator';
  /** When the directory lifts it by itself, epoch ms; null: never. */
  readonly until: number | null;
  /** The wrong password that was tried last, where the directory knows: when (epoch ms), and which in a row it was, 0 where that is not known. */
  readonly lastWrong?: { readonly at: number; readonly count: number };
}

/** What the directory says of an account, read live. User ID, mail and name are labels (I9). */
export interface AccountState {
  /** When this was read, epoch ms. */
  readonly readAt: number;
  readonly id: AccountId;
  readonly userId: string;
  readonly name: string;
  /** `guest`, `shared`, `room` and `service` accounts are not eligible (I9). */
  readonly kind: 'person' | 'guest' | 'shared' | 'room' | 'service';
  readonly enabled: boolean;
  readonly licensed: boolean;
  readonly hasPassword: boolean;
  /** Epoch ms; null when there never was a password. */
  readonly passwordSetAt: number | null;
  /** It is too old to sign in with. */
  readonly passwordExpired: boolean;
  /** Somebody else set it, and the next sign-in demands another. */
  readonly mustChangePassword: boolean;
  /**
   * Who manages the password: `here` (we can set it), `elsewhere` (SSPR_0010), `elsewhere-by-hand` (SSPR_0029: an administrator must act there),
   * `unreachable` (SSPR_0030: managed elsewhere through a link that is down).
   */
  readonly passwordManaged: 'here' | 'elsewhere' | 'elsewhere-by-hand' | 'unreachable';
  readonly locked: Lock | null;
  /** Cannot tell means privileged (I10). */
  readonly privileged: boolean;
  readonly groups: readonly string[];
  readonly managerId: AccountId | null;
  /** The work mailbox, where notices go. */
  readonly workMail: string | null;
  /** The work mailbox and its aliases: never an alternate address. */
  readonly workAddresses: readonly string[];
  readonly language: string | null;
}

/** One rule for a new password, as shown before typing. The sentence stands in the locales under `password-rule.<id>`. */
export interface PasswordRule {
  readonly id:
    | 'length'
    /** Letters a to z, digits and the signs of a plain keyboard only. */
    | 'ascii-only'
    | 'not-your-name'
    | 'not-the-company'
    /** Too much of it is words that everybody's lists hold, the company's, the person's or the policy's. */
    | 'banned-words'
    | 'not-common'
    /** It stands in a list of passwords that leaked. */
    | 'not-leaked'
    | 'not-the-old-one'
    /** Three kinds of signs, as Active Directory counts them. */
    | 'complexity'
    | 'not-used-before'
    | 'minimum-age'
    /** The directory has rules of its own which it does not show. */
    | 'directory';
  readonly params?: Readonly<Record<string, number | string>>;
}

export type PasswordProved =
  | { readonly ok: true }
  /** `by-sign-in`: the directory takes no password from others; its `signIn` proves one. */
  | { readonly ok: false; readonly reason: 'wrong' | 'locked' | 'disabled' | 'no-password' | 'not-found' | 'by-sign-in' };

/** What binds a sign-in to the browser that began it: a nonce for its token, and a secret that only whoever began it knows (PKCE). */
export interface SignInBinding {
  readonly nonce: string;
  readonly verifier: string;
  /** Where the browser comes back to, at our public address. */
  readonly redirect: string;
}

export type SignedIn =
  | { readonly ok: true }
  /** `another-account`: somebody else signed in. `again`: what came back is used, too old or not of this browser. */
  | { readonly ok: false; readonly reason: 'another-account' | 'again' };

/** A sign-in at the directory's own site: how the present password is proved where the directory takes none from others (I3). */
export interface SignIn {
  /** The site's address. Whoever is signed in there already signs in anew; `userId` is filled in. `state` comes back with the browser. */
  address(asked: SignInBinding & { readonly state: string; readonly userId: string }): string;
  /** Whether the code that a browser brought back is of a sign-in to this account within the last five minutes. Good for one asking. */
  prove(id: AccountId, came: SignInBinding & { readonly code: string }): Promise<SignedIn>;
}

export type PasswordSet =
  | { readonly ok: true; readonly at: number }
  /** `policy`: the directory refuses this password, by the rule named. */
  | { readonly ok: false; readonly reason: 'policy'; readonly rule: PasswordRule['id'] }
  | { readonly ok: false; readonly reason: 'not-found' | 'disabled' | 'managed-elsewhere' };

export type TemporaryPass =
  | {
      readonly ok: true;
      /** To be typed at a sign-in. A secret: shown to its owner alone, kept nowhere. */
      readonly pass: string;
      /**
       * `access-pass`: lets its owner in once, in the place of a password, which stays as it is. `password`: it is the password from now on, and the
       * sign-in it is used at demands another; a lock is lifted too.
       */
      readonly is: 'access-pass' | 'password';
      /** When it ends unused, epoch ms; null: when another password is set. */
      readonly until: number | null;
    }
  /** `not-allowed`: the directory's own policy gives this account none. */
  | { readonly ok: false; readonly reason: 'not-found' | 'disabled' | 'managed-elsewhere' | 'not-allowed' };

/** A number or address that the directory holds for an account. Nobody has shown to us that it is theirs: it counts for nothing until a code there did. */
export interface PlaceOnFile {
  readonly kind: 'phone' | 'mail';
  /** As it is written there. */
  readonly to: string;
  /** `sign-in`: the person registered it there to sign in with. `profile`: it stands in their entry, whoever wrote it. */
  readonly source: 'sign-in' | 'profile';
}

export interface PlacesOnFile {
  /** When this was read, epoch ms. */
  readonly readAt: number;
  readonly places: readonly PlaceOnFile[];
}

/**
 * The authority over accounts and passwords. What it says no to is a value. Faults are thrown, each of its own kind:
 * `latchkey_directory_unreachable` (unavailable: nothing happened, retry later), `latchkey_directory_doubtful` (doubtful: a write may have
 * happened, or a wrong password may have counted), `latchkey_directory_forbidden` (refused: our own account may not; the message says what
 * to grant). Reads may be repeated by the directory itself, on another of its servers; what writes never is.
 */
export interface Directory {
  /** By immutable id; null when there is none. */
  find(id: AccountId): Promise<AccountState | null>;
  /** By user ID, exact and unique, any case; null otherwise. */
  findByUserId(userId: string): Promise<AccountState | null>;
  /** The numbers and addresses it holds for an account, read when somebody registers one and never else; null when there is no such account. */
  placesOnFile?(id: AccountId): Promise<PlacesOnFile | null>;
  /** The present password, proved by the directory itself; counts against its own lockout (I3). One that is right but expired is right. */
  provePassword(id: AccountId, password: string): Promise<PasswordProved>;
  /** There where the directory proves a password by a sign-in of its own, and by nothing else. */
  readonly signIn?: SignIn;
  /** Rules to show before typing. */
  passwordRules(id: AccountId): Promise<readonly PasswordRule[]>;
  /**
   * Sets a password as an administrator does; lifts a lock too. With the `present` one, which was proved just now, it may be changed as its owner
   * changes it, where that holds it to rules that an administrator's act escapes. Never repeat it on a doubtful fault.
   */
  setPassword(id: AccountId, password: string, present?: string): Promise<PasswordSet>;
  /** Lifts a lock; done again, it changes nothing. `takes-new-password`: this directory lifts one with a new password only. */
  unlock(
    id: AccountId,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: 'not-found' | 'managed-elsewhere' | 'takes-new-password' }>;
  /** There where the directory gives passes: one for this account, new each time; one that was given before is worthless then. Never repeat it on a doubtful fault. */
  temporaryPass?(id: AccountId): Promise<TemporaryPass>;
  /** Ends the account's sessions; done again, it changes nothing. `live`: this directory has no means to, and they live on until they expire. */
  endSessions(id: AccountId): Promise<'ended' | 'live'>;
}
