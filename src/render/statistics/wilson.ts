import type { Rate } from '../../core/statistics.ts';

/** The 97.5 % point of the standard normal distribution, to double precision. */
const Z = 1.959963984540054;

/**
 * `hits / of` with its Wilson score interval at 95 %, without continuity correction (E. B. Wilson, Journal of the
 * American Statistical Association 22, 1927, 209-212; method 3 of R. G. Newcombe, Statistics in Medicine 17, 1998,
 * 857-872). Unlike the textbook interval it stays within 0..1 and is sound for small numbers and for 0 hits. All three
 * numbers are rounded to 12 decimals; all are null if `of` is 0.
 */
export function wilsonRate(hits: number, of: number): Rate {
  if (of === 0) return { value: null, low: null, high: null, of };
  const share = hits / of;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * of);
  const reach = Z * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of));
  const scale = 1 + z2 / of;
  return {
    value: rounded(share),
    // At the ends the formula gives exactly 0 and 1; floating point would leave a trace of 1e-17 or of -0.
    low: hits === 0 ? 0 : rounded(Math.max(0, (centre - reach) / scale)),
    high: hits === of ? 1 : rounded(Math.min(1, (centre + reach) / scale)),
    of,
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(12));
}
