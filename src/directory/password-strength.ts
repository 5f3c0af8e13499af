import { Worker } from 'node:worker_threads';
import { LatchkeyError } from '../errors.ts';

/** The estimator looks at this many signs: its time grows with the square, and what is long and weak is weak in its beginning. */
const estimated = 64;

interface Waiting {
  resolve(guesses: number): void;
  reject(fault: LatchkeyError): void;
}

/** The thread that weighs, and who waits for it; made at the first use, and anew after it broke. It keeps no process alive. */
let thread: { readonly worker: Worker; readonly waiting: Map<number, Waiting>; next: number } | null = null;

/**
 * How many guesses a password withstands, as zxcvbn counts them, weighed in a thread of its own so that nobody else waits.
 * @param known words a guesser would try first: the person's, the company's
 * @throws LatchkeyError `latchkey_directory_strength` (unavailable) when the thread broke
 */
export function guessesFor(password: string, known: readonly string[]): Promise<number> {
  const { worker, waiting } = (thread ??= newThread());
  const id = (thread.next += 1);
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    // It runs for as long as somebody waits, and no longer.
    worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage({ id, text: Array.from(password).slice(0, estimated).join(''), known });
  });
}

function newThread(): NonNullable<typeof thread> {
  const worker = new Worker(new URL('./strength-worker.ts', import.meta.url));
  const made: NonNullable<typeof thread> = { worker, waiting: new Map(), next: 0 };
  worker.unref();
  worker.on('message', ({ id, guesses }: { id: number; guesses: number }) => {
    made.waiting.get(id)?.resolve(guesses);
    made.waiting.delete(id);
    if (made.waiting.size === 0) worker.unref();
  });
  const broke = (cause: unknown): void => {
    if (thread === made) thread = null;
    for (const waiter of made.waiting.values()) {
      waiter.reject(
        new LatchkeyError('latchkey_directory_strength', 'unavailable', 'the strength of a password could not be weighed', cause),
      );
    }
    made.waiting.clear();
  };
  worker.on('error', broke);
  worker.on('exit', broke);
  return made;
}
