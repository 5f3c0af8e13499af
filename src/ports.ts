/** Time and randomness come in by ports, so that every test can hold them still. */

export interface Clock {
  /** Now, in epoch milliseconds. */
  now(): number;
  /** Runs `task` once after `ms` milliseconds; the function returned calls it off. Never keeps the process alive by itself. */
  after(ms: number, task: () => void): () => void;
}

export interface Random {
  /** `count` bytes from the system's approved generator (R10). */
  bytes(count: number): Buffer;
}

/** JSON as stores and wires know it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
