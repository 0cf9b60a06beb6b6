import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { findingsOf, Workshop } from './sealed-run.ts';

let workshop: Workshop;
let sealed: string;
beforeAll(async () => {
  workshop = await Workshop.open();
  sealed = await workshop.run({ format: 'csv,pdf' });
});
afterAll(() => workshop.remove());

const FILES = ['detections.csv', 'records.zip', 'manifest.json', 'SHA256SUMS', 'report.pdf', 'statistics.json'];

describe('what is not a regular file is a finding at once', () => {
  test.each(FILES)('a FIFO in the place of %s', async (name) => {
    const copy = await workshop.copyOf(sealed);
    await rm(join(copy, name));
    execFileSync('mkfifo', [join(copy, name)]);
    expect(await findingsOf(copy)).toContain(`[not-a-file] ${name}: is a FIFO, not a regular file`);
  });

  test('the command ends with 5, and blames nothing else', async () => {
    const copy = await workshop.copyOf(sealed);
    await rm(join(copy, 'detections.csv'));
    execFileSync('mkfifo', [join(copy, 'detections.csv')]);
    const { code, stdout } = await runCli(['verify', copy, '--quiet']);
    expect({ code, stdout }).toEqual({ code: 5, stdout: 'detections.csv: is a FIFO, not a regular file\n' });
  });

  test('a FIFO is no snapshot to compare with, or to render again', async () => {
    const copy = await workshop.copyOf(sealed);
    await rm(join(copy, 'records.zip'));
    execFileSync('mkfifo', [join(copy, 'records.zip')]);
    const diff = await runCli(['diff', sealed, copy]);
    expect(diff).toMatchObject({ code: 3, stderr: expect.stringContaining('it is not a regular file') });
    const replay = await runCli(['export', '--source', join(copy, 'records.zip'), '--out', join(copy, 'out')]);
    expect(replay).toMatchObject({ code: 2, stderr: expect.stringContaining('is not a file') });
  });
});
