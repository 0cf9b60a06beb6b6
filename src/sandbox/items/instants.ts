import { isoInstant } from '../../core/instant.ts';

/** ISO 8601 UTC; whole seconds have no milliseconds, as in older records. */
export function writeInstant(instantMs: number): string {
  const text = isoInstant(instantMs);
  return instantMs % 1000 === 0 ? text.replace('.000Z', 'Z') : text;
}
