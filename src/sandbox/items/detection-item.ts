import { isoInstant } from '../../core/instant.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { drawFilename, type Medium, redactedFilename, type Submission } from './files.ts';
import { drawAudioMetrics, drawImageMetrics, drawOldestImageMetrics, drawVideoMetrics } from './metrics.ts';
import { drawIntelligence, drawProvenance, drawSourceTracing } from './side-results.ts';
import type { RandomStream, Weighted } from './random.ts';

/** The input of a detection. Everything else is drawn. */
export interface Birth {
  /** 32 hexadecimal digits. */
  readonly uuid: string;
  readonly createdAtMs: number;
  /** Nothing in the item is later than this; later events have not happened yet. */
  readonly nowMs: number;
  /** The random numbers of one purpose: a detection that completes keeps its file and gets results. */
  readonly draw: (purpose: Purpose) => RandomStream;
  /** Absent: `nowMs` decides. */
  readonly stage?: 'processing' | 'finished' | undefined;
  /** Replaces the drawn `updated_at`. */
  readonly updatedAtMs?: number | undefined;
  /** True if created while the sandbox runs: then never one of the old shapes. */
  readonly recent?: boolean | undefined;
  readonly submission?: Submission | undefined;
}

export type Purpose = 'plan' | 'results' | 'file' | 'switches' | 'provenance';

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

interface Plan {
  readonly birth: Birth;
  readonly medium: Medium;
  readonly status: 'processing' | 'completed' | 'failed';
  readonly durationSeconds: number;
  readonly finishedAtMs: number;
  readonly tracing: boolean;
  readonly zeroRetention: boolean;
}

type Draft = Record<string, JsonValue>;

export function detectionItem(birth: Birth): JsonObject {
  const random = birth.draw('plan');
  const drawn = random.weighted(MEDIA);
  const era = random.unit();
  if (birth.recent !== true && era < 0.012) return oldestShape(birth, drawn);
  if (birth.recent !== true && era < 0.015) return withoutResult(birth, drawn);
  const plan = drawPlan(birth, birth.submission?.medium ?? drawn, random);
  const item: Draft = { uuid: birth.uuid, media_type: plan.medium, status: plan.status };
  addResults(item, plan);
  addFile(item, plan);
  addSwitches(item, plan);
  Object.assign(item, drawProvenance(plan, birth.draw('provenance'), birth.submission));
  addTimes(item, plan);
  return item;
}

function drawPlan(birth: Birth, medium: Medium, random: RandomStream): Plan {
  const durationSeconds = drawDuration(medium, random);
  const workSeconds = medium === 'video' ? random.between(20, 140) : random.between(2, 15);
  const finishedAtMs = birth.createdAtMs + Math.round(workSeconds * 1000);
  const fate = random.unit();
  const processing =
    birth.stage === undefined ? fate < 0.006 || finishedAtMs > birth.nowMs : birth.stage === 'processing';
  const failed = birth.submission?.fails ?? fate > 0.975;
  const tracing = random.chance(0.4);
  const zeroRetention = random.chance(0.15);
  return {
    birth,
    medium,
    status: processing ? 'processing' : failed ? 'failed' : 'completed',
    durationSeconds,
    finishedAtMs: processing ? birth.createdAtMs : finishedAtMs,
    tracing: birth.submission?.tracing ?? (medium !== 'image' && tracing),
    zeroRetention: birth.submission?.zeroRetention ?? zeroRetention,
  };
}

function drawDuration(medium: Medium, random: RandomStream): number {
  if (medium === 'image') return 5;
  if (medium === 'video') return random.between(2.5, 12);
  return random.chance(0.01) ? random.between(300, 700) : random.between(2, 32);
}

function addResults(item: Draft, plan: Plan): void {
  const random = plan.birth.draw('results');
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
  if (completed && plan.birth.submission?.intelligence !== false) {
    item['intelligence'] = drawIntelligence(plan.birth.uuid, isoInstant(plan.finishedAtMs), random);
  } else addNothing(item, 'intelligence', null, random);
}

