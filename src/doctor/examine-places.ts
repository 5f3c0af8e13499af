import type { Spared } from '../directory/faults.ts';
import type { Directory, PlaceOnFile } from '../directory/port.ts';
import { fails, notTried, tried, works, type Finding } from './finding.ts';

interface PlacesExam {
  readonly directory: Directory;
  /** What came so far of all that a directory can do without, by the name of the permission. */
  readonly spared: ReadonlyMap<string, Spared>;
}

const part = 'places on file';

/** What people sign in to Microsoft with, by the permission that lets us read it. */
const signInPlaces = [
  { grant: 'UserAuthMethod-Phone.Read.All', what: 'the numbers people sign in to Microsoft with' },
  { grant: 'UserAuthMethod-Email.Read.All', what: 'the addresses people sign in to Microsoft with' },
] as const;

/**
 * Reads what the directory holds of the named account, which is offered when somebody registers. What our account may not read of it is told with its
 * remedy, and is no failure: people are offered less, and type the rest.
 */
export const examinePlaces = ({ directory, spared }: PlacesExam, userId: string | null): Promise<Finding> =>
  tried(part, 'the numbers and addresses of an account were looked for', async () => {
    if (directory.placesOnFile === undefined) return notTried(part, 'this directory holds none');
    const account = userId === null ? null : await directory.findByUserId(userId);
    if (userId === null || account === null) return notTried(part, 'name a test account to have its numbers and addresses looked for');
    const found = await directory.placesOnFile(account.id);
    if (found === null) return fails(part, `${userId} was there a moment ago, and is not now`, 'Look at the account in the directory.');
    const cameOf = (came: Spared) => signInPlaces.filter(({ grant }) => spared.get(grant) === came);
    const failed = cameOf('failed');
    if (failed.length > 0) {
      return fails(
        part,
        `Graph did not say as it publishes: ${failed.map(({ what, grant }) => `${what} (${grant})`).join(', ')}`,
        'Nobody is kept from registering by it. Try again later; if it stays so, look at the service health of Microsoft 365.',
      );
    }
    const held = `the directory holds ${counted(found.places)} of ${userId}`;
    const withheld = cameOf('forbidden');
    if (withheld.length === 0) return works(part, held);
    const grants = withheld.map(({ grant }) => grant).join(' and ');
    return {
      ...works(part, `${held}. Not offered, because ${grants} is not granted: ${withheld.map(({ what }) => what).join(', ')}`),
      remedy: `Only if these are to be offered too: grant the application ${grants} and give admin consent. All else works without.`,
    };
  });

/** How many there are; what they are is nobody's business here. */
function counted(places: readonly PlaceOnFile[]): string {
  const phones = places.filter(({ kind }) => kind === 'phone').length;
  const mails = places.length - phones;
  return `${phones} ${phones === 1 ? 'number' : 'numbers'} and ${mails} ${mails === 1 ? 'address' : 'addresses'}`;
}
