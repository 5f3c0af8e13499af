/** As much of a browser as a one-time page needs without script: cookies, forms and redirects. */
export class BrowserTab {
  readonly #base: string;
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();
  #url = '';
  status = 0;
  html = '';

  /**
   * @param base where the server listens, whatever address the link names
   * @param origin what a browser takes the page's origin to be
   */
  constructor(base: string, origin = base) {
    this.#base = base;
    this.#origin = origin;
  }

  /** Has a cookie of this site already: `name=value`. */
  holding(cookie: string): this {
    this.#cookies.set(cookie.slice(0, cookie.indexOf('=')), cookie.slice(cookie.indexOf('=') + 1));
    return this;
  }

  async open(url: string): Promise<this> {
    return this.#go(new URL(url).pathname, 'GET');
  }

  /** Comes back by a redirect of another site: cookies that are for this site's own links stay at home. */
  async comeBack(url: string): Promise<this> {
    const { pathname, search } = new URL(url);
    return this.#go(`${pathname}${search}`, 'GET', undefined, '');
  }

  /** The address of the page's link that looks like a button. */
  get link(): string {
    return attribute(/<a class="button"[^>]*>/u.exec(this.html)?.[0] ?? '', 'href') ?? '';
  }

  /** Fills the page's form and sends it. */
  async submit(fields: Readonly<Record<string, string>>): Promise<this> {
    const form = this.hidden;
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return this.#go(attribute(/<form\b[^>]*>/u.exec(this.html)?.[0] ?? '', 'action') ?? this.#url, 'POST', form);
  }

  /** The page as a person reads it. */
  get words(): string {
    return unescaped(this.html.replace(/<(?:script|style)[\s\S]*?<\/(?:script|style)>/gu, ' ').replace(/<[^>]+>/gu, ' ')).replace(
      /\s+/gu,
      ' ',
    );
  }

  /** What the page's form brings along unseen. */
  get hidden(): URLSearchParams {
    const form = new URLSearchParams();
    for (const [input] of this.html.matchAll(/<input\b[^>]*>/gu)) {
      const name = attribute(input, 'name');
      if (name !== null && /type="hidden"/u.test(input)) form.set(name, attribute(input, 'value') ?? '');
    }
    return form;
  }

  /** What it would send as its cookies. */
  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async #go(path: string, method: 'GET' | 'POST', form?: URLSearchParams, cookie = this.cookies): Promise<this> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        cookie,
        ...(form && { 'content-type': 'application/x-www-form-urlencoded', origin: this.#origin, 'sec-fetch-site': 'same-origin' }),
      },
      ...(form && { body: form.toString() }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const onward = response.headers.get('location');
    this.#url = path;
    if (response.status >= 300 && response.status < 400 && onward !== null) return this.#go(new URL(onward, this.#base).pathname, 'GET');
    this.status = response.status;
    this.html = await response.text();
    return this;
  }
}

const attribute = (tag: string, name: string): string | null => {
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'u').exec(tag)?.[1];
  return value === undefined ? null : unescaped(value);
};

const unescaped = (text: string): string =>
  text
    .replaceAll(/&#(\d+);/gu, (_whole, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
