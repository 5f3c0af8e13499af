import type { EffectTable } from '../../dialogs/effects.ts';
import type { Purpose } from '../../dialogs/methods.ts';
import type { Policy } from '../../src/config/policy.ts';
import { keyPagePurpose, openCeremony, shownDigits, weighCeremony, type KeyPagePorts } from '../../src/methods/key-page.ts';
import { openPage } from '../../src/pages/open-page.ts';
import { Keys } from '../../src/security/keys.ts';
import type { Store } from '../../src/store/port.ts';
import { anna as annaOfPages } from '../pages/directory-stand-in.ts';
import { Browser, newWorld, stack } from '../pages/world.ts';
import { accepted, makeRoom, mobile, seeded, taken } from './room.ts';
import { SoftKey, type Whims } from './soft-key.ts';

export const anna = annaOfPages.id;
const site = 'https://latchkey.example.com';
const rpId = 'latchkey.example.com';

/** A key's page in the browser that holds it. */
export interface KeyTab {
  readonly browser: Browser;
  readonly url: string;
  readonly pageId: string;
  readonly challenge: string;
  /** What the page asks a key with. */
  options(): string;
  /** Sends an answer, and gives what the page then says. */
  answer(answer: string): Promise<string>;
  /** The six digits the page shows. */
  digits(): string;
}

/** The methods' room and the pages' room on one store, as the product has them, and somebody with soft keys. */
export async function keyRoom(options: { readonly store?: Store; readonly policy?: (policy: Policy) => Policy } = {}) {
  const keyring = new Keys([{ name: 'k1', bytes: Buffer.alloc(32, 7) }], seeded('keys'));
  let ports: KeyPagePorts | null = null;
  const known = (): KeyPagePorts => {
    if (ports === null) throw new Error('too early');
    return ports;
  };
  const world = await newWorld({
    ...(options.store !== undefined && { store: options.store }),
    publicUrl: site,
    keyring,
    rules: {
      key: {
        purpose: async (page) => keyPagePurpose(known(), page),
        open: async (page) => openCeremony(known(), page),
        weigh: async (page, answer) => weighCeremony(known(), page, answer),
        digits: async (page) => shownDigits(known(), page),
      },
    },
  });
  const room = makeRoom({ store: world.store, clock: world.clock, ...(options.policy !== undefined && { policy: options.policy }) });
  ports = { ...room.ports, party: { id: rpId, origin: site, name: 'Fjällgruppen' } };
  const at = { accountId: anna, stack } as const;

  const tab = async (kind: 'enrol-security-key' | 'use-security-key', challenge: string, draft: string | null): Promise<KeyTab> => {
    const params: EffectTable['openPage']['params'] = { page: kind, proofs: [], challenge, ...(draft !== null && { draft }) };
    const opened = await openPage(world.needs).run(params, world.actOf());
    if (opened?.type !== 'page.opened') throw new Error(`the page was refused: ${JSON.stringify(opened)}`);
    return hold(opened.page, challenge);
  };

  const hold = async (pageId: string, challenge: string): Promise<KeyTab> => {
    const { url, number } = world.links.of(pageId);
    const browser = new Browser(world);
    await browser.post(url, { number });
    return {
      browser,
      url,
      pageId,
      challenge,
      options: () => unescaped(/data-options="([^"]+)"/.exec(browser.text)?.[1] ?? '{}'),
      async answer(answer) {
        await browser.post(url, { csrf: browser.csrf, answer });
        return browser.text;
      },
      digits: () => /<strong>(\d{3} \d{3})<\/strong>/.exec(browser.text)?.[1]?.replace(' ', '') ?? 'none',
    };
  };

  const enrolTab = async (): Promise<KeyTab & { readonly draft: string }> => {
    const draft = taken(await room.draft('security-key', undefined, at));
    const challenge = await room.challenge({ draft }, 'register', at);
    return { ...(await tab('enrol-security-key', challenge, draft)), draft };
  };

  const useTab = async (method: string, purpose: Purpose, session = 'f9'): Promise<KeyTab> =>
    tab('use-security-key', await room.challenge({ method }, purpose, { ...at, session }), null);

  return {
    ...room,
    world,
    at,
    /** Somebody who can pass a step-up already. */
    withNumber: () => room.plant([{ kind: 'text-message', to: mobile }], anna),
    newKey: () => new SoftKey(site),
    enrolTab,
    useTab,
    /** Another page for a challenge that is out. */
    tabAgain: (challenge: string) => tab('use-security-key', challenge, null),
    /** Registers a key from the step-up to the stored method. @returns the method's id */
    async register(key: SoftKey, whims: Whims = {}, proof?: string): Promise<string> {
      const stepUp = proof ?? (await room.prove('planted-1', 'step-up', at));
      const page = await enrolTab();
      await page.answer(key.create(page.options(), whims));
      const made = accepted(await room.check(page.challenge, page.digits(), at));
      const stored = await room.save({ draft: page.draft, proofs: [stepUp, made] }, at);
      if (stored.type !== 'method.stored') throw new Error(`not stored: ${JSON.stringify(stored)}`);
      return stored.method;
    },
    /** Uses a key on a page and types its digits. @returns the proof */
    async use(key: SoftKey, method: string, purpose: Purpose): Promise<string> {
      const page = await useTab(method, purpose);
      await page.answer(key.get(page.options()) ?? '');
      return accepted(await room.check(page.challenge, page.digits(), { ...at, session: 'f9' }));
    },
    /** What the chat was told, but for pages that were opened. */
    told: async () => (await world.told()).filter((event) => (event as { type: string }).type !== 'page.claimed'),
    close: () => world.close(),
  };
}

export type KeyRoom = Awaited<ReturnType<typeof keyRoom>>;

const unescaped = (text: string): string => text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
