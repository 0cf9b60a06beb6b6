import { isoInstant } from '../core/instant.ts';

/** ISO 8601 UTC; a whole second is written without milliseconds, as older records are. */
export function writeInstant(instantMs: number): string {
  const text = isoInstant(instantMs);
  return instantMs % 1000 === 0 ? text.replace('.000Z', 'Z') : text;
}
