import { counts, gatesSuffice } from '../../dialogs/methods.ts';
import type { GrantKind } from '../../dialogs/views.ts';
import type { OwedEffect } from '../../dialogs/stack.ts';
import type { Edge, Graph, Reached } from './walk.ts';
import { proved, typed } from './world.ts';

/** Each gives what breaks its rule, in words; nothing when the rule holds. */
export type Invariant = (graph: Graph) => readonly string[];

const where = ({ stack }: Reached): string => stack.frames.map(({ dialog, state }) => `${dialog}:${state}`).join(' > ');

const tell = (edge: Edge, what: string): string => `${where(edge.from)} -- ${JSON.stringify(edge.event)} --> ${where(edge.to)}: ${what}`;

const asked = <T extends OwedEffect['type']>(graph: Graph, type: T): readonly { edge: Edge; effect: Extract<OwedEffect, { type: T }> }[] =>
  graph.edges.flatMap((edge) =>
    edge.effects.filter((effect): effect is Extract<OwedEffect, { type: T }> => effect.type === type).map((effect) => ({ edge, effect })),
  );

/**
 * 1: no path reaches an effect that opens a password page or an unlock without gates that satisfy I2 for that purpose, or a start code for the page (I12); and
 * none the page of a temporary pass without what the helpdesk gave for that very act (I16), whatever else was proved.
 */
export const gatesBeforeActs: Invariant = (graph) => {
  const passed = (proofs: readonly string[], purpose: 'reset' | 'unlock') =>
    proofs.map(proved).flatMap((proof) => (typeof proof !== 'string' && proof.purpose === purpose ? [proof.kind] : []));
  const pages = asked(graph, 'openPage')
    .filter(({ effect }) => effect.params.page === 'new-password' && !isGiven(effect.params.proofs, 'password'))
    .filter(({ effect }) => !effect.params.proofs.map(proved).includes('start-code-password'))
    .filter(({ effect }) => !gatesSuffice(passed(effect.params.proofs, 'reset'), 'reset', graph.world.gates));
  const unlocks = asked(graph, 'unlock').filter(
    ({ effect }) =>
      !isGiven(effect.params.proofs, 'unlock') && !gatesSuffice(passed(effect.params.proofs, 'unlock'), 'unlock', graph.world.gates),
  );
  const passes = asked(graph, 'openPage').filter(
    ({ effect }) => effect.params.page === 'temporary-pass' && !isGiven(effect.params.proofs, 'temporary-pass'),
  );
  return [...pages, ...unlocks, ...passes].map(({ edge, effect }) => tell(edge, JSON.stringify(effect)));
};

/** What the helpdesk gave, for this very act (I16). */
const isGiven = (proofs: readonly string[], what: GrantKind): boolean => proofs.length === 1 && proofs[0] === `grant ${what}`;

/** 2: e-mail never counts for step-up: nothing is asked of it there, and no proof by it comes along where a step-up is due. */
export const mailIsNoStepUp: Invariant = (graph) => {
  const weak = (proofs: readonly string[]) =>
    proofs.map(proved).some((proof) => typeof proof !== 'string' && proof.purpose === 'step-up' && !counts(proof.kind, 'step-up'));
  const sent = asked(graph, 'sendChallenge').filter(
    ({ effect: { params } }) => params.purpose === 'step-up' && 'method' in params && params.method.startsWith('email'),
  );
  const used = [...asked(graph, 'storeMethod'), ...asked(graph, 'removeMethod'), ...asked(graph, 'openPage')].filter(({ effect }) =>
    weak(effect.params.proofs),
  );
  return [...sent, ...used].map(({ edge, effect }) => tell(edge, JSON.stringify(effect)));
};

/** 3: a case is made only on a yes to the offer; and a password managed elsewhere ends at IT's contact, with no offer of a mail. */
export const casesOnlyOnYes: Invariant = (graph) => {
  const unasked = asked(graph, 'openCase').filter(({ edge }) => !(edge.from.present?.prompt === 'escalate.offer' && saysYes(edge)));
  const offered = graph.edges.filter(({ to }) => {
    const refusal = to.stack.frames.find(({ dialog }) => dialog === 'escalate')?.context['refusal'];
    const ending = typeof refusal === 'object' && refusal !== null && 'ending' in refusal ? refusal.ending : null;
    return to.present !== null && (ending === 'managed-elsewhere' || ending === 'later');
  });
  const forIt = asked(graph, 'openCase').filter(
    ({ edge, effect }) => effect.params.wish === 'contact' && edge.from.stack.frames[0]?.context['contact'] === 'it',
  );
  const untold = graph.edges.filter(({ event, effects }) => {
    if (event.type !== 'result' || event.result.type !== 'eligibility.refused') return false;
    const notice = event.result.refusal.ending === 'managed-elsewhere' ? 'escalate.managed-elsewhere' : null;
    return notice !== null && !effects.some((effect) => effect.type === 'say' && effect.params.notice === notice);
  });
  return [
    ...unasked.map(({ edge }) => tell(edge, 'a case without a yes')),
    ...offered.map((edge) => tell(edge, 'a mail is offered')),
    ...forIt.map(({ edge }) => tell(edge, 'a case where IT itself must help')),
    ...untold.map((edge) => tell(edge, 'IT was not named')),
  ];
};

