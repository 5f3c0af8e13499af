import { actOnCase } from '../desk/case-acts.ts';
import { DeskCarrier, type DeskPost, type NotPosted } from '../desk/desk-post.ts';
import type { Teams } from '../teams/create-teams.ts';
import type { CaseClick, CaseOutcome, Posted } from '../teams/port.ts';
import type { Parts } from './parts.ts';

/** What a pressed button of a case card does: the desk decides, Teams shows. */
export const caseActs =
  ({ store, clock, seals, config, sentences, directory, accountOf, wake }: Parts) =>
  async (click: CaseClick): Promise<CaseOutcome> => {
    const ofTeams = { find: async (aadObjectId: string) => directory.find(await accountOf({ ...click, aadObjectId })) };
    const needs = { store, clock, seals, policy: config.policy, sentences, directory: ofTeams, wake };
    const acted = await actOnCase(needs, click);
    return acted.ok ? { card: acted.card, text: null } : { card: null, text: acted.text };
  };

/** Brings case cards to the helpdesk's conversation. */
export function caseCarrier({ store, clock, sentences, config }: Parts, { courier, desk }: Teams): DeskCarrier {
  const post: DeskPost = {
    async post(card) {
      const posted = await courier.postCard(desk, card);
      return posted.ok ? posted : notPosted(posted);
    },
    async update(activityId, card) {
      const updated = await courier.updateCard(desk, activityId, card);
      return updated.ok ? { ok: true } : notPosted(updated);
    },
  };
  return new DeskCarrier({ store, clock, sentences, policy: config.policy, desk: post });
}

const notPosted = ({ reason }: Extract<Posted, { ok: false }>): NotPosted => ({ ok: false, reason });
