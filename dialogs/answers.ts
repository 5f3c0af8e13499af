import { because, ends, say } from './dialog.ts';
import type { ChallengeShown } from './effects.ts';
import type { MethodKind } from './methods.ts';
import { wayOf } from './ways.ts';

/** A challenge as a context keeps it, of the event that told it. */
export const shown = ({ challenge, kind, masked, mark, expiresAt, resendAt }: ChallengeShown): ChallengeShown => ({
  challenge,
  kind,
  masked,
  mark,
  expiresAt,
  resendAt,
});

type Asked = { readonly context: { readonly challenge: ChallengeShown | null } };
const way = ({ context }: Asked) => ({ way: wayOf(context.challenge?.kind ?? 'authenticator-app') });
type Sent = { readonly event: { readonly kind: MethodKind } };

type Rejected = { readonly event: { readonly triesLeft: number; readonly mark: string | null } };

/** What `answer.rejected` leads to, whatever is verified: a sentence of its own for each reason, and the prompt again. */
export const rejectedAnswer = [
  { guard: because('expired'), target: 'answering', actions: say('verify.expired', way) },
  {
    guard: because('newer'),
    target: 'answering',
    actions: say('verify.newer', (args: Asked & Rejected) => ({ ...way(args), mark: args.event.mark ?? '' })),
  },
  { guard: because('used'), target: 'answering', actions: say('verify.used', way) },
  { guard: because('form'), target: 'answering', actions: say('verify.form', way) },
  { target: 'answering', actions: say('verify.wrong', (args: Asked & Rejected) => ({ ...way(args), triesLeft: args.event.triesLeft })) },
] as const;

/** A code that may be on its way, or not. */
export const mayArrive = say('verify.may-arrive', ({ event }: Sent) => ({ way: wayOf(event.kind) }));

/** Another one could not be sent; the one before is out still. */
export const resendFailed = say('verify.resend-failed', way);

/** No code can be sent for now: too many were. */
export const sendsUsedUp = say('verify.sends-used-up', ({ event }: { event: { until: number | null } }) => ends(event.until));

type Later = { readonly event: { readonly until: number | null } };
/** A code was just sent, and another one may be asked for later. */
export const resendLater = say('verify.resend-later', (args: Asked & Later) => ({ ...way(args), ...ends(args.event.until) }));

/** What `method.refused` leads to when a method was to be stored: new proofs, or the end with the reason. */
export const notStored = [
  { guard: because('proofs'), target: 'stopped', actions: ['noteAgain', say('register.proofs-too-old')] },
  { guard: because('full'), target: 'stopped', actions: say('register.full') },
  { guard: because('gone'), target: 'stopped', actions: say('register.draft-gone') },
  { target: 'stopped', actions: say('register.account-changed') },
] as const;
