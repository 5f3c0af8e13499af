/**
 * - `stack`: the stack itself does it (`begin`).
 * - `notice`: said in this turn's answer.
 * - `read`: looks and changes nothing; done within the turn, before the commit.
 * - `check`: weighs what a person typed, within the turn and before the commit, so that it is never saved.
 * - `repeatable`: its id makes a second run harmless.
 * - `once`: committed as started before its call; found started, it is not run again: its result is doubtful.
 */
type EffectKind = 'stack' | 'notice' | 'read' | 'check' | 'repeatable' | 'once';

/** Kind and results of every effect of a table. */
export type EffectFactsOf<Table> = {
  readonly [E in keyof Table]: {
    readonly kind: EffectKind;
    readonly results: readonly (Table[E] extends { readonly results: infer Results } ? keyof Results : never)[];
  };
};

export type Nothing = object;
export type NoResult = object;
