import { expect, test } from '@jest/globals';
import { Doorway, InTurn } from '../../src/direct-line/doorway.ts';

/** Something that goes on until it is ended. */
function lasting<T>(result: T): { readonly task: () => Promise<T>; readonly end: () => void; began: boolean } {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const made = {
    began: false,
    end: () => end(),
    async task() {
      made.began = true;
      await ended;
      return result;
    },
  };
  return made;
}

/** Everything that could go on has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('so many run, so many wait in order, and the next is told to come back', async () => {
  const door = new Doorway(2, 1);
  const [one, other, third] = [lasting(1), lasting(2), lasting(3)];
  const passed = [one, other, third].map(({ task }) => door.pass(task));
  expect(await door.pass(async () => 4)).toBeNull();
  await settled();
  expect([one.began, other.began, third.began]).toEqual([true, true, false]);
  one.end();
  await settled();
  expect(third.began).toBe(true);
  other.end();
  third.end();
  expect(await Promise.all(passed)).toEqual([1, 2, 3]);
});

test('whoever only waits for the moment of the answer takes no place', async () => {
  const door = new Doorway(1, 1);
  const pad = lasting(null);
  const padded = door.pass(async () => {
    await door.aside(async () => void (await pad.task()));
    return 'late';
  });
  await settled();
  expect(await door.pass(async () => 'meanwhile')).toBe('meanwhile');
  pad.end();
  expect(await padded).toBe('late');
  const [next, waits] = [lasting('next'), lasting('waits')];
  const both = [next, waits].map(({ task }) => door.pass(task));
  await settled();
  expect(waits.began).toBe(false);
  next.end();
  waits.end();
  expect(await Promise.all(both)).toEqual(['next', 'waits']);
});

test('a place is given back by what fails, too', async () => {
  const door = new Doorway(1, 0);
  await expect(
    door.pass(async () => {
      throw new Error('broken');
    }),
  ).rejects.toThrow('broken');
  expect(await door.pass(async () => 'open')).toBe('open');
});

test('one conversation says one thing after another, and never waits with more than one', async () => {
  const turns = new InTurn();
  const [first, second] = [lasting('first'), lasting('second')];
  const said = [first, second].map(({ task }) => turns.pass('a', task));
  await settled();
  expect(second.began).toBe(false);
  expect(await turns.pass('a', async () => 'third')).toBeNull();
  expect(await turns.pass('b', async () => 'another conversation')).toBe('another conversation');
  first.end();
  await settled();
  expect(second.began).toBe(true);
  second.end();
  expect(await Promise.all(said)).toEqual(['first', 'second']);
  expect(await turns.pass('a', async () => 'later')).toBe('later');
});
