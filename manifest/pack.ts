/**
 * `npm run manifest`: fills the manifest with the environment's ids, validates it offline, and packs the app that Teams takes: manifest, languages and icons,
 * all at the root of one zip. Stops when a placeholder is left or the schema is broken, and says what to set.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { AppManifestUtils, type TeamsManifest } from '@microsoft/app-manifest';
import { zipSync } from 'fflate';

/** What stands in the manifest's places, and the remedy when it is not set. */
const places: Readonly<Record<string, { readonly from: (env: NodeJS.ProcessEnv) => string | undefined; readonly remedy: string }>> = {
  TEAMS_APP_ID: { from: (env) => env['TEAMS_APP_ID'], remedy: 'a GUID of the app in Teams, made once and kept' },
  BOT_ID: { from: (env) => env['MicrosoftAppId'], remedy: "set MicrosoftAppId to the bot's app id" },
  PUBLIC_DOMAIN: { from: (env) => hostOf(env['PUBLIC_URL']), remedy: 'set PUBLIC_URL to the https address of this service' },
  DEVELOPER_NAME: { from: (env) => env['DEVELOPER_NAME'], remedy: 'your organisation, at most 32 signs' },
  WEBSITE_URL: { from: (env) => env['WEBSITE_URL'], remedy: 'an https page about this service' },
  PRIVACY_URL: { from: (env) => env['PRIVACY_URL'], remedy: 'your https privacy notice' },
  TERMS_URL: { from: (env) => env['TERMS_URL'], remedy: 'your https terms of use' },
};

export type Packed = { readonly ok: true; readonly zip: Uint8Array } | { readonly ok: false; readonly faults: readonly string[] };

/** Packs the app. Every fault is told at once. */
export async function pack(env: NodeJS.ProcessEnv): Promise<Packed> {
  const faults: string[] = [];
  let text = read('manifest.json').toString('utf8');
  for (const [place, { from, remedy }] of Object.entries(places)) {
    const value = from(env);
    if (value === undefined || value === '') faults.push(`${place} is not set: ${remedy}`);
    // As JSON, so that a quotation mark in a name cannot break out of its place.
    else text = text.replaceAll(`\${{${place}}}`, JSON.stringify(value).slice(1, -1));
  }
  const languages = read('sv.json');
  if (faults.length === 0) {
    for (const [left] of `${text}${languages.toString('utf8')}`.matchAll(/\$\{\{[^}]*\}\}/gu))
      faults.push(`${left} is left: nothing fills this place`);
  }
  if (faults.length > 0) return { ok: false, faults };

  const manifest = JSON.parse(text) as TeamsManifest;
  const broken = await AppManifestUtils.validateAgainstSchema(manifest);
  if (broken.length > 0) return { ok: false, faults: broken };
  const zip = zipSync({
    'manifest.json': Buffer.from(text),
    'sv.json': languages,
    'color.png': read('color.png'),
    'outline.png': read('outline.png'),
  });
  return { ok: true, zip };
}

const read = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));

function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).hostname : undefined;
}

if (import.meta.main) {
  const packed = await pack(process.env);
  if (packed.ok) {
    mkdirSync(new URL('build/', import.meta.url), { recursive: true });
    writeFileSync(new URL('build/latchkey.zip', import.meta.url), packed.zip);
    console.log('manifest/build/latchkey.zip is ready: upload it in the Teams admin centre');
  } else {
    for (const fault of packed.faults) console.error(fault);
    process.exitCode = 1;
  }
}
