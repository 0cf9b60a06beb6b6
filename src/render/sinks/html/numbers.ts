/** `1234567` as `1,234,567`: by our own rule, the same under every locale. */
export function integer(value: number): string {
  return String(Math.trunc(value)).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A score with three decimals; rounds the decimal number half up: 0.1235 becomes 0.124. */
export function score(value: number): string {
  const written = String(Math.abs(value));
  const rounded = written.includes('e') ? value : (Math.sign(value) * Math.round(Number(`${written}e3`))) / 1000;
  const text = rounded.toFixed(3);
  return text === '-0.000' ? '0.000' : text;
}

/** An instant in UTC: to the second for people, exact for machines. Null if a date cannot hold it. */
export function instant(ms: number): { readonly text: string; readonly iso: string } | null {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return null;
  const iso = new Date(ms).toISOString();
  return { text: iso.replace(/\.\d+Z$/, '').replace('T', ' '), iso };
}

/** Two decimals of a point are finer than any screen. */
export function coordinate(value: number): number {
  return Math.round(value * 100) / 100;
}
