/** How many activities this process remembers as answered. */
const most = 5_000;

/**
 * Activities whose answer this process is known to have sent: their redelivery needs no second one. After a restart it knows none, and the
 * answer is sent again: twice is better than never.
 */
export class Answered {
  readonly #ids = new Set<string>();

  /** @param activity its id, and whose it is */
  add(activity: string): void {
    this.#ids.add(activity);
    const [oldest] = this.#ids;
    if (this.#ids.size > most && oldest !== undefined) this.#ids.delete(oldest);
  }

  has(activity: string): boolean {
    return this.#ids.has(activity);
  }
}
