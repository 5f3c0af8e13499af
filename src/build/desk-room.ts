import type { Carriers } from '../delivery/dispatcher.ts';
import { actOnCase } from '../desk/act-on-case.ts';
import { bringAlarm } from '../desk/alarm.ts';
import type { DeskNeeds } from '../desk/case-act.ts';
import { DeskCarrier, type DeskPost, type NotPosted } from '../desk/desk-post.ts';
import { bringStop } from '../desk/stop-post.ts';
import type { Teams } from '../teams/create-teams.ts';
import type { CaseClick, CaseOutcome, Posted } from '../teams/port.ts';
import type { Parts } from './parts.ts';
import { stopNeeds } from './stop-room.ts';

/** What the desk works with. Its people are found by what Teams says of them. */
const deskNeeds = ({ store, clock, seals, config, sentences, directory, accountOf, wake }: Parts, click: CaseClick): DeskNeeds => ({
  store,
  clock,
  seals,
  policy: config.policy,
  sentences,
  directory: {
    find: async (aadObjectId) => directory.find(await accountOf({ ...click, aadObjectId })),
    findByUserId: async (userId) => directory.findByUserId(userId),
  },
  wake,
  standingProof: async () => ({ ok: false }),
});

/** What a pressed button of a case card does: the desk decides, Teams shows. */
export const caseActs =
  (parts: Parts) =>
  async (click: CaseClick): Promise<CaseOutcome> => {
    const acted = await actOnCase(deskNeeds(parts, click), click);
    return acted.ok ? { card: acted.card, text: null } : { card: null, text: acted.text };
  };

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
