import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { describeInBrowser } from '../servers/browser.ts';
import { startBrowser } from '../servers/chromium.ts';
import { openPageHouse, type PageHouse } from './page-house.ts';
import { PageVisitor, type VisitSettings } from './page-visitor.ts';

describeInBrowser('the telephone of the page at /', () => {
  let browser: Browser;
  let house: PageHouse;
  let visitor: PageVisitor;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await visitor.context.close();
    await house.close();
    expect(visitor.complaints).toEqual([]);
  });

  const telephone = (): Locator => visitor.page.getByRole('region', { name: 'Telefon', exact: true });
  const key = (name: string): Locator => telephone().getByRole('button', { name, exact: true });

  /** Alma has proved herself by text and asks to be called at the number she has; it rings. @returns the digits the chat shows */
  async function called(settings: VisitSettings): Promise<string> {
    house = await openPageHouse();
    visitor = await PageVisitor.at(browser, house.url, settings);
    await visitor.be('Alma Lindqvist');
    await visitor.say('registrera');
    await visitor.hears('Vi har skickat ett sms');
    await visitor.type(await visitor.textedCode());
    await visitor.hears('Vilken vill du lägga till?');
    await visitor.press('Telefonsamtal');
    await visitor.hears('Vilken telefon ska vi ringa?');
    await visitor.press(/^Ring \.\.\./u);
    await visitor.hears('Vi ringer ...05');
    expect(await visitor.faultsOfLook()).toEqual([]);
    return digitsOf(await visitor.card.innerText());
  }

  test.each([
    { width: 1280, theme: 'light' },
    { width: 390, theme: 'dark' },
  ] as const)('I22: rings, is answered and keyed, and the chat goes on by itself: $width px, $theme', async (how) => {
    const digits = await called(how);
    if (how.width === 390) await visitor.page.getByRole('navigation').getByText('ringer').waitFor();
    await visitor.turnTo('Utkorg');
    await telephone().getByText('Det ringer: +46701740605').waitFor();
    expect(await visitor.faultsOfLook()).toEqual([]);
    await key('Svara').click();
    await telephone().getByText('tryck de sex siffror som chatten visar dig').waitFor();
    expect(await telephone().getByRole('log').getAttribute('aria-live')).toBe('polite');
    expect(await visitor.faultsOfLook()).toEqual([]);
    for (const digit of digits) await key(digit).click();
    await telephone().getByText('Tack, det stämmer').waitFor();
    expect(await visitor.faultsOfLook()).toEqual([]);
    await visitor.turnTo('Anställd');
    await visitor.hears('Samtal till ...05 är sparat.');
    await visitor.turnTo('Utkorg');
    await key('Stäng').click();
    await telephone().waitFor({ state: 'hidden' });
  });

  test('I22: everything goes by the keyboard; wrong digits are asked for again, and star and nine say that it was not you', async () => {
    const digits = await called({});
    await key('Svara').focus();
    await visitor.page.keyboard.press('Enter');
    await telephone().getByText('tryck de sex siffror').waitFor();
    // The focus is on the keypad, which takes the keyboard's own digits.
    await key('1').and(visitor.page.locator(':focus')).waitFor();
    await visitor.page.keyboard.type(digits === '000000' ? '111111' : '000000');
    await telephone().getByText('Det var inte rätt siffror.').waitFor();
    await visitor.hears('Det var inte rätt siffror.');
    await visitor.page.keyboard.type('*9');
    expect(await telephone().getByText('Tack för att du sa till').count()).toBe(0);
    await key('Tryck inget mer').focus();
    await visitor.page.keyboard.press('Space');
    await telephone().getByText('Tack för att du sa till').waitFor();
    await visitor.chat.getByText('Därför slutar vi här').waitFor();
  });

  test('I22: a call that is not answered is no try; one hung up does not ring again when the page is read anew', async () => {
    await called({});
    await key('Svara inte').click();
    await telephone().waitFor({ state: 'hidden' });
    await visitor.hears('Ingen svarade på samtalet');
    await visitor.page.reload();
    await visitor.page.locator('.parcel.call').waitFor({ state: 'attached' });
    expect(await telephone().count()).toBe(0);
  });
});

/** The six digits as the chat shows them, however they are set apart. */
const digitsOf = (text: string): string => /(?:\d ?){6}/u.exec(text.replaceAll(/\.{3}\d\d/gu, ''))?.[0].replaceAll(' ', '') ?? '';
