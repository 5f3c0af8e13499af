import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { argv, env, exit, stderr, stdout } from 'node:process';
import { standingWords } from '../build/standing-words.ts';
import { readConfig } from '../config/environment.ts';
import { faultsAsText } from '../config/fault.ts';
import { languages, type Language } from '../config/policy.ts';
import { Sentences } from '../locales/sentences.ts';
import { makePoster, type PosterContent } from './poster.ts';

/** `npm run poster [-- <file>]`: the poster of the front door as a PDF, from the same environment as the server's. */
const read = readConfig(env);
if (!read.ok) {
  stderr.write(`${faultsAsText(read.faults)}\n`);
  exit(1);
}
const { policy, publicUrl } = read.config;
if (!policy.frontDoor.enabled) {
  stderr.write('The policy does not open the front door (frontDoor.enabled): there is nothing to point at.\n');
  exit(1);
}
const sentences = new Sentences(standingWords(policy, publicUrl), policy.organisation.zone);
const wordsIn = (language: Language): PosterContent['words'][Language] => {
  const say = (key: string): string => sentences.say(language, `poster.${key}`);
  return { title: say('title'), text: say('text'), desk: say('desk'), never: say('never') };
};
const words = Object.fromEntries(languages.map((language) => [language, wordsIn(language)])) as PosterContent['words'];
const file = resolve(argv[2] ?? 'latchkey-poster.pdf');
writeFileSync(file, await makePoster({ url: `${publicUrl}/start`, organisation: policy.organisation.name, words }));
stdout.write(`${file}\n`);
