/** `1,234,567`, the same in every locale. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 page`, `2 pages`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `512 B`, `1.2 kB`, `34 MB`: powers of ten, two digits if one would say little. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit] ?? ''}`;
}

/** `8 s`, `3 min`, `2 h 05 min`: rounded. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** ISO 8601 UTC, in whole seconds. */
export function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
