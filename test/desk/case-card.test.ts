import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { methodKinds } from '../../dialogs/methods.ts';
import { languages, type Language } from '../../src/config/policy.ts';
import { caseCard } from '../../src/desk/case-card.ts';
import type { CaseRecord } from '../../src/desk/case-record.ts';
import { caseMail } from '../../src/desk/case-words.ts';
import { demoPolicy, demoSentences } from '../delivery/demo-words.ts';

const demo = demoPolicy();
const sentences = demoSentences(demo);
const at = Date.UTC(2026, 2, 14, 9, 22);

const record = (more: Partial<CaseRecord> = {}): CaseRecord => ({
  id: 'p07-aaaaaaaaaaaaaaaaaaaaaa',
  number: 'LK-1001',
  account: 'd4c7f0b2',
  name: 'Stina Berg',
  userId: 'stina.berg@fjallbyn.example',
  requester: { how: 'signed-in' },
  code: 'SSPR_0014',
  wish: 'reset',
  reference: 'K7Q2M9XD',
  methods: [{ kind: 'text-message', since: Date.UTC(2026, 0, 2) }],
  stack: 'p07/stack/t/personal/d4c7f0b2',
  language: 'sv',
  openedAt: at,
  state: 'delivered',
  since: at,
  priority: 'normal',
  deadline: null,
  claimed: null,
  thread: [],
  revision: 1,
  activity: 'activity-1',
  resolved: null,
  queued: { since: at, shownAt: at, chased: [] },
  followedUp: false,
  copies: [],
  doubted: false,
  ...more,
});

const inLanguage = (language: Language) => ({ ...demo, contacts: { ...demo.contacts, desk: { ...demo.contacts.desk, language } } });

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly items?: readonly Block[];
  readonly inlines?: readonly Block[];
}
interface Card {
  readonly type: string;
  readonly version: string;
  readonly lang: string;
  readonly fallbackText: string;
  readonly body: readonly Block[];
  readonly actions: readonly {
    readonly type: string;
    readonly data: unknown;
    readonly fallback: { readonly type: string; readonly data: unknown };
  }[];
}
const cardOf = (each: CaseRecord, language: Language = 'sv') => caseCard(sentences, inLanguage(language), each, at);
const drawn = (each: CaseRecord, language: Language = 'sv') => cardOf(each, language) as unknown as Card;
const textOf = (each: CaseRecord, language: Language = 'sv') => drawn(each, language).fallbackText;
const texts = (block: Block): string[] =>
  [block.text ?? [], ...(block.items ?? []).map(texts), ...(block.inlines ?? []).map(texts)].flat(3);

