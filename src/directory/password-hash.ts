import { hash, verify } from '@node-rs/argon2';

/** OWASP's parameters for Argon2id (R44): 19 MiB, two passes, one lane. The library's default algorithm is Argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** One spelling for one password, whichever keyboard wrote it (R30; NIST SP 800-63B-4 3.1.1.2). */
const normal = (password: string): string => password.normalize('NFC');

/** A password as it is kept: an Argon2id hash in PHC form, with a salt of its own. */
export const hashPassword = (password: string): Promise<string> => hash(normal(password), cost);

/** Whether `password` is the one that was hashed; compared in constant time by the library (R9). */
export const isPassword = (hashed: string, password: string): Promise<boolean> => verify(hashed, normal(password));
