import { stringify } from 'csv-stringify/sync';
import { addDays } from '../../core/calendar.ts';
import type { DsaFacts } from '../../core/template.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import { type DetectorRates, RATE_NAMES, type ReviewStatistics } from '../../core/reviews.ts';
import type { Statistics } from '../../core/statistics.ts';
import { DSA_PARTS, type DsaPart, dsaProblems, officialRows } from './dsa-rules.ts';

export interface DsaInput {
  readonly facts: DsaFacts;
  readonly statistics: Statistics;
  readonly period: Period;
  readonly policyName: string;
  /** Report id of the run that is corrected, and the number of detections that changed; null: a first edition. */
  readonly corrects: { readonly reportId: string; readonly changes: number } | null;
  readonly asOf: string;
}

/**
 * Parts 1, 7, 8 and 11 of the official transparency report, with the rows and labels of the Commission's files. A row
 * that does not apply, or of which nothing is known, is blank; one that could apply and did not is 0. Throws
 * `ConfigError` if a value of the template breaks the rules.
 */
export async function dsaFiles(input: DsaInput): Promise<readonly (readonly [name: string, text: string])[]> {
  const files: (readonly [string, string])[] = [];
  for (const part of [1, 7, 8, 11] as const) {
    const official = await officialRows(part);
    const text = stringify(fill(part, official, input), { record_delimiter: 'windows', quoted_match: /[\r\n]/ });
    const [problem] = dsaProblems(part, official, text);
    if (problem !== undefined) {
      throw new ConfigError(`The transparency report breaks its rules: ${DSA_PARTS[part]}, ${problem}.`, {
        remedy: 'Correct the values under "dsa" in the template.',
      });
    }
    files.push([DSA_PARTS[part], text]);
  }
  return files;
}

function fill(part: DsaPart, official: readonly string[][], input: DsaInput): string[][] {
  const [header = [], ...rows] = official;
  const at = (name: string): number => header.indexOf(name);
  const filled = rows.map((row): string[] => {
    const [applicability = '', indicator = '', scope = ''] = ['Applicability', 'Indicator', 'Scope'].map(
      (name) => row[at(name)],
    );
    const [value, context] = applies(applicability, input.facts)
      ? valueOf(part, indicator, scope, input)
      : (['', ''] as const);
    return header.map((name, index) => {
      if (name === 'Service') return input.facts.service;
      if (name === 'Reporting period') return periodOf(input.period).join('/');
      if (name === 'Value') return value;
      return name === 'Contextual Information' ? context : (row[index] ?? '');
    });
  });
  if (part !== 8) return [header, ...filled];
  // The rows of the whole classifier again for each medium, after the official ones.
  const media = Object.entries(input.statistics.reviews?.by_media_type ?? {});
  const own = filled.filter((row) => row[at('Scope')] === 'Total number' && rateNamed(row[at('Indicator')] ?? ''));
  const byMedium = media.flatMap(([medium, rates]) =>
    own.map((row) => {
      const [value, context] = rateOf(rateNamed(row[at('Indicator')] ?? ''), rates, input, `Medium: ${medium}. `);
      return row.map((cell, index) =>
        index === at('Value') ? value : index === at('Contextual Information') ? context : cell,
      );
    }),
  );
  return [header, ...filled, ...byMedium];
}

function applies(applicability: string, { kind }: DsaFacts): boolean {
  if (applicability.includes('VLOPs')) return kind === 'vlop';
  return applicability !== 'Only for providers of online platforms' || kind !== 'hosting';
}

type Filled = readonly [value: string, context: string];
const BLANK: Filled = ['', ''];

