import type { AnyStateMachine } from 'xstate';
import type { DialogName, DialogTable } from './dialog-table.ts';
import { effects, type DialogEvent, type EffectName, type EffectTable, type NoticeParams } from './effects.ts';
import type { PromptShape } from './prompts.ts';
import type { Shape } from './shape.ts';

/** A dialog: its machine, what its context may hold, and what each of its prompts offers. */
export interface Dialog {
  readonly machine: AnyStateMachine;
  readonly context: Shape<unknown>;
  readonly prompts: Readonly<Record<string, (context: never) => PromptShape>>;
}

/** Puts a dialog together; the prompts are functions of its own context. */
export function dialog<C>(parts: {
  machine: AnyStateMachine;
  context: Shape<C>;
  prompts: Readonly<Record<string, (context: C) => PromptShape>>;
}): Dialog {
  return parts;
}

/** What a machine's types are, for XState's `setup`: a value of types alone. */
export function typesOf<D extends DialogName, C>() {
  return {} as { context: C; events: DialogEvent; input: DialogTable[D]['input']; output: DialogTable[D]['output'] };
}

type EffectActions = { readonly [E in EffectName]: (args: unknown, params: EffectTable[E]['params']) => void };

const leftToTheRunner = (): void => {};

/** Every effect as an action of a machine: it does nothing itself, its params are type-checked, and it comes out of a step as data. */
export const effectActions = Object.fromEntries(
  Object.keys(effects).map((effect) => [effect, leftToTheRunner]),
) as unknown as EffectActions;

/** The guards that every machine shares. */
export const sharedGuards = {
  chose: ({ event }: { event: { type: string; choice?: string } }, params: { choice: string }) =>
    event.type === 'choose' && event.choice === params.choice,
  because: ({ event }: { event: { type: string; reason?: string } }, params: { reason: string }) => event.reason === params.reason,
};

/** The guards of a machine that waits on a page. */
export const pageGuards = {
  isItsPage: ({ context, event }: { context: { page: string | null }; event: { type: string; page?: string } }) =>
    context.page !== null && event.page === context.page,
  isItsDeadline: ({ context, event }: { context: { page: string | null }; event: { type: string; name?: string } }) =>
    context.page !== null && event.name === context.page,
};

/** The person chose this. */
export const chose = (choice: string) => ({ type: 'chose' as const, params: { choice } });

/** The result gives this reason. */
export const because = (reason: string) => ({ type: 'because' as const, params: { reason } });

/** The effect `say`: a notice, and what fills it. */
export function say(notice: string): { type: 'say'; params: { notice: string } };
export function say<C, E>(
  notice: string,
  params: (args: { context: C; event: E }) => NoticeParams,
): { type: 'say'; params: (args: { context: C; event: E }) => { notice: string; params: NoticeParams } };
export function say<C, E>(notice: string, params?: (args: { context: C; event: E }) => NoticeParams): unknown {
  if (!params) return { type: 'say', params: { notice } };
  return { type: 'say', params: (args: { context: C; event: E }) => ({ notice, params: params(args) }) };
}

const minute = 60_000;

/**
 * A time that may be unknown, as a sentence takes it: `{when, select, known {... {until, time, short}} other {...}}`. People read minutes, so it
 * is the next full one (epoch ms): "from 09:18" is never still to come at 09:18.
 */
export function ends(until: number | null | undefined): { when: 'known' | 'unknown'; until: number } {
  return typeof until === 'number' ? { when: 'known', until: Math.ceil(until / minute) * minute } : { when: 'unknown', until: 0 };
}

/**
 * The wrong password that was tried last, where it is known, as a sentence takes it: `{wrong, select, known {... {wrongAt, date, moment}} other {}}`;
 * `count` is how many there were in a row, 0 where that is not known.
 */
export function lastTried(lastWrong: { readonly at: number; readonly count: number } | null | undefined) {
  return { wrong: lastWrong ? 'known' : 'unknown', wrongAt: lastWrong?.at ?? 0, count: lastWrong?.count ?? 0 };
}

/** A name as a sentence can select on it: ICU takes no hyphen there. */
export const selectable = (name: string): string => name.replaceAll('-', '_');
