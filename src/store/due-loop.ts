import { LatchkeyError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { DueEntry, Key, Store } from './port.ts';

/** Does what is due, and clears the entry in its own commit. What it throws leaves the entry for its next lease. */
export type DueHandler = (entry: DueEntry) => Promise<void>;

export interface DueLoopOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** A handler for each `what` of an entry's id, `<partition>/due/<what>/<rest>`. */
  readonly handlers: Readonly<Record<string, DueHandler>>;
  /** Hears of every fault: a handler's, with its entry, or the store's own. */
  readonly onFault: (fault: unknown, entry: DueEntry | null) => void;
  /** How often the store is asked, in ms; a second when absent. */
  readonly everyMs?: number;
  /** How many handlers may run at once; 20 when absent. */
  readonly atOnce?: number;
}

export interface DueLoop {
  /** Looks at once; resolves when what this look found has been handled. */
  nudge(): Promise<void>;
  /** Looks no more; resolves when the handlers that run have ended. */
  stop(): Promise<void>;
}

/** Asks the store every so often for what is due and hands each entry to its handler; several processes may do so on one store. */
export function startDueLoop(options: DueLoopOptions): DueLoop {
  const { store, clock, handlers, onFault, everyMs = 1000, atOnce = 20 } = options;
  const running = new Map<Key, Promise<void>>();
  let looking: Promise<readonly Promise<void>[]> = Promise.resolve([]);
  let stopped = false;
  let callOff = (): void => {};

  async function handle(entry: DueEntry): Promise<void> {
    try {
      const what = entry.id.split('/')[2] ?? '';
      const handler = Object.hasOwn(handlers, what) ? handlers[what] : undefined;
      if (handler === undefined) throw new LatchkeyError('latchkey_store_due_unknown', 'defect', `nothing handles a due "${what}"`);
      await handler(entry);
    } catch (fault) {
      onFault(fault, entry);
    } finally {
      running.delete(entry.id);
    }
  }

  /** One look: as many entries as may run, each started. An entry that outlived its lease is running still and is not started twice. */
  async function look(): Promise<readonly Promise<void>[]> {
    const room = atOnce - running.size;
    if (stopped || room <= 0) return [...running.values()];
    const found = await store.due(clock.now(), room).catch((fault: unknown) => {
      onFault(fault, null);
      return [];
    });
    const started = found
      .filter(({ id }) => !running.has(id))
      .map((entry) => {
        const handled = Promise.resolve(entry).then(handle);
        running.set(entry.id, handled);
        return handled;
      });
    // A full answer means there may be more: whoever ends first makes room for it.
    if (found.length === room) void Promise.race(started).then(lookAgain);
    return started;
  }

  /** Looks stand in line, so that no two of them count the same room. */
  function lookAgain(): Promise<readonly Promise<void>[]> {
    looking = looking.then(look);
    return looking;
  }

  function tick(): void {
    callOff = clock.after(everyMs, () => {
      void lookAgain();
      if (!stopped) tick();
    });
  }

  tick();
  return {
    async nudge() {
      await Promise.all(await lookAgain());
    },
    async stop() {
      stopped = true;
      callOff();
      await Promise.all(await looking);
      await Promise.all(running.values());
    },
  };
}
