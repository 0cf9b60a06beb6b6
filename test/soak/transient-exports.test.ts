import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFaults, startSandbox } from '../../src/index.ts';
import { exportRun, withFolder } from '../run/run-sandbox.ts';

const LIST = { detections: 120, months: 1, key: 'test-key' };
/** What a run says of its list; the other files carry the times of the reading. */
const FILES = ['detections.csv', 'metric_nodes.csv', 'audio_scores.csv', 'statistics.json'];
/** Stalls are left to the tests of the source, which need not wait for the limits of a real run. */
const FAULTS = [
  'refuse',
  'reset-before',
  'close-before',
  'reset-in-body',
  'close-in-body',
  '408',
  '429',
  '429-seconds=1',
  '429-date=1',
  '429-past',
  '500',
  '502',
  '503',
  'truncated-body',
  'truncated-gzip',
  'corrupt-gzip',
  'html200',
  'wrong-type',
  'empty-body',
  'no-items',
  'invalid-utf8',
];
const PLACES = ['1', 'middle', 'last'];

/** Hashes of what was exported, and how many requests that took. */
async function exported(faults: string): Promise<{ hashes: readonly string[]; requests: number }> {
  const sandbox = await startSandbox({ ...LIST, faults: parseFaults(faults) });
  try {
    return await withFolder(async (folder) => {
      const words = { source: 'api', 'base-url': sandbox.url, all: true, format: 'csv', 'page-size': '25' };
      const run = await exportRun({ ...words, out: join(folder, 'out') }, { RESEMBLE_API_KEY: LIST.key });
      const hashes: string[] = [];
      for (const name of FILES) {
        const bytes = await readFile(join(run.folder, name));
        hashes.push(`${createHash('sha256').update(bytes).digest('hex')} ${name}`);
      }
      return { hashes, requests: sandbox.counters.listRequests };
    });
  } finally {
    await sandbox.close();
  }
}

describe('a transient fault never changes what is exported', () => {
  test.each(FAULTS)('%s, on the first, a middle and the last page', async (fault) => {
    const clean = await exported('');
    for (const place of PLACES) {
      const faulted = await exported(`${fault}@${place}`);
      expect(faulted.hashes, `${fault}@${place}`).toEqual(clean.hashes);
      // The control: the fault was met, and the page was asked for again. A refused connection is no request.
      if (fault !== 'refuse') expect(faulted.requests, `${fault}@${place}`).toBeGreaterThan(clean.requests);
    }
  });
});
