import { wishes, type DialogName, type Wish } from './dialog-table.ts';
import type { ChallengeShown } from './effects.ts';
import {
  askKinds,
  grantKinds,
  happenedWhats,
  type AskView,
  type Ending,
  type FinishLine,
  type GrantView,
  type HappenedView,
  type MethodView,
  type ProofPlaceView,
  type Refusal,
} from './views.ts';
import { methodKinds, registeredKinds, type GateRule } from './methods.ts';
import { flag, growing, listOf, number, oneOf, orNull, record, text, type Shape } from './shape.ts';

/** The shapes of what several contexts keep; each must fit the type that effects.ts gives it. */

export const wishShape: Shape<Wish> = growing('wish', oneOf(...wishes));

export const dialogShape: Shape<DialogName> = growing(
  'dialog',
  oneOf(
    'home',
    'leave',
    'reset',
    'change-password',
    'sign-out',
    'unlock',
    'register',
    'methods',
    'method',
    'confirm',
    'escalate',
    'case-status',
    'not-me',
    'prove-agent',
    'caller',
    'verify',
    'step-up',
    'first-proof',
    'first-proof-code',
    'front-door',
    'let-in',
    'verify-claim',
    'door-contact',
    'asked',
    'vouch',
    'approve-manager',
    'start-code',
    'temporary-pass',
    ...registeredKinds.map((kind) => `register-${kind}` as const),
  ),
);

export const gatesShape: Shape<GateRule> = record({ needed: oneOf(1, 2), oneDevice: oneOf('allow', 'refuse') });

export const kindShape = growing('kind', oneOf(...methodKinds));

export const happenedShape: Shape<HappenedView> = record({
  id: text,
  what: growing('happened', oneOf(...happenedWhats)),
  at: number,
  door: text,
  kind: orNull(kindShape),
});

export const methodShape: Shape<MethodView> = record({
  id: text,
  kind: kindShape,
  label: text,
  name: orNull(text),
  preferred: flag,
  addedAt: number,
  lastUsedAt: orNull(number),
  countsFrom: number,
  usable: growing(
    'usable',
    oneOf(
      'yes',
      'cooling',
      'waiting',
      'disabled',
      'suspended',
      'used-up',
      'outdated',
      'copied',
      'unreachable',
      'reported',
      'this-session',
      'sends-used-up',
    ),
  ),
  until: orNull(number),
});

export const challengeShape: Shape<ChallengeShown> = record({
  challenge: text,
  kind: kindShape,
  masked: text,
  mark: orNull(text),
  expiresAt: number,
  resendAt: orNull(number),
});

export const finishShape: Shape<FinishLine> = record({ enough: flag, wouldDo: listOf(kindShape) });

const endingShape: Shape<Ending> = growing(
  'ending',
  oneOf(
    'managed-elsewhere',
    'later',
    'not-enabled',
    'not-verified',
    'privileged',
    'locked',
    'unavailable',
    'pace',
    'cooling',
    'stopped',
    'frozen',
    'reported',
    'stuck',
    'asked',
  ),
);

export const refusalShape: Shape<Required<Refusal>> = record({ code: text, ending: endingShape, until: orNull(number), mayRegister: flag });

export const proofPlaceShape: Shape<ProofPlaceView> = record({ id: text, label: text, kind: oneOf('text-message', 'email') });

export const grantShape: Shape<GrantView> = record({
  id: text,
  what: growing('grant', oneOf(...grantKinds)),
  method: orNull(kindShape),
  hasPassword: flag,
});

export const askShape: Shape<AskView> = record({
  id: text,
  kind: growing('ask', oneOf(...askKinds)),
  wish: orNull(oneOf('reset', 'unlock')),
  name: text,
  userId: text,
  case: text,
  until: number,
});
