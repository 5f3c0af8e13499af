import type { ProofId } from '../../dialogs/views.ts';
import type { AccountState } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';
import { commitAudited, type AuditFacts } from '../security/audit.ts';
import { keys, partitionOf } from '../store/keys.ts';
import { actOf } from './acts.ts';
import { advance, withMessage, type Advanced } from './advance.ts';
import { hasRight, isAgent } from './agents.ts';
import type { ActAtWork, ActDecision, ActRan, CaseAct, DeskNeeds } from './case-act.ts';
import { caseCard } from './case-card.ts';
import { isCopy, pointerParts, withCopy } from './case-copies.ts';
import { isCaseId, readCase, type CaseRecord } from './case-record.ts';
import { changeCase } from './change-case.ts';
import { movedCard } from './chase-words.ts';
import { isHere, type DeskPlace } from './desk-place.ts';

/** A pressed button of a case card. `case`, `act`, `version` and `typed` are the card's data: they came from outside and prove nothing. */
export interface CaseClick extends DeskPlace {
  readonly case: unknown;
  readonly act: unknown;
  readonly version: unknown;
  /** What was typed into the card's inputs. */
  readonly typed?: Readonly<Record<string, string>>;
  /** Who pressed it, as the proved token says. */
  readonly aadObjectId: string;
  /** The activity that holds the card, where the channel says it. */
  readonly cardActivity?: string | null;
}

export type CaseActed =
  /** The card as it is now, in place of the one that was pressed. `changed`: this click did it; false for an old card and a second click. */
  | { readonly ok: true; readonly changed: boolean; readonly card: Json }
  /** Nothing was done; `text` says why, and nothing of the case. */
  | { readonly ok: false; readonly reason: string; readonly text: string };

/**
 * What a click on a case card does. Only in the helpdesk's own conversation (I11); only for agents as the directory has them at this moment, with
 * the act's own right, never on one's own account, and with a standing proof of their own where the act has power (I14). Every decision has
 * its audit entry; an old version changes nothing and refreshes the card.
 */
export async function actOnCase(needs: DeskNeeds, click: CaseClick): Promise<CaseActed> {
  const allowed = await allow(needs, click);
  if (!allowed.ok) return refuse(needs, click, allowed);
  const { agent, record, act, proof, isLate } = allowed;
  const pressed = click.cardActivity ?? null;
  if (pressed !== null && isCopy(record, pressed)) return { ok: true, changed: false, card: await pointTo(needs, record, pressed) };
  if (isLate) return { ok: true, changed: false, card: cardOf(needs, record) };
  const ran = await act.run(atWork(needs, click, { agent, record, act, proof }));
  return ran.ok ? { ok: true, changed: ran.changed, card: cardOf(needs, ran.record) } : refuse(needs, click, { ...ran, record });
}

interface Allowed {
  readonly ok: true;
  readonly agent: AccountState;
  readonly record: CaseRecord;
  readonly act: CaseAct;
  readonly proof: ProofId | null;
  /** The card was of an older version, or shows the act no more. */
  readonly isLate: boolean;
}
interface Refused {
  readonly ok: false;
  readonly reason: string;
  readonly record: CaseRecord | null;
}

async function allow(needs: DeskNeeds, click: CaseClick): Promise<Allowed | Refused> {
  const { store, clock, policy } = needs;
  const refused = (reason: string, record: CaseRecord | null = null): Refused => ({ ok: false, reason, record });
  if (!isHere(policy, click)) return refused('not-here');
  const agent = await agentOf(needs, click.aadObjectId);
  if (agent === 'unavailable') return refused('unavailable');
  if (agent === null) return refused('not-agent');
  if (!isCaseId(click.case)) return refused('unknown-case');
  const key = keys.case(click.case);
  const row = (await store.open({ key, owner: null, now: clock.now() })).rows.get(key) ?? null;
  if (row === null) return refused('unknown-case');
  const record = readCase(row.value);
  if (record.account === agent.id) return refused('own-account', record);
  const act = actOf(click.act);
  if (act === null) return refused('unknown-act', record);
  const allowed = { ok: true, agent, record, act } as const;
  if (click.version !== record.revision || act.offered(record, clock.now()) === null) return { ...allowed, proof: null, isLate: true };
  if (!hasRight(policy, agent, act.right)) return refused('no-right', record);
  if (act.claimantOnly && record.claimed?.by !== agent.id) return refused('not-yours', record);
  if (!act.takesProof) return { ...allowed, proof: null, isLate: false };
  const proof = await needs.standingProof(agent.id);
  if (!proof.ok) return refused('not-proved', record);
  if (!(await needs.withinPace(agent))) return refused('pace', record);
  return { ...allowed, proof: proof.proof, isLate: false };
}

