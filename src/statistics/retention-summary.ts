import type { Detection } from '../core/detection.ts';
import type { Statistics } from '../core/statistics.ts';
import { type CountedValues, Distribution } from './distribution.ts';

/** Why a deletion time was left out of the figures. */
export type RetentionAnomaly =
  | 'file_deleted_at: before created_at, not in the time to deletion'
  | 'file_deleted_at: set without zero_retention_mode, not in the retention figures';

export interface CountedRetention {
  readonly zeroRetention: number;
  readonly deleted: number;
  readonly notDeleted: number;
  readonly processing: number;
  readonly late: number;
  readonly secondsToDeletion: CountedValues;
}

/**
 * Deletion under zero retention: zero_retention = deleted + not_deleted + those still processing without a deletion
 * time. A deletion time says what the vendor states, it proves nothing.
 */
export class RetentionSummary {
  #zeroRetention = 0;
  #deleted = 0;
  #notDeleted = 0;
  #processing = 0;
  #late = 0;
  readonly #limitSeconds: number | null;
  readonly #secondsToDeletion = new Distribution();

  /** How soon media should be deleted; null for no limit. */
  constructor(limitSeconds: number | null) {
    this.#limitSeconds = limitSeconds;
  }

  /** Counts one detection; returns what was odd about it, null for nothing. */
  add(detection: Detection): RetentionAnomaly | null {
    const { createdAtMs, fileDeletedAtMs } = detection;
    if (detection.zeroRetentionMode !== true) {
      return fileDeletedAtMs === null
        ? null
        : 'file_deleted_at: set without zero_retention_mode, not in the retention figures';
    }
    this.#zeroRetention += 1;
    if (fileDeletedAtMs === null) {
      if (detection.status === 'processing') this.#processing += 1;
      else this.#notDeleted += 1;
      return null;
    }
    this.#deleted += 1;
    if (createdAtMs === null) return null;
    if (fileDeletedAtMs < createdAtMs) return 'file_deleted_at: before created_at, not in the time to deletion';
    const seconds = (fileDeletedAtMs - createdAtMs) / 1000;
    if (this.#limitSeconds !== null && seconds > this.#limitSeconds) this.#late += 1;
    this.#secondsToDeletion.add(seconds);
    return null;
  }

  get counted(): CountedRetention {
    return {
      zeroRetention: this.#zeroRetention,
      deleted: this.#deleted,
      notDeleted: this.#notDeleted,
      processing: this.#processing,
      late: this.#late,
      secondsToDeletion: this.#secondsToDeletion.counted,
    };
  }

  /** What another one with the same limit counted. */
  merge(other: CountedRetention): void {
    this.#zeroRetention += other.zeroRetention;
    this.#deleted += other.deleted;
    this.#notDeleted += other.notDeleted;
    this.#processing += other.processing;
    this.#late += other.late;
    this.#secondsToDeletion.merge(other.secondsToDeletion);
  }

  result(): Statistics['retention'] {
    return {
      zero_retention: this.#zeroRetention,
      deleted: this.#deleted,
      not_deleted: this.#notDeleted,
      processing: this.#processing,
      limit_seconds: this.#limitSeconds,
      late: this.#limitSeconds === null ? null : this.#late,
      seconds_to_deletion: {
        count: this.#secondsToDeletion.count,
        p50: this.#secondsToDeletion.quantile(50),
        p95: this.#secondsToDeletion.quantile(95),
        max: this.#secondsToDeletion.max,
      },
    };
  }
}
