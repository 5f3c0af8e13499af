import { chose } from './dialog.ts';
import type { Wish } from './dialog-table.ts';
import type { VerifyContext as Context } from './verify-prompts.ts';
import type { ProofId, Refusal } from './views.ts';

/** Whom a case of a failed verification is for. */
const wishOf = { reset: 'reset', unlock: 'unlock', 'step-up': 'methods', caller: 'contact', agent: 'methods' } as const satisfies Record<
  Context['purpose'],
  Wish
>;

export const proofsOf = (context: Context): readonly ProofId[] => context.passed.map(({ proof }) => proof);

/** The challenge that is out, and the page it is answered on. */
const outOf = ({ challenge, page }: Context) => ({
  challenges: challenge ? [challenge.challenge] : [],
  pages: page === null ? [] : [page],
});

/** Ends what is asked now. */
export const dropChallenge = {
  type: 'drop',
  params: ({ context }: { context: Context }) => outOf(context),
} as const;

/** Ends what is asked now, and what was proved: nobody gets anything for it any more. */
export const dropAll = {
  type: 'drop',
  params: ({ context }: { context: Context }) => ({ ...outOf(context), proofs: proofsOf(context) }),
} as const;

/** Says a refusal in full, with what was proved on the way: the case tells how its requester is known (I13). */
export const refuse = <Event>(refusal: (args: { context: Context; event: Event }) => Refusal) => ({
  type: 'begin' as const,
  params: (args: { context: Context; event: Event }) => ({
    dialog: 'escalate' as const,
    input: { refusal: refusal(args), wish: wishOf[args.context.purpose], proofs: proofsOf(args.context) },
  }),
});

/** The person has none of what is asked for. */
export const stuck = {
  guard: chose('contact'),
  target: 'refusing',
  actions: refuse(() => ({ code: 'LK_STUCK', ending: 'stuck' })),
} as const;

/** Another method, or an administrator. */
export const otherWays = [stuck, { guard: chose('another'), target: 'choosing', actions: [dropChallenge, 'forgetChallenge'] }] as const;
