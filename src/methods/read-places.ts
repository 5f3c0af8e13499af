import type { Handler } from '../conversation/port.ts';
import { isAmong, ofKind } from './draft-method.ts';
import { readMethodsDocument } from './method-record.ts';
import { placesOnFile } from './places-on-file.ts';
import type { MethodPorts } from './ports.ts';
import { keys } from '../store/keys.ts';
import { rowsOfTurn } from './turn-rows.ts';

/** What the directory holds and the account has not registered yet, masked. */
export const readPlaces = (ports: MethodPorts): Handler<'readPlaces'> => ({
  async run({ kind }, act) {
    const key = keys.methods(act.accountId);
    const [account, rows] = await Promise.all([act.account().catch(() => null), rowsOfTurn(ports.store, act, [key])]);
    if (account === null || !account.enabled) return { type: 'places.read', places: [] };
    const document = readMethodsDocument(rows(key)?.value ?? null);
    // A number that is texted already is offered to a call by that method.
    const there = kind === 'phone-call' ? document : ofKind(document, kind);
    const places = await placesOnFile(ports, act, account, kind);
    return {
      type: 'places.read',
      places: places.filter(({ secret }) => !isAmong(ports, act.accountId, there, secret)).map(({ id, masked }) => ({ id, label: masked })),
    };
  },
});
