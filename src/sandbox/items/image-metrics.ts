import type { JsonObject, JsonValue } from '../../core/json.ts';
import { inlineHeatmap } from './heatmap.ts';
import {
  type Band,
  bandOf,
  drawBand,
  drawLabel,
  drawLabelCase,
  scoreIn,
  scoreNear,
  writeLabel,
  writeScore,
} from './labels.ts';
import type { RandomStream } from './random.ts';

/** One picture in this many has an inline heatmap. */
const INLINE_EVERY = 80;

const FINDINGS = ['One face found', 'No face found', 'Lighting differs between faces', 'Background repeats'] as const;

/** `image_metrics` of a picture. */
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
