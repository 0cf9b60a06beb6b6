import { describe, expect, it } from 'vitest';
import { EN } from '../../src/render/report/text/en/index.ts';
import { statisticsOf } from './material.ts';

const { summary, results, evidence, completeness } = EN;

const NOBODY = statisticsOf([], [], {}).population;

describe('the summary', () => {
  it.each([
    [0, 'The list held no detections created in the period January 2024.'],
    [1, 'The list held one detection created in the period January 2024.'],
    [2, 'The list held 2 detections created in the period January 2024.'],
    [12_345, 'The list held 12,345 detections created in the period January 2024.'],
  ])('holds %d', (count, text) => expect(summary.held(count, 'January 2024', 0, true)).toBe(text));

  it('names no period where none was asked for', () => {
    expect(summary.held(3, null, 0, true)).toBe('The list held 3 detections.');
    expect(summary.held(3, null, 0, false)).toBe('As far as the list could be read, it held 3 detections.');
  });

  it.each([
    [3, 1, 'The list held 3 detections with a creation time, and 1 without a readable one, which is in no table'],
    [0, 2, 'The list held no detections with a creation time, and 2 without a readable one, which are in no table'],
  ])('over the whole list: %d with a creation time and %d without', (count, undated, text) =>
    expect(summary.held(count, null, undated, true)).toBe(`${text} and in no other figure.`),
  );

  it.each([
    [0, 0, 0, 0, 'There is nothing to report on.'],
    [1, 1, 0, 0, 'It was completed.'],
    [1, 0, 1, 0, 'It failed.'],
    [1, 0, 0, 1, 'It was still being processed when the list was read.'],
    [2, 2, 0, 0, 'All of them were completed.'],
    [3, 0, 3, 0, 'All of them failed.'],
    [3, 0, 0, 3, 'All of them were still being processed when the list was read.'],
    [3, 1, 2, 0, '1 detection was completed and 2 failed.'],
    [3, 2, 0, 1, '2 detections were completed and 1 was still being processed when the list was read.'],
    [2, 0, 1, 1, 'No detections were completed, 1 failed and 1 was still being processed when the list was read.'],
    [9, 5, 1, 3, '5 detections were completed, 1 failed and 3 were still being processed when the list was read.'],
  ])('of %d: %d completed, %d failed, %d processing', (total, completed, failed, processing, text) =>
    expect(summary.outcome({ ...NOBODY, in_period: total, completed, failed, processing })).toBe(text),
  );

  it.each([
    [0, 0, 0, 0, 'No detection was completed, so there is no verdict.'],
    [1, 1, 0, 0, 'The completed detection was flagged as fake.'],
    [1, 0, 1, 0, 'The completed detection was labelled real.'],
    [1, 0, 0, 1, 'The completed detection was indeterminate.'],
    [3, 1, 1, 1, 'Of the 3 completed detections, 1 was flagged as fake, 1 labelled real and 1 left indeterminate.'],
    [4, 0, 4, 0, 'Of the 4 completed detections, none were flagged as fake, 4 labelled real and 0 left indeterminate.'],
  ])('%d completed: %d fake, %d real, %d indeterminate', (completed, fake, real, indeterminate, text) =>
    expect(summary.verdicts(completed, { fake, real, indeterminate })).toBe(text),
  );

  it('gives no rate over nothing, and no meaning to a rate over one', () => {
    expect(summary.rate({ value: null, low: null, high: null, of: 0 })).toContain('no fake rate can be given');
    expect(summary.rate({ value: 1, low: 0.2, high: 1, of: 1 })).toContain('says nothing about others');
    expect(summary.rate({ value: 0.25, low: 0.1, high: 0.5, of: 8 })).toContain('25.0% (95% interval 10.0% to 50.0%)');
  });

  it('names the busiest day only where there is one', () => {
    expect(summary.busiest(['2024-01-10'], 7)).toBe('The busiest day was 10 January 2024 with 7 detections.');
    expect(summary.busiest(['2024-01-10', '2024-01-11'], 1)).toBe('No day had more than 1 detection.');
    expect(summary.busiest([], 0)).toBe('');
  });

  it.each([
    [1, '1 detection failed and has no verdict.'],
    [2, '2 detections failed and have no verdict.'],
  ])('points to %d failed', (count, text) => expect(summary.points.failed(count)).toBe(text));
});

it('never calls a period empty while detections without a time may belong to it', () => {
  const dated = summary.outcome(NOBODY);
  const undated = summary.outcome({ ...NOBODY, undated: 20 });
  expect(dated).toBe('There is nothing to report on.');
  expect(undated).toContain('is not known');
  expect(summary.held(0, 'January 2024', 20, true)).toBe(
    'The list held no detections created in the period January 2024, and 20 without a readable creation time, which may belong to it.',
  );
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
      /^1 detection of 4 completed \(25\.0%\) was left undecided.*it is in no fake rate\.$/,
    );
    expect(results.indeterminate.lead(2, 4, '')).toMatch(
      /^2 detections of 4 completed \(50\.0%\) were left undecided.*they are in no/,
    );
    expect(results.flagged.lead(1, '')).toMatch(/^1 detection was flagged/);
    expect(results.flagged.lead(0, '')).toBe('No detection was flagged as fake.');
    expect(results.failed.lead(0, 0, '')).toBe('No detection failed, and none was still being processed.');
    expect(results.failed.lead(1, 0, '')).toBe(
      '1 detection failed; no detections were still being processed when the list was read. It has no verdict and is not counted as real.',
    );
    expect(results.scores.notAssessed(1)).toMatch(/^1 modality .* carries .* its score is in no figure/);
    expect(results.scores.notAssessed(2)).toMatch(/^2 modalities .* carry .* their scores are in no figure/);
  });

  it('says what a cut list leaves out', () => {
    expect(results.flagged.showing(200, 4312, 'detections.csv')).toBe(
      'Showing the first 200 of 4,312 flagged detections; all are in detections.csv.',
    );
    expect(results.flagged.showing(200, 4312, null)).toContain('the run wrote no table that lists the others');
  });
});

describe('evidence', () => {
  it('speaks of zero retention for 0, 1 and many', () => {
    const { retention } = statisticsOf([], []);
    const lead = (changes: Partial<typeof retention>): string => evidence.retention.lead({ ...retention, ...changes });
    expect(lead({})).toBe('No detection of the period was made under zero retention.');
    expect(lead({ undated: 1 })).toBe(
      'No detection of the period was made under zero retention. 1 detection under zero retention has no readable creation time and may belong to the period.',
    );
    expect(lead({ zero_retention: 1, deleted: 1 })).toBe(
      '1 detection of the period was made under zero retention. None that is finished lacks a deletion time.',
    );
    expect(lead({ zero_retention: 7, deleted: 2, not_deleted: 1, processing: 2, not_measured: 2 })).toBe(
      '7 detections of the period were made under zero retention. 1 detection is finished but shows no deletion time. 2 detections are not finished: nothing says yet when the file should be gone. Of 2 detections the times are impossible or not readable, so nothing was measured.',
    );
    expect(lead({ zero_retention: 1, processing: 1 })).not.toContain('None that is finished');
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
    expect(texts).toContain('It is no proof');
    expect(texts).toContain('accuracy of the detector was not measured');
  });
});
