import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAIN } from '../cli/run-cli.ts';
import { oneCellEach } from '../elsewhere/one-cell.ts';
import { Workshop } from '../evidence/sealed-run.ts';

/** This one, and those of npm's package `node`, as their makers build them. */
const NODES = ['here', '24', '26'] as const;
type NodeVersion = (typeof NODES)[number];

let workshop: Workshop;
let npmFolder: string;
beforeAll(async () => {
  workshop = await Workshop.open();
  // npx takes what stands in the folder before what it is asked for.
  npmFolder = await mkdtemp(join(tmpdir(), 'detect-report-npx-'));
});
afterAll(async () => {
  await workshop.remove();
  await rm(npmFolder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
}

const programs = new Map<NodeVersion, Promise<string>>();

/** Where that Node stands: npx is asked once for each. */
function programOf(version: NodeVersion): Promise<string> {
  if (version === 'here') return Promise.resolve(process.execPath);
  const words = ['--yes', '-p', `node@${version}`, 'node', '--print', 'process.execPath'];
  const known = programs.get(version) ?? promisify(execFile)('npx', words, { cwd: npmFolder }).then(trimmedOutput);
  programs.set(version, known);
  return known;
}

function trimmedOutput({ stdout }: { readonly stdout: string }): string {
  return stdout.trim();
}

async function run(version: NodeVersion, words: readonly string[]): Promise<Ended> {
  try {
    const { stdout } = await promisify(execFile)(await programOf(version), [MAIN, ...words], { cwd: npmFolder });
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout } = error as { readonly code?: unknown; readonly stdout?: unknown };
    if (typeof code !== 'number' || typeof stdout !== 'string') throw error;
    return { code, stdout };
  }
}

describe('sealed on one Node, verified on each', () => {
  const words = ['--source', 'sandbox', '--detections', '60', '--format', 'csv,xlsx,html,pdf,parquet', '--quiet'];

  test.each(NODES)('sealed on %s', async (sealing) => {
    const { code, stdout } = await run(sealing, ['export', ...words, '--out', join(await workshop.newFolder(), 'out')]);
    expect(code).toBe(0);
    const sealed = stdout.trim();
    const cells = await oneCellEach(sealed, false);
    const changed = await workshop.copyOf(sealed);
    for (const cell of cells) await cell.change(join(changed, cell.file));
    for (const verifying of NODES) {
      const honest = await run(verifying, ['verify', sealed, '--json', '--quiet']);
      expect({ sealing, verifying, ...honest }).toMatchObject({ code: 0 });
      const { notices } = JSON.parse(honest.stdout) as { notices: readonly string[] };
      // These builds pack alike, as the replays below show; where one does not, a note is due: see test/elsewhere.
      expect(notices).toEqual([]);
      const ended = await run(verifying, ['verify', changed, '--json', '--quiet']);
      expect(ended.code).toBe(5);
      const { findings } = JSON.parse(ended.stdout) as { findings: readonly { readonly file: string }[] };
      expect(findings.toSorted((a, b) => (a.file < b.file ? -1 : 1))).toEqual(
        cells
          .toSorted((a, b) => (a.file < b.file ? -1 : 1))
          .map(({ file, place }) => expect.objectContaining({ file, place: expect.objectContaining(place) })),
      );
    }
  });

  test('two replays of one snapshot are the same files on each', async () => {
    const first = await run('here', ['export', ...words, '--out', join(await workshop.newFolder(), 'out')]);
    const sums = await readFile(join(first.stdout.trim(), 'SHA256SUMS'), 'utf8');
    for (const version of NODES) {
      const out = join(await workshop.newFolder(), 'out');
      const archive = join(first.stdout.trim(), 'records.zip');
      const replay = ['export', '--source', archive, '--format', 'csv,xlsx,html,pdf,parquet', '--quiet'];
      const again = await run(version, [...replay, '--out', out]);
      expect({ version, sums: await readFile(join(again.stdout.trim(), 'SHA256SUMS'), 'utf8') }).toEqual({
        version,
        sums,
      });
    }
  });
});
