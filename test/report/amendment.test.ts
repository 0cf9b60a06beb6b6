import { expect, test } from 'vitest';
import type { Change } from '../../src/core/previous-run.ts';
import { buildReport } from '../../src/render/report/build-report.ts';
import { daysOf, inputOf } from './material.ts';

const [day = ''] = daysOf('2024-01-01', 1);
const DETECTIONS = [{ day, status: 'completed', verdict: 'fake', medium: 'audio' } as const];

const change: Change = {
  kind: 'relabelled',
  uuid: 'aaaa',
  created_at: '2024-01-01T00:00:00.000Z',
  columns: ['verdict', 'verdict_score', 'filename'],
  before: { status: 'completed', verdict: 'fake', verdict_score: '0.91' },
  after: { status: 'completed', verdict: 'real', verdict_score: '0.12' },
};

const amendment = (columns: readonly string[], total: number) => ({
  amends: { report_id: 'DR-11111-22222-33333-44444', manifest_sha256: 'ab'.repeat(32) },
  differences: {
    columns,
    counts: { new: 0, vanished: 0, finished: 0, relabelled: total, rescored: 0, other: 0 },
    total,
    changes: [change],
  },
});

test('a report that amends none has no section on it', () => {
  expect(buildReport(inputOf(DETECTIONS)).sections.map(({ id }) => id)).not.toContain('amendment');
});

test('an amendment says first what it changes, whatever sections the template chooses', () => {
  const { sections } = buildReport(inputOf(DETECTIONS, { amendment: amendment(['metric_nodes.label'], 3) }));
  expect(sections.slice(0, 3).map(({ id }) => id)).toEqual(['cover', 'contents', 'amendment']);
  const text = JSON.stringify(sections[2]);
  expect(text).toContain('amends DR-11111-22222-33333-44444');
  expect(text).toContain('completed, fake, 0.91');
  expect(text).toContain('completed, real, 0.12');
  // Of what may name a person, the column alone.
  expect(text).toContain('Also differs: filename');
  expect(text).toContain('The first 1 of 3');
});

test('says where only the columns of a table could be compared', () => {
  const { sections } = buildReport(inputOf(DETECTIONS, { amendment: amendment(['status', 'verdict'], 1) }));
  expect(JSON.stringify(sections[2])).toContain('only these columns could be compared: status, verdict');
});
