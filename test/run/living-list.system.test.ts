import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDrift, parseFaults, type ProgressEvent, type Sandbox, startSandbox } from '../../src/index.ts';
import { runReport } from '../../src/app/export/export-run.ts';
import { findingsOf, Workshop } from '../evidence/sealed-run.ts';
import { parseCsv } from './read-back.ts';
import { configOf } from './run-sandbox.ts';
import { presentSince } from '../sandbox/odd-list.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.remove());

/** What the vendor's Node client sends. */
const HEADERS = { authorization: 'Token token=key', 'content-type': 'application/json' };

/** Another user of the same list: one creates, one deletes, one submits a batch, in turn. */
async function disturb(sandbox: Sandbox, turn: number): Promise<number> {
  const url = `${sandbox.url}/api/v2/detect`;
  const post = async (path: string, body: object): Promise<number> =>
    (await fetch(url + path, { method: 'POST', headers: HEADERS, body: JSON.stringify(body) })).status;
  if (turn % 3 === 0) return await post('', { url: `https://example.com/new-${turn}.wav` });
  if (turn % 3 === 1) {
    const uuids = sandbox.uuids();
    const uuid = uuids[Math.floor((uuids.length * (turn % 7)) / 7)] ?? '';
    return (await fetch(`${url}/${uuid}`, { method: 'DELETE', headers: HEADERS })).status;
  }
  const form = new FormData();
  for (const n of [1, 2, 3]) form.append('files[]', new File(['x'], `batch-${turn}-${n}.mp4`));
  const { authorization } = HEADERS;
  return (await fetch(`${url}/batch`, { method: 'POST', headers: { authorization }, body: form })).status;
}

test('over real HTTP, with faults, with drift, while others create and delete: what was there throughout is in the report', async () => {
  const verdicts: string[] = [];
  let moved = 0;
  for (const seed of [1, 2]) {
    const sandbox = await startSandbox({
      detections: 300,
      seed,
      key: 'key',
      drift: parseDrift('inserts=2,deletes=0.5,updates=1'),
      faults: parseFaults('429@2,truncated-gzip@4,500@middle,reset-in-body@6,wrong-type@8'),
    });
    const before = sandbox.uuids();
    try {
      const others: Promise<number>[] = [];
      const emit = (event: ProgressEvent): void => {
        if (event.kind === 'page') others.push(disturb(sandbox, others.length));
      };
      const out = join(await workshop.newFolder(), 'out');
      const flags = { source: 'api', 'base-url': sandbox.url, 'page-size': '50', format: 'csv', all: true, out };
      const config = await configOf(flags, { RESEMBLE_API_KEY: 'key' });
      const { folder, certificate } = await runReport(config, { emit, signal: new AbortController().signal });
      const statuses = await Promise.all(others);
      // The last of them may come when the list was read already.
      expect(statuses.filter((status) => ![200, 202, 404].includes(status))).toEqual([]);
      moved += statuses.length;
      const [header = [], ...rows] = parseCsv(await readFile(join(folder, 'detections.csv'), 'utf8'));
      const uuids = rows.map((row) => row[header.indexOf('uuid')]);
      const seen = new Set(uuids);
      expect(seen.size).toBe(uuids.length);
      const missed = presentSince(before, sandbox).filter((uuid) => !seen.has(uuid));
      verdicts.push(certificate.verdict);
      if (certificate.verdict === 'proven')
        expect({ reason: certificate.reason, missed }).toEqual({ reason: certificate.reason, missed: [] });
      expect(certificate.appeared ?? 0).toBeGreaterThan(0);
      expect(await findingsOf(folder)).toEqual([]);
    } finally {
      await sandbox.close();
    }
  }
  expect(moved).toBeGreaterThan(12);
  expect(verdicts.filter((verdict) => verdict === 'proven').length).toBeGreaterThanOrEqual(1);
});
