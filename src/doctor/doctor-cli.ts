import { readConfig } from '../config/environment.ts';
import type { Config } from '../config/config.ts';
import { SmtpDelivery } from '../delivery/smtp.ts';
import { TwilioDelivery } from '../delivery/twilio.ts';
import { systemClock, systemRandom } from '../security/system-ports.ts';
import { credentialsOf } from '../teams/authentication.ts';
import { botToken } from '../teams/bot-token.ts';
import { readAsked, usage } from './asked.ts';
import { examine, type DoctorPorts } from './doctor.ts';
import { certificateEnd } from './examine-address.ts';
import { fails, type Finding } from './finding.ts';
import { table } from './table.ts';

/** Where the command reads its settings from and writes to. */
export interface DoctorCommand {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly ports: (config: Config) => DoctorPorts;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * Tries each part of the configuration and prints what works, what does not, why, and the remedy.
 * @returns the exit status: 0 all that was tried works, 1 something fails, 2 the configuration or the command line is not understood
 */
export async function runDoctor(args: readonly string[], { environment, ports, out, err }: DoctorCommand): Promise<0 | 1 | 2> {
  const askedUnder = readAsked(args);
  if (askedUnder === null) {
    err(usage);
    return 2;
  }
  const read = readConfig(environment);
  if (!read.ok) {
    out(table(read.faults.map(({ where, what, remedy }) => fails('configuration', `${where} ${what}`, remedy))));
    return 2;
  }
  const findings: Finding[] = [];
  await examine(read.config, askedUnder(read.config.policy), ports(read.config), (finding) => void findings.push(finding));
  out(table(findings));
  return findings.some(({ result }) => result === 'fails') ? 1 : 0;
}

/** The ports of the machine. */
export const portsOf = ({ mode, bot, smtpUrl, mailFrom, twilio }: Config): DoctorPorts => ({
  clock: systemClock,
  random: systemRandom,
  fetch: globalThis.fetch,
  certificateEnd,
  botToken: bot === null ? null : botToken(credentialsOf(bot), bot.appId),
  delivery: {
    mail: mode === 'local' || smtpUrl === null ? null : new SmtpDelivery({ url: smtpUrl, from: mailFrom, clock: systemClock }),
    twilio: twilio === null ? null : new TwilioDelivery(twilio),
  },
});

if (import.meta.main) {
  process.exitCode = await runDoctor(process.argv.slice(2), {
    environment: process.env,
    ports: portsOf,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}
