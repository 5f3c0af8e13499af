import { AsyncLocalStorage } from 'node:async_hooks';

const hushed = new AsyncLocalStorage<true>();
let scopes = 0;
let restore = (): void => {};

/**
 * Runs `work` with `console.error` and `console.warn` silent for what `work` itself calls: Bot Framework prints tokens' faults and public
 * keys there, past every log. What others print in the meantime comes through.
 */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  if (scopes === 0) hush();
  scopes += 1;
  try {
    return await hushed.run(true, work);
  } finally {
    scopes -= 1;
    if (scopes === 0) restore();
  }
}

function hush(): void {
  const { error, warn } = console;
  const unlessHushed =
    (print: typeof error): typeof error =>
    (...said: unknown[]) => {
      if (hushed.getStore() === undefined) print.apply(console, said);
    };
  Object.assign(console, { error: unlessHushed(error), warn: unlessHushed(warn) });
  restore = () => void Object.assign(console, { error, warn });
}
