/** No wait is for ever: after so long it fails, and says what stood there instead. Long, for a machine that is busy with much else. */
const patienceMs = 30_000;

/** Fails once the patience is over; raced with what is waited for. */
export const overdue = (what: () => string, ms = patienceMs): Promise<never> =>
  new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(what())), ms).unref();
  });

/**
 * Asks again and again until there is an answer.
 * @param what said when there is none in time
 */
export async function until<T>(ask: () => Promise<T | null | undefined | false>, what: () => string): Promise<T> {
  for (const end = Date.now() + patienceMs; ;) {
    const found = await ask();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(what());
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
