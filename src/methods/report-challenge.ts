import type { Handler } from '../conversation/port.ts';
import { leaveUnanswered, type ElsewherePorts } from './answer-elsewhere.ts';

/**
 * "I did not ask for this", said beside a code's prompt (I17). In the account's own chat in Teams it is a report. At the front door whoever
 * reads the prompt has caused it: the challenge ends, and nothing is closed for anybody.
 */
export const reportChallenge = (ports: ElsewherePorts): Handler<'reportChallenge'> => ({
  async run({ challenge }, act) {
    await leaveUnanswered(ports, { accountId: act.accountId, challenge }, act.door === 'teams' ? 'reported' : 'ended', act.stack);
    return { type: 'challenge.reported' };
  },
});
