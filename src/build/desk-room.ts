import type { Carriers } from '../delivery/dispatcher.ts';
import { actOnCase } from '../desk/act-on-case.ts';
import { bringAlarm } from '../desk/alarm.ts';
import { DeskCarrier, type DeskPost, type NotPosted } from '../desk/desk-post.ts';
import { stopByCard, stopByWords, type StopRoomNeeds } from '../desk/stop-room.ts';
import { bringStop } from '../desk/stop-post.ts';
import type { TeamsPerson } from '../directory/teams-people.ts';
import type { Teams } from '../teams/create-teams.ts';
import type { CaseClick, CaseOutcome, DeskWords, Posted } from '../teams/port.ts';
import type { Parts } from './parts.ts';
import { stopNeeds } from './stop-room.ts';

/** What the desk works with. Its people are found by what Teams says of them. */
const deskNeeds = (
  { store, clock, random, seals, config, sentences, directory, accountOf, wake }: Parts,
  person: TeamsPerson,
): StopRoomNeeds => ({
  store,
  clock,
  random,
  seals,
  policy: config.policy,
  sentences,
  directory: {
    find: async (aadObjectId) => directory.find(await accountOf({ ...person, aadObjectId })),
    findByUserId: async (userId) => directory.findByUserId(userId),
  },
  wake,
  standingProof: async () => ({ ok: false }),
});

/** What a pressed button of a case card does: the desk decides, Teams shows. */
export const caseActs =
  (parts: Parts) =>
  async (click: CaseClick): Promise<CaseOutcome> => {
    const needs = deskNeeds(parts, click);
    const stopped = await stopByCard(needs, click);
    if (stopped !== null) return stopped;
    const acted = await actOnCase(needs, click);
    return acted.ok ? { card: acted.card, text: null } : { card: null, text: acted.text };
  };

/** What somebody wrote where others read it, which is for the desk where it is one of its agents' commands in its own conversation. */
export const deskWords =
  (parts: Parts) =>
  async (said: DeskWords): Promise<string | null> =>
    (await stopByWords(deskNeeds(parts, said), said))?.text ?? null;

/** The helpdesk's conversation, where cards are put. */
function deskPost({ courier, desk }: Teams): DeskPost {
  return {
    async post(card) {
      const posted = await courier.postCard(desk, card);
      return posted.ok ? posted : notPosted(posted);
    },
    async update(activityId, card) {
      const updated = await courier.updateCard(desk, activityId, card, 'elsewhere');
      return updated.ok ? { ok: true } : notPosted(updated);
    },
  };
}

/** Brings case cards to the helpdesk's conversation. */
export const caseCarrier = ({ store, clock, sentences, config }: Parts, teams: Teams): DeskCarrier =>
  new DeskCarrier({ store, clock, sentences, policy: config.policy, desk: deskPost(teams) });

/** Brings what else is owed. */
export function carriers(parts: Parts, teams: Teams): Carriers {
  const desk = deskPost(teams);
  const stop = bringStop(stopNeeds(parts), desk);
  const nobody = async () => ({ ok: false, reason: 'rejected' }) as const;
  return {
    'stop-post': stop('stop-post'),
    'stop-update': stop('stop-update'),
    alarm: bringAlarm({ sentences: parts.sentences, policy: parts.config.policy }, desk),
    hook: nobody,
  };
}

const notPosted = (posted: Extract<Posted, { ok: false }>): NotPosted => posted;
