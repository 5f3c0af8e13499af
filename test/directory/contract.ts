import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Policy } from '../../src/config/policy.ts';
import type { AccountId, Directory, TemporaryPass } from '../../src/directory/port.ts';
import { firstProofPlaces } from '../../src/methods/first-proof-places.ts';
import type { MethodPorts } from '../../src/methods/ports.ts';
import { Keys } from '../../src/security/keys.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import { demoPolicy } from '../delivery/demo-words.ts';

/** What a directory brings to the contract: itself and some people in it, made anew for each test. */
export interface DirectoryUnderTest {
  readonly directory: Directory;
  readonly people: {
    /** An enabled person, not locked, whose password is managed here. */
    readonly ordinary: { readonly id: AccountId; readonly userId: string; readonly password: string };
    readonly disabled: { readonly id: AccountId; readonly password: string };
    readonly withoutPassword: { readonly id: AccountId };
    readonly managedElsewhere: { readonly id: AccountId };
  };
  /** A password that breaks no rule of this directory for `ordinary`. */
  readonly goodPassword: string;
  /** Wrong passwords in a row that lock an account. */
  readonly wrongPasswordsThatLock: number;
  /** Tries a wrong password where the directory itself takes none, and the one behind it counts. */
  readonly guess?: (id: AccountId, password: string) => Promise<unknown>;
  /** Whether a password is the account's, where the directory itself does not prove one. */
  readonly isPassword?: (id: AccountId, password: string) => Promise<boolean>;
  /** Gives `ordinary` another user ID, as an administrator does. */
  moveUserId(userId: string): Promise<void>;
  /** Writes a mobile number and an alternate address into the entry of `ordinary`, as an administrator does. */
  putOnFile(phone: string, mail: string): Promise<void>;
  /** Makes the directory fail as one does that cannot be reached. */
  cutOff(): Promise<void>;
  /** How else it can be made to fail. */
  readonly halfWay?: HalfWay;
  close(): Promise<void>;
}

/** What goes wrong in the middle of something. */
export interface HalfWay {
  /** From now on it takes what it is sent and answers nothing, until our own limits run out; left out where there are none. */
  readonly fallSilent?: () => void;
  /** What is written next is done, and its answer is lost; where it can fall silent it does so with that. */
  loseAnswer(): void;
  /** All is well again. */
  answerAgain(): void;
  /** How many writes it was sent so far. */
  writes(): number;
  /** Takes `ordinary` away, as an administrator does. */
  remove(): Promise<void>;
}

const nobody = '00000000-0000-4000-8000-000000000000';

/** What a directory may be without. `proof`: it proves no password that is typed here. `locks`: it shows no lock, and lifts one with a new password only. */
type Lack = 'proof' | 'locks';

