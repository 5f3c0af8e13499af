import { afterEach, expect, test } from '@jest/globals';
import { describeEngines } from '../store/engines.ts';
import { BrowserTab } from './browser-tab.ts';
import { appCode, codeIn } from './codes.ts';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';

describeEngines('the main job, in Swedish', (engine) => {
  const houses: House[] = [];
  afterEach(async () => {
    await Promise.all(houses.splice(0).map((house) => house.close()));
  });

  test.each([
    ['buttons of Action.Execute', { by: 'execute' }],
    ['buttons of Action.Submit', { by: 'submit' }],
    ['plain text alone', { channelId: 'sms' }],
  ] as const)('first proof, text message and app, forgotten, two gates, a new password: by %s', async (_how, options) => {
    const { store } = await engine.fresh();
    const house = await openHouse({ store });
    houses.push(house);
    const account = await house.account('unregistered');
    const bjorn = new Person(house, account, options);
    const isPlain = 'channelId' in options;
    const choose = async (choice: string, words: string): Promise<string> => (isPlain ? bjorn.say(words) : bjorn.choose(choice));
    const answer = async (text: string): Promise<string> => (isPlain ? bjorn.say(text) : bjorn.type(text));

    // Registers: with nothing registered, the present password is asked on a page.
    await bjorn.say('hej');
    expect(bjorn.prompt).toBe('home.menu');
    await choose('register', 'Registrera verifieringsmetoder');
    expect(bjorn.prompt).toBe('first-proof.page');
    const { url, number } = bjorn.page();
    const tab = await new BrowserTab(house.config.publicUrl).open(url);
    expect(tab.words).not.toContain(account.userId);
    await tab.submit({ number });
    await bjorn.hear();
    await tab.submit({ password: account.password ?? '' });
    await bjorn.hear('register.choose');

    // A text message.
    await choose('text-message', 'Sms');
    expect(bjorn.prompt).toBe('register-text-message.number');
    expect(bjorn.words).toContain('delas inte');
    await answer('070-174 06 31');
    expect(bjorn.prompt).toBe('register-text-message.code');
    const sms = await house.delivered(({ kind, to }) => kind === 'sms' && to === '+46701740631');
    expect(sms.text.startsWith(codeIn(sms.text))).toBe(true);
    await answer(codeIn(sms.text));
    await (bjorn.prompt === 'register.choose' ? undefined : bjorn.hear('register.choose'));
    expect(bjorn.words).not.toContain('701740631');

    // An authenticator app, its key typed by hand.
    await choose('authenticator-app', 'Autentiseringsapp');
    expect(bjorn.prompt).toBe('register-authenticator-app.code');
    const shown = bjorn.page();
    const qr = await (await new BrowserTab(house.config.publicUrl).open(shown.url)).submit({ number: shown.number });
    const key = /\b(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b/u.exec(qr.words)?.[0]?.replaceAll(' ', '') ?? '';
    expect(key).toHaveLength(32);
    await bjorn.hear();
    await answer(await appCode(key, house.clock.now()));
    await (bjorn.prompt === 'register.choose' ? undefined : bjorn.hear('register.choose'));
    await choose('finish', 'Slutför');
    expect(bjorn.words).toContain('återställa ditt');

    // Forgets: two gates, then a page.
    house.clock.forward(60_000);
    await bjorn.say('jag har glömt mitt lösenord');
    expect(bjorn.prompt).toBe('verify.answer');
    for (let gate = 0; gate < 2; gate += 1) {
      const texted = (await house.outbox()).filter(({ kind }) => kind === 'sms').at(-1);
      const isText = bjorn.words.includes('31');
      await answer(isText ? codeIn(texted?.text ?? '') : await appCode(key, house.clock.now()));
    }
    expect(bjorn.prompt).toBe('reset.page');
    const reset = bjorn.page();
    const page = await (await new BrowserTab(house.config.publicUrl).open(reset.url)).submit({ number: reset.number });
    await bjorn.hear();
    const words = 'Lingon under snön 2026';
    await page.submit({ password: 'kort', again: 'kort' });
    expect(page.status).toBeLessThan(500);
    await page.submit({ password: words, again: words });
    await bjorn.hear('sign-out.ask');
    expect(bjorn.words).not.toContain(words);

    // The directory knows; the person's mailbox, number and chat were told.
    expect(await house.directory.provePassword(account.id, account.password ?? '')).toEqual({ ok: false, reason: 'wrong' });
    expect(await house.directory.provePassword(account.id, words)).toEqual({ ok: true });
    await house.delivered(({ kind, to, text }) => kind === 'mail' && to === account.userId && /lösenord/u.test(text));
    await house.delivered(({ kind, to, text }) => kind === 'sms' && to === '+46701740631' && /lösenord/u.test(text) && codeIn(text) === '');
    const everything = JSON.stringify([house.connector.calls.map(({ activity }) => activity), house.logLines, await house.outbox()]);
    for (const secret of [words, account.password ?? '', key]) expect(everything).not.toContain(secret);
  });
});
