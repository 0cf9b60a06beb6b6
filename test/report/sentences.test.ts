import { describe, expect, it } from 'vitest';
import { EN } from '../../src/render/report/text/en/index.ts';
import { CERTIFICATE, statisticsOf } from './material.ts';

const { summary, results, evidence, completeness } = EN;

const NOBODY = statisticsOf([], [], {}).population;

describe('the summary', () => {
  const held = (count: number, undated: number, period: string | null, verdict: 'proven' | 'unproven' = 'proven') =>
    summary.held({ ...NOBODY, in_period: count, undated }, period, verdict);

  it.each([
    [0, 0, 'No detections were created in January 2024.'],
    [1, 0, '1 detection was created in January 2024.'],
    [12_345, 0, '12,345 detections were created in January 2024.'],
    // Never an empty period while detections without a time may belong to it.
    [
      0,
      20,
      'No detections were created in January 2024. 20 detections more without a readable creation time may belong to them.',
    ],
  ])('holds %d and %d without a time', (count, undated, text) =>
    expect(held(count, undated, 'January 2024')).toBe(text),
  );

  it('names no period if none was asked for, and only what was read', () => {
    expect(held(3, 0, null)).toBe('3 detections are in the list.');
    expect(held(1, 0, null, 'unproven')).toBe('1 detection is in the list among those that were read.');
  });

  it('gives no rate over nothing, and no meaning to a rate over one', () => {
    expect(summary.rate({ value: null, low: null, high: null, of: 0 })).toContain('a fake rate cannot be given');
    expect(summary.rate({ value: 1, low: 0.2, high: 1, of: 1 })).toContain('says nothing about others');
    expect(summary.rate({ value: 0.25, low: 0.1, high: 0.5, of: 8 })).toContain('(95% interval 10.0% to 50.0%)');
  });

  it.each([
    [1, '1 detection was not analysed because of a failure: submit it again.'],
    [2, '2 detections were not analysed because of a failure: submit them again.'],
  ])('points to %d failed', (count, text) => expect(summary.points.failed(count)).toBe(text));
});

describe('results', () => {
  it.each([
    [0, 0, 'No detection was completed, so none could be left undecided.'],
    [0, 5, 'No completed detection was left undecided.'],
  ])('%d undecided of %d', (count, completed, text) =>
    expect(results.indeterminate.lead(count, completed, '')).toBe(text),
  );

  it('agrees in number', () => {
    expect(results.indeterminate.lead(1, 4, '')).toMatch(
      /^1 detection of 4 completed \(25\.0%\) was left undecided.*It is in no fake rate\.$/,
    );
    expect(results.indeterminate.lead(2, 4, '')).toMatch(
      /^2 detections of 4 completed \(50\.0%\) were left undecided.*They are in no/,
    );
    expect(results.flagged.lead(1, '')).toMatch(/^1 detection was flagged/);
    expect(results.flagged.lead(0, '')).toBe('No detection was flagged as fake.');
    expect(results.failed.lead(0, 0, '')).toBe('No detection failed, and none was still being processed.');
    expect(results.failed.lead(1, 0, '')).toBe(
      '1 detection failed; no detections were still being processed when the list was read. It has no verdict and is not counted as real.',
    );
    expect(results.scores.notAssessed(1)).toMatch(/^1 result .* its score is in no figure/);
    expect(results.scores.notAssessed(2)).toMatch(/^2 results .* their scores are in no figure/);
  });

  it('says what a cut list leaves out', () => {
    expect(results.flagged.showing(200, 4312, 'detections.csv')).toBe(
      'Showing the strongest 200 of 4,312 flagged detections; all are in detections.csv.',
    );
    expect(results.flagged.showing(200, 4312, null)).toContain('the run wrote no table that lists them');
  });
});

describe('evidence', () => {
  it('speaks of undated detections under zero retention for 1 and many', () => {
    const { undated } = evidence.retention;
    expect(undated(1)).toBe(
      '1 detection under zero retention has no readable creation time and may belong to the period.',
    );
    expect(undated(2)).toContain('2 detections under zero retention have no');
  });

  it('speaks of times and requests for 1 and many', () => {
    const times = { count: 1, p50: 60, p95: 3600, max: 86_400 };
    expect(evidence.retention.times(times)).toBe(
      'From creation to deletion, 1 detection took 1 min (median), 1 h (95th percentile) and 24 h (longest).',
    );
    const { requests } = evidence.extraction;
    expect(requests({ ...CERTIFICATE, requests: 5, concurrency: 4, pageSizes: [10, 1000] })).toBe(
      '5; 4 requests at a time; page sizes 10 and 1,000',
    );
    expect(requests({ ...CERTIFICATE, requests: 0, concurrency: 1, pageSizes: [] })).toBe('0; 1 request at a time');
  });

  it('states the total of the source as far as it is known', () => {
    expect(completeness.total(null, null)).toBe('not stated');
    expect(completeness.total(7, 7)).toBe('7');
    expect(completeness.total(7, 1009)).toBe('7 at the start, 1,009 at the end');
    expect(completeness.total(null, 9)).toBe('not stated at the start, 9 at the end');
  });
});

describe('every fixed text', () => {
  it('claims neither proof nor accuracy nor compliance', () => {
    const texts = JSON.stringify(EN, (_, value: unknown) => (typeof value === 'function' ? String(value) : value));
    expect(texts).not.toMatch(/\b(?:proves|certifies|guarantees?|accurate|compliant)\b/i);
    expect(texts).toContain('It does not prove');
    expect(texts).toContain('accuracy of the detector was not measured');
  });
});
