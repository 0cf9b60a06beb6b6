import * as fc from 'fast-check';
import { BLANK_DETECTION, type Detection, type ModalityResult } from '../../src/core/detection.ts';
import { type Period, type PeriodPosition, positionIn } from '../../src/core/period.ts';
import { resolvePeriod } from '../../src/core/calendar.ts';

export const JANUARY: Period = resolvePeriod({ kind: 'named', name: '2024-01' }, 'Europe/Berlin', 0);
export const ALL: Period = resolvePeriod({ kind: 'all' }, 'Europe/Berlin', 0);

const BLANK: Detection = {
  ...BLANK_DETECTION,
  uuid: 'a'.repeat(32),
  createdAtMs: Date.UTC(2024, 0, 15, 9, 30),
  mediaType: 'audio',
  status: 'processing',
  recordSha256: '0'.repeat(64),
};

/** A processing audio detection of 15 January 2024, with whatever the test is about. */
export function detection(changes: Partial<Detection> = {}): Detection {
  return { ...BLANK, ...changes };
}

/** A completed audio detection with this score. */
export function scored(score: number | null, changes: Partial<Detection> = {}): Detection {
  return detection({ status: 'completed', verdict: 'real', audio: modality({ score }), ...changes });
}

export function modality(changes: Partial<ModalityResult> = {}): ModalityResult {
  return { label: 'Real', score: 0.25, certainty: null, assessed: true, verdict: 'real', ...changes };
}

export interface Placed {
  readonly detection: Detection;
  readonly position: PeriodPosition;
}

export function placed(one: Detection, period: Period): Placed {
  return { detection: one, position: positionIn(period, one.createdAtMs) };
}

const HOSTILE_KEYS = ['__proto__', 'constructor', 'hasOwnProperty', '(other)', '', '10', '9', 'x'.repeat(500)];
const key = fc.oneof(fc.constantFrom('Fake', 'Likely fake', 'real', ...HOSTILE_KEYS), fc.string({ maxLength: 3 }));
const score = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, -0, 1, 0.05, 0.15, 0.5, -1, 1.5, Number.NaN),
);
const modalities = fc.option(
  fc.record({
    label: fc.option(key),
    score: fc.option(score),
    certainty: fc.constant(null),
    assessed: fc.boolean(),
    verdict: fc.constant(null),
  }),
);

/** Any detection the decoder could hand over, two thirds of them in January 2024. */
export const anyDetection: fc.Arbitrary<Detection> = fc
  .record({
    createdAtMs: fc.option(
      fc.oneof(
        fc.integer({ min: Date.UTC(2023, 11, 30), max: Date.UTC(2024, 1, 2) }),
        fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2024, 0, 31) }),
      ),
      { freq: 10 },
    ),
    mediaType: fc.option(fc.oneof(fc.constantFrom('audio', 'image', 'video'), key)),
    status: fc.constantFrom('completed', 'completed', 'completed', 'processing', 'failed'),
    verdict: fc.constantFrom('fake', 'real', 'indeterminate'),
    audio: modalities,
    image: modalities,
    video: modalities,
    sourceTracingLabel: fc.option(key),
    durationSeconds: fc.option(
      fc.oneof(fc.double({ min: 0, max: 4e6, noNaN: true }), fc.constantFrom(-1, 1e300, 0.1, 1e9)),
    ),
    zeroRetentionMode: fc.option(fc.boolean()),
    fileDeletedAtMs: fc.option(fc.integer({ min: Date.UTC(2023, 11, 30), max: Date.UTC(2024, 1, 9) })),
    updatedAtMs: fc.option(fc.integer({ min: Date.UTC(2023, 11, 30), max: Date.UTC(2024, 1, 9) })),
    unknownKeys: fc.array(key, { maxLength: 3 }),
    coercions: fc.array(key, { maxLength: 3 }),
  } as const)
  .map((changes) => detection({ ...changes, verdict: changes.status === 'completed' ? changes.verdict : null }));
