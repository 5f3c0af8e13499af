import { expect, test } from '@jest/globals';
import { initialTransition, transition } from 'xstate';
import { doorContact } from '../../dialogs/door-contact.ts';
import type { NextStep } from '../../dialogs/next-step.ts';

const next: NextStep = { opens: 'tomorrow', opensAt: 1, by: 'tomorrow', byAt: 2, holiday: null, emergency: '112' };

/** What is said of a case that was opened, or found. */
function said(opened: { readonly isNew: boolean; readonly next?: NextStep }): readonly unknown[] {
  const machine = doorContact.machine;
  const [offering] = initialTransition(machine, { wish: 'reset', why: 'asked', until: null, proofs: [] });
  const [opening] = transition(machine, offering, { type: 'choose', choice: 'contact' });
  const [, actions] = transition(machine, opening, { type: 'door-case.opened', number: 'LK-1001', ...opened });
  return actions.flatMap(({ type, params }) =>
    (type as string) === 'say' ? [(params as unknown as { readonly notice: string }).notice] : [],
  );
}

test('I20: who opens a case at the front door hears what happens next, and of one that is open already nothing but its number', () => {
  expect(said({ isNew: true, next })).toEqual(['door-contact.opened', 'escalate.next', 'escalate.emergency']);
  expect(said({ isNew: true })).toEqual(['door-contact.opened']);
  expect(said({ isNew: false })).toEqual(['door-contact.already-open']);
});
