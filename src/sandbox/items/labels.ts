import type { RandomStream, Weighted } from './random.ts';

/** One of the vendor's five label bands and its scores here: `[low, high)`. */
export interface Band {
  readonly label: string;
  readonly low: number;
  readonly high: number;
}

const REAL: Band = { label: 'Real', low: 0, high: 0.2 };
const LIKELY_REAL: Band = { label: 'Likely real', low: 0.2, high: 0.4 };
const NEUTRAL: Band = { label: 'Neutral/Uncertain', low: 0.4, high: 0.6 };
const LIKELY_FAKE: Band = { label: 'Likely fake', low: 0.6, high: 0.8 };
const FAKE: Band = { label: 'Fake', low: 0.8, high: 1 };

/** Frequency of each band; a little more than a quarter is fake. */
const BANDS: Weighted<Band> = [
  [REAL, 52],
  [LIKELY_REAL, 11],
  [NEUTRAL, 8],
  [LIKELY_FAKE, 9],
  [FAKE, 20],
];

/** Undocumented labels: the set is open. */
const ODD_LABELS = ['Inconclusive', 'AI generated', 'Partially fake'] as const;

export function drawBand(random: RandomStream): Band {
  return random.weighted(BANDS);
}

export function bandOf(score: number): Band {
  return [REAL, LIKELY_REAL, NEUTRAL, LIKELY_FAKE].find(({ high }) => score < high) ?? FAKE;
}

export function isFakeBand(band: Band): boolean {
  return band === FAKE || band === LIKELY_FAKE;
}

/** A score in the band; most are near the ends of the scale, as from a confident model. */
export function scoreIn(band: Band, random: RandomStream): number {
  const towards = random.unit() * random.unit();
  const at = band === FAKE ? 1 - towards : band === REAL ? towards : random.unit();
  return band.low + at * (band.high - band.low) * 0.999;
}

/** A child's score near its parent's, still in 0..1. */
export function scoreNear(score: number, spread: number, random: RandomStream): number {
  return Math.min(0.9999, Math.max(0.0001, score + random.between(-spread, spread)));
}

export type LabelCase = 'title' | 'lower' | 'upper' | 'snake';

/** Audio results are mostly in lower case, pictures in title case; other cases are rare. */
export function drawLabelCase(random: RandomStream, usual: 'title' | 'lower'): LabelCase {
  return random.weighted([
    [usual, 94],
    [usual === 'title' ? 'lower' : 'title', 4],
    ['upper', 1],
    ['snake', 1],
  ]);
}

export function writeLabel(band: Band, labelCase: LabelCase): string {
  if (labelCase === 'title') return band.label;
  if (labelCase === 'upper') return band.label.toUpperCase();
  const lower = band.label.toLowerCase();
  return labelCase === 'lower' ? lower : lower.replaceAll(' ', '_');
}

/** The band's label, or once in about 600 results an unknown word. */
export function drawLabel(band: Band, labelCase: LabelCase, random: RandomStream): string {
  return random.chance(1 / 600) ? random.pick(ODD_LABELS) : writeLabel(band, labelCase);
}

/** A score as the API writes it: a number or a decimal string, both with four digits. */
export function writeScore(score: number, asText: boolean): number | string {
  return asText ? score.toFixed(4) : Math.round(score * 10_000) / 10_000;
}

/** The value of `certainty (%)`, with or without its sign. */
export function writePercent(certainty: number, withSign: boolean): string {
  const text = (certainty * 100).toFixed(1);
  return withSign ? `${text}%` : text;
}