/** 3: at the front door too a case is made only on a yes to its offer. */
export const doorCasesOnlyOnYes: Invariant = (graph) =>
  asked(graph, 'openDoorCase')
    .filter(({ edge }) => !(edge.from.present?.prompt === 'door-contact.offer' && saysYes(edge)))
    .map(({ edge }) => tell(edge, 'a case without a yes'));

/** I15: the helpdesk hears that a caller is who they say after gates that satisfy I2 for a caller, and not before. */
export const callersProve: Invariant = (graph) =>
  asked(graph, 'verifyCaller')
    .filter(({ effect }) => {
      const kinds = effect.params.proofs
        .map(proved)
        .flatMap((proof) => (typeof proof !== 'string' && proof.purpose === 'caller' ? [proof.kind] : []));
      return !gatesSuffice(kinds, 'caller', graph.world.gates);
    })
    .map(({ edge, effect }) => tell(edge, JSON.stringify(effect)));

/** I11, I20: at the front door nothing is asked that an account answers: what it is, what it has, what was done for it; and nothing of it is changed but what is given. */
export const nobodyIsKnownAtDoor: Invariant = (graph) =>
  graph.world.door === true
    ? graph.edges.flatMap((edge) =>
        edge.effects.filter(({ type }) => !atDoor.includes(type)).map((effect) => tell(edge, JSON.stringify(effect))),
      )
    : [];

const atDoor: readonly OwedEffect['type'][] = [
  'say',
  'begin',
  'remind',
  'drop',
  'claimAccount',
  'askAtDoor',
  'checkAnswer',
  'openPage',
  'unlock',
  'readCall',
  'checkCallNumber',
  'endCall',
  'verifyCaller',
  'redeemStartCode',
  'openDoorCase',
  // The case that this very conversation opened, and hears of (I13).
  'readCases',
  'writeToDesk',
  'changeCase',
  // Other devices are signed out for a page that was used in this browser.
  'endSessions',
];

const saysYes = ({ event }: Edge): boolean =>
  (event.type === 'choose' && event.choice === 'contact') || (event.type === 'wish' && event.wish === 'contact');

/** 4: every state leads on to an end (home's menu) by some path. */
export const everyStateEnds: Invariant = (graph) => {
  const ends = [...graph.states].filter(
    ([, { stack, owed }]) => stack.frames.length === 1 && stack.frames[0]?.state === 'menu' && owed.length === 0,
  );
  // Cancelling always leads home; the way that counts is the one without it.
  const leading = new Set(ends.map(([key]) => key));
  const byPath = pathsWithoutCancel(graph);
  const next = [...leading];
  for (let key = next.pop(); key !== undefined; key = next.pop()) {
    for (const before of byPath.get(key) ?? []) {
      if (leading.has(before)) continue;
      leading.add(before);
      next.push(before);
    }
  }
  const stuck = [...graph.states].filter(([key]) => !leading.has(key)).map(([, state]) => `${where(state)} leads nowhere`);
  const mute = [...graph.states.values()]
    .filter(
      ({ stack, owed, present }) =>
        stack.frames.length > 0 && present === null && !owed.some(({ frame }) => frame === `f${stack.frames.length}`),
    )
    .map((state) => `${where(state)} waits for nothing`);
  return [...stuck, ...mute];
};

function pathsWithoutCancel(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const into = new Map<string, string[]>();
  for (const { event, fromKey, toKey } of graph.edges) {
    if (event.type === 'cancel' || event.type === 'start-over' || event.type === 'idle') continue;
    if (event.type === 'choose' && event.choice === 'cancel') continue;
    const known = into.get(toKey);
    if (known) known.push(fromKey);
    else into.set(toKey, [fromKey]);
  }
  return into;
}

/** 4: `cancel` leads out of every state at once, and ends what its dialogs hold. */
export const cancelLeadsOut: Invariant = (graph) =>
  graph.edges
    .filter(({ event }) => event.type === 'cancel')
    .flatMap((edge) => {
      const { frames } = edge.to.stack;
      const atBottom = graph.world.door === true ? ['asking', 'menu'] : ['reading'];
      const out = frames.length === 1 && atBottom.includes(frames[0]?.state ?? '') && edge.took;
      const dropped = new Set(edge.effects.flatMap((effect) => (effect.type === 'drop' ? Object.values(effect.params).flat() : [])));
      const kept = edge.from.stack.frames.flatMap(({ context }) => held(context)).filter((id) => !dropped.has(id));
      return [...(out ? [] : [tell(edge, 'still inside')]), ...kept.map((id) => tell(edge, `leaves ${id} behind`))];
    });

