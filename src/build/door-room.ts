import type { Act, Handlers } from '../conversation/port.ts';
import { isEnded } from '../../dialogs/case.ts';
import type { Refusal } from '../../dialogs/views.ts';
import { readCase } from '../desk/case-record.ts';
import type { HandlerNeeds } from '../desk/open-case.ts';
import { openDoorCase } from '../desk/open-door-case.ts';
import { doorPageRoutes } from '../direct-line/door-page.ts';
import { FrontDoor } from '../direct-line/front-door.ts';
import { claimAccount, typedUserId } from '../directory/claim-account.ts';
import { doorVerdict } from '../directory/door-verdict.ts';
import { LatchkeyError } from '../errors.ts';
import { isDoorStack, keys } from '../store/keys.ts';
import type { Key } from '../store/port.ts';
import type { Route } from '../server/route.ts';
import type { Teams } from '../teams/create-teams.ts';
import type { Parts } from './parts.ts';

/** The front door; null where the policy does not open it. */
export function frontDoorOf({
  config,
  store,
  seals,
  clock,
  random,
}: Pick<Parts, 'config' | 'store' | 'seals' | 'clock' | 'random'>): FrontDoor | null {
  const { frontDoor } = config.policy;
  if (!frontDoor.enabled) return null;
  return new FrontDoor({
    store,
    seals,
    clock,
    random,
    publicUrl: config.publicUrl,
    isLocal: config.mode === 'local',
    answerAfterMs: frontDoor.answerAfterMs,
    userIdsPerAddress: frontDoor.userIdsPerAddress,
    async isCaseOpen(caseId) {
      const key = keys.case(caseId);
      const { rows } = await store.open({ key, owner: null, now: clock.now() });
      const row = rows.get(key) ?? null;
      return row !== null && !isEnded(readCase(row.value).state);
    },
  });
}

/** Who carries out what is asked for at the front door. */
export function doorHandlers(parts: Parts, cases: HandlerNeeds): Pick<Handlers, 'claimAccount' | 'openDoorCase'> {
  const { config, store, seals, clock, sentences, doorDirectory, wake, frontDoor } = parts;
  const { policy } = config;
  const verdict = doorVerdict({ store, policy });
  return {
    claimAccount: claimAccount({ store, seals, policy, sentences, directory: doorDirectory, clock }),
    openDoorCase: openDoorCase({
      ...cases,
      wake,
      exactCode: async (act, purpose) => (await verdict(act, purpose))?.code ?? null,
      async typedUserId(accountId) {
        const key = keys.claim(accountId);
        const { rows } = await store.open({ key, owner: null, now: clock.now() });
        return typedUserId(seals, accountId, rows.get(key)?.value ?? null);
      },
      async keepForCase({ stack }: Act, caseId) {
        await frontDoor?.chats.keepForCase(conversationOf(stack), caseId);
      },
    }),
  };
}

/** Has a conversation at the front door go on from this moment; of any other there is nothing to do. */
export const keepOpenAtDoor =
  ({ frontDoor }: Pick<Parts, 'frontDoor'>) =>
  async (stack: Key): Promise<void> => {
    if (isDoorStack(stack)) await frontDoor?.chats.spoke(conversationOf(stack));
  };

/** What stands against a new password on a start code there; a directory that does not answer is as good as a no. */
export const startCodeAtDoor =
  ({ store, config }: Pick<Parts, 'store' | 'config'>) =>
  async (act: Act): Promise<Refusal | null> => {
    try {
      return await doorVerdict({ store, policy: config.policy })(act, 'start-code');
    } catch (fault) {
      if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return { code: 'LK_UNAVAILABLE', ending: 'unavailable' };
      throw fault;
    }
  };

/** The conversation of a stack at the front door. */
const conversationOf = (stack: Key): string => stack.slice(stack.lastIndexOf('/') + 1);

/** What the front door serves; nothing where the policy does not open it. */
export const doorRoutes = ({ frontDoor, config, sentences }: Parts, teams: Pick<Teams, 'visit'>): readonly Route[] =>
  frontDoor === null
    ? []
    : [...frontDoor.routes((visit, said) => teams.visit(visit, said)), ...doorPageRoutes({ policy: config.policy, sentences })];
