/** How many failures in a row make a server be left alone, and for how long. */
const failuresThatOpen = 3;
const openMs = 15_000;

/** Spares the one who waits a server that has just failed: after three failures in a row it is not asked for fifteen seconds. */
export class Breaker {
  #failures = 0;
  #openUntil = 0;

  /** 0: it answered last time. The higher, the later it is to be asked. */
  get failures(): number {
    return this.#failures;
  }

  isOpen(now: number): boolean {
    return now < this.#openUntil;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = 0;
  }

  /** @param leaveMs leaves it alone for this long at once */
  failed(now: number, leaveMs = 0): void {
    this.#failures += 1;
    if (this.#failures >= failuresThatOpen) this.#openUntil = now + openMs;
    if (leaveMs > 0) this.#openUntil = now + leaveMs;
  }
}
