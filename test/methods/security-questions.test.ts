import { describe, expect, test } from '@jest/globals';
import type { Policy } from '../../src/config/policy.ts';
import { shippedQuestions } from '../../src/config/shipped-questions.ts';
import type { ElsewherePorts } from '../../src/methods/answer-elsewhere.ts';
import { answerQuestions, openQuestions } from '../../src/methods/answer-questions.ts';
import { confirmQuestions, openQuestionChoice } from '../../src/methods/choose-questions.ts';
import { askedOf, answerSet, preparedAnswers, securityQuestions } from '../../src/methods/security-questions.ts';
import { newId } from '../../src/security/ids.ts';
import { keys } from '../../src/store/keys.ts';
import { describeEngines } from '../store/engines.ts';
import { accountOf, anna, hour, makeRoom, minute, mobile, seeded, stackOf, taken, type Room } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const byText = { method: 'planted-1' };
const stack = stackOf(anna);
const answerTo = (id: string): string => `Hemligt ${id.slice(0, 30)}`;
const five = (policy: Policy): Policy => ({ ...policy, securityQuestions: { ...policy.securityQuestions, register: 5, reset: 3 } });

const elsewhere = (room: Room): ElsewherePorts => ({
  ...room.ports,
  wake: () => {},
  accountOf: (id) => Promise.resolve(accountOf(id)),
});

/** Chooses and answers the first questions of the list on the page of a draft, and stores them. @returns the method's id */
async function register(room: Room): Promise<string> {
  const proof = await room.prove('planted-1', 'step-up');
  const draft = taken(await room.draft('security-questions'));
  const now = room.clock.now();
  const offered = await openQuestionChoice(room.ports, anna, draft, now);
  const chosen = (offered?.questions ?? []).slice(0, offered?.choose).map(({ id }) => ({ question: id, answer: answerTo(id) }));
  const asked = { id: newId(room.ports.random), draft, conversation: stack, session: 'f2', now };
  const confirmed = await confirmQuestions(room.ports, { ...asked, account: accountOf(anna), chosen });
  if (confirmed?.ok !== true) throw new Error(`not confirmed: ${JSON.stringify(confirmed)}`);
  await room.store.commit({ expect: confirmed.expect, ...confirmed.parts });
  const stored = await room.save({ draft, proofs: [proof, confirmed.proof] });
  if (stored.type !== 'method.stored') throw new Error(`not stored: ${JSON.stringify(stored)}`);
  return stored.method;
}

/** Asks for the questions in a later session. */
const challenged = (room: Room, method: string, purpose: 'reset' | 'unlock' = 'reset', change = {}) =>
  room.challenge({ method }, purpose, { session: 'f9', ...change });

const asking = (room: Room, challenge: string, conversation = stack, accountId = anna) => ({
  accountId,
  challenge,
  conversation,
  now: room.clock.now(),
});

async function answersTo(room: Room, challenge: string, wrong = false): Promise<ReadonlyMap<string, string>> {
  const asked = await openQuestions(room.ports, asking(room, challenge));
  return new Map((asked?.questions ?? []).map(({ id }, place) => [id, wrong && place === 0 ? 'Något annat' : answerTo(id)]));
}

async function answered(room: Room, challenge: string, attempt: string, wrong = false) {
  const answers = await answersTo(room, challenge, wrong);
  return answerQuestions(elsewhere(room), { ...asking(room, challenge), attempt, answers });
}