describe('case card', () => {
  test('I13: the first line says how the requester is known', () => {
    expect(texts(drawn(record()).body[0] as Block)).toEqual([
      'Bara inloggad i Teams. Inget annat är bevisat: verifiera personen innan du gör något.',
    ]);
    expect(texts(drawn(record({ requester: { how: 'proved', gates: 2 } }), 'en').body[0] as Block)).toEqual(['Proved by 2 gates.']);
    expect(texts(drawn(record({ requester: { how: 'proved', gates: 1 } }), 'en').body[0] as Block)).toEqual(['Proved by 1 gate.']);
  });

  test.each(languages)('in %s it has number, name, user ID, reason, kinds of methods, time and reference', (language) => {
    const [card, text] = [drawn(record(), language).body, textOf(record(), language)];
    for (const words of ['LK-1001', 'Stina Berg', 'stina.berg@fjallbyn.example', 'SSPR_0014', '10:22', 'K7Q2M9XD', '2026']) {
      expect(JSON.stringify(card)).toContain(words);
      expect(text).toContain(words);
    }
    expect(drawn(record(), language)).toMatchObject({ type: 'AdaptiveCard', version: '1.5', lang: language });
  });

  test('Claim is an Execute that falls back to a Submit with the same data', () => {
    const data = { case: 'p07-aaaaaaaaaaaaaaaaaaaaaa', act: 'claim', version: 1 };
    expect(drawn(record()).actions[0]).toMatchObject({ type: 'Action.Execute', data, fallback: { type: 'Action.Submit', data } });
  });

  test('resolved it says by whom and when, and can be opened again', () => {
    const resolved = record({ state: 'resolved', revision: 2, resolved: { at, by: 'a', name: 'Nina Falk' } });
    expect(drawn(resolved).actions.map(({ data }) => data)).toMatchObject([{ act: 'reopen' }]);
    expect(textOf(resolved)).toMatch(/Löst av Nina Falk 14 mars/);
  });

  test('a name makes no link, no mention and no second line: it stands in text runs alone', () => {
    const name = '[Click](https://evil.example) <at>Chef</at>\n**Löst**\u202E';
    const card = drawn(record({ name, state: 'resolved', resolved: { at, by: 'a', name } }));
    const blocks = JSON.stringify(card.body.filter(({ type }) => type !== 'RichTextBlock'));
    expect(blocks).not.toMatch(/evil|<at>|Löst\*/);
    expect(JSON.stringify(card.body)).not.toMatch(/\\n|\u202E/);
    expect(card.fallbackText).not.toMatch(/^\*\*Löst|\u202E/m);
    expect(JSON.stringify(card)).not.toContain('mentioned');
  });

  test('a name that only a stranger gave leads to no chat: whoever is behind it may be the stranger', () => {
    const shown = JSON.stringify(caseCard(sentences, demo, record({ name: null, userId: 'it-support@evil.example' }), at));
    expect(shown).toContain('it-support@evil.example');
    expect(shown).not.toContain('l/chat');
  });

  test('a chat with the person is one press away, and the card says that it proves nothing', () => {
    const shown = JSON.stringify(drawn(record(), 'en').body);
    expect(shown).toContain('https://teams.microsoft.com/l/chat/0/0?users=stina.berg%40fjallbyn.example');
    expect(shown).toContain('A chat proves nothing');
    expect(JSON.stringify(drawn(record({ userId: null })).body)).not.toContain('teams.microsoft.com');
  });

  test('what was tried, by when it is to be taken up, and how urgent it is', () => {
    const text = textOf(record({ priority: 'highest', deadline: at - 1, tried: { failures: 2, sends: 3, closed: 'yes' } }), 'en');
    expect(text).toMatch(/2 failed verifications, 3 codes sent; self-service is closed now/);
    expect(text).toMatch(/Priority: highest/);
    expect(text).toMatch(/To be claimed by: 14 Mar, 10:2[12] \(past\)/);
  });

  test('what was said stands in text runs, the latest of it, within 28 KB whatever was said', () => {
    const text = '[Click](https://evil.example) **fet** <at>Chef</at>\u202E😀'.padEnd(2000, 'å😀');
    const thread = Array.from({ length: 100 }, (_, n) => ({ at, kind: 'reply' as const, name: null, text: `${n} ${text}` }));
    const card = cardOf(record({ state: 'claimed', claimed: { at, by: 'a', name: 'Nina Falk' }, thread }));
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThanOrEqual(28 * 1024);
    expect(JSON.stringify(card)).toContain('99 [Click]');
    const blocks = drawn(record({ thread })).body.filter(({ type }) => type !== 'RichTextBlock');
    expect(JSON.stringify(blocks)).not.toMatch(/Click/);
  });

  test('every reason that a dialog or the directory gives has its words; one that is not known is named by its code', () => {
    const sources = ['dialogs', 'src/directory'].flatMap((folder) => {
      const at = new URL(`../../${folder}/`, import.meta.url);
      return readdirSync(at)
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(new URL(file, at), 'utf8'));
    });
    const codes = new Set(sources.flatMap((source) => [...source.matchAll(/'((?:LK|SSPR)_\w+)'/g)].map(([, code]) => code ?? '')));
    expect(codes.size).toBeGreaterThan(10);
    for (const language of languages) {
      for (const code of codes) expect({ code, worded: sentences.has(language, `desk.reason.${code}`) }).toEqual({ code, worded: true });
    }
    expect(textOf(record({ code: 'LK_SOMETHING' }))).toContain('Självbetjäning var inte möjlig. (LK_SOMETHING)');
  });

  test('every method that a person can have has its words: a case is worded whatever they registered', () => {
    const methods = methodKinds.map((kind) => ({ kind, since: at }));
    for (const language of languages) expect(() => caseMail(sentences, inLanguage(language), record({ methods }), at)).not.toThrow();
    expect(textOf(record({ methods }))).toContain('telefonsamtal (sedan 14 mars 2026)');
  });

  test('what the directory could not say is said so', () => {
    expect(textOf(record({ name: null, userId: null, methods: [] }))).toMatch(/gick inte att läsa[^]*d4c7f0b2[^]*inga/);
  });

  test.each(languages)('the mail in %s escapes what people are called, and its one link leads to the channel', (language) => {
    const mail = caseMail(sentences, inLanguage(language), record({ name: '<b>Stina</b> & "Bo"\r\nBcc: x@example.org' }), at);
    expect(mail.html).not.toContain('<b>Stina');
    expect(mail.html).toContain('&lt;b&gt;Stina&lt;/b&gt; &amp; &quot;Bo&quot;');
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.text).not.toMatch(/^Bcc:/m);
    expect([...new Set((mail.html + mail.text).match(/https?:[^\s"<]+/gu))]).toEqual([
      `https://teams.microsoft.com/l/channel/19%3Ahelpdesk%40thread.tacv2/Helpdesk?tenantId=${demo.organisation.tenants[0]}`,
    ]);
  });
});
