import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { pack } from '../../manifest/pack.ts';
import { readCommands } from '../../src/conversation/commands.ts';
import { Sentences } from '../../src/locales/sentences.ts';

const env = {
  TEAMS_APP_ID: '2f1b6c0a-6a0e-4a4e-9f57-0a8a3b1a9c11',
  MicrosoftAppId: '7b1d0c52-3f0c-4df4-8c9e-1a2b3c4d5e6f',
  PUBLIC_URL: 'https://latchkey.example.com',
  DEVELOPER_NAME: 'Fjällbyn "IT" AB',
  WEBSITE_URL: 'https://example.com/latchkey',
  PRIVACY_URL: 'https://example.com/privacy',
  TERMS_URL: 'https://example.com/terms',
};
const manifest = JSON.parse(readFileSync('manifest/manifest.json', 'utf8')) as {
  bots: { commandLists: { commands: { title: string }[] }[] }[];
  localizationInfo: { additionalLanguages: { file: string }[] };
};
const swedish = JSON.parse(readFileSync('manifest/sv.json', 'utf8')) as Record<string, string>;

describe('the Teams app', () => {
  test('packs into one zip, valid by Microsoft’s schema, everything at its root', async () => {
    const packed = await pack(env);
    if (!packed.ok) throw new Error(packed.faults.join('\n'));
    const files = unzipSync(packed.zip);
    expect(Object.keys(files).sort()).toEqual(['color.png', 'manifest.json', 'outline.png', 'sv.json']);
    const filled = JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString('utf8')) as {
      bots: { botId: string }[];
      validDomains: string[];
      developer: { name: string };
    };
    expect(filled.bots[0]?.botId).toBe(env.MicrosoftAppId);
    expect(filled.validDomains).toEqual(['latchkey.example.com']);
    expect(filled.developer.name).toBe('Fjällbyn "IT" AB');
  });

  test('says everything that is not set, all at once', async () => {
    const packed = await pack({});
    expect(packed.ok ? [] : packed.faults.map((fault) => fault.split(' ')[0])).toEqual([
      'TEAMS_APP_ID',
      'BOT_ID',
      'PUBLIC_DOMAIN',
      'DEVELOPER_NAME',
      'WEBSITE_URL',
      'PRIVACY_URL',
      'TERMS_URL',
    ]);
  });

  test('a value that breaks the schema is refused', async () => {
    expect(await pack({ ...env, TEAMS_APP_ID: 'not a guid' })).toMatchObject({ ok: false });
  });

  test.each([
    ['color', 192],
    ['outline', 32],
  ])('the %s icon is a PNG of %i pixels', (name, size) => {
    const png = readFileSync(`manifest/${name}.png`);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
  });

  const commands = manifest.bots[0]?.commandLists[0]?.commands ?? [];
  const command = readCommands(new Sentences(() => ({}), 'UTC'));

  test('every command of the menu has its Swedish words, and the bot understands both', () => {
    expect(commands.length).toBeGreaterThan(5);
    for (const [at, { title }] of commands.entries()) {
      const translated = swedish[`bots[0].commandLists[0].commands[${at}].title`];
      expect([title, command(title)]).not.toContain(null);
      expect(command(translated ?? '')).toEqual(command(title));
    }
  });
});
