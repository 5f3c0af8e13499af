import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Latchkey } from '../../src/build/build.ts';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/environment.ts';
import { faultsAsText } from '../../src/config/fault.ts';
import { shiftedClock, type ShiftedClock } from './clock.ts';
import { freePort } from '../servers/free-port.ts';

/** The product as `npm start` has it, its page, its own channel and a store on disk, on a free loopback port. */
export interface PageHouse {
  /** Of the page, without a slash at the end. */
  readonly url: string;
  readonly clock: ShiftedClock;
  /** Stops the server and starts it again on what it kept. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openPageHouse(): Promise<PageHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-page-'));
  const clock = shiftedClock();
  const read = readConfig({ PORT: String(await freePort()), DATA_DIR: folder, LOG_LEVEL: 'silent' });
  if (!read.ok) throw new Error(faultsAsText(read.faults));
  const { config } = read;
  let latchkey = await started(config, clock);
  return {
    url: config.publicUrl,
    clock,
    async restart() {
      await latchkey.stop();
      latchkey = await started(config, clock);
    },
    async close() {
      await latchkey.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function started(config: Config, clock: ShiftedClock): Promise<Latchkey> {
  const latchkey = await build(config, { clock, dueEveryMs: 50 });
  await latchkey.start();
  return latchkey;
}
