import { afterEach, expect, test } from '@jest/globals';
import type { OutsideEvent } from '../../dialogs/effects.ts';
import { inboxParts } from '../../src/conversation/inbox.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { keys } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/port.ts';
import { describeEngines } from '../store/engines.ts';
import { stillClock } from '../store/still-clock.ts';
import { anna, newOutside, presses, says, startProcess, tenant, type Process, type Scripted } from './world.ts';

const stack = keys.stack(tenant, anna);

describeEngines('the runner', (engine) => {
  const processes: Process[] = [];
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.stop()));
  });

  async function begin(script: Partial<Scripted> = {}) {
    const { store, beside, tamper } = await engine.fresh();
    const clock = stillClock(1_800_000_000_000);
    const outside = newOutside();
    const start = (more: Partial<Scripted> = {}): Process => {
      const process = startProcess({ outside, store, clock, ...script, ...more });
      processes.push(process);
      return process;
    };
    const last = () => outside.answers.at(-1);
    return { store, beside, tamper, clock, outside, start, last };
  }

  test('a stranger’s first words open home, and their wish is begun at once', async () => {
    const { start, outside, last } = await begin();
    await start().runner.take(says('jag har glömt mitt lösenord'));
    expect(last()?.prompt?.id).toBe('verify.answer');
    expect(outside.sends).toHaveLength(1);
  });

  test('I9: a conversation belongs to the account that a person of Teams has, by whatever id', async () => {
    const { start, store } = await begin();
    const theirs = 'cccccccc-0000-4000-8000-00000000000c';
    await start({ accountOf: async () => theirs }).runner.take(says('hej'));
    const at = async (id: string) =>
      (await store.open({ key: keys.stack(tenant, id), owner: null, now: 0 })).rows.get(keys.stack(tenant, id)) ?? null;
    expect(await at(theirs)).not.toBeNull();
    expect(await at(anna)).toBeNull();
  });

  test('while nobody can tell whose account it is, the person hears so and nothing begins', async () => {
    const { start, outside, store } = await begin();
    const away = new LatchkeyError('latchkey_teams_roster', 'unavailable', 'away');
    const { runner, lines } = start({ accountOf: () => Promise.reject(away) });
    expect(await runner.take(says('jag har glömt mitt lösenord'))).toBeNull();
    expect(outside.answers.map(({ notices }) => notices.join(' '))).toEqual([expect.stringContaining(lines[0]?.reference ?? 'none')]);
    expect(lines).toMatchObject([{ fault: away, account: anna }]);
    expect((await store.open({ key: stack, owner: null, now: 0 })).rows.get(stack) ?? null).toBeNull();
  });

  test('a person’s words keep their order while it is being found out who they are', async () => {
    const { start, outside } = await begin();
    const asked: (() => void)[] = [];
    const { runner } = start({ accountOf: () => new Promise((resolve) => void asked.push(() => resolve(anna))) });
    const both = [runner.take(says('jag har glömt mitt lösenord')), runner.take(says('avbryt'))];
    while (asked.length === 0) await new Promise(setImmediate);
    expect(asked).toHaveLength(1);
    asked[0]?.();
    while (asked.length === 1) await new Promise(setImmediate);
    asked[1]?.();
    await Promise.all(both);
    expect(outside.answers.map(({ prompt }) => prompt?.id)).toEqual(['verify.answer', 'home.menu']);
  });

  test('a turn without checks and acts is two round trips', async () => {
    const { start, store, last } = await begin();
    await start().runner.take(says('hej'));
    const trips: string[] = [];
    const counting: Store = { ...spied(store, trips) };
    await start({ store: counting }).runner.take(says('hjälp'));
    expect(last()?.prompt?.id).toBe('home.menu');
    expect(trips).toEqual(['open', 'commit']);
  });

  test('rows that were read with the stack are handed on until something was done in that turn; then they are read anew', async () => {
    const { start, outside } = await begin();
    const { runner } = start();
    await runner.take(says('hej'));
    expect(outside.rowsGiven).toEqual([8]);
    await runner.take(says('kontakta en administratör'));
    await runner.take(says('1'));
    expect(outside.answers.at(-1)?.notices.join(' ')).toContain('LK-1001');
    expect(outside.rowsGiven).toEqual([8, 0]);
  });

  test('the same activity delivered again does nothing, and is answered as before by a process that does not know it was answered', async () => {
    const { start, outside } = await begin();
    const { runner } = start();
    const wish = says('jag har glömt mitt lösenord');
    await runner.take(wish);
    const first = outside.answers.at(-1);
    await runner.take(wish);
    expect(outside.answers).toHaveLength(1);

    await start().runner.take(wish);
    expect(outside.sends).toHaveLength(1);
    expect(outside.answers).toHaveLength(2);
    expect({ ...outside.answers.at(-1)?.prompt, step: '' }).toEqual({ ...first?.prompt, step: '' });
    expect(outside.answers.at(-1)?.notices).toEqual(first?.notices);
  });

  test('a wrong code delivered twice is weighed under one id', async () => {
    const { start, outside } = await begin();
    await start().runner.take(says('jag har glömt mitt lösenord'));
    const wrong = says('000000');
    await start().runner.take(wrong);
    const again = says('000000', { activityId: wrong.activityId });
    await start().runner.take(again);
    expect(new Set(outside.checks.map(({ id }) => id)).size).toBe(1);
  });

  test('two inputs at once are taken one after the other, neither lost', async () => {
    const { start, outside, beside, clock } = await begin();
    const one = start();
    const other = start({ store: await beside() });
    await one.runner.take(says('jag har glömt mitt lösenord'));
    const passing = setInterval(() => clock.forward(50), 1);
    await Promise.all([one.runner.take(says('000000')), one.runner.take(says('111111')), other.runner.take(says('222222'))]);
    clearInterval(passing);
    expect(outside.checks).toHaveLength(3);
    expect(outside.answers).toHaveLength(4);
  });

  test('R43: a late card, a foreign token and a choice that is not offered do nothing but say so', async () => {
    const { start, outside, last } = await begin();
    const { runner } = start();
    await runner.take(says('hej'));
    const step = last()?.prompt?.step ?? '';
    await runner.take(presses('reset', 'AAAAAAAAAAAAAAAAAAAAAA'));
    expect(last()?.notices.join(' ')).toContain('steg');
    await runner.take(presses('reset', step));
    expect(outside.sends).toHaveLength(0);
    expect(last()?.prompt?.id).toBe('home.menu');
    await runner.take(presses('grant-everything', last()?.prompt?.step ?? ''));
    expect(outside.sends).toHaveLength(0);
    await runner.take(presses('reset', last()?.prompt?.step ?? ''));
    expect(outside.sends).toHaveLength(1);
  });

  test('a pressed card keeps what it said above its question: it is still read there tomorrow', async () => {
    const { start, last } = await begin();
    const { runner } = start();
    await runner.take(says('hej'));
    await runner.take(says('vad är det här för något'));
    const notice = last()?.notices[0] ?? 'none';
    const spent = await runner.take(presses('reset', last()?.prompt?.step ?? ''));
    expect(spent?.text.startsWith(`${notice}\n`)).toBe(true);
  });

  test('a pressed card is answered with its spent form, without the code that was typed', async () => {
    const { start, last } = await begin();
    const { runner } = start();
    await runner.take(says('jag har glömt mitt lösenord'));
    const spent = await runner.take(presses('answer', last()?.prompt?.step ?? '', '123456'));
    expect(spent?.prompt).toBe('verify.answer');
    expect(JSON.stringify(spent)).not.toContain('123456');
    expect(last()?.prompt?.id).toBe('reset.page');
  });

  test('what a person typed as proof stands nowhere in the store', async () => {
    const { start, store } = await begin();
    const { runner } = start();
    await runner.take(says('jag har glömt mitt lösenord'));
    await runner.take(says('987654'));
    const { rows } = await store.open({ key: stack, owner: null, now: 0 });
    expect(JSON.stringify(rows.get(stack)?.value)).not.toContain('987654');
  });

  test('a stored stack of an unknown version starts over with an apology', async () => {
    const { start, store, tamper, last } = await begin();
    await start().runner.take(says('jag har glömt mitt lösenord'));
    const { rows } = await store.open({ key: stack, owner: null, now: 0 });
    await tamper(stack, JSON.stringify(rows.get(stack)?.value).replaceAll(/"version":\d+/gu, '"version":9999'));
    await start().runner.take(says('hej'));
    expect(last()?.prompt?.id).toBe('home.menu');
    expect(last()?.notices.length).toBeGreaterThan(0);
  });

  test('I4: a session is never named like one before it, not even after a stack was lost', async () => {
    const { start, store, tamper } = await begin();
    const ids = async () => {
      const { rows } = await store.open({ key: stack, owner: null, now: 0 });
      return [...JSON.stringify(rows.get(stack)?.value).matchAll(/"id":"(f\d+)"/gu)].map(([, id]) => id);
    };
    await start().runner.take(says('jag har glömt mitt lösenord'));
    const before = await ids();
    const { rows } = await store.open({ key: stack, owner: null, now: 0 });
    await tamper(stack, JSON.stringify(rows.get(stack)?.value).replaceAll(/"version":\d+/gu, '"version":9999'));
    await start().runner.take(says('jag har glömt mitt lösenord'));
    expect(before.length).toBeGreaterThan(1);
    expect((await ids()).filter((id) => before.includes(id))).toEqual([]);
  });

  test('what a turn leaves after ten seconds is not held up by that turn’s own lease', async () => {
    const { start, store, clock, outside, last } = await begin({
      reach: async (what) => {
        if (what === 'page') clock.forward(11_000);
      },
    });
    const { runner, due } = start();
    await runner.take(says('jag har glömt mitt lösenord'));
    await runner.take(says('123456'));
    await runner.close();
    expect(last()?.prompt?.id).toBe('reset.page');
    const opened = await store.open({ key: stack, owner: 'whoever comes next', now: clock.now(), leaseMs: 0 });
    expect(opened.leased).toBe(true);
    await due.nudge();
    clock.forward(600_001);
    await due.nudge();
    await runner.close();
    expect(outside.answers.at(-1)?.prompt?.id).toBe('reset.expired');
  });

  test('somebody else’s activity of the same id says nothing of one’s own', async () => {
    let down = false;
    const { start, outside } = await begin({ sent: () => (down ? { ok: false, reason: 'doubtful' } : { ok: true }) });
    const { runner } = start();
    await runner.take(says('hej'));
    down = true;
    const mine = says('', { said: { kind: 'hello' }, activityId: '1700000000000' });
    await runner.take(mine);
    down = false;
    await runner.take(says('hej', { activityId: mine.activityId, aadObjectId: 'b7a2f3c1-0000-4000-8000-00000000000b' }));
    const before = outside.answers.length;
    await runner.take(mine);
    expect(outside.answers).toHaveLength(before + 1);
  });

  test('an inbox entry makes the bot speak first, once, however often it is woken', async () => {
    const { start, store, clock, outside, last } = await begin();
    const { runner, due } = start();
    await runner.take(says('jag har glömt mitt lösenord'));
    await runner.take(says('123456'));
    const [page = ''] = outside.pages;
    const parts = inboxParts(stack, 'told', { event: { type: 'page.claimed', page } }, clock.now());
    await store.commit(parts);
    await store.commit(parts);
    runner.wake(stack);
    await due.nudge();
    await runner.close();
    await due.nudge();
    expect(outside.answers).toHaveLength(3);
    expect(last()?.prompt?.id).toBe('reset.claimed');
  });

  test('I19: a password that is set once its dialog has gone, or another page has taken its place, is said', async () => {
    const { start, store, clock, outside, last } = await begin();
    const { runner } = start();
    const hears = async (n: number, event: OutsideEvent) => {
      await store.commit(inboxParts(stack, `told-${n}`, { event }, clock.now()));
      await runner.resume(stack);
    };
    await runner.take(says('jag har glömt mitt lösenord'));
    await runner.take(says('123456'));
    const [page = ''] = outside.pages;
    await runner.take(presses('new-link', last()?.prompt?.step ?? ''));
    await hears(1, { type: 'page.done', page, outcome: { page: 'new-password' } });
    expect(last()).toMatchObject({ notices: [expect.stringContaining('Ett nytt lösenord har ställts in')], prompt: { id: 'reset.page' } });

    await runner.take(says('avbryt'));
    await hears(2, { type: 'page.doubtful', page: outside.pages[1] ?? '' });
    expect(last()).toMatchObject({ notices: [expect.stringContaining('kan ha ställts in')], prompt: { id: 'home.menu' } });
    const said = outside.answers.length;
    await hears(3, { type: 'page.done', page, outcome: { page: 'present-password', proof: 'proof' } });
    await hears(4, { type: 'page.claimed', page });
    expect(outside.answers).toHaveLength(said);
  });

  test('something that arrives while a turn runs is not lost with that turn’s end', async () => {
    const { start, store, clock, outside, last } = await begin({
      send: async () => {
        await store.commit(inboxParts(stack, 'meanwhile', { notice: 'runner.help', params: {} }, clock.now()));
        return 'sent';
      },
    });
    const { runner, due } = start();
    await runner.take(says('jag har glömt mitt lösenord'));
    await due.nudge();
    expect(outside.answers).toHaveLength(2);
    expect(last()?.notices).toHaveLength(1);
  });

  test('a reminder comes back as an event, and one that no longer fits is silent', async () => {
    const { start, clock, outside, last } = await begin();
    const { runner, due } = start();
    await runner.take(says('jag har glömt mitt lösenord'));
    await runner.take(says('123456'));
    clock.forward(600_001);
    await due.nudge();
    await runner.close();
    await due.nudge();
    expect(last()?.prompt?.id).toBe('reset.expired');
    const said = outside.answers.length;
    clock.forward(3_600_000);
    await due.nudge();
    expect(outside.answers).toHaveLength(said);
  });

  test('however much waits in the inbox, the next turn takes all of it', async () => {
    const { start, store, clock, last } = await begin();
    const { runner, due } = start();
    await runner.take(says('hej'));
    for (let n = 1; n <= 60; n += 1) {
      const reminded = { event: { type: 'reminded', name: `page-${n}` } } as const;
      await store.commit(inboxParts(stack, `remind-${n}`, reminded, clock.now()));
    }
    await runner.take(says('hjälp'));
    expect(last()?.prompt?.id).toBe('home.menu');
    await due.nudge();
    expect((await store.open({ key: stack, owner: null, now: 0 })).inbox).toEqual([]);
    expect(await store.due(clock.now() + 60_000, 100)).toEqual([]);
  });

  test('R40: after half an hour the next word finds home, with a word about it', async () => {
    const { start, clock, last } = await begin();
    const { runner } = start();
    await runner.take(says('jag har glömt mitt lösenord'));
    clock.forward(31 * 60_000);
    await runner.take(says('hjälp'));
    expect(last()?.prompt?.id).toBe('home.menu');
    expect(last()?.notices.length).toBeGreaterThan(1);
  });

  test('notices of an answer whose sending is doubtful are said again with the next one; no prompt is repeated by itself', async () => {
    let doubtful = true;
    const { start, outside, last, clock } = await begin({ sent: () => (doubtful ? { ok: false, reason: 'doubtful' } : { ok: true }) });
    const { runner, due } = start();
    await runner.take(says('hej'));
    const [first] = outside.answers;
    expect(first?.notices.length).toBeGreaterThan(0);
    clock.forward(60_000);
    await due.nudge();
    expect(outside.answers).toHaveLength(1);
    doubtful = false;
    await runner.take(says('hjälp'));
    expect(last()?.notices).toEqual([...(first?.notices ?? []), ...(last()?.notices.slice(first?.notices.length) ?? [])]);
    expect(last()?.prompt?.id).toBe('home.menu');
  });

  test('an answer that could not be sent is sent later', async () => {
    let down = true;
    const { start, outside, clock } = await begin({ sent: () => (down ? { ok: false, reason: 'unavailable' } : { ok: true }) });
    const { runner, due } = start();
    await runner.take(says('jag har glömt mitt lösenord'));
    expect(outside.answers).toHaveLength(0);
    down = false;
    clock.forward(60_000);
    await due.nudge();
    expect(outside.answers).toHaveLength(1);
    expect(outside.sends).toHaveLength(1);
    expect(outside.answers[0]?.prompt?.id).toBe('verify.answer');
  });

  test('an effect that fails every time does not hold a person up for ever', async () => {
    const { start, clock, last, outside } = await begin({ send: async () => 'throw' });
    const { runner } = start();
    await runner.take(says('jag har glömt mitt lösenord'));
    expect(last()?.notices[0]).toMatch(/[0-9A-HJKMNP-TV-Z]{8}/u);
    clock.forward(30_000);
    await runner.take(says('hej'));
    // It may have been sent: that is said, never done again.
    expect(last()?.prompt?.id).toBe('verify.answer');
    expect(outside.sends).toHaveLength(0);
  });

  test('a busy stack is waited for, then the person hears that it goes on', async () => {
    const { start, store, clock, last } = await begin();
    await store.open({ key: stack, owner: 'somebody else', now: clock.now(), leaseMs: 60_000 });
    const taken = start().runner.take(says('hej'));
    const passing = setInterval(() => clock.forward(500), 1);
    await taken;
    clearInterval(passing);
    expect(last()?.prompt).toBeNull();
    expect(last()?.notices).toHaveLength(1);
  });

  test('I11: in a channel or group nothing is said about any account', async () => {
    const { start, last, outside } = await begin();
    const { runner } = start();
    for (const place of ['group', 'channel'] as const) {
      await runner.take(says('jag har glömt mitt lösenord', { place }));
      expect(last()).toMatchObject({ prompt: null, notices: [expect.any(String)] });
    }
    expect(outside.sends).toHaveLength(0);
  });

  test('I11: another user ID gets no help with that account; one’s own is not refused', async () => {
    const { start, last } = await begin();
    const { runner } = start();
    await runner.take(says('bo@fjallbyn.example'));
    const foreign = last()?.notices.at(-1);
    await runner.take(says('anna@fjallbyn.example'));
    expect(last()?.notices.at(-1)).not.toBe(foreign);
    expect(foreign).toContain('eget konto');
  });

  test('the language follows the activity until the person chooses one', async () => {
    const { start, last } = await begin();
    const { runner } = start();
    await runner.take(says('hello', { locale: 'en-US' }));
    expect(last()?.language).toBe('en');
    await runner.take(says('hej'));
    expect(last()?.language).toBe('sv');
    await runner.take(says('english'));
    expect(last()?.language).toBe('en');
    await runner.take(says('hej'));
    expect(last()?.language).toBe('en');
  });

  test('100 KB of text and emoji get a clear answer and lose nothing', async () => {
    const { start, last } = await begin();
    const { runner } = start();
    await runner.take(says('jag har glömt mitt lösenord'));
    for (const text of ['å'.repeat(100_000), '🔑🔑🔑', '\u0000\u202e', '   ']) {
      await runner.take(says(text));
      expect(last()?.prompt?.id).toBe('verify.answer');
      expect(last()?.notices.length).toBeGreaterThan(0);
    }
  });
});

/** The store with the name of every call noted. */
function spied(store: Store, trips: string[]): Store {
  return {
    open: async (request) => (trips.push('open'), store.open(request)),
    commit: async (commit) => (trips.push('commit'), store.commit(commit)),
    due: async (now, n) => (trips.push('due'), store.due(now, n)),
    scan: async (index, from, n) => (trips.push('scan'), store.scan(index, from, n)),
    close: async () => store.close(),
  };
}
