import type { Entry } from 'ldapts';

/** Attributes whose values are bytes. */
export const byteAttributes = ['objectGUID', 'objectSid', 'tokenGroups'];

/** The values of an attribute as text. */
export const textsOf = (entry: Entry, attribute: string): readonly string[] =>
  [entry[attribute] ?? []].flat().filter((value) => typeof value === 'string');

/** The first value of an attribute as text; null where there is none, or none that we may read. */
export const textOf = (entry: Entry, attribute: string): string | null => textsOf(entry, attribute)[0] ?? null;

export const bytesOf = (entry: Entry, attribute: string): readonly Buffer[] =>
  [entry[attribute] ?? []].flat().filter((value) => Buffer.isBuffer(value));

/** A whole number; null where there is none. 64-bit values come whole. */
export function wholeOf(entry: Entry, attribute: string): bigint | null {
  const text = textOf(entry, attribute);
  return text !== null && /^-?\d{1,20}$/u.test(text) ? BigInt(text) : null;
}

/** Windows counts 100 ns from 1601. */
const epochOffsetMs = 11_644_473_600_000n;

/** A Windows time as epoch ms. */
export const epochMs = (fileTime: bigint): number => Number(fileTime / 10_000n - epochOffsetMs);

/** An epoch ms as Windows time. */
export const fileTime = (ms: number): bigint => (BigInt(ms) + epochOffsetMs) * 10_000n;

/** A span as Active Directory keeps it, negative and in 100 ns, in ms; null for "never" (0, or the least number there is). */
export const spanMs = (span: bigint): number | null => (span === 0n || span <= -0x7fff_ffff_ffff_ffffn ? null : Number(-span / 10_000n));

/** A security id as people write it: `S-1-5-21-...-512`. */
export function sidText(bytes: Buffer): string {
  const authority = bytes.readUIntBE(2, 6);
  const parts = Array.from({ length: bytes[1] ?? 0 }, (_, index) => bytes.readUInt32LE(8 + 4 * index));
  return ['S', bytes[0], authority, ...parts].join('-');
}
