import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const sambaPath = '/usr/sbin/samba';

/** A domain controller of its own, on a loopback address of its own: LDAP and LDAPS stand on the ports they always have. */
export interface DomainController {
  /** Its address, which is also in its certificate. */
  readonly address: string;
  /** `DC=fjallbyn,DC=example` */
  readonly base: string;
  /** Of the authority that signed its certificate. */
  readonly caFile: string;
  /** Of an authority that signed nothing here. */
  readonly otherCaFile: string;
  readonly administrator: { readonly dn: string; readonly password: string };
  /** `samba-tool` on the controller's own database, as its administrator at the machine. @returns what it printed */
  tool(...args: readonly string[]): string;
  /** Makes a password as old as no domain would let it be made: of the year 2020. */
  makeOld(dn: string): void;
  stop(): Promise<void>;
}

/** Provisions a domain and starts Debian's Samba for it: some ten seconds. Stop it by `stop`. */
export async function startDomainController(): Promise<DomainController> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-samba-'));
  // Each run has an address to itself, so that runs at the same time do not meet on the fixed ports.
  const address = `127.${randomInt(64, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  const password = 'Administrat0r-of-the-test';
  const config = writeConfig(folder, address);
  const provision = ['domain', 'provision', '--realm=FJALLBYN.EXAMPLE', '--domain=FJALLBYN', '--server-role=dc', '--dns-backend=NONE'];
  run('samba-tool', [...provision, '--host-name=dc1', '--host-ip=127.0.0.1', `--adminpass=${password}`, `--configfile=${config}`]);
  makeCertificates(folder, address);

  const child = spawn(sambaPath, ['--interactive', '--no-process-group', '--model=single', `--configfile=${config}`], {
    env,
    stdio: 'ignore',
  });
  const endWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  // A test that gave up waiting for it is not held up by it.
  child.unref();
  child.once('exit', () => process.off('exit', endWithUs));
  await untilItListens(child, address);
  const base = 'DC=fjallbyn,DC=example';
  return {
    address,
    base,
    caFile: join(folder, 'ca.pem'),
    otherCaFile: join(folder, 'other-ca.pem'),
    administrator: { dn: `CN=Administrator,CN=Users,${base}`, password },
    tool: (...args) => run('samba-tool', [...args, `--configfile=${config}`]),
    makeOld: (dn) => void run('/usr/bin/python3', ['-c', makeOld, config, dn]),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Samba's own door past its rule that this time is the domain's to set: a control of its database. */
const makeOld = `
import sys, ldb
from samba.auth import system_session
from samba.dsdb import DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID
from samba.param import LoadParm
from samba.samdb import SamDB
lp = LoadParm()
lp.load(sys.argv[1])
message = ldb.Message(ldb.Dn(sam := SamDB(lp=lp, session_info=system_session()), sys.argv[2]))
message['pwdLastSet'] = ldb.MessageElement('132223104000000000', ldb.FLAG_MOD_REPLACE, 'pwdLastSet')
sam.modify(message, [f'local_oid:{DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID}:0'])
`;

/** Samba's databases wait for no disk: what a test domain holds need not outlive a power cut, and a slow disk would hold up every answer behind a write. */
const env = { ...process.env, TDB_NO_FSYNC: '1' };

function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (fault) {
    throw new Error(`${command} ${args.slice(0, 2).join(' ')} failed: ${(fault as { stderr?: string }).stderr ?? ''}`, { cause: fault });
  }
}

/** Only LDAP is served. `vfs objects` is emptied: a file system without extended attributes would do. The old password is over at once. */
function writeConfig(folder: string, address: string): string {
  const folders = {
    private: 'private dir',
    state: 'state directory',
    cache: 'cache directory',
    lock: 'lock directory',
    pid: 'pid directory',
    rpc: 'ncalrpc dir',
    dns: 'binddns dir',
  };
  for (const name of Object.keys(folders)) mkdirSync(join(folder, name));
  const settings = [
    'netbios name = DC1',
    'realm = FJALLBYN.EXAMPLE',
    'workgroup = FJALLBYN',
    'server role = active directory domain controller',
    'server services = ldap',
    `interfaces = ${address}/8`,
    'bind interfaces only = yes',
    'vfs objects =',
    'old password allowed period = 0',
    `tls cafile = ${folder}/ca.pem`,
    `tls certfile = ${folder}/server.pem`,
    `tls keyfile = ${folder}/server.key`,
    `log file = ${folder}/log`,
    ...Object.entries(folders).map(([name, setting]) => `${setting} = ${folder}/${name}`),
  ];
  const share = (name: string, path: string): string[] => [
    `[${name}]`,
    `path = ${folder}/state/${path}`,
    'read only = no',
    'vfs objects =',
  ];
  const lines = ['[global]', ...settings, ...share('sysvol', 'sysvol'), ...share('netlogon', 'sysvol/fjallbyn.example/scripts')];
  const file = join(folder, 'smb.conf');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** The server's certificate names its address and `localhost`, by which a test's own ways lead to it; and not 127.0.0.1. */
function makeCertificates(folder: string, address: string): void {
  const at = (name: string): string => join(folder, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = (name: string): string =>
    run('openssl', [
      'req',
      '-x509',
      ...newKey,
      '-subj',
      `/CN=${name}`,
      '-days',
      '2',
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.pem`),
    ]);
  authority('ca');
  authority('other-ca');
  run('openssl', ['req', '-new', ...newKey, '-subj', '/CN=dc1.fjallbyn.example', '-keyout', at('server.key'), '-out', at('server.csr')]);
  writeFileSync(at('names'), `subjectAltName=DNS:dc1.fjallbyn.example,DNS:localhost,IP:${address}\n`);
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('names')];
  run('openssl', ['x509', '-req', '-in', at('server.csr'), ...signed, '-out', at('server.pem')]);
  // Samba refuses a key that others may read.
  writeFileSync(at('server.key'), readFileSync(at('server.key')), { mode: 0o600 });
}

async function untilItListens(child: ChildProcess, address: string): Promise<void> {
  const deadline = Date.now() + 180_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`samba ended with status ${child.exitCode}`);
    if (await answers(address, 636)) return;
  }
  child.kill('SIGKILL');
  throw new Error('samba did not begin to listen');
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => setTimeout(() => resolve(false), 50));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });
}
