import { actOnCase } from '../desk/act-on-case.ts';
import { answerAgent } from '../desk/answer-agent.ts';
import { pacedAgent } from '../desk/agent-pace.ts';
import { askingProof } from '../desk/ask-agent.ts';
import { callByWords } from '../desk/call-words.ts';
import { stopByCard, stopByWords, type StopRoomNeeds } from '../desk/stop-room.ts';
import { vouching } from '../desk/vouching.ts';
import type { TeamsPerson } from '../directory/teams-people.ts';
import { registeredKinds, triedLately } from '../methods/summary.ts';
import type { CaseClick, CaseOutcome, DeskWords } from '../teams/port.ts';
import { languageOf } from '../locales/language-of.ts';
import type { Parts } from './parts.ts';

/** What the desk works with. Its people are found by what Teams says of them. */
const deskNeeds = (
  { store, clock, random, seals, config, sentences, directory, accountOf, wake, alarm }: Parts,
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
  givesPasses: directory.temporaryPass !== undefined,
  accountById: async (id) => directory.find(id),
  withinPace: pacedAgent({ store, clock, policy: config.policy, alarm }),
  vouching: vouching({ store, clock, policy: config.policy, directory }),
  standingProof: askingProof({ store, clock, policy: config.policy, wake }, person.tenant),
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

/** What somebody wrote, which is for the desk where it is one of its agents' commands. */
export const deskWords =
  (parts: Parts) =>
  async (said: DeskWords): Promise<string | null> => {
    const needs = deskNeeds(parts, said);
    const { store } = parts;
    const cases = {
      ...needs,
      registered: async (account: string) => registeredKinds(store, account),
      tried: async (account: string, now: number) => triedLately(store, account, now),
    };
    const language = languageOf(said.locale) ?? parts.config.policy.contacts.desk.language;
    const stopped = await stopByWords(needs, said);
    return stopped?.text ?? (await callByWords(cases, said)) ?? answerAgent(needs, { ...said, language });
  };
