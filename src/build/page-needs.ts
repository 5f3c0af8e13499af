import { noticeParts } from '../delivery/notices.ts';
import { mayHavePage } from '../directory/may-have-page.ts';
import { openDraftSeed } from '../methods/draft-method.ts';
import { confirmDraftCodes, openDraftCodes } from '../methods/recovery-codes-page.ts';
import { presentPasswordProof, proofsSuffice } from '../methods/proofs.ts';
import { registeredPlaces } from '../methods/summary.ts';
import type { PageNeeds } from '../pages/needs.ts';
import type { Parts } from './parts.ts';

/** What the pages need of other rooms: each rule from where it belongs. */
export function pageNeeds({ config, clock, random, store, seals, sentences, directory, wake }: Parts): PageNeeds {
  const { policy, publicUrl } = config;
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
    rules: {
      mayHave: mayHavePage({ store, policy }),
      proofsSuffice: async (asked) => proofsSuffice(store, asked, policy),
      presentPasswordProof,
      passwordSetNotices: async ({ pageId, account, at, isFirst, door, language }) =>
        noticeParts(seals, sentences, {
          id: pageId,
          what: isFirst ? 'first-password-set' : 'password-set',
          account: account.id,
          workMail: account.workMail,
          places: await registeredPlaces(store, seals, account.id),
          at,
          door,
          language,
        }),
      openDraftSeed: async (accountId, userId, draft, now) => openDraftSeed({ store, keys: seals, policy }, accountId, userId, draft, now),
      openDraftCodes: async (accountId, draft, now) => openDraftCodes({ store, keys: seals, policy }, accountId, draft, now),
      confirmDraftCodes: async (asked) => confirmDraftCodes({ store, keys: seals, policy }, asked),
    },
  };
}
