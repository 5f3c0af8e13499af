import type { Config } from '../config/config.ts';
import { chooseDirectory } from '../directory/choose-directory.ts';
import type { Spared } from '../directory/faults.ts';
import type { Directory } from '../directory/port.ts';
import type { Clock, Random } from '../ports.ts';
import { Keys } from '../security/keys.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/port.ts';
import type { BotToken } from '../teams/bot-token.ts';
import type { Asked } from './asked.ts';
import { examineAddress, type certificateEnd } from './examine-address.ts';
import { examineCall, examineMail, examineText, type DeliveryExam } from './examine-delivery.ts';
import { examineDecoy, examineReading, examineReset, type DirectoryExam } from './examine-directory.ts';
import { examinePlaces } from './examine-places.ts';
import { examineKeys, examineStore } from './examine-store.ts';
import { examineTeams } from './examine-teams.ts';
import { notTried, tried, works, type Finding } from './finding.ts';

/** What the doctor reaches the world by. */
export interface DoctorPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof globalThis.fetch;
  readonly certificateEnd: typeof certificateEnd;
  /** Null in local mode. */
  readonly botToken: BotToken | null;
  readonly delivery: Pick<DeliveryExam, 'mail' | 'twilio'>;
  /** Stands in for the configured one: for tests. */
  readonly directory?: Directory;
}

/** Tries each part of a configuration that was read without a fault, and hands over each finding as it comes. */
export async function examine(config: Config, asked: Asked, ports: DoctorPorts, told: (finding: Finding) => void): Promise<void> {
  const { clock, random, fetch } = ports;
  told(works('configuration', `${config.mode} mode, every setting and the policy file are read`));
  const opened: { store?: Store } = {};
  const store = await tried('store', 'it was opened', async () => {
    opened.store = await openStore(config, false);
    return examineStore(opened.store, clock, random);
  });
  told(store);
  try {
    if (opened.store === undefined) told(notTried('keys', 'there is no store to read'));
    else {
      told(await examineKeys(opened.store, new Keys(config.sealKeys, random), clock));
      await examineDirectory(config, asked, ports, opened.store, told);
    }
    const delivery: DeliveryExam = { ...ports.delivery, random };
    told(await examineMail(delivery, asked.mail));
    told(await examineText(delivery, asked.text));
    told(await examineCall(delivery, asked.call));
    told(await examineTeams(ports.botToken));
    told(await examineAddress(config.publicUrl, { fetch, now: clock.now(), certificateEnd: ports.certificateEnd }));
  } finally {
    await opened.store?.close().catch(() => undefined);
  }
}

async function examineDirectory(
  config: Config,
  asked: Asked,
  { clock, random, fetch, directory: instead }: DoctorPorts,
  store: Store,
  told: (finding: Finding) => void,
): Promise<void> {
  const forbidden = new Set<string>();
  const spared = new Map<string, Spared>();
  const { directory, local } = chooseDirectory(config, store, clock, {
    instead,
    fetch,
    onForbidden: (grant) => void forbidden.add(grant),
    onSpared: (grant, came) => void spared.set(grant, came),
  });
  const exam: DirectoryExam = { directory, policy: config.policy, random, forbidden };
  const read = await examineReading(exam, asked.account);
  told(read);
  if (read.result === 'fails') told(notTried('places on file', 'the directory is to be mended first'));
  else told(await examinePlaces({ directory, spared }, asked.account));
  if (!asked.reset) told(notTried('reset', 'ask with --reset to have the test account given a random password'));
  else if (read.result === 'fails') told(notTried('reset', 'the directory is to be mended first'));
  else told(await examineReset(exam, asked.account));
  if (asked.decoy === null) told(notTried('decoy', 'ask with --decoy to see that the directory protects its administrators from us'));
  else if (local !== null) told(notTried('decoy', 'local mode: the demo directory protects nobody'));
  else told(await examineDecoy(exam, asked.decoy));
}
