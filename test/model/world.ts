import { caseStates, isEnded, type CaseState } from '../../dialogs/case.ts';
import type { EffectTable, ResultEvent, ResultOf } from '../../dialogs/effects.ts';
import {
  happenedWhats,
  type CaseView,
  type HappenedView,
  type MethodView,
  type ProofPlaceView,
  type Refusal,
} from '../../dialogs/views.ts';
import {
  finishLine,
  isOneSet,
  isSaved,
  methodKinds,
  registeredKinds,
  methods as rules,
  type GateRule,
  type MethodKind,
  type Purpose,
} from '../../dialogs/methods.ts';
import type { OwedEffect } from '../../dialogs/stack.ts';

/**
 * The world around the stack: it answers each effect with every result it can have. Ids say what they are (`proof reset text-message`), so that an
 * invariant can read from a proof's id what was proved; times are few, so that the walk stays finite.
 */
export interface World {
  readonly name: string;
  readonly gates: GateRule;
  readonly stepUp: GateRule;
  /** What may be registered, at one reading and the next. */
  readonly methods: readonly (readonly MethodView[])[];
  /** Kinds the policy allows; all, where it is not said. */
  readonly allowed?: readonly MethodKind[];
  /** What the directory holds, where the policy takes a code to it for a first proof; else nothing does. */
  readonly onFile?: readonly ProofPlaceView['kind'][];
  /** It is walked from the front door. */
  readonly door?: true;
  /** Every verdict that may come. */
  readonly verdicts: readonly (
    | { readonly refusal: Refusal }
    | {
        readonly locked: 'wrong-passwords' | 'administrator' | null;
        readonly hasPassword: boolean;
        readonly due?: 'expired' | 'must-change';
      }
    | 'unavailable'
  )[];
  readonly menu: Omit<Extract<ResultEvent, { type: 'home.read' }>, 'type' | 'agent'>;
  /** The person is a helpdesk agent. */
  readonly agent?: boolean;
  /** Somebody is on the telephone with the helpdesk: elsewhere the menu's choice for it is left alone, which is always there. */
  readonly calls?: boolean;
  /** The account is frozen (I17), which every verdict says. */
  readonly frozen?: boolean;
  /** Whether what does the same everywhere is tried everywhere. */
  readonly thorough: boolean;
  readonly wishes: readonly (
    | 'reset'
    | 'change-password'
    | 'unlock'
    | 'register'
    | 'methods'
    | 'case-status'
    | 'asked'
    | 'start-code'
    | 'not-me'
    | 'caller'
    | 'prove-agent'
    | 'contact'
  )[];
}

/** The moment everything happens at; `later` is after every deadline. */
export const now = 1_000_000;
export const later = 2_000_000;

/** What a person types as a code: it may never be found in a stack. */
export const typed = '314159';

export function method(kind: MethodKind, usable: MethodView['usable'] = 'yes', name = ''): MethodView {
  const until = usable === 'cooling' || usable === 'waiting' ? later : null;
  const countsFrom = usable === 'cooling' ? later : 1;
  const lastUsedAt = name === '' ? 2 : null;
  return {
    id: `${kind}${name}`,
    kind,
    label: `...${kind}`,
    name: name === '' ? null : 'Jobb',
    preferred: false,
    addedAt: 1,
    lastUsedAt,
    countsFrom,
    usable,
    until,
  };
}

/** Something that waits for the person, and the half of a start code that comes of it. */
const ask = { id: 'ask 1', kind: 'vouch', wish: null, name: 'Stina', userId: 'stina', case: 'LK-1001', until: later } as const;
const half = { code: 'code 1', half: 1, until: later } as const;

/** Every result an effect can have in a world; in one that is not thorough, one of each sort. */
export function resultsOf(effect: OwedEffect, world: World): readonly ResultEvent[] {
  const results = allResults(effect, world);
  return world.thorough ? results : results.filter((result, place) => !isOfOneSort(result, results.slice(0, place)));
}

