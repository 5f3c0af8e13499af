import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keys } from '../../src/store/keys.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { appCode } from './codes.ts';
import { DoorWatch, upToCase, type DoorStory } from './door-watch.ts';
import type { DemoAccount, House } from './house.ts';
import { Person } from './person.ts';
import { Visitor, type VisitorOptions } from './visitor.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-door-'));
let house: House;
const watch = new DoorWatch();

beforeAll(async () => {
  house = await watch.house(openSqlite({ folder, serve: true }));
});
afterAll(async () => {
  await house.close();
  await house.store.close();
  rmSync(folder, { recursive: true, force: true });
});

let addresses = 1;
/** A visitor of an address of their own: limits count each apart. */
const visitor = (options: VisitorOptions = {}): Promise<Visitor> => {
  addresses += 1;
  return new Visitor(house, { from: `127.0.${Math.floor(addresses / 250)}.${(addresses % 250) + 2}`, ...options }).open();
};

async function named(userId: string): Promise<Visitor> {
  const someone = await visitor();
  await someone.type(userId);
  await someone.choose('reset');
  return someone;
}

/** A user ID of each sort: one that may be helped, and all that may not. */
async function everySort(): Promise<readonly (readonly [sort: string, userId: string, number: string])[]> {
  const known = await house.hire('registered');
  return [
    ['known', known.userId, known.number ?? ''],
    ['unknown', `employee-${Math.floor(house.clock.now() % 1000)}0@fjallbyn.example`, '+46701740699'],
    ['disabled', (await house.hire('disabled')).userId, '+46701740698'],
    ['unregistered', (await house.hire('unregistered')).userId, '+46701740697'],
    ['privileged', (await house.hire('privileged')).userId, '+46701740696'],
    ['managed elsewhere', (await house.hire('managed-elsewhere')).userId, '+46701740695'],
  ];
}

describe('I20, R29: nothing tells whether an account exists', () => {
  test('every user ID gets the same words, the same sizes, and costs the same calls of store and directory, to the last try and the case', async () => {
    const stories: Record<string, DoorStory> = {};
    for (const [sort, userId, number] of await everySort()) {
      stories[sort] = await watch.story(await visitor(), userId, [
        (someone) => someone.type(userId),
        (someone) => someone.choose('reset'),
        (someone) => someone.choose('text-message'),
        (someone) => someone.type(number),
        ...['000000', '000001', '000002'].map((code) => (someone: Visitor) => someone.type(code)),
        (someone) => someone.choose('authenticator-app'),
        (someone) => someone.type('000000'),
        (someone) => someone.choose('another'),
        (someone) => someone.choose('none'),
        (someone) => someone.choose('contact'),
      ]);
    }
    const { known, ...others } = stories;
    if (known === undefined) throw new Error('no story');
    for (const [sort, story] of Object.entries(others)) {
      expect([sort, story.said]).toEqual([sort, known.said]);
      expect([sort, story.sizes]).toEqual([sort, known.sizes]);
      expect([sort, story.directory]).toEqual([sort, known.directory]);
      expect([sort, upToCase(story.store)]).toEqual([sort, upToCase(known.store)]);
    }
    expect(known.said.at(4)).toMatch(/stämmer inte/u);
    expect(known.said.at(6)).toMatch(/vilar/u);
  }, 120_000);

  test('a code goes out to nobody but the owner of the whole number', async () => {
    const account = await house.hire('registered');
    const before = (await house.outbox()).length;
    const someone = await named(account.userId);
    await someone.choose('text-message');
    await someone.type('+46701740688');
    expect(someone.prompt).toBe('verify-claim.answer');
    await someone.choose('again');
    await someone.type(account.number ?? '');
    await house.delivered((entry) => entry.kind === 'sms' && entry.to === account.number);
    expect(
      (await house.outbox())
        .slice(before)
        .filter(({ kind }) => kind === 'sms')
        .map(({ to }) => to),
    ).toEqual([account.number]);
  });

  test('a right code of an account that cannot be helped is no right code, and the case says why', async () => {
    const account = await house.hire('privileged', {});
    const someone = await named(account.userId);
    await someone.choose('authenticator-app');
    await someone.type(account.otpauth === undefined ? '123456' : await appCode(account.otpauth, house.clock.now()));
    expect(someone.words).toMatch(/stämmer inte/u);
    await someone.choose('another');
    await someone.choose('none');
    expect(someone.words).toContain('Vi kunde inte verifiera ditt konto.');
    expect(someone.choices).toEqual(['contact', 'no']);
    await someone.choose('contact');
    const number = /LK-\d+/u.exec(someone.words)?.[0] ?? '';
    const mail = await house.delivered(({ kind, text }) => kind === 'mail' && text.includes(number) && text.includes('LK_PRIVILEGED'));
    expect(mail).toBeDefined();
    await house.delivered(({ kind, to, text }) => kind === 'mail' && to === account.userId && text.includes('LK_PRIVILEGED'));
  });
});

