import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { LocalDirectory } from '../../src/directory/local.ts';
import { settleSetting } from '../../src/pages/settle-setting.ts';
import { keys } from '../../src/store/keys.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { anna } from './directory-stand-in.ts';
import { newWorld, partition } from './world.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** What is left when a process was killed while the directory set the password. */
async function afterKill(when: 'before' | 'after') {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-killed-'));
  folders.push(folder);
  const script = fileURLToPath(new URL('killed-setter.ts', import.meta.url));
  const setter = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, folder, when], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(setter, 'exit');
  let printed = '';
  for await (const piece of setter.stdout) printed += String(piece);
  await exited;
  expect(setter.signalCode).toBe('SIGKILL');

  const world = await newWorld({
    store: openSqlite({ folder, serve: true }),
    directory: (store, clock) =>
      new LocalDirectory({
        store,
        clock,
        policy: {
          password: { minimumLength: 8, maximumLength: 256, onlyFactor: false, bannedWords: [], breachedService: 'none' },
          organisation: { name: 'Fjällgruppen', domains: ['example.org'], tenants: ['tenant-1'], zone: 'Europe/Stockholm' },
        },
      }),
  });
  world.clock.forward(31_000);
  const settle = async (): Promise<void> => {
    for (const entry of await world.store.due(world.clock.now(), 50)) {
      if (entry.id.includes('/due/page/')) await settleSetting(world.needs)(entry);
    }
  };
  return { world, pageId: printed.trim(), settle };
}

describe('the process is killed while the directory sets the password', () => {
  test('after it was set: the directory shows it; done, told and noticed, and set once', async () => {
    const { world, pageId, settle } = await afterKill('after');
    expect((await world.page(pageId)).state.is).toBe('setting');
    const setAt = (await world.needs.directory.find(anna.id))?.passwordSetAt;
    await settle();
    expect((await world.page(pageId)).state.is).toBe('done');
    expect((await world.told()).at(-1)).toEqual({ type: 'page.done', page: pageId, outcome: { page: 'new-password' } });
    expect(await world.row(keys.outbox(partition, `${pageId}.notice`))).not.toBeNull();
    expect((await world.audit()).at(-1)).toBe('password.set allowed I2');
    expect((await world.needs.directory.find(anna.id))?.passwordSetAt).toBe(setAt);
    world.clock.forward(60_000);
    await settle();
    expect(await world.told()).toHaveLength(2);
    await world.close();
  });

  test('before it was set: it is doubtful, never set by itself, and the old password holds', async () => {
    const { world, pageId, settle } = await afterKill('before');
    await settle();
    expect((await world.told()).at(-1)).toEqual({ type: 'page.doubtful', page: pageId });
    expect(await world.needs.directory.provePassword(anna.id, 'Gammalt-lösenord-1')).toEqual({ ok: true });
    world.clock.forward(11 * 60_000);
    await settle();
    expect((await world.page(pageId)).state.is).toBe('ended');
    expect(await world.told()).toHaveLength(2);
    await world.close();
  });
});
