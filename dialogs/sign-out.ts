import { setup } from 'xstate';
import { chose, dialog, effectActions, say, sharedGuards, typesOf } from './dialog.ts';
import { record, text, type Shaped } from './shape.ts';

const context = record({
  /** The page on which the password was set: it is what the sessions are ended for. */
  page: text,
});

const machine = setup({
  types: typesOf<'sign-out', Shaped<typeof context>>(),
  actions: effectActions,
  guards: sharedGuards,
}).createMachine({
  id: 'sign-out',
  context: ({ input }) => ({ page: input.page }),
  initial: 'asking',
  states: {
    asking: {
      meta: { prompt: 'sign-out.ask' },
      on: {
        choose: [
          { guard: chose('sign-out'), target: 'ending' },
          { guard: chose('no'), target: 'done', actions: say('sign-out.kept') },
        ],
      },
    },
    ending: {
      entry: { type: 'endSessions', params: ({ context }) => ({ page: context.page }) },
      on: {
        'sessions.ending': { target: 'done', actions: say('sign-out.soon') },
        'sessions.refused': { target: 'done', actions: say('sign-out.refused') },
      },
    },
    done: { type: 'final' },
    cancelled: { type: 'final' },
  },
  on: { cancel: '.cancelled' },
  output: {},
});

/** "Sign out my other devices?", after a password was set. It is done once these words were said: it may end this very chat's session. */
export const signOut = dialog({
  machine,
  context,
  prompts: { 'sign-out.ask': () => ({ choices: [{ id: 'sign-out' }, { id: 'no' }] }) },
});
