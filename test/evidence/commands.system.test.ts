import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAIN, runCli } from '../cli/run-cli.ts';
import { readTable } from '../run/read-back.ts';
import { makeKeys, Workshop } from './sealed-run.ts';

let workshop: Workshop;
let keys: ReturnType<typeof makeKeys>;
let sealed: string;

beforeAll(async () => {
  workshop = await Workshop.open();
  keys = makeKeys(workshop.folder);
  // Made by the same compiled program that verifies it.
  const words = ['--source', 'sandbox', '--detections', '40', '--sign-key', keys.privateKey, '--quiet'];
  const { stdout } = await runCli(['export', ...words, '--out', join(workshop.folder, 'output')]);
  sealed = stdout.trimEnd();
});
afterAll(() => workshop.remove());

describe('explain', () => {
  test('--raw piped into sha256sum gives the row’s record_sha256; so does the command that it prints', async () => {
    const rows = await readTable(sealed, 'detections');
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows.slice(0, 3)) {
      const uuid = row['uuid'] ?? '';
      const words = ['explain', sealed, uuid];
      const piped = `"${process.execPath}" "${MAIN}" ${words.join(' ')} --raw | sha256sum`;
      expect(execFileSync('sh', ['-c', piped], { encoding: 'utf8' })).toBe(`${row['record_sha256']}  -\n`);
      const { code, stdout } = await runCli(words);
      expect(code).toBe(0);
      const byHand = /^ {2}by hand +(.+)$/m.exec(stdout)?.[1] ?? 'false';
      expect(execFileSync('sh', ['-c', byHand], { cwd: sealed, encoding: 'utf8' })).toBe(
        `${row['record_sha256']}  -\n`,
      );
      expect(stdout).toContain(`\nverdict = ${row['verdict'] ?? '(empty)'}\n`);
    }
  });
});
