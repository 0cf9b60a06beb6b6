import * as z from 'zod';
import { ConfigError } from '../../core/errors.ts';
import { isLoopback } from './loopback.ts';

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
