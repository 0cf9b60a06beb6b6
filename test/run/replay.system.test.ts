import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SourceError } from '../../src/core/errors.ts';
import { runCli } from '../cli/run-cli.ts';
import { exportRun, withFolder } from './run-sandbox.ts';

const TEMPLATE = `title: Our own
organisation: Example
formats: [html]
timezone: Europe/Berlin
tables: {detections: [uuid, filename, verdict, record_sha256]}
sections: [cover, summary, integrity]
policy: {name: ours, fake: [fake], real: [real], indeterminate: []}
`;

/** Flags that shape files, and the environment that goes with them. */
const RUNS: readonly (readonly [name: string, flags: Record<string, unknown>, env: Record<string, string>])[] = [
  [
    'other formats, other CSV files, another time',
    { format: 'pdf,csv', 'csv-safety': 'raw', 'csv-bom': true, compress: 'gzip' },
    { SOURCE_DATE_EPOCH: '1704067200' },
  ],
  [
    'days instead of a month, of another zone',
    { format: 'pdf', from: '2023-12-30', to: '2024-01-02', timezone: 'UTC' },
    {},
  ],
];

describe('the command that a report prints', () => {
  test.each(RUNS)('makes the same files again: %s', async (_, flags, env) => {
    await withFolder(async (folder) => {
      const template = join(folder, 'our-own.yaml');
      await writeFile(template, TEMPLATE);
      const sandbox = { source: 'sandbox', detections: 40, template, out: join(folder, 'out') };
      const run = await exportRun({ ...sandbox, ...flags }, env);
      const command = printedCommand(run.folder);
      const { code, stderr } = await replay(command, run.folder);
      expect([code, stderr]).toEqual([0, '']);
      const again = join(run.folder, '..', 'again', basename(run.folder));
      expect(await readFile(join(again, 'SHA256SUMS'), 'utf8')).toBe(
        await readFile(join(run.folder, 'SHA256SUMS'), 'utf8'),
      );
    });
  });

  test('names the period where the snapshot was made for another', async () => {
    await withFolder(async (folder) => {
      const out = join(folder, 'out');
      const first = await exportRun({ source: 'sandbox', detections: 40, format: 'csv', out });
      const all = await exportRun({ source: join(first.folder, 'records.zip'), format: 'pdf', all: true, out });
      const command = printedCommand(all.folder);
      expect(command).toContain(' --all ');
      expect((await replay(command, all.folder)).code).toBe(0);
      const again = join(all.folder, '..', 'again', basename(all.folder));
      expect(await readFile(join(again, 'report.pdf'))).toEqual(await readFile(join(all.folder, 'report.pdf')));
    });
  });
});

test('a damaged page is told of the archive that was given, not of the copy that is gone', async () => {
  await withFolder(async (folder) => {
    const out = join(folder, 'out');
    const first = await exportRun({ source: 'sandbox', detections: 40, format: 'csv', out });
    const bytes = await readFile(join(first.folder, 'records.zip'));
    const given = join(folder, 'damaged.zip');
    const page = bytes.indexOf('pages/');
    bytes[page + 200] = (bytes[page + 200] ?? 0) ^ 0x55;
    await writeFile(given, bytes);
    const failure: unknown = await exportRun({ source: given, format: 'csv', out: join(folder, 'again') }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(SourceError);
    const { message, place } = failure as SourceError;
    // What a flipped byte does to deflated data depends on the data.
    expect(message.startsWith(`${given} cannot be used: pages/000001.json: the entry `)).toBe(true);
    expect(place.file).toBe(given);
    expect(message).not.toContain('.work');
  });
});

/** As a reader copies it: over several lines, without the line breaks. */
function printedCommand(folder: string): string {
  const text = execFileSync('pdftotext', ['-raw', join(folder, 'report.pdf'), '-'], { encoding: 'utf8' });
  const [, command = ''] =
    /((?:SOURCE_DATE_EPOCH=\d+ )?detect-report export --source.*?--out \S+)/.exec(text.replaceAll(/[\\\s]+/g, ' ')) ??
    [];
  return command;
}

function replay(command: string, cwd: string): Promise<{ code: number | null; stderr: string }> {
  const words = command.split(' ');
  const variable = /^(\w+)=(.*)$/.exec(words[0] ?? '');
  const env = variable === null ? {} : { [variable[1] ?? '']: variable[2] ?? '' };
  return runCli([...words.slice(variable === null ? 1 : 2), '--quiet'], { cwd, env });
}
