/** An objectGUID as people write it, lower case: its first three parts stand with their bytes turned around. */
export function guidText(bytes: Buffer): string {
  const hex = (part: Buffer): string => part.toString('hex');
  const turned = (from: number, to: number): string => hex(Buffer.from(bytes.subarray(from, to).toReversed()));
  return [turned(0, 4), turned(4, 6), turned(6, 8), hex(bytes.subarray(8, 10)), hex(bytes.subarray(10, 16))].join('-');
}

/** The bytes of an objectGUID; null for what is none. */
export function guidBytes(text: string): Buffer | null {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu.test(text)) return null;
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  for (const [from, to] of [
    [0, 4],
    [4, 6],
    [6, 8],
  ] as const)
    bytes.subarray(from, to).reverse();
  return bytes;
}