describe('R29: an unproved request changes nothing', () => {
  test('whatever a stranger tries for an account, its password, lock, methods and sign-ins are as before, and it starts whatever it likes in Teams', async () => {
    const account = await house.hire('registered');
    const rows = [keys.localAccount(account.id), keys.methods(account.id), keys.frozen(account.id)];
    const standing = async () => {
      const [key, ...alsoRead] = rows;
      if (key === undefined) throw new Error('no rows');
      const opened = await house.store.open({ key, owner: null, alsoRead, now: house.clock.now() });
      return rows.map((each) => opened.rows.get(each) ?? null);
    };
    const before = await standing();
    for (const wish of ['reset', 'unlock'] as const) {
      // What three wrong answers in a row let rest is awake again.
      house.clock.forward(6 * 60_000);
      const someone = await visitor();
      await someone.type(account.userId);
      await someone.choose(wish);
      await someone.choose('text-message');
      await someone.type(account.number ?? '');
      for (const wrong of ['000000', '000001', '000002']) await someone.type(wrong);
      await someone.choose('recovery-codes');
      await someone.type('AAAA-AAAA-AAAA-AAAA');
      await someone.choose('another');
      await someone.choose('none');
      await someone.choose('contact');
    }
    // One gate of two is no proof either.
    const half = await named(account.userId);
    await half.choose('authenticator-app');
    await half.type(await appCode(account.otpauth ?? '', house.clock.now()));
    await half.choose('none');
    await half.choose('contact');
    expect(half.page).toBe('');
    const [directory, methods, frozen] = await standing();
    expect([directory, frozen]).toEqual([before[0], before[2]]);
    // Of the methods it is known that one was used, and nothing else has changed.
    const bareOf = (row: typeof methods) => JSON.stringify(row?.value).replaceAll(/"(?:lastUsedAt|lastStep)":(?:\d+|null)/gu, '""');
    expect(bareOf(methods ?? null)).toBe(bareOf(before[1] ?? null));
    const person = new Person(house, account);
    await person.say('Jag har glömt mitt lösenord');
    expect(person.prompt).toMatch(/^verify\./u);
  });
});

