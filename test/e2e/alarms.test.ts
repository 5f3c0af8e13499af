import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deskItself, keys, partitionOf } from '../../src/store/keys.ts';
import { wordsOf } from '../servers/connector.ts';
import { startReceiver, type Receiver } from '../servers/receiver.ts';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import { askFor, languages, pass, provePresentPassword, registerApp, registerByCode, setPassword } from './steps.ts';
import { overdue, until } from './wait.ts';

let receiver: Receiver;
let house: House;
beforeAll(async () => {
  receiver = await startReceiver();
  house = await openHouse({
    policy: (policy) => ({
      ...policy,
      limits: { ...policy.limits, failuresPerDay: 1 },
      hooks: { out: [{ name: 'tickets', url: receiver.url, tells: [] }], in: [] },
    }),
    hookSecrets: { tickets: [`whsec_${Buffer.alloc(32, 1).toString('base64')}`] },
  });
});
afterAll(async () => {
  await house.close();
  await receiver.close();
});

/** The alarm's card in the helpdesk's conversation, already there or still to come. */
async function alarm(words: string): Promise<string> {
  const conversation = house.config.policy.contacts.desk.conversation;
  const call = await Promise.race([
    house.connector.waitFor((each) => each.conversation === conversation && wordsOf(each.activity).includes(words)),
    overdue(() => `no alarm "${words}": ${house.connector.calls.map(({ activity }) => wordsOf(activity)).join('\n')}`),
  ]);
  return wordsOf(call.activity);
}

const alarms = (): number =>
  house.connector.calls.filter(({ activity }) => wordsOf(activity).includes('Det här bör helpdesken titta på')).length;

/** How often something was counted, for the whole company. */
async function tally(kind: string): Promise<number> {
  const key = keys.tally(kind);
  const row = (await house.store.open({ key, owner: null, now: house.clock.now() })).rows.get(key)?.value;
  return ((row as { hours?: readonly { count: number }[] } | undefined)?.hours ?? []).reduce((sum, { count }) => sum + count, 0);
}

test('R35: the tenth account that is blocked within an hour is told to the helpdesk, with what to do', async () => {
  for (let each = 0; each < 10; each += 1) {
    expect(alarms()).toBe(0);
    const person = new Person(house, await house.hire('registered'));
    await person.say(languages.sv.forgot);
    await askFor(person, 'authenticator-app');
    for (let wrong = 0; wrong < 3; wrong += 1) await person.type('000000');
    expect(person.prompt).toBe('escalate.offer');
  }
  expect(await alarm('10 konton')).toContain('stoppa återställningar');
});

test('R35: one number on a third account is told, and no sign of the number', async () => {
  const number = '+46701740699';
  const people = [];
  for (let each = 0; each < 3; each += 1) {
    const person = new Person(house, await house.hire('unregistered'));
    people.push(person);
    await person.say(languages.sv.register);
    await provePresentPassword(house, person);
    const done = registerByCode(house, person, 'text-message', number);
    await (each < 2 ? done : expect(done).rejects.toThrow('not registered'));
  }
  const words = await alarm('Ett och samma telefonnummer');
  expect(words).toContain('3 konton');
  expect(words).toContain(people[2]?.account.userId);
  expect(words).not.toContain('40699');
});

test('R35: resets and first registrations are counted, each once', async () => {
  const [resets, registrations] = [await tally('reset'), await tally('first-registration')];
  const newcomer = new Person(house, await house.hire('unregistered'));
  await newcomer.say(languages.sv.register);
  await provePresentPassword(house, newcomer);
  await registerApp(house, newcomer);
  const forgetful = new Person(house, await house.hire('registered'));
  await forgetful.say(languages.sv.forgot);
  await pass(house, forgetful, 'authenticator-app');
  await pass(house, forgetful, 'text-message');
  await setPassword(house, forgetful, 'Odon på heden 2028');
  await until(
    async () => (await tally('reset')) === resets + 1 && (await tally('first-registration')) === registrations + 1,
    () => 'not counted',
  );
});

test('what another system will not have is told, once', async () => {
  receiver.behave({ status: 410 }, { status: 410 });
  const person = new Person(house, await house.hire('not-enabled'));
  await person.say(languages.sv.forgot);
  await person.choose('contact');
  expect(await alarm('gavs upp')).toContain('hook');
});

test('each alarm stands in the audit', async () => {
  const entries: unknown[] = [];
  for (let sequence = 1; ; sequence += 1) {
    const key = keys.auditEntry(partitionOf(deskItself), sequence);
    const row = (await house.store.open({ key, owner: null, now: house.clock.now() })).rows.get(key) ?? null;
    if (row === null) break;
    entries.push(row.value);
  }
  for (const reason of ['accounts-blocked', 'number-shared', 'not-delivered'])
    expect(entries).toContainEqual(expect.objectContaining({ act: 'desk.alarm', reason, actor: 'system' }));
});
