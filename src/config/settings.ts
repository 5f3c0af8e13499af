import type { ConfigFault } from './fault.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, read name by name; what is wrong is noted and reading goes on, so that everything is said at once. */
export class Settings {
  readonly #environment: Environment;
  readonly faults: ConfigFault[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The value without spaces around it; null when there is none. Empty is none. */
  text(name: string): string | null {
    const value = this.#environment[name]?.trim();
    return value === undefined || value === '' ? null : value;
  }

  has(name: string): boolean {
    return this.text(name) !== null;
  }

  refuse(where: string, what: string, remedy: string): void {
    this.faults.push({ where, what, remedy });
  }

  /** A value there must be. Its text is never shown: it may be a secret. */
  needed(name: string, remedy: string, form: RegExp = /./): string | null {
    const value = this.text(name);
    if (value !== null && form.test(value)) return value;
    this.refuse(name, value === null ? 'is missing' : 'does not look right', remedy);
    return null;
  }

  /** A value that may be left out. */
  matching(name: string, form: RegExp, expected: string): string | null {
    const value = this.text(name);
    if (value === null || form.test(value)) return value;
    this.refuse(name, 'does not look right', `Write ${expected}, or leave it out.`);
    return null;
  }

  whole(name: string, otherwise: number, least: number, most: number): number {
    const value = this.text(name);
    if (value === null) return otherwise;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    this.refuse(name, 'is not a number in range', `Write a whole number from ${least} to ${most}, or leave it out for ${otherwise}.`);
    return otherwise;
  }

  oneOf<Value extends string>(name: string, values: readonly Value[], otherwise: Value): Value {
    const value = this.text(name);
    const found = values.find((each) => each === value);
    if (value !== null && found === undefined) {
      this.refuse(name, 'is none of its values', `Write one of ${values.join(', ')}, or leave it out for ${otherwise}.`);
    }
    return found ?? otherwise;
  }

  /** An address without a slash at its end; null when there is none or it is none. User names and passwords in it stay unshown. */
  url(name: string, protocols: readonly string[]): string | null {
    const value = this.text(name);
    if (value === null) return null;
    const parsed = URL.parse(value);
    if (parsed !== null && protocols.includes(parsed.protocol) && parsed.hostname !== '') return value.replace(/\/+$/, '');
    this.refuse(
      name,
      'is not an address of its kind',
      `Write an address that begins with ${protocols.map((each) => `${each}//`).join(' or ')}.`,
    );
    return null;
  }
}