describe('I6: nobody is harmed by strangers', () => {
  test('what closes the front door for an account closes nothing in Teams; a user ID that does not exist is closed alike', async () => {
    const account = await house.hire('registered');
    for (const userId of [account.userId, 'nobody-at-all@fjallbyn.example']) {
      let someone = await named(userId);
      for (const kind of ['authenticator-app', 'recovery-codes'] as const) {
        await someone.choose(kind);
        for (let n = 0; n < 3; n += 1) await someone.type(kind === 'recovery-codes' ? `AAAA-AAAA-AAAA-AAA${n}` : `00000${n}`);
        expect(someone.words).toMatch(/tre fel i rad/u);
      }
      for (let failures = 2; failures < 5; failures += 1) {
        house.clock.forward(61 * 60_000);
        someone = await named(userId);
        await someone.choose('authenticator-app');
        for (let n = 0; n < 3; n += 1) await someone.type(`00000${n}`);
      }
      expect(someone.prompt).toBe('door-contact.offer');
      expect(someone.words).toMatch(/inga försök kvar/u);
    }
    const person = new Person(house, account);
    await person.say('Jag har glömt mitt lösenord');
    expect(person.prompt).toMatch(/^verify\./u);
  });

  test('I13: an unproved case is one a day for an account, and comes to the account’s own Teams and work mailbox', async () => {
    const account = await house.hire('registered');
    const ask = async (): Promise<Visitor> => {
      const someone = await visitor();
      await someone.type(account.userId);
      await someone.choose('contact');
      await someone.choose('contact');
      return someone;
    };
    const first = await ask();
    const number = /LK-\d+/u.exec(first.words)?.[0] ?? '';
    expect(number).not.toBe('');
    expect((await ask()).words).toContain(number);
    const mail = await house.delivered(({ kind, to, text }) => kind === 'mail' && to === account.userId && text.includes(number));
    expect(mail.text).toMatch(/utan att visa vem de är/u);
  });

  test('without work done nothing is begun and nothing is said; one proof of work is good for one thing', async () => {
    const someone = await visitor();
    const idle = new Visitor(house);
    expect((await idle.send('POST', '/start/v3/directline/conversations', {})).status).toBe(403);
    const work = await someone.work();
    const path = `/start/v3/directline/conversations/${someone.conversation}/activities`;
    const says = (id: string) => ({ type: 'message', text: 'hej', channelData: { clientActivityID: id } });
    expect((await someone.send('POST', path, says('a'.repeat(22)), { 'x-latchkey-work': work })).status).toBe(200);
    expect((await someone.send('POST', path, says('a'.repeat(22)), { 'x-latchkey-work': work })).status).toBe(200);
    expect((await someone.send('POST', path, says('b'.repeat(22)), { 'x-latchkey-work': work })).status).toBe(403);
    expect((await someone.send('POST', path, says('c'.repeat(22)))).status).toBe(403);
    house.clock.forward(11 * 60_000);
    const old = await someone.work();
    house.clock.forward(11 * 60_000);
    expect((await someone.send('POST', path, says('d'.repeat(22)), { 'x-latchkey-work': old })).status).toBe(403);
  });
});