describe('registering', () => {
  test('R15: one set an account: a new one replaces it whole, tries and answers, and nothing of an answer is stored but sealed hashes', async () => {
    const room = makeRoom({ policy: five });
    await room.plant([text]);
    const first = await register(room);
    room.clock.forward(hour);
    const second = await register(room);
    const kept = (await room.document()).methods.filter(({ kind }) => kind === 'security-questions');
    expect(kept.map(({ id, label, answers }) => [id, label, answers])).toEqual([[second, '5', 5]]);
    expect(second).not.toBe(first);
    const sealed = room.seals.open(`${keys.methods(anna)}#${second}`, kept[0]?.sealed ?? '');
    expect(sealed).not.toContain('emligt');
    expect(new Set((JSON.parse(sealed) as { answers: { salt: string }[] }).answers.map(({ salt }) => salt)).size).toBe(5);
  });

  test('the same answer has another hash with every question: each has a salt of its own (R44)', async () => {
    const set = await answerSet(
      shippedQuestions.slice(0, 3).map((question) => ({ question, answer: 'Kiruna' })),
      seeded('salts'),
    );
    const { answers } = JSON.parse(set) as { answers: { hash: string }[] };
    expect(new Set(answers.map(({ hash }) => hash)).size).toBe(3);
  });

  test('what is wrong is told line by line, and nothing is changed', async () => {
    const room = makeRoom();
    const draft = taken(await room.draft('security-questions'));
    const asked = { id: 'p', draft, conversation: stack, session: 'f2', now: room.clock.now(), account: accountOf(anna) };
    const chosen = [
      { question: 'first-pet', answer: 'Trogen' },
      { question: 'first-pet', answer: 'TROGEN ' },
    ];
    expect(await confirmQuestions(room.ports, { ...asked, chosen })).toEqual({
      ok: false,
      faults: [
        { question: null, answer: null },
        { question: 'twice', answer: 'twice' },
        { question: 'missing', answer: 'empty' },
      ],
    });
    expect(await openQuestionChoice(room.ports, anna, draft, asked.now)).not.toBeNull();
  });

  test('I4: of another conversation, too late, or sent before: there is nothing to answer any more', async () => {
    const room = makeRoom();
    const draft = taken(await room.draft('security-questions'));
    const chosen = shippedQuestions.slice(0, 3).map(({ id }) => ({ question: id, answer: answerTo(id) }));
    const asked = { id: 'p', draft, conversation: stack, session: 'f2', now: room.clock.now(), account: accountOf(anna), chosen };
    expect(await confirmQuestions(room.ports, { ...asked, conversation: stackOf('other') })).toBeNull();
    expect(await confirmQuestions(room.ports, { ...asked, now: asked.now + 11 * minute })).toBeNull();
    const confirmed = await confirmQuestions(room.ports, asked);
    if (confirmed?.ok !== true) throw new Error('not confirmed');
    await room.store.commit({ expect: confirmed.expect, ...confirmed.parts });
    expect(await confirmQuestions(room.ports, asked)).toBeNull();
    expect(await openQuestionChoice(room.ports, anna, draft, asked.now)).toBeNull();
  });

  test('a draft is asked nothing in the chat, and without its page it is not stored', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const draft = taken(await room.draft('security-questions'));
    expect(await room.send({ draft }, 'register')).toMatchObject({ type: 'challenge.failed', reason: 'gone' });
    expect(await room.save({ draft, proofs: [await room.prove('planted-1', 'step-up')] })).toMatchObject({ reason: 'proofs' });
  });
});

describe('what is asked', () => {
  test('R15: as many as the policy says, drawn at random, and the same ones until they were answered right', async () => {
    const sets = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        answerSet(
          shippedQuestions.slice(0, 5).map((question) => ({ question, answer: `svar ${question.id}` })),
          seeded(`set ${n}`),
        ),
      ),
    );
    const ids = sets.map((set) =>
      askedOf(set, 3)
        .map(({ id }) => id)
        .join(),
    );
    expect(new Set(ids).size).toBeGreaterThan(2);
    for (const set of sets) expect(askedOf(set, 3)).toEqual(askedOf(set, 3));
  });

  test('asking anew, for another purpose or in another conversation shops for no easier ones; right answers draw anew', async () => {
    const room = makeRoom({ policy: five });
    await room.plant([text]);
    const method = await register(room);
    room.clock.forward(hour);
    const idsOf = async (challenge: string, conversation = stack) =>
      (await openQuestions(room.ports, asking(room, challenge, conversation)))?.questions.map(({ id }) => id);
    const first = await challenged(room, method);
    const asked = await idsOf(first);
    expect(asked).toHaveLength(3);
    expect(await idsOf(await challenged(room, method, 'unlock'))).toEqual(asked);
    const elsewhereStack = `${stack}-b`;
    expect(await idsOf(await challenged(room, method, 'reset', { stack: elsewhereStack }), elsewhereStack)).toEqual(asked);
    await answered(room, first, 'wrong', true);
    expect(await idsOf(await challenged(room, method))).toEqual(asked);
    const draws = new Set<string>();
    for (let n = 0; n < 6; n += 1) {
      const challenge = await challenged(room, method);
      draws.add(String(await idsOf(challenge)));
      expect(await answered(room, challenge, `right-${n}`)).toMatchObject({ type: 'answer.accepted' });
    }
    expect(draws.size).toBeGreaterThan(1);
  });

  test('a question taken off the list or reworded is asked on, in the words it was answered in', async () => {
    const { store } = makeRoom();
    const before = makeRoom({ store });
    await before.plant([text]);
    const method = await register(before);
    const after = makeRoom({
      store,
      clock: before.clock,
      policy: (policy) => ({
        ...policy,
        securityQuestions: {
          ...policy.securityQuestions,
          questions: policy.securityQuestions.questions.slice(10).map((each) => ({ ...each, en: 'x?' })),
        },
      }),
    });
    after.clock.forward(hour);
    const challenge = await challenged(after, method);
    const asked = await openQuestions(after.ports, asking(after, challenge));
    expect(asked?.questions.map(({ en }) => en).sort()).toEqual(
      shippedQuestions
        .slice(0, 3)
        .map(({ en }) => en)
        .sort(),
    );
    expect(await answered(after, challenge, 'right')).toMatchObject({ type: 'answer.accepted' });
  });

  test('fewer answers than a reset asks by now count for nothing, and are told to be renewed', async () => {
    const { store } = makeRoom();
    const before = makeRoom({ store });
    await before.plant([text]);
    const method = await register(before);
    const after = makeRoom({
      store,
      clock: before.clock,
      policy: (policy) => ({ ...policy, securityQuestions: { ...policy.securityQuestions, register: 5, reset: 4 } }),
    });
    after.clock.forward(hour);
    const read = await after.read('reset', { session: 'f9' });
    expect(read.methods.find(({ id }) => id === method)?.usable).toBe('outdated');
    expect(read.finish.enough).toBe(false);
    expect(await after.send({ method }, 'reset', { session: 'f9' })).toMatchObject({ type: 'challenge.failed', reason: 'gone' });
  });
});

