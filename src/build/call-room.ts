import type { CallAnswers } from '../delivery/call.ts';
import type { LocalCallUrl } from '../delivery/local-outbox.ts';
import { localCallPath } from '../delivery/local-phone.ts';
import { callAddress } from '../delivery/sending-names.ts';
import { callAnswers } from '../methods/answer-call.ts';
import { codeNotArrived } from '../methods/not-arrived.ts';
import { methodPorts } from './method-ports.ts';
import type { Parts } from './parts.ts';

/** What answers a call; one that the network could not bring ends as a message that did not arrive does. */
export function answersOf(parts: Parts): CallAnswers {
  const ports = methodPorts(parts);
  return callAnswers(ports, ({ account, id }) =>
    codeNotArrived({ ...ports, directory: parts.directory }, { accountId: account, challenge: id, code: null, isNumberDead: false }),
  );
}

/** Where the page of local mode answers a call of its outbox. */
export const localCallUrl =
  ({ config, seals }: Pick<Parts, 'config' | 'seals'>): LocalCallUrl =>
  ({ id, about, language }) =>
    about === undefined ? null : callAddress(`${config.publicUrl}${localCallPath}`, seals, { ...about, id }, language);
