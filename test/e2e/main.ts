import { build, type BuildPorts } from '../../src/build/build.ts';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/environment.ts';
import { faultsAsText } from '../../src/config/fault.ts';
import { shiftedClock } from './clock.ts';

/** What the test tells the product: first `start`, then how its clock goes on. */
export type ToProduct =
  | {
      readonly start: { readonly environment: Readonly<Record<string, string>>; readonly deskServiceUrl: string; readonly forward: number };
    }
  | { readonly forward: number };

/** What the product says back. */
export type FromProduct = { readonly ready: true } | { readonly line: string };

/**
 * The product as a process of its own, which a test may kill. It is told over IPC what it must work with: no setting changes time or
 * network.
 */
const clock = shiftedClock();
const tell = (said: FromProduct): void => void process.send?.(said);

async function start({ environment, deskServiceUrl, forward }: Extract<ToProduct, { start: unknown }>['start']): Promise<void> {
  const read = readConfig(environment);
  if (!read.ok) throw new Error(faultsAsText(read.faults));
  const { policy } = read.config;
  const desk = { ...policy.contacts.desk, serviceUrl: deskServiceUrl };
  // Cards are counted while hours of the product's time go by: nobody is to be paged anew for a case that nobody takes up.
  const unclaimed = { againMinutes: 1440, secondRouteMinutes: 1440, mailMinutes: 1440 };
  const config: Config = {
    ...read.config,
    policy: { ...policy, contacts: { ...policy.contacts, desk }, desk: { ...policy.desk, unclaimed } },
  };
  const ports: BuildPorts = { clock, dueEveryMs: 20, logTo: { write: (line: string) => tell({ line }) } };
  clock.forward(forward);
  await (await build(config, ports)).start();
  tell({ ready: true });
}

process.on('message', (told: ToProduct) => {
  if ('start' in told) void start(told.start);
  else clock.forward(told.forward);
});
// Whoever started it is gone: so is its reason to be.
process.on('disconnect', () => process.exit(0));
