import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { textOf } from '../../../src/directory/active-directory/entry.ts';
import { cuttableWay } from '../../servers/cut-off.ts';
import { freePort } from '../../servers/free-port.ts';
import type { SambaDomain } from '../samba-domain.ts';
import { adapterOf } from './adapter.ts';

const unreachable = { code: 'latchkey_directory_unreachable', kind: 'unavailable' };

/** How controllers are reached, trusted and given up. */
export function controllerTests(domain: () => SambaDomain): void {
  describe('controllers', () => {
    const servers: Server[] = [];
    const sockets: Socket[] = [];
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy();
      for (const server of servers.splice(0)) server.close();
    });
    /** A controller that is none: it takes connections, and does with them as told. */
    const impostor = async (
      serve: (socket: Socket) => void = () => {},
    ): Promise<{ readonly url: string; readonly taken: () => number }> => {
      let taken = 0;
      const server = createServer((socket) => {
        taken += 1;
        sockets.push(socket);
        socket.on('error', () => undefined);
        serve(socket);
      });
      servers.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return { url: `ldap://localhost:${typeof address === 'object' ? address?.port : 0}`, taken: () => taken };
    };

    test('StartTLS does as well as LDAPS, and before it nothing is said in clear text', async () => {
      const alma = await domain().add();
      const spoken: Buffer[] = [];
      const way = await cuttableWay({ host: domain().controller.address, port: 389 }, (bytes) => spoken.push(bytes));
      const directory = adapterOf(domain(), { urls: [`ldap://localhost:${way.port}`] });
      expect((await directory.find(alma.id))?.id).toBe(alma.id);
      expect(await directory.setPassword(alma.id, 'Trädgård-bakom-muren-77')).toMatchObject({ ok: true });
      expect(await directory.provePassword(alma.id, 'Trädgård-bakom-muren-77')).toEqual({ ok: true });
      const all = Buffer.concat(spoken);
      expect(all.length).toBeGreaterThan(2000);
      for (const secret of ['latchkey', domain().settings.bindPassword, 'fjallbyn', 'muren']) {
        expect([secret, all.includes(secret), all.includes(Buffer.from(secret, 'utf16le'))]).toEqual([secret, false, false]);
      }
      await way.cut();
    });

    test.each(['ldaps', 'ldap'])('a certificate of another name, or of a stranger, is refused (%s)', async (protocol) => {
      const alma = await domain().add();
      const way = await cuttableWay({ host: domain().controller.address, port: protocol === 'ldaps' ? 636 : 389 });
      const otherName = adapterOf(domain(), { urls: [`${protocol}://127.0.0.1:${way.port}`] });
      await expect(otherName.find(alma.id)).rejects.toMatchObject({ ...unreachable, cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
      for (const ca of [readFileSync(domain().controller.otherCaFile, 'utf8'), null]) {
        const stranger = adapterOf(domain(), { urls: [`${protocol}://localhost:${way.port}`], ca });
        await expect(stranger.find(alma.id)).rejects.toMatchObject({
          ...unreachable,
          cause: { code: expect.stringMatching(/VERIFY|SELF_SIGNED|ISSUER/u) },
        });
      }
      await way.cut();
    });

    test('a dead controller is passed over for the next, for reads and for writes', async () => {
      const alma = await domain().add();
      const dead = `ldaps://localhost:${await freePort()}`;
      const directory = adapterOf(domain(), { urls: [dead, ...domain().settings.urls] });
      expect((await directory.find(alma.id))?.id).toBe(alma.id);
      const fresh = adapterOf(domain(), { urls: [dead, ...domain().settings.urls] });
      expect(await fresh.setPassword(alma.id, 'Trädgård-bakom-muren-77')).toMatchObject({ ok: true });
      await expect(adapterOf(domain(), { urls: [dead] }).find(alma.id)).rejects.toMatchObject(unreachable);
    });

    test('one that takes the call and never answers is given up after five seconds, then asked last', async () => {
      const alma = await domain().add();
      const silent = await impostor();
      const directory = adapterOf(domain(), { urls: [silent.url, ...domain().settings.urls] }, 'the product’s');
      const began = Date.now();
      expect((await directory.find(alma.id))?.id).toBe(alma.id);
      expect(Date.now() - began).toBeGreaterThan(4900);
      expect((await directory.find(alma.id))?.id).toBe(alma.id);
      expect(silent.taken()).toBe(1);
    });

    test('one that falls silent amid a read is unreachable; a read goes on with the next', async () => {
      const alma = await domain().add();
      const way = await cuttableWay({ host: domain().controller.address, port: 636 }, undefined, 6000);
      const directory = adapterOf(domain(), { urls: [`ldaps://localhost:${way.port}`, ...domain().settings.urls] }, 'the product’s');
      expect((await directory.find(alma.id))?.id).toBe(alma.id);
      await way.cut();
    });

    test('one that fails three times in a row is left alone for a while', async () => {
      const alma = await domain().add();
      const rude = await impostor((socket) => socket.destroy());
      const directory = adapterOf(domain(), { urls: [rude.url] });
      for (let n = 0; n < 6; n += 1) await expect(directory.find(alma.id)).rejects.toMatchObject(unreachable);
      expect(rude.taken()).toBe(3);
    });

    test('what somebody puts behind the answer to StartTLS is not read as if it had come through TLS', async () => {
      const alma = await domain().add();
      const yes = Buffer.from('300c02010178070a010004000400', 'hex');
      // A bind's success for the next message, cut off so that it would swallow what comes through TLS.
      const injected = Buffer.from('300c02010261070a01000400', 'hex');
      const clumsy = await impostor((socket) => socket.once('data', () => socket.write(Buffer.concat([yes, injected]))));
      const refusing = await impostor((socket) =>
        socket.once('data', () => socket.write(Buffer.from('300c02010178070a013504000400', 'hex'))),
      );
      for (const { url } of [clumsy, refusing]) {
        await expect(adapterOf(domain(), { urls: [url] }).find(alma.id)).rejects.toMatchObject({
          ...unreachable,
          cause: { message: 'the controller does not start TLS' },
        });
      }
    });

    test('a password of ours that is refused is tried once, so that our account is not locked', async () => {
      const alma = await domain().add();
      const refused = { code: 'latchkey_directory_credentials', kind: 'unavailable' };
      const directory = adapterOf(domain(), {
        bindPassword: 'yesterday’s',
        urls: [...domain().settings.urls, `ldap://${domain().controller.address}`],
      });
      await expect(directory.find(alma.id)).rejects.toMatchObject(refused);
      for (let n = 0; n < 6; n += 1) await expect(directory.find(alma.id)).rejects.toMatchObject({ kind: 'unavailable' });
      const { searchEntries } = await domain().administrator.search(domain().settings.bindDn, {
        scope: 'base',
        attributes: ['badPwdCount'],
      });
      expect(searchEntries.map((entry) => textOf(entry, 'badPwdCount'))).toEqual(['1']);
    });
  });
}
