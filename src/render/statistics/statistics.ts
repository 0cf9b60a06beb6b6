import type { Detection, ModalityResult } from '../../core/detection.ts';
import { InvariantError } from '../../core/errors.ts';
import { isoInstant } from '../../core/instant.ts';
import type { Period, PeriodPosition } from '../../core/period.ts';
import { MODALITIES, type Modality } from '../../core/policy.ts';
import { NO_OBLIGATIONS, OUTCOMES, type Statistics } from '../../core/statistics.ts';
import { type Counted, Extremes, Group, Tally } from './counted.ts';
import { DayCounts, UndatedList } from './day-counts.ts';
import { Distribution } from './distribution.ts';
import { KeyedCounts } from './keyed-counts.ts';
import { assertSums, assertVerdictBelongs, OUTCOME_COUNTER, outcomeCounts, wilsonRate } from './outcomes.ts';
import { ProvenanceCounts } from './provenance.ts';
import { RetentionSummary } from './retention.ts';
import { ReviewedList, type ReviewsInput, reviewStatistics } from './reviews.ts';
import { Histogram, latencyOf, MAX_DURATION_SECONDS, Summary } from './summaries.ts';

/** The key for detections whose item names no media type. */
const NO_MEDIA_TYPE = 'unknown';

const SCORE = { decimals: 12, most: 1 };
const DURATION = { decimals: 6, most: MAX_DURATION_SECONDS };

export interface StatisticsInput {
  readonly period: Period;
  /** End of the list's reading. If the period was not over, later days are left out. Absent: it was over. */
  readonly readUntilMs?: number;
  /** Time limit for the deletion of zero-retention media. Absent and null: no limit. */
  readonly retentionLimitSeconds?: number | null;
  /** The joined reviews; absent and null: none. A part of the list counts its detections without them. */
  readonly reviews?: ReviewsInput | null;
}

function partsOf({ period, readUntilMs, retentionLimitSeconds: limitSeconds }: Required<StatisticsInput>) {
  return {
    positions: new Tally(['unique', 'in_period', 'outside_period', 'undated', 'not_assessed']),
    undated: new UndatedList(),
    created: new Extremes(),
    outcomes: new Tally(OUTCOMES),
    byMediaType: new KeyedCounts(OUTCOMES.length, MODALITIES),
    byDay: new DayCounts(period, readUntilMs),
    labels: new Group(forEachModality(() => new KeyedCounts(1))),
    scores: new Group(forEachModality(() => new Summary(SCORE))),
    histograms: new Group(forEachModality(() => new Histogram())),
    durations: new Group({ audio: new Summary(DURATION), video: new Summary(DURATION) }),
    latency: new Distribution(),
    retention: new RetentionSummary({ limitSeconds, readUntilMs }),
    sourceTracing: new KeyedCounts(1),
    unknownStatuses: new KeyedCounts(1),
    unknownKeys: new KeyedCounts(1),
    coercions: new KeyedCounts(1),
    withheld: new KeyedCounts(1),
    provenance: new ProvenanceCounts(),
    reviewed: new ReviewedList(),
  };
}

/** All counts as plain values, and what they were counted for. */
export interface CountedStatistics {
  readonly period: Period;
  readonly retentionLimitSeconds: number | null;
  readonly parts: Counted<ReturnType<typeof partsOf>>;
}

/**
 * Counts detections for `statistics.json`. The population covers every detection of the list, the rest only those
 * inside the period:
 *
 * - `labels`: every label of a modality's own result as received, whether or not assessed or completed.
 * - `scores`: P(fake) of assessed modalities of completed detections.
 * - `duration_seconds`: audio and video of any status; images are left out, their duration means nothing.
 * - `coercions`: those of the decoding, and values that a figure here leaves out because they are impossible
 *   (a score outside 0..1, a negative duration, a deletion before the creation).
 *
 * Memory is bounded for any number of detections. Adding costs about a microsecond. `merge` of any split in any order
 * gives the same digits: every part is an exact counter, a fixed-point sum, or a count in fixed bins.
 *
 * `result` throws `InvariantError` if a sum does not hold; `add`, if a detection has a verdict without being completed,
 * or is completed without a verdict; `merge`, if the other one counted another period or limit.
 */
export function createStatistics({
  period,
  readUntilMs = Number.POSITIVE_INFINITY,
  retentionLimitSeconds = null,
  reviews = null,
}: StatisticsInput): PeriodStatistics {
  return new PeriodStatistics({ period, readUntilMs, retentionLimitSeconds, reviews });
}

export class PeriodStatistics {
  readonly #input: Required<StatisticsInput>;
  readonly #group: Group<ReturnType<typeof partsOf>>;
  readonly #parts: ReturnType<typeof partsOf>;

  constructor(input: Required<StatisticsInput>) {
    this.#input = input;
    this.#group = new Group(partsOf(input));
    this.#parts = this.#group.of;
  }

  add(detection: Detection, position: PeriodPosition): void {
    const { positions, created, undated, retention } = this.#parts;
    positions.increment('unique');
    created.add(detection.createdAtMs);
    if (position === 'outside') positions.increment('outside_period');
    else if (position === 'inside') this.#addInside(detection);
    else {
      positions.increment('undated');
      undated.add(detection);
      retention.addUndated(detection);
    }
  }

