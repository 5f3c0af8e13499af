import { describe, expect, test } from '@jest/globals';
import { answerElsewhere, leaveUnanswered, type ElsewherePorts } from '../../src/methods/answer-elsewhere.ts';
import { CodesOfChallenges } from '../../src/methods/shown-code.ts';
import { describeEngines } from '../store/engines.ts';
import { accountOf, anna, makeRoom, mobile, stackOf, wrongCode, type Room } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const byText = { method: 'planted-1' };

describeEngines('an answer from elsewhere than the chat', (engine) => {
  async function challenged() {
    const { store } = await engine.fresh();
    const room = makeRoom({ store });
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    const woken: string[] = [];
    const ports: ElsewherePorts = {
      ...room.ports,
      wake: (stack) => woken.push(stack),
      accountOf: (id) => Promise.resolve(accountOf(id)),
    };
    return { room, challenge, ports, woken, outside: { accountId: anna, challenge } };
  }
  const inboxOf = async (room: Room): Promise<readonly unknown[]> => {
    const opened = await room.store.open({ key: stackOf(anna), owner: null, now: 0 });
    return opened.inbox.map(({ value }) => value);
  };

  test('a right one is accepted once, and the chat is told in the same commit', async () => {
    const { room, challenge, ports, woken, outside } = await challenged();
    const answer = { ...outside, attempt: 'try-1', answer: room.lastCode() };
    const verdict = await answerElsewhere(ports, answer);
    expect(verdict).toMatchObject({ type: 'answer.accepted', kind: 'text-message' });
    expect(await answerElsewhere(ports, answer)).toEqual(verdict);
    expect(await inboxOf(room)).toEqual([{ event: { type: 'challenge.answered', challenge, verdict } }]);
    expect(woken).toContain(stackOf(anna));
    expect(await answerElsewhere(ports, { ...answer, attempt: 'try-2' })).toMatchObject({ reason: 'expired' });
  });

  test('I6: of fifty wrong ones exactly the limit is counted', async () => {
    const { room, ports, outside } = await challenged();
    const answer = wrongCode(room.lastCode());
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, (_, n) => answerElsewhere(ports, { ...outside, attempt: `try-${n}`, answer })),
    );
    expect(verdicts.filter(({ type }) => type === 'answer.rejected')).toHaveLength(2);
    expect((await room.document()).methods[0]?.tries.wrong).toBe(3);
  });

  test('what has not the form of a code costs nothing and is told to nobody', async () => {
    const { room, ports, outside } = await challenged();
    expect(await answerElsewhere(ports, { ...outside, attempt: 'try-1', answer: '12' })).toMatchObject({ reason: 'form' });
    expect(await inboxOf(room)).toEqual([]);
  });

  test('one that nobody will answer any more is told once, and takes no answer', async () => {
    const { room, challenge, ports, outside } = await challenged();
    await leaveUnanswered(ports, outside, 'undelivered');
    await leaveUnanswered(ports, outside, 'no-answer');
    expect(await inboxOf(room)).toEqual([{ event: { type: 'challenge.unanswered', challenge, reason: 'undelivered' } }]);
    const late = await answerElsewhere(ports, { ...outside, attempt: 'late', answer: room.lastCode() });
    expect(late).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    expect((await room.audit()).at(-2)).toMatchObject({ act: 'methods.unanswered', reason: 'reset text-message undelivered' });
  });

  test('one that is answered, or never was, cannot be left unanswered', async () => {
    const { room, ports, outside } = await challenged();
    await answerElsewhere(ports, { ...outside, attempt: 'try-1', answer: room.lastCode() });
    await leaveUnanswered(ports, outside, 'no-answer');
    await leaveUnanswered(ports, { ...outside, challenge: 'none' }, 'no-answer');
    expect(await inboxOf(room)).toHaveLength(1);
    expect(await answerElsewhere(ports, { ...outside, challenge: 'none', attempt: 'x', answer: '123456' })).toMatchObject({
      reason: 'expired',
    });
  });
});

describe('a code that the chat shows', () => {
  test('R10: six digits of the challenge alone, the same whenever they are shown', () => {
    const codes = new CodesOfChallenges(makeRoom().seals);
    const many = Array.from({ length: 500 }, (_, n) => codes.of(`challenge-${n}`));
    for (const code of many) expect(code).toMatch(/^\d{6}$/u);
    expect(new Set(many).size).toBeGreaterThan(490);
    expect(codes.of('challenge-1')).toBe(many[1]);
  });
});
