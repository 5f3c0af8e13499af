import type { Dialogs } from './all.ts';
import type { DialogName } from './dialog-table.ts';
import { migrations } from './migrations.ts';
import { listOf, number, record, text, type Shape, type Shaped } from './shape.ts';
import type { Frame, Restored } from './stack.ts';
import { versionOf } from './versions.ts';

const anything: Shape<unknown> = { words: 'anything', fits: (value): value is unknown => value !== undefined };

const storedFrame = record({ id: text, dialog: text, version: number, state: text, context: anything });
const storedStack = record({ frames: listOf(storedFrame), next: number });

/** `restore` over a set of dialogs. */
export function restorer(dialogs: Dialogs): (stored: unknown) => Restored {
  return (stored) => {
    if (!storedStack.fits(stored)) return { ok: false, reason: 'unreadable' };
    const frames: Frame[] = [];
    for (const one of stored.frames) {
      if (!Object.hasOwn(dialogs, one.dialog)) return { ok: false, reason: 'unknown-version' };
      const frame = readFrame(dialogs, one.dialog as DialogName, one);
      if (typeof frame === 'string') return { ok: false, reason: frame };
      frames.push(frame);
    }
    const atDoor = 'home' in stored && stored.home === 'front-door';
    return { ok: true, stack: { frames, next: stored.next, ...(atDoor && { home: 'front-door' as const }) } };
  };
}

function readFrame(dialogs: Dialogs, name: DialogName, stored: Shaped<typeof storedFrame>): Frame | 'unreadable' | 'unknown-version' {
  const migrated = migrations[`${name}@${stored.version}`]?.(stored) ?? stored;
  if (migrated.version !== versionOf(name)) return 'unknown-version';
  const { machine, context } = dialogs[name];
  const state = machine.states[migrated.state];
  if (state === undefined || state.type !== 'atomic' || !context.fits(migrated.context)) return 'unreadable';
  return { id: stored.id, dialog: name, version: migrated.version, state: migrated.state, context: migrated.context as Frame['context'] };
}