/** Who pressed, where the directory has them as an agent at this moment (I14). */
export async function agentOf(
  { directory, policy }: Pick<DeskNeeds, 'directory' | 'policy'>,
  aadObjectId: string,
): Promise<AccountState | 'unavailable' | null> {
  try {
    const found = await directory.find(aadObjectId);
    return found !== null && isAgent(policy, found) ? found : null;
  } catch (fault) {
    if (fault instanceof LatchkeyError) return 'unavailable';
    throw fault;
  }
}

async function refuse(
  { store, clock, seals, sentences, policy }: DeskNeeds,
  click: CaseClick,
  { reason, record }: Omit<Refused, 'ok'>,
): Promise<CaseActed> {
  const account = record?.account ?? null;
  const entry = { ...factsOf(click, account, clock.now()), verdict: 'refused', reason, reference: record?.reference ?? null } as const;
  await commitAudited(store, seals, { partition: partitionOf(account ?? click.aadObjectId), entries: [entry], commit: {} });
  return { ok: false, reason, text: sentences.say(policy.contacts.desk.language, `desk.refused.${reason}`) };
}

/** What every entry says. Of the card's data only what is known is repeated: the rest is somebody's text. */
const factsOf = ({ aadObjectId, act }: CaseClick, account: string | null, at: number) =>
  ({
    at,
    actor: aadObjectId,
    account,
    act: `desk.${actOf(act)?.id ?? 'unknown-act'}`,
    proofs: [],
    door: 'desk',
  }) satisfies Partial<AuditFacts>;

/** The act with what it may rely on. Its decision is asked again after a conflict, on the case as it is then. */
function atWork(
  needs: DeskNeeds,
  click: CaseClick,
  { agent, record: seen, act, proof }: Pick<Allowed, 'agent' | 'record' | 'act' | 'proof'>,
): ActAtWork {
  const now = needs.clock.now();
  const entryFor = (decision: ActDecision & { ok: true }): AuditFacts => ({
    ...factsOf(click, seen.account, now),
    actor: agent.id,
    verdict: 'allowed',
    reason: decision.reason ?? 'agent',
    reference: seen.reference,
    proofs: [...(proof === null ? [] : [proof]), ...(decision.proofs ?? [])],
  });
  return {
    needs,
    tenant: click.tenant,
    agent,
    record: seen,
    now,
    proof,
    typed: click.typed ?? {},
    change: async (decide, alsoRead = []) =>
      changeCase<ActRan>(
        needs,
        seen,
        (record, rows) => {
          const unchanged = { advanced: null, entries: [], result: { ok: true, changed: false, record: record ?? seen } } as const;
          // Somebody was faster: the second click finds it done.
          if (record === null || record.revision !== click.version) return unchanged;
          if (act.claimantOnly && record.claimed?.by !== agent.id) return unchanged;
          const decision = decide(record, rows);
          if (!decision.ok) return { advanced: null, entries: [], result: decision };
          const advanced = advanceBy(needs, decision, { ...record, activity: record.activity ?? click.cardActivity ?? null }, agent, now);
          if (advanced === null) return unchanged;
          return {
            advanced,
            entries: [entryFor(decision)],
            result: { ok: true, changed: true, record: advanced.record },
            ...(decision.also === undefined ? {} : { also: decision.also }),
          };
        },
        alsoRead,
      ),
  };
}

function advanceBy(
  { policy }: DeskNeeds,
  { event, message, person, change = {} }: ActDecision & { ok: true },
  record: CaseRecord,
  agent: AccountState,
  now: number,
): Advanced | null {
  if (event === null) {
    const thread = message === undefined ? record.thread : withMessage(record.thread, message);
    return { record: { ...record, thread, ...change, revision: record.revision + 1 }, tells: [], posts: false };
  }
  const advanced = advance(record, event, { policy, now, agent: person ?? { id: agent.id, name: agent.name }, message });
  return advanced === null ? null : { ...advanced, record: { ...advanced.record, ...change } };
}

/** The pressed card is an older one: it becomes a pointer to the newer, for everybody who sees it. */
async function pointTo(needs: DeskNeeds, seen: CaseRecord, pressed: string): Promise<Json> {
  const { seals, clock, sentences, policy } = needs;
  const card = movedCard(sentences, policy, seen);
  if (seen.copies.includes(pressed)) return card;
  await changeCase<null>(needs, seen, (record) => ({
    advanced: record === null ? null : { record: { ...record, copies: withCopy(record, pressed) }, tells: [], posts: false },
    also: pointerParts(seals, seen, pressed, clock.now()),
    entries: [],
    result: null,
  }));
  return card;
}

const cardOf = ({ sentences, policy, clock }: DeskNeeds, record: CaseRecord): Json => caseCard(sentences, policy, record, clock.now());
