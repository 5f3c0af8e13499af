import { secondAgentMs, stopMs, type Stop, type StopAgent, type StopGroup, type Stoppable } from './stop-record.ts';

/** What an agent does with a stop. `confirm` is the second agent's; `withdraw` takes one's own wish back. */
export const stopActs = ['confirm', 'withdraw', 'ask-renew', 'ask-lift'] as const;
export type StopAct = (typeof stopActs)[number];

/** `same-agent`: it takes another one. `not-yours`: only who asked takes it back. `over`: that choice is no longer there. */
export type StopStepped =
  | { readonly ok: true; readonly stop: Stop }
  | { readonly ok: false; readonly reason: 'same-agent' | 'not-yours' | 'over' };

/** A stop that one agent asks for. It holds nothing up before a second one has confirmed it. */
export const askedFor = (
  id: string,
  asked: { readonly what: Stoppable; readonly group: StopGroup | null },
  by: StopAgent,
  now: number,
): Stop => ({
  id,
  what: asked.what,
  group: asked.group,
  wish: { what: 'start', by, at: now },
  inForce: null,
  ended: null,
  revision: 1,
  activity: null,
});

/**
 * The stop after an agent's act; pure. Whatever it does takes two agents: to stop, to go on stopping, and to lift it before its time,
 * because whoever took over one agent's account would lift it first.
 */
export function stepStop(before: Stop, act: StopAct, by: StopAgent, now: number): StopStepped {
  const stop = inTime(before, now);
  if (stop.ended !== null) return no('over');
  const next = (changes: Partial<Stop>): StopStepped => ({ ok: true, stop: { ...stop, ...changes, revision: stop.revision + 1 } });
  if (act === 'ask-renew' || act === 'ask-lift') {
    if (stop.wish !== null || stop.inForce === null) return no('over');
    return next({ wish: { what: act === 'ask-renew' ? 'renew' : 'lift', by, at: now } });
  }
  const { wish } = stop;
  if (wish === null) return no('over');
  if (act === 'withdraw') {
    if (wish.by.id !== by.id) return no('not-yours');
    return wish.what === 'start' ? next({ wish: null, ended: { at: now, how: 'withdrawn', by: [by] } }) : next({ wish: null });
  }
  if (wish.by.id === by.id) return no('same-agent');
  const both = [wish.by, by];
  if (wish.what === 'lift') return next({ wish: null, ended: { at: now, how: 'lifted', by: both } });
  return next({ wish: null, inForce: { from: stop.inForce?.from ?? now, until: now + stopMs, by: both } });
}

/** The stop as time has left it: what nobody confirmed has lapsed, what was not renewed is over. The same stop where nothing has changed. */
export function inTime(stop: Stop, now: number): Stop {
  if (stop.ended !== null) return stop;
  const { wish, inForce, revision } = stop;
  if (inForce !== null && inForce.until <= now)
    return { ...stop, wish: null, ended: { at: inForce.until, how: 'time', by: [] }, revision: revision + 1 };
  if (wish === null || wish.at + secondAgentMs > now) return stop;
  const lapsed = { ...stop, wish: null, revision: revision + 1 };
  return wish.what === 'start' ? { ...lapsed, ended: { at: wish.at + secondAgentMs, how: 'lapsed', by: [] } } : lapsed;
}

/** When time changes it next, epoch ms; null: never. */
export function changesAt({ ended, wish, inForce }: Stop): number | null {
  if (ended !== null) return null;
  const times = [...(wish === null ? [] : [wish.at + secondAgentMs]), ...(inForce === null ? [] : [inForce.until])];
  return times.length === 0 ? null : Math.min(...times);
}

/** Whether it holds people up at this moment. */
export const holds = ({ inForce, ended }: Stop, now: number): boolean => ended === null && inForce !== null && inForce.until > now;

const no = (reason: (StopStepped & { ok: false })['reason']): StopStepped => ({ ok: false, reason });
