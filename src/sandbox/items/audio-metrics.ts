import type { JsonObject, JsonValue } from '../../core/json.ts';
import { drawBand, drawLabel, drawLabelCase, isFakeBand, scoreIn, scoreNear, writeScore } from './labels.ts';
import type { RandomStream } from './random.ts';

/** One score for every two seconds of sound. */
const CHUNK_SECONDS = 2;
const MAX_CHUNKS = 300;

export interface AudioResult {
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
