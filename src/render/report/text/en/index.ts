import type { Phrases, SectionId } from '../../../../core/report.ts';
import { amendment, change } from './change.ts';
import { completeness } from './completeness.ts';
import { compliance, method, signOff } from './compliance.ts';
import { evidence } from './evidence.ts';
import { results } from './results.ts';
import { summary } from './summary.ts';

const titles: Readonly<Record<SectionId, string>> = {
  cover: 'Cover',
  contents: 'Contents',
  summary: 'Summary',
  change: 'Change against the run before',
  completeness: 'Completeness',
  verdicts: 'Verdicts by day and medium',
  scores: 'Scores',
  indeterminate: 'Indeterminate and not assessed',
  flagged: 'Flagged detections',
  failed: 'Failed and unfinished',
  retention: 'Retention',
  compliance: 'Compliance matrix',
  quality: 'Data quality',
  method: 'Method and decision rule',
  extraction: 'Extraction record',
  limitations: 'Limitations',
  integrity: 'Integrity',
  sign_off: 'Sign-off',
};

const phrases: Phrases = {
  language: 'en',
  pageOf: 'Page {page} of {pages}',
  continued: '(continued)',
  reportId: 'Report id',
  logoAlt: 'Logo of {organisation}',
  linkToSection: 'Go to {section} on page {page}',
  missingGlyphs: {
    one: '1 character that no embedded font has is shown as its code, such as [U+6771]; docs/output.md names more fonts.',
    many: '{count} characters that no embedded font has are shown as codes such as [U+6771]; docs/output.md names more fonts.',
  },
  end: 'END OF REPORT',
};

const cover = {
  facts: {
    period: 'Period',
    detections: 'Detections',
    undated: 'Without a creation time',
    asOf: 'Data as of',
    source: 'Source',
    reportId: 'Report id',
    template: 'Template',
    tool: 'Made by',
  },
  allTime: 'All detections',
  /** First and last day, both part of the period. */
  days: (first: string, last: string): string => (first === last ? first : `${first} to ${last}`),
  from: (first: string): string => `From ${first}`,
  until: (last: string): string => `Until ${last}`,
} as const;

/** Every fixed word of the report in English. A second language is a second folder of this shape. */
export const EN = {
  titles,
  phrases,
  cover,
  summary,
  amendment,
  change,
  completeness,
  results,
  evidence,
  compliance,
  method,
  signOff,
} as const;
export type ReportText = typeof EN;
