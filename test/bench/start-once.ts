import { startRunning } from './running.ts';

/**
 * Starts the product that stands in `where`, in local mode, on a data folder, and ends it again.
 * @returns ms from the spawn to the first 200 of `/readyz`
 */
export async function startOnce(where: string, folder: string): Promise<number> {
  const { startedMs, stop } = await startRunning(where, folder);
  await stop();
  return startedMs;
}
