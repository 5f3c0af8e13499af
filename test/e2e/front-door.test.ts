import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BrowserTab } from './browser-tab.ts';
import { appCode, codeIn } from './codes.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Visitor } from './visitor.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => house.close());

/** Names an account and wishes for something. */
async function named(userId: string, options: { locale?: string; from?: string } = {}): Promise<Visitor> {
  const visitor = await new Visitor(house, options).open();
  expect(visitor.prompt).toBe('front-door.user-id');
  await visitor.type(userId);
  expect(visitor.prompt).toBe('front-door.menu');
  return visitor;
}

/** Passes two gates: a text message and the app. */
async function proved(visitor: Visitor, account: DemoAccount): Promise<void> {
  await visitor.choose('text-message');
  expect(visitor.prompt).toBe('verify-claim.place');
  const before = (await house.outbox()).length;
  await visitor.type(account.number ?? '');
  expect(visitor.prompt).toBe('verify-claim.answer');
  const sms = await house.delivered((entry) => entry.kind === 'sms' && entry.to === account.number && before >= 0);
  await visitor.type(codeIn(sms.text));
  expect(visitor.prompt).toBe('verify-claim.choose');
  await visitor.choose('authenticator-app');
  await visitor.type(await appCode(account.otpauth ?? '', house.clock.now()));
}

describe('who cannot open Teams', () => {
  test('I20, I21: names an account, passes two gates and chooses a new password on a page of that very browser', async () => {
    const account = await house.hire('registered');
    const visitor = await named(account.userId);
    await visitor.choose('reset');
    await proved(visitor, account);
    expect(visitor.prompt).toBe('let-in.page');
    expect(visitor.words).not.toMatch(/Sidnummer/u);

    const stranger = await new BrowserTab(house.url, house.config.publicUrl).open(visitor.page);
    expect(stranger.status).toBe(404);

    const tab = await new BrowserTab(house.url, house.config.publicUrl).holding(visitor.cookie).open(visitor.page);
    expect(tab.status).toBe(200);
    await tab.submit({ password: 'Nytt-Lösenord-2026!', again: 'Nytt-Lösenord-2026!' });
    expect(tab.words).toMatch(/lösenord är sparat/u);
    await visitor.hear('front-door.menu');
    expect(visitor.words).toMatch(/ditt nya lösenord gäller nu/u);
    expect(await house.directory.provePassword(account.id, 'Nytt-Lösenord-2026!')).toEqual({ ok: true });
  });
});
