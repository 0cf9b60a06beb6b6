import { stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { isTimezone } from '../core/calendar.ts';
import { shorten, suggest } from '../core/text.ts';

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

/**
 * True for a word that may be a key in the wrong place: sixteen letters and digits in a row with both among them, a
 * UUID, or a long word with base64 signs. Names of templates, zones and files do not match.
 */
function looksLikeKey(word: string): boolean {
  const runs = word.match(/[A-Za-z0-9]{16,}/g) ?? [];
  if (runs.some((run) => /\d/.test(run) && /[A-Za-z]/.test(run))) return true;
  if (/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/i.test(word)) return true;
  return word.length >= 20 && /[+=]/.test(word) && /\d/.test(word) && !/[\s.:]/.test(word);
}

/**
 * True if the missing part of a path may be a key. A path meant as a file has at least an existing folder or an
 * extension.
 */
export async function missingPartLooksLikeKey(path: string): Promise<boolean> {
  let existing = path;
  const isMissing = async (): Promise<boolean> => (await stat(existing).catch(() => null)) === null;
  while (dirname(existing) !== existing && (await isMissing())) existing = dirname(existing);
  const missing = existing === '.' || existing === '' ? path : relative(existing, path);
  if (looksLikeKey(missing)) return true;
  const parts = missing.split(/[\\/]/);
  return parts.some((part) => part.length >= 16 && /\d/.test(part) && /[A-Za-z]/.test(part) && !part.includes('.'));
}

/** A value for a message: text quoted and shortened, unless it may be a key; the type of anything else. */
export function shown(value: unknown): string {
  if (typeof value === 'string' && looksLikeKey(value)) return 'a word that may be a key, and is not shown,';
  if (typeof value === 'string') return JSON.stringify(shorten(value, 80));
  if (value === null || value === undefined) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a mapping';
}

/** `"covr" is not a section. Did you mean "cover"? Allowed: cover, summary.` */
export function choiceProblem(noun: string, value: unknown, allowed: readonly string[]): string {
  const close = typeof value === 'string' ? suggest(value, allowed) : null;
  const hint = close === null ? '' : ` Did you mean "${close}"?`;
  const article = /^[aeiou]/i.test(noun) ? 'an' : 'a';
  return `${shown(value)} is not ${article} ${noun}.${hint} Allowed: ${allowed.join(', ')}.`;
}
