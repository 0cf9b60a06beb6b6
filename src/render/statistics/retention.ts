import { type DeletionRule, deletionOf } from '../../core/deletion.ts';
import type { Detection } from '../../core/detection.ts';
import { isoInstant } from '../../core/instant.ts';
import type { Statistics } from '../../core/statistics.ts';
import { Extremes, Group, Tally } from './counted.ts';
import { Distribution } from './distribution.ts';

/** Why a deletion time is not in the figures. */
type RetentionAnomaly =
  | 'file_deleted_at: impossible beside created_at and the time of the reading, not measured'
  | 'file_deleted_at: set without zero_retention_mode, not in the retention figures';

const STATES = ['deleted', 'late', 'waiting', 'overdue', 'processing', 'stuck', 'not_measured', 'undated'] as const;

function partsOf() {
  return { states: new Tally(STATES), waiting: new Extremes(), secondsToDeletion: new Distribution() };
}

/** Deletion under zero retention, by the states of `deletionOf`: the vendor's statement, not a proof. */
export class RetentionSummary extends Group<ReturnType<typeof partsOf>> {
  readonly #rule: DeletionRule;

  constructor(rule: DeletionRule) {
    super(partsOf());
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
    const { states, waiting, secondsToDeletion } = this.of;
    states.increment(state);
    if (state === 'deleted' || state === 'late') secondsToDeletion.add(seconds);
    else if (state === 'waiting' || state === 'overdue') waiting.add(detection.createdAtMs);
    else if (state === 'not_measured' && detection.fileDeletedAtMs !== null) {
      return 'file_deleted_at: impossible beside created_at and the time of the reading, not measured';
    }
    return null;
  }

  /** Counts a detection without a creation time: it is in no period, and nothing about it can be measured. */
  addUndated({ zeroRetentionMode }: Detection): void {
    if (zeroRetentionMode === true) this.of.states.increment('undated');
  }

  result(): Statistics['retention'] {
    const { states, waiting: created, secondsToDeletion } = this.of;
    const { deleted, late, waiting, overdue, processing, stuck, not_measured, undated } = states.counted;
    const oldest = created.counted.first;
    const { limitSeconds } = this.#rule;
    const isLimited = limitSeconds !== null;
    return {
      zero_retention: deleted + late + waiting + overdue + processing + stuck + not_measured,
      deleted: deleted + late,
      not_deleted: waiting + overdue,
      processing: processing + stuck,
      not_measured,
      undated,
      limit_seconds: limitSeconds,
      late: isLimited ? late : null,
      overdue: isLimited ? late + overdue : null,
      processing_over_limit: isLimited ? stuck : null,
      oldest_not_deleted: Number.isFinite(oldest) ? isoInstant(oldest) : null,
      seconds_to_deletion: secondsToDeletion.span(),
    };
  }
}
