import { registeredKinds, methods as rules, type GateRule, type MethodKind } from '../../dialogs/methods.ts';
import type { ChallengeShown, ResultEvent, ResultOf } from '../../dialogs/effects.ts';
import type { MethodView } from '../../dialogs/views.ts';

/** Facts that tests of dialogs share. */

export const one: GateRule = { needed: 1, oneDevice: 'allow' };
export const two: GateRule = { needed: 2, oneDevice: 'allow' };
export const soon = 1_080_000;

export function method(kind: MethodKind, more: Partial<MethodView> = {}): MethodView {
  return {
    id: `m-${kind}`,
    kind,
    label: `...${kind}`,
    name: null,
    preferred: false,
    addedAt: 1,
    lastUsedAt: null,
    countsFrom: 1,
    usable: 'yes',
    until: null,
    ...more,
  };
}

export function read(methods: readonly MethodView[], more: Partial<Extract<ResultEvent, { type: 'methods.read' }>> = {}): ResultEvent {
  return {
    type: 'methods.read',
    methods,
    addable: registeredKinds.map((kind) => ({ kind, room: 1 })),
    finish: { enough: false, wouldDo: ['authenticator-app', 'text-message'] },
    stepUp: one,
    resetGates: two,
    ...more,
  };
}

export function eligible(gates: GateRule, more: Partial<Extract<ResultEvent, { type: 'eligibility.eligible' }>> = {}): ResultEvent {
  return { type: 'eligibility.eligible', gates, locked: null, hasPassword: true, due: null, ...more };
}

export function challenge(kind: MethodKind, more: Partial<ChallengeShown> = {}): ChallengeShown {
  const { sends } = rules[kind];
  return {
    challenge: `c-${kind}`,
    kind,
    masked: '...67',
    mark: sends ? 'KT' : null,
    expiresAt: soon,
    resendAt: sends ? soon : null,
    ...more,
  };
}

export const sent = (kind: MethodKind, more: Partial<ChallengeShown> = {}): ResultEvent => ({
  type: 'challenge.sent',
  ...challenge(kind, more),
});

export const accepted = (kind: MethodKind, proof = `p-${kind}`): ResultOf<'checkAnswer'> => ({ type: 'answer.accepted', proof, kind });

export const onFile = (...labels: readonly string[]): ResultEvent => ({
  type: 'places.read',
  places: labels.map((label, index) => ({ id: `f${index}`, label })),
});

export const opened = (page: string): ResultEvent => ({ type: 'page.opened', page, expiresAt: soon });
