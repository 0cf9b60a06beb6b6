import { isoInstant } from '../core/instant.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { drawAudioMetrics } from './audio-metrics.ts';
import { drawFilename, type Medium, redactedFilename } from './filenames.ts';
import { drawImageMetrics } from './image-metrics.ts';
import { writeInstant } from './instants.ts';
import { oldestShape, withoutResult } from './old-shapes.ts';
import type { RandomStream, Weighted } from './random.ts';
import { drawIntelligence, drawSourceTracing } from './side-results.ts';
import { drawVideoMetrics } from './video-metrics.ts';

/** What a detection is made from. Everything else is drawn from `random`. */
export interface Birth {
  /** 32 hexadecimal digits. */
  readonly uuid: string;
  readonly createdAtMs: number;
  /** Nothing in the item is later than this; what would be has not happened yet. */
  readonly nowMs: number;
  readonly random: RandomStream;
}

const MEDIA: Weighted<Medium> = [
  ['audio', 44],
  ['image', 24],
  ['video', 32],
];
const AUDIO_MUSIC_CHANCE = 0.03;
const VIDEO_MUSIC_CHANCE = 0.1;
const HOUR_SECONDS = 3600;

const FAILURES = [
  'Unsupported codec: "prores"\nline two',
  'The file could not be downloaded (404)',
  'No face and no voice found',
  'Datei beschädigt: 音声ストリームがありません',
] as const;

/** What is decided about a detection before anything is written down. */
interface Plan {
  readonly birth: Birth;
  readonly medium: Medium;
  readonly status: 'processing' | 'completed' | 'failed';
  readonly durationSeconds: number;
  readonly finishedAtMs: number;
  readonly tracing: boolean;
  readonly zeroRetention: boolean;
}

/** One item of the list as the API would write it. */
export function detectionItem(birth: Birth): JsonObject {
  const { random } = birth;
  const medium = random.weighted(MEDIA);
  const era = random.unit();
  if (era < 0.012) return oldestShape(birth, medium);
  if (era < 0.015) return withoutResult(birth, medium);
  const plan = drawPlan(birth, medium);
  const item: Record<string, JsonValue> = { uuid: birth.uuid, media_type: medium, status: plan.status };
  addResults(item, plan);
  addFile(item, plan);
  addSwitches(item, plan);
  addTimes(item, plan);
  return item;
}

function drawPlan(birth: Birth, medium: Medium): Plan {
  const { random } = birth;
  const durationSeconds = drawDuration(medium, random);
  const workSeconds = medium === 'video' ? random.between(20, 140) : random.between(2, 15);
  const finishedAtMs = birth.createdAtMs + Math.round(workSeconds * 1000);
  const fate = random.unit();
  const stuck = fate < 0.006;
  const processing = stuck || finishedAtMs > birth.nowMs;
  return {
    birth,
    medium,
    status: processing ? 'processing' : fate > 0.975 ? 'failed' : 'completed',
    durationSeconds,
    finishedAtMs: processing ? birth.createdAtMs : finishedAtMs,
    tracing: medium !== 'image' && random.chance(0.4),
    zeroRetention: random.chance(0.15),
  };
}

function drawDuration(medium: Medium, random: RandomStream): number {
  if (medium === 'image') return 5;
  if (medium === 'video') return random.between(2.5, 12);
  return random.chance(0.01) ? random.between(300, 700) : random.between(2, 32);
}

function addResults(item: Record<string, JsonValue>, plan: Plan): void {
  const { random } = plan.birth;
  const completed = plan.status === 'completed';
  let tracedFake = false;
  if (completed && (plan.medium === 'audio' || (plan.medium === 'video' && random.chance(0.85)))) {
    const musicChance = plan.medium === 'audio' ? AUDIO_MUSIC_CHANCE : VIDEO_MUSIC_CHANCE;
    const result = drawAudioMetrics(plan.durationSeconds, random, musicChance);
    item['metrics'] = result.metrics;
    tracedFake = result.fake && plan.tracing;
  } else addNothing(item, 'metrics', plan.medium === 'image' ? {} : null, random);
  if (completed && plan.medium === 'image') item['image_metrics'] = drawImageMetrics(random);
  else addNothing(item, 'image_metrics', null, random);
  if (completed && plan.medium === 'video') item['video_metrics'] = drawVideoMetrics(plan.durationSeconds, random);
  else addNothing(item, 'video_metrics', null, random);
  if (tracedFake) item['audio_source_tracing'] = drawSourceTracing(random);
  else addNothing(item, 'audio_source_tracing', null, random);
  if (completed) item['intelligence'] = drawIntelligence(plan.birth.uuid, isoInstant(plan.finishedAtMs), random);
  else addNothing(item, 'intelligence', null, random);
}

