/**
 * What a machine's context may hold, said once: as a guard for a stored context that is restored, as its type, and as words that go into
 * the hash of the machine's shape (versions.json).
 */
export interface Shape<T> {
  readonly words: string;
  readonly fits: (value: unknown) => value is T;
}

/** The type a shape describes. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

function shape<T>(words: string, fits: (value: unknown) => boolean): Shape<T> {
  return { words, fits: (value): value is T => fits(value) };
}

export const text: Shape<string> = shape('text', (value) => typeof value === 'string');
export const number: Shape<number> = shape('number', (value) => typeof value === 'number' && Number.isFinite(value));
export const flag: Shape<boolean> = shape('flag', (value) => typeof value === 'boolean');

/** One of these words, and no other. */
export function oneOf<const W extends string | number>(...words: readonly W[]): Shape<W> {
  return shape(words.join('|'), (value) => (words as readonly unknown[]).includes(value));
}

/**
 * A list of words that grows with the product, known by its name: one more word makes no stored context unreadable, so it changes no hash. A
 * word that was taken out is found when a context with it is read.
 */
export function growing<W extends string | number>(name: string, words: Shape<W>): Shape<W> {
  return { ...words, words: `<${name}>` };
}

export function orNull<T>(inner: Shape<T>): Shape<T | null> {
  return shape(`${inner.words}?`, (value) => value === null || inner.fits(value));
}

export function listOf<T>(inner: Shape<T>): Shape<readonly T[]> {
  return shape(`[${inner.words}]`, (value) => Array.isArray(value) && value.every((item) => inner.fits(item)));
}

/** An object with these fields; others beside them do no harm. */
export function record<F extends Record<string, Shape<unknown>>>(fields: F): Shape<{ readonly [K in keyof F]: Shaped<F[K]> }> {
  const names = Object.keys(fields).sort();
  const words = names.map((name) => `${name}:${fields[name]?.words}`).join(',');
  return shape(`{${words}}`, (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const entries = value as Record<string, unknown>;
    return names.every((name) => Object.hasOwn(entries, name) && fields[name]?.fits(entries[name]));
  });
}
