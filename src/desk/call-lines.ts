import { powersMs, type Call, type CallOfCase, type Grant } from './caller-of-case.ts';

type Say = (key: string, params?: Readonly<Record<string, string | number>>) => string;

/** What the card says of a call, and of what was given on it: a line each, plain text. */
export function callLines({ caller, grants = [], approval }: CallOfCase, say: Say, now: number): readonly string[] {
  if (caller === undefined) return [];
  return [
    callLine(caller, say, now),
    ...grants.map((grant) => grantLine(grant, say, now)),
    ...(approval === undefined ? [] : [say('caller.approval', { name: tamed(approval.name), ...wished(approval) })]),
  ];
}

function callLine({ state, name, until, askedAt, verifiedAt, proofs }: Call, say: Say, now: number): string {
  const seen = (state === 'waiting' || state === 'asked') && until <= now ? 'no-answer' : state;
  const isOver = verifiedAt !== null && verifiedAt + powersMs <= now;
  return say(`caller.${seen}`, {
    name: tamed(name),
    at: verifiedAt ?? askedAt,
    until: verifiedAt === null ? until : verifiedAt + powersMs,
    gates: proofs.length,
    over: isOver ? 'yes' : 'no',
  });
}

const grantLine = (grant: Grant, say: Say, now: number): string =>
  say('caller.grant', {
    name: tamed(grant.name),
    at: grant.at,
    ...wished(grant),
    colleague: tamed(grant.approved?.name ?? ''),
    by: grant.approved === null ? 'one' : 'two',
    state: grant.used !== null ? 'used' : grant.at + powersMs <= now ? 'over' : 'open',
  });

const wished = ({ what, method }: Pick<Grant, 'what' | 'method'>) => ({
  what: what.replaceAll('-', '_'),
  kind: (method ?? 'none').replaceAll('-', '_'),
});

/** A name without control signs and marks of writing direction. */
const tamed = (name: string): string => name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').trim();
