import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { readConfig } from '../config/environment.ts';
import { faultsAsText } from '../config/fault.ts';
import { standingWords } from '../build/standing-words.ts';
import { LatchkeyError } from '../errors.ts';
import { Sentences } from '../locales/sentences.ts';
import { Keys } from '../security/keys.ts';
import { systemClock, systemRandom } from '../security/system-ports.ts';
import { openStore } from '../store/open-store.ts';
import { chooseDirectory } from './choose-directory.ts';
import { seeMethods, type SeeMethodsNeeds, type SeenMethods } from './see-methods.ts';

const usage = `Usage:
  npm run admin -- methods <user ID> --as <your account id>

Prints a person's registered numbers and addresses whole. Only for account ids that the policy file names under "administrators"; you are
asked for your present password. Each look is recorded in the audit, and the person is told.

What this cannot do: whoever may run it on the server may also read the store and its keys, and could get round it. It keeps honest
administrators accountable; it does not keep the machine's own keepers out.
`;

/** What the command works on and writes to. */
export interface AdminCommand {
  readonly needs: SeeMethodsNeeds;
  readonly askPassword: () => Promise<string>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const refusals: Record<Extract<SeenMethods, { ok: false }>['reason'], string> = {
  'not-administrator': 'This account is not named under "administrators" in the policy file, or is not an enabled person.',
  'no-such-person': 'There is no account with this user ID.',
  'not-found': 'Your account is not in the directory.',
  'no-password': 'Your account has no password to prove yourself with.',
  'by-sign-in': 'Your directory proves a password by a sign-in in a browser only, so this command cannot be used with it.',
  wrong: 'The password is wrong.',
  locked: 'Your account is locked out.',
  disabled: 'Your account is disabled.',
};

/**
 * Runs `methods <user ID> --as <account id>`.
 * @returns the exit status: 0 printed, 1 refused, 2 the command line is not understood
 */
export async function runAdmin(args: readonly string[], { needs, askPassword, out, err }: AdminCommand): Promise<0 | 1 | 2> {
  const [what, userId, flag, as] = args;
  if (args.length !== 4 || what !== 'methods' || flag !== '--as' || userId === undefined || as === undefined) {
    err(usage);
    return 2;
  }
  const seen = await seeMethods(needs, { userId, as: as.toLowerCase(), askPassword });
  if (!seen.ok) {
    err(`${refusals[seen.reason]}\n`);
    return 1;
  }
  out(`${seen.person.name} (${seen.person.userId})\n`);
  for (const { kind, whole, addedAt } of seen.methods) out(`  ${kind.padEnd(14)} ${whole}  since ${new Date(addedAt).toISOString()}\n`);
  if (seen.methods.length === 0) out('  no number or address is registered\n');
  return 0;
}

/** Asks on the terminal without showing what is typed; from a pipe it reads one line. */
async function askOnTerminal(): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY });
  process.stderr.write('Your present password: ');
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

/** The command as a process, on the store and with the keys that the environment names. A server may be running beside it. */
async function main(args: readonly string[]): Promise<number> {
  const out = (text: string): unknown => process.stdout.write(text);
  const err = (text: string): unknown => process.stderr.write(text);
  const read = readConfig(process.env);
  if (!read.ok) {
    err(`${faultsAsText(read.faults)}\n`);
    return 2;
  }
  const { policy, sealKeys } = read.config;
  const store = await openStore(read.config, false);
  try {
    const needs: SeeMethodsNeeds = {
      store,
      seals: new Keys(sealKeys, systemRandom),
      clock: systemClock,
      random: systemRandom,
      policy,
      sentences: new Sentences(standingWords(policy, read.config.publicUrl), policy.organisation.zone),
      directory: chooseDirectory(read.config, store, systemClock).directory,
    };
    return await runAdmin(args, { needs, askPassword: askOnTerminal, out, err });
  } catch (fault) {
    if (!(fault instanceof LatchkeyError)) throw fault;
    err(`${fault.code}: ${fault.message}\n`);
    return 1;
  } finally {
    await store.close();
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
