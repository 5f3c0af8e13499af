import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deskItself, keys, partitionOf } from '../../src/store/keys.ts';
import { wordsOf } from '../servers/connector.ts';
import { startReceiver, type Receiver } from '../servers/receiver.ts';
import { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { askFor, languages, pass, provePresentPassword, registerApp, registerByCode, rightCode, setPassword } from './steps.ts';
import { overdue } from './wait.ts';

const hourMs = 3_600_000;
const withoutNumber = { methods: ['authenticator-app', 'email'] } as const;

let receiver: Receiver;
let house: House;
beforeAll(async () => {
  receiver = await startReceiver();
  house = await openHouse({
    policy: (policy) => ({
      ...policy,
      limits: { ...policy.limits, failuresPerDay: 1 },
      telephony: { ...policy.telephony, breaker: { codes: 5, usedPercent: 25, minutes: 60 } },
      agents: { ...policy.agents, pace: 3 },
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

/** Somebody asks for an administrator, and the helpdesk has it. */
async function opened(account: DemoAccount): Promise<void> {
  const person = new Person(house, account);
  await person.say('kontakt');
  await person.choose('contact');
  await new Desk(house).hasIt(account);
}

/** A person whose rows are kept in a part of the store that fits. */
async function hiredIn(fits: (partition: string) => boolean): Promise<DemoAccount> {
  for (;;) {
    const account = await house.hire('registered', withoutNumber);
    if (fits(partitionOf(account.id))) return account;
  }
}

test('R35: the tenth account that is blocked within an hour is told to the helpdesk, with what to do', async () => {
  for (let each = 0; each < 10; each += 1) {
    expect(alarms()).toBe(0);
    const person = new Person(house, await house.hire('registered', withoutNumber));
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

test('R35: resets and first registrations are counted, each once, and told where they are far over the usual hour', async () => {
  // A whole hour lies ahead, and had as many already as a company that is not known yet may have.
  house.clock.forward(hourMs - (house.clock.now() % hourMs));
  const hour = Math.floor(house.clock.now() / hourMs);
  for (const kind of ['reset', 'first-registration'])
    await house.store.commit({ put: { [keys.tally(kind)]: { since: house.clock.now(), hours: [{ hour, count: 50 }], ids: [] } } });
  const newcomer = new Person(house, await house.hire('unregistered'));
  await newcomer.say(languages.sv.register);
  await provePresentPassword(house, newcomer);
  await registerApp(house, newcomer);
  const forgetful = new Person(house, await house.hire('registered'));
  await forgetful.say(languages.sv.forgot);
  await pass(house, forgetful, 'authenticator-app');
  await pass(house, forgetful, 'text-message');
  await setPassword(house, forgetful, 'Odon på heden 2028');
  expect(await alarm('51 lösenord')).toContain('stoppa återställningar');
  expect(await alarm('51 personer')).toContain('stoppa registrering');
  for (const kind of ['reset', 'first-registration']) expect(await tally(kind)).toBe(51);
});

test('R34, R35: a country whose codes nobody types is stopped, which is told; other ways stay open', async () => {
  for (let each = 0; each < 5; each += 1) {
    const person = new Person(house, await house.hire('registered'));
    await person.say(languages.sv.forgot);
    await askFor(person, 'text-message');
  }
  house.clock.forward(2 * 60_000);
  const before = (await house.outbox()).length;
  const person = new Person(house, await house.hire('registered'));
  await person.say(languages.sv.forgot);
  expect(person.words).toContain('Det går inte att skicka koder till telefoner just nu');
  await pass(house, person, 'authenticator-app');
  expect(await alarm('Koder via sms och samtal till SE är stoppade')).toContain('sina andra metoder');
  expect((await house.outbox()).slice(before).filter(({ kind }) => kind === 'sms')).toEqual([]);
  await pass(house, person, 'email');
  expect(person.prompt).toBe('reset.page');
});

test('R35: an agent who does more in an hour than a person does is held back, and told of by name', async () => {
  const desk = new Desk(house);
  const agent = new Person(house, await house.hire('agent', { methods: ['authenticator-app'] }));
  await agent.say('visa att jag är handläggare');
  await pass(house, agent, 'authenticator-app');
  const { account } = new Person(house, await house.hire('registered', withoutNumber));
  await opened(account);
  await desk.act(account, agent.account, 'claim');
  for (let press = 0; press < 3; press += 1) await desk.act(account, agent.account, 'verify-caller');
  const { caller } = await desk.newest(account);
  expect(await desk.act(account, agent.account, 'verify-caller')).toContain('mer på en timme än en person gör');
  expect((await desk.newest(account)).caller).toEqual(caller);
  const words = await alarm(`${agent.account.name} arbetar snabbare`);
  expect(words).toContain('4 åtgärder');
  expect(words).toContain('ta bort kontot ur helpdeskens grupp');
});

test('what another system will not have is told, once', async () => {
  receiver.behave({ status: 410 }, { status: 410 });
  const person = new Person(house, await house.hire('not-enabled'));
  await person.say(languages.sv.forgot);
  await person.choose('contact');
  expect(await alarm('gavs upp')).toContain('hook');
});

test('R41, R42: where the audit trail is not as it was left nothing is done, which is told; elsewhere work goes on', async () => {
  const broken = await hiredIn((partition) => partition !== partitionOf(deskItself));
  const person = new Person(house, broken);
  await person.say('hej');
  await person.say(languages.sv.forgot);
  await askFor(person, 'authenticator-app');
  const key = keys.auditHead(partitionOf(broken.id));
  const head = (await house.store.open({ key, owner: null, now: house.clock.now() })).rows.get(key)?.value;
  await house.store.commit({ put: { [key]: { ...(head as object), sequence: 0 } } });
  await person.type(await rightCode(house, person, 'authenticator-app'));
  expect(person.words).toContain('Något gick fel hos oss');
  expect(await alarm('granskningsloggen är inte som servern lämnade den')).toContain('npm run audit -- verify');
  const elsewhere = new Person(house, await hiredIn((partition) => partition !== partitionOf(broken.id)));
  await elsewhere.say(languages.sv.forgot);
  await pass(house, elsewhere, 'authenticator-app');
  await pass(house, elsewhere, 'email');
  expect(elsewhere.prompt).toBe('reset.page');
});

test('each alarm stands in the audit', async () => {
  const entries: unknown[] = [];
  for (let sequence = 1; ; sequence += 1) {
    const key = keys.auditEntry(partitionOf(deskItself), sequence);
    const row = (await house.store.open({ key, owner: null, now: house.clock.now() })).rows.get(key) ?? null;
    if (row === null) break;
    entries.push(row.value);
  }
  for (const reason of [
    'accounts-blocked',
    'number-shared',
    'many-resets',
    'many-registrations',
    'telephony-stopped',
    'agent-pace',
    'not-delivered',
    'audit-broken',
  ])
    expect(entries).toContainEqual(expect.objectContaining({ act: 'desk.alarm', reason, actor: 'system' }));
});
