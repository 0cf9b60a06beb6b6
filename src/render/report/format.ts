/**
 * Numbers, times and sizes for people. Our own rules, so that the report is the same under any locale and any version
 * of ICU; the method section states them.
 */

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Printed for a missing value. */
export const NO_VALUE = '–';

/** `1234567` as `1,234,567`. */
export function integer(value: number): string {
  return group(String(Math.trunc(value)));
}

/** Rounded half up to `digits` decimals, thousands grouped; `–` for null. Tiny values never turn into `-0`. */
export function decimal(value: number | null, digits: number): string {
  if (value === null || !Number.isFinite(value)) return NO_VALUE;
  const [whole, fraction] = halfUp(value, digits).toFixed(digits).split('.');
  const text = fraction === undefined ? group(whole ?? '0') : `${group(whole ?? '0')}.${fraction}`;
  return /^-[0.,]+$/.test(text) ? text.slice(1) : text;
}

/** Rounds the decimal number, not its binary neighbour: 0.1235 to three decimals is 0.124. */
function halfUp(value: number, digits: number): number {
  const written = String(Math.abs(value));
  if (written.includes('e')) return value;
  return (Math.sign(value) * Math.round(Number(`${written}e${digits}`))) / 10 ** digits;
}

/** A score of the list, 0 to 1, with three decimals; `–` for null. */
export function score(value: number | null): string {
  return decimal(value, 3);
}

/**
 * A share as a percentage with one decimal; `–` for null. Only exactly nothing gives `0.0%`, and only exactly
 * everything gives `100.0%`.
 */
export function percent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return NO_VALUE;
  if (share > 0 && share < 0.0005) return '<0.1%';
  if (share < 1 && share >= 0.9995) return '>99.9%';
  return `${decimal(share * 100, 1)}%`;
}

/** `part` of `whole` as a percentage; `–` if the whole is 0. */
export function shareOf(part: number, whole: number): string {
  return percent(whole === 0 ? null : part / whole);
}

/** `1 detection`, `2 detections`, `no detections`. */
export function counted(count: number, one: string, many: string): string {
  if (count === 0) return `no ${many}`;
  return `${integer(count)} ${count === 1 ? one : many}`;
}

/** `12 bytes`, `1.2 kB`, `3.4 MB` (powers of 1,000). */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte', 'bytes').replace('no bytes', '0 bytes');
  const units = ['kB', 'MB', 'GB', 'TB'] as const;
  let size = bytes / 1000;
  let unit = 0;
  while (size >= 999.95 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${decimal(size, 1)} ${units[unit] ?? ''}`;
}

/** A span for people: `0.4 s`, `3 min 20 s`, `5 h 12 min`, `2 d 3 h`; `–` for null. Exact: in `statistics.json`. */
export function span(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return NO_VALUE;
  if (seconds < 0) return `-${span(-seconds)}`;
  if (seconds < 59.95)
    return `${decimal(seconds, seconds < 10 && !Number.isInteger(seconds) ? 2 : 1).replace(/\.0+$/, '')} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(whole, 60, 'min', 1, 's');
  if (whole <= 86_400) return pair(Math.round(whole / 60), 60, 'h', 1, 'min');
  return pair(Math.round(whole / 3600), 24, 'd', 1, 'h');
}

function pair(amount: number, size: number, major: string, least: number, minor: string): string {
  const rest = amount % size;
  const head = `${integer(Math.floor(amount / size))} ${major}`;
  return rest < least ? head : `${head} ${rest} ${minor}`;
}

/** Exact seconds to the millisecond: `1,234.5 s`. */
export function exactSeconds(value: number | null): string {
  return value === null ? NO_VALUE : `${decimal(value, 3).replace(/\.?0+$/, '')} s`;
}

/** `2024-01-15` as `15 January 2024`. */
export function dayText(day: string): string {
  const [year, month, date] = day.split('-');
  return `${Number(date)} ${monthName(month)} ${year}`;
}

/** `2024-01-15` as `15 Jan`. */
export function shortDay(day: string): string {
  const [, month, date] = day.split('-');
  return `${Number(date)} ${monthName(month).slice(0, 3)}`;
}

/** `2024-01` as `January 2024`. */
export function monthText(month: string): string {
  const [year, number] = month.split('-');
  return `${monthName(number)} ${year}`;
}

/** `2024-01` as `Jan 2024`. */
export function shortMonth(month: string): string {
  const [year, number] = month.split('-');
  return `${monthName(number).slice(0, 3)} ${year}`;
}

/** An instant in UTC to the second: `2024-01-15 09:30:12`; `–` for null. */
export function instant(ms: number | null): string {
  return ms === null || !Number.isFinite(ms) ? NO_VALUE : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** An ISO 8601 instant as `2024-01-15 09:30:12 UTC`. */
export function isoText(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** The sentence with its first letter in upper case. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function monthName(month: string | undefined): string {
  return MONTHS[Number(month) - 1] ?? '';
}

/** Separates thousands by commas; a sign stays in front. */
function group(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}
