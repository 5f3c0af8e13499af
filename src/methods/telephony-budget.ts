import { z } from 'zod';
import type { AuditFacts } from '../security/audit.ts';
import { updateAudited } from '../security/audit-update.ts';
import { keys } from '../store/keys.ts';
import type { Row } from '../store/port.ts';
import { parseDocument } from './parse-document.ts';
import type { MethodPorts } from './ports.ts';
import { isWasted, stopped, unwatched, watchedSchema, withCode, withoutCode, withUsed, type Watched } from './telephony-breaker.ts';

const hourMs = 3_600_000;

/** An hour's sends count until a day after the hour's end: no 24 hours ever hold more than the limit. */
const countedMs = 25 * hourMs;

const budgetSchema = z.strictObject({
  /** Codes sent, for each country and hour (the hour's beginning, epoch ms). */
  sent: z.array(z.strictObject({ country: z.string(), hour: z.int().nonnegative(), count: z.int().positive() })),
  watched: z.array(watchedSchema),
});

/** What the company's telephony remembers, one document for all of it (R32). */
type Budget = Readonly<z.infer<typeof budgetSchema>>;

type BudgetPorts = Pick<MethodPorts, 'store' | 'clock' | 'keys' | 'policy' | 'telephonyAlarm'>;

export type Spent = { readonly ok: true } | { readonly ok: false; readonly until: number };

function readBudget(row: Row | null, now: number): Budget {
  if (row === null) return { sent: [], watched: [] };
  const { sent, watched } = parseDocument('telephony budget', budgetSchema, row.value);
  return { sent: sent.filter(({ hour }) => hour + countedMs > now), watched };
}

/**
 * Spends one code of the company's budget: for its country, and for the day (R32, R34). Whatever ends after it, a code may be counted that
 * was never sent, and none is sent that was not counted.
 * @param send.id the sending: spent once
 * @returns until when no code goes there, epoch ms, where the budget is used up or the country is stopped
 */
export async function spendTelephony(
  ports: BudgetPorts,
  { country, id, now }: { readonly country: string; readonly id: string; readonly now: number },
): Promise<Spent> {
  const { breaker } = ports.policy.telephony;
  let why: 'budget' | 'breaker' | null = null;
  const spent = await change<Spent>(ports, now, (budget) => {
    why = null;
    const watched = watchedOf(budget, country);
    if (watched.codes.some((code) => code.id === id)) return { after: null, result: { ok: true } };
    if (watched.stoppedUntil > now) return { after: null, result: { ok: false, until: watched.stoppedUntil } };
    if (isWasted(watched, breaker, now)) {
      why = 'breaker';
      const after = stopped(watched, breaker, now);
      return { after: withWatched(budget, after), result: { ok: false, until: after.stoppedUntil }, entry: stopEntry(country, now) };
    }
    const until = usedUpUntil(budget, country, ports.policy.telephony);
    if (until !== null) {
      why = 'budget';
      return { after: null, result: { ok: false, until } };
    }
    return { after: withWatched(withSend(budget, country, now), withCode(watched, id, breaker, now)), result: { ok: true } };
  });
  if (why !== null) ports.telephonyAlarm?.({ country, why });
  return spent;
}

/** A code of the budget was typed, and right. */
export const noteCodeUsed = (ports: BudgetPorts, country: string, id: string, now: number): Promise<void> =>
  touch(ports, country, id, now, withUsed);

/** A code was not sent after all, or perhaps not: whether it is used says nothing. It stays counted. */
export const noteCodeUnsent = (ports: BudgetPorts, country: string, id: string, now: number): Promise<void> =>
  touch(ports, country, id, now, withoutCode);

function touch(
  ports: BudgetPorts,
  country: string,
  id: string,
  now: number,
  how: (watched: Watched, id: string) => Watched,
): Promise<void> {
  return change(ports, now, (budget) => {
    const watched = watchedOf(budget, country);
    const known = watched.codes.some((code) => code.id === id && !code.used);
    return { after: known ? withWatched(budget, how(watched, id)) : null, result: undefined };
  });
}

interface Change<Result> {
  /** Null: nothing changes. */
  readonly after: Budget | null;
  readonly result: Result;
  readonly entry?: AuditFacts;
}

function change<Result>(ports: BudgetPorts, now: number, decide: (budget: Budget) => Change<Result>): Promise<Result> {
  return updateAudited<Result>(ports.store, ports.keys, ports.clock, keys.telephony, (row) => {
    const { after, result, entry } = decide(readBudget(row, now));
    const until = now + countedMs;
    return {
      commit: after === null ? null : { put: { [keys.telephony]: after }, until: { [keys.telephony]: until } },
      result,
      entries: entry === undefined ? [] : [entry],
    };
  });
}

const watchedOf = (budget: Budget, country: string): Watched =>
  budget.watched.find((each) => each.country === country) ?? unwatched(country);

const withWatched = (budget: Budget, watched: Watched): Budget => ({
  ...budget,
  watched: [...budget.watched.filter(({ country }) => country !== watched.country), watched],
});

function withSend(budget: Budget, country: string, now: number): Budget {
  const hour = now - (now % hourMs);
  const isThis = (each: Budget['sent'][number]): boolean => each.country === country && each.hour === hour;
  const count = (budget.sent.find(isThis)?.count ?? 0) + 1;
  return { ...budget, sent: [...budget.sent.filter((each) => !isThis(each)), { country, hour, count }] };
}

/** Until when the country's or the day's codes are used up, epoch ms; null while there are some. */
function usedUpUntil(
  { sent }: Budget,
  country: string,
  { sendsPerCountryPerDay, sendsPerDay }: MethodPorts['policy']['telephony'],
): number | null {
  const there = fullUntil(
    sent.filter((each) => each.country === country),
    sendsPerCountryPerDay,
  );
  const all = fullUntil(sent, sendsPerDay);
  return there === null && all === null ? null : Math.max(there ?? 0, all ?? 0);
}

function fullUntil(sent: Budget['sent'], most: number): number | null {
  let left = sent.reduce((sum, { count }) => sum + count, 0);
  if (left < most) return null;
  for (const { hour, count } of sent.toSorted((a, b) => a.hour - b.hour)) {
    left -= count;
    if (left < most) return hour + countedMs;
  }
  return null;
}

const stopEntry = (country: string, at: number): AuditFacts => ({
  at,
  actor: 'system',
  account: null,
  act: 'methods.stop-telephony',
  verdict: 'refused',
  reason: `${country} codes-not-used`,
  proofs: [],
  door: 'system',
  reference: null,
});
