import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { certificateEnd } from '../../src/doctor/examine-address.ts';
import { keys } from '../../src/store/keys.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { group, hire } from '../servers/graph/tenant.ts';
import { openClinic, smtpPassword, startTls, twilioToken, type Clinic } from './clinic.ts';

let clinic: Clinic;
beforeEach(async () => {
  clinic = await openClinic();
});
const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(toClose.splice(0).map((close) => close()));
  await clinic.close();
});

const writes = () => clinic.graph.asked.filter(({ method }) => method !== 'GET');
const test1 = 'doctor.test@fjallbyn.example';
const decoy = 'decoy@fjallbyn.example';

describe('npm run doctor', () => {
  test('tries every part, sends and sets nothing by itself, and says so with status 0', async () => {
    const { status, out, row } = await clinic.run();
    expect(out).not.toContain('FAILS');
    expect(status).toBe(0);
    const parts = ['configuration', 'store', 'keys', 'directory', 'mail', 'text message', 'Teams', 'public address'];
    for (const part of parts) expect(row(part)).toMatch(new RegExp(`^${part} works `, 'u'));
    for (const part of ['places on file', 'reset', 'decoy', 'call']) expect(row(part)).toMatch(new RegExp(`^${part} - `, 'u'));
    expect(row('public address')).toContain('good for 60 days');
    expect([writes(), clinic.smtp.received, clinic.twilio.received, clinic.twilio.calls]).toEqual([[], [], [], []]);
  });

  test('tries for real what is named: a reset, a decoy, a mail, a text message, a call', async () => {
    const user = hire(clinic.graph.tenant, { userPrincipalName: test1 });
    const admin = hire(clinic.graph.tenant, { userPrincipalName: decoy });
    clinic.graph.tenant.activeRoles.add(admin.id);
    // As Entra protects administrators from an application without a role over them.
    clinic.graph.trouble(({ method, path }) => method === 'PATCH' && path.includes(admin.id), {
      status: 403,
      body: { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' } },
    });
    clinic.writePolicy(`doctor: { testAccount: ${test1}, decoyAccount: ${decoy}, testMail: it@example.org, testNumber: "+46701740699" }`);
    const { status, out, row } = await clinic.run(['--all']);
    expect(out).not.toContain('FAILS');
    expect(status).toBe(0);
    expect(row('directory')).toContain(`it knows ${test1}: a person, enabled, password managed here`);
    expect(row('reset')).toContain(`reset works a random password was set for ${test1}`);
    expect(user.password).not.toBe('Gammalt-glomt-77');
    expect(out).not.toContain(user.password ?? '');
    expect(row('decoy')).toContain(`decoy works the directory itself refuses a password for ${decoy}`);
    expect(admin.password).toBe('Gammalt-glomt-77');
    expect(clinic.smtp.received.map(({ to }) => to)).toEqual(['it@example.org']);
    expect(clinic.twilio.received.map(({ to }) => to)).toEqual(['+46701740699']);
    expect(clinic.twilio.calls.map(({ fields }) => fields['To'])).toEqual(['+46701740699']);
  });

  test('I10: a decoy that the directory does NOT refuse fails loudly', async () => {
    const admin = hire(clinic.graph.tenant, { userPrincipalName: decoy });
    clinic.graph.tenant.activeRoles.add(admin.id);
    const { status, row } = await clinic.run(['--decoy', decoy]);
    expect(status).toBe(1);
    expect(row('decoy')).toContain(`decoy FAILS DANGER: the directory let us set the password of ${decoy}`);
    expect(row('decoy')).toContain('Do not go live');
  });

  test('I10: a decoy proves nothing when it is not there, not privileged, or not reached', async () => {
    expect((await clinic.run(['--decoy', decoy])).row('decoy')).toContain('FAILS there is no account');
    const admin = hire(clinic.graph.tenant, { userPrincipalName: decoy });
    expect((await clinic.run(['--decoy', decoy])).row('decoy')).toContain('is not seen as privileged');
    expect(writes()).toEqual([]);
    clinic.graph.tenant.activeRoles.add(admin.id);
    clinic.graph.trouble(({ method }) => method === 'PATCH', 'lost-answer');
    const { status, row } = await clinic.run(['--decoy', decoy]);
    expect([status, row('decoy')]).toEqual([1, expect.stringContaining('cannot be told')]);
  });

  test('a privileged test account gets no password', async () => {
    const user = hire(clinic.graph.tenant, { userPrincipalName: test1, memberOf: [group({ isAssignableToRole: true })] });
    const { status, row } = await clinic.run(['--account', test1, '--reset']);
    expect([status, row('reset')]).toEqual([1, expect.stringContaining('counts as privileged')]);
    expect(user.password).toBe('Gammalt-glomt-77');
  });

  test('a permission that is missing is named, with where it stands how to grant it', async () => {
    hire(clinic.graph.tenant, { userPrincipalName: test1 });
    clinic.graph.granted.delete('RoleManagement.Read.Directory');
    const read = await clinic.run(['--account', test1]);
    expect([read.status, read.row('directory')]).toEqual([1, expect.stringMatching(/RoleManagement\.Read\.Directory.*README/su)]);
    clinic.graph.granted.add('RoleManagement.Read.Directory');
    clinic.graph.granted.delete('User-PasswordProfile.ReadWrite.All');
    const set = await clinic.run(['--account', test1, '--reset']);
    expect([set.status, set.row('reset')]).toEqual([1, expect.stringMatching(/FAILS.*User-PasswordProfile.*Grant the application/su)]);
  });

  describe('what the directory has on file', () => {
    const [phone, mail] = ['UserAuthMethod-Phone.Read.All', 'UserAuthMethod-Email.Read.All'] as const;
    const places = {
      mobilePhone: '+46701740641',
      signInPhones: [{ phoneNumber: '+46 701740642', phoneType: 'mobile' }],
      signInMail: 'a@example.net',
    } as const;
    beforeEach(() => void hire(clinic.graph.tenant, { userPrincipalName: test1, ...places }));

    test('is read and counted, and none of it is printed', async () => {
      const { status, out, row } = await clinic.run(['--account', test1]);
      expect([status, row('places on file')]).toEqual([
        0,
        expect.stringContaining(`places on file works the directory holds 2 numbers and 1 address of ${test1}`),
      ]);
      expect(row('places on file')).not.toContain('->');
      expect(out).not.toMatch(/1740 ?64|a@example/u);
    });

    test.each([
      [
        [phone],
        '1 number and 1 address',
        /Phone\.Read\.All is not granted: the numbers.*-> Only if.*grant the application UserAuthMethod-Phone\.Read\.All and give/su,
      ],
      [
        [mail],
        '2 numbers and 0 addresses',
        /Email\.Read\.All is not granted: the addresses.*-> Only if.*grant the application UserAuthMethod-Email\.Read\.All and give/su,
      ],
      [
        [phone, mail],
        '1 number and 0 addresses',
        /the numbers.*the addresses.*-> Only if.*Phone\.Read\.All and UserAuthMethod-Email\.Read\.All/su,
      ],
    ])('without %j: what is not offered, with how to have it, and no failure', async (missing, held, words) => {
      for (const grant of missing) clinic.graph.granted.delete(grant);
      const { status, row } = await clinic.run(['--account', test1]);
      expect([status, row('places on file')]).toEqual([0, expect.stringMatching(words)]);
      expect(row('places on file')).toContain(`places on file works the directory holds ${held}`);
      expect(row('directory')).toContain('directory works');
    });

    test.each([
      ['busy', { status: 503, body: {} }],
      ['not in the form that is published', { status: 200, body: { value: [{ phone: '+46701740642' }] } }],
    ] as const)('an answer that is %s is no missing permission: it fails', async (_how, answer) => {
      clinic.graph.trouble(({ path }) => path.endsWith('/phoneMethods'), answer);
      const { status, row } = await clinic.run(['--account', test1]);
      expect([status, row('places on file')]).toEqual([
        1,
        expect.stringMatching(/FAILS Graph did not.*Phone\.Read\.All\).*-> Nobody is kept/su),
      ]);
    });

    test('is not looked for while the directory fails', async () => {
      clinic.graph.granted.delete('RoleManagement.Read.Directory');
      expect((await clinic.run(['--account', test1])).row('places on file')).toContain(
        'places on file - the directory is to be mended first',
      );
    });
  });

  test('each broken part fails alone, with why and the remedy', async () => {
    clinic.environment['ENTRA_CLIENT_SECRET'] = 'another secret';
    clinic.environment['SMTP_URL'] = `smtp://latchkey:${encodeURIComponent('wrong horse')}@127.0.0.1:${clinic.smtp.port}`;
    clinic.twilio.mood = 20003;
    clinic.health.status = 502;
    const { status, row, out } = await clinic.run([], {
      botToken: {
        read: () => Promise.reject(new Error('AADSTS7000222: The provided client secret keys are expired. a password of the bot')),
      },
    });
    expect(status).toBe(1);
    expect(row('store')).toContain('works');
    expect(row('directory')).toMatch(/FAILS.*credentials of ENTRA_CLIENT_ID.*-> Correct/su);
    expect(row('mail')).toMatch(/FAILS.*neither the user nor the password.*-> Correct/su);
    expect(row('text message')).toMatch(/FAILS.*20003.*TWILIO_AUTH_TOKEN/su);
    expect(row('Teams')).toMatch(/FAILS.*AADSTS7000222.*MicrosoftAppPassword has expired/su);
    expect(row('public address')).toMatch(/FAILS.*502.*Start Latchkey/su);
    for (const secret of ['another secret', 'wrong horse', smtpPassword, twilioToken, 'a password of the bot'])
      expect(out).not.toContain(secret);
  });

  test('servers that are not there are told apart from names that are not', async () => {
    await clinic.graph.cutOff();
    clinic.environment['SMTP_URL'] = 'smtps://no-such-host.invalid';
    const { status, row } = await clinic.run([], {
      certificateEnd: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
    });
    expect(status).toBe(1);
    expect(row('directory')).toMatch(/FAILS.*nothing listens there|FAILS.*Entra gave us no token/su);
    expect(row('mail')).toMatch(/FAILS.*(there is no such host|name server|does not answer in time)/su);
    expect(row('public address')).toContain('there is no such host');
  });

  test('a certificate of the public address that is over, or nearly, is told', async () => {
    clinic.days.left = 5;
    expect((await clinic.run()).row('public address')).toContain('FAILS its certificate ends in 5 days');
    const { server } = await expired(clinic.folder);
    const { status, row } = await clinic.run([], { certificateEnd: () => certificateEnd('localhost', server.port) });
    expect([status, row('public address')]).toEqual([1, expect.stringMatching(/certificate (has expired|is signed by nobody)/u)]);
  });

  test("a domain controller's certificate that has expired is told as that", async () => {
    const { server, cert } = await expired(clinic.folder);
    Object.assign(clinic.environment, {
      DIRECTORY: 'active-directory',
      LDAP_URL: `ldaps://localhost:${server.port}`,
      LDAP_CA_FILE: cert,
      LDAP_BIND_DN: 'CN=latchkey,DC=example,DC=org',
      LDAP_BIND_PASSWORD: 'the-ldap-password',
      LDAP_BASE: 'DC=example,DC=org',
    });
    const { status, out, row } = await clinic.run(['--account', test1, '--reset']);
    expect([status, row('directory')]).toEqual([1, expect.stringMatching(/FAILS.*its certificate has expired.*-> Renew/su)]);
    expect(row('reset')).toContain('the directory is to be mended first');
    expect(out).not.toContain('the-ldap-password');
  });

  test('a store that was sealed with keys that are gone is told, and left as it is', async () => {
    const folder = clinic.environment['DATA_DIR'] ?? '';
    const store = openSqlite({ folder, serve: false });
    const key = keys.auditHead('p03');
    const head = { sequence: 1, mac: 'x', seal: 'other.x' };
    await store.commit({ put: { [key]: head } });
    await store.close();
    const { status, row } = await clinic.run();
    expect([status, row('keys')]).toEqual([1, expect.stringMatching(/FAILS.*none of our keys.*-> Put every key/su)]);
    const again = openSqlite({ folder, serve: false });
    const { rows } = await again.open({ key, owner: null, alsoRead: [], now: 0 });
    expect(rows.get(key)?.value).toEqual(head);
    expect((await again.open({ key: keys.doctor, owner: null, now: 0 })).rows.get(keys.doctor) ?? null).toBeNull();
    await again.close();
  });

  test('a store that cannot be opened does not keep the rest from being tried', async () => {
    const file = join(clinic.folder, 'a-file');
    writeFileSync(file, '');
    clinic.environment['DATA_DIR'] = file;
    const { status, row } = await clinic.run();
    expect(status).toBe(1);
    expect(row('store')).toContain('FAILS');
    expect(row('mail')).toContain('works');
  });

  test('faults of the configuration are all of them rows, with status 2, and nothing is tried', async () => {
    clinic.environment['SEAL_KEYS'] = undefined;
    clinic.environment['ENTRA_CLIENT_ID'] = 'x';
    const { status, out } = await clinic.run();
    expect(status).toBe(2);
    expect(out).toMatch(/configuration +FAILS +SEAL_KEYS is missing/u);
    expect(out).toMatch(/configuration +FAILS +ENTRA_CLIENT_ID/u);
    expect(clinic.graph.asked).toEqual([]);
  });

  test.each([['--unknown'], ['extra'], ['--mail']])('a command line that is not understood says how it is: %s', async (arg) => {
    const { status, err } = await clinic.run([arg]);
    expect(status).toBe(2);
    expect(err).toContain('Usage:');
  });
});

