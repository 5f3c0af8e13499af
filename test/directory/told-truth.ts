import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readEligibility } from '../../src/directory/handlers.ts';
import { unlock } from '../../src/directory/unlock.ts';
import { Talk } from '../dialogs/talk.ts';
import { startCompany, type Company } from './company.ts';
import type { DirectoryUnderTest } from './contract.ts';

/**
 * What a person hears, and what is not done, while a directory does not answer; whatever stands behind it.
 * @param hows `silent`: it is reached and says nothing, until our own limits run out
 */
export function toldTruth(
  name: string,
  make: () => Promise<DirectoryUnderTest>,
  hows: readonly ('cut off' | 'silent')[] = ['cut off'],
): void {
  describe.each(hows)(`while ${name} does not answer: %s`, (how) => {
    let on: DirectoryUnderTest;
    let company: Company;
    beforeEach(async () => {
      on = await make();
      company = await startCompany();
      if (how === 'silent') on.halfWay?.fallSilent?.();
      else await on.cutOff();
    });
    afterEach(async () => {
      await company.close();
      await on.close();
    });
    const needs = () => ({ ...company.needs, directory: on.directory });
    const act = async (id: string) =>
      company.act('registered', { id, accountId: on.people.ordinary.id, account: async () => on.directory.find(on.people.ordinary.id) });
    const audit = async () => (await company.audit()).filter(({ account }) => account === on.people.ordinary.id);

    test.each(['reset', 'unlock', 'register', 'methods'] as const)(
      '%s is neither allowed nor refused: nobody can tell now, and a case is offered',
      async (purpose) => {
        const verdict = await readEligibility(needs()).run({ purpose }, await act('act-1'));
        expect(verdict).toEqual({ type: 'eligibility.unavailable' });
        expect(await audit()).toEqual([]);
        const talk = new Talk().atHome().wishes(purpose).gets({ type: 'eligibility.unavailable' });
        expect(talk.params).toMatchObject({ ending: 'unavailable' });
        expect(talk.prompt).toBe('escalate.offer');
      },
    );

    test('an unlock is not done, nobody is told of one, and asked again it is as before', async () => {
      for (let time = 0; time < 2; time += 1)
        expect(await unlock(needs()).run({ proofs: [] }, await act('act-1'))).toEqual({ type: 'unlock.unavailable' });
      expect(await company.owed()).toEqual([]);
    });
  });
}
