import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BrowserTab } from './browser-tab.ts';
import { appCode, codeIn } from './codes.ts';
import { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { until } from './wait.ts';
import { Visitor } from './visitor.ts';

const newPassword = 'Nytt-Lösenord-2026!';

let house: House;
let desk: Desk;
beforeAll(async () => {
  house = await openHouse();
  desk = new Desk(house);
});
afterAll(async () => house.close());

/** A thief who holds somebody's telephone stands before the page of a new password. */
async function thiefAtPage(account: DemoAccount): Promise<{ visitor: Visitor; tab: BrowserTab }> {
  const visitor = await new Visitor(house).open();
  await visitor.type(account.userId);
  await visitor.choose('reset');
  await visitor.choose('text-message');
  const before = new Set((await house.outbox()).map(({ text }) => text));
  await visitor.type(account.number ?? '');
  const mark = /märkt (\p{Lu}{2})/u.exec(visitor.words)?.[1] ?? '';
  const sms = await house.delivered(
    ({ kind, to, text }) => kind === 'sms' && to === account.number && text.includes(`märkt ${mark}`) && !before.has(text),
  );
  await visitor.type(codeIn(sms.text));
  await visitor.choose('authenticator-app');
  house.clock.forward(31_000);
  await visitor.type(await appCode(account.otpauth ?? '', house.clock.now()));
  expect(visitor.prompt).toBe('let-in.page');
  const tab = await new BrowserTab(house.url, house.config.publicUrl).holding(visitor.cookie).open(visitor.page);
  return { visitor, tab };
}

test("I17, I19: a password set at the front door is told in the owner's own chat, which offers to say that it was not them", async () => {
  const account = await house.hire('registered');
  const owner = new Person(house, account);
  await owner.say('hej');
  expect(owner.buttons().map(({ choose }) => choose)).not.toContain('not-me');
  const { tab } = await thiefAtPage(account);
  await tab.submit({ password: newPassword, again: newPassword });
  await owner.hear('home.menu');
  expect(owner.words).toMatch(/Lösenordet till ditt konto ändrades .* från webbchatten/u);
  await owner.choose('not-me');
  expect(owner.prompt).toBe('not-me.confirm');
  await owner.choose('freeze');
  expect(await desk.cases(account)).toMatchObject([{ code: 'LK_FROZEN', priority: 'highest' }]);

  // At the front door it ends as every failure there does: nobody is told that the account is frozen (I20).
  const again = await new Visitor(house).open();
  await again.type(account.userId);
  await again.choose('reset');
  await again.choose('text-message');
  const sent = (await house.outbox()).filter(({ to, kind }) => to === account.number && kind === 'sms').length;
  await again.type(account.number ?? '');
  expect(again.words).not.toMatch(/skydda|fryst/iu);
  await again.type('123456');
  expect((await house.outbox()).filter(({ to, kind }) => to === account.number && kind === 'sms')).toHaveLength(sent);
});

test('I17: frozen while a thief at the front door types, nothing is set', async () => {
  const account = await house.hire('registered');
  const owner = new Person(house, account);
  const first = await thiefAtPage(account);
  await first.tab.submit({ password: newPassword, again: newPassword });
  await owner.say('hej');
  const { tab } = await thiefAtPage(account);
  await owner.say('det var inte jag');
  await owner.choose('freeze');
  await until(
    async () => (await desk.cases(account)).length === 1,
    () => 'no case was opened',
  );
  await tab.submit({ password: 'Ett-Annat-Lösenord-2026!', again: 'Ett-Annat-Lösenord-2026!' });
  expect(tab.words).not.toMatch(/lösenord är sparat/u);
  expect(await house.directory.provePassword(account.id, 'Ett-Annat-Lösenord-2026!')).not.toEqual({ ok: true });
});
