import { crc32, deflateSync } from 'node:zlib';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import {
  type Band,
  bandOf,
  drawBand,
  drawLabel,
  drawLabelCase,
  isFakeBand,
  scoreIn,
  scoreNear,
  writeLabel,
  writePercent,
  writeScore,
} from './labels.ts';
import type { RandomStream } from './random.ts';

/** One score for every two seconds of sound. */
const CHUNK_SECONDS = 2;
const MAX_CHUNKS = 300;

interface AudioResult {
  readonly metrics: JsonObject;
  /** Source tracing has results only for these. */
  readonly fake: boolean;
}

/** `metrics` of an audio file, or of the audio track of a video, of `durationSeconds`. */
export function drawAudioMetrics(durationSeconds: number, random: RandomStream, musicChance: number): AudioResult {
  if (random.chance(musicChance)) return { metrics: nothingToAssess(random), fake: false };
  const band = drawBand(random);
  const score = scoreIn(band, random);
  const asText = random.chance(0.65);
  const chunks = Math.min(MAX_CHUNKS, Math.max(1, Math.ceil(durationSeconds / CHUNK_SECONDS)));
  const scores = Array.from({ length: chunks }, () => writeScore(scoreNear(score, 0.12, random), asText));
  const metrics: Record<string, JsonValue> = {
    label: drawLabel(band, drawLabelCase(random, 'lower'), random),
    score: scores,
    consistency: writeScore(random.between(0.55, 0.999), asText),
    aggregated_score: writeScore(score, asText),
  };
  if (random.chance(0.7)) metrics['image'] = `https://storage.example.com/heatmaps/${random.hex(12)}.png`;
  if (random.chance(0.1)) metrics['duration'] = Math.round(durationSeconds * 10) / 10;
  return { metrics, fake: isFakeBand(band) };
}

/** Music has no voice: -1.0 with the label `real` is not a verdict. */
function nothingToAssess(random: RandomStream): JsonObject {
  return random.chance(0.8)
    ? { label: 'real', score: ['-1.0'], consistency: '0.0', aggregated_score: '-1.0', image: '' }
    : { label: 'real', score: [-1], consistency: 0, aggregated_score: -1 };
}

const WIDTH = 64;
const HEIGHT = 48;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A valid grey PNG with one bright spot, as an inline `data:` URI of about 4 KB. Its pixels are in a stored deflate
 * block: a compressor's output may differ between versions of zlib, but the same seed must give the same bytes.
 */
