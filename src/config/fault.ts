/** One thing wrong with the configuration, said so that whoever reads it can put it right. */
export interface ConfigFault {
  /** The environment's name, or the policy file's with line and key: `policy.yaml:12 reset.gates`. */
  readonly where: string;
  readonly what: string;
  readonly remedy: string;
}

/** Faults as lines for a terminal, each with its remedy below it. */
export const faultsAsText = (faults: readonly ConfigFault[]): string =>
  faults.map(({ where, what, remedy }) => `${where}: ${what}\n  ${remedy}`).join('\n');

/** `value` and everything in it made unchangeable; bytes stay as they are, because they cannot be frozen. */
export function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) deepFrozen(inner);
    Object.freeze(value);
  }
  return value;
}
