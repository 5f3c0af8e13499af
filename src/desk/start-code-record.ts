import { z } from 'zod';
import { checkHows } from '../../dialogs/views.ts';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';
import { tame } from './tame.ts';

const time = z.int().nonnegative();

/** As what somebody vouches (I12): read from the directory and the policy anew whenever it matters. */
const vouchers = ['agent', 'manager', 'colleague', 'site-contact'] as const;
export type Voucher = (typeof vouchers)[number];

const person = z.strictObject({ id: z.string(), name: z.string(), as: z.enum(vouchers), ask: z.string() });

/** How long two people have to say what they did to know who it is, in ms. */
export const checksMs = 60 * 60_000;
/** How long a start code lives, and how often a wrong one may be typed (I12). */
export const startCodeMs = 10 * 60_000;
export const startCodeTries = 3;

/** What a case holds of an identity that is checked another way (I12): who vouches, what they did, and the start code's keyed hash. */
export const startCodeOfCase = z
  .strictObject({
    id: z.string(),
    at: time,
    /** By when both have recorded what they did and, where the account is frozen, it is thawed. */
    until: time,
    agent: person,
    second: person,
    /** The person has methods that would do, and says that all are lost. */
    lost: z.boolean(),
    /** What each did, and on which proof of their own. */
    checks: z.array(z.strictObject({ by: z.string(), at: time, how: z.enum(checkHows), proof: z.string() })).readonly(),
    code: z
      .strictObject({
        mac: z.string(),
        until: time,
        /** The attempts that were wrong: one brought again counts once. */
        wrong: z.array(z.string()).readonly(),
        /** The attempt that was right, with the proofs it gave; null while none was. */
        redeemed: z
          .strictObject({ attempt: z.string(), at: time, password: z.string().nullable(), register: z.string().nullable() })
          .nullable(),
      })
      .nullable(),
    /** Somebody who was asked knows nothing of it. */
    reported: z.strictObject({ by: z.string(), at: time }).nullable(),
  })
  .optional();
export type StartCode = Readonly<NonNullable<z.infer<typeof startCodeOfCase>>>;

/** Whether both have said what they did. */
export const haveVouched = ({ checks }: Pick<StartCode, 'checks'>): boolean => checks.length === 2;

/** Whether two people may still say what they did, or both have and their code waits for a thaw, or a code is there to be typed. */
export function isUnderWay(checked: StartCode | undefined, now: number): checked is StartCode {
  if (checked === undefined || checked.reported !== null) return false;
  return checked.code === null ? checked.until > now : isToBeTyped(checked.code, now);
}

/** Whether a start code can still be redeemed. */
export const isToBeTyped = (code: StartCode['code'], now: number): boolean =>
  code !== null && code.redeemed === null && code.until > now && code.wrong.length < startCodeTries;

/** Who of the two somebody is; null for anybody else. */
export const voucherOf = ({ agent, second }: StartCode, id: string): (StartCode['agent'] & { readonly half: 1 | 2 }) | null =>
  agent.id === id ? { ...agent, half: 1 } : second.id === id ? { ...second, half: 2 } : null;

const waitingSchema = z.strictObject({ case: z.string(), isOpen: z.boolean() });

/** Reads the row that names the case of an account's start code. @throws LatchkeyError `latchkey_desk_unreadable` */
export function readWaiting(value: Json): z.infer<typeof waitingSchema> {
  const read = waitingSchema.safeParse(value);
  if (!read.success) throw new LatchkeyError('latchkey_desk_unreadable', 'defect', 'a stored start code has another shape', read.error);
  return read.data;
}

/** The parts of a commit that say whether a start code waits to be typed; the code itself stands in its case, as a hash. */
export function waitingParts(
  { id, account }: { readonly id: string; readonly account: string },
  { until, isOpen }: { readonly until: number; readonly isOpen: boolean },
): Required<Pick<Commit, 'put' | 'until'>> {
  const key = keys.startCode(account);
  return { put: { [key]: { case: id, isOpen } }, until: { [key]: until } };
}

/** What a card says of it: who vouches and what each did, and what became of the code. */
export function startCodeLines(
  { startCode }: { readonly startCode?: StartCode | undefined },
  say: (key: string, params?: Readonly<Record<string, string | number>>) => string,
  now: number,
): readonly string[] {
  if (startCode === undefined) return [];
  const { agent, second, checks, code, until, reported } = startCode;
  const line = ({ id, name, as }: StartCode['agent']): string => {
    const check = checks.find(({ by }) => by === id);
    const how = check?.how.replaceAll('-', '_') ?? (code === null && until <= now ? 'silent' : 'none');
    return say('start-code.voucher', { name: tame(name) ?? '', as: as.replaceAll('-', '_'), how, at: check?.at ?? 0 });
  };
  const stands = reported !== null ? 'reported' : code !== null ? codeStands(code, now) : waitStands(checks, until, now);
  return [line(agent), line(second), say('start-code.stands', { stands, until: code?.until ?? until, at: code?.redeemed?.at ?? 0 })];
}

/** Where both have vouched and there is no code, the account is frozen, and gets it with the thaw. */
function waitStands(checks: StartCode['checks'], until: number, now: number): 'waiting' | 'unanswered' | 'thaw' | 'unthawed' {
  if (haveVouched({ checks })) return until > now ? 'thaw' : 'unthawed';
  return until > now ? 'waiting' : 'unanswered';
}

function codeStands(code: NonNullable<StartCode['code']>, now: number): 'redeemed' | 'wrong' | 'expired' | 'issued' {
  if (code.redeemed !== null) return 'redeemed';
  if (code.wrong.length >= startCodeTries) return 'wrong';
  return code.until > now ? 'issued' : 'expired';
}
