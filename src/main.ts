import { build } from './build/build.ts';
import { readConfig } from './config/environment.ts';
import { faultsAsText } from './config/fault.ts';
import { LatchkeyError } from './errors.ts';

/** Reads the configuration, puts the product together and serves until it is told to stop. */
async function main(): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 13)) {
    return fail(
      `Latchkey needs Node 22.13 or later, and this is ${process.versions.node}. "npm start" brings its own; so start it with that, or update Node.`,
    );
  }
  const read = readConfig(process.env);
  if (!read.ok) return fail(faultsAsText(read.faults));
  const { config } = read;
  try {
    const latchkey = await build(config);
    await latchkey.start();
    if (config.mode === 'local') {
      console.log(
        `Latchkey runs in local mode: a demo company on this machine alone, nothing is sent to anybody.\nOpen ${config.publicUrl}/ in a browser. Press Ctrl+C to stop.`,
      );
    }
    let stopping = false;
    const stop = (): void => {
      if (stopping) return;
      stopping = true;
      void latchkey.stop().then(() => process.exit(0));
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'configuration') return fail(fault.message);
    throw fault;
  }
}

function fail(text: string): void {
  console.error(text);
  process.exitCode = 1;
}

await main();
