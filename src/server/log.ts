import { cwd } from 'node:process';
import pino, { type DestinationStream } from 'pino';
import type { Config } from '../config/config.ts';
import { LatchkeyError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/** All that a log line may say: ids, names and numbers. There is no field for a text, a number, an address or a token. */
interface LogFields {
  /** Ids: a turn's reference, a request's, an account's, a case's. */
  readonly reference?: string | null;
  readonly request?: string | null;
  readonly account?: string | null;
  readonly case?: string | null;
  /** Names, as the code spells them. */
  readonly dialog?: string | null;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly events?: readonly string[];
  readonly effects?: readonly string[];
  readonly door?: string | null;
  readonly kind?: string | null;
  readonly result?: string | null;
  readonly code?: string | null;
  readonly method?: string | null;
  readonly route?: string | null;
  /** Numbers. */
  readonly status?: number;
  readonly ms?: number;
  readonly count?: number;
}

/** JSON lines, one a turn. A value that does not look like an id or a name is withheld, whoever passes it. */
export interface Log {
  /** The one line of a turn. */
  turn(fields: LogFields): void;
  /** Something worth knowing. */
  note(name: string, fields?: LogFields): void;
  /** Something an operator should look at. */
  warn(name: string, fields?: LogFields): void;
  /** A fault: its code and kind, the names of its causes, and where in the code it was; never its message. */
  fault(error: unknown, fields?: LogFields): void;
}

const idFields: ReadonlySet<string> = new Set(['reference', 'request', 'account', 'case']);

/** @param destination standard output where it is left out */
export function createLog(
  level: Config['logLevel'],
  clock: Clock,
  destination: DestinationStream = pino.destination({ fd: 1, sync: false }),
): Log {
  const lines = pino(
    {
      level,
      base: null,
      messageKey: 'name',
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"at":"${new Date(clock.now()).toISOString()}"`,
    },
    destination,
  );
  return {
    turn: (fields) => lines.info(clean(fields), 'turn'),
    note: (name, fields = {}) => lines.info(clean(fields), asName(name)),
    warn: (name, fields = {}) => lines.warn(clean(fields), asName(name)),
    fault: (error, fields = {}) => lines.error({ ...clean(fields), ...whatFailed(error) }, 'fault'),
  };
}

function clean(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined || value === null || value === '') continue;
    if (typeof value === 'number') kept[field] = value;
    else if (typeof value === 'string') kept[field] = idFields.has(field) ? asId(value) : asName(value);
    else if (Array.isArray(value)) kept[field] = value.map((each) => asName(String(each)));
  }
  return kept;
}

/** What stands in the place of a value that is neither an id nor a name. */
const withheld = '(withheld)';

const asId = (value: string): string => (/^[\w:-]{1,128}$/u.test(value) ? value : withheld);

/** A name as code spells it; five digits in a row are a code or a number, and no name. */
const asName = (value: string): string => (/^[A-Za-z/*][\w.:/*-]{0,119}$/u.test(value) && !/\d{5}/u.test(value) ? value : withheld);

function whatFailed(error: unknown): Record<string, unknown> {
  const causes: string[] = [];
  let cause: unknown = error instanceof Error ? error.cause : undefined;
  while (cause instanceof Error && causes.length < 4) {
    causes.push(asName('code' in cause && typeof cause.code === 'string' ? cause.code : cause.name));
    cause = cause.cause;
  }
  if (!(error instanceof Error)) return { code: 'unknown', kind: 'defect', causes };
  const known = error instanceof LatchkeyError;
  return { code: known ? error.code : asName(error.name), kind: known ? error.kind : 'defect', causes, where: places(error) };
}

/** `src/teams/adapter.ts:41:7`, from the stack's frames; its first line holds the message and is left out. */
const places = (error: Error): readonly string[] =>
  [...(error.stack ?? '').matchAll(/^\s+at .*?\(?(?:file:\/\/)?(\/[^\s()]+:\d{1,4}:\d{1,4})\)?$/gmu)]
    .map(([, place = '']) => place.replace(`${cwd()}/`, ''))
    .filter((place) => !place.startsWith('node:'))
    .slice(0, 6);
