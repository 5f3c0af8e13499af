import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type SmtpMood =
  | 'well'
  | 'no-such-mailbox'
  | 'try-later'
  | 'refuses-sender'
  | 'refuses-content'
  | 'silent-after-data'
  | 'hangs-up-after-data';

/** A real SMTP server on loopback, with moods. */
export async function startSmtp(options: { tls?: 'none' | 'at-once' | 'starttls'; user?: string } = {}) {
  const received: { to: string; raw: string }[] = [];
  const state: { mood: SmtpMood } = { mood: 'well' };
  const refusal = (responseCode: number, words: string): Error => Object.assign(new Error(words), { responseCode });
  const server = new SMTPServer({
    secure: options.tls === 'at-once',
    authOptional: options.user === undefined,
    allowInsecureAuth: true,
    disabledCommands: [...(options.tls === 'starttls' ? [] : ['STARTTLS']), ...(options.user === undefined ? ['AUTH'] : [])],
    logger: false,
    onAuth: (auth, _session, callback) =>
      auth.username === options.user && auth.password === 'right horse' ? callback(null, { user: 'x' }) : callback(refusal(535, 'no')),
    onMailFrom: (_address, _session, callback) => callback(state.mood === 'refuses-sender' ? refusal(550, 'not you') : undefined),
    onRcptTo: (_address, _session, callback) => {
      if (state.mood === 'no-such-mailbox') return callback(refusal(550, 'no such mailbox'));
      return callback(state.mood === 'try-later' ? refusal(450, 'greylisted') : undefined);
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (state.mood === 'silent-after-data') return;
        if (state.mood === 'hangs-up-after-data') return server.connections.forEach((each) => each.close());
        if (state.mood === 'refuses-content') return callback(refusal(554, 'not this'));
        received.push({ to: session.envelope.rcptTo[0]?.address ?? '', raw: Buffer.concat(chunks).toString() });
        callback();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    received,
    set mood(mood: SmtpMood) {
      state.mood = mood;
    },
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}
