import { describe, expect, test } from '@jest/globals';
import type { ResultOf } from '../../dialogs/effects.ts';
import { sendChallenge } from '../../src/methods/send-challenge.ts';
import { day, makeRoom, mobile } from './room.ts';

const boss = { id: 'b0000000-0000-4000-8000-000000000002', name: 'Berit Chef' };

/** A room whose accounts have a manager, and what a text message proved in it. */
async function begin(managerOf: () => Promise<typeof boss | null> = async () => boss) {
  const room = makeRoom();
  await room.plant([{ kind: 'text-message', to: mobile }]);
  const { methods } = await room.document();
  const ask = (proofs: readonly string[], purpose: 'reset' | 'unlock' | 'step-up' = 'reset') =>
    sendChallenge({ ...room.ports, managerOf }).run({ method: 'manager-approval', purpose, proofs }, room.act()) as Promise<
      ResultOf<'sendChallenge'>
    >;
  const proved = async (purpose: 'reset' | 'step-up' = 'reset'): Promise<string> => {
    const sent = await room.send({ method: methods[0]?.id ?? '' }, purpose);
    if (sent.type !== 'challenge.sent') throw new Error(sent.type);
    const parcel = room.parcels.at(-1);
    const code = /\d{6}/u.exec(parcel !== undefined && 'text' in parcel ? parcel.text : '')?.[0] ?? '';
    const checked = await room.check(sent.challenge, code);
    if (checked.type !== 'answer.accepted') throw new Error(checked.type);
    return checked.proof;
  };
  return { room, ask, proved };
}

describe('who may ask the manager, whatever a dialog says', () => {
  const nobody = { type: 'challenge.failed', reason: 'gone' };

  test('I18: nobody without another gate, nor by one for another purpose', async () => {
    const { ask, proved } = await begin();
    expect(await ask([])).toEqual(nobody);
    expect(await ask(['not-there'])).toEqual(nobody);
    expect(await ask([await proved('step-up')])).toEqual(nobody);
  });

  test('I18: after another gate, twice a day', async () => {
    const { room, ask, proved } = await begin();
    const proofs = [await proved()];
    expect(await ask(proofs)).toMatchObject({ type: 'challenge.sent', masked: boss.name });
    expect(await ask(proofs)).toMatchObject({ type: 'challenge.sent' });
    expect(await ask(proofs)).toEqual({ type: 'challenge.refused', reason: 'pace', until: room.clock.now() + day });
  });

  test('I2: for a reset and an unlock alone, and never where the directory names nobody', async () => {
    const { ask, proved } = await begin();
    expect(await ask([await proved('step-up')], 'step-up')).toEqual(nobody);
    const alone = await begin(async () => null);
    expect(await alone.ask([await alone.proved()])).toEqual(nobody);
  });
});