  get counted(): CountedStatistics {
    const { period, retentionLimitSeconds } = this.#input;
    return { period, retentionLimitSeconds, parts: this.#group.counted };
  }

  merge({ period, retentionLimitSeconds, parts }: CountedStatistics): void {
    const { fromMs, toMs, timezone } = this.#input.period;
    const isSame = period.fromMs === fromMs && period.toMs === toMs && period.timezone === timezone;
    if (!isSame || retentionLimitSeconds !== this.#input.retentionLimitSeconds) {
      throw new InvariantError('Only statistics of the same period and limit can be merged.');
    }
    this.#group.merge(parts);
  }

  /** `received` and `duplicates` come from the certificate: duplicates never reach the transform. */
  result(received: number): Statistics {
    const { scores, histograms, durations, labels, ...parts } = this.#parts;
    const { unique, not_assessed, ...inList } = parts.positions.counted;
    const { completed, processing, failed, fake, real, indeterminate } = parts.outcomes.counted;
    const { first, last } = parts.created.counted;
    const duplicates = received - unique;
    const counted: Omit<Statistics, 'reviews'> = {
      population: { received, unique, duplicates, ...inList, completed, processing, failed },
      list_span: { first: isoOrNull(first), last: isoOrNull(last) },
      undated: parts.undated.counted,
      verdicts: { fake, real, indeterminate },
      fake_rate: wilsonRate(fake, fake + real),
      by_media_type: parts.byMediaType.toObject(outcomeCounts),
      by_day: parts.byDay.days(),
      labels: forEachModality((modality) => labels.of[modality].toCounts()),
      source_tracing: parts.sourceTracing.toCounts(),
      scores: forEachModality((modality) => {
        const { count, mean, min, max, p50, p95 } = scores.of[modality].result();
        return { count, mean, min, max, p50, p95, histogram: histograms.of[modality].counted };
      }),
      duration_seconds: { audio: durations.of.audio.result(), video: durations.of.video.result() },
      latency_seconds: parts.latency.span(),
      retention: parts.retention.result(),
      provenance: parts.provenance.result(),
      compliance: NO_OBLIGATIONS,
      not_assessed,
      unknown_statuses: parts.unknownStatuses.toCounts(),
      unknown_keys: parts.unknownKeys.toCounts(),
      coercions: parts.coercions.toCounts(),
      withheld: parts.withheld.toCounts(),
    };
    const { reviews: joined } = this.#input;
    const reviews = joined === null ? null : reviewStatistics(joined, parts.reviewed.counted, counted);
    const statistics: Statistics = { ...counted, reviews };
    assertSums(statistics);
    return statistics;
  }

  #addInside(detection: Detection): void {
    assertVerdictBelongs(detection);
    const { positions, sourceTracing, retention, latency, unknownStatuses, unknownKeys, coercions, withheld } =
      this.#parts;
    positions.increment('in_period');
    this.#addOutcome(detection);
    const completed = detection.status === 'completed';
    this.#addModality('audio', detection.audio, completed);
    this.#addModality('image', detection.image, completed);
    this.#addModality('video', detection.video, completed);
    if (detection.sourceTracingLabel !== null) sourceTracing.increment(detection.sourceTracingLabel);
    this.#addDuration(detection);
    const anomaly = retention.add(detection);
    if (anomaly !== null) coercions.increment(anomaly);
    if (detection.unknownStatus !== null) unknownStatuses.increment(detection.unknownStatus);
    const span = latencyOf(detection, this.#input.readUntilMs);
    if (typeof span === 'string') coercions.increment(span);
    else if (span !== null) latency.add(span);
    for (const key of detection.unknownKeys) unknownKeys.increment(key);
    for (const coercion of detection.coercions) coercions.increment(coercion);
    for (const cell of detection.withheld ?? []) withheld.increment(cell);
    const medium = detection.mediaType ?? NO_MEDIA_TYPE;
    this.#parts.provenance.add(detection, medium);
    if (detection.reviews !== undefined) this.#parts.reviewed.add(detection, medium);
  }

  #addOutcome({ createdAtMs, mediaType, status, verdict }: Detection): void {
    if (createdAtMs === null) throw new InvariantError('A detection without created_at cannot lie inside a period.');
    const { outcomes, byMediaType, byDay } = this.#parts;
    const type = mediaType ?? NO_MEDIA_TYPE;
    for (const outcome of verdict === null ? [status] : [status, verdict]) {
      outcomes.increment(outcome);
      byMediaType.increment(type, OUTCOME_COUNTER[outcome]);
    }
    byDay.increment(createdAtMs, OUTCOME_COUNTER[status], verdict === null ? null : OUTCOME_COUNTER[verdict]);
  }

  #addModality(modality: Modality, result: ModalityResult | null, completed: boolean): void {
    if (result === null) return;
    const { positions, labels, scores, histograms, coercions } = this.#parts;
    if (result.label !== null) labels.of[modality].increment(result.label);
    if (!completed) return;
    if (!result.assessed) positions.increment('not_assessed');
    else if (result.score === null) return;
    else if (scores.of[modality].add(result.score)) histograms.of[modality].add(result.score);
    else coercions.increment(`${modality}_score: outside 0 to 1, not in the score figures`);
  }

  #addDuration({ mediaType, durationSeconds }: Detection): void {
    if (durationSeconds === null || (mediaType !== 'audio' && mediaType !== 'video')) return;
    if (!this.#parts.durations.of[mediaType].add(durationSeconds)) {
      this.#parts.coercions.increment('duration: below 0 or above 1,000,000,000 seconds, not in the duration figures');
    }
  }
}

function isoOrNull(ms: number): string | null {
  return Number.isFinite(ms) ? isoInstant(ms) : null;
}

function forEachModality<T>(make: (modality: Modality) => T): Record<Modality, T> {
  return { audio: make('audio'), image: make('image'), video: make('video') };
}