/** Whether an earlier result leads to the same but for the sentence. */
const isOfOneSort = (result: ResultEvent, earlier: readonly ResultEvent[]): boolean =>
  ['challenge.failed', 'challenge.refused', 'answer.rejected', 'draft.rejected', 'name.rejected', 'method.refused'].includes(result.type)
    ? earlier.some(({ type }) => type === result.type)
    : ['challenge.doubtful'].includes(result.type);

function allResults(effect: OwedEffect, world: World): readonly ResultEvent[] {
  switch (effect.type) {
    case 'readHome':
      return [{ type: 'home.read', ...world.menu, agent: world.agent === true }];
    case 'readCall': {
      const verified = { call: 'call', agent: 'Nina', until: later };
      const grants = (['password', 'unlock', 'temporary-pass', 'remove-method'] as const).map((what) => ({
        id: `grant ${what}`,
        what,
        method: what === 'remove-method' ? ('text-message' as const) : null,
        hasPassword: what !== 'temporary-pass',
      }));
      return [
        { type: 'call.read', verified: null, grant: null },
        { type: 'call.read', verified, grant: null },
        ...(world.frozen === true ? [] : grants.map((grant) => ({ type: 'call.read' as const, verified, grant }))),
      ];
    }
    case 'checkCallNumber':
      return [
        { type: 'call.found', call: 'call', agent: 'Nina', gates: world.gates },
        { type: 'call.rejected', reason: 'wrong' },
        { type: 'call.rejected', reason: 'form' },
        { type: 'call.exhausted', until: later },
      ];
    case 'verifyCaller':
      return [
        { type: 'caller.verified', until: later },
        { type: 'caller.refused', reason: 'over' },
      ];
    case 'readAgent':
      return [
        { type: 'agent.read', isAgent: false, kinds: ['security-key'], hasOne: false, until: null },
        { type: 'agent.read', isAgent: true, kinds: ['security-key', 'authenticator-app'], hasOne: false, until: null },
        { type: 'agent.read', isAgent: true, kinds: ['security-key', 'authenticator-app'], hasOne: true, until: later },
      ];
    case 'standAsAgent':
      return [
        { type: 'agent.standing', until: later },
        ...(['not-agent', 'proofs'] as const).map((reason) => ({ type: 'agent.refused' as const, reason })),
      ];
    case 'readEligibility':
      if (world.frozen === true) return [{ type: 'eligibility.refused', refusal: { code: 'LK_FROZEN', ending: 'frozen' } }];
      // What stands against a reset stands against no look at one's methods: each world has both.
      if (effect.params.purpose === 'methods') {
        return [
          { type: 'eligibility.eligible', gates: world.stepUp, locked: null, hasPassword: true, due: null },
          { type: 'eligibility.refused', refusal: { code: 'SSPR_0013', ending: 'not-enabled' } },
        ];
      }
      return world.verdicts.map((verdict) => {
        if (verdict === 'unavailable') return { type: 'eligibility.unavailable' };
        if ('refusal' in verdict) return { type: 'eligibility.refused', refusal: verdict.refusal };
        const locked =
          verdict.locked === null ? null : { since: 1, why: verdict.locked, until: verdict.locked === 'administrator' ? null : later };
        return { type: 'eligibility.eligible', gates: world.gates, locked, hasPassword: verdict.hasPassword, due: verdict.due ?? null };
      });
    case 'readMethods':
      return world.methods.map((registered) => ({
        type: 'methods.read',
        methods: registered,
        addable: (world.allowed ?? registeredKinds).map((kind) => ({
          kind,
          room: registered.some((one) => one.kind === kind) && !isOneSet(kind) ? 0 : 1,
        })),
        finish: finishLine(
          registered.map(({ kind }) => kind),
          world.allowed ?? registeredKinds,
          world.gates,
        ),
        stepUp: world.stepUp,
        resetGates: world.gates,
      }));
    case 'readCases':
      return [
        { type: 'cases.read', cases: [] },
        { type: 'cases.read', cases: caseStates.map((state, index) => caseOf(state, `LK-${1001 + index}`)) },
        ...caseStates.map((state) => ({ type: 'cases.read' as const, cases: [caseOf(state, 'LK-1001')] })),
      ];
    case 'writeToDesk':
      return [
        { type: 'desk.heard' },
        ...(['over', 'enough', 'empty', 'too-long', 'link', 'secret'] as const).map((reason) => ({
          type: 'desk.not-heard' as const,
          reason,
        })),
      ];
    case 'changeCase':
      return [{ type: 'case.changed' }, { type: 'case.over', newer: null }, { type: 'case.over', newer: 'LK-1002' }];
    case 'readPlaces':
      return [
        { type: 'places.read', places: [] },
        { type: 'places.read', places: [{ id: 'on file', label: '...34' }] },
      ];
    case 'readFirstProof':
      return [
        { type: 'first-proof.read', places: [], hasPassword: true },
        ...(world.onFile === undefined
          ? []
          : [
              {
                type: 'first-proof.read' as const,
                places: world.onFile.map((kind) => ({ id: `on file ${kind}`, label: `...${kind}`, kind })),
                hasPassword: true,
              },
            ]),
      ];
    case 'draftMethod':
      return [
        { type: 'draft.taken', draft: `draft ${effect.params.kind}`, masked: '...67' },
        ...[
          ...rejections(effect.params.kind),
          ...(effect.params.onFile === undefined ? [] : (['off-file'] as const)),
          ...(effect.params.replaces === undefined ? [] : (['gone'] as const)),
        ].map((reason) => ({
          type: 'draft.rejected' as const,
          reason,
        })),
      ];
    case 'sendChallenge':
      return challengeResults(effect.params);
    case 'checkAnswer':
      return verdictsOn(effect.params.challenge);
    case 'openPage':
      return [
        { type: 'page.opened', page: `page ${effect.params.page}`, expiresAt: later },
        { type: 'page.refused', reason: 'proofs' },
        { type: 'page.refused', reason: 'not-eligible' },
      ];
    case 'storeMethod':
      return [
        { type: 'method.stored', method: effect.params.draft.replace('draft ', ''), label: '...67' },
        ...(['proofs', 'full', 'in-use', 'not-eligible', 'gone'] as const).map((reason) => ({ type: 'method.refused' as const, reason })),
      ];
    case 'removeMethod':
      return [
        { type: 'method.removed' },
        ...(['proofs', 'full', 'not-eligible', 'gone'] as const).map((reason) => ({ type: 'method.refused' as const, reason })),
      ];
    case 'nameMethod':
      return [
        { type: 'method.named' },
        ...(['too-long', 'form', 'taken'] as const).map((reason) => ({ type: 'name.rejected' as const, reason })),
        ...(['not-eligible', 'gone'] as const).map((reason) => ({ type: 'method.refused' as const, reason })),
      ];
    case 'preferMethod':
      return [
        { type: 'method.preferred' },
        ...(['not-eligible', 'gone'] as const).map((reason) => ({ type: 'method.refused' as const, reason })),
      ];
    case 'unlock':
      return [
        { type: 'unlock.done' },
        { type: 'unlock.refused', reason: 'proofs' },
        { type: 'unlock.refused', reason: 'not-eligible' },
        { type: 'unlock.unavailable' },
      ];
    case 'endSessions':
      return [{ type: 'sessions.ending' }, { type: 'sessions.refused' }];
    case 'openCase':
      return [
        {
          type: 'case.opened',
          number: 'LK-1001',
          isNew: true,
          next: { opens: 'weekday', opensAt: later, by: 'weekday', byAt: later, holiday: null, emergency: '112' },
        },
        { type: 'case.opened', number: 'LK-1001', isNew: false },
        { type: 'case.not-opened', until: later },
      ];
    case 'readHappened':
      return [
        { type: 'happened.read', happened: [], frozen: null },
        { type: 'happened.read', happened: [happened('password-set')], frozen: null },
        { type: 'happened.read', happened: happenedWhats.map(happened), frozen: null },
        { type: 'happened.read', happened: [happened('unlocked')], frozen: 'LK-1001' },
      ];
    case 'freeze':
      return [{ type: 'freeze.done', number: 'LK-1001' }, { type: 'freeze.refused' }];
    case 'reportChallenge':
      return [{ type: 'challenge.reported' }];
    case 'claimAccount':
      return [
        { type: 'account.claimed', claim: 'account', kinds: world.allowed ?? [], gates: world.gates, unlock: true },
        { type: 'claim.refused', until: later },
        { type: 'claim.unavailable', claim: 'account' },
      ];
    case 'askAtDoor':
      return doorResults(effect.params);
    case 'openDoorCase':
      return [
        {
          type: 'door-case.opened',
          number: 'LK-1001',
          isNew: true,
          next: { opens: 'weekday', opensAt: later, by: 'weekday', byAt: later, holiday: null, emergency: '112' },
        },
        { type: 'door-case.opened', number: 'LK-1001', isNew: false },
        { type: 'door-case.refused', until: later },
      ];
    case 'endCall':
    case 'readAsks':
      if (world.frozen === true) return [{ type: 'asks.read', asks: [] }];
      return [
        { type: 'asks.read', asks: [] },
        { type: 'asks.read', asks: [ask, { ...ask, id: 'ask 2', kind: 'manager-approval', wish: 'reset', case: '' }] },
      ];
    case 'readAsk':
      return [
        { type: 'ask.read', ask, recorded: false, half: null },
        { type: 'ask.read', ask, recorded: true, half: null },
        { type: 'ask.read', ask, recorded: true, half: null, frozen: true },
        { type: 'ask.read', ask, recorded: true, half },
        { type: 'ask.gone' },
      ];
    case 'recordCheck':
      return [
        { type: 'check.recorded', half: null },
        { type: 'check.recorded', half },
        { type: 'check.refused', reason: 'proofs' },
        { type: 'check.refused', reason: 'gone' },
      ];
    case 'approveAsk':
      return [
        { type: 'approval.given' },
        { type: 'approval.rejected', reason: 'wrong', triesLeft: 2 },
        { type: 'approval.rejected', reason: 'form', triesLeft: 3 },
        { type: 'approval.over', reason: 'proofs' },
        { type: 'approval.over', reason: 'tries' },
        { type: 'approval.over', reason: 'gone' },
      ];
    case 'reportAsk':
      return [{ type: 'ask.reported' }];
    case 'redeemStartCode':
      if (world.frozen === true) return [{ type: 'start-code.over' }];
      // Nobody is known at the front door: there a code is never over, and nothing is registered.
      if (world.door === true)
        return [
          { type: 'start-code.redeemed', password: 'proof start-code-password', register: null, hasPassword: true },
          { type: 'start-code.redeemed', password: null, register: null, hasPassword: true },
          { type: 'start-code.rejected', reason: 'wrong', triesLeft: 2 },
          { type: 'start-code.rejected', reason: 'form', triesLeft: 3 },
          { type: 'start-code.exhausted', until: later },
        ];
      return [
        { type: 'start-code.redeemed', password: 'proof start-code-password', register: 'proof start-code-register', hasPassword: false },
        { type: 'start-code.redeemed', password: 'proof start-code-password', register: null, hasPassword: true },
        { type: 'start-code.redeemed', password: null, register: 'proof start-code-register', hasPassword: true },
        { type: 'start-code.redeemed', password: null, register: null, hasPassword: true },
        { type: 'start-code.rejected', reason: 'wrong', triesLeft: 2 },
        { type: 'start-code.rejected', reason: 'form', triesLeft: 3 },
        { type: 'start-code.over' },
      ];
    case 'noteAsked':
    case 'say':
    case 'begin':
    case 'remind':
    case 'drop':
      return [];
  }
}