describe('I1, I11: its activities carry no identity', () => {
  let agent: DemoAccount;
  beforeAll(async () => {
    agent = await house.account('agent');
  });

  test('another’s object id, another channel and a service URL of its own are dropped: it is still asked who it is', async () => {
    const someone = await visitor();
    const account = await house.hire('registered');
    const answer = await someone.post({
      type: 'message',
      text: 'registrera',
      from: { id: account.id, aadObjectId: account.id, name: account.name },
      channelId: 'msteams',
      serviceUrl: 'http://127.0.0.1:9/',
      recipient: { id: 'x' },
      conversation: { id: 'a:other', conversationType: 'channel', tenantId: 'other' },
    });
    expect(answer.status).toBe(200);
    await someone.read();
    expect(someone.prompt).toBe('front-door.user-id');
    expect(someone.words).toMatch(/Det gör du i Teams/u);
    expect(JSON.stringify(someone.all)).not.toContain(account.name);
  });

  test('another’s conversation is as if it were not there; so is one whose cookie was made up', async () => {
    const one = await visitor();
    const other = await visitor();
    expect((await other.post({ type: 'message', text: 'hej' }, one.conversation)).status).toBe(404);
    expect((await other.send('GET', `/start/v3/directline/conversations/${one.conversation}/activities`)).status).toBe(404);
    other.cookie = `latchkey-door=${one.conversation}.${'A'.repeat(22)}`;
    expect((await other.send('GET', `/start/v3/directline/conversations/${one.conversation}/activities`)).status).toBe(404);
  });

  test('an agent’s command and a case card’s button get nothing', async () => {
    const someone = await visitor();
    const pressed = await someone.post({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { type: 'Action.Execute', verb: 'case', data: { case: 'p00-aaaaaaaaaaaaaaaaaaaaaa', act: 'resolve', version: 1 } } },
      from: { id: agent.id, aadObjectId: agent.id },
    });
    expect(JSON.parse(pressed.body)).toMatchObject({ status: 400 });
    for (const command of ['stop resets', 'stoppa återställningar', `verify ${agent.userId}`]) {
      await someone.say(command);
      expect(someone.prompt).toMatch(/^front-door\./u);
    }
  });

  test('nobody comes in under the front door’s name by the endpoint of Teams', async () => {
    const response = await fetch(`${house.url}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'message',
        id: '1',
        text: 'hej',
        channelId: 'front-door',
        serviceUrl: 'urn:latchkey:front-door',
        from: { id: 'x', aadObjectId: agent.id },
        conversation: { id: 'x', conversationType: 'personal' },
      }),
    });
    expect(response.status).toBe(401);
  });

  test('only our own page may post: a foreign origin, none at all, and a form are refused', async () => {
    const someone = await visitor();
    const path = `/start/v3/directline/conversations/${someone.conversation}/activities`;
    const says = { type: 'message', text: 'hej' };
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: undefined },
      { 'sec-fetch-site': 'cross-site' },
      { 'content-type': 'text/plain' },
    ])
      expect((await someone.send('POST', path, says, { 'x-latchkey-work': await someone.work(), ...headers })).status).toBe(403);
  });
});

describe('the conversation', () => {
  test('ends after 15 idle minutes, with what was claimed in it; a case keeps it for its answer, and no longer', async () => {
    const account = await house.hire('registered');
    const someone = await visitor();
    const { conversation } = someone;
    await someone.type(account.userId);
    house.clock.forward(16 * 60_000);
    await expect(someone.read()).rejects.toThrow('404');
    await someone.open();
    expect(someone.conversation).not.toBe(conversation);
    expect(someone.prompt).toBe('front-door.user-id');

    const waits = await visitor();
    await waits.type(account.userId);
    await waits.choose('contact');
    await waits.choose('contact');
    house.clock.forward(60 * 60_000);
    await waits.read();
    // What was claimed is over all the same.
    await waits.say('Jag har glömt mitt lösenord');
    expect(waits.prompt).toBe('front-door.user-id');
  });

  test('is held by a cookie that no script reads and no other site sends; the page lets nothing in from elsewhere', async () => {
    const someone = new Visitor(house);
    const begun = await someone.send('POST', '/start/v3/directline/conversations', {}, { 'x-latchkey-work': await someone.work() });
    expect(String(begun.headers['set-cookie'])).toMatch(
      /^latchkey-door=[\w-]{22}\.[\w-]{22}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/u,
    );
    const page = await someone.send('GET', '/start');
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/u);
    expect(page.headers['content-security-policy']).not.toMatch(/unsafe|https:/u);
    expect(page.body).not.toMatch(/<script(?![^>]*src=)|style="|onclick/u);
    expect(page.body).toContain('08-465 004 10');
  });

  test('nothing a visitor typed is kept, and no user ID, number or code is in a log line', async () => {
    const account = await house.hire('registered');
    const someone = await named(account.userId);
    await someone.choose('text-message');
    await someone.type(account.number ?? '');
    await someone.say('123456');
    const lines = house.logLines.join('\n');
    for (const secret of [account.userId, account.number ?? '', '123456']) expect(lines).not.toContain(secret);
    expect(JSON.stringify(someone.all)).not.toContain(account.number ?? '');
  });
});
