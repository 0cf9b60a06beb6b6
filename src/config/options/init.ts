import { oneOf, text, toggle } from '../option-types.ts';
import { EXPORT_OPTIONS } from './export.ts';
import type { Options } from './option.ts';
import { MESSAGES } from './shared.ts';

export const RHYTHMS = ['month', 'week', 'day'] as const;

export const INIT_OPTIONS = {
  dir: {
    type: text('DIR', 'a folder'),
    initial: '.',
    description: 'Folder that gets detect-report.yaml and jobs.yaml',
    group: 'Output',
    path: true,
  },
  every: {
    type: oneOf('rhythm', RHYTHMS),
    initial: 'month',
    description: 'How often a report is wanted: of each full month, week or day',
    group: 'Period',
  },
  timezone: { ...EXPORT_OPTIONS.timezone, initial: 'UTC' },
  template: EXPORT_OPTIONS.template,
  out: EXPORT_OPTIONS.out,
  'base-url': EXPORT_OPTIONS['base-url'],
  'api-key-file': EXPORT_OPTIONS['api-key-file'],
  force: { type: toggle(), initial: false, description: 'Overwrite files that are there', group: 'Output' },
  yes: { type: toggle(), initial: false, description: 'Ask nothing; take the defaults', group: 'Messages' },
  ...MESSAGES,
} as const satisfies Options;