const happened = (what: HappenedView['what']): HappenedView => ({
  id: `happened ${what}`,
  what,
  at: 1,
  door: 'front-door',
  kind: what.startsWith('method-') ? 'email' : null,
});

/** Every verdict on an answer to a challenge. */
export function verdictsOn(challenge: string): readonly ResultOf<'checkAnswer'>[] {
  const [, purpose, kind] = challenge.split(' ');
  return [
    {
      type: 'answer.accepted',
      proof: `proof ${purpose} ${kind}`,
      kind: kind as MethodKind,
      ...(isSaved(kind as MethodKind) && { left: 2 }),
    },
    ...(['wrong', 'expired', 'newer', 'used', 'form'] as const).map((reason) => ({
      type: 'answer.rejected' as const,
      reason,
      triesLeft: 1,
      mark: 'KT',
    })),
    { type: 'answer.exhausted', scope: 'method', until: later },
    { type: 'answer.exhausted', scope: 'account', until: null },
  ];
}

/** A case of the person's, in a state. */
const caseOf = (state: CaseState, number: string): CaseView => ({
  number,
  state,
  openedAt: 1,
  resolvedAt: state === 'resolved' ? 2 : null,
  agent: 'Nina Falk',
  next: null,
  isLate: false,
  until: state === 'waiting' ? 2 : null,
  question: state === 'waiting' ? 'Vilken telefon?' : null,
  mayWrite: !isEnded(state),
  mayWithdraw: !isEnded(state),
  mayReopen: state === 'resolved' || state === 'expired',
});

