import { describe, expect, test } from '@jest/globals';
import { getShortestPaths } from 'xstate/graph';
import { caseMachine, caseStates, isEnded, stepCase, type CaseAt, type CaseEvent } from '../../dialogs/case.ts';
import { transitionsOf } from './anatomy.ts';

const mine = 'agent-1';
const others = 'agent-2';
const events: readonly CaseEvent[] = [
  { type: 'delivered' },
  ...[mine, others].flatMap((by): CaseEvent[] => [
    { type: 'claim', by },
    { type: 'assign', to: by },
    { type: 'release', by },
    { type: 'ask', by },
    { type: 'answer', by },
    { type: 'resolve', by },
  ]),
  { type: 'answer', by: null },
  { type: 'resolve', by: null },
  { type: 'write' },
  { type: 'reopen' },
  { type: 'withdraw' },
  { type: 'expire' },
];

const paths = getShortestPaths(caseMachine, { events, serializeState: ({ value, context }) => JSON.stringify([value, context]) });
const reached: readonly CaseAt[] = paths.map(({ state }) => ({ state: state.value, claimant: state.context.claimant }));
const fitting = (at: CaseAt): readonly CaseEvent[] => events.filter((event) => stepCase(at, event) !== null);
const after = (at: CaseAt, event: CaseEvent): CaseAt => stepCase(at, event)?.at ?? at;

describe('a case', () => {
  test('every state can be reached, and no other', () => {
    expect(new Set(reached.map(({ state }) => state))).toEqual(new Set(caseStates));
  });

  test('every state leads on to an end', () => {
    for (const from of reached) {
      const seen = new Set<string>();
      const queue = [from];
      let isOut = false;
      for (let at = queue.shift(); at !== undefined && !isOut; at = queue.shift()) {
        isOut = isEnded(at.state);
        const here = at;
        for (const next of fitting(here).map((event) => after(here, event))) {
          if (!seen.has(JSON.stringify(next))) queue.push(next);
          seen.add(JSON.stringify(next));
        }
      }
      expect({ from, isOut }).toEqual({ from, isOut: true });
    }
  });

  test('exactly what is held has a claimant', () => {
    for (const { state, claimant } of reached) expect(claimant !== null).toBe(state === 'claimed' || state === 'waiting');
  });

  test('I16: whatever ends a claim, or hands it on, ends what was given for it', () => {
    for (const from of reached.filter(({ claimant }) => claimant !== null)) {
      for (const event of fitting(from)) {
        const { at, effects } = stepCase(from, event) ?? { at: from, effects: [] };
        if (at.claimant !== from.claimant) expect(effects.map(({ type }) => type)).toContain('endPowers');
      }
    }
  });

  test('of two agents at once one has it: the other`s claim changes nothing', () => {
    for (const from of reached.filter(({ claimant }) => claimant === mine))
      expect(stepCase(from, { type: 'claim', by: others })).toBeNull();
  });

  test('nobody but its agent asks, answers, resolves or gives back; a hook may answer and resolve', () => {
    for (const from of reached.filter(({ claimant }) => claimant === mine)) {
      for (const type of ['ask', 'answer', 'resolve', 'release'] as const) {
        expect(stepCase(from, { type, by: others })).toBeNull();
        expect(stepCase(from, { type, by: mine })).not.toBeNull();
      }
      for (const type of ['answer', 'resolve'] as const) expect(stepCase(from, { type, by: null })).not.toBeNull();
    }
    for (const from of reached.filter(({ claimant }) => claimant === null)) {
      for (const type of ['ask', 'answer', 'resolve', 'release'] as const) expect(stepCase(from, { type, by: mine })).toBeNull();
    }
  });

  test('what was withdrawn stays so; what was resolved or expired opens again, with nobody`s claim', () => {
    expect(fitting({ state: 'withdrawn', claimant: null })).toEqual([]);
    for (const state of ['resolved', 'expired'] as const) {
      const at = { state, claimant: null };
      expect(fitting(at)).toEqual([{ type: 'reopen' }]);
      expect(after(at, { type: 'reopen' })).toEqual({ state: 'reopened', claimant: null });
    }
  });

  test('it expires only while it waits for its requester', () => {
    for (const from of reached) expect(stepCase(from, { type: 'expire' }) !== null).toBe(from.state === 'waiting');
  });

  test('each transition is of use: none can never fit', () => {
    const used = new Set(reached.flatMap((at) => fitting(at).map(({ type }) => `${at.state} ${type}`)));
    for (const { source, event } of transitionsOf(caseMachine)) expect(used).toContain(`${source} ${event}`);
  });
});
