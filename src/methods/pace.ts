import { z } from 'zod';
import { methodKinds, type MethodKind } from '../../dialogs/methods.ts';
import type { Policy } from '../config/policy.ts';
import type { Door } from '../conversation/port.ts';
import { parseDocument } from './parse-document.ts';
import type { Json } from '../ports.ts';
import { sentCodesSchema } from './sent-codes.ts';
import { noTries, triesSchema, type Tries } from './tries.ts';

const dayMs = 24 * 3_600_000;
/** A hundred wrong in a row take a week and more at five failed verifications a day: so long they are remembered. */
const longTriesMs = 30 * dayMs;
const time = z.int().nonnegative();
const door = z.enum(['teams', 'front-door']);

const paceSchema = z.strictObject({
  /** Failed verifications of the last 24 h. */
  failures: z.array(z.strictObject({ at: time, door })),
  /** Doors at which self-service is closed. */
  closed: z.array(z.strictObject({ door, until: time })),
  /** When something was sent, in the last 24 h. */
  sends: z.array(time),
  /** Codes on their way, one entry for each method, purpose and conversation. */
  codes: z.array(sentCodesSchema),
  /** Tries at drafts of a kind since the last right code, in the last 24 h: another draft is no other authenticator. */
  drafts: z.array(z.strictObject({ kind: z.enum(methodKinds), tries: triesSchema, at: time })).default([]),
  /** Tries at a number or address that the directory holds, as it is named: a new code to it brings no new ones. */
  onFile: z.array(z.strictObject({ place: z.string(), tries: triesSchema, at: time })).default([]),
  /**
   * What is counted at the front door, apart from the account's own: tries for a kind, since nobody there says which method is meant, and codes asked for.
   * It is counted for user IDs that do not exist too (I20), and closes nothing elsewhere (I6).
   */
  atDoor: z
    .strictObject({ tries: z.array(z.strictObject({ kind: z.enum(methodKinds), tries: triesSchema, at: time })), sends: z.array(time) })
    .default({ tries: [], sends: [] }),
});

/** What an account remembers of tries and sends (I6): its document `pace`. */
export type Pace = Readonly<z.infer<typeof paceSchema>>;

export type PaceLimits = Pick<Policy['limits'], 'failuresPerDay' | 'closedHours' | 'sendsPerAccountPerDay'>;

const empty: Pace = { failures: [], closed: [], sends: [], codes: [], drafts: [], onFile: [], atDoor: { tries: [], sends: [] } };

/** Reads the document as it counts at `now`: what is over is gone. `value` null: there is none. */
export function readPace(value: Json | null, now: number): Pace {
  if (value === null) return empty;
  const { failures, closed, sends, codes, drafts, onFile, atDoor } = parseDocument('pace', paceSchema, value);
  return {
    failures: failures.filter(({ at }) => at > now - dayMs),
    closed: closed.filter(({ until }) => until > now),
    sends: sends.filter((at) => at > now - dayMs),
    codes: codes.filter(({ keepUntil }) => keepUntil > now),
    drafts: drafts.filter(({ at }) => at > now - dayMs),
    onFile: onFile.filter(({ at }) => at > now - longTriesMs),
    atDoor: {
      tries: atDoor.tries.filter(({ at }) => at > now - longTriesMs),
      sends: atDoor.sends.filter((at) => at > now - dayMs),
    },
  };
}

/** When the whole document may be forgotten, epoch ms: nothing in it matters after. */
export const paceUntil = (pace: Pace, now: number): number =>
  Math.max(
    now + dayMs,
    ...pace.closed.map(({ until }) => until),
    ...[...pace.atDoor.tries, ...pace.onFile].map(({ at }) => at + longTriesMs),
  );

/** Until when self-service is closed at this door, epoch ms; null when it is open. */
export const closedUntil = (pace: Pace, at: Door, now: number): number | null =>
  pace.closed.find(({ door, until }) => door === at && until > now)?.until ?? null;

/**
 * Counts a failed verification. The policy's number of them at one door in 24 h closes that door and no other, so that a stranger at the
 * front door locks nobody out of Teams; what closed it is then used up.
 */
export function failed(pace: Pace, at: Door, limits: PaceLimits, now: number): Pace {
  const failures = [...pace.failures, { at: now, door: at }];
  if (failures.filter(({ door }) => door === at).length < limits.failuresPerDay) return { ...pace, failures };
  return {
    ...pace,
    failures: failures.filter(({ door }) => door !== at),
    closed: [...pace.closed.filter(({ door }) => door !== at), { door: at, until: now + limits.closedHours * 3_600_000 }],
  };
}

/** Until when this account may send nothing more, epoch ms; null when it may. */
export const sendsFullUntil = (pace: Pace, limits: PaceLimits, now: number): number | null => fullUntil(pace.sends, limits, now);

function fullUntil(sends: readonly number[], limits: PaceLimits, now: number): number | null {
  const lately = sends.filter((at) => at > now - dayMs).sort((a, b) => a - b);
  const freeing = lately[lately.length - limits.sendsPerAccountPerDay];
  return freeing === undefined ? null : freeing + dayMs;
}

/** Counts one send. */
export const countSend = (pace: Pace, now: number): Pace => ({ ...pace, sends: [...pace.sends, now] });

/** What the account's drafts of a kind have of tries: a draft has none of its own (I6). */
export const draftTries = (pace: Pace, kind: MethodKind): Tries => pace.drafts.find((each) => each.kind === kind)?.tries ?? noTries;

/** Keeps what an answer to a draft left of them. */
export const withDraftTries = (pace: Pace, kind: MethodKind, tries: Tries, now: number): Pace => ({
  ...pace,
  drafts: [...pace.drafts.filter((each) => each.kind !== kind), { kind, tries, at: now }],
});

/** What a place on file has of tries. */
export const placeTries = ({ onFile }: Pace, place: string): Tries => onFile.find((each) => each.place === place)?.tries ?? noTries;

/** Keeps what an answer left of them. */
export const withPlaceTries = (pace: Pace, place: string, tries: Tries, now: number): Pace => ({
  ...pace,
  onFile: [...pace.onFile.filter((each) => each.place !== place), { place, tries, at: now }],
});

/** Until when no more codes may be asked for at the front door, epoch ms; null while they may. */
export const doorSendsFullUntil = ({ atDoor }: Pace, limits: PaceLimits, now: number): number | null =>
  fullUntil(atDoor.sends, limits, now);

/** Counts one code that was asked for at the front door, whether it was sent or not. */
export const countDoorSend = (pace: Pace, now: number): Pace => ({
  ...pace,
  atDoor: { ...pace.atDoor, sends: [...pace.atDoor.sends, now] },
});

/** What is left at the front door of tries for a kind. */
export const doorTries = ({ atDoor }: Pace, kind: MethodKind): Tries => atDoor.tries.find((each) => each.kind === kind)?.tries ?? noTries;

/** Keeps what an answer at the front door left of them. */
export const withDoorTries = (pace: Pace, kind: MethodKind, tries: Tries, now: number): Pace => ({
  ...pace,
  atDoor: { ...pace.atDoor, tries: [...pace.atDoor.tries.filter((each) => each.kind !== kind), { kind, tries, at: now }] },
});
