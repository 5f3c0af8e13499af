import { LatchkeyError } from '../errors.ts';

/** Replies of a Redis that would not run the script: nothing was done (https://redis.io/docs/latest/develop/reference/protocol-spec/). */
const notNow = /^(-)?(READONLY|LOADING|BUSY|MISCONF|OOM|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|TRYAGAIN|MOVED|ASK)\b/;
const notAllowed = /^(-)?(NOAUTH|WRONGPASS|NOPERM)\b/;
const neverSent = "Stream isn't writeable";

/**
 * What a fault of a script means to the caller. `changes`: the script was a commit; once sent it may have happened unless Redis says
 * otherwise, and a command that timed out is often carried out later all the same.
 */
export function redisFault(fault: unknown, changes: boolean): LatchkeyError {
  const cause = withoutCommand(fault);
  const { message } = cause;
  if (cause.name === 'ReplyError') {
    if (notNow.test(message)) return unavailable(`Redis does not serve now (${message.split(' ', 1)[0]})`, cause);
    if (notAllowed.test(message)) {
      return new LatchkeyError(
        'latchkey_store_not_allowed',
        'configuration',
        'Redis refuses this user: check name and password in REDIS_URL.',
        cause,
      );
    }
    return new LatchkeyError('latchkey_store_failed', 'defect', 'Redis refused a script', cause);
  }
  if (!changes || message.startsWith(neverSent)) return unavailable('Redis cannot be reached', cause);
  return new LatchkeyError('latchkey_store_doubtful', 'doubtful', 'Redis did not answer a commit, which may have happened', cause);
}

export const unavailable = (message: string, cause?: unknown): LatchkeyError =>
  new LatchkeyError('latchkey_store_unavailable', 'unavailable', message, cause);

/** ioredis hangs the command on its errors, password and values and all; a log would print them. */
function withoutCommand(fault: unknown): Error {
  if (!(fault instanceof Error)) return new Error('not an error');
  const bare = new Error(fault.message);
  bare.name = fault.name;
  bare.stack = fault.stack ?? '';
  return bare;
}
