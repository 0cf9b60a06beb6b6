import { ConfigError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import type { ReadSecret } from '../platform/secret-reference.ts';
import { resolvePath } from './paths.ts';
import { readCapped } from './read-capped.ts';
import type { Words } from './settings.ts';

const MAX_BYTES = 64 * 1024;

/**
 * Reads secrets that a job file names: environment variables, or files relative to `baseDir`. White space around a
 * secret is not part of it (an editor ends a file with a line break). Each call reads again, so that a rotated secret
 * counts at once. Throws `ConfigError`, which names the place and never the content.
 */
export function secretReader(env: Words['env'], baseDir: string): ReadSecret {
  return async (reference) => {
    if ('env' in reference) {
      const value = (env[reference.env] ?? '').trim();
      if (value !== '') return new Secret(value);
      throw new ConfigError(`The variable ${reference.env}, which the job file names, is not set.`, {
        remedy: `Set ${reference.env} where the job runs: in its unit, secret or shell.`,
      });
    }
    const path = resolvePath(baseDir, reference.file);
    const { bytes } = await readCapped(path, 'secret file', MAX_BYTES);
    const value = bytes.toString('utf8').trim();
    if (value !== '') return new Secret(value);
    throw new ConfigError(`The secret file ${path} is empty.`, {
      place: { file: path },
      remedy: 'Put the secret into it.',
    });
  };
}
