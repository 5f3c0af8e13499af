import { isIP, connect, type Socket } from 'node:net';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';

/** Where a controller is reached: `ldaps://host[:636]` speaks TLS from the first byte, `ldap://host[:389]` is upgraded by StartTLS. */
export interface ControllerAddress {
  readonly url: string;
  /** PEM of the authorities that may have signed its certificate; null: those Node knows. */
  readonly ca: string | null;
}

/** An extended request for StartTLS (RFC 4511 4.14), message 1. */
const startTlsRequest = Buffer.concat([Buffer.from('301d02010177188016', 'hex'), Buffer.from('1.3.6.1.4.1.1466.20037')]);

/**
 * Connects to a controller and secures the connection; the certificate is always checked, and must name the host of the address.
 * @throws what Node throws, or an Error when it takes longer than `timeoutMs`
 */
export async function secureSocket({ url, ca }: ControllerAddress, timeoutMs: number): Promise<TLSSocket> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/gu, '');
  const plain = connect({ host, port: Number(port === '' ? (protocol === 'ldaps:' ? 636 : 389) : port), noDelay: true });
  const timer = setTimeout(() => plain.destroy(new Error('no secure connection in time')), timeoutMs);
  try {
    await first(plain, 'connect');
    if (protocol === 'ldap:') await startTls(plain);
    const secure = connectSecurely({
      socket: plain,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== null && { ca }),
      // Said here, so that no setting of the process takes it away.
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
    });
    const dropped = new Promise<never>((_resolve, reject) => plain.once('error', reject));
    dropped.catch(() => undefined);
    await Promise.race([first(secure, 'secureConnect'), dropped]);
    return secure;
  } catch (fault) {
    plain.destroy();
    throw fault;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks for StartTLS and takes its answer, and not one byte more: what somebody on the way puts behind it would be read as if it had come
 * through TLS.
 */
async function startTls(socket: Socket): Promise<void> {
  socket.write(startTlsRequest);
  let answer = Buffer.alloc(0);
  while (messageLength(answer) === null) {
    const piece = await first(socket, 'data');
    answer = Buffer.concat([answer, piece as Buffer]);
  }
  socket.pause();
  if (messageLength(answer) !== answer.length || !isSuccess(answer)) throw new Error('the controller does not start TLS');
}

/** How long the BER message at the beginning of `bytes` is, head and all; null while its head or body is not all there. */
function messageLength(bytes: Buffer): number | null {
  const short = bytes[1];
  if (short === undefined) return null;
  const head = 2 + (short < 0x80 ? 0 : short & 0x7f);
  if (head > 6) throw new Error('this is no LDAP');
  if (bytes.length < head) return null;
  const length = head + (short < 0x80 ? short : bytes.readUIntBE(2, head - 2));
  return bytes.length < length ? null : length;
}

/** Whether an extended response (tag 0x78) carries the result code 0; lengths may stand in short or long form. */
function isSuccess(message: Buffer): boolean {
  return /^30(?:[0-7].|8[1-4](?:..)+?)02010178(?:[0-7].|8[1-4](?:..)+?)0a0100/u.test(message.toString('hex'));
}

/** The first event of a name, or what went wrong before it. */
function first(socket: Socket, event: 'connect' | 'secureConnect' | 'data'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = (value: unknown): void => {
      socket.off('error', failed);
      socket.off('close', closed);
      resolve(value);
    };
    const failed = (fault: Error): void => {
      socket.off(event, done);
      reject(fault);
    };
    const closed = (): void => failed(new Error('the connection was closed'));
    socket.once(event, done);
    socket.once('error', failed);
    socket.once('close', closed);
  });
}
