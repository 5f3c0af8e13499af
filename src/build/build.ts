import type { DestinationStream } from 'pino';
import type { Config } from '../config/config.ts';
import { readCommands } from '../conversation/commands.ts';
import { deliverReminder, remindDue } from '../conversation/handlers.ts';
import { bringWord, wordDue } from '../conversation/word.ts';
import { StemRecogniser } from '../conversation/recogniser.ts';
import { Runner } from '../conversation/runner.ts';
import { chooseDelivery } from '../delivery/delivery.ts';
import { OutboxDispatcher } from '../delivery/dispatcher.ts';
import type { Delivery } from '../delivery/port.ts';
import { freezeOwes } from '../desk/freeze-case.ts';
import { freezeDue } from '../desk/freeze.ts';
import { reportedDue, reportedNote } from '../desk/reported.ts';
import { askDue, bringAsks } from '../desk/asks.ts';
import { settleStop, stopsDue } from '../desk/stop-acts.ts';
import { watch } from '../desk/watch.ts';
import { watchDue } from '../desk/watched.ts';
import { endSessionsDue, sessionsDue } from '../directory/end-sessions.ts';
import { endLeaver, noticingLeavers, type LeaverNeeds } from '../directory/leavers.ts';
import { beginLeaversSweep, leaversDue, sweepLeavers } from '../directory/leavers-sweep.ts';
import { lookAgainDue, lookAgainNow } from '../directory/look-again.ts';
import { chooseDirectory } from '../directory/choose-directory.ts';
import { seedDemoPeople } from '../directory/demo-company.ts';
import type { Directory } from '../directory/port.ts';
import { accountIsObjectId, TeamsPeople } from '../directory/teams-people.ts';
import { withBreachedList } from '../directory/with-breached-list.ts';
import { Sentences } from '../locales/sentences.ts';
import { CodesOfChallenges } from '../methods/shown-code.ts';
import { refuseOtherRpId } from '../methods/relying-party.ts';
import { PageAddresses } from '../pages/page-links.ts';
import { notMeRoutes } from '../pages/not-me.ts';
import { pageRoutes } from '../pages/routes.ts';
import { settleSetting } from '../pages/settle-setting.ts';
import type { Clock, Random } from '../ports.ts';
import { Keys } from '../security/keys.ts';
import { systemClock, systemRandom } from '../security/system-ports.ts';
import { createLog } from '../server/log.ts';
import { createMetrics } from '../server/metrics.ts';
import { createServer } from '../server/server.ts';
import { carry, carryDue, crossingStore } from '../store/crossing-store.ts';
import { startDueLoop } from '../store/due-loop.ts';
import { nudgedStore } from '../store/nudged-store.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/port.ts';
import { createTeams, type Teams, type TeamsPorts } from '../teams/create-teams.ts';
import { deskAlarm, heardByDesk, lost, telephonyStopped, type DeskAlarm } from './alarms.ts';
import { breachedList } from './breached-list.ts';
import { localCallUrl } from './call-room.ts';
import { carriers, caseCarrier, caseClocks, startDigests } from './desk-delivery.ts';
import { caseActs, deskWords } from './desk-room.ts';
import { doorRoutes, frontDoorOf, keepOpenAtDoor } from './door-room.ts';
import { freezeNeeds, notMeNeeds } from './freeze-room.ts';
import { handlersOf } from './handlers.ts';
import { hookRoutes } from './hook-door.ts';
import { localDemoRoutes } from './local-demo.ts';
import { logTurn } from './log-turn.ts';
import { pageNeeds } from './page-needs.ts';
import type { Parts } from './parts.ts';
import { notReady } from './ready.ts';
import { standingWords } from './standing-words.ts';
import { stopNeeds } from './stop-room.ts';
import { twilioNeeds, twilioRoutes } from './twilio-room.ts';

/** What a caller may put in the place of the machine's own: for tests, which hold time and network still. No setting reaches these. */
export interface BuildPorts {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly fetch?: typeof globalThis.fetch;
  readonly store?: Store;
  readonly directory?: Directory;
  readonly delivery?: Delivery;
  readonly microsoft?: TeamsPorts['microsoft'];
  readonly logTo?: DestinationStream;
  /** How often the store is asked for what is due, ms. */
  readonly dueEveryMs?: number;
}

/** The product, put together. */
export interface Latchkey {
  /** Begins to serve and to do what is due. @returns the port */
  start(): Promise<number>;
  /** Finishes what runs, then lets go of everything. */
  stop(): Promise<void>;
}

/**
 * Puts the product together from a checked configuration.
 * @throws LatchkeyError of kind `configuration` when it cannot work as configured
 */
