import { randomUUID } from 'node:crypto';
import { partsOf, wordsOf, type FakeConnector, type Recorded } from '../servers/connector.ts';
import type { Scene } from '../e2e/house.ts';
import { Person } from '../e2e/person.ts';
import { until } from '../e2e/wait.ts';

/** Somebody whom the directory does not know: they are offered to contact an administrator, and nothing else. */
export async function somebodyAtTheOffer(scene: Scene): Promise<Person> {
  const id = randomUUID();
  const person = new Person(scene, { id, userId: `${id}@fjallbyn.example`, name: 'Någon', story: 'nobody' });
  await person.say('jag har glömt mitt lösenord');
  return person;
}

/** Opens a case. @returns its number, as the person was told it */
export async function openCaseOf(person: Person): Promise<string> {
  await person.choose('contact');
  return numberIn(person.words);
}

/** Asks how their case goes, and leaves it at that. @returns what was said */
export async function howItGoes(person: Person): Promise<string> {
  const said = await person.say('mitt ärende');
  if (person.prompt.startsWith('case-status.')) await person.choose('done');
  return said;
}

/** The number of the case that words are about; empty where they are about none. */
export const numberIn = (words: string): string => /LK-\d+/u.exec(words)?.[0] ?? '';

/** A number of a case's, `LK-1001` for 1. */
export const nth = (index: number): string => `LK-${1000 + index}`;

/** The helpdesk's conversation as it stands in Teams: what was taken in, in order, whatever was answered. */
export class DeskChannel {
  readonly #connector: FakeConnector;
  readonly #conversation: string;

  constructor(scene: Pick<Scene, 'connector' | 'config'>) {
    this.#connector = scene.connector;
    this.#conversation = scene.config.policy.contacts.desk.conversation;
  }

  /** Whether a call is for this conversation. */
  readonly isHere = ({ conversation }: Pick<Recorded, 'conversation'>): boolean => conversation === this.#conversation;

  /** Cards that stand there, with their words as they are now: those that were taken in, changed by what came after. */
  cards(
    taken: (call: Recorded) => boolean = ({ status }) => status === 201,
  ): readonly { readonly id: string; readonly number: string; readonly isLive: boolean }[] {
    const shown = new Map<string, Recorded['activity']>();
    for (const call of this.#connector.calls.filter(this.isHere)) {
      if (call.method === 'POST' && taken(call)) shown.set(call.id, call.activity);
      if (call.method === 'PUT' && shown.has(call.id) && call.status === 201) shown.set(call.id, call.activity);
    }
    // The morning's digest names cases too, and is none.
    return [...shown]
      .filter(([, activity]) => !wordsOf(activity).includes('God morgon'))
      .map(([id, activity]) => {
        const card = activity.attachments?.[0]?.content;
        const isLive = card !== undefined && [...partsOf(card)].some(({ type }) => type === 'Action.Execute' || type === 'Action.ShowCard');
        return { id, number: numberIn(wordsOf(activity)), isLive };
      });
  }
}

/** Lets time go on, step by step, until something is there. Each step waits for nothing but the next look of the product. */
export async function inTime<T>(
  scene: Pick<Scene, 'clock'>,
  stepMs: number,
  ask: () => Promise<T | null | undefined | false>,
  what: () => string,
): Promise<T> {
  let steps = 0;
  return until(async () => {
    const found = await ask();
    steps += 1;
    if (!found && steps % 5 === 0) scene.clock.forward(stepMs);
    return found;
  }, what);
}
