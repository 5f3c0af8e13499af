import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { caseActs } from '../../src/desk/acts.ts';
import type { CaseRecord } from '../../src/desk/case-record.ts';
import { keys } from '../../src/store/keys.ts';
import { agentNina, agentOmar, DeskWorld } from './desk-world.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld();
  world.standing = { ok: true, proof: 'agents-own' };
  world.registered = [{ kind: 'text-message', since: 0 }];
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  await world.pay();
  await world.click({ act: 'claim' });
  await world.pay();
});
afterEach(() => world.end());

/** Every act with power but the one that verifies. */
const powers = caseActs.filter(({ id, takesProof }) => takesProof && id !== 'verify-caller').map(({ id }) => id);

/** A call that is over: of this caller, but not verified, or verified too long ago. */
const call = (more: Partial<NonNullable<CaseRecord['caller']>> = {}): NonNullable<CaseRecord['caller']> => ({
  id: 'call-1',
  by: agentNina,
  name: 'Nina Falk',
  mac: 'mac',
  askedAt: 1,
  until: world.clock.now() + 600_000,
  state: 'asked',
  stack: world.act().stack,
  attempt: 'typed-1',
  proofs: [],
  verifiedAt: null,
  ...more,
});

const keep = async (record: CaseRecord): Promise<void> =>
  world.store.commit({ put: { [keys.case(record.id)]: record } }).then(() => undefined);

describe('R37: nothing without a verification of this caller', () => {
  test('the acts with power are known', () => {
    expect(powers).toEqual([
      'give-password',
      'give-unlock',
      'give-temporary-pass',
      'give-remove-method',
      'approve',
      'ask-colleague',
      'thaw',
    ]);
  });

  test.each(powers.flatMap((act) => (['none', 'asked', 'reported', 'old'] as const).map((how) => [act, how] as const)))(
    '%s gives nothing: %s',
    async (id, how) => {
      const before = await world.record();
      if (how !== 'none') {
        const caller = how === 'old' ? call({ state: 'verified', verifiedAt: world.clock.now() - 15 * 60_000 }) : call({ state: how });
        await keep({ ...before, caller });
      }
      for (const by of [agentNina, agentOmar]) {
        const acted = await world.click({ act: id, by, typed: { method: 'text-message', what: 'password' } });
        expect(acted.ok && acted.changed).toBe(false);
      }
      const { grants, approval, revision } = await world.record();
      expect([grants ?? [], approval, revision]).toEqual([[], undefined, before.revision]);
      expect((await world.inbox()).filter(({ value }) => JSON.stringify(value).includes('grant'))).toEqual([]);
    },
  );
});

describe('R37: no question about personal data', () => {
  /** All that can be typed freely, on any card: a user ID of a colleague, and what is written to the employee. */
  const free = ['answer.note', 'ask.note', 'assign.agent', 'check-identity.who', 'resolve.note'];

  test('each input of every act is a choice of a list, or one of few that are known', async () => {
    const claimed = await world.record();
    const now = world.clock.now();
    const verified = { ...claimed, caller: call({ state: 'verified', verifiedAt: now }) };
    const states = [claimed, verified, { ...claimed, claimed: null }, { ...claimed, state: 'resolved' as const }];
    const inputs = caseActs.flatMap((act) =>
      states.flatMap((record) => (act.offered(record, now)?.inputs ?? []).map(({ id, form }) => ({ name: `${act.id}.${id}`, form }))),
    );
    expect(inputs.map(({ name }) => name)).toEqual(expect.arrayContaining([...free, 'give-remove-method.method', 'check-identity.second']));
    const typed = inputs.filter(({ form }) => typeof form === 'string').map(({ name }) => name);
    expect([...new Set(typed)].toSorted()).toEqual(free);
  });

  test.each(['sv', 'en'])('no label of an input asks for any (%s)', (language) => {
    const words = JSON.parse(readFileSync(`src/locales/${language}/desk.json`, 'utf8')) as Readonly<Record<string, string>>;
    const labels = Object.entries(words).filter(([key]) => key.startsWith('input.'));
    expect(labels.length).toBeGreaterThan(20);
    const personal =
      /personnummer|född|födelse|anställningsnummer|lön|hemadress|birth|social security|employee (?:number|id)|salary|home address/iu;
    // What the note beside a question warns of is no question.
    const asked = labels.map(([, label]) => label.replaceAll(/(?:Fråga aldrig efter|Never ask for)[^.]*\./gu, ''));
    expect(asked.filter((label) => personal.test(label))).toEqual([]);
  });
});