export async function build(config: Config, ports: BuildPorts = {}): Promise<Latchkey> {
  const { clock = systemClock, random = systemRandom, fetch = globalThis.fetch } = ports;
  const { policy } = config;
  const alarms: { desk?: DeskAlarm } = {};
  const lines = createLog(config.logLevel, clock, ports.logTo);
  const log = heardByDesk(lines, () => alarms.desk);
  const metrics = createMetrics();
  const loop: { nudge?: () => void } = {};
  const store = nudgedStore(
    crossingStore(ports.store ?? (await openStore(config))),
    () => clock.now(),
    () => loop.nudge?.(),
  );
  await refuseOtherRpId(store, clock, config.rpId);
  const seals = new Keys(config.sealKeys, random);
  const alarm = deskAlarm({ store, clock, seals }, lines);
  alarms.desk = alarm;
  const sentences = new Sentences(standingWords(policy, config.publicUrl), policy.organisation.zone);
  const chosen = await chooseDelivery(config, clock, {
    twilio: twilioNeeds({ config, seals }, log),
    callUrl: localCallUrl({ config, seals }),
  });
  const { directory: bare, local } = chooseDirectory(config, store, clock, {
    instead: ports.directory,
    fetch,
    onForbidden: (grant) => log.warn('directory-forbidden', { result: grant }),
  });

  // Rooms wake stacks of a runner that is made of them, and ask Teams, which is made of it: the one knot, tied here.
  const knot: { runner?: Runner; teams?: Teams } = {};
  let stopDue = async (): Promise<void> => {};
  const leavers: LeaverNeeds = { store, clock, seals, policy, wake: (stack) => knot.runner?.wake(stack) };
  const plain = withBreachedList(bare, breachedList(config, fetch), (fault) => log.fault(fault, { kind: 'breached-list' }));
  const directory = noticingLeavers(
    plain,
    (id) => endLeaver(leavers, id, 'disabled'),
    (fault) => log.fault(fault, { kind: leaversDue }),
  );
  const frontDoor = frontDoorOf({ config, clock, random, store, seals });
  const parts: Parts = {
    config,
    clock,
    random,
    store,
    seals,
    sentences,
    directory,
    doorDirectory: plain,
    accountOf:
      config.ldap === null || config.entra !== null
        ? accountIsObjectId
        : new TeamsPeople({ store, clock, directory, userIdInTeams: async (person) => knot.teams?.userIdOf(person) ?? null }).accountOf,
    delivery: ports.delivery ?? chosen.delivery,
    wake: (stack) => knot.runner?.wake(stack),
    alarm,
    telephonyAlarm: telephonyStopped(log, alarm),
    frontDoor,
  };
  const pages = pageNeeds(parts);
  const teams = createTeams({
    config,
    sentences,
    frontDoor: frontDoor?.sink ?? null,
    ports: { clock, random, fetch, log, metrics, ...(ports.microsoft && { microsoft: ports.microsoft }) },
    logic: (courier) => {
      const made = new Runner({
        store,
        clock,
        random,
        directory,
        doorDirectory: plain,
        accountOf: parts.accountOf,
        handlers: handlersOf(parts, pages),
        courier,
        sentences,
        links: new PageAddresses(seals, config.publicUrl),
        codes: new CodesOfChallenges(seals),
        command: readCommands(sentences),
        recogniser: new StemRecogniser(sentences),
        domains: policy.organisation.domains,
        keepOpen: keepOpenAtDoor(parts),
        idleMinutes: policy.limits.idleMinutes,
        log: (line) => logTurn(log, line),
      });
      knot.runner = made;
      return { turn: async (input) => made.take(input), caseAct: caseActs(parts), deskWords: deskWords(parts) };
    },
  });
  knot.teams = teams;
  const cases = caseCarrier(parts, teams);
  const dispatcher = new OutboxDispatcher({
    store,
    seals,
    clock,
    random,
    delivery: parts.delivery,
    cases,
    carriers: carriers(parts, teams, cases),
    onLost: lost(log, alarm),
  });
  const server = createServer({
    config,
    clock,
    random,
    log,
    metrics,
    routes: [
      teams.route,
      ...pageRoutes(pages),
      ...notMeRoutes(notMeNeeds(parts)),
      ...doorRoutes(parts, teams),
      ...hookRoutes(parts, log),
      ...(await twilioRoutes(parts, dispatcher, log)),
      ...(local !== null && chosen.local !== null ? localDemoRoutes(parts, local, chosen.local) : []),
    ],
    ready: async () => notReady(store, clock),
  });
  if (local !== null) await seedDemoPeople({ store, seals, clock, random, policy, directory: local });

  return {
    async start() {
      await startDigests(parts);
      const port = await server.listen();
      await beginLeaversSweep(store, clock.now());
      const due = startDueLoop({
        store,
        clock,
        handlers: {
          resume: async (entry) => knot.runner?.resume((entry.data as { stack: string }).stack),
          [wordDue]: bringWord(store, clock, parts.wake),
          [remindDue]: async (entry) => deliverReminder(entry, store, parts.wake, clock.now()),
          outbox: async (entry) => dispatcher.deliverDue(entry),
          ...caseClocks(parts),
          page: settleSetting(pages),
          [freezeDue]: freezeOwes(freezeNeeds(parts)),
          [reportedDue]: reportedNote(freezeNeeds(parts)),
          [carryDue]: carry(store),
          [stopsDue]: settleStop(stopNeeds(parts)),
          [watchDue]: watch({ store, clock, seals }),
          [leaversDue]: sweepLeavers({
            ...leavers,
            directory: bare,
            onFault: (fault) => log.fault(fault, { kind: leaversDue }),
            onTooMany: ({ leaving, looked }) => log.warn('leavers-too-many', { count: leaving, result: `of ${looked}` }),
          }),
          [askDue]: bringAsks({ store, clock, policy, wake: parts.wake }),
          [lookAgainDue]: lookAgainNow({ store, clock, directory, wake: parts.wake }),
          [sessionsDue]: endSessionsDue({
            store,
            seals,
            directory,
            clock,
            wake: parts.wake,
            onFault: (fault) => log.fault(fault, { kind: sessionsDue }),
          }),
        },
        onFault: (fault, entry) => log.fault(fault, { kind: entry?.id.split('/')[2] ?? 'store' }),
        ...(ports.dueEveryMs !== undefined && { everyMs: ports.dueEveryMs }),
      });
      loop.nudge = () => void due.nudge();
      stopDue = async () => due.stop();
      return port;
    },
    async stop() {
      await server.close();
      await stopDue();
      await teams.close();
      await knot.runner?.close();
      await store.close();
    },
  };
}
