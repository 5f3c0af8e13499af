import { remindHandler } from '../conversation/handlers.ts';
import type { Act, Handlers } from '../conversation/port.ts';
import { checkCallNumber, endCall, readCall, verifyCaller } from '../desk/answer-call.ts';
import type { Ask } from '../desk/asks.ts';
import { openCase, type HandlerNeeds } from '../desk/open-case.ts';
import { freeze, readHappened } from '../desk/not-me.ts';
import { readAgent, standAsAgent } from '../desk/prove-agent.ts';
import { readCases } from '../desk/read-cases.ts';
import { redeemStartCode } from '../desk/redeem-start-code.ts';
import { changeOwnCase, writeToDesk } from '../desk/requester-acts.ts';
import { readAsk, readAsks, recordCheck, reportAsk } from '../desk/vouch.ts';
import { vouching } from '../desk/vouching.ts';
import { endSessions } from '../directory/end-sessions.ts';
import { readEligibility, readHome } from '../directory/handlers.ts';
import { unlock } from '../directory/unlock.ts';
import { isHelped } from '../methods/ask-at-door.ts';
import { dropLeftBehind } from '../methods/drop.ts';
import { approvalAsked, approveAsk, reportApproval } from '../methods/approve-as-manager.ts';
import { mayBeginByPlace } from '../methods/first-proof-places.ts';
import { methodHandlers } from '../methods/handlers.ts';
import { provedGates } from '../methods/proofs.ts';
import { registeredKinds, triedLately } from '../methods/summary.ts';
import { drop } from '../pages/drop.ts';
import type { PageNeeds } from '../pages/needs.ts';
import { openPage } from '../pages/open-page.ts';
import { passwordSetOn } from '../pages/password-set-on.ts';
import { doorHandlers, keepOpenAtDoor, startCodeAtDoor } from './door-room.ts';
import { freezeNeeds } from './freeze-room.ts';
import { methodPorts } from './method-ports.ts';
import type { Parts } from './parts.ts';

/** Who carries out which effect. */
export function handlersOf(parts: Parts, pages: PageNeeds): Handlers {
  const { config, clock, random, store, seals, sentences, directory, wake } = parts;
  const { policy } = config;
  const needs = { store, seals, policy, sentences, directory };
  const freezes = freezeNeeds(parts);
  const cases: HandlerNeeds = {
    store,
    clock,
    random,
    seals,
    policy,
    sentences,
    proved: async (act, proofIds) =>
      provedGates(store, { accountId: act.accountId, proofIds, conversation: act.stack, now: act.now }, policy),
    registered: async (accountId) => registeredKinds(store, accountId),
    tried: async (accountId, now) => triedLately(store, accountId, now),
  };
  const calls = {
    store,
    clock,
    seals,
    policy,
    sentences,
    wake,
    givesPasses: directory.temporaryPass !== undefined,
    keepOpen: keepOpenAtDoor(parts),
    mayAnswerAtDoor: async (act: Act) => isHelped(methodPorts(parts), act, 'caller'),
  };
  const vouchNeeds = {
    store,
    clock,
    seals,
    policy,
    wake,
    vouching: vouching({ store, clock, policy, directory }),
    approval: {
      asked: async (ask: Ask, act: Act) => approvalAsked(methodPorts(parts), ask, act),
      report: async (ask: Ask, act: Act) => reportApproval(methodPorts(parts), ask, act),
    },
  };
  return {
    readHome: readHome(needs),
    readEligibility: readEligibility({
      ...needs,
      managerOf: methodPorts(parts).managerOf,
      mayBeginByPlace: async (act) => mayBeginByPlace(methodPorts(parts), act),
    }),
    unlock: unlock(needs),
    endSessions: endSessions({ ...needs, passwordSetOn: async (page, act) => passwordSetOn(pages, page, act) }),
    ...methodHandlers(methodPorts(parts)),
    openPage: openPage(pages),
    drop: drop(pages, {
      challenges: async (challenges, act) => dropLeftBehind({ store }, act.accountId, { challenges }),
      drafts: async (drafts, act) => dropLeftBehind({ store }, act.accountId, { drafts }),
      proofs: async (proofs, act) => dropLeftBehind({ store }, act.accountId, { proofs }),
    }),
    openCase: openCase(cases),
    ...doorHandlers(parts, cases),
    readCall: readCall({ store }),
    checkCallNumber: checkCallNumber(calls),
    endCall: endCall(calls),
    verifyCaller: verifyCaller(calls),
    readAgent: readAgent({ store, policy }),
    standAsAgent: standAsAgent({ store, clock, seals, policy }),
    readHappened: readHappened(freezes),
    freeze: freeze(freezes),
    readCases: readCases({ store, policy }),
    writeToDesk: writeToDesk({ store, clock, seals, policy, wake }),
    changeCase: changeOwnCase({ store, clock, seals, policy, wake }),
    readAsks: readAsks(vouchNeeds),
    readAsk: readAsk(vouchNeeds),
    recordCheck: recordCheck(vouchNeeds),
    approveAsk: approveAsk(methodPorts(parts)),
    reportAsk: reportAsk(vouchNeeds),
    redeemStartCode: redeemStartCode({ ...vouchNeeds, random, doorRefusal: startCodeAtDoor(parts) }),
    remind: remindHandler(store),
  };
}
