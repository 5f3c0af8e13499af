import { parseArgs } from 'node:util';
import type { Policy } from '../config/policy.ts';

export const usage = `Usage:
  npm run doctor                        tries every part without sending or setting anything
  npm run doctor -- --all               tries for real all that the policy file names under "doctor"
  npm run doctor -- --account <user ID> reads this account
                    --reset             and gives it a random password, which it keeps
                    --decoy <user ID>   tries to set the password of a privileged account that nobody uses: it must be refused
                    --mail <address>    sends a mail        --text <number>  sends a text message
                    --call <number>     makes a call

Status 0: all that was tried works. 1: something fails. 2: the configuration or the command line is not understood.
`;

/** What is to be tried for real; null: it is not. */
export interface Asked {
  readonly account: string | null;
  readonly reset: boolean;
  readonly decoy: string | null;
  readonly mail: string | null;
  readonly text: string | null;
  readonly call: string | null;
}

const text = { type: 'string' } as const;
const yes = { type: 'boolean', default: false } as const;

/** Reads the command line; null where it is not understood. */
export function readAsked(args: readonly string[]): ((policy: Pick<Policy, 'doctor'>) => Asked) | null {
  let given;
  try {
    const options = { all: yes, reset: yes, account: text, decoy: text, mail: text, text, call: text };
    given = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch {
    return null;
  }
  const { all, reset, account, decoy, mail, text: number, call } = given;
  return ({ doctor }) => {
    const named = (value: string): string | null => (value === 'none' ? null : value);
    const whenAll = (value: string): string | null => (all ? named(value) : null);
    return {
      // Reading harms nobody: the policy's account is always read.
      account: account ?? named(doctor.testAccount),
      reset: reset || (all && named(doctor.testAccount) !== null && account === undefined),
      decoy: decoy ?? whenAll(doctor.decoyAccount),
      mail: mail ?? whenAll(doctor.testMail),
      text: number ?? whenAll(doctor.testNumber),
      call: call ?? whenAll(doctor.testNumber),
    };
  };
}
