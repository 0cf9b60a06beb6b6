import * as z from 'zod';
import { ConfigError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import { isLoopback } from './machine.ts';

/** `https://…`, or `http://…` on this machine: what is sent there is private, and often signed. */
export const HTTPS_ADDRESS = z
  .string()
  .max(2048)
  .refine((text) => httpsProblem(text) === null, { error: (issue) => httpsProblem(String(issue.input)) ?? '' });

/** What is wrong with an address, or null. Never quotes the address: its path may be a secret. */
function httpsProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return 'that is not an address: write https://HOST/PATH.';
  }
  if (url.username !== '' || url.password !== '') return 'the address carries a user name or password: leave it out.';
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return 'the report would cross the network in the clear: use https (http is for this machine only).';
  }
  return null;
}

/** Reads an address from a variable or a file. `place` names it in errors. Throws `ConfigError`. */
export function readHttpsAddress(text: string, place: string): URL {
  const problem = httpsProblem(text);
  if (problem === null) return new URL(text);
  throw new ConfigError(`${place}: ${problem}`, { remedy: 'Correct the address; it is not shown here.' });
}

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
