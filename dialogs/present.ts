import type { Dialogs } from './all.ts';
import type { Frame, Present, Stack } from './stack.ts';

/** The prompt of a frame's state with what it offers; null where the state waits for an effect. */
export function promptOf(dialogs: Dialogs, frame: Frame): Present | null {
  const { machine, prompts } = dialogs[frame.dialog];
  const meta: unknown = machine.states[frame.state]?.meta;
  if (typeof meta !== 'object' || meta === null || !('prompt' in meta)) return null;
  const prompt = String(meta.prompt);
  const shape = prompts[prompt];
  return shape ? { prompt, shape: shape(frame.context as never) } : null;
}

/** `present` over a set of dialogs. */
export function presenter(dialogs: Dialogs): (stack: Stack) => Present | null {
  return ({ frames }) => {
    const top = frames.at(-1);
    return top ? promptOf(dialogs, top) : null;
  };
}
