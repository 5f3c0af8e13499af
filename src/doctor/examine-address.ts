import { connect } from 'node:tls';
import { LatchkeyError } from '../errors.ts';
import { fails, notTried, tried, works, type Finding } from './finding.ts';

const answerMs = 10_000;
const dayMs = 24 * 3_600_000;
/** With fewer days left a certificate is due. */
const leastDays = 14;

/** When a server's certificate ends, epoch ms. @throws what Node throws where there is none that is trusted */
export const certificateEnd = (host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: host, timeout: answerMs }, () => {
      resolve(Date.parse(socket.getPeerCertificate().valid_to));
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    socket.once('error', reject);
  });

interface AddressPorts {
  readonly fetch: typeof globalThis.fetch;
  readonly now: number;
  readonly certificateEnd: typeof certificateEnd;
}

/** Whether people reach this server under its public address, and for how long its certificate is good. */
export const examineAddress = (publicUrl: string, { fetch, now, certificateEnd }: AddressPorts): Promise<Finding> =>
  tried('public address', `${publicUrl} was asked`, async () => {
    const { hostname, port, protocol } = new URL(publicUrl);
    if (protocol !== 'https:') {
      const up = await fetch(`${publicUrl}/healthz`, { signal: AbortSignal.timeout(answerMs) }).then(
        ({ ok }) => ok,
        () => false,
      );
      return up ? works('public address', `${publicUrl} answers`) : notTried('public address', 'local mode: no server runs here now');
    }
    const left = (await certificateEnd(hostname, port === '' ? 443 : Number(port))) - now;
    const answer = await fetch(`${publicUrl}/healthz`, { redirect: 'error', signal: AbortSignal.timeout(answerMs) });
    const body: unknown = await answer.json().catch(() => null);
    if (!answer.ok || (body as { status?: unknown } | null)?.status !== 'ok') {
      return fails(
        'public address',
        `${publicUrl}/healthz answers with ${answer.status}, and not as Latchkey does`,
        'Start Latchkey, and look where the proxy leads this address.',
      );
    }
    if (Number.isNaN(left)) throw new LatchkeyError('latchkey_doctor_certificate', 'unavailable', 'its certificate has no end');
    const days = Math.floor(left / dayMs);
    return days < leastDays
      ? fails('public address', `its certificate ends in ${days} days`, 'Renew it, and look why that does not happen by itself.')
      : works('public address', `${publicUrl} answers, its certificate is good for ${days} days`);
  });
