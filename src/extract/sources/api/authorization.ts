import { ConfigError } from '../../../core/errors.ts';
import type { Secret } from '../../../core/secret.ts';

/**
 * The `Authorization` value. Throws `ConfigError` if the key cannot be in a header. HTTP libraries quote a refused
 * header value, key included, so this check comes first.
 */
export function bearer(key: Secret): string {
  const value = key.reveal();
  if (!/^[\x21-\x7e]+$/.test(value)) {
    const problem = value === '' ? 'is empty' : 'holds white space, a line break or a character outside ASCII';
    throw new ConfigError(`The API key ${problem}; it was not sent.`, {
      remedy: 'Copy the key again from https://app.resemble.ai/account/api into RESEMBLE_API_KEY or the key file.',
    });
  }
  return `Bearer ${value}`;
}
