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
