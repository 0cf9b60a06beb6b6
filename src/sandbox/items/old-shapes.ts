import type { JsonObject, JsonValue } from '../../core/json.ts';
import { dashed } from '../list/uuids.ts';
import { drawFilename, type Medium } from './filenames.ts';
import { writeInstant } from './instants.ts';
import { drawAudioMetrics, drawOldestImageMetrics } from './media-metrics.ts';
import type { RandomStream } from './random.ts';
import { drawVideoMetrics } from './video-metrics.ts';

const WORK_MS = 4000;

/** The input of the old shapes. */
interface OldBirth {
  readonly uuid: string;
  readonly createdAtMs: number;
  readonly nowMs: number;
  readonly updatedAtMs?: number | undefined;
  readonly draw: (purpose: 'results') => RandomStream;
}

/** The oldest records: a dashed uuid, no status, `privacy_mode`. They have a label, so they count as completed. */
export function oldestShape(birth: OldBirth, medium: Medium): JsonObject {
  const random = birth.draw('results');
  const durationSeconds = random.between(2, 8);
  const item: Record<string, JsonValue> = { uuid: dashed(birth.uuid), media_type: medium };
  item['metrics'] = medium === 'audio' ? drawAudioMetrics(durationSeconds, random, 0).metrics : {};
  if (medium === 'image') item['image_metrics'] = drawOldestImageMetrics(random);
  item['video_metrics'] = medium === 'video' ? drawVideoMetrics(durationSeconds, random) : null;
  item['privacy_mode'] = random.chance(0.2);
  item['pipeline'] = medium === 'image' ? 'general->facial->object' : null;
  item['filename'] = drawFilename(medium, random);
  item['created_at'] = writeInstant(birth.createdAtMs);
  item['updated_at'] = writeInstant(birth.updatedAtMs ?? Math.min(birth.createdAtMs + WORK_MS, birth.nowMs));
  return item;
}

/** The oldest version's answer right after creation: neither status nor label. It counts as processing. */
export function withoutResult(birth: OldBirth, medium: Medium): JsonObject {
  const at = writeInstant(birth.createdAtMs);
  const updatedAt = writeInstant(birth.updatedAtMs ?? birth.createdAtMs);
  return {
    uuid: birth.uuid,
    metrics: {},
    created_at: at,
    updated_at: updatedAt,
    media_type: medium,
    intelligence: null,
  };
}
