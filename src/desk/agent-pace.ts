import { z } from 'zod';
import type { Policy } from '../config/policy.ts';
import { LatchkeyError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { update } from '../store/update.ts';
import type { Alarm } from './alarm.ts';
import type { DeskNeeds } from './case-act.ts';

const hourMs = 3_600_000;

const shape = z.array(z.int().nonnegative()).readonly();

/**
 * Counts the acts with power of an agent (R35): more in an hour than the policy lets a person do are refused, and the helpdesk is told. What is
 * refused for it counts too, so that it does not pay to go on trying.
 */
export const pacedAgent =
  (needs: {
    readonly store: Store;
    readonly clock: Clock;
    readonly policy: Pick<Policy, 'agents'>;
    readonly alarm: (alarm: Alarm) => void;
  }): DeskNeeds['withinPace'] =>
  async ({ id, name }) => {
    const { store, clock, policy, alarm } = needs;
    const key = keys.agentPace(id);
    const now = clock.now();
    const times = await update<readonly number[]>(store, clock, key, (row) => {
      const read = shape.safeParse(row?.value ?? []);
      if (!read.success)
        throw new LatchkeyError('latchkey_desk_unreadable', 'defect', "a stored agent's pace has another shape", read.error);
      const lately = [...read.data.filter((at) => at > now - hourMs), now].slice(-2 * policy.agents.pace);
      return { commit: { put: { [key]: lately }, until: { [key]: now + hourMs } }, result: lately };
    });
    if (times.length <= policy.agents.pace) return true;
    alarm({ kind: 'agent-pace', account: id, name, count: times.length, since: times[0] ?? now });
    return false;
  };