/** What every directory must do, whatever stands behind it. */
export function directoryContract(name: string, make: () => Promise<DirectoryUnderTest>, lacks: readonly Lack[] = []): void {
  describe(`the directory contract on ${name}`, () => {
    let on: DirectoryUnderTest;
    beforeEach(async () => {
      on = await make();
    });
    afterEach(() => on.close());

    const proves = !lacks.includes('proof');
    const locks = !lacks.includes('locks');
    const testIf = (has: boolean): typeof test | (() => void) => (has ? test : () => undefined);
    const isPassword = async (id: AccountId, password: string): Promise<boolean> =>
      on.isPassword === undefined ? (await on.directory.provePassword(id, password)).ok : on.isPassword(id, password);
    const pass = async (id: AccountId): Promise<TemporaryPass> => {
      if (on.directory.temporaryPass === undefined) throw new Error('this directory gives no passes');
      return on.directory.temporaryPass(id);
    };
    const wrongGuesses = async (count: number): Promise<void> => {
      for (let guess = 0; guess < count; guess += 1)
        await (on.guess ?? ((id, password) => on.directory.provePassword(id, password)))(on.people.ordinary.id, `wrong-${guess}`);
    };

    test('I9: an account is found by its immutable id, and by its user ID in any case', async () => {
      const { id, userId } = on.people.ordinary;
      const state = await on.directory.find(id);
      expect(state).toMatchObject({ id, userId, kind: 'person', enabled: true, hasPassword: true, passwordManaged: 'here', locked: null });
      expect(state).toMatchObject({ passwordExpired: false, mustChangePassword: false });
      expect((await on.directory.findByUserId(userId.toUpperCase()))?.id).toBe(id);
    });

    test('who does not exist is not found', async () => {
      expect(await on.directory.find(nobody)).toBeNull();
      expect(await on.directory.findByUserId('nobody@nowhere.example')).toBeNull();
      expect(await on.directory.findByUserId('')).toBeNull();
      if (proves) expect(await on.directory.provePassword(nobody, 'x')).toEqual({ ok: false, reason: 'not-found' });
      expect(await on.directory.setPassword(nobody, on.goodPassword)).toEqual({ ok: false, reason: 'not-found' });
      expect(await on.directory.unlock(nobody)).toEqual({ ok: false, reason: 'not-found' });
    });

    test('a user ID is matched whole', async () => {
      const { userId } = on.people.ordinary;
      expect(await on.directory.findByUserId(userId.slice(0, -1))).toBeNull();
      expect(await on.directory.findByUserId(userId.split('@')[0] ?? '')).toBeNull();
      expect(await on.directory.findByUserId('*')).toBeNull();
    });

    test('I9: a user ID that moved is found under the new one only, and the id stays', async () => {
      const { id, userId } = on.people.ordinary;
      await on.moveUserId('moved.away@fjallbyn.example');
      expect(await on.directory.findByUserId(userId)).toBeNull();
      expect((await on.directory.findByUserId('moved.away@fjallbyn.example'))?.id).toBe(id);
    });

    test('what it holds of numbers and addresses is read as it stands there, and says when; nobody has any of them by default', async () => {
      const { id } = on.people.ordinary;
      expect(await on.directory.placesOnFile?.(id)).toEqual({ readAt: expect.any(Number), places: [] });
      await on.putOnFile('070-174 06 34', 'alma.hemma@example.net');
      expect((await on.directory.placesOnFile?.(id))?.places).toEqual([
        { kind: 'phone', to: '070-174 06 34', source: 'profile' },
        { kind: 'mail', to: 'alma.hemma@example.net', source: 'profile' },
      ]);
      expect((await on.directory.placesOnFile?.(on.people.withoutPassword.id))?.places).toEqual([]);
      for (const each of [nobody, on.people.ordinary.userId, "' or 1 eq 1", '*)(mobile=*', '']) {
        expect(await on.directory.placesOnFile?.(each)).toBeNull();
      }
    });

    test('I3: by a policy that takes what stands in the entry it begins a registration, as it stands there now; by one that does not, nothing does', async () => {
      const { id } = on.people.ordinary;
      expect(await beginningBy(on.directory, id, 'any')).toEqual([]);
      await on.putOnFile('070-174 06 34', 'alma.hemma@example.net');
      expect(await beginningBy(on.directory, id, 'any')).toEqual(['+46701740634', 'alma.hemma@example.net']);
      expect(await beginningBy(on.directory, id, 'sign-in')).toEqual([]);
      expect(await beginningBy(on.directory, id, 'none')).toEqual([]);
      await on.putOnFile('070-174 06 35', 'alma.hemma@fjallbyn.example');
      expect(await beginningBy(on.directory, id, 'any')).toEqual(['+46701740635']);
      const state = await on.directory.find(id);
      await on.cutOff();
      expect(
        await beginningBy({ find: async () => state, placesOnFile: on.directory.placesOnFile?.bind(on.directory) }, id, 'any'),
      ).toEqual([]);
    });

    testIf(proves)('I3: the present password is proved by the directory', async () => {
      const { id, password } = on.people.ordinary;
      expect(await on.directory.provePassword(id, password)).toEqual({ ok: true });
      expect(await on.directory.provePassword(id, `${password} `)).toEqual({ ok: false, reason: 'wrong' });
      expect(await on.directory.provePassword(id, '')).toEqual({ ok: false, reason: 'wrong' });
      expect(await on.directory.provePassword(on.people.disabled.id, on.people.disabled.password)).toEqual({
        ok: false,
        reason: 'disabled',
      });
      expect(await on.directory.provePassword(on.people.withoutPassword.id, 'x')).toEqual({ ok: false, reason: 'no-password' });
    });

    testIf(proves && locks)('I3: wrong passwords count against the lockout, and the right one does not open a locked account', async () => {
      const { id, password } = on.people.ordinary;
      await wrongGuesses(on.wrongPasswordsThatLock - 1);
      expect((await on.directory.find(id))?.locked).toBeNull();
      await wrongGuesses(1);
      expect(await on.directory.provePassword(id, password)).toEqual({ ok: false, reason: 'locked' });
      expect((await on.directory.find(id))?.locked).toMatchObject({ why: 'wrong-passwords' });
    });

    testIf(proves)('a right password forgets the wrong ones before it', async () => {
      const { id, password } = on.people.ordinary;
      await wrongGuesses(on.wrongPasswordsThatLock - 1);
      expect(await on.directory.provePassword(id, password)).toEqual({ ok: true });
      await wrongGuesses(on.wrongPasswordsThatLock - 1);
      expect(await on.directory.provePassword(id, password)).toEqual({ ok: true });
    });

    test('a password that was set is the password, and the one before it is not', async () => {
      const { id, password } = on.people.ordinary;
      const set = await on.directory.setPassword(id, on.goodPassword);
      expect(set).toMatchObject({ ok: true });
      expect(await isPassword(id, on.goodPassword)).toBe(true);
      expect(await isPassword(id, password)).toBe(false);
      expect((await on.directory.find(id))?.passwordSetAt).toBe(set.ok ? set.at : 'not set');
      // What its owner chose is final.
      expect(await on.directory.find(id)).toMatchObject({ mustChangePassword: false, passwordExpired: false });
    });

    test('a password may be changed with the present one beside it', async () => {
      const { id, password } = on.people.ordinary;
      expect(await on.directory.setPassword(id, on.goodPassword, password)).toMatchObject({ ok: true });
      expect(await isPassword(id, on.goodPassword)).toBe(true);
      expect(await isPassword(id, password)).toBe(false);
    });

    testIf(locks)('setting a password lifts a lock', async () => {
      const { id } = on.people.ordinary;
      await wrongGuesses(on.wrongPasswordsThatLock);
      expect(await on.directory.setPassword(id, on.goodPassword)).toMatchObject({ ok: true });
      expect((await on.directory.find(id))?.locked).toBeNull();
      expect(await isPassword(id, on.goodPassword)).toBe(true);
    });

    test('a first password can be set for who never had one', async () => {
      const { id } = on.people.withoutPassword;
      expect((await on.directory.find(id))?.hasPassword).toBe(false);
      expect(await on.directory.setPassword(id, on.goodPassword)).toMatchObject({ ok: true });
      expect((await on.directory.find(id))?.hasPassword).toBe(true);
    });

    test('no password is set for a disabled account, nor for one managed elsewhere', async () => {
      expect(await on.directory.setPassword(on.people.disabled.id, on.goodPassword)).toEqual({ ok: false, reason: 'disabled' });
      expect(await on.directory.setPassword(on.people.managedElsewhere.id, on.goodPassword)).toEqual({
        ok: false,
        reason: 'managed-elsewhere',
      });
      expect(await on.directory.unlock(on.people.managedElsewhere.id)).toEqual({ ok: false, reason: 'managed-elsewhere' });
    });

    test('a password that breaks a rule is refused by that rule, and changes nothing', async () => {
      const { id, password } = on.people.ordinary;
      const rules = (await on.directory.passwordRules(id)).map((rule) => rule.id);
      const refused = await on.directory.setPassword(id, 'x');
      expect(refused).toMatchObject({ ok: false, reason: 'policy' });
      expect(rules).toContain(refused.ok || refused.reason !== 'policy' ? 'none' : refused.rule);
      expect(await isPassword(id, password)).toBe(true);
    });

    test('a temporary pass lets its owner in once: a password that must be changed, or a pass beside the one that stays', async () => {
      const { id, password } = on.people.ordinary;
      const given = await pass(id);
      if (!given.ok) throw new Error(`no pass: ${given.reason}`);
      expect(given.pass.length).toBeGreaterThanOrEqual(8);
      const isTheirs = await isPassword(id, given.pass);
      expect([given.is, isTheirs, await isPassword(id, password)]).toEqual(
        given.is === 'password' ? ['password', true, false] : ['access-pass', false, true],
      );
      expect((await on.directory.find(id))?.mustChangePassword).toBe(given.is === 'password');
      expect(given.until === null).toBe(given.is === 'password');
      const another = await pass(id);
      expect(another.ok && another.pass !== given.pass).toBe(true);
      if (isTheirs) expect(await isPassword(id, given.pass)).toBe(false);
      // A password of the owner's own ends it.
      expect(await on.directory.setPassword(id, on.goodPassword)).toMatchObject({ ok: true });
      expect((await on.directory.find(id))?.mustChangePassword).toBe(false);
    });

    testIf(locks)('a temporary password lifts a lock', async () => {
      const { id } = on.people.ordinary;
      await wrongGuesses(on.wrongPasswordsThatLock);
      const given = await pass(id);
      // A pass of the cloud's opens the cloud alone.
      if (!given.ok || given.is !== 'password') return;
      expect((await on.directory.find(id))?.locked).toBeNull();
      expect(await isPassword(id, given.pass)).toBe(true);
    });

    test('nobody is given a pass who is not there, or disabled', async () => {
      expect(await pass(nobody)).toEqual({ ok: false, reason: 'not-found' });
      expect(await pass(on.people.disabled.id)).toEqual({ ok: false, reason: 'disabled' });
    });

    testIf(locks)('unlocking keeps the password, and done again changes nothing', async () => {
      const { id, password } = on.people.ordinary;
      await wrongGuesses(on.wrongPasswordsThatLock);
      expect(await on.directory.unlock(id)).toEqual({ ok: true });
      expect(await on.directory.unlock(id)).toEqual({ ok: true });
      expect((await on.directory.find(id))?.locked).toBeNull();
      expect(await isPassword(id, password)).toBe(true);
    });

    test('sessions can be ended again and again, and a directory that cannot says so', async () => {
      const told = await on.directory.endSessions(on.people.ordinary.id);
      expect(['ended', 'live']).toContain(told);
      expect(await on.directory.endSessions(on.people.ordinary.id)).toBe(told);
      expect(await on.directory.find(on.people.ordinary.id)).toMatchObject({ enabled: true });
    });

    test('a directory that cannot be reached is a fault that says so', async () => {
      await on.cutOff();
      const { id, password } = on.people.ordinary;
      const fault = { code: 'latchkey_directory_unreachable', kind: 'unavailable' };
      await expect(on.directory.find(id)).rejects.toMatchObject(fault);
      if (proves) await expect(on.directory.provePassword(id, password)).rejects.toMatchObject(fault);
      await expect(on.directory.setPassword(id, on.goodPassword)).rejects.toMatchObject(fault);
      await expect(on.directory.unlock(id)).rejects.toMatchObject(fault);
      await expect(pass(id)).rejects.toMatchObject(fault);
      await expect(on.directory.placesOnFile?.(id)).rejects.toMatchObject(fault);
    });
  });
}

/** The numbers and addresses, whole, by a code to which somebody with nothing registered may begin under a policy. */
async function beginningBy(
  directory: { readonly find: Directory['find']; readonly placesOnFile?: MethodPorts['placesOnFile'] },
  accountId: AccountId,
  directoryPlaces: Policy['firstProof']['directoryPlaces'],
): Promise<readonly string[]> {
  const keys = new Keys([{ name: 'k', bytes: Buffer.alloc(32, 3) }], systemRandom);
  const policy = { ...demoPolicy(), firstProof: { directoryPlaces } };
  const placesOnFile: MethodPorts['placesOnFile'] = async (id) => (await directory.placesOnFile?.(id)) ?? null;
  const ports = { policy, keys, random: systemRandom, placesOnFile };
  const places = await firstProofPlaces(ports, { accountId, door: 'teams' }, await directory.find(accountId));
  return places.map(({ secret }) => secret);
}
