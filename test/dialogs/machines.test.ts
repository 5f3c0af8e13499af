import { describe, expect, test } from '@jest/globals';
import { dialogs } from '../../dialogs/all.ts';
import { effects as catalogue, type EffectName } from '../../dialogs/effects.ts';
import { migrations } from '../../dialogs/migrations.ts';
import versions from '../../dialogs/versions.json' with { type: 'json' };
import { actionsOf, statesOf, transitionsOf } from './anatomy.ts';
import { shapeHash } from './versions.ts';

/** What is at the bottom goes on after a cancel: home to its menu, the front door to its own. */
const goesOn: Readonly<Partial<Record<keyof typeof dialogs, string>>> = { home: 'reading', 'front-door': 'going' };

const names = Object.keys(dialogs) as (keyof typeof dialogs)[];

describe.each(names)('%s', (name) => {
  const { machine, prompts } = dialogs[name];
  const states = statesOf(machine);
  const everything = JSON.stringify(machine.config, (_, value: unknown) =>
    typeof value === 'function' ? `fn ${String((value as { type?: string }).type)}` : value,
  );

  test('no parallel or history states, no invoke, after, spawn, sendTo, raise', () => {
    for (const state of states) {
      expect(['atomic', 'final']).toContain(state.type);
      expect(state.config).not.toHaveProperty('invoke');
      expect(state.config).not.toHaveProperty('after');
    }
    expect(machine.config).not.toHaveProperty('invoke');
    expect(everything).not.toMatch(/xstate\.(raise|sendTo|spawnChild|stopChild|emit|cancel)/u);
  });

  test('every action is an effect, or moves data within the context', () => {
    const ours = new Set([
      ...Object.keys(catalogue),
      ...Object.keys(machine.implementations.actions),
      'xstate.assign',
      'xstate.enqueueActions',
    ]);
    for (const action of states.flatMap((state) => actionsOf(state))) expect(ours).toContain(action);
  });

  test('a state is one of four: it waits for a person with one prompt, waits for results, passes on, or ends', () => {
    for (const state of states) {
      const waits = state.prompt !== null;
      const passes = state.config.always !== undefined;
      const ends = state.type === 'final';
      const listens = Object.keys(state.config.on ?? {}).length > 0;
      expect([waits, passes, ends].filter(Boolean).length).toBeLessThanOrEqual(1);
      expect(waits || passes || ends || listens).toBe(true);
      if (waits) expect(state.prompt).toMatch(new RegExp(`^${name}\\.[a-z-]+$`, 'u'));
    }
  });

  test('each prompt has its shape, and each shape its prompt', () => {
    const shown = states.flatMap(({ prompt }) => (prompt === null ? [] : [prompt]));
    expect(Object.keys(prompts).sort()).toEqual([...new Set(shown)].sort());
  });

  test('a state that asks for an effect handles every result it can have', () => {
    for (const state of states) {
      const asked = [
        ...new Set([
          ...state.entry,
          ...transitionsOf(machine)
            .filter(({ target }) => target === state.name)
            .flatMap(({ actions }) => actions),
        ]),
      ]
        .filter((type): type is EffectName => Object.hasOwn(catalogue, type))
        .flatMap((type) => [...catalogue[type].results]);
      // A state passed through hands the effect on to the next one, which is walked by test/model.
      if (state.config.always !== undefined) continue;
      for (const result of asked) {
        const handlers = transitionsOf(machine).filter(({ source, event }) => source === state.name && event === result);
        expect({ state: state.name, result, handled: handlers.length > 0, always: handlers.at(-1)?.guarded === false }).toEqual({
          state: state.name,
          result,
          handled: true,
          always: true,
        });
      }
    }
  });

  test('cancel is answered at the root, by a final state; home goes back to its menu', () => {
    const cancel = transitionsOf(machine).filter(({ event }) => event === 'cancel');
    expect(cancel).toMatchObject([{ source: '', target: goesOn[name] ?? 'cancelled' }]);
    if (goesOn[name] === undefined) expect(states.find((state) => state.name === 'cancelled')?.type).toBe('final');
  });

  test('its version was raised if its shape changed (node test/dialogs/versions.ts --write)', () => {
    expect(versions[name].hash).toBe(shapeHash(name));
  });
});

test('versions.json names the dialogs there are, and a migration leads to a version there is', () => {
  expect(Object.keys(versions).sort()).toEqual([...names].sort());
  for (const from of Object.keys(migrations)) expect(names).toContain(from.split('@')[0]);
});
