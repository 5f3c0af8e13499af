import { startCodeMs, waitingParts, type StartCode } from '../../src/desk/start-code-record.ts';
import { hashStartCode, startCodeHalf } from '../../src/desk/start-code-signs.ts';
import { joined } from '../../src/methods/join-commits.ts';
import { keys } from '../../src/store/keys.ts';
import type { DeskWorld } from './desk-world.ts';

/** Two people who vouch for somebody. */
type Two = Pick<StartCode, 'agent' | 'second'>;

/** The code that two halves make. */
export const codeOf = ({ seals }: Pick<DeskWorld, 'seals'>, id: string): string =>
  startCodeHalf(seals, id, 1) + startCodeHalf(seals, id, 2);

/**
 * Puts identity that is checked another way (I12) into the newest case.
 * @param checked who has said already what they did; with both the code is there
 * @returns the code
 */
export async function vouchedFor(world: DeskWorld, two: Two, checked: readonly string[]): Promise<string> {
  const record = await world.record();
  const now = world.clock.now();
  const until = now + startCodeMs;
  const mac = hashStartCode(world.seals, { code: 'start-code-1', account: record.account });
  const isThere = checked.length === 2;
  const startCode: StartCode = {
    id: 'start-code-1',
    at: now,
    until,
    ...two,
    lost: true,
    checks: checked.map((by) => ({ by, at: now, how: 'knows-them', proof: `proof-${by}` }) as const),
    code: isThere ? { mac, until, wrong: [], redeemed: null } : null,
    reported: null,
  };
  const waiting = isThere ? waitingParts(record, { until, isOpen: true }) : {};
  await world.store.commit(joined([{ put: { [keys.case(record.id)]: { ...record, startCode } } }, waiting]));
  return codeOf(world, 'start-code-1');
}