/** What a context holds that must end with its dialog. */
function held(context: Readonly<Record<string, unknown>>): readonly string[] {
  return [...JSON.stringify(context).matchAll(/"((?:challenge|draft|page|proof) [^"]+)"/gu)].flatMap(([, id]) =>
    id === undefined ? [] : [id],
  );
}

/** 6: no path from an account with no methods reaches the effect that stores one without I3's proof, or a start code for registration (I12); and always a proof that the new one works. */
export const firstProofBeforeStoring: Invariant = (graph) =>
  asked(graph, 'storeMethod').flatMap(({ edge, effect }) => {
    const proofs = effect.params.proofs.map(proved);
    const works = proofs.some(
      (proof) => typeof proof !== 'string' && proof.purpose === 'register' && effect.params.draft.includes(proof.kind),
    );
    const may = graph.world.methods.some((methods) => methods.length === 0)
      ? proofs.includes('present-password') ||
        proofs.includes('start-code-register') ||
        proofs.some((proof) => typeof proof !== 'string' && proof.purpose === 'first-proof')
      : proofs.some(
          (proof) =>
            proof === 'present-password' ||
            proof === 'start-code-register' ||
            (typeof proof !== 'string' && proof.purpose === 'step-up' && counts(proof.kind, 'step-up')),
        );
    return works && may ? [] : [tell(edge, JSON.stringify(effect))];
  });

/** 6: a code to what the directory holds registers a first method and nothing else, and its challenge is asked of nothing that is registered. */
export const placesOnFileOnlyBegin: Invariant = (graph) => {
  const carries = (proofs: readonly string[]) =>
    proofs.map(proved).some((proof) => typeof proof !== 'string' && proof.purpose === 'first-proof');
  const acts = [
    ...asked(graph, 'openPage').filter(({ effect }) => !effect.params.page.startsWith('enrol-') && effect.params.draft === undefined),
    ...asked(graph, 'unlock'),
    ...asked(graph, 'removeMethod'),
    ...asked(graph, 'verifyCaller'),
    ...asked(graph, 'standAsAgent'),
  ].filter(({ effect }) => carries(effect.params.proofs));
  const sent = asked(graph, 'sendChallenge').filter(({ effect: { params } }) => (params.purpose === 'first-proof') !== 'onFile' in params);
  return [...acts, ...sent].map(({ edge, effect }) => tell(edge, JSON.stringify(effect)));
};

/** 7: a frozen account reaches no effect that opens a page, unlocks, stores or removes a method: nothing of it is begun. */
export const frozenReachesNothing: Invariant = (graph) =>
  graph.world.frozen === true
    ? (['openPage', 'unlock', 'storeMethod', 'removeMethod', 'draftMethod', 'sendChallenge'] as const).flatMap((act) =>
        asked(graph, act)
          // Who is on the telephone may be found out: without that nobody could thaw it.
          .filter(({ effect }) => !(effect.type === 'sendChallenge' && effect.params.purpose === 'caller'))
          .map(({ edge, effect }) => tell(edge, JSON.stringify(effect))),
      )
    : [];

/** 7: a freeze leads out of every state at once, and ends what its dialogs hold. */
export const freezeLeadsOut: Invariant = (graph) =>
  graph.edges
    .filter(({ event }) => event.type === 'outside' && event.event.type === 'account.frozen')
    .flatMap((edge) => {
      const { frames } = edge.to.stack;
      const out = frames.length === 1 && frames[0]?.state === 'reading' && edge.took;
      const dropped = new Set(edge.effects.flatMap((effect) => (effect.type === 'drop' ? Object.values(effect.params).flat() : [])));
      const kept = edge.from.stack.frames.flatMap(({ context }) => held(context)).filter((id) => !dropped.has(id));
      const said = edge.effects.some((effect) => effect.type === 'say' && effect.params.notice === 'runner.frozen');
      return [...(out && said ? [] : [tell(edge, 'goes on')]), ...kept.map((id) => tell(edge, `leaves ${id} behind`))];
    });

/** What a person typed is in no stack, and no result of an effect goes unheard by who asked for it. */
export const nothingTypedIsKept: Invariant = (graph) =>
  [...graph.states.values()].filter(({ stack }) => JSON.stringify(stack).includes(typed)).map((state) => `${where(state)} keeps it`);

export const everyResultIsHeard: Invariant = (graph) =>
  graph.edges
    .filter(({ event, took, from }) => event.type === 'result' && !took && from.owed[0]?.frame !== 'gone')
    .map((edge) => tell(edge, 'unheard'));

/** What is not offered, and a page nobody asked for, change nothing. */
export const strangersChangeNothing: Invariant = (graph) =>
  graph.edges
    .filter(({ event }) => {
      if (event.type === 'choose') return event.choice === 'grant-everything';
      return event.type === 'outside' && JSON.stringify(event.event).includes('nobody asked for');
    })
    .filter(({ took, fromKey, toKey, effects }) => took || fromKey !== toKey || effects.length > 0)
    .map((edge) => tell(edge, 'was taken'));
