import type { Detection, ModalityResult } from '../../core/detection.ts';
import { InvariantError } from '../../core/errors.ts';
import { isoInstant } from '../../core/instant.ts';
import type { Period, PeriodPosition } from '../../core/period.ts';
import { MODALITIES, type Modality } from '../../core/policy.ts';
import {
  NO_OBLIGATIONS,
  type OutcomeCounts,
  type Population,
  type Statistics,
  type StatisticsAccumulator,
} from '../../core/statistics.ts';
import type { CountedStatistics, CountingStatistics } from './counted.ts';
import { DayCounts, UndatedList } from './day-counts.ts';
import { DurationSummary, LatencySummary, ScoreSummary } from './summaries.ts';
import { KeyedCounts } from './keyed-counts.ts';
import { assertSums, assertVerdictBelongs, OUTCOME_COUNTER, outcomeCounts, OUTCOMES, wilsonRate } from './outcomes.ts';
import { RetentionSummary } from './retention.ts';

/** The key for detections whose item names no media type. */
const NO_MEDIA_TYPE = 'unknown';

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
 * or is completed without a verdict; `merge`, if the other one counted another period.
 */
export function createStatistics(input: StatisticsInput): CountingStatistics {
  return new PeriodStatistics(input);
}

export interface StatisticsInput {
  readonly period: Period;
  /** End of the list's reading. If the period was not over, later days are left out. Absent: it was over. */
  readonly readUntilMs?: number;
  /** Time limit for the deletion of zero-retention media. Absent and null: no limit. */
  readonly retentionLimitSeconds?: number | null;
}

class PeriodStatistics implements CountingStatistics {
  readonly #period: Period;
  #unique = 0;
  #inPeriod = 0;
  #outsidePeriod = 0;
  #undated = 0;
  readonly #undatedList = new UndatedList();
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;
  readonly #outcomes = OUTCOMES.map(() => 0);
  readonly #byMediaType = new KeyedCounts(OUTCOMES.length, MODALITIES);
  readonly #byDay: DayCounts;
  readonly #labels = forEachModality(() => new KeyedCounts(1));
  readonly #scores = forEachModality(() => new ScoreSummary());
  readonly #durations = { audio: new DurationSummary(), video: new DurationSummary() };
  readonly #latency: LatencySummary;
  readonly #retention: RetentionSummary;
  readonly #retentionLimitSeconds: number | null;
  readonly #sourceTracing = new KeyedCounts(1);
  readonly #unknownStatuses = new KeyedCounts(1);
  readonly #unknownKeys = new KeyedCounts(1);
  readonly #coercions = new KeyedCounts(1);
  readonly #withheld = new KeyedCounts(1);
  #notAssessed = 0;

  constructor({ period, readUntilMs = Number.POSITIVE_INFINITY, retentionLimitSeconds = null }: StatisticsInput) {
    this.#period = period;
    this.#retentionLimitSeconds = retentionLimitSeconds;
    this.#retention = new RetentionSummary({ limitSeconds: retentionLimitSeconds, readUntilMs });
    this.#latency = new LatencySummary(readUntilMs);
    this.#byDay = new DayCounts(period, readUntilMs);
  }

  add(detection: Detection, position: PeriodPosition): void {
    this.#unique += 1;
    this.#widen(detection.createdAtMs);
    if (position === 'outside') this.#outsidePeriod += 1;
    else if (position === 'inside') this.#addInside(detection);
    else {
      this.#undated += 1;
      this.#undatedList.add(detection);
      this.#retention.addUndated(detection);
    }
  }

  merge(other: StatisticsAccumulator): void {
    if (other === this || !(other instanceof PeriodStatistics)) throw notMergeable();
    this.mergeCounted(other.counted);
  }

