import type { Modality } from '../../core/policy.ts';

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

/**
 * Keys that the API is known to send and that have no column: kept in `extra`, not counted as unknown. Those of metric
 * nodes by their names, others by their paths.
 */
export const KNOWN_WITHOUT_COLUMN: ReadonlySet<string> = new Set([
  'ifl',
  'reverse_image_search_sources',
  'posterior',
  'patch_type',
  'violations',
  'description',
  'treeview',
  'c2pa_manifest.active_manifest',
  'c2pa_manifest.manifests',
  'c2pa_manifest.validation_results',
  'c2pa_manifest.message',
  'watermark.error_message',
]);
