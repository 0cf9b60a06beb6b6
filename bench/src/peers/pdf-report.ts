import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealedFile } from '../../../dist/core/output.js';
import type { WindowRecord } from '../../../dist/core/certificate.js';
import type { ExtractionRecord, Snapshot, SnapshotPage } from '../../../dist/core/snapshot.js';
import { renderFiles } from '../../../dist/app/export/render-run.js';
import { FileOutput } from '../../../dist/platform/files/file-output.js';
import type { SealingFolder } from '../../../dist/seal/seal.js';
import { openArchive } from '../../../dist/extract/snapshot/reader.js';
import { TOOL } from '../../../dist/platform/machine.js';
import { argument, measured } from '../measured.js';
import { pdfSettings } from '../report-settings.js';

/**
 * The monthly report as PDF over so many detections: the product's own rendering of a snapshot, whose pages come again
 * and again until there are enough. They are unpacked, checked, decoded and counted each time.
 */
const [path, out, wanted] = [argument(0), argument(1), Number(argument(2))];

/** Its own record, with the windows of its pages again and again, the last one cut. */
function repeatedWindows({ windows }: ExtractionRecord): WindowRecord[] {
  const repeated: WindowRecord[] = [];
  const kept = windows.filter(({ file }) => file !== null);
  let missing = wanted;
  for (let index = 0; missing > 0; index++) {
    const window = kept[index % kept.length];
    if (window === undefined) throw new Error('the snapshot has no pages');
    const held = window.accepted.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    const [first = 0] = window.accepted[0] ?? [];
    repeated.push(held <= missing ? window : { ...window, accepted: [[first, first + missing - 1]] });
    missing -= Math.min(held, missing);
  }
  return repeated;
}

async function* pagesOf(snapshot: Snapshot, windows: readonly WindowRecord[]): AsyncGenerator<SnapshotPage> {
  const files = snapshot.record.windows.filter(({ file }) => file !== null).map(({ file }) => file);
  for (const { file, accepted } of windows) {
    const first = files.indexOf(file);
    for await (const page of snapshot.pages({ first, end: first + 1 })) yield { ...page, accepted };
  }
}

class Folder implements SealingFolder {
  readonly path = join(out, 'report');
  readonly #files = new Map<string, FileOutput>();

  async create(name: string): Promise<FileOutput> {
    const output = await FileOutput.create(join(this.path, name), 0o600);
    this.#files.set(name, output);
    return output;
  }

  async scratch(): Promise<FileOutput> {
    return await FileOutput.create(join(this.path, '.scratch'), 0o600);
  }

  sealed(name: string, rows: number | null = null): SealedFile {
    const output = this.#files.get(name);
    if (output?.sha256 === null || output === undefined) throw new Error(`${name} is not closed`);
    return { name, bytes: output.bytes, sha256: output.sha256, rows };
  }

  async read(name: string): Promise<Uint8Array> {
    return await readFile(join(this.path, name));
  }
}

const { settings, period } = await pdfSettings(path, null);
const folder = new Folder();
await mkdir(folder.path);
const snapshot = await openArchive(path);
const { record } = snapshot;
const windows = repeatedWindows(record);
const certificate = { ...record.certificate, received: wanted, unique: wanted, duplicates: 0 };
await measured(async () => {
  const { statistics } = await renderFiles({
    settings,
    period,
    folder,
    snapshot: {
      ...snapshot,
      record: { ...record, certificate, windows },
      pages: (part) => pagesOf(snapshot, part === undefined ? windows : windows.slice(part.first, part.end)),
      close: () => snapshot.close(),
    },
    archive: null,
    workers: 0,
    tool: TOOL,
    emit: () => undefined,
    signal: new AbortController().signal,
  });
  await snapshot.close();
  return statistics.population.in_period + statistics.population.outside_period + statistics.population.undated;
});
