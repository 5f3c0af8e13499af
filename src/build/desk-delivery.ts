import type { Carriers } from '../delivery/dispatcher.ts';
import { bringDoorCode } from '../delivery/door-code.ts';
import { bringAlarm } from '../desk/alarm.ts';
import { callsDue } from '../desk/call-due.ts';
import { caseDue } from '../desk/case-due.ts';
import { bringDigest, deliverDigest, digestDue, scheduleDigest } from '../desk/digest-due.ts';
import { DeskCarrier } from '../desk/desk-carrier.ts';
import type { DeskPost } from '../desk/desk-post.ts';
import { bringHook } from '../desk/hook-call.ts';
import { settleCall } from '../desk/settle-call.ts';
import { bringStop } from '../desk/stop-post.ts';
import { wakeCase } from '../desk/wake-case.ts';
import type { Directory } from '../directory/port.ts';
import { enoughFrom, methodSummary } from '../methods/summary.ts';
import type { Json } from '../ports.ts';
import type { DueHandler } from '../store/due-loop.ts';
import type { Teams } from '../teams/create-teams.ts';
import type { Parts } from './parts.ts';
import { stopNeeds } from './stop-room.ts';

/** The helpdesk's conversation, where cards are put. */
const deskPost = ({ courier, desk }: Teams): DeskPost => ({
  post: async (card) => courier.postCard(desk, card),
  update: async (activityId, card) => courier.updateCard(desk, activityId, card, 'elsewhere'),
});

/** Brings cases to the desk: into the helpdesk's conversation, and the second one. */
export function caseCarrier({ store, clock, random, seals, sentences, config, wake }: Parts, teams: Teams): DeskCarrier {
  const { courier, second } = teams;
  const bySecond = second === null ? null : async (card: Json) => courier.postCard(second, card);
  return new DeskCarrier({ store, clock, random, seals, wake, sentences, policy: config.policy, desk: deskPost(teams), second: bySecond });
}

/** Brings what else is owed. */
export function carriers(parts: Parts, teams: Teams, cases: DeskCarrier): Carriers {
  const { clock, config, directory, sentences } = parts;
  const desk = deskPost(teams);
  const stop = bringStop(stopNeeds(parts), desk);
  return {
    ...cases.more,
    digest: bringDigest({ sentences: parts.sentences, policy: parts.config.policy }, desk),
    'stop-post': stop('stop-post'),
    'stop-update': stop('stop-update'),
    alarm: bringAlarm({ sentences, policy: config.policy, nameOf: nameIn(directory) }, desk),
    hook: bringHook({ clock, policy: config.policy, secrets: config.hookSecrets, isLocal: config.mode === 'local' }),
    'door-code': bringDoorCode(parts.delivery),
  };
}

/** A person's name and user ID; a directory that does not answer keeps no alarm back. */
const nameIn =
  (directory: Directory) =>
  async (account: string): Promise<string | null> => {
    const found = await directory.find(account).catch(() => null);
    return found === null ? null : `${found.name} (${found.userId})`;
  };

/** What time does to cases and the desk, by the due entries it is woken by. */
export const caseClocks = ({ store, clock, seals, sentences, config, wake }: Parts): Readonly<Record<string, DueHandler>> => ({
  [digestDue]: deliverDigest({ store, clock, seals, policy: config.policy }),
  [callsDue]: settleCall({ store, clock, seals, wake, policy: config.policy }),
  [caseDue]: wakeCase({
    store,
    clock,
    seals,
    wake,
    sentences,
    policy: config.policy,
    isRegistered: async (account) => {
      const { methods, securityQuestions, reset } = config.policy;
      const summary = await methodSummary({ store, policy: { methods, securityQuestions } }, account, clock.now());
      return enoughFrom(summary, 'reset', { needed: reset.gates, oneDevice: reset.oneDevice }, clock.now()) !== null;
    },
  }),
});

/** Makes the next morning due. */
export const startDigests = async ({ store, clock, seals, config }: Parts): Promise<void> =>
  scheduleDigest({ store, clock, seals, policy: config.policy });
