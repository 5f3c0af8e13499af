import type { Policy } from '../config/policy.ts';
import { plantMethods } from '../methods/plant-methods.ts';
import { otpauthAddresses } from '../methods/summary.ts';
import type { Clock, Random } from '../ports.ts';
import type { Keys } from '../security/keys.ts';
import type { Store } from '../store/port.ts';
import { demoPeople, type DemoPerson, type Story } from './demo-people.ts';
import type { LocalDirectory } from './local.ts';

interface DemoCompany {
  readonly store: Store;
  readonly seals: Keys;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: Policy;
  readonly directory: LocalDirectory;
}

/**
 * Puts the demo people into the local directory, with the methods their stories begin with. Whoever is there already stays as they are,
 * so that it may run at every start.
 */
export async function seedDemoPeople(company: DemoCompany): Promise<void> {
  await Promise.all(demoPeople(company.clock.now()).map((person) => seed(company, person)));
}

async function seed({ store, seals, clock, random, policy, directory }: DemoCompany, person: DemoPerson): Promise<void> {
  const { account, password, methods } = person;
  // Methods first: nobody is there before their methods are, and a start that ends between the two is made good by the next.
  if (methods.length > 0 && (await directory.peek(account.id)) === null)
    await plantMethods({ store, clock, keys: seals, random, policy }, account.id, methods, clock.now());
  await directory.add(account, password);
}

/** A demo person as `GET /local/accounts` shows them. */
export interface DemoAccountShown {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly story: Story;
  /** The password at the start; left out once another was set, which nobody but its owner knows. */
  readonly password?: string;
  /** The `otpauth:` address of the person's newest authenticator app. */
  readonly otpauth?: string;
}

/** The demo people as they are now, for local mode's page. */
export function demoAccounts({
  store,
  seals,
  clock,
  directory,
}: Omit<DemoCompany, 'random' | 'policy'>): Promise<readonly DemoAccountShown[]> {
  return Promise.all(
    demoPeople(clock.now()).map(async ({ story, account, password }) => {
      const { id } = account;
      const now = await directory.peek(id);
      const { userId, name } = now ?? account;
      const addresses = await otpauthAddresses(store, seals, id, userId);
      const otpauth = addresses.at(-1);
      return {
        id,
        userId,
        name,
        story,
        ...(password !== null && now?.hasFirstPassword !== false ? { password } : {}),
        ...(otpauth === undefined ? {} : { otpauth }),
      };
    }),
  );
}
