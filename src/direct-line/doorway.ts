/** Lets so many run side by side, and so many wait; whoever comes then is told to come back. */
export class Doorway {
  readonly #most: number;
  readonly #mostWaiting: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  /** Runs `task` when there is room; null where there is none to wait in. */
  async pass<T>(task: () => Promise<T>): Promise<T | null> {
    if (this.#running < this.#most) this.#running += 1;
    else if (this.#waiting.length < this.#mostWaiting) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else return null;
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  /**
   * Within `pass`: a wait that takes no place. Whoever comes back from it stands in no queue, since little is left to do.
   * @param wait costs nothing while it lasts
   */
  async aside(wait: () => Promise<void>): Promise<void> {
    this.#leave();
    try {
      await wait();
    } finally {
      this.#running += 1;
    }
  }

  /** The place goes to whoever waits longest, if it is free. */
  #leave(): void {
    if (this.#running > this.#most) this.#running -= 1;
    else {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/** One thing after another for each conversation: one runs, one waits, and a third is told to come back. */
export class InTurn {
  readonly #last = new Map<string, { readonly ended: Promise<void>; readonly isWaiting: boolean }>();

  /** @returns null where one waits already */
  async pass<T>(conversation: string, task: () => Promise<T>): Promise<T | null> {
    const before = this.#last.get(conversation);
    if (before?.isWaiting === true) return null;
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const mine = { ended, isWaiting: before !== undefined };
    this.#last.set(conversation, mine);
    await before?.ended;
    const running = { ended, isWaiting: false };
    if (this.#last.get(conversation) === mine) this.#last.set(conversation, running);
    try {
      return await task();
    } finally {
      if (this.#last.get(conversation) === running) this.#last.delete(conversation);
      end();
    }
  }
}
