import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OutputError } from '../../core/errors.ts';
import type { Output, OutputFolder } from '../../core/output.ts';
import type { OwnSink, SinkSummary } from '../../core/sink.ts';
import { FileOutput } from '../../platform/files/file-output.ts';
import { isPlainName, RUN_FILE_MODE } from '../../platform/files/folders.ts';
import { assertThat, ContractError, type SinkMaterial, withSandboxRun } from './material.ts';

/** A sink to check: the name is for runs alone. */
export type CheckedSink = Omit<OwnSink, 'name'>;

/**
 * Writes the rows and the report of a small sandbox run with a sink: its files are those that it names, complete, the
 * same each time, there without rows too; a disk that takes nothing is a failure. Resolves if the contract holds, rejects
 * with an error that says what is wrong.
 */
export async function checkSink(factory: CheckedSink): Promise<void> {
  await withSandboxRun(async (_run, scratch, material) => {
    const files = namesOf(factory, material);
    const folderIn = (name: string) => checkedFolder(join(scratch, name), name === 'full');
    const first = await folderIn('first');
    const second = await folderIn('second');
    const empty = await folderIn('empty');
    checkSummary(await writeAll(factory, material, first), files, material);
    await writeAll(factory, material, second);
    await writeAll(factory, { ...material, batches: [] }, empty);
    for (const folder of [first, second, empty]) folder.requireComplete(files);
    for (const name of files) {
      const isSame = first.sha256Of(name) === second.sha256Of(name);
      assertThat(isSame, `${name} has other bytes the second time: the same rows and report must give the same file`);
    }
    if (files.length === 0) return;
    const full = await folderIn('full');
    const hasFailed = await writeAll(factory, material, full).then(
      () => false,
      () => true,
    );
    assertThat(hasFailed || !full.hasRefused(), 'the disk took nothing, and no call of the sink was rejected');
    await full.release();
  });
}

function namesOf(factory: CheckedSink, { content }: SinkMaterial): readonly string[] {
  const files = factory.files(content.tables, content.settings);
  for (const name of files) assertThat(isPlainName(name), `files() names "${name}", which is not a plain file name`);
  assertThat(new Set(files).size === files.length, `files() names a file twice: ${files.join(', ')}`);
  return files;
}

async function writeAll(
  factory: CheckedSink,
  { content, batches, report }: SinkMaterial,
  folder: OutputFolder,
): Promise<SinkSummary> {
  const sink = await factory.open({ ...content, folder });
  if (factory.takesRows) for (const { table, rows } of batches) await sink.write(table, rows);
  return await sink.close(report);
}

function checkSummary(
  { rowsByFile, changedCells }: SinkSummary,
  files: readonly string[],
  { batches }: SinkMaterial,
): void {
  const rows = batches.reduce((sum, batch) => sum + batch.rows.length, 0);
  for (const [name, count] of rowsByFile) {
    assertThat(files.includes(name), `the summary counts rows of ${name}, which files() does not name`);
    assertThat(count >= 0 && count <= rows, `the summary says that ${name} has ${count} rows; ${rows} were written`);
  }
  for (const [reason, count] of changedCells) {
    assertThat(Number.isSafeInteger(count) && count >= 0, `the summary says ${count} changed cells for "${reason}"`);
  }
}

/** A folder of real files that notes what a sink does to it; a full one takes no bytes. */
async function checkedFolder(path: string, isFull: boolean) {
  await mkdir(path);
  const made = new Map<string, FileOutput>();
  let scratches = 0;
  let hasRefused = false;
  const sha256Of = (name: string): string | null => made.get(name)?.sha256 ?? null;
  return {
    sha256Of,
    hasRefused: () => hasRefused,
    async create(name: string): Promise<Output> {
      assertThat(!made.has(name), `the sink creates ${name} twice`);
      const file = await FileOutput.create(join(path, name), RUN_FILE_MODE);
      made.set(name, file);
      return {
        get bytes() {
          return file.bytes;
        },
        async append(bytes) {
          if (file.sha256 !== null) throw new ContractError(`the sink appends to ${name} after it closed it`);
          assertThat(bytes instanceof Uint8Array, `the sink appends to ${name} what is not bytes`);
          hasRefused ||= isFull;
          if (isFull) throw new OutputError(`Could not write ${name}: the disk is full.`);
          await file.append(bytes);
        },
        close: () => file.close(),
      };
    },
    scratch: () => FileOutput.create(join(path, `.scratch-${scratches++}`), 0o600),
    requireComplete(files: readonly string[]): void {
      for (const name of made.keys()) {
        assertThat(files.includes(name), `the sink creates ${name}, which files() does not name`);
      }
      for (const name of files) assertThat(sha256Of(name) !== null, `${name} was not created and closed by close()`);
    },
    async release(): Promise<void> {
      for (const file of made.values()) if (file.sha256 === null) await file.abandon();
    },
  };
}