  get counted(): CountedStatistics {
    return {
      period: this.#period,
      retentionLimitSeconds: this.#retentionLimitSeconds,
      unique: this.#unique,
      inPeriod: this.#inPeriod,
      outsidePeriod: this.#outsidePeriod,
      undated: this.#undated,
      undatedNamed: this.#undatedList.named,
      firstMs: this.#firstMs,
      lastMs: this.#lastMs,
      notAssessed: this.#notAssessed,
      outcomes: this.#outcomes,
      byMediaType: this.#byMediaType.counted,
      byDay: this.#byDay.counted,
      labels: forEachModality((modality) => this.#labels[modality].counted),
      scores: forEachModality((modality) => this.#scores[modality].counted),
      audioDurations: this.#durations.audio.counted,
      videoDurations: this.#durations.video.counted,
      latency: this.#latency.counted,
      retention: this.#retention.counted,
      sourceTracing: this.#sourceTracing.counted,
      unknownStatuses: this.#unknownStatuses.counted,
      unknownKeys: this.#unknownKeys.counted,
      coercions: this.#coercions.counted,
      withheld: this.#withheld.counted,
    };
  }

  mergeCounted(other: CountedStatistics): void {
    if (!samePeriod(other.period, this.#period) || other.retentionLimitSeconds !== this.#retentionLimitSeconds) {
      throw notMergeable();
    }
    this.#unique += other.unique;
    this.#inPeriod += other.inPeriod;
    this.#outsidePeriod += other.outsidePeriod;
    this.#undated += other.undated;
    this.#undatedList.merge(other.undatedNamed);
    this.#firstMs = Math.min(this.#firstMs, other.firstMs);
    this.#lastMs = Math.max(this.#lastMs, other.lastMs);
    this.#notAssessed += other.notAssessed;
    for (const [counter, count] of other.outcomes.entries()) this.#count(counter, count);
    this.#byMediaType.merge(other.byMediaType);
    this.#byDay.merge(other.byDay);
    for (const modality of MODALITIES) {
      this.#labels[modality].merge(other.labels[modality]);
      this.#scores[modality].merge(other.scores[modality]);
    }
    this.#durations.audio.merge(other.audioDurations);
    this.#durations.video.merge(other.videoDurations);
    this.#latency.merge(other.latency);
    this.#retention.merge(other.retention);
    this.#sourceTracing.merge(other.sourceTracing);
    this.#unknownStatuses.merge(other.unknownStatuses);
    this.#unknownKeys.merge(other.unknownKeys);
    this.#coercions.merge(other.coercions);
    this.#withheld.merge(other.withheld);
  }

  result(received: number): Statistics {
    const whole = outcomeCounts(this.#outcomes);
    const { fake, real, indeterminate } = whole;
    const statistics: Statistics = {
      population: this.#population(received, whole),
      list_span: { first: isoOrNull(this.#firstMs), last: isoOrNull(this.#lastMs) },
      undated: this.#undatedList.named,
      verdicts: { fake, real, indeterminate },
      fake_rate: wilsonRate(fake, fake + real),
      by_media_type: plainObject(this.#byMediaType, outcomeCounts),
      by_day: this.#byDay.days(),
      labels: forEachModality((modality) => plainCounts(this.#labels[modality])),
      source_tracing: plainCounts(this.#sourceTracing),
      scores: forEachModality((modality) => this.#scores[modality].result()),
      duration_seconds: { audio: this.#durations.audio.result(), video: this.#durations.video.result() },
      latency_seconds: this.#latency.result(),
      retention: this.#retention.result(),
      compliance: NO_OBLIGATIONS,
      not_assessed: this.#notAssessed,
      unknown_statuses: plainCounts(this.#unknownStatuses),
      unknown_keys: plainCounts(this.#unknownKeys),
      coercions: plainCounts(this.#coercions),
      withheld: plainCounts(this.#withheld),
    };
    assertSums(statistics);
    return statistics;
  }

  #widen(createdAtMs: number | null): void {
    if (createdAtMs === null) return;
    this.#firstMs = Math.min(this.#firstMs, createdAtMs);
    this.#lastMs = Math.max(this.#lastMs, createdAtMs);
  }

  #addInside(detection: Detection): void {
    assertVerdictBelongs(detection);
    this.#inPeriod += 1;
    this.#addOutcome(detection);
    const completed = detection.status === 'completed';
    this.#addModality('audio', detection.audio, completed);
    this.#addModality('image', detection.image, completed);
    this.#addModality('video', detection.video, completed);
    if (detection.sourceTracingLabel !== null) this.#sourceTracing.increment(detection.sourceTracingLabel);
    this.#addDuration(detection);
    const anomaly = this.#retention.add(detection);
    if (anomaly !== null) this.#coercions.increment(anomaly);
    if (detection.unknownStatus !== null) this.#unknownStatuses.increment(detection.unknownStatus);
    const late = this.#latency.add(detection);
    if (late !== null) this.#coercions.increment(late);
    for (const key of detection.unknownKeys) this.#unknownKeys.increment(key);
    for (const coercion of detection.coercions) this.#coercions.increment(coercion);
    for (const cell of detection.withheld ?? []) this.#withheld.increment(cell);
  }

  #addOutcome({ createdAtMs, mediaType, status, verdict }: Detection): void {
    if (createdAtMs === null) throw new InvariantError('A detection without created_at cannot lie inside a period.');
    const statusCounter = OUTCOME_COUNTER[status];
    const verdictCounter = verdict === null ? null : OUTCOME_COUNTER[verdict];
    const type = mediaType ?? NO_MEDIA_TYPE;
    this.#count(statusCounter, 1);
    this.#byMediaType.increment(type, statusCounter);
    if (verdictCounter !== null) {
      this.#count(verdictCounter, 1);
      this.#byMediaType.increment(type, verdictCounter);
    }
    this.#byDay.increment(createdAtMs, statusCounter, verdictCounter);
  }

  #count(counter: number, by: number): void {
    this.#outcomes[counter] = (this.#outcomes[counter] ?? 0) + by;
  }

  #addModality(modality: Modality, result: ModalityResult | null, completed: boolean): void {
    if (result === null) return;
    if (result.label !== null) this.#labels[modality].increment(result.label);
    if (!completed) return;
    if (!result.assessed) this.#notAssessed += 1;
    else if (result.score !== null && !this.#scores[modality].add(result.score)) {
      this.#coercions.increment(`${modality}_score: outside 0 to 1, not in the score figures`);
    }
  }

  #addDuration({ mediaType, durationSeconds }: Detection): void {
    if (durationSeconds === null || (mediaType !== 'audio' && mediaType !== 'video')) return;
    if (!this.#durations[mediaType].add(durationSeconds)) {
      this.#coercions.increment('duration: below 0 or above 1,000,000,000 seconds, not in the duration figures');
    }
  }

  #population(received: number, { completed, processing, failed }: OutcomeCounts): Population {
    return {
      received,
      unique: this.#unique,
      duplicates: received - this.#unique,
      in_period: this.#inPeriod,
      outside_period: this.#outsidePeriod,
      undated: this.#undated,
      completed,
      processing,
      failed,
    };
  }
}

function isoOrNull(ms: number): string | null {
  return Number.isFinite(ms) ? isoInstant(ms) : null;
}

function notMergeable(): InvariantError {
  return new InvariantError('Only statistics of the same period and limit can be merged, and not with themselves.');
}

function samePeriod(a: Period, b: Period): boolean {
  return a.fromMs === b.fromMs && a.toMs === b.toMs && a.timezone === b.timezone;
}

function forEachModality<T>(make: (modality: Modality) => T): Record<Modality, T> {
  return { audio: make('audio'), image: make('image'), video: make('video') };
}

/** `Object.fromEntries` defines own properties: `__proto__` becomes an ordinary key. */
function plainObject<T>(counts: KeyedCounts, valueOf: (row: readonly number[]) => T): Record<string, T> {
  return Object.fromEntries(counts.entries().map(([key, row]) => [key, valueOf(row)]));
}

function plainCounts(counts: KeyedCounts): Record<string, number> {
  return plainObject(counts, ([count = 0]) => count);
}
