import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportItems, withFolder } from '../../run/run-sandbox.ts';
import { openInLibreOffice, sheetsOf } from '../libreoffice.ts';

const made = (index: number, changes: object): object => ({
  uuid: `d${String(index).padStart(31, '0')}`,
  media_type: 'audio',
  status: 'completed',
  metrics: { label: 'fake', score: ['0.9'], consistency: '0.9', aggregated_score: '0.9' },
  filename: 'clip.wav',
  duration: 3.5,
  zero_retention_mode: true,
  file_deleted_at: '2024-01-15T10:00:00Z',
  created_at: '2024-01-15T09:30:00.000Z',
  updated_at: '2024-01-15T09:30:04.000Z',
  ...changes,
});
const NOTHING = { label: 'real', score: ['-1.0'], consistency: '0.0', aggregated_score: '-1.0' };
const PROCESSING = { status: 'processing', metrics: null, file_deleted_at: null };

/** The months in which a formula over nothing, or over one kind alone, may count what is not there. */
const MONTHS: Readonly<Record<string, readonly object[]>> = {
  empty: [],
  elsewhere: [made(0, { created_at: '2023-06-01T00:00:00Z' })],
  undated: [0, 1].map((index) => made(index, { created_at: '15/01/2024' })),
  one: [made(0, {})],
  processing: [0, 1].map((index) => made(index, PROCESSING)),
  queued: [made(0, { ...PROCESSING, status: 'queued' })],
  failed: [made(0, { status: 'failed', metrics: null, error_message: 'broken' })],
  'nothing-assessed': [0, 1].map((index) => made(index, { metrics: NOTHING })),
  'no-medium': [made(0, { media_type: null }), made(1, { ...PROCESSING, media_type: null })],
  deletions: [
    made(0, { file_deleted_at: null }),
    made(1, { file_deleted_at: '1970-01-01T00:00:00Z' }),
    made(2, { file_deleted_at: '9999-12-31T00:00:00Z' }),
    made(3, { file_deleted_at: 'soon' }),
    made(4, { ...PROCESSING }),
    made(5, { zero_retention_mode: null, file_deleted_at: null }),
  ],
};

describe('the summary of every kind of month, calculated anew by LibreOffice', () => {
  it.each(['monthly-compliance', 'spreadsheet-analysis'])('agrees with itself: %s', async (template) => {
    await withFolder(async (folder) => {
      const paths: string[] = [];
      for (const [name, items] of Object.entries(MONTHS)) {
        const run = await exportItems(items, folder, {
          month: '2024-01',
          template,
          format: 'xlsx',
          out: join(folder, name),
        });
        const path = join(folder, `${name}.xlsx`);
        await rename(join(run.folder, 'report.xlsx'), path);
        paths.push(path);
      }
      const books = openInLibreOffice(paths, folder, null);
      for (const [index, name] of Object.keys(MONTHS).entries()) {
        const summary = sheetsOf(books[index] ?? '').get('Summary') ?? '';
        expect.soft(summary.split('<text:p>OK</text:p>').length, name).toBeGreaterThan(40);
        expect.soft(summary, name).not.toContain('<text:p>DIFFERS</text:p>');
        expect.soft(summary, name).not.toMatch(/#(?:REF|NAME|VALUE|DIV|N\/A)|Err:/);
      }
    });
  });
});
