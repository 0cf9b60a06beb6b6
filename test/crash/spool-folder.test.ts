import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, InterruptedError, OutputError } from '../../src/core/errors.ts';
import { RunFolder, type RunFolderOptions } from '../../src/seal/run-folder/run-folder.ts';
import { failureOf, NAME, OutFolder, writeTo } from '../run-folder/folders.ts';

let out: OutFolder;
beforeEach(async () => {
  out = await OutFolder.make();
});
afterEach(() => out.remove());

const WORK = `.${NAME}.work`;
const LEFT = [`${WORK}/`, `${WORK}/spool/`, `${WORK}/spool/1.page`];

async function open(options: Partial<RunFolderOptions> = {}): Promise<RunFolder> {
  return await RunFolder.open({ outDir: out.path, name: NAME, overwrite: false, keptPages: 'use', ...options });
}

/** A run that was given up after its first page. */
async function leavePage(): Promise<void> {
  const folder = await open();
  await writeFile(join(folder.spoolPath, '1.page'), 'page');
  await writeTo(folder, 'half.csv', 'half');
  await folder.abandon(true);
}

describe('the pages of a run that did not finish', () => {
  test('stay alone, and are the next one’s to go on from', async () => {
    await leavePage();
    expect(await out.list()).toEqual(LEFT);
    const next = await open();
    expect(await readdir(next.spoolPath)).toEqual(['1.page']);
    await next.publish();
    await next.cleanUp();
    expect(await out.list()).toEqual([`${NAME}/`]);
  });

  test('go where nobody wants to go on, and where nobody wants to keep them', async () => {
    await leavePage();
    const fresh = await open({ keptPages: 'remove' });
    expect(await readdir(fresh.spoolPath)).toEqual([]);
    await fresh.abandon(true);
    expect(await out.list()).toEqual([]);
    await leavePage();
    await (await open()).abandon(false);
    expect(await out.list()).toEqual([]);
  });

  test('stay for the next reading while an archive is rendered, until a run is published', async () => {
    for (const part of ['run', 'spool']) await mkdir(out.at(`${WORK}/0123456789abcdef/${part}`), { recursive: true });
    await writeFile(out.at(`${WORK}/0123456789abcdef/spool/1.page`), 'page');
    for (let refused = 0; refused < 2; refused++) {
      const replay = await open({ keptPages: 'leave' });
      expect(await readdir(replay.spoolPath)).toEqual([]);
      await replay.abandon();
      expect(await out.list()).toEqual(LEFT);
    }
    const next = await open();
    expect(await readdir(next.spoolPath)).toEqual(['1.page']);
    await next.abandon(true);
    const replay = await open({ keptPages: 'leave' });
    await replay.publish();
    await replay.cleanUp();
    expect(await out.list()).toEqual([`${NAME}/`]);
  });

  test('stay where the next run is refused, or cannot even begin', async () => {
    await leavePage();
    await mkdir(out.at(NAME));
    expect(await failureOf(open())).toBeInstanceOf(ConfigError);
    expect(await out.list()).toEqual([...LEFT, `${NAME}/`]);
    await rename(out.at(NAME), out.at('elsewhere'));
    await (await open()).abandon(true);
    expect(await out.list()).toEqual([...LEFT, 'elsewhere/']);
  });

  test('are found where a killed run left them, unless that run had been published', async () => {
    for (const [parts, found] of [
      [['run', 'spool'], ['1.page']],
      [['spool'], []],
    ] as const) {
      for (const part of parts) await mkdir(out.at(`${WORK}/0123456789abcdef/${part}`), { recursive: true });
      await writeFile(out.at(`${WORK}/0123456789abcdef/spool/1.page`), 'page');
      const next = await open();
      expect(await readdir(next.spoolPath)).toEqual(found);
      await next.abandon();
      expect(await out.list()).toEqual([]);
    }
  });
});

test('a run that another took over cannot write into the other’s folder', async () => {
  const slow = await open();
  await out.ageLock(60);
  // No time passes while its lock is looked at: as if the slow one did not beat.
  let nowMs = 0;
  const clock = { monotonicMs: () => nowMs, sleep: (ms: number) => Promise.resolve(void (nowMs += ms)) };
  const quick = await open({ clock });
  expect(await failureOf(slow.create('stray.csv'))).toBeInstanceOf(OutputError);
  await slow.abandon(true);
  await writeTo(quick, 'report.txt', 'quick');
  await quick.publish();
  await quick.cleanUp();
  expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
});

test('once it is asked to stop, no file of the run takes another byte, and none is completed', async () => {
  const stop = new AbortController();
  const folder = await open({ signal: stop.signal });
  const output = await folder.create('report.csv');
  await output.append(Buffer.from('a'));
  stop.abort(new InterruptedError('SIGTERM'));
  expect(await failureOf(output.append(Buffer.from('b')))).toBeInstanceOf(InterruptedError);
  expect(await failureOf(output.close())).toBeInstanceOf(InterruptedError);
  const scratch = await folder.scratch();
  expect(await failureOf(scratch.append(Buffer.from('c')))).toBeInstanceOf(InterruptedError);
  await folder.abandon();
  expect(await out.list()).toBeNull();
});
