/** How long a due entry that was leased stays hidden from others, in ms (port.ts). */
export const dueLeaseMs = 30_000;

/** How many ids an inbox remembers, so that what is brought again does nothing (port.ts). */
export const inboxMemory = 200;
