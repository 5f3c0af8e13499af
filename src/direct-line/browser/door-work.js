/**
 * The work that is done before anything is asked of the server: a hash is looked for (ALTCHA). It is begun ahead, while the person reads and types, so that
 * nobody waits for it.
 */
export class Work {
  /** @type {Promise<string> | null} */
  #ahead = null;

  /** @param {string} where challenges come from */
  constructor(where) {
    this.where = where;
    this.#begin();
  }

  /** One proof of work, good for one thing. */
  async take() {
    const done = this.#ahead ?? this.#do();
    this.#ahead = null;
    try {
      return await done;
    } finally {
      setTimeout(() => this.#begin(), 0);
    }
  }

  #begin() {
    const ahead = this.#do();
    this.#ahead = ahead;
    // What failed is tried anew when it is needed; what is too old by then is done again.
    const forget = () => {
      if (this.#ahead === ahead) this.#ahead = null;
    };
    ahead.catch(forget);
    setTimeout(forget, 8 * 60_000);
  }

  async #do() {
    const [{ solveChallenge }, { deriveKey }] = await Promise.all([
      import(new URL('altcha/pow.js', import.meta.url).href),
      import(new URL('altcha/algorithms/web/sha.js', import.meta.url).href),
    ]);
    const response = await fetch(this.where, { cache: 'no-store' });
    if (!response.ok) throw new Error(`work answered ${response.status}`);
    const challenge = await response.json();
    const solution = await solveChallenge({ challenge, deriveKey });
    if (solution === null) throw new Error('no solution in time');
    return btoa(JSON.stringify({ challenge, solution }));
  }
}
