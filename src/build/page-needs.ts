import { chatOfOwner, noticeParts } from '../delivery/notices.ts';
import { watched } from '../desk/watched.ts';
import { mayHavePage } from '../directory/may-have-page.ts';
import { provedPlaces } from '../methods/first-proof-places.ts';
import { giveBack } from '../methods/give-back.ts';
import { openDraftSeed } from '../methods/draft-method.ts';
import { answerQuestions, openQuestions } from '../methods/answer-questions.ts';
import { confirmQuestions, openQuestionChoice } from '../methods/choose-questions.ts';
import { openDoorCeremony, weighDoorCeremony } from '../methods/door-key.ts';
import { keyPagePurpose, openCeremony, shownDigits, weighCeremony } from '../methods/key-page.ts';
import { confirmDraftCodes, openDraftCodes } from '../methods/recovery-codes-page.ts';
import { isByStartCode, presentPasswordProof, proofsSuffice } from '../methods/proofs.ts';
import { registeredPlaces } from '../methods/summary.ts';
import type { PageNeeds } from '../pages/needs.ts';
import { methodPorts } from './method-ports.ts';
import { partitionOf } from '../store/keys.ts';
import type { Parts } from './parts.ts';

/** What the pages need of other rooms: each rule from where it belongs. */
export function pageNeeds(parts: Parts): PageNeeds {
  const { config, clock, random, store, seals, sentences, directory, wake } = parts;
  const methods = methodPorts(parts);
  const { policy, publicUrl } = config;
  const party = { id: config.rpId, origin: new URL(publicUrl).origin, name: policy.organisation.name };
  const keyPorts = { store, clock, keys: seals, policy, sentences, party };
  const doorKeys = { ...methods, party, accountOf: async (id: string) => parts.doorDirectory.find(id) };
  return {
    store,
    clock,
    random,
    keys: seals,
    directory,
    sentences,
    policy,
    publicUrl,
    wake,
    doorConversation: (request) => parts.frontDoor?.conversationOf(request) ?? null,
    rules: {
      mayHave: mayHavePage({ store, policy }),
      proofsSuffice: async ({ of, ...asked }) => {
        const { accountId, proofIds, now } = asked;
        const places = of === undefined ? [] : await provedPlaces(methods, { accountId, door: of.door, now }, of.account, proofIds);
        return proofsSuffice(store, { ...asked, placesOnFile: places.map(({ id }) => id) }, policy);
      },
      giveBack: async (asked) => giveBack(store, asked),
      isByStartCode: async (accountId, proofs) => isByStartCode(store, accountId, proofs),
      presentPasswordProof,
      passwordSetNotices: async ({ pageId, what, account, at, tenant, door, language }) => {
        const notices = noticeParts(seals, sentences, {
          id: pageId,
          what,
          account: account.id,
          workMail: account.workMail,
          places: await registeredPlaces(store, seals, account.id),
          at,
          door,
          language,
          ...chatOfOwner({ door, tenant, accountId: account.id }),
        });
        const counted = watched(partitionOf(account.id), { event: 'reset', id: pageId, account: account.id, at });
        return { ...notices, due: [...notices.due, counted] };
      },
      openDraftSeed: async (accountId, userId, draft, now) => openDraftSeed({ store, keys: seals, policy }, accountId, userId, draft, now),
      openDraftCodes: async (accountId, draft, now) => openDraftCodes({ store, keys: seals, policy }, accountId, draft, now),
      key: {
        purpose: async (page) => keyPagePurpose(keyPorts, page),
        open: async (page) => openCeremony(keyPorts, page),
        weigh: async (page, answer) => weighCeremony(keyPorts, page, answer),
        digits: async (page) => shownDigits(keyPorts, page),
      },
      doorKey: {
        open: async (page) => openDoorCeremony(doorKeys, page),
        weigh: async (page, answer) => weighDoorCeremony(doorKeys, page, answer),
      },
      confirmDraftCodes: async (asked) => confirmDraftCodes({ store, keys: seals, policy }, asked),
      openQuestionChoice: async (accountId, draft, now) => openQuestionChoice(methods, accountId, draft, now),
      confirmQuestions: async (asked) => confirmQuestions(methods, asked),
      openQuestions: async (asked) => openQuestions(methods, asked),
      answerQuestions: async (asked) => answerQuestions(methods, asked),
    },
  };
}
