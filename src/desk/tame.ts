/** Longest label shown. */
const longest = 120;

/** A label without what could reorder or hide the text around it: control signs and the marks of writing direction (Unicode TR 36). */
export function tame(label: string | null): string | null {
  if (label === null) return null;
  const plain = label.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').trim();
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}