describeEngines('security questions', (engine) => {
  async function ready() {
    const fresh = await engine.fresh();
    const room = makeRoom({ store: fresh.store, policy: five });
    await room.plant([text]);
    const method = await register(room);
    room.clock.forward(hour);
    const beside = makeRoom({ store: await fresh.beside(), clock: room.clock, policy: five });
    return { room, method, beside };
  }

  test('I2: right answers are a gate of their own group, for the purpose they were asked for; never a step-up', async () => {
    const { room, method } = await ready();
    const verdict = await answered(room, await challenged(room, method), 'try');
    expect(verdict).toMatchObject({ type: 'answer.accepted', kind: 'security-questions' });
    expect(verdict).not.toHaveProperty('left');
    const proof = await room.row(keys.proof(anna, verdict.type === 'answer.accepted' ? verdict.proof : ''));
    expect(proof).toMatchObject({ group: 'questions', purpose: 'reset', target: method });
    expect(await room.send({ method }, 'step-up', { session: 'f9' })).toMatchObject({ type: 'challenge.failed', reason: 'gone' });
  });

  test('I6, R15: a wrong set is one try, whichever answer was wrong; three of them are a failed verification', async () => {
    const { room, method } = await ready();
    const challenge = await challenged(room, method);
    expect(await answered(room, challenge, 'a', true)).toMatchObject({ type: 'answer.rejected', reason: 'wrong', triesLeft: 2 });
    expect(await answered(room, challenge, 'b', true)).toMatchObject({ triesLeft: 1 });
    expect(await answered(room, challenge, 'b')).toMatchObject({ triesLeft: 1 });
    const all = new Map([...(await answersTo(room, challenge))].map(([id]) => [id, 'Något annat']));
    const last = await answerQuestions(elsewhere(room), { ...asking(room, challenge), attempt: 'c', answers: all });
    expect(last).toMatchObject({ type: 'answer.exhausted', scope: 'method' });
    expect((await room.document()).methods.find(({ id }) => id === method)?.tries.wrong).toBe(3);
    expect(await room.send({ method }, 'reset', { session: 'f9' })).toMatchObject({ type: 'challenge.refused', reason: 'pace' });
  });

  test('invariant 5: of fifty right sets at once, from two processes, exactly one is accepted', async () => {
    const { room, method, beside } = await ready();
    const challenge = await challenged(room, method);
    const answers = await answersTo(room, challenge);
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        answerQuestions(elsewhere(n % 2 === 0 ? room : beside), { ...asking(room, challenge), attempt: `try-${n}`, answers }),
      ),
    );
    expect(verdicts.filter(({ type }) => type === 'answer.accepted')).toHaveLength(1);
    expect((await room.document()).methods.find(({ id }) => id === method)?.tries.wrong).toBe(0);
  });

  test('invariant 5, I6: of fifty wrong sets at once exactly the limit is counted', async () => {
    const { room, method, beside } = await ready();
    const challenge = await challenged(room, method);
    const answers = await answersTo(room, challenge, true);
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        answerQuestions(elsewhere(n % 2 === 0 ? room : beside), { ...asking(room, challenge), attempt: `try-${n}`, answers }),
      ),
    );
    expect(verdicts.filter((verdict) => verdict.type === 'answer.rejected' && verdict.reason === 'wrong')).toHaveLength(2);
    expect(verdicts.filter(({ type }) => type === 'answer.accepted')).toHaveLength(0);
    expect((await room.document()).methods.find(({ id }) => id === method)?.tries.wrong).toBe(3);
  });

  test('R7: expired, spent, removed, of another account or conversation: nothing is shown and nothing weighed', async () => {
    const { room, method } = await ready();
    const challenge = await challenged(room, method);
    const answers = await answersTo(room, challenge);
    for (const foreign of [asking(room, challenge, `${stack}-b`), asking(room, challenge, stackOf('b'), 'b'), asking(room, 'none')]) {
      expect(await openQuestions(room.ports, foreign)).toBeNull();
      expect(await answerQuestions(elsewhere(room), { ...foreign, attempt: 'x', answers })).toMatchObject({ reason: 'expired' });
    }
    room.clock.forward(16 * minute);
    expect(await openQuestions(room.ports, asking(room, challenge))).toBeNull();
    expect(await answerQuestions(elsewhere(room), { ...asking(room, challenge), attempt: 'y', answers })).toMatchObject({
      reason: 'expired',
    });
    const again = await challenged(room, method);
    await answered(room, again, 'right');
    expect(await answerQuestions(elsewhere(room), { ...asking(room, again), attempt: 'z', answers })).toMatchObject({ reason: 'expired' });
    const left = await challenged(room, method);
    await room.remove({ method, proofs: [await room.prove(byText.method, 'step-up')] });
    expect(await openQuestions(room.ports, asking(room, left))).toBeNull();
  });

  test('answers to what is asked no longer cost nothing: they were answered right elsewhere', async () => {
    const { room, method } = await ready();
    const [one, other] = [await challenged(room, method), await challenged(room, method, 'unlock')];
    const secretBefore = await answersTo(room, one);
    let drawn = 0;
    // Until other questions are drawn.
    for (let n = 0; drawn === 0 && n < 20; n += 1) {
      await answered(room, n === 0 ? other : await challenged(room, method, 'unlock'), `right-${n}`);
      const now = await answersTo(room, one);
      drawn = [...now.keys()].filter((id) => !secretBefore.has(id)).length;
    }
    expect(await answerQuestions(elsewhere(room), { ...asking(room, one), attempt: 'late', answers: secretBefore })).toMatchObject({
      reason: 'form',
    });
    expect((await room.document()).methods.find(({ id }) => id === method)?.tries.wrong).toBe(0);
  });

  test('what is typed in the chat is no answer, not even what an answer is made into', async () => {
    const { room, method } = await ready();
    const challenge = await challenged(room, method);
    const chat = { session: 'f9' };
    expect(await room.check(challenge, answerTo('first-pet'), chat)).toMatchObject({ reason: 'form' });
    expect(await room.check(challenge, '{"set":"","round":0,"hashes":{}}', chat)).toMatchObject({ reason: 'form' });
    expect((await room.document()).methods.find(({ id }) => id === method)?.tries.wrong).toBe(0);
  });
});

test('what was prepared for one set and round is nothing for another', async () => {
  const of = (seed: string) =>
    answerSet(
      shippedQuestions.slice(0, 3).map((question) => ({ question, answer: answerTo(question.id) })),
      seeded(seed),
    );
  const [one, other] = [await of('one'), await of('other')];
  const typed = new Map(shippedQuestions.map(({ id }) => [id, answerTo(id)]));
  const prepared = await preparedAnswers(one, 3, typed);
  expect(securityQuestions.read(prepared, one, 3)).toBe(prepared);
  expect(securityQuestions.read(prepared, other, 3)).toBeNull();
  const right = securityQuestions.match(one, prepared, 3);
  if (right.match !== 'right') throw new Error('not right');
  expect(securityQuestions.read(prepared, right.kept.secret, 3)).toBeNull();
  expect(securityQuestions.match(one, prepared, 4)).toEqual({ match: 'wrong' });
});
