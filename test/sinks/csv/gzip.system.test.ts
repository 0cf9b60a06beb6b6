import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { csvSink } from '../../../src/render/sinks/csv/sink.ts';
import { report } from '../report.ts';
import { table } from '../tables.ts';
import { TempFolder } from '../temp-folder.ts';
import { openSink } from '../open-sink.ts';

it('gzip unpacks a packed CSV, whose length and checksum it looks at too', async () => {
  const folder = await TempFolder.make();
  try {
    const shape = table('audio_scores', ['chunk:integer', 'note']);
    const settings = { csvSafety: 'strict', csvBom: false, csvCompression: 'gzip' } as const;
    const sink = await openSink(csvSink, { folder, tables: [shape], settings });
    for (let at = 0; at < 30_000; at += 1_000) {
      await sink.write(
        shape.name,
        Array.from({ length: 1_000 }, (_, index) => [at + index, `note ${at + index}`]),
      );
    }
    await sink.close(report());
    const rows = Array.from({ length: 30_000 }, (_, index) => `${index},note ${index}\r\n`);
    const unpacked = execFileSync('gzip', ['-dc', folder.pathOf('audio_scores.csv.gz')], { maxBuffer: 1e8 });
    expect(unpacked.toString('utf8')).toBe(`chunk,note\r\n${rows.join('')}`);
  } finally {
    await folder.remove();
  }
});
