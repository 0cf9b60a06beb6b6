import { lstat, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TryLaterError } from '../../src/core/errors.ts';
import { STALE_AFTER_MS } from '../../src/platform/files/lock.ts';
import { failureOf, fakeClock, NAME, OutFolder } from './folders.ts';
import { openers } from './openers.ts';

let out: OutFolder;
let path: string;
beforeEach(async () => {
  out = await OutFolder.make();
  await mkdir(out.path);
  path = out.at(`.${NAME}.lock`);
});
afterEach(() => out.remove());

const STALE_SECONDS = STALE_AFTER_MS / 1000 + 1;

describe('the lock of a run folder, between processes,', () => {
  it.each([
    ['an hour ago', 3600],
    ['in an hour', -3600],
  ])('of a process that lives is not stolen, though its time says %s', async (_when, seconds) => {
    const processes = await openers(1, out.path, NAME);
    expect(await processes.openAll()).toEqual(['opened']);
    await out.ageLock(seconds);
    expect(await failureOf(out.open())).toBeInstanceOf(TryLaterError);
    expect(await processes.publishAll()).toEqual(['published']);
  });

  it('that is stale goes to exactly one of twenty processes', async () => {
    await writeFile(path, '{"token":"dead"}');
    await utimes(path, new Date(0), new Date(0));
    const processes = await openers(20, out.path, NAME);
    const answers = await processes.openAll();
    expect(answers.filter((answer) => answer === 'opened')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'TryLaterError')).toHaveLength(19);
    expect(await processes.publishAll()).toEqual(['published']);
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/winner`]);
  });

  it('of a process that was killed is taken over, and nothing that it began stays', async () => {
    await out.publish('old');
    const processes = await openers(1, out.path, NAME, 'overwrite');
    expect(await processes.openAll()).toEqual(['opened']);
    await processes.killAll();
    expect(await readdir(out.path)).toContain(`.${NAME}.work`);
    expect(await out.read(`${NAME}/report.txt`)).toBe('old');
    expect(await failureOf(out.open({ overwrite: true }))).toBeInstanceOf(TryLaterError);
    await out.ageLock(STALE_SECONDS);
    await out.publish('new', { overwrite: true, clock: fakeClock() });
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
    expect(await out.read(`${NAME}/report.txt`)).toBe('new');
  });
});

describe('a replacing run that is suspended while it publishes', () => {
  /** Numbers of the changes to the file system between the word to publish and the end. */
  async function changesOfPublishing(): Promise<number[]> {
    const log = out.beside('operations.log');
    await out.publish('old');
    const processes = await openers(1, out.path, NAME, 'overwrite', { FAULT_LOG: log });
    await processes.openAll();
    const before = (await readFile(log, 'utf8')).trimEnd().split('\n').length;
    expect(await processes.publishAll()).toEqual(['published']);
    const all = (await readFile(log, 'utf8')).trimEnd().split('\n');
    await rm(out.path, { recursive: true });
    expect(all.slice(before).filter((line) => line.includes('rename'))).toHaveLength(3);
    return all.map((_, index) => index + 1).slice(before);
  }

  async function untilStopped(pid: number): Promise<void> {
    await vi.waitUntil(async () => / T /.test(await readFile(`/proc/${pid}/stat`, 'utf8')), { timeout: 5_000 });
  }

  it('at any change, and overtaken, takes nothing away from the run that was sealed meanwhile', {
    timeout: 60_000,
  }, async () => {
    for (const at of await changesOfPublishing()) {
      await rm(out.path, { recursive: true, force: true });
      await out.publish('old');
      const processes = await openers(1, out.path, NAME, 'overwrite', { FAULT_AT: String(at), FAULT_KIND: 'stop' });
      expect(await processes.openAll()).toEqual(['opened']);
      const { pid, answer } = processes.publishFirst();
      await untilStopped(pid);
      await out.ageLock(STALE_SECONDS).catch(() => undefined);
      await out.publish('overtaker', { overwrite: true, clock: fakeClock() });
      const { ino } = await lstat(out.at(NAME));
      process.kill(pid, 'SIGCONT');
      const end = { said: '' };
      void answer.then((said) => (end.said = said));
      let gone = 0;
      do {
        if ((await lstat(out.at(NAME)).catch(() => null))?.ino !== ino) gone++;
      } while (end.said === '');
      expect([at, gone, end.said]).toEqual([at, 0, expect.stringMatching(/^(?:TryLaterError|OutputError|published)$/)]);
      expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
      expect(await out.read(`${NAME}/report.txt`)).toBe('overtaker');
    }
  });
});
