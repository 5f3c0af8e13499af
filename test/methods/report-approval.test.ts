import { describe, expect, test } from '@jest/globals';
import type { ResultOf } from '../../dialogs/effects.ts';
import type { Ask } from '../../src/desk/asks.ts';
import { isFrozen, reportedUntil } from '../../src/desk/freeze-record.ts';
import { approvalAsked, reportApproval } from '../../src/methods/approve-as-manager.ts';
import { answerElsewhere } from '../../src/methods/answer-elsewhere.ts';
import { dropLeftBehind } from '../../src/methods/drop.ts';
import { sendChallenge } from '../../src/methods/send-challenge.ts';
import { CodesOfChallenges } from '../../src/methods/shown-code.ts';
import { keys } from '../../src/store/keys.ts';
import { describeEngines } from '../store/engines.ts';
import { accountOf, anna, day, makeRoom, mobile, stackOf } from './room.ts';

const boss = { id: 'b0000000-0000-4000-8000-000000000002', name: 'Berit Chef' };

describeEngines('"I was not asked", by a manager', (engine) => {
  /** A manager who is asked to approve a reset, after one gate. */
  async function asked() {
    const { store } = await engine.fresh();
    const room = makeRoom({ store });
    await room.plant([{ kind: 'text-message', to: mobile }]);
    const proof = await room.prove('planted-1', 'reset');
    const woken: string[] = [];
    const accountById = async (id: string) => accountOf(id);
    const ports = { ...room.ports, managerOf: async () => boss, accountOf: accountById, wake: (stack: string) => void woken.push(stack) };
    const sent = (await sendChallenge(ports).run(
      { method: 'manager-approval', purpose: 'reset', proofs: [proof] },
      room.act(),
    )) as ResultOf<'sendChallenge'>;
    if (sent.type !== 'challenge.sent') throw new Error(sent.type);
    const { challenge } = sent;
    const ask: Ask = {
      id: challenge,
      kind: 'manager-approval',
      account: anna,
      name: 'Anna Berg',
      userId: 'anna.berg@fjallbyn.example',
      case: null,
      challenge,
      wish: 'reset',
      until: sent.expiresAt,
    };
    const says = () => reportApproval(ports, ask, room.act({ accountId: boss.id }));
    const row = async () => {
      const key = keys.frozen(anna);
      return (await store.open({ key, owner: null, now: room.clock.now() })).rows.get(key) ?? null;
    };
    const closed = async () =>
      [reportedUntil(await row(), 'teams', room.clock.now()), reportedUntil(await row(), 'front-door', room.clock.now())] as const;
    const notes = async () => {
      const due = await store.due(room.clock.now(), 100);
      return due.filter(({ id }) => id.includes('/due/reported/')).map(({ data }) => data);
    };
    const inbox = async () => (await store.open({ key: stackOf(anna), owner: null, now: 0 })).inbox.map(({ value }) => value);
    return { room, challenge, says, row, closed, notes, inbox, woken, ports };
  }

  test('I17, I18: closes for 24 h the door it was asked from, and no other; the request ends, and the desk gets a note', async () => {
    const { room, challenge, says, row, closed, notes, inbox, woken, ports } = await asked();
    await says();
    expect(await closed()).toEqual([room.clock.now() + day, null]);
    expect(isFrozen(await row())).toBe(false);
    expect(await inbox()).toEqual([{ event: { type: 'challenge.unanswered', challenge, reason: 'reported' } }]);
    expect(woken).toEqual([stackOf(anna)]);
    const digits = new CodesOfChallenges(room.seals).of(challenge);
    expect(await answerElsewhere(ports, { accountId: anna, challenge, attempt: 'late', answer: digits })).toMatchObject({
      type: 'answer.rejected',
      reason: 'expired',
    });
    expect((await room.audit()).at(-2)).toMatchObject({
      act: 'methods.unanswered',
      verdict: 'refused',
      reason: 'reset manager-approval reported',
    });
    expect(await notes()).toEqual([{ account: anna, act: challenge, code: 'LK_REPORTED' }]);
  });

  test('I17, I18: is a report also when who asked has given up by then', async () => {
    const { room, challenge, says, closed, notes, inbox } = await asked();
    await dropLeftBehind(room.ports, anna, { challenges: [challenge] });
    await says();
    expect(await closed()).toEqual([room.clock.now() + day, null]);
    expect(await notes()).toEqual([{ account: anna, act: challenge, code: 'LK_REPORTED' }]);
    expect(await inbox()).toEqual([]);
  });

  test('I17: done again it changes nothing more: one note, one word in the chat', async () => {
    const { says, notes, inbox } = await asked();
    await says();
    await says();
    expect(await notes()).toHaveLength(1);
    expect(await inbox()).toHaveLength(1);
  });

  test('I17: of a request that was approved meanwhile nothing is reported: somebody did ask', async () => {
    const { room, challenge, says, closed, notes, ports } = await asked();
    const digits = new CodesOfChallenges(room.seals).of(challenge);
    const given = await answerElsewhere(ports, { accountId: anna, challenge, attempt: 'right', answer: digits });
    expect(given).toMatchObject({ type: 'answer.accepted' });
    await says();
    expect(await closed()).toEqual([null, null]);
    expect(await notes()).toEqual([]);
  });
});

describe('whom the digits are taken from', () => {
  test.each([
    ['nobody any more', null],
    ['somebody else by now', { id: 'c0000000-0000-4000-8000-000000000003', name: 'Ny Chef' }],
  ])('I18: of the manager as the directory names them when they answer: %s', async (_who, manager) => {
    const room = makeRoom();
    await room.plant([{ kind: 'text-message', to: mobile }]);
    const proof = await room.prove('planted-1', 'reset');
    let named: typeof boss | null = boss;
    const accountById = async (id: string) => accountOf(id);
    const ports = { ...room.ports, managerOf: async () => named, accountOf: accountById };
    const sent = await sendChallenge(ports).run({ method: 'manager-approval', purpose: 'reset', proofs: [proof] }, room.act());
    if (sent?.type !== 'challenge.sent') throw new Error(sent?.type);
    const ask: Ask = {
      id: 'ask',
      kind: 'manager-approval',
      account: anna,
      name: '',
      userId: '',
      case: null,
      challenge: sent.challenge,
      until: sent.expiresAt,
    };
    const of = (accountId: string) => approvalAsked(ports, ask, room.act({ accountId }));
    expect(await of(boss.id)).not.toBeNull();
    expect(await of('c0000000-0000-4000-8000-000000000003')).toBeNull();
    named = manager;
    expect(await of(boss.id)).toBeNull();
  });
});

describe('what a manager may report', () => {
  test('nothing where no challenge was', async () => {
    const room = makeRoom();
    const ask = { id: 'a', kind: 'manager-approval', account: anna, name: '', userId: '', case: null, until: 0 } as const;
    await reportApproval(room.ports, ask, room.act());
    expect(await room.row(keys.frozen(anna))).toBeNull();
  });
});
