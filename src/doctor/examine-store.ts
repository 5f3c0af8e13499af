import { readHead } from '../security/audit-record.ts';
import { newId } from '../security/ids.ts';
import type { Keys } from '../security/keys.ts';
import type { Clock, Random } from '../ports.ts';
import { partitions } from '../store/check-commit.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { fails, tried, works, type Finding } from './finding.ts';

/** Writes a row, reads it and takes it away. */
export const examineStore = (store: Store, clock: Clock, random: Random): Promise<Finding> =>
  tried('store', 'a row was written and read', async () => {
    const mark = newId(random);
    const until = { [keys.doctor]: clock.now() + 60_000 };
    await store.commit({ put: { [keys.doctor]: { mark } }, until });
    const { rows } = await store.open({ key: keys.doctor, owner: null, now: clock.now() });
    const read = rows.get(keys.doctor)?.value;
    await store.commit({ remove: [keys.doctor] });
    return JSON.stringify(read) === JSON.stringify({ mark })
      ? works('store', 'a row was written, read and removed')
      : fails(
          'store',
          'a row that was written came back otherwise',
          'Look whether a second doctor runs on this store; if not, do not start on it.',
        );
  });

/** Whether what the store holds was sealed with keys that we have. */
export const examineKeys = (store: Store, seals: Keys, clock: Clock): Promise<Finding> =>
  tried('keys', 'the ends of the audit were read', async () => {
    const heads = await Promise.all(
      partitions.map(async (partition) => {
        const key = keys.auditHead(partition);
        const value = (await store.open({ key, owner: null, now: clock.now() })).rows.get(key)?.value ?? null;
        return value === null ? 'none' : readHead(seals, partition, value) === null ? 'other' : 'ours';
      }),
    );
    if (heads.includes('other')) {
      return fails(
        'keys',
        'the store holds what none of our keys has sealed',
        'Put every key that was ever first back into SEAL_KEYS, behind the first; without it methods and audit cannot be read.',
      );
    }
    const isNew = heads.every((each) => each === 'none');
    return works('keys', isNew ? 'they seal; the store holds nothing yet' : 'they open what the store holds');
  });