test('in local mode everything on this machine is tried, and nothing else', async () => {
  for (const name of Object.keys(clinic.environment)) if (name !== 'DATA_DIR' && name !== 'SEAL_KEYS') delete clinic.environment[name];
  clinic.environment['PORT'] = '3999';
  const { status, out, row } = await clinic.run(['--all'], { fetch: () => Promise.reject(new Error('nobody')) });
  expect(out).not.toContain('FAILS');
  expect(status).toBe(0);
  expect(row('configuration')).toContain('local mode');
  expect(row('directory')).toContain('works');
  expect(row('mail')).toContain('nothing leaves this machine');
  expect(row('public address')).toContain('no server runs here now');
});

/** A server whose certificate ended yesterday, and the file it stands in. */
async function expired(folder: string) {
  const [key, csr, cert] = ['key.pem', 'cert.csr', 'cert.pem'].map((name) => join(folder, name)) as [string, string, string];
  const quiet = { stdio: 'ignore' } as const;
  execFileSync('openssl', ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', csr, '-subj', '/CN=localhost'], quiet);
  execFileSync('openssl', ['x509', '-req', '-in', csr, '-signkey', key, '-out', cert, '-days', '-1'], quiet);
  const server = await startTls({ key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') });
  toClose.push(server.close);
  return { server, cert };
}
