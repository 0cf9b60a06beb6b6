import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { verifyRun } from '../../src/index.ts';
import { PRIVATE_TEXTS, PUBLIC_TEXTS } from '../private-texts.ts';
import { DuckDb } from '../sinks/parquet/duckdb.ts';
import { readJson, readPdfText, readTable } from './read-back.ts';
import { exportItems, withFolder } from './run-sandbox.ts';

const MARKER = '(withheld: private)';
const quiet = { emit: () => undefined, signal: new AbortController().signal };

interface Manifest {
  readonly changed_cells: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

describe('each kind of private text, wherever a stranger can put it', () => {
  /** Nothing of any of them may be left. */
  const TRACES =
    /.{0,60}(?:canary|9f86d081884c7d65|X-Amz-|AKIA|eyJ|Y2FuY|aHR0cHM|170 1234567|555-0134|blob\.core|cloudfront)/i;

  function itemWith(text: string, index: number): object {
    const node = { label: text, type: text, score: 0.7, noted: text, [text]: [{ [text]: text }] };
    return {
      uuid: index % 2 === 0 ? `uuid-${index}` : text,
      created_at: `2024-01-15T10:00:${String(index).padStart(2, '0')}.000Z`,
      media_type: index % 3 === 0 ? text : 'video',
      status: ['failed', 'completed', text, 'processing'][index % 4],
      filename: text,
      error_message: `Reading failed: ${text}`,
      pipeline: text,
      url: 'storage/own-address-of-media',
      intelligence: { description: 'A sentence about somebody in the picture' },
      metrics: { label: text, aggregated_score: 0.4, score: [0.4], noted: text },
      image_metrics: { ...node, children: [node] },
      video_metrics: { ...node, children: [{ ...node, children: [node] }] },
      audio_source_tracing: { label: text, error_message: text, [text]: text },
      extra_params: { noted: text, [text]: text },
      noted: [text, 'storage/own-address-of-media', { deep: { [text]: JSON.stringify({ note: text }) } }],
      [text]: 'A sentence about somebody in the picture',
      contact: { name: 'Ann Canary' },
      user: { name: 'Ann Canary' },
      phone: 15550199,
      duration: text,
      zero_retention_mode: true,
      file_deleted_at: text,
    };
  }

  test('is in no file of a run without private columns, and in all of one with them', async () => {
    await withFolder(async (folder) => {
      const texts = Object.values(PRIVATE_TEXTS);
      const items = texts.map(itemWith);
      const run = await exportItems(items, folder, {
        format: 'csv,xlsx,parquet,pdf,html',
        compress: 'gzip',
        month: '2024-01',
      });
      for (const [name, text] of await textsOf(run.folder)) {
        expect.soft(TRACES.exec(text)?.[0], name).toBeUndefined();
        expect.soft(text, name).not.toMatch(/own-address|about somebody|15550199/);
        if (!/^(?:audio_scores|certificate|datapackage|manifest|SHA256SUMS)/.test(name))
          expect.soft(text, name).toContain(MARKER);
      }
      const { changed_cells: changed } = await readJson<Manifest>(run.folder, 'manifest.json');
      for (const format of ['csv', 'xlsx', 'parquet', 'pdf', 'html']) {
        expect.soft(changed[format]?.['private value withheld'], format).toBeGreaterThan(texts.length);
      }
      const { withheld } = await readJson<{ withheld: Record<string, number> }>(run.folder, 'statistics.json');
      for (const column of [
        'filename',
        'error_message',
        'pipeline',
        'extra',
        'extra_params',
        'audio_label',
        'image_label',
      ]) {
        expect.soft(withheld[`detections.${column}`], column).toBe(texts.length);
      }
      expect(withheld['metric_nodes.label']).toBe(6 * texts.length);
      expect((await verifyRun(run.folder, quiet)).findings).toEqual([]);

      const open = await exportItems(items, folder, {
        template: 'spreadsheet-analysis',
        format: 'csv',
        month: '2024-01',
      });
      const rows = JSON.stringify([
        await readTable(open.folder, 'detections'),
        await readTable(open.folder, 'metric_nodes'),
      ]);
      expect(rows).not.toContain(MARKER);
      for (const text of texts) expect.soft(rows, text).toContain(JSON.stringify(text).slice(1, -1));
      expect((await readJson<{ withheld: object }>(open.folder, 'statistics.json')).withheld).toEqual({});
    });
  });

  test('what only looks like one stays in every format', async () => {
    await withFolder(async (folder) => {
      const items = PUBLIC_TEXTS.map((text, index) => ({
        uuid: `9f86d081884c7d659a2feaa0c55ad0${String(index).padStart(2, '0')}`,
        created_at: '2024-01-15T10:00:00Z',
        status: 'failed',
        filename: text,
        error_message: text,
        noted: text,
      }));
      const run = await exportItems(items, folder, { format: 'csv,pdf,html', month: '2024-01', 'csv-safety': 'raw' });
      const rows = await readTable(run.folder, 'detections');
      expect(new Set(rows.map(({ filename }) => filename))).toEqual(new Set(PUBLIC_TEXTS));
      expect(new Set(rows.map((row) => row['error_message']))).toEqual(new Set(PUBLIC_TEXTS));
      expect((await readJson<{ withheld: object }>(run.folder, 'statistics.json')).withheld).toEqual({});
    });
  });

  /** What readers of each file see of it; the snapshot holds everything as received. */
  async function textsOf(folder: string): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    const duckDb = await DuckDb.open();
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      if (name === 'records.zip') continue;
      if (name.endsWith('.gz')) texts.set(name, gunzipSync(await readFile(path)).toString('utf8'));
      else if (name.endsWith('.parquet')) {
        texts.set(name, JSON.stringify(await duckDb.all(`SELECT t::VARCHAR FROM '${path}' t`)));
      } else if (name.endsWith('.xlsx')) {
        texts.set(name, execFileSync('unzip', ['-p', path], { encoding: 'latin1', maxBuffer: 1 << 28 }));
      } else if (name.endsWith('.pdf')) texts.set(name, readPdfText(path));
      else texts.set(name, (await readFile(path, 'utf8')).replaceAll(/url\(data:font[^)]*\)/g, ''));
    }
    duckDb.close();
    return texts;
  }
});
