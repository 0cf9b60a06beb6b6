import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import { detectionGenerator } from '../../src/sandbox/items/generate.ts';
import { textOf } from './items.ts';

const COUNT = 6000;
const list = detectionGenerator({ detections: COUNT, seed: 1, months: 2 });
const items: readonly JsonObject[] = Array.from({ length: COUNT }, (_, index) => list.detectionAt(index));

function object(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function children(node: JsonObject): readonly JsonObject[] {
  const value = node['children'];
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}

/** Every node below and including this one. */
function nodes(root: JsonObject): JsonObject[] {
  const found: JsonObject[] = [];
  const stack = [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    found.push(next);
    stack.push(...children(next));
  }
  return found;
}

const roots = items.map((item) => ({
  audio: object(item['metrics']),
  image: object(item['image_metrics']),
  video: object(item['video_metrics']),
}));
const tree = roots.flatMap(({ image, video }) => [...nodes(image), ...nodes(video)]);

/** What must occur, and how often it does. */
const shapes: Readonly<Record<string, () => number>> = {
  'audio items': () => count((item) => item['media_type'] === 'audio'),
  'image items': () => count((item) => item['media_type'] === 'image'),
  'video items': () => count((item) => item['media_type'] === 'video'),
  processing: () => count((item) => item['status'] === 'processing'),
  failed: () => count((item) => item['status'] === 'failed' && typeof item['error_message'] === 'string'),
  'an error message of two lines': () => count((item) => textOf(item, 'error_message').includes('\n')),
  'no status, with a label': () => count((item) => !('status' in item) && 'privacy_mode' in item),
  'no status, no result': () => count((item) => !('status' in item) && !('filename' in item)),
  'metrics null': () => count((item) => item['metrics'] === null),
  'metrics {}': () => count((item) => JSON.stringify(item['metrics']) === '{}'),
  'metrics absent': () => count((item) => !('metrics' in item)),
  'the -1.0 sentinel as text': () => roots.filter(({ audio }) => audio['aggregated_score'] === '-1.0').length,
  'the -1.0 sentinel as a number': () => roots.filter(({ audio }) => audio['aggregated_score'] === -1).length,
  'a video with a sentinel track': () =>
    roots.filter(({ audio, video }) => Number(audio['aggregated_score']) === -1 && 'label' in video).length,
  'a video without an audio track': () =>
    roots.filter(({ audio, video }) => !('label' in audio) && 'label' in video).length,
  'string scores': () => roots.filter(({ audio }) => typeof audio['aggregated_score'] === 'string').length,
  'number scores': () => roots.filter(({ audio }) => typeof audio['aggregated_score'] === 'number').length,
  'the chunk tree': () => tree.filter((node) => node['type'] === 'VideoChunkResult').length,
  'a chunk tree of 83 frames': () =>
    roots.filter(({ video }) => nodes(video).filter((node) => node['type'] === 'VideoFrameResult').length === 83)
      .length,
  'the segment tree': () => tree.filter((node) => node['type'] === 'Segment').length,
  'an empty child': () =>
    roots.filter(({ image, video }) =>
      [...children(image), ...children(video)].some((node) => Object.keys(node).length === 0),
    ).length,
  'certainty (%) with its sign': () => tree.filter((node) => textOf(node, 'certainty (%)').endsWith('%')).length,
  'certainty (%) without': () => tree.filter((node) => /\d$/.test(textOf(node, 'certainty (%)'))).length,
  posterior: () => tree.filter((node) => 'posterior' in node).length,
  'patch_type and violations': () => tree.filter((node) => 'patch_type' in node && 'violations' in node).length,
  'an inline heatmap': () => roots.filter(({ image }) => textOf(image, 'image').startsWith('data:image/png')).length,
  ifl: () => roots.filter(({ image }) => 'ifl' in image).length,
  'reverse image search': () => roots.filter(({ image }) => 'reverse_image_search_sources' in image).length,
  'source tracing': () => count((item) => typeof object(item['audio_source_tracing'])['label'] === 'string'),
  'source tracing that failed': () =>
    count((item) => typeof object(item['audio_source_tracing'])['error_message'] === 'string'),
  'zero retention, purged': () =>
    count((item) => item['zero_retention_mode'] === true && typeof item['file_deleted_at'] === 'string'),
  'zero retention, not yet purged': () =>
    count(
      (item) =>
        item['zero_retention_mode'] === true && item['file_deleted_at'] === null && item['status'] === 'completed',
    ),
  'intelligence null': () => count((item) => item['intelligence'] === null),
  'intelligence array': () => count((item) => Array.isArray(item['intelligence'])),
  'intelligence text': () => count((item) => typeof item['intelligence'] === 'string'),
  'its description a string': () => count((item) => typeof object(item['intelligence'])['description'] === 'string'),
  'its description an object': () => count((item) => 'language' in object(object(item['intelligence'])['description'])),
  'its description null': () => count((item) => object(item['intelligence'])['description'] === null),
  'each state of a C2PA manifest': () =>
    Math.min(
      ...['Valid', 'NotPresent', 'Unavailable'].map((state) =>
        count((item) => object(item['c2pa_manifest'])['validation_state'] === state),
      ),
    ),
  'each verdict on a watermark': () =>
    Math.min(
      ...['verified', 'degraded', 'not_watermarked', null].map((verdict) =>
        count((item) => object(object(item['watermark'])['metrics'])['verdict'] === verdict),
      ),
    ),
  'a watermark search that failed': () => count((item) => object(item['watermark'])['status'] === 'failed'),
  synthid: () => count((item) => 'synthid' in object(object(item['watermark'])['metrics'])),
  'a SynthID result that was not available': () =>
    count((item) => {
      const metrics = object(object(item['watermark'])['metrics']);
      return 'verdict' in metrics && !('synthid' in metrics);
    }),
  modality: () => count((item) => 'modality' in item),
  face_only: () => count((item) => 'face_only' in item),
  'created_at with milliseconds': () => count((item) => /\.\d{3}Z$/.test(textOf(item, 'created_at'))),
  'created_at without': () => count((item) => /:\d{2}Z$/.test(textOf(item, 'created_at'))),
  'a dashed uuid': () => count((item) => textOf(item, 'uuid').includes('-')),
};

function count(matches: (item: JsonObject) => boolean): number {
  return items.filter(matches).length;
}

describe('the mix of generated detections', () => {
  it.each(Object.keys(shapes))('holds %s', (name) => {
    expect(shapes[name]?.()).toBeGreaterThan(0);
  });

  it.each(['Greek', 'Cyrillic', 'Arabic', 'Hebrew', 'Devanagari', 'Thai', 'Han', 'Hiragana', 'Hangul'])(
    'holds filenames in %s',
    (script) => {
      const pattern = new RegExp(`\\p{Script=${script}}`, 'u');
      expect(count((item) => pattern.test(textOf(item, 'filename')))).toBeGreaterThan(0);
    },
  );

  it.each(['=', '+', '-', '@', '\n', '"', ',', '🎤'])('holds filenames with %j', (part) => {
    expect(count((item) => textOf(item, 'filename').includes(part))).toBeGreaterThan(0);
  });

  it('holds all five bands, each with the scores that belong to it', () => {
    const bands = new Map<string, number[]>();
    for (const { audio, image, video } of roots) {
      for (const root of [audio, image, video]) {
        if (typeof root['label'] !== 'string') continue;
        const score = Number(root['aggregated_score'] ?? root['score']);
        const label = root['label'].toLowerCase().replaceAll('_', ' ');
        if (score >= 0) bands.set(label, [...(bands.get(label) ?? []), score]);
      }
    }
    const limits = { real: 0, 'likely real': 0.2, 'neutral/uncertain': 0.4, 'likely fake': 0.6, fake: 0.8 };
    const seen = Object.keys(limits).map((label) => bands.get(label) ?? []);
    for (const [position, low] of Object.values(limits).entries()) {
      const scores = seen[position] ?? [];
      expect(scores.length).toBeGreaterThan(100);
      expect(Math.min(...scores)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...scores)).toBeLessThanOrEqual(low + 0.2);
    }
  });

  it('hides the file under zero retention', () => {
    for (const item of items.filter((candidate) => candidate['zero_retention_mode'] === true)) {
      expect(item['url']).toBeNull();
      expect(item['audio_url']).toBeNull();
      expect(item['filename']).toMatch(/^redacted_[0-9a-f]{24}\.\w+$/);
    }
  });

  it('weighs about twenty nodes and three kilobytes a detection', () => {
    const metricNodes = roots.flatMap(({ audio, image, video }) =>
      [audio, image, video].filter((root) => Object.keys(root).length > 0).flatMap(nodes),
    );
    expect(metricNodes.length / COUNT).toBeGreaterThan(18);
    expect(metricNodes.length / COUNT).toBeLessThan(22);
    const bytes = items.reduce((sum, item) => sum + JSON.stringify(item).length, 0);
    expect(bytes / COUNT).toBeGreaterThan(1500);
    expect(bytes / COUNT).toBeLessThan(3500);
  });
});
