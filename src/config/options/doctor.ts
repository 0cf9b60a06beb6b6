import { EXPORT_OPTIONS } from './export.ts';
import type { Options } from './option.ts';
import { JSON_RESULT, MESSAGES } from './shared.ts';

/** Those of `export` that decide whether one could succeed. */
export const DOCTOR_OPTIONS = {
  'base-url': EXPORT_OPTIONS['base-url'],
  'api-key-file': EXPORT_OPTIONS['api-key-file'],
  out: EXPORT_OPTIONS.out,
  json: JSON_RESULT,
  ...MESSAGES,
} as const satisfies Options;
