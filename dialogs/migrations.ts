/** What a migration takes and gives: a stored frame's version, state and context. */
interface Stored {
  readonly version: number;
  readonly state: string;
  readonly context: unknown;
}

/**
 * How a stored frame of an older version becomes one of a newer: `<dialog>@<version stored>`. Where there is none, the dialogs start over
 * with an apology. What comes out is checked like anything stored.
 */
export const migrations: Readonly<Record<string, (stored: Stored) => Stored>> = {};
