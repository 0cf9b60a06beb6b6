/*
 * Cells written straight into bytes, many times faster than as texts. Each function writes from `at` on and returns the
 * end of what it wrote.
 */

/** The end of a cell that a function does not write: the format's general encoder must. */
export const FALL_BACK = -1;

/** The longest number, instant or boolean is shorter (`-1.2345678901234567e-300` has 24 characters). */
export const MOST_BYTES = 32;

const POINT = 0x2e;
const DIGIT_0 = 0x30;

export function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
  return at + text.length;
}

/** Copies `[start, end)` of the same bytes. */
export function copyWithin(bytes: Uint8Array, at: number, start: number, end: number): number {
  let to = at;
  for (let from = start; from < end; from++) bytes[to++] = bytes[from] ?? 0;
  return to;
}

/** Larger numbers are not tried as decimals: their ten-thousandths need more than 31 bits. */
const MOST_TRIED = 200_000;

/** Writes a number like `String(value)`, unless it is not finite: the shortest decimal that reads back as the same double. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0 && value < MOST_TRIED) {
    // A decimal of at most 15 digits that reads back as the same double is the shortest one: no two of that length read
    // back as one double (C17, 5.2.4.2.2, DBL_DIG). Scores have four decimals, and formatting doubles is slow.
    const tenThousandths = Math.round(value * 10_000);
    if (tenThousandths / 10_000 === value) return writeDecimal(bytes, at, tenThousandths);
  }
  return Number.isFinite(value) ? writeAscii(bytes, at, String(value)) : FALL_BACK;
}

function writeDecimal(bytes: Uint8Array, at: number, tenThousandths: number): number {
  const whole = (tenThousandths / 10_000) | 0;
  const rest = tenThousandths - whole * 10_000;
  let end = at;
  if (whole < 10) bytes[end++] = DIGIT_0 + whole;
  else end = writeAscii(bytes, end, String(whole));
  if (rest === 0) return end;
  bytes[end] = POINT;
  bytes[end + 1] = DIGIT_0 + ((rest / 1000) | 0);
  if (rest % 1000 === 0) return end + 2;
  bytes[end + 2] = DIGIT_0 + (((rest / 100) | 0) % 10);
  if (rest % 100 === 0) return end + 3;
  bytes[end + 3] = DIGIT_0 + (((rest / 10) | 0) % 10);
  if (rest % 10 === 0) return end + 4;
  bytes[end + 4] = DIGIT_0 + (rest % 10);
  return end + 5;
}