/** The API's three ways to say "no result": its usual one, null or `{}`, or no key. */
function addNothing(item: Draft, key: string, usual: JsonValue, random: RandomStream): void {
  const way = random.unit();
  if (way < 0.7) item[key] = usual;
  else if (way < 0.8) item[key] = usual === null ? {} : null;
}

function addFile(item: Draft, plan: Plan): void {
  const { birth, medium, zeroRetention } = plan;
  const random = birth.draw('file');
  const drawnAddress = `https://storage.example.com/files/${random.hex(10)}`;
  const address = zeroRetention ? null : (birth.submission?.url ?? drawnAddress);
  const drawnName = zeroRetention ? redactedFilename(medium, random) : drawFilename(medium, random);
  item['url'] = address;
  item['audio_url'] = address;
  item['filename'] = zeroRetention ? drawnName : (birth.submission?.filename ?? drawnName);
  item['duration'] = writeDuration(plan, random);
  item['zero_retention_mode'] = zeroRetention;
  const deletedAtMs = zeroRetention ? drawDeletion(plan, random) : null;
  if (zeroRetention && random.chance(0.5)) {
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

/** When zero retention deleted the media: usually within a minute, sometimes late, sometimes never. */
function drawDeletion(plan: Plan, random: RandomStream): number | null {
  if (plan.status === 'processing' || random.chance(0.05)) return null;
  const delaySeconds = random.chance(0.9)
    ? random.between(1, 60)
    : random.between(HOUR_SECONDS / 60, 30 * HOUR_SECONDS);
  const deletedAtMs = plan.finishedAtMs + Math.round(delaySeconds * 1000);
  return deletedAtMs > plan.birth.nowMs ? null : deletedAtMs;
}

function addSwitches(item: Draft, plan: Plan): void {
  const { medium } = plan;
  const { submission } = plan.birth;
  const random = plan.birth.draw('switches');
  if (random.chance(0.9) || submission !== undefined) {
    const drawn = { visualize: random.chance(0.8), ood: random.chance(0.1), reverse: random.chance(0.4) };
    item['visualize'] = submission?.visualize ?? drawn.visualize;
    item['audio_source_tracing_enabled'] = plan.tracing;
    item['use_ood_detector'] = submission?.oodDetector ?? drawn.ood;
    const searches = random.chance(0.5) || submission !== undefined;
    item['extra_params'] =
      medium === 'image' && searches
        ? { use_reverse_search: submission?.reverseSearch ?? drawn.reverse, search_identity_requested: false }
        : {};
  }
  const pipeline = random.pick(['general', 'general->facial', null]);
  if (medium !== 'video' && random.chance(0.2)) item['pipeline'] = pipeline;
  item['error_message'] = plan.status === 'failed' ? random.pick(FAILURES) : null;
}

function addTimes(item: Draft, plan: Plan): void {
  const deletedAt = item['file_deleted_at'];
  const drawnMs = typeof deletedAt === 'string' ? Date.parse(deletedAt) : plan.finishedAtMs;
  item['created_at'] = writeInstant(plan.birth.createdAtMs);
  item['updated_at'] = writeInstant(plan.birth.updatedAtMs ?? drawnMs);
}

const WORK_MS = 4000;

/** The oldest records: a dashed uuid, no status, `privacy_mode`. They have a label, so they count as completed. */
function oldestShape(birth: Birth, medium: Medium): JsonObject {
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
function withoutResult(birth: Birth, medium: Medium): JsonObject {
  return {
    uuid: birth.uuid,
    metrics: {},
    created_at: writeInstant(birth.createdAtMs),
    updated_at: writeInstant(birth.updatedAtMs ?? birth.createdAtMs),
    media_type: medium,
    intelligence: null,
  };
}

/** ISO 8601 UTC; whole seconds have no milliseconds, as in older records. */
function writeInstant(instantMs: number): string {
  const text = isoInstant(instantMs);
  return instantMs % 1000 === 0 ? text.replace('.000Z', 'Z') : text;
}

/** The same 32 digits in the form of older records: 8-4-4-4-12. */
function dashed(digits: string): string {
  return [0, 8, 12, 16, 20].map((from, part) => digits.slice(from, [8, 12, 16, 20, 32][part])).join('-');
}
