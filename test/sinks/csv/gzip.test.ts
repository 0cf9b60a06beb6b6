import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gunzipSync } from 'node:zlib';
import type { OutputFolder } from '../../../src/core/output.ts';
import type { SinkSettings, SinkSummary } from '../../../src/core/sink.ts';
import type { Row } from '../../../src/core/table.ts';
import { csvSink } from '../../../src/render/sinks/csv/sink.ts';
import { report } from '../report.ts';
import { table } from '../tables.ts';
import { TempFolder } from '../temp-folder.ts';
import { openSink } from '../open-sink.ts';

const SHAPE = table('audio_scores', ['chunk:integer', 'score:number', 'note']);
const ROWS = Array.from({ length: 30_000 }, (_, index): Row => [index, index / 7, `note ${index}`]);
const PLAIN: SinkSettings = { csvSafety: 'strict', csvBom: true };
const PACKED: SinkSettings = { ...PLAIN, csvCompression: 'gzip' };

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(async () => {
  await folder.remove();
});

async function write(settings: SinkSettings, batchRows = 1_000, into: OutputFolder = folder): Promise<SinkSummary> {
  const sink = await openSink(csvSink, { folder: into, tables: [SHAPE], settings });
  for (let at = 0; at < ROWS.length; at += batchRows) await sink.write(SHAPE.name, ROWS.slice(at, at + batchRows));
  return await sink.close(report());
}

describe('a packed CSV', () => {
  it('unpacks to the CSV, and is named for what it is', async () => {
    expect(csvSink.files([SHAPE], PACKED)).toEqual(['audio_scores.csv.gz']);
    expect(csvSink.files([SHAPE], PLAIN)).toEqual(['audio_scores.csv']);
    expect([...(await write(PACKED)).rowsByFile]).toEqual([['audio_scores.csv.gz', 30_000]]);
    await write(PLAIN);
    const packed = await folder.read('audio_scores.csv.gz');
    const plain = await folder.read('audio_scores.csv');
    expect(packed.length).toBeLessThan(plain.length / 2);
    expect(gunzipSync(packed).equals(plain)).toBe(true);
  });

  it('says neither when nor where it was made', async () => {
    await write(PACKED);
    expect((await folder.read('audio_scores.csv.gz')).toString('hex', 0, 10)).toBe('1f8b08000000000000ff');
  });

  it('is the same file whatever the batches', async () => {
    await write(PACKED);
    const first = await folder.read('audio_scores.csv.gz');
    await folder.remove();
    folder = await TempFolder.make();
    await write(PACKED, 37);
    expect((await folder.read('audio_scores.csv.gz')).equals(first)).toBe(true);
  });

  it('ends the run where the disk is full', async () => {
    const full: OutputFolder = {
      scratch: () => folder.scratch(),
      create: async (name) => {
        const file = await folder.create(name);
        let appends = 0;
        return {
          get bytes() {
            return file.bytes;
          },
          append: async (bytes) => {
            if (++appends > 1) throw new Error('no space left');
            await file.append(bytes);
          },
          close: () => file.close(),
        };
      },
    };
    await expect(write(PACKED, 1_000, full)).rejects.toThrow('no space left');
    await expect(write(PLAIN, 1_000, full)).rejects.toThrow('no space left');
  });
});
