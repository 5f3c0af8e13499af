import { createMachine, type AnyStateMachine } from 'xstate';
import { dialogs, type Dialogs } from '../../dialogs/all.ts';
import type { DialogName } from '../../dialogs/dialog-table.ts';

/** All the dialogs, with one whose machine was changed: a guard that lies, or a state with other transitions. */
export function broken(
  name: DialogName,
  change: { readonly guards?: Record<string, () => boolean>; readonly config?: (config: Config) => void },
): Dialogs {
  const { machine } = dialogs[name];
  const config = copied(machine.config as unknown as Config);
  change.config?.(config);
  const changed = createMachine(
    config as never,
    { ...machine.implementations, guards: { ...machine.implementations.guards, ...change.guards } } as never,
  );
  return { ...dialogs, [name]: { ...dialogs[name], machine: changed as AnyStateMachine } };
}

/** A machine's configuration, open to change. */
export interface Config {
  on?: Record<string, unknown>;
  output?: unknown;
  states: Record<string, { on?: Record<string, unknown>; always?: unknown; entry?: unknown; meta?: unknown }>;
}

/** A copy of what is data; functions and action objects stay as they are. */
function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => copied(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)])) as T;
}
