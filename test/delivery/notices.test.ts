import { describe, expect, test } from '@jest/globals';
import { languages, type Language } from '../../src/config/policy.ts';
import { noticeParts, type Notice, type NoticeWhat } from '../../src/delivery/notices.ts';
import { readHappened, notMeMs } from '../../src/delivery/happened.ts';
import { happeningOfAddress } from '../../src/delivery/not-me.ts';
import { openOwed, readOutboxRow } from '../../src/delivery/outbox.ts';
import type { Parcel } from '../../src/delivery/port.ts';
import { keys, partitionOf } from '../../src/store/keys.ts';
import { demoPolicy, demoSentences } from './demo-words.ts';
import { StillClock, testKeys } from './still-time.ts';

const seals = testKeys();
const sentences = demoSentences();
const { it: contact } = demoPolicy().contacts;
const account = 'd4c7f0b2-58a1-4e6d-8b39-06f1a2c3e401';
const whats: readonly NoticeWhat[] = [
  'password-set',
  'first-password-set',
  'unlocked',
  'method-added',
  'method-removed',
  'method-suspended',
  'methods-seen-by-administrator',
];

const notice = (what: NoticeWhat, language: Language = 'sv', more: Partial<Notice> = {}): Notice => ({
  id: 'act-1',
  what,
  account,
  workMail: 'stina.berg@fjallbyn.example',
  places: [
    { kind: 'sms', to: '+46701740605' },
    { kind: 'mail', to: 'stina@example.org' },
  ],
  at: new StillClock().now(),
  door: 'teams',
  language,
  ...(what.startsWith('method-') ? { method: 'text-message' } : {}),
  ...more,
});

/** What the rows of the parts will bring, opened. */
function parcels(what: Notice): readonly Omit<Parcel, 'id'>[] {
  const rows = Object.entries(noticeParts(seals, sentences, what).put).filter(([key]) => key.includes('/outbox/'));
  return rows.map(([key, value]) => {
    const owed = openOwed(seals, key, readOutboxRow(value));
    expect(owed.kind).toBe('notice');
    if (!('parcel' in owed)) throw new Error('a notice is a parcel');
    return owed.parcel;
  });
}

const wordsOf = (parcel: Omit<Parcel, 'id'>): string => JSON.stringify(parcel);

