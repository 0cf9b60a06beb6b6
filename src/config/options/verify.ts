import { text, toggle } from '../option-types.ts';
import type { Options } from './option.ts';
import { JSON_RESULT, MESSAGES, PREVIOUS } from './shared.ts';

export const VERIFY_OPTIONS = {
  'public-key': {
    type: text('FILE', 'a file'),
    initial: null,
    otherwise: 'the signature is not checked',
    description: 'Ed25519 public key (PEM) that the manifest must be signed with',
    group: 'Source',
    path: true,
  },
  previous: {
    ...PREVIOUS,
    otherwise: 'looked for beside the run',
    description: 'Folder of the run that this one must follow',
    group: 'Source',
  },
  'checksums-only': {
    type: toggle(),
    initial: false,
    description: 'Compare checksums and signature, recompute nothing from the records',
    group: 'Reading',
  },
  strict: {
    type: toggle(),
    initial: false,
    description: 'What could not be checked is a finding too, in place of a note',
    group: 'Reading',
  },
  json: JSON_RESULT,
  ...MESSAGES,
} as const satisfies Options;
