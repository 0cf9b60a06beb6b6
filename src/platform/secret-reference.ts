import * as z from 'zod';
import type { Secret } from '../core/secret.ts';

const WANTED = 'write no secret into this file: name it as `{ env: VARIABLE }` or `{ file: PATH }`.';

/** Where to find a secret: an environment variable, or a file. The secret itself is never written down. */
export const SECRET_REFERENCE = z
  .union(
    [
      z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/) }),
      z.strictObject({ file: z.string().min(1).max(4096) }),
    ],
    { error: WANTED },
  )
  .meta({ description: 'Name of the variable, or path of the file, that holds the secret' });

export type SecretReference = Readonly<z.output<typeof SECRET_REFERENCE>>;

/** Reads a secret when it is needed. Throws `ConfigError` if it is missing or empty; no message quotes it. */
export type ReadSecret = (reference: SecretReference) => Promise<Secret>;

/** `$NAME` or the file's path, for messages and ids. */
export function referenceText(reference: SecretReference): string {
  return 'env' in reference ? `$${reference.env}` : reference.file;
}
