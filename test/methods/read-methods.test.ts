import { expect, test } from '@jest/globals';
import { keys } from '../../src/store/keys.ts';
import { alternate, anna, day, hour, makeRoom, minute, mobile, start, type Room } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const mail = { kind: 'email', to: alternate } as const;

/** Changes one stored method. */
async function change(room: Room, id: string, changed: object): Promise<void> {
  const document = await room.document();
  const methods = document.methods.map((each) => (each.id === id ? { ...each, ...changed } : each));
  await room.store.commit({ put: { [keys.methods(anna)]: { ...document, methods } } });
}

test('I8: one that is suspended or used up helps nobody; one that cools off or waits is there all the same', async () => {
  const room = makeRoom();
  await room.plant([text, mail]);
  const line = async () => (await room.read('reset')).finish;
  expect(await line()).toEqual({ enough: true, wouldDo: [] });
  await change(room, 'planted-1', { countsFrom: room.clock.now() + hour });
  expect(await line()).toEqual({ enough: true, wouldDo: [] });
  await change(room, 'planted-1', { tries: { wrong: 3, waitUntil: room.clock.now() + hour, reused: 0 } });
  expect(await line()).toEqual({ enough: true, wouldDo: [] });
  await change(room, 'planted-1', { tries: { wrong: 100, waitUntil: 0, reused: 0 } });
  expect((await line()).enough).toBe(false);
  await change(room, 'planted-1', { tries: { wrong: 0, waitUntil: 0, reused: 0 }, suspended: 'account-disabled' });
  expect((await line()).enough).toBe(false);
});

test('I8: the line counts the gates of a reset, however many a step-up takes', async () => {
  const room = makeRoom({ policy: (policy) => ({ ...policy, stepUp: { gates: 1 }, reset: { ...policy.reset, gates: 2 } }) });
  await room.plant([text]);
  expect(await room.read('register')).toMatchObject({
    finish: { enough: false, wouldDo: ['authenticator-app', 'email', 'recovery-codes', 'security-questions', 'security-key'] },
    stepUp: { needed: 1 },
    resetGates: { needed: 2 },
  });
});

test('I6: what no more can be sent to says so, from when it can again, and is not asked for; an app can be', async () => {
  const room = makeRoom({ policy: (policy) => ({ ...policy, limits: { ...policy.limits, sendsPerAccountPerDay: 2 } }) });
  await room.plant([text, { kind: 'authenticator-app' }]);
  const usable = async () =>
    Object.fromEntries((await room.read('reset')).methods.map(({ kind, usable: now, until }) => [kind, [now, until]]));
  for (let sent = 0; sent < 2; sent += 1) {
    expect(await usable()).toEqual({ 'text-message': ['yes', null], 'authenticator-app': ['yes', null] });
    await room.challenge({ method: 'planted-1' }, 'reset');
    room.clock.forward(10 * minute);
  }
  expect(await usable()).toEqual({ 'text-message': ['sends-used-up', start + day], 'authenticator-app': ['yes', null] });
  room.clock.forward(day);
  expect(await usable()).toMatchObject({ 'text-message': ['yes', null] });
});
