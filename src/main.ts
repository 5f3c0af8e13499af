import { enableCompileCache } from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isOldEnough = major > 22 || (major === 22 && minor >= 13);

/** Reads the configuration, puts the product together and serves until it is told to stop. */
async function main(): Promise<void> {
  // Half of a start is reading code: what was compiled once is kept for the next start (Node, module.enableCompileCache).
  enableCompileCache();
  const { readConfig } = await import('./config/environment.ts');
  const { faultsAsText } = await import('./config/fault.ts');
  const { LatchkeyError } = await import('./errors.ts');
  const read = readConfig(process.env);
  if (!read.ok) return fail(faultsAsText(read.faults));
  const { config } = read;
  const { build } = await import('./build/build.ts');
  try {
    const latchkey = await build(config);
    let stopping = false;
    const stop = (): void => {
      if (stopping) return;
      stopping = true;
      void latchkey.stop().then(() => process.exit(0));
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    await latchkey.start();
    if (config.mode === 'local') {
      console.log(
        `Latchkey runs in local mode: a demo company on this machine alone, nothing is sent to anybody.\nOpen ${config.publicUrl}/ in a browser. Press Ctrl+C to stop.`,
      );
    }
  } catch (fault) {
    if (!(fault instanceof LatchkeyError)) throw fault;
    fail(fault.message);
    // A store may be open already and would keep the process alive.
    process.exit();
  }
}

function fail(text: string): void {
  console.error(text);
  process.exitCode = 1;
}

if (isOldEnough) await main();
else
  fail(
    `Latchkey needs Node 22.13 or later, and this is ${process.versions.node}. "npm start" brings its own; so start it with that, or update Node.`,
  );
