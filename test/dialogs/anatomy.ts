import type { AnyStateMachine } from 'xstate';

/** A machine taken apart: its states and transitions as plain data. */

export interface State {
  readonly name: string;
  readonly type: string;
  readonly prompt: string | null;
  /** The types of its entry actions. */
  readonly entry: readonly string[];
  readonly config: { readonly on?: Readonly<Record<string, unknown>>; readonly always?: unknown };
}

export interface Transition {
  /** The state it leaves; empty for one of the whole machine. */
  readonly source: string;
  /** The event; empty where the state passes on by itself. */
  readonly event: string;
  /** The state it enters; the source itself where it stays. */
  readonly target: string;
  readonly guarded: boolean;
  /** The guard in words. */
  readonly guard: string;
  readonly actions: readonly string[];
}

export function statesOf(machine: AnyStateMachine): readonly State[] {
  return Object.entries(machine.states).map(([name, node]) => {
    const meta: unknown = node.meta;
    const prompt = typeof meta === 'object' && meta !== null && 'prompt' in meta ? String(meta.prompt) : null;
    return { name, type: node.type, prompt, entry: node.entry.map(typeOf), config: node.config as State['config'] };
  });
}

export function transitionsOf(machine: AnyStateMachine): readonly Transition[] {
  const nodes = [['', machine.root] as const, ...Object.entries(machine.states)];
  return nodes.flatMap(([source, node]) =>
    [...node.transitions.values(), node.always ?? []].flat().map((transition) => ({
      source,
      event: transition.eventType,
      target: transition.target?.[0]?.key ?? source,
      guarded: transition.guard !== undefined,
      guard: guardOf(transition.guard),
      actions: transition.actions.map(typeOf),
    })),
  );
}

/** The types of all actions of a state. */
export function actionsOf(state: State): readonly string[] {
  const found: string[] = [...state.entry];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    else if (typeof value === 'object' && value !== null && 'actions' in value) found.push(...[value.actions].flat().map(typeOf));
  };
  Object.values(state.config.on ?? {}).forEach(look);
  look(state.config.always);
  return found;
}

/** An action's type; XState's own are functions that carry theirs. */
const typeOf = (action: unknown): string => {
  if (typeof action === 'string') return action;
  return (typeof action === 'object' || typeof action === 'function') && action !== null && 'type' in action
    ? String(action.type)
    : 'a function';
};

function guardOf(guard: unknown): string {
  if (guard === undefined) return '';
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'function')
    return 'guards' in guard && Array.isArray(guard.guards) ? guard.guards.map(guardOf).join(' and ') : 'a function';
  const { type, params } = guard as { type: string; params?: Readonly<Record<string, string>> };
  return [type, ...Object.values(params ?? {})].join(' ');
}
