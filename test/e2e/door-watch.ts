import { LocalDirectory } from '../../src/directory/local.ts';
import type { Commit, OpenRequest, Store } from '../../src/store/port.ts';
import { openHouse, type House } from './house.ts';
import type { Visitor } from './visitor.ts';
import { until } from './wait.ts';

/** What somebody got at the front door, step by step, and what it cost. */
export interface DoorStory {
  readonly said: readonly string[];
  readonly sizes: readonly number[];
  /** Operations of the store, each with the kinds of rows it touched. */
  readonly store: readonly string[];
  readonly directory: readonly string[];
}

/** Sees what the front door asks of the store and of the directory: by name, never whose it is. */
export class DoorWatch {
  readonly #store: string[] = [];
  readonly #directory: string[] = [];
  /** What is due waits while a story is told: it is of no step, and comes when it comes. */
  #isTold = false;
  /** What is due and is being done. */
  readonly #underWay = new Set<string>();

  /** The product on a store whose operations are noted, which answers at once. */
  async house(store: Store): Promise<House> {
    const house = await openHouse({
      store: this.#noted(store),
      policy: (policy) => ({ ...policy, frontDoor: { ...policy.frontDoor, answerAfterMs: 0 } }),
    });
    const { find, findByUserId } = LocalDirectory.prototype;
    const directory = this.#directory;
    // What the demo's directory asks of itself is its own affair.
    let inside = 0;
    LocalDirectory.prototype.find = function (this: LocalDirectory, id) {
      if (inside === 0) directory.push('find');
      return find.call(this, id);
    };
    LocalDirectory.prototype.findByUserId = async function (this: LocalDirectory, userId) {
      directory.push('findByUserId');
      inside += 1;
      try {
        return await findByUserId.call(this, userId);
      } finally {
        inside -= 1;
      }
    };
    return house;
  }

  /** Has somebody do one thing after another, and notes what came of each. */
  async story(someone: Visitor, userId: string, acts: readonly ((someone: Visitor) => Promise<string>)[]): Promise<DoorStory> {
    this.#isTold = true;
    try {
      await this.#quiet();
      return await this.#told(someone, userId, acts);
    } finally {
      this.#isTold = false;
    }
  }

  /** Resolves once nothing that was due is being done any more. */
  async #quiet(): Promise<void> {
    let before = -1;
    await until(
      async () => {
        const was = before;
        before = this.#store.length;
        return this.#underWay.size === 0 && was === before;
      },
      () => `still being done: ${[...this.#underWay].join(', ')}`,
    );
  }

  async #told(someone: Visitor, userId: string, acts: readonly ((someone: Visitor) => Promise<string>)[]): Promise<DoorStory> {
    const said: string[] = [];
    const sizes: number[] = [];
    const store: string[] = [];
    const directory: string[] = [];
    for (const act of acts) {
      this.#store.length = 0;
      this.#directory.length = 0;
      await act(someone);
      store.push(...this.#store.filter((line) => !/due|inbox|outbox|local-/u.test(line)));
      if (someone.prompt !== 'front-door.menu' || said.length === 0) directory.push(`${said.length}: ${this.#directory.join(' ')}`);
      const text = bare(JSON.stringify(someone.heard), userId);
      said.push(text);
      sizes.push(text.length);
    }
    return { said, sizes, store, directory };
  }

  #noted(store: Store): Store {
    const kinds = (keys: readonly string[]): string => [...new Set(keys.map((key) => key.split('/')[1] ?? ''))].sort().join(',');
    const note = (line: string): void => void this.#store.push(line);
    return {
      open(request: OpenRequest) {
        note(`open ${kinds([request.key, ...(request.alsoRead ?? [])])}`);
        return store.open(request);
      },
      commit: async (commit: Commit) => {
        note(`commit ${kinds(Object.keys(commit.put ?? {}))}`);
        const committed = await store.commit(commit);
        for (const { id } of commit.due ?? []) this.#underWay.delete(id);
        return committed;
      },
      due: async (now, n) => {
        const entries = this.#isTold ? [] : await store.due(now, n);
        for (const { id } of entries) this.#underWay.add(id);
        return entries;
      },
      scan: (index, from, n) => store.scan(index, from, n),
      close: () => store.close(),
    };
  }
}

/** The case's number and its own mails are of the case; up to it every call is the same. */
export const upToCase = (lines: readonly string[]): readonly string[] => {
  const at = lines.findIndex((line) => line.includes('case-number'));
  return lines.slice(0, at < 0 ? lines.length : at);
};

/** What differs by chance and by moment alone is taken out; its length stays. */
const bare = (text: string, userId: string): string =>
  text
    .replaceAll(userId, '(user id)')
    .replaceAll(/[A-Za-z0-9_-]{22,}/gu, (id) => '#'.repeat(id.length))
    .replaceAll(/märkt [A-Z]{2}/gu, 'märkt XX')
    .replaceAll(/\d\d:\d\d(:\d\d(\.\d+)?Z?)?/gu, '00:00')
    .replaceAll(/\d{4}-\d\d-\d\dT/gu, '0000-00-00T')
    .replaceAll(/\d{3} \d{3}/gu, '000 000')
    .replaceAll(/LK-\d{4}/gu, 'LK-0000')
    .replaceAll(/"\d{13}"/gu, '""');
