import { createServer, type Server } from '../../src/server/server.ts';
import { createLog } from '../../src/server/log.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { systemClock, systemRandom } from '../../src/security/system-ports.ts';
import { newWorld, type World } from './world.ts';

/** The pages behind the real server, on a port of the system's choice; `lines` is the log. */
export async function serve(options: Parameters<typeof newWorld>[0] = {}): Promise<{
  readonly world: World;
  readonly lines: readonly string[];
  close(): Promise<void>;
}> {
  // The address must be known before the pages are made: a port is taken, given back and taken again.
  const finder = serverOf([], [], 'http://localhost:1');
  const port = await finder.listen();
  await finder.close();
  const publicUrl = `http://localhost:${port}`;
  const world = await newWorld({ ...options, publicUrl });
  const lines: string[] = [];
  const server = serverOf(world.routes, lines, publicUrl);
  await server.listen();
  return {
    world,
    lines,
    async close() {
      await server.close();
      await world.close();
    },
  };
}

const serverOf = (routes: World['routes'], lines: string[], publicUrl: string): Server =>
  createServer({
    config: { mode: 'local', host: '127.0.0.1', port: publicUrl.endsWith(':1') ? 0 : Number(new URL(publicUrl).port), publicUrl },
    routes,
    ready: async () => [],
    clock: systemClock,
    random: systemRandom,
    log: createLog('debug', systemClock, { write: (line: string) => void lines.push(line) }),
    metrics: createMetrics(),
  });
