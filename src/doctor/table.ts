import type { Finding } from './finding.ts';

const marks: Record<Finding['result'], string> = { works: 'works', fails: 'FAILS', 'not tried': '-' };

/** Findings as lines for a terminal, in columns; a remedy stands below its finding. */
export function table(findings: readonly Finding[]): string {
  const wide = Math.max(...findings.map(({ part }) => part.length));
  const indent = ' '.repeat(wide + 9);
  const lines = findings.flatMap(({ part, result, what, remedy }) => [
    `${part.padEnd(wide)}  ${marks[result].padEnd(5)}  ${what}`,
    ...(remedy === null ? [] : [`${indent}-> ${remedy}`]),
  ]);
  return `${lines.join('\n')}\n`;
}
