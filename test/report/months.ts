import type { Modality, Obligation, Verdict } from '../../src/core/policy.ts';
import type { PreviousFacts } from '../../src/core/previous-run.ts';
import type { ReportInput } from '../../src/render/report/report-input.ts';
import { daysOf, inputOf, type MadeDetection, statisticsOf, TEMPLATE } from './material.ts';

/** A small generator of numbers, so that every run tests the same month. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const LABELS: Readonly<Record<Verdict, readonly string[]>> = {
  fake: ['fake', 'Fake', 'Likely fake'],
  real: ['real', 'Real', 'Likely real'],
  indeterminate: ['Neutral/Uncertain'],
};
const NAMES = [
  'board-call-recording.wav',
  'interview_final_v2 (1).mp4',
  'Kundenservice Rückruf Müller & Söhne.mp3',
  'IMG_20240112_093011.jpg',
  'отчёт за январь.mp4',
  'Πρακτικά συνεδρίασης.wav',
  'a-very-long-file-name-that-somebody-exported-from-an-archive-without-thinking-of-columns-2024-01-12T09-30-11.mp4',
  'press_conference_clip_0031.mov',
];

const NO_DUTY = { requirement: null, atMost: null, atLeast: null, evidence: null, notApplicable: null };

/** One of each status. */
const OBLIGATIONS: readonly Obligation[] = [
  {
    ...NO_DUTY,
    obligation: 'DSA, Article 15(1)(e)',
    requirement: 'State indicators of the accuracy and the possible rate of error of automated means.',
    indicator: 'accuracy',
    evidence: 'Evaluation on media of known origin',
  },
  { ...NO_DUTY, obligation: 'Own policy, completeness of the record', indicator: 'completeness' },
  { ...NO_DUTY, obligation: 'Own policy, decided cases', indicator: 'indeterminate_share', atMost: 0.1 },
  { ...NO_DUTY, obligation: 'Own policy, zero retention', indicator: 'deleted_late', atMost: 0 },
  { ...NO_DUTY, obligation: 'Own policy, speed', indicator: 'latency_p95' },
  {
    ...NO_DUTY,
    obligation: 'EU AI Act, Article 50(2)',
    indicator: null,
    notApplicable: 'No generative system is provided.',
  },
];

const PREVIOUS: PreviousFacts = {
  report_id: 'DR-2023-12-11AA22BB',
  period: { from: '2023-12-01', to: '2024-01-01', timezone: 'UTC' },
  figures: {
    template: { name: TEMPLATE.name, sha256: TEMPLATE.sha256 },
    policy_sha256: 'c'.repeat(64),
    completeness: 'proven',
    as_of: '2024-01-01T06:00:00.000Z',
    in_period: 512,
    status: { completed: 490, processing: 4, failed: 18 },
    verdicts: { fake: 51, real: 402, indeterminate: 37 },
    fake_rate: { value: 51 / 453, low: 0.0867, high: 0.145, of: 453 },
    media: { audio: 260, image: 160, video: 90 },
  },
};

/** About 620 detections in January 2024, weekends quieter than weekdays. */
export function ordinaryMonth(): ReportInput {
  const next = numbers(7);
  const days = daysOf('2024-01-01', 31);
  const all: MadeDetection[] = days.flatMap((day, index) => {
    const weekend = index % 7 >= 5;
    const count = Math.round((weekend ? 6 : 24) + next() * (weekend ? 5 : 14) - (index === 9 ? -22 : 0));
    return Array.from({ length: count }, () => detection(day, next));
  });
  const statistics = statisticsOf(all, days);
  return inputOf(all, {
    template: { ...TEMPLATE, registerLimit: 60, obligations: OBLIGATIONS },
    previous: PREVIOUS,
    statistics: {
      ...statistics,
      source_tracing: { elevenlabs: 14, resemble_ai: 9, 'open-source tts': 3 },
      duration_seconds: {
        audio: { count: 301, sum: 18_211.25, mean: 60.502, min: 1.2, max: 1_811.5, p50: 31.4, p95: 412.9 },
        video: { count: 122, sum: 9_120.5, mean: 74.758, min: 3.1, max: 640.25, p50: 42.2, p95: 301.7 },
      },
      latency_seconds: { count: 589, p50: 12.4, p95: 95.25, max: 91_240.5 },
      not_assessed: 17,
      unknown_keys: { c2pa_manifest: 12, 'video_metrics.children[].posterior': 340 },
      coercions: { 'metrics.aggregated_score: text read as number': 51, 'duration: text read as number': 211 },
    },
    changedCells: { csv: { 'formula guarded': 3 } },
  });
}

function detection(day: string, next: () => number): MadeDetection {
  const medium: Modality =
    (['audio', 'audio', 'audio', 'image', 'image', 'video'] as const)[Math.floor(next() * 6)] ?? 'audio';
  const fate = next();
  const filename = NAMES[Math.floor(next() * NAMES.length)] ?? null;
  if (fate < 0.04)
    return {
      day,
      medium,
      status: 'failed',
      verdict: null,
      filename,
      errorMessage: 'Unsupported codec: the stream could not be decoded',
    };
  if (fate < 0.06) return { day, medium, status: 'processing', verdict: null, filename };
  const verdict: Verdict = fate < 0.19 ? 'fake' : fate < 0.25 ? 'indeterminate' : 'real';
  const spread = next();
  const score =
    verdict === 'fake' ? 0.62 + spread * 0.38 : verdict === 'real' ? spread * spread * 0.45 : 0.4 + spread * 0.2;
  const labels = LABELS[verdict];
  const label = labels[Math.floor(next() * labels.length)] ?? verdict;
  return {
    day,
    medium,
    status: 'completed',
    verdict,
    score,
    label,
    filename,
    ...(verdict === 'fake' && medium === 'audio' ? { sourceTracing: 'elevenlabs' } : {}),
    ...(spread > 0.93 ? { deletedAfterSeconds: spread > 0.996 ? null : Math.round((spread - 0.93) ** 3 * 3.4e8) } : {}),
  };
}
