import { isTimezone } from '../core/calendar.ts';
import { suggest } from '../core/text.ts';
import { shown } from './suggest.ts';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const LONGEST_SECONDS = 3650 * SECONDS.d;

/**
 * Reads `90m`, `24h` or `30d` as seconds, with other `units` also `90s`; null if the text is not a duration of at least
 * one unit, up to ten years.
 */
export function readDurationSeconds(text: string, units = 'mhd'): number | null {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  if (match === null || !units.includes(match[2] ?? '')) return null;
  const seconds = Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
  return seconds > 0 && seconds <= LONGEST_SECONDS ? seconds : null;
}

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
