import type { Modality } from '../../core/policy.ts';

/** Keys of an item that have a column, a table, or a documented place in one. Every other key goes to `extra`. */
export const ITEM_COLUMNS: ReadonlySet<string> = new Set([
  'uuid',
  'media_type',
  'status',
  'metrics',
  'image_metrics',
  'video_metrics',
  'audio_source_tracing',
  'intelligence',
  'url',
  'audio_url',
  'filename',
  'duration',
  'zero_retention_mode',
  'file_deleted_at',
  'visualize',
  'audio_source_tracing_enabled',
  'use_ood_detector',
  'extra_params',
  'error_message',
  'created_at',
  'updated_at',
  'pipeline',
]);

/** The older name of `zero_retention_mode`, read if the newer one is absent. */
export const OLD_ZERO_RETENTION = 'privacy_mode';

/** Keys of `audio_source_tracing` with a column. */
export const TRACING_COLUMNS: ReadonlySet<string> = new Set(['label', 'error_message']);

/** Key of a modality's result in the item. */
export const METRICS_KEY: Readonly<Record<Modality, string>> = {
  audio: 'metrics',
  image: 'image_metrics',
  video: 'video_metrics',
};

/** The nodes below these keys keep all of their keys, duplicates included. */
export const METRICS_KEYS: ReadonlySet<string> = new Set(Object.values(METRICS_KEY));

/** Keys of any node that have a column, or are deliberately folded into one. */
const NODE_COLUMNS = ['type', 'label', 'conclusion', 'score', 'certainty', 'certainty (%)', 'timestamp', 'children'];

/** Keys of a modality's root that have a column of their own in `detections` or `audio_scores`. */
export const ROOT_COLUMNS: Readonly<Record<Modality, ReadonlySet<string>>> = {
  audio: new Set([...NODE_COLUMNS, 'consistency', 'aggregated_score', 'image']),
  image: new Set([...NODE_COLUMNS, 'image']),
  video: new Set(NODE_COLUMNS),
};

export const CHILD_COLUMNS: ReadonlySet<string> = new Set(NODE_COLUMNS);

/** Keys that the API is known to send and that have no column: kept in `extra`, not counted as unknown. */
export const KNOWN_WITHOUT_COLUMN: ReadonlySet<string> = new Set([
  'ifl',
  'reverse_image_search_sources',
  'posterior',
  'patch_type',
  'violations',
  'description',
  'treeview',
]);