function doorResults({ kind, purpose }: EffectTable['askAtDoor']['params']): readonly ResultEvent[] {
  const { sends } = rules[kind];
  return [
    {
      type: 'door.asked',
      challenge: `challenge ${purpose} ${kind}`,
      kind,
      masked: '',
      mark: sends ? 'KT' : null,
      expiresAt: later,
      resendAt: null,
    },
    ...(sends ? ([{ type: 'door.rejected', reason: 'not-a-number' }] as const) : []),
    ...(['pace', 'closed', 'budget'] as const).map((reason) => ({ type: 'door.refused' as const, reason, until: later })),
  ];
}

function challengeResults(params: EffectTable['sendChallenge']['params']): readonly ResultEvent[] {
  const kind = kindOf('method' in params ? params.method : 'draft' in params ? params.draft : params.onFile);
  const { sends } = rules[kind];
  const shown = {
    challenge: `challenge ${params.purpose} ${kind}`,
    kind,
    masked: '...67',
    mark: sends ? 'KT' : null,
    expiresAt: later,
    resendAt: sends ? now + 1 : null,
  };
  return [
    { type: 'challenge.sent', ...shown },
    { type: 'challenge.doubtful', ...shown },
    ...(['undeliverable', 'unavailable', 'gone', 'stopped', 'suspended'] as const).map((reason) => ({
      type: 'challenge.failed' as const,
      reason,
    })),
    ...(['pace', 'cooling', 'resend-too-soon', 'budget'] as const).map((reason) => ({
      type: 'challenge.refused' as const,
      reason,
      until: later,
    })),
  ];
}

function rejections(kind: MethodKind) {
  if (kind === 'security-key') return ['full', 'needs-another'] as const;
  if (!rules[kind].sends) return ['full'] as const;
  if (kind === 'email') return ['not-an-address', 'work-address', 'company-domain', 'group-mailbox', 'already-yours', 'full'] as const;
  if (kind === 'phone-call')
    return ['not-a-number', 'not-allowed-country', 'special-number', 'refused-number', 'already-yours', 'full', 'gone'] as const;
  return ['not-a-number', 'not-allowed-country', 'not-a-mobile', 'special-number', 'refused-number', 'already-yours', 'full'] as const;
}

const kindOf = (id: string): MethodKind => methodKinds.find((kind) => id.includes(kind)) ?? 'email';

/** What a proof's id says: its purpose and kind; or the present password (I3), or what a start code opens (I12). */
export function proved(
  proof: string,
): { readonly purpose: Purpose; readonly kind: MethodKind } | 'present-password' | 'start-code-password' | 'start-code-register' {
  const [, purpose, kind] = proof.split(' ');
  if (purpose === 'present-password' || purpose === 'start-code-password' || purpose === 'start-code-register') return purpose;
  return { purpose: purpose as Purpose, kind: kind as MethodKind };
}
