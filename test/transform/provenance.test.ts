import { describe, expect, test } from 'vitest';
import { decodeItem, decodeText } from './decoding.ts';

const MANIFEST = { 'urn:c2pa:1': { claim_generator: 'A camera' } };

describe('origin of the media', () => {
  test('documented values have columns, what stands beside them is kept in extra and is no unknown key', () => {
    const { row, detection } = decodeItem({
      uuid: 'a',
      modality: 'all',
      face_only: false,
      c2pa_manifest: {
        validation_state: 'Valid',
        active_manifest: 'urn:c2pa:1',
        manifests: MANIFEST,
        validation_results: {},
        message: null,
      },
      watermark: {
        status: 'completed',
        metrics: { has_watermark: true, verdict: 'degraded', synthid: { detected: false, score: 0.1 } },
      },
    });
    expect(row).toMatchObject({
      modality: 'all',
      face_only: false,
      c2pa_state: 'Valid',
      watermark_status: 'completed',
      watermark_verdict: 'degraded',
      synthid: '{"detected":false,"score":0.1}',
    });
    expect(JSON.parse(String(row['extra']))).toEqual({
      'c2pa_manifest.active_manifest': 'urn:c2pa:1',
      'c2pa_manifest.manifests': MANIFEST,
      'c2pa_manifest.validation_results': {},
      'c2pa_manifest.message': null,
      'watermark.metrics': { has_watermark: true, verdict: 'degraded', synthid: { detected: false, score: 0.1 } },
    });
    expect([detection.unknownKeys, detection.coercions]).toEqual([[], []]);
  });

  test('an object whose values all have columns leaves nothing in extra', () => {
    const { row } = decodeItem({
      c2pa_manifest: { validation_state: 'Unavailable' },
      watermark: { status: 'processing', metrics: { verdict: null } },
    });
    expect(row).toMatchObject({ c2pa_state: 'Unavailable', watermark_status: 'processing', extra: null });
    expect([row['watermark_verdict'], row['synthid']]).toEqual([null, null]);
  });

  test.each([
    ['a missing synthid is not an absent one', { metrics: { verdict: 'verified' } }, null],
    ['null says no more', { metrics: { synthid: null } }, null],
    ['a word', { metrics: { synthid: 'not_detected' } }, '"not_detected"'],
    ['a number to the digit', '{"metrics":{"synthid":1.10}}', '1.10'],
    ['audio by model version', { metrics: { v1: { synthid: true } } }, null],
    ['no metrics', { status: 'failed', metrics: null }, null],
  ])('%s', (_, watermark, synthid) => {
    const json = typeof watermark === 'string' ? watermark : JSON.stringify(watermark);
    expect(decodeText(`{"watermark":${json}}`).row['synthid']).toBe(synthid);
  });

  test('a value that does not fit is kept, an undocumented key is counted', () => {
    const { row, detection } = decodeItem({
      uuid: 'a',
      face_only: 'sometimes',
      c2pa_manifest: 'NotPresent',
      watermark: { status: ['x'], metrics: { verdict: { was: 'verified' } }, provider: 'y' },
    });
    expect([row['face_only'], row['c2pa_state'], row['watermark_status'], row['watermark_verdict']]).toEqual(
      Array.from({ length: 4 }, () => null),
    );
    expect(JSON.parse(String(row['extra']))).toEqual({
      face_only: 'sometimes',
      c2pa_manifest: 'NotPresent',
      'watermark.status': ['x'],
      'watermark.metrics': { verdict: { was: 'verified' } },
      'watermark.provider': 'y',
    });
    expect(detection.unknownKeys).toEqual(['watermark.provider']);
    expect(detection.coercions.map((note) => note.split(':')[0])).toEqual([
      'face_only',
      'c2pa_manifest',
      'watermark.status',
      'watermark.metrics.verdict',
    ]);
  });

  test('no metrics at all, or of another kind', () => {
    expect(decodeItem({ watermark: { metrics: [1] } }).row['extra']).toBe('{"watermark.metrics":[1]}');
    expect(decodeItem({ watermark: { metrics: null } }).row['extra']).toBeNull();
    expect(decodeItem({ watermark: {}, c2pa_manifest: null }).row['extra']).toBeNull();
  });
});