describe('I19: notices', () => {
  test.each(whats)('R26: %s goes to the work mailbox and every registered number and address, each in a row of its own', (what) => {
    const parts = noticeParts(seals, sentences, notice(what));
    expect(Object.keys(parts.put).filter((key) => key.includes('/outbox/'))).toEqual(
      [1, 2, 3].map((n) => keys.outbox(partitionOf(account), `act-1-${n}`)),
    );
    expect(parts.due).toHaveLength(3);
    const brought = parcels(notice(what));
    expect(brought.map((parcel) => [parcel.kind, 'to' in parcel ? parcel.to : null])).toEqual([
      ['mail', 'stina.berg@fjallbyn.example'],
      ['sms', '+46701740605'],
      ['mail', 'stina@example.org'],
    ]);
  });

  test.each(languages.flatMap((language) => whats.map((what) => [language, what] as const)))(
    'in %s, %s says when, from which door and whom to call when it was not you',
    (language, what) => {
      for (const parcel of parcels(notice(what, language))) {
        const words = wordsOf(parcel);
        expect(words).toContain(contact.name);
        expect(words).toContain(contact.phone);
        expect(words).toMatch(/10:22/);
        expect(words).toMatch(language === 'sv' ? /14 mars/ : /14 Mar/);
        if (what === 'method-added') expect(words).toContain(language === 'sv' ? 'sms' : 'text message');
        if (parcel.kind === 'mail' || !['methods-seen-by-administrator', 'method-suspended'].includes(what))
          expect(words).toContain('Teams');
        expect(words.slice(1)).not.toMatch(/undefined|null|\{/);
      }
    },
  );

  test.each(languages)(
    'in %s, nothing in it helps a thief: no number, no address, no code, and no link but the one that protects',
    (language) => {
      for (const what of whats) {
        for (const parcel of parcels(notice(what, language))) {
          const words = wordsOf({ ...parcel, to: '' }).replaceAll(/https:\/\/latchkey\.example\/not-me\/[\w.-]+/g, '');
          expect(words).not.toMatch(/4670|0605|stina|@|https?:/i);
        }
      }
    },
  );

  test('a text message fits two of the short kind', () => {
    for (const language of languages) {
      for (const what of whats) {
        const [text] = parcels(notice(what, language)).filter(({ kind }) => kind === 'sms');
        expect((text as { text: string }).text.length).toBeLessThanOrEqual(306);
      }
    }
  });

  test('an address that is there twice is told once; without a work mailbox the others are told', () => {
    const twice = notice('unlocked', 'sv', {
      workMail: null,
      places: [
        { kind: 'mail', to: 'A@example.org' },
        { kind: 'mail', to: 'a@example.org' },
      ],
    });
    expect(parcels(twice)).toHaveLength(1);
  });

  test('R41: rows hold no address and no number in plain', () => {
    expect(JSON.stringify(noticeParts(seals, sentences, notice('password-set')))).not.toMatch(/4670|0605|stina|fjallbyn/);
  });

  test('what no dialog says is said in the chat too, with a due entry that makes the bot speak', () => {
    const chat = keys.stack('tenant', account);
    const parts = noticeParts(seals, sentences, notice('methods-seen-by-administrator', 'sv', { door: 'administrator', chat }));
    expect(parts.append).toEqual([
      {
        to: chat,
        id: 'notice-act-1',
        value: { notice: 'notice.methods-seen-by-administrator.chat', params: { at: new StillClock().now() } },
      },
    ]);
    expect(parts.due).toHaveLength(4);
    for (const language of languages) {
      expect(sentences.say(language, 'notice.methods-seen-by-administrator.chat', { at: 0 })).toContain(contact.phone);
    }
  });

  test('I17: a mail of what somebody did has a link to say that it was not oneself; a text message has none, and what nobody did neither', () => {
    for (const what of whats) {
      for (const parcel of parcels(notice(what))) {
        const links = [...new Set(wordsOf(parcel).match(/https:\/\/latchkey\.example\/not-me\/[\w.-]+/g) ?? [])];
        const may = parcel.kind === 'mail' && !['method-suspended', 'methods-seen-by-administrator'].includes(what);
        expect(links).toHaveLength(may ? 1 : 0);
        if (!may) continue;
        const id = happeningOfAddress(seals, links[0]?.split('/').at(-1) ?? '');
        const parts = noticeParts(seals, sentences, notice(what));
        const now = new StillClock().now();
        expect(readHappened(parts.put[keys.happened(id ?? '')] ?? null, now)).toMatchObject({ account, what, door: 'teams', used: false });
        expect(readHappened(parts.put[keys.happened(id ?? '')] ?? null, now + notMeMs)).toBeNull();
        expect(parts.until[keys.happened(id ?? '')]).toBe(now + notMeMs);
      }
    }
  });

  test('I17: the token of the link is one of 128 bits, of this happening alone, and stands in no row', () => {
    const [mail] = parcels(notice('password-set'));
    const address = /not-me\/([\w.-]+)/.exec(wordsOf(mail ?? ({} as never)))?.[1] ?? '';
    const [id = '', token = ''] = address.split('.');
    expect(Buffer.from(token, 'base64url')).toHaveLength(16);
    expect(happeningOfAddress(seals, address)).toBe(id);
    const other = parcels(notice('password-set', 'sv', { id: 'act-2' }))[0];
    const otherToken = /not-me\/[\w-]+\.([\w-]+)/.exec(wordsOf(other ?? ({} as never)))?.[1] ?? '';
    expect(happeningOfAddress(seals, `${id}.${otherToken}`)).toBeNull();
    expect(happeningOfAddress(seals, `${address}A`)).toBeNull();
    expect(JSON.stringify(noticeParts(seals, sentences, notice('password-set')))).not.toContain(token);
  });

  test('I19: what was done at the front door is told in the chat in Teams too, as an event that the menu takes', () => {
    const chat = keys.stack('tenant', account);
    const { append } = noticeParts(seals, sentences, notice('method-added', 'sv', { door: 'front-door', chat }));
    expect(append.filter(({ to }) => to === chat)).toEqual([
      {
        to: chat,
        id: 'notice-act-1',
        value: {
          event: { type: 'account.happened', what: 'method-added', at: new StillClock().now(), door: 'front-door', kind: 'text-message' },
        },
      },
    ]);
  });

  test('the mail reads the same in both its forms, and escapes what it is given', () => {
    const [mail] = parcels(notice('method-added'));
    if (mail === undefined || !('html' in mail)) throw new Error('no mail');
    expect(mail.html).toContain('<html lang="sv">');
    const readable = String(mail.html).replaceAll(/<[^>]+>/g, ' ');
    for (const words of ['Verifieringsmetoden sms har lagts till', 'Varifrån', contact.name]) {
      expect(readable).toContain(words);
      expect(mail.text).toContain(words);
    }
  });
});
