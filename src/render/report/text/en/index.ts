import type { Phrases, SectionId } from '../../../../core/report.ts';
import { amendment, change, combined } from './change.ts';
import { completeness } from './completeness.ts';
import { compliance, method, signOff } from './compliance.ts';
import { evidence } from './evidence.ts';
import { EN_FORMAT as format } from '../../format.ts';
import { results } from './results.ts';
import { provenance, reviews } from './reviews.ts';
import { summary } from './summary.ts';
import { figures, workbook } from './workbook.ts';

const titles: Readonly<Record<SectionId, string>> = {
  cover: 'Cover',
  contents: 'Contents',
  summary: 'Summary',
  change: 'Trend and change',
  completeness: 'Evidence: completeness',
  verdicts: 'Verdicts by day and medium',
  scores: 'Scores and source tracing',
  indeterminate: 'Not decided',
  flagged: 'Flagged as fake',
  failed: 'Failed and unfinished',
  retention: 'Retention',
  reviews: 'Reviews and casework',
  compliance: 'Compliance matrix',
  quality: 'Data quality',
  method: 'Method and decision rule',
  extraction: 'Evidence: extraction',
  limitations: 'Limitations',
  integrity: 'Evidence: integrity and how to verify',
  sign_off: 'Sign-off',
};

const phrases: Phrases = {
  marks: format.marks,
  workbook,
  language: 'en',
  pageOf: 'Page {page} of {pages}',
  continued: '(continued)',
  reportId: 'Report id',
  logoAlt: 'Logo of {organisation}',
  onPage: 'page {page}',
  linkToSection: 'Go to {section} on page {page}',
  missingGlyphs: {
    one: '1 character that no embedded font has is shown as its code, such as [U+6771]; the page for the browser shows it.',
    many: '{count} characters that no embedded font has are shown as codes such as [U+6771]; the page for the browser shows them.',
  },
  installFonts: 'These packages, installed beside detect-report, bring them: {packages}.',
  end: 'END OF REPORT',
};

const cover = {
  allTime: 'All detections',
  /** First and last day, both part of the period. */
  days: (first: string, last: string): string => (first === last ? first : `${first} to ${last}`),
  from: (first: string): string => `From ${first}`,
  until: (last: string): string => `Until ${last}`,
} as const;

const annex = 'Annex: registers';

/** Every fixed word of the report in English. Another language is another folder of this shape. */
export const EN = {
  format,
  titles,
  annex,
  phrases,
  cover,
  summary,
  amendment,
  combined,
  change,
  completeness,
  results,
  evidence,
  reviews,
  provenance,
  compliance,
  method,
  signOff,
  figures,
} as const;

/** The same shape with other words: a language that lacks one does not compile. */
type Words<T> = T extends string
  ? string
  : T extends (...given: infer Given) => infer Said
    ? (...given: Given) => Words<Said>
    : T extends object
      ? { readonly [Key in keyof T]: Words<T[Key]> }
      : T;

export type ReportText = Words<typeof EN>;
