import { isMap, isScalar, isSeq, type Document, type LineCounter, type ParsedNode } from 'yaml';

/** A place in the policy file: keys and list positions from the top. */
export type PolicyPath = readonly PropertyKey[];

/**
 * The line, from 1, where `path` stands in the file: the line of its key, or of its list entry. Of what is not there, the line of the
 * nearest block around it that is.
 */
export function lineOf(document: Document.Parsed, lines: LineCounter, path: PolicyPath): number {
  let node: ParsedNode | null = document.contents;
  let offset = node?.range[0] ?? 0;
  for (const step of path) {
    let next: ParsedNode | null | undefined;
    let at: number | undefined;
    if (isMap<ParsedNode, ParsedNode | null>(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      next = pair?.value;
      at = pair?.key.range[0];
    } else if (isSeq<ParsedNode>(node) && typeof step === 'number') {
      next = node.items[step];
      at = next?.range[0];
    }
    if (at === undefined) break;
    offset = at;
    node = next ?? null;
  }
  return lines.linePos(offset).line;
}

/** A path as people write it: `contacts.administratorsMail[1]`. */
export const pathAsText = (path: PolicyPath): string =>
  path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? String(step) : `.${String(step)}`)).join('');
