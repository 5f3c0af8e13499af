import { describe, expect, test } from '@jest/globals';
import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import type { MethodKind } from '../../dialogs/methods.ts';
import { Forbidden, unreachable } from '../../src/directory/faults.ts';
import type { PlaceOnFile } from '../../src/directory/port.ts';
import { keys } from '../../src/store/keys.ts';
import { accepted, accountOf, anna, makeRoom, taken, type Room, type RoomOptions } from './room.ts';

const phone = (to: string, source: PlaceOnFile['source'] = 'profile'): PlaceOnFile => ({ kind: 'phone', to, source });
const mail = (to: string, source: PlaceOnFile['source'] = 'profile'): PlaceOnFile => ({ kind: 'mail', to, source });

const holding = (places: readonly PlaceOnFile[], more: RoomOptions = {}): Room =>
  makeRoom({ ...more, placesOnFile: async (id) => (id === anna ? { readAt: 0, places } : null) });

type Change = Parameters<Room['act']>[0];
async function offered(room: Room, kind: MethodKind, change?: Change) {
  const read = (await room.handlers.readPlaces.run({ kind }, room.act(change))) as ResultOf<'readPlaces'>;
  return read.places;
}
const draft = (room: Room, params: EffectTable['draftMethod']['params'], change?: Change) =>
  room.handlers.draftMethod.run(params, room.act(change)) as Promise<ResultOf<'draftMethod'>>;

describe('numbers and addresses that the directory holds', () => {
  test('are offered masked, those to sign in with first, each once however it is written', async () => {
    const room = holding([
      phone('070-174 06 05'),
      phone('+46 70 174 06 34', 'sign-in'),
      phone('+46701740605'),
      mail('anna.hemma@example.net'),
    ]);
    const phones = await offered(room, 'text-message');
    expect(phones.map(({ label }) => label)).toEqual(['...34', '...05']);
    const mails = await offered(room, 'email');
    expect(mails.map(({ label }) => label)).toEqual(['a...@example.net']);
    expect(JSON.stringify([phones, mails])).not.toMatch(/7017406|hemma/u);
    expect(new Set([...phones, ...mails].map(({ id }) => id)).size).toBe(3);
    expect(await offered(room, 'authenticator-app')).toEqual([]);
  });

  test('that would be refused if they were typed are not offered: the work address, the company’s domains, fixed lines to text, what Graph masked', async () => {
    const room = holding([
      ...['08-465 004 10', '+1 201 555 0123', '0900-1234567', '+46 XXXXXXX34', '+46701740634x12', '', '<b>070</b>'].map((to) => phone(to)),
      ...[
        'anna.berg@fjallbyn.example',
        'anna@berg-alias.example',
        'anna.privat@fjallbyn.example',
        'info@example.net',
        'x',
        "a' or 1=1",
      ].map((to) => mail(to)),
    ]);
    expect(await offered(room, 'text-message')).toEqual([]);
    expect(await offered(room, 'email')).toEqual([]);
    expect((await offered(room, 'phone-call')).map(({ label }) => label)).toEqual(['...10']);
  });

  test('that are registered already are not offered, and a call is offered what is texted by that method alone', async () => {
    const room = holding([phone('+46701740605'), phone('+46701740634')]);
    await room.plant([{ kind: 'text-message', to: '+46701740605' }]);
    for (const kind of ['text-message', 'phone-call'] as const) {
      expect((await offered(room, kind)).map(({ label }) => label)).toEqual(['...34']);
    }
  });

  test('I3: one that was chosen counts for nothing until its code was typed: a draft is no method', async () => {
    const room = holding([phone('070-174 06 34')]);
    const [place] = await offered(room, 'text-message');
    const chosen = await draft(room, { kind: 'text-message', onFile: place?.id ?? '' });
    expect(chosen).toMatchObject({ type: 'draft.taken', masked: '...34' });
    expect((await room.document()).methods).toEqual([]);
    expect(JSON.stringify(await room.row(keys.draft(anna, taken(chosen))))).not.toContain('701740634');
    // Without the code nothing is stored, whatever other proof there is.
    expect(await room.save({ draft: taken(chosen), proofs: [] })).toEqual({ type: 'method.refused', reason: 'proofs' });
    const challenge = await room.challenge({ draft: taken(chosen) }, 'register');
    expect(room.parcels.map(({ to }) => to)).toEqual(['+46701740634']);
    const proof = accepted(await room.check(challenge, room.lastCode()));
    // And with it alone neither: I3's proof or a step-up stands beside it.
    expect(await room.save({ draft: taken(chosen), proofs: [proof] })).toEqual({ type: 'method.refused', reason: 'proofs' });
    expect((await room.document()).methods).toEqual([]);
  });

  test('is read anew when it is chosen: gone from the directory, of another account or kind, or made up, it is nothing', async () => {
    let places = [phone('+46701740634')];
    const room = makeRoom({ placesOnFile: async () => ({ readAt: 0, places }) });
    const id = (await offered(room, 'text-message'))[0]?.id ?? '';
    const off = { type: 'draft.rejected', reason: 'off-file' };
    expect(await draft(room, { kind: 'phone-call', onFile: id })).toEqual(off);
    expect(await draft(room, { kind: 'text-message', onFile: '+46701740634' })).toEqual(off);
    const bo = 'b0000000-0000-4000-8000-000000000002';
    expect(await draft(room, { kind: 'text-message', onFile: id }, { accountId: bo, account: async () => accountOf(bo) })).toEqual(off);
    places = [phone('+46701740635')];
    expect(await draft(room, { kind: 'text-message', onFile: id })).toEqual(off);
  });

  test('I20: are nobody’s to see or use at the front door', async () => {
    const room = holding([phone('+46701740634')]);
    expect(await offered(room, 'text-message', { door: 'front-door' })).toEqual([]);
    const id = (await offered(room, 'text-message'))[0]?.id ?? '';
    expect(await draft(room, { kind: 'text-message', onFile: id }, { door: 'front-door' })).toEqual({
      type: 'draft.rejected',
      reason: 'off-file',
    });
  });

  test('while the directory does not answer, does not let us, or has no such thing: none, and the number is typed', async () => {
    for (const fault of [unreachable('nobody answers'), new Forbidden('User.Read.All', 'grant it')]) {
      const room = makeRoom({ placesOnFile: () => Promise.reject(fault) });
      expect(await offered(room, 'text-message')).toEqual([]);
      expect((await room.draft('text-message', '070-174 06 34')).type).toBe('draft.taken');
    }
    expect(await offered(makeRoom(), 'text-message')).toEqual([]);
    const room = holding([phone('+46701740634')]);
    expect(await offered(room, 'text-message', { account: async () => accountOf(anna, { enabled: false }) })).toEqual([]);
    expect(await offered(room, 'text-message', { account: () => Promise.reject(unreachable('nobody answers')) })).toEqual([]);
  });

  test('a fault of our own is no silence of the directory', async () => {
    const room = makeRoom({ placesOnFile: () => Promise.reject(new TypeError('ours')) });
    await expect(offered(room, 'text-message')).rejects.toThrow('ours');
  });
});