/** The three ways in which the API says "no result": its usual one, null or `{}`, or not at all. */
function addNothing(item: Record<string, JsonValue>, key: string, usual: JsonValue, random: RandomStream): void {
  const way = random.unit();
  if (way < 0.7) item[key] = usual;
  else if (way < 0.8) item[key] = usual === null ? {} : null;
}

function addFile(item: Record<string, JsonValue>, plan: Plan): void {
  const { random } = plan.birth;
  const address = plan.zeroRetention ? null : `https://storage.example.com/files/${random.hex(10)}`;
  if (plan.medium === 'image' && random.chance(0.25)) item['c2pa_manifest'] = { validation_state: 'NotPresent' };
  item['url'] = address;
  item['audio_url'] = address;
  item['filename'] = plan.zeroRetention ? redactedFilename(plan.medium, random) : drawFilename(plan.medium, random);
  item['duration'] = writeDuration(plan, random);
  item['zero_retention_mode'] = plan.zeroRetention;
  const deletedAtMs = plan.zeroRetention ? drawDeletion(plan, random) : null;
  if (plan.zeroRetention && random.chance(0.5)) {
    item['media_redacted'] = true;
    item['media_deleted'] = deletedAtMs !== null;
  }
  item['file_deleted_at'] = deletedAtMs === null ? null : isoInstant(deletedAtMs);
}

function writeDuration(plan: Plan, random: RandomStream): JsonValue {
  if (plan.medium === 'image') return random.chance(0.8) ? '5.0' : null;
  if (plan.status === 'processing') return null;
  const seconds = Math.round(plan.durationSeconds * 100) / 100;
  return random.chance(0.6) ? String(seconds) : seconds;
}

/** When zero retention purged the media: usually within a minute, sometimes late, sometimes never. */
function drawDeletion(plan: Plan, random: RandomStream): number | null {
  if (plan.status === 'processing' || random.chance(0.05)) return null;
  const delaySeconds = random.chance(0.9)
    ? random.between(1, 60)
    : random.between(HOUR_SECONDS / 60, 30 * HOUR_SECONDS);
  const deletedAtMs = plan.finishedAtMs + Math.round(delaySeconds * 1000);
  return deletedAtMs > plan.birth.nowMs ? null : deletedAtMs;
}

function addSwitches(item: Record<string, JsonValue>, plan: Plan): void {
  const { random } = plan.birth;
  if (random.chance(0.9)) {
    item['visualize'] = random.chance(0.8);
    item['audio_source_tracing_enabled'] = plan.tracing;
    item['use_ood_detector'] = random.chance(0.1);
    item['extra_params'] =
      plan.medium === 'image' && random.chance(0.5)
        ? { use_reverse_search: random.chance(0.4), search_identity_requested: false }
        : {};
  }
  if (plan.medium === 'video' && random.chance(0.05)) item['modality'] = random.pick(['video', 'audio', 'both']);
  if (plan.medium === 'image' && random.chance(0.03)) item['face_only'] = random.chance(0.5);
  if (plan.medium === 'audio' && random.chance(0.03)) item['watermark'] = { detected: random.chance(0.2) };
  item['error_message'] = plan.status === 'failed' ? random.pick(FAILURES) : null;
}

function addTimes(item: Record<string, JsonValue>, plan: Plan): void {
  const { random, createdAtMs } = plan.birth;
  const deletedAt = item['file_deleted_at'];
  const updatedAtMs = typeof deletedAt === 'string' ? Date.parse(deletedAt) : plan.finishedAtMs;
  item['created_at'] = writeInstant(createdAtMs);
  item['updated_at'] = writeInstant(updatedAtMs);
  if (plan.medium !== 'video' && random.chance(0.2))
    item['pipeline'] = random.pick(['general', 'general->facial', null]);
}
