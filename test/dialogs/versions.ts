import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dialogs } from '../../dialogs/all.ts';
import type { DialogName } from '../../dialogs/dialog-table.ts';
import { statesOf, transitionsOf } from './anatomy.ts';

const file = new URL('../../dialogs/versions.json', import.meta.url);

/** What a stored frame relies on: the states, what leads where, and what the context holds. */
export function shapeHash(name: DialogName): string {
  const { machine, context } = dialogs[name];
  const states = statesOf(machine).map(({ name: state, type, prompt }) => [state, type, prompt]);
  const moves = transitionsOf(machine).map(({ source, event, target, guard }) => [source, event, target, guard]);
  return createHash('sha256')
    .update(JSON.stringify([states, moves, context.words]))
    .digest('hex')
    .slice(0, 16);
}

/** `--write` raises the version of each dialog whose shape changed since the last release that people hold stored stacks of. */
if (process.argv[1] === new URL(import.meta.url).pathname && process.argv.includes('--write')) {
  const known = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { version: number; hash: string } | undefined>;
  const written = Object.keys(dialogs).map((name) => {
    const hash = shapeHash(name as DialogName);
    const { version, hash: before } = known[name] ?? { version: 0, hash: '' };
    return [name, { version: hash === before || before === '' ? Math.max(version, 1) : version + 1, hash }];
  });
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(written), null, 2)}\n`);
}
