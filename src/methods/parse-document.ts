import type { z } from 'zod';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';

/**
 * Reads a stored document; one that is not as we write it stops the act that asked, instead of being guessed at.
 * @throws LatchkeyError `latchkey_methods_unreadable` (defect); what stood there is not in it
 */
export function parseDocument<Schema extends z.ZodType>(name: string, schema: Schema, value: Json): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path, code }) => `${path.join('.')} (${code})`).join(', ');
  throw new LatchkeyError('latchkey_methods_unreadable', 'defect', `a stored ${name} is not as it should be: ${where}`);
}
