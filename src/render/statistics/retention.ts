import { type DeletionRule, deletionOf, type DeletionState } from '../../core/deletion.ts';
import type { Detection } from '../../core/detection.ts';
import { isoInstant } from '../../core/instant.ts';
import type { Statistics } from '../../core/statistics.ts';
import { type CountedValues, Distribution } from './distribution.ts';

/** Why a deletion time is not in the figures. */
export type RetentionAnomaly =
  | 'file_deleted_at: impossible beside created_at and the time of the reading, not measured'
  | 'file_deleted_at: set without zero_retention_mode, not in the retention figures';

export interface CountedRetention {
  readonly states: Readonly<Record<DeletionState, number>>;
  readonly undated: number;
  /** Creation of the oldest one that waits for its deletion, epoch milliseconds. */
  readonly oldestWaitingMs: number | null;
  readonly secondsToDeletion: CountedValues;
}

/**
 * Deletion under zero retention, by the states of `deletionOf`. A deletion time is the vendor's statement, not a proof.
 */
export class RetentionSummary {
  readonly #rule: DeletionRule;
  readonly #states = {
    deleted: 0,
    late: 0,
    waiting: 0,
    overdue: 0,
    processing: 0,
    stuck: 0,
    not_measured: 0,
  } satisfies Record<DeletionState, number>;
  #undated = 0;
  #oldestWaitingMs: number | null = null;
  readonly #secondsToDeletion = new Distribution();

  constructor(rule: DeletionRule) {
    this.#rule = rule;
  }

  /** Counts one detection; returns its anomaly, or null. */
  add(detection: Detection): RetentionAnomaly | null {
    const deletion = deletionOf(detection, this.#rule);
    if (deletion === null) {
      return detection.fileDeletedAtMs === null
        ? null
        : 'file_deleted_at: set without zero_retention_mode, not in the retention figures';
    }
    const { state, seconds } = deletion;
    this.#states[state] += 1;
    if (state === 'deleted' || state === 'late') this.#secondsToDeletion.add(seconds);
    else if (state === 'waiting' || state === 'overdue') this.#wait(detection.createdAtMs);
    else if (state === 'not_measured' && detection.fileDeletedAtMs !== null) {
      return 'file_deleted_at: impossible beside created_at and the time of the reading, not measured';
    }
    return null;
  }

  /** Counts a detection without a creation time: it is in no period, and nothing about it can be measured. */
  addUndated({ zeroRetentionMode }: Detection): void {
    if (zeroRetentionMode === true) this.#undated += 1;
  }

  get counted(): CountedRetention {
    return {
      states: { ...this.#states },
      undated: this.#undated,
      oldestWaitingMs: this.#oldestWaitingMs,
      secondsToDeletion: this.#secondsToDeletion.counted,
    };
  }

  /** Adds the counts of another summary with the same rule. */
  merge(other: CountedRetention): void {
    for (const state of Object.keys(this.#states) as DeletionState[]) this.#states[state] += other.states[state];
    this.#undated += other.undated;
    this.#wait(other.oldestWaitingMs);
    this.#secondsToDeletion.merge(other.secondsToDeletion);
  }

  result(): Statistics['retention'] {
    const { deleted, late, waiting, overdue, processing, stuck, not_measured } = this.#states;
    const { limitSeconds } = this.#rule;
    const isLimited = limitSeconds !== null;
    return {
      zero_retention: deleted + late + waiting + overdue + processing + stuck + not_measured,
      deleted: deleted + late,
      not_deleted: waiting + overdue,
      processing: processing + stuck,
      not_measured,
      undated: this.#undated,
      limit_seconds: limitSeconds,
      late: isLimited ? late : null,
      overdue: isLimited ? late + overdue : null,
      processing_over_limit: isLimited ? stuck : null,
      oldest_not_deleted: this.#oldestWaitingMs === null ? null : isoInstant(this.#oldestWaitingMs),
      seconds_to_deletion: {
        count: this.#secondsToDeletion.count,
        p50: this.#secondsToDeletion.quantile(50),
        p95: this.#secondsToDeletion.quantile(95),
        max: this.#secondsToDeletion.max,
      },
    };
  }

  #wait(createdAtMs: number | null): void {
    if (createdAtMs !== null) this.#oldestWaitingMs = Math.min(this.#oldestWaitingMs ?? createdAtMs, createdAtMs);
  }
}
