import { isTimezone } from '../core/calendar.ts';
import { shown, suggest } from './suggest.ts';

/** The zone in its usual spelling (`europe/berlin` is `Europe/Berlin`), or null if the runtime does not know it. */
export function readTimezone(text: string): string | null {
  if (!isTimezone(text)) return null;
  const folded = text.toLowerCase();
  return knownZones().find((zone) => zone.toLowerCase() === folded) ?? text;
}

/** `"Europe/Berln" is not a time zone. Did you mean "Europe/Berlin"?` */
export function timezoneProblem(value: unknown): string {
  const close = typeof value === 'string' ? suggest(value, knownZones()) : null;
  return `${shown(value)} is not a time zone.${close === null ? '' : ` Did you mean "${close}"?`}`;
}

export const TIMEZONE_REMEDY = 'Use an IANA name such as UTC or Europe/Berlin.';

function knownZones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}