function inlineHeatmap(random: RandomStream): string {
  const [x0, y0] = [random.whole(8, WIDTH - 8), random.whole(8, HEIGHT - 8)];
  const raw = Buffer.alloc(HEIGHT * (WIDTH + 1));
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const distance = Math.hypot(x - x0, y - y0);
      raw[y * (WIDTH + 1) + 1 + x] = Math.max(0, Math.round(255 - distance * 9));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header[8] = 8; // bits per sample; the next bytes are 0: grey, deflate, no interlace
  const png = Buffer.concat([
    SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(raw, { level: 0 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** length | type | data | CRC-32 of type and data (PNG specification, section 5.3). */
function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** One picture in this many has an inline heatmap. */
const INLINE_EVERY = 80;

const FINDINGS = ['One face found', 'No face found', 'Lighting differs between faces', 'Background repeats'] as const;

export function drawImageMetrics(random: RandomStream): JsonObject {
  const band = drawBand(random);
  const score = scoreIn(band, random);
  const asText = random.chance(0.15);
  const metrics: Record<string, JsonValue> = {
    type: random.chance(0.85) ? 'FinalResult' : 'facial',
    label: drawLabel(band, drawLabelCase(random, 'title'), random),
    score: writeScore(score, asText),
    image: drawImage(random),
  };
  if (random.chance(0.25))
    metrics['ifl'] = { score: Math.round(random.unit() * 1e6) / 1e6, heatmap: drawImage(random) };
  metrics['children'] = drawChildren(score, random);
  if (random.chance(0.08)) metrics['reverse_image_search_sources'] = drawSources(band, random);
  return metrics;
}

/** The oldest pictures: a label and a score, nothing else. */
export function drawOldestImageMetrics(random: RandomStream): JsonObject {
  const band = drawBand(random);
  return { label: writeLabel(band, 'lower'), score: writeScore(scoreIn(band, random), true) };
}

function drawImage(random: RandomStream): string {
  if (random.chance(1 / INLINE_EVERY)) return inlineHeatmap(random);
  return random.chance(0.3) ? '' : `https://storage.example.com/images/${random.hex(12)}.png`;
}

function drawChildren(score: number, random: RandomStream): JsonObject[] {
  if (random.chance(0.03)) return [{}];
  const count = random.chance(0.5) ? 0 : random.whole(1, 3);
  return Array.from({ length: count }, () => {
    const own = scoreNear(score, 0.15, random);
    const child: Record<string, JsonValue> = {
      type: random.pick(['facial', 'general', 'object']),
      label: bandOf(own).label,
    };
    if (random.chance(0.7)) child['score'] = writeScore(own, false);
    if (random.chance(0.3)) child['description'] = random.pick(FINDINGS);
    return child;
  });
}

function drawSources(band: Band, random: RandomStream): JsonObject[] {
  return Array.from({ length: random.whole(1, 2) }, () => ({
    url: `https://example-stock-site.com/items/${random.hex(6)}`,
    title: 'example-stock-site.com',
    reason: 'Found among published pictures.',
    verdict: band.low >= 0.6 ? 'known_fake' : 'unknown',
    similarity: Math.round(random.between(0.7, 1) * 100) / 100,
  }));
}

/** Most frames seen under one video: a clip of eight seconds. */
const MAX_FRAMES = 83;
const FRAMES_A_SECOND = 10;
const FRAMES_A_CHUNK = 10;
const MAX_IMAGE_RESULTS = 24;

/** The form of one video's tree; drawn once, so that a tree is consistent. */
interface TreeStyle {
  readonly asText: boolean;
  readonly percent: boolean;
  readonly sign: boolean;
}

/** `video_metrics` of a video of `durationSeconds`, in one of the two tree shapes. */
export function drawVideoMetrics(durationSeconds: number, random: RandomStream): JsonObject {
  const band = drawBand(random);
  const score = scoreIn(band, random);
  const certainty = random.between(0.6, 0.999);
  const style: TreeStyle = { asText: random.chance(0.3), percent: random.chance(0.35), sign: random.chance(0.6) };
  const metrics: Record<string, JsonValue> = {
    label: drawLabel(band, drawLabelCase(random, 'title'), random),
    score: writeScore(score, style.asText),
    certainty: writeScore(certainty, style.asText),
  };
  if (random.chance(0.9)) metrics['treeview'] = random.chance(0.5) ? '' : '...';
  if (random.chance(0.03)) metrics['posterior'] = score.toFixed(2);
  metrics['children'] = [drawResult(durationSeconds, score, certainty, style, random)];
  return metrics;
}

function drawResult(
  durationSeconds: number,
  score: number,
  certainty: number,
  style: TreeStyle,
  random: RandomStream,
): JsonObject {
  if (random.chance(0.01)) return {};
  const result = node('VideoResult', score, certainty, style);
  if (random.chance(0.04)) {
    result['posterior'] = score.toFixed(2);
    result['patch_type'] = 'face';
    result['violations'] = random.chance(0.5) ? ['blink-rate'] : [];
    result['description'] = 'talking head';
  }
  const shape = random.unit();
  if (shape < 0.78) result['children'] = drawChunks(durationSeconds, score, style, random);
  else if (shape < 0.96) result['children'] = drawImageResults(score, style, random);
  else result['children'] = [];
  return result;
}

/** `VideoResult > VideoChunkResult > VideoFrameResult`. */
function drawChunks(durationSeconds: number, score: number, style: TreeStyle, random: RandomStream): JsonObject[] {
  const frames = Math.min(MAX_FRAMES, Math.max(4, Math.round(durationSeconds * FRAMES_A_SECOND)));
  const chunks: JsonObject[] = [];
  for (let first = 0; first < frames; first += FRAMES_A_CHUNK) {
    const chunkScore = scoreNear(score, 0.08, random);
    const chunk = node('VideoChunkResult', chunkScore, random.between(0.6, 0.999), style);
    const children: JsonObject[] = [];
    for (let frame = first; frame < Math.min(frames, first + FRAMES_A_CHUNK); frame++) {
      const child = node('VideoFrameResult', scoreNear(chunkScore, 0.05, random), random.between(0.6, 0.999), style);
      child['timestamp'] = frame / FRAMES_A_SECOND;
      children.push(child);
    }
    chunk['children'] = children;
    chunks.push(chunk);
  }
  return chunks;
}

/** `VideoResult > ImageResult > Segment`, the documented shape. */
function drawImageResults(score: number, style: TreeStyle, random: RandomStream): JsonObject[] {
  return Array.from({ length: random.whole(2, MAX_IMAGE_RESULTS) }, (_, position) => {
    const imageScore = scoreNear(score, 0.1, random);
    const image = node('ImageResult', imageScore, random.between(0.6, 0.999), style);
    image['timestamp'] = Math.round((0.23 + position * 0.5) * 100) / 100;
    image['children'] = Array.from({ length: random.whole(0, 2) }, () =>
      node('Segment', scoreNear(imageScore, 0.05, random), random.between(0.6, 0.999), style),
    );
    return image;
  });
}

function node(type: string, score: number, certainty: number, style: TreeStyle): Record<string, JsonValue> {
  const written: Record<string, JsonValue> = {
    type,
    conclusion: bandOf(score).label,
    score: writeScore(score, style.asText),
    certainty: writeScore(certainty, style.asText),
  };
  if (style.percent) written['certainty (%)'] = writePercent(certainty, style.sign);
  return written;
}