function valueOf(part: DsaPart, indicator: string, scope: string, input: DsaInput): Filled {
  const { facts, statistics } = input;
  const own = facts.values.find(
    (one) =>
      one.part === part && one.indicator.trim() === indicator.trim() && (one.scope ?? '').trim() === scope.trim(),
  );
  if (own !== undefined) return [String(own.value), ''];
  if (part === 1) return [summaryOf(indicator, input), ''];
  if (part === 11) return [textOf(indicator, input), ''];
  const reviews = statistics.reviews;
  if (reviews === null) return BLANK;
  if (part === 7) return [complaintsOf(indicator, scope, reviews), ''];
  const rate = rateNamed(indicator);
  if (rate !== null) return scope.trim() === 'Total number' ? rateOf(rate, reviews, input, '') : BLANK;
  const { automated } = reviews.casework;
  const of =
    scope === 'Total number'
      ? automated.all
      : scope.trim() === 'Own-initiative'
        ? automated.own_initiative
        : scope === 'NAM Total'
          ? automated.notices
          : null;
  if (of === null) return BLANK;
  return [String(indicator.includes('solely') ? of.full : of.no + of.partial), ''];
}

function summaryOf(indicator: string, { facts, period }: DsaInput): string {
  const [first, last] = periodOf(period);
  if (indicator.startsWith('Name')) return facts.provider;
  if (indicator.includes('latest previous')) return facts.previous ?? '';
  if (indicator.includes('publication')) return facts.published ?? '';
  return indicator.startsWith('Starting') ? first : last;
}

function complaintsOf(indicator: string, scope: string, { casework: { appeals } }: ReviewStatistics): string {
  if (!indicator.startsWith('Number of complaints submitted')) return '';
  const { outcomes, median_hours: median } = appeals;
  const values: Readonly<Record<string, number | null>> = {
    'Total number': appeals.count,
    'Decisions upheld': outcomes.upheld,
    'Decisions partially reversed': outcomes.partially_reversed,
    'Decisions reversed': outcomes.reversed,
    'Decision omitted': outcomes.omitted,
    'Median time': median,
  };
  return String(values[scope] ?? '');
}

function rateNamed(indicator: string): keyof DetectorRates | null {
  const [, name = ''] = /^Accuracy of the automated means - (\w+)$/.exec(indicator) ?? [];
  return RATE_NAMES.find((one) => one === name.toLowerCase()) ?? null;
}

function rateOf(name: keyof DetectorRates | null, rates: DetectorRates, input: DsaInput, start: string): Filled {
  const rate = name === null ? null : rates[name];
  if (rate === null || rate.value === null)
    return ['', rate === null ? '' : `${start}Not estimable from ${rate.of} reviews.`];
  const way = input.statistics.reviews?.weighting === 'strata' ? 'weighted by the strata of the sample' : 'unweighted';
  const [low, high] = [rate.low ?? 0, rate.high ?? 1].map((end) => end.toFixed(4));
  const context = `${start}Estimated from ${rate.of} detections that people reviewed, ${way}; 95% interval ${low} to ${high}. Decision rule: ${input.policyName}.`;
  return [String(Number(rate.value.toFixed(4))), context];
}

function textOf(indicator: string, { corrects, facts, asOf, policyName, statistics }: DsaInput): string {
  if (indicator === 'Qualitative description of the automated means') {
    const edition =
      corrects === null
        ? ''
        : `Corrected edition of report ${corrects.reportId}, made on ${asOf.slice(0, 10)}: ${corrects.changes} ${corrects.changes === 1 ? 'detection differs' : 'detections differ'}. ${facts.correction ?? 'The list of detections changed after the first edition.'} `;
    return `${edition}Audio, images and video are submitted to a deepfake detector (Resemble AI); its labels become the verdicts fake, real or indeterminate by the decision rule ${policyName}. No verdict is derived from a score.`;
  }
  if (!indicator.startsWith('Qualitative description of indicators of accuracy')) return '';
  const { reviews } = statistics;
  return reviews === null || reviews.reviewed === 0
    ? 'Not measured: no detection of the period was reviewed.'
    : `People reviewed ${reviews.reviewed} detections. Accuracy, precision and recall are shares of reviewed detections with a decided verdict and a clear truth${reviews.weighting === 'strata' ? ', weighted by the strata of a random sample' : ''}; the intervals are 95% intervals.`;
}

function periodOf({ from, to }: Period): readonly [string, string] {
  return [from ?? '', to === null ? '' : addDays(to, -1)];
}
