import type { Json } from '../ports.ts';
import { commitAudited } from '../security/audit.ts';
import { partitionOf } from '../store/keys.ts';
import { agentOf } from './act-on-case.ts';
import { hasRight } from './agents.ts';
import type { DeskNeeds } from './case-act.ts';
import { isHere, type DeskPlace } from './desk-place.ts';
import { stopActs } from './step-stop.ts';
import { actOnStop, askToStop, type StopActor } from './stop-acts.ts';
import { stopOfCard } from './stop-card.ts';
import { readStopWords } from './stop-words.ts';
import type { Policy } from '../config/policy.ts';

export interface StopRoomNeeds extends DeskNeeds {
  readonly policy: DeskNeeds['policy'] & Pick<Policy, 'stop'>;
}

/** Who speaks or presses, and where, as the proved token says. */
export interface StopCaller extends DeskPlace {
  readonly aadObjectId: string;
}

/** The card in place of the pressed one, or a sentence for the person; nothing of why beyond that sentence. */
export interface StopAnswer {
  readonly card: Json | null;
  readonly text: string | null;
}

/**
 * What somebody wrote in the helpdesk's channel, where it asks to stop something.
 * @returns null where it does not, or stands elsewhere
 */
export async function stopByWords(needs: StopRoomNeeds, said: StopCaller & { readonly text: string }): Promise<StopAnswer | null> {
  const words = isHere(needs.policy, said) ? readStopWords(needs.sentences, needs.policy, said.text) : null;
  if (words === null) return null;
  const may = await mayStop(needs, said);
  if (!may.ok) return refuse(needs, said, 'desk.stop.ask', may.reason);
  if (!words.ok) {
    const groups = needs.policy.stop.groups.map(({ name }) => name);
    return { card: null, text: say(needs, groups.length === 0 ? 'refused.no-groups' : 'refused.no-group', { groups: groups.join(', ') }) };
  }
  const asked = await askToStop(needs, words, may.actor);
  return { card: null, text: asked.ok ? say(needs, asked.isNew ? 'said.asked' : 'said.already') : say(needs, `refused.${asked.reason}`) };
}

/**
 * What a pressed button of a stop's card does: I14 anew at each press, like any act of the desk's.
 * @returns null where the card is no stop's
 */
export async function stopByCard(
  needs: StopRoomNeeds,
  click: StopCaller & { readonly case: unknown; readonly act: unknown; readonly version: number },
): Promise<StopAnswer | null> {
  const stop = stopOfCard(click.case);
  if (stop === null) return null;
  const act = stopActs.find((each) => each === click.act);
  const may = await mayStop(needs, click);
  if (!may.ok) return refuse(needs, click, `desk.stop.${act ?? 'unknown-act'}`, may.reason);
  const acted = act === undefined ? null : await actOnStop(needs, { stop, act, version: click.version }, may.actor);
  if (acted === null) return refuse(needs, click, 'desk.stop.unknown-act', 'over');
  return acted.ok ? { card: acted.card, text: null } : { card: null, text: say(needs, `refused.${acted.reason}`) };
}

type Refusal = 'not-here' | 'not-agent' | 'unavailable' | 'no-right' | 'not-proved' | 'over';

/** I14: in the helpdesk's conversation, an agent as the directory has them now, with the right to stop and a standing proof. */
async function mayStop(
  needs: StopRoomNeeds,
  caller: StopCaller,
): Promise<{ readonly ok: true; readonly actor: StopActor } | { readonly ok: false; readonly reason: Refusal }> {
  const no = (reason: Refusal) => ({ ok: false, reason }) as const;
  if (!isHere(needs.policy, caller)) return no('not-here');
  const agent = await agentOf(needs, caller.aadObjectId);
  if (agent === 'unavailable') return no('unavailable');
  if (agent === null) return no('not-agent');
  if (!hasRight(needs.policy, agent, 'stop')) return no('no-right');
  const proof = await needs.standingProof(agent.id);
  return proof.ok ? { ok: true, actor: { id: agent.id, name: agent.name, proof: proof.proof } } : no('not-proved');
}

async function refuse(needs: StopRoomNeeds, { aadObjectId }: StopCaller, act: string, reason: Refusal): Promise<StopAnswer> {
  const { store, seals, clock } = needs;
  const entry = {
    at: clock.now(),
    actor: aadObjectId,
    account: null,
    act,
    verdict: 'refused',
    reason,
    proofs: [],
    door: 'desk',
    reference: null,
  } as const;
  await commitAudited(store, seals, { partition: partitionOf(aadObjectId), entries: [entry], commit: {} });
  return { card: null, text: reason === 'over' ? say(needs, 'refused.over') : saidAt(needs, `desk.refused.${reason}`) };
}

const say = (needs: StopRoomNeeds, key: string, params: Readonly<Record<string, string>> = {}): string =>
  saidAt(needs, `stop.${key}`, params);

const saidAt = ({ sentences, policy }: StopRoomNeeds, key: string, params: Readonly<Record<string, string>> = {}): string =>
  sentences.say(policy.contacts.desk.language, key, params);
