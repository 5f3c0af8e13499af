import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';

interface KeyOptions {
  /** Keeps accounts by itself (a discoverable credential), or is told by the page which of its keys is meant. */
  readonly resident?: boolean;
  /** Has a PIN or a fingerprint reader at all. */
  readonly verifies?: boolean;
}

/** A person's browser, Debian's Chromium, with virtual security keys (Chrome DevTools Protocol, domain WebAuthn). */
export class KeyBrowser {
  readonly page: Page;
  /** What the browser complained of: violations of the content security policy, scripts that fail. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #cdp: CDPSession;

  private constructor(context: BrowserContext, page: Page, cdp: CDPSession) {
    this.#context = context;
    this.page = page;
    this.#cdp = cdp;
    page.on('console', (line) => {
      if (line.type() === 'error' && !line.text().includes('status of 4')) this.complaints.push(line.text());
    });
    page.on('pageerror', (fault) => this.complaints.push(fault.message));
  }

  static async open(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<KeyBrowser> {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    return new KeyBrowser(context, page, cdp);
  }

  /** Puts a key in. @returns its id */
  async insert({ resident = false, verifies = true }: KeyOptions = {}): Promise<string> {
    const { authenticatorId } = await this.#cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'usb',
        hasResidentKey: resident,
        hasUserVerification: verifies,
        isUserVerified: verifies,
        automaticPresenceSimulation: true,
      },
    });
    return authenticatorId;
  }

  /** Whether the person types the right PIN. */
  async verify(authenticatorId: string, isUserVerified: boolean): Promise<void> {
    await this.#cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
  }

  /** Takes the key out. */
  async takeOut(authenticatorId: string): Promise<void> {
    await this.#cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
  }

  /** The credentials a key holds; `signCount` as it stands. */
  async credentials(authenticatorId: string) {
    return (await this.#cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  }

  /** Puts a credential into a key, as whoever copied it would. */
  async copy(authenticatorId: string, credential: Awaited<ReturnType<KeyBrowser['credentials']>>[number]): Promise<void> {
    await this.#cdp.send('WebAuthn.addCredential', { authenticatorId, credential });
  }

  /** Opens a page and types its number. */
  async open({ url, number }: { readonly url: string; readonly number: string }): Promise<void> {
    await this.page.goto(url);
    await this.page.locator('input[name="number"]').fill(number);
    await this.page.keyboard.press('Enter');
    await this.page.locator('#ask:focus').waitFor();
  }

  /** Presses the page's button by keyboard. */
  press(): Promise<void> {
    return this.page.keyboard.press('Enter');
  }

  /** The six digits, once the key was right. */
  async digits(): Promise<string> {
    return (await this.page.locator('.digits-shown').innerText()).replaceAll(/\D/g, '');
  }

  /** Opens a page, uses the key that is in, and reads the digits. */
  async use(page: { readonly url: string; readonly number: string }): Promise<string> {
    await this.open(page);
    await this.press();
    return this.digits();
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
