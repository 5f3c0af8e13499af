import { expect, test } from '@jest/globals';
import { fromJson, newConversation, type Conversation, type Owed } from '../../src/conversation/document.ts';
import { StackSession } from '../../src/conversation/session.ts';
import { Turn, type ActFacts } from '../../src/conversation/turn.ts';
import { keys } from '../../src/store/keys.ts';
import { describeEngines } from '../store/engines.ts';
import { stillClock } from '../store/still-clock.ts';

const start = 1_800_000_000_000;
const minute = 60_000;
/** After its silence, and what is left then for a turn under way. */
const doorIdleMs = 15 * minute;
const doorGraceMs = minute;
const stack = keys.doorStack('tenant', 'a-conversation');
const owed: Owed = {
  id: 'unlock-1',
  effect: { type: 'unlock', params: { proofs: [] }, frame: 'unlock-1' },
  started: true,
  resumed: 0,
};

describeEngines('what the store keeps of a conversation at the front door', (engine) => {
  async function room() {
    const { store } = await engine.fresh();
    const clock = stillClock(start);
    const session = new StackSession(store, clock, stack, 'owner', 0, [], false);
    const save = (more: Partial<Conversation>) =>
      session.save({ ...newConversation('sv', start, 'front-door'), ...more }, { resume: null });
    /** What is left of it after so long, once the store has looked for what it may forget. */
    const after = async (ms: number): Promise<Conversation | null> => {
      clock.forward(ms);
      await store.due(clock.now(), 0);
      const row = (await store.open({ key: stack, owner: null, now: clock.now() })).rows.get(stack) ?? null;
      return row === null ? null : fromJson(row.value, clock.now(), 'front-door').conversation;
    };
    return { save, after };
  }

  test('is there until its silence is over, from the last word or from what led on since, and for a turn that is under way then', async () => {
    const spoken = await room();
    await spoken.save({});
    expect(await spoken.after(doorIdleMs)).not.toBeNull();
    expect(await spoken.after(doorGraceMs)).toBeNull();

    const asked = await room();
    await asked.save({ askedAt: start + 14 * minute });
    expect(await asked.after(14 * minute + doorIdleMs)).not.toBeNull();
    expect(await asked.after(doorGraceMs)).toBeNull();
  });

  test('what is owed keeps it, however late whoever finishes it comes back; then it is forgotten in its time', async () => {
    const { save, after } = await room();
    await save({ owed: [owed] });
    expect((await after(3 * 60 * minute))?.owed).toEqual([owed]);
    await save({ owed: [], spokeAt: start + 3 * 60 * minute });
    expect(await after(doorIdleMs + doorGraceMs)).toBeNull();
  });
});

test('I15: a verified caller’s silence is counted from the verdict, however long it took: what can be given is counted from there too', async () => {
  const clock = stillClock(start);
  const verifies = { type: 'verifyCaller', params: { proofs: [] }, frame: 'caller-1' } as const;
  const handlers = {
    verifyCaller: {
      run: async () => {
        clock.forward(9_000);
        return { type: 'caller.verified', until: clock.now() + 15 * minute } as const;
      },
    },
  } as unknown as ConstructorParameters<typeof Turn>[3]['handlers'];
  const before = { ...newConversation('sv', start, 'front-door'), owed: [{ ...owed, effect: verifies as unknown as Owed['effect'] }] };
  const turn = new Turn(before, { door: 'front-door', rows: new Map() } as unknown as ActFacts, 'seed', {
    handlers,
    random: { bytes: (n) => Buffer.alloc(n) },
    now: () => clock.now(),
  });
  await turn.carryOut({ ...owed, effect: verifies as unknown as Owed['effect'] }, false);
  expect(turn.conversation).toMatchObject({ owed: [], spokeAt: start, askedAt: start + 9_000 });
});
