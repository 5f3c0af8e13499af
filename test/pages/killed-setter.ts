import { once } from 'node:events';
import { LocalDirectory } from '../../src/directory/local.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { anna } from './directory-stand-in.ts';
import { hold, newWorld } from './world.ts';

/**
 * Run as a process of its own: sends a new password through the page and is killed in the directory's call, `before` or `after` the
 * password was set. Prints the page's id first.
 */
const [folder = '', when = ''] = process.argv.slice(2);

class DeadlyDirectory extends LocalDirectory {
  override async setPassword(id: string, password: string): ReturnType<LocalDirectory['setPassword']> {
    if (when === 'after') await super.setPassword(id, password);
    process.kill(process.pid, 'SIGKILL');
    await once(process, 'never');
    throw new Error('it lives');
  }
}

const world = await newWorld({
  store: openSqlite({ folder, serve: true }),
  directory: (store, clock) =>
    new DeadlyDirectory({
      store,
      clock,
      policy: {
        password: { minimumLength: 8, maximumLength: 256, onlyFactor: false, bannedWords: [], breachedService: 'none' },
        organisation: { name: 'Fjällgruppen', domains: ['example.org'], tenants: ['tenant-1'], zone: 'Europe/Stockholm' },
      },
    }),
});
const {
  readAt: _readAt,
  passwordSetAt: _setAt,
  passwordExpired: _expired,
  mustChangePassword: _mustChange,
  hasPassword: _hasPassword,
  locked: lock,
  ...account
} = anna;
const local = world.needs.directory as LocalDirectory;
await local.add(
  { ...account, groups: [], workAddresses: [], lock: lock === null ? null : { ...lock }, unreachable: false },
  'Gammalt-lösenord-1',
);
world.clock.forward(1000);
const { pageId, url, browser } = await hold(world, 'new-password');
process.stdout.write(`${pageId}\n`, () => {
  void browser.post(url, { csrf: browser.csrf, password: 'tre små gröna krokodiler', again: 'tre små gröna krokodiler' });
});
