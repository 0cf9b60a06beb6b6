const SECONDS = { m: 60, h: 3600, d: 86_400 } as const;
const LONGEST_SECONDS = 3650 * SECONDS.d;

/** Reads `90m`, `24h` or `30d` as seconds; null if the text is not a duration from one minute to ten years. */
export function readDurationSeconds(text: string): number | null {
  const match = /^(\d{1,6})([mhd])$/.exec(text);
  if (match === null) return null;
  const seconds = Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
  return seconds > 0 && seconds <= LONGEST_SECONDS ? seconds : null;
}
