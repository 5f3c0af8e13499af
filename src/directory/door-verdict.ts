import type { DoorPurpose } from '../../dialogs/dialog-table.ts';
import type { Refusal } from '../../dialogs/views.ts';
import type { Act } from '../conversation/port.ts';
import { stopsNow } from '../desk/stop.ts';
import { methodSummary } from '../methods/summary.ts';
import { callerRefusal, eligibility, redeemRefusal } from './eligibility.ts';
import type { DirectoryNeeds } from './handlers.ts';

/**
 * The directory's and the policy's verdict on an account that was claimed at the front door, read live; null when it may be helped. Nobody there is told: the
 * same is read for an account that does not exist, whatever it is asked for (I20).
 * @throws what the directory throws when it does not answer
 */
export const doorVerdict =
  ({ store, policy }: Pick<DirectoryNeeds, 'store' | 'policy'>) =>
  async (act: Pick<Act, 'account' | 'accountId' | 'now'>, purpose: DoorPurpose | 'start-code'): Promise<Refusal | null> => {
    const { accountId, now } = act;
    const [state, summary, stops] = await Promise.all([
      act.account(),
      methodSummary({ store, policy }, accountId, now),
      stopsNow(store, now),
    ]);
    switch (purpose) {
      case 'caller':
        return callerRefusal(state, summary, 'front-door', now);
      case 'start-code':
        return redeemRefusal(policy, state, summary, stops);
      case 'reset':
      case 'unlock': {
        const verdict = eligibility({ purpose, policy, state, summary, stops, door: 'front-door', now });
        return verdict.ok ? null : verdict.refusal;
      }
    }
  };
