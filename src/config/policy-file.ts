import { isMap, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { deepFrozen, type ConfigFault } from './fault.ts';
import { floorBreaches } from './policy-floor.ts';
import { questionBreaches } from './policy-questions.ts';
import { lineOf, pathAsText, type PolicyPath } from './policy-lines.ts';
import { policySchema } from './policy-schema.ts';
import type { Policy } from './policy.ts';

export type PolicyRead =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly faults: readonly (ConfigFault & { readonly line: number; readonly key: string })[] };

/** A value the file's author has still to fill in. */
const placeholder = /^<.*>$/s;

/**
 * Reads the administrator's policy file: YAML 1.2, checked and frozen. Every fault is reported at once, in the order of its line, with
 * its remedy; only what is no YAML at all hides what stands after it.
 * @param text the file's content
 * @param name what the file is called in faults
 */
export function readPolicy(text: string, name = 'policy file'): PolicyRead {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const faults = new Map<string, { line: number; key: string; what: string; remedy: string }>();
  const add = (line: number, path: PolicyPath, what: string, remedy: string): void => {
    const key = pathAsText(path);
    // The first word on a place is the most telling one: a placeholder is not also "no domain".
    if (!faults.has(`${line} ${key}`)) faults.set(`${line} ${key}`, { line, key, what, remedy });
  };

  for (const problem of [...document.errors, ...document.warnings]) {
    const { line } = lines.linePos(problem.pos[0]);
    if (problem.code === 'DUPLICATE_KEY')
      add(line, [], 'this key stands here a second time', 'Keep one of the two; only one can be meant.');
    else
      add(line, [], `this is not valid YAML (${firstSentence(problem.message)})`, 'Look at indentation, quotes and colons on this line.');
  }
  let readable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  visit(document, {
    Alias(_, { range, source }) {
      readable = false;
      add(lines.linePos(range?.[0] ?? 0).line, [], `*${source} points to another place`, 'Write the value out; this file has no aliases.');
    },
  });
  const parsed = readable ? judge(document, lines, add) : null;
  if (parsed !== null && faults.size === 0) return { ok: true, policy: deepFrozen(parsed) };
  const sorted = [...faults.values()].sort((one, other) => one.line - other.line);
  return {
    ok: false,
    faults: sorted.map((fault) => ({ ...fault, where: `${name}:${fault.line}${fault.key === '' ? '' : ` ${fault.key}`}` })),
  };
}

type Add = (line: number, path: PolicyPath, what: string, remedy: string) => void;

function judge(document: Document.Parsed, lines: LineCounter, add: Add): Policy | null {
  if (!isMap(document.contents)) {
    add(1, [], 'the file holds no keys', 'Start from src/config/default-policy.yaml.');
    return null;
  }
  const file = document.toJS() as Record<string, unknown>;
  const at = (path: PolicyPath): number => lineOf(document, lines, path);
  for (const { path, value } of texts(file, [])) {
    if (placeholder.test(value))
      add(at(path), path, 'still holds the placeholder it came with', `Write ${value.slice(1, -1).trim()} in its place.`);
  }
  for (const path of repeated(file, [])) add(at(path), path, 'stands in this list twice', 'Keep it once.');
  const result = policySchema.safeParse(file);
  for (const issue of result.error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) add(at([...issue.path, key]), [...issue.path, key], 'there is no such key', knownKeys(issue.path));
    } else {
      const value = valueAt(file, issue.path);
      add(at(issue.path), issue.path, value === undefined ? 'is missing' : `cannot be ${shown(value)}`, `Write ${issue.message}.`);
    }
  }
  for (const { path, what, remedy } of [...floorBreaches(file), ...questionBreaches(file)]) add(at(path), path, what, remedy);
  return result.success ? result.data : null;
}

/** Every text in the file with its place. */
function* texts(value: unknown, path: PolicyPath): Generator<{ path: PolicyPath; value: string }> {
  if (typeof value === 'string') yield { path, value };
  else for (const [step, inner] of entries(value)) yield* texts(inner, [...path, step]);
}

/** Places of texts that repeat an earlier one of their list, whatever the case. */
function* repeated(value: unknown, path: PolicyPath): Generator<PolicyPath> {
  const seen = new Set<string>();
  for (const [step, inner] of entries(value)) {
    if (Array.isArray(value) && typeof inner === 'string') {
      if (seen.has(inner.toLowerCase())) yield [...path, step];
      seen.add(inner.toLowerCase());
    }
    yield* repeated(inner, [...path, step]);
  }
}

function entries(value: unknown): Iterable<[PropertyKey, unknown]> {
  if (Array.isArray(value)) return value.entries();
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

const valueAt = (file: unknown, path: PolicyPath): unknown =>
  path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined), file);

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'this';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The keys the schema has at a place, for whoever misspelt one. */
function knownKeys(path: PolicyPath): string {
  let schema: z.core.$ZodType | undefined = policySchema;
  for (const step of path) schema = shapeOf(schema)?.[String(step)];
  const keys = Object.keys(shapeOf(schema) ?? {});
  return keys.length === 0 ? 'Remove it.' : `Remove it, or write one of: ${keys.join(', ')}.`;
}

function shapeOf(schema: z.core.$ZodType | undefined): Readonly<Record<string, z.core.$ZodType>> | undefined {
  const definition = schema?._zod.def as { shape?: Record<string, z.core.$ZodType>; innerType?: z.core.$ZodType } | undefined;
  return definition?.shape ?? (definition?.innerType === undefined ? undefined : shapeOf(definition.innerType));
}

const firstSentence = (message: string): string => message.split(/ at line \d+|\n/)[0] ?? message;
