import type { Json } from '../ports.ts';

/** Reads what an engine wrote with `JSON.stringify`. */
export function parseJson(text: unknown): Json {
  const value: Json = JSON.parse(String(text));
  return value;
}
