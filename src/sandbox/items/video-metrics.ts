import type { JsonObject, JsonValue } from '../../core/json.ts';
import { bandOf, drawBand, drawLabel, drawLabelCase, scoreIn, scoreNear, writePercent, writeScore } from './labels.ts';
import type { RandomStream } from './random.ts';

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
