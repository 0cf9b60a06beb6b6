import { lstat, mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InterruptedError, TryLaterError } from '../../src/core/errors.ts';
import { acquireLock, STALE_AFTER_MS } from '../../src/platform/files/lock.ts';
import { failureOf, fakeClock, NAME, OutFolder, writeTo } from './folders.ts';

let out: OutFolder;
let path: string;
beforeEach(async () => {
  out = await OutFolder.make();
  await mkdir(out.path);
  path = out.at(`.${NAME}.lock`);
});
afterEach(async () => {
  vi.useRealTimers();
  await out.remove();
});

const STALE_SECONDS = STALE_AFTER_MS / 1000 + 1;

async function openFiles(): Promise<number> {
  return (await readdir('/proc/self/fd')).length;
}

describe('the lock of a run folder', () => {
  it('lets one run in; the next is told to wait, and gets in afterwards', async () => {
    const first = await out.open();
    const error = await failureOf(out.open());
    expect(error).toBeInstanceOf(TryLaterError);
    expect(error).toMatchObject({
      kind: 'try-later',
      retryAtMs: null,
      place: { file: path },
      remedy: expect.stringContaining('15 seconds') as string,
    });
    await first.abandon();
    const second = await out.open();
    await second.abandon();
    expect(await out.list()).toEqual([]);
  });

  it('is one for each name', async () => {
    const [one, other] = [await out.open(), await out.open({ name: 'other_2024-01' })];
    await one.abandon();
    await other.abandon();
    expect(await out.list()).toEqual([]);
  });

  it('of a dead run is taken over when it is stale, and not before', async () => {
    for (const content of ['{"token":"dead"}', '', 'not JSON', '{"token":7}']) {
      await writeFile(path, content);
      await out.ageLock(STALE_SECONDS - 6);
      const clock = fakeClock();
      expect(await failureOf(acquireLock(path, { clock }))).toBeInstanceOf(TryLaterError);
      expect(clock.monotonicMs()).toBe(0);
      await out.ageLock(10);
      const lock = await acquireLock(path, { clock });
      expect(clock.monotonicMs()).toBe(3_000);
      await lock.assertHeld();
      await lock.release();
      expect(await readdir(out.path)).toEqual([]);
    }
  });

  it.each([30, 3600, 10 * 365 * 86_400])(
    'of a dead run whose time lies %d s ahead is watched for 15 seconds, then taken over',
    async (seconds) => {
      await writeFile(path, '{"token":"dead"}');
      await out.ageLock(-seconds);
      const clock = fakeClock();
      const lock = await acquireLock(path, { clock });
      expect(clock.monotonicMs()).toBe(STALE_AFTER_MS);
      await lock.assertHeld();
      await lock.release();
      expect(await readdir(out.path)).toEqual([]);
    },
  );

  it('whose content moves and whose time does not is held, as on a share that keeps times back', async () => {
    await writeFile(path, '{"token":"alive","beat":"0000000000"}');
    await utimes(path, 0, 0);
    let beats = 0;
    const clock = fakeClock(async () => {
      await writeFile(path, `{"token":"alive","beat":"${String(++beats).padStart(10, '0')}"}`);
      await utimes(path, 0, 0);
    });
    expect(await failureOf(acquireLock(path, { clock }))).toBeInstanceOf(TryLaterError);
    expect(beats).toBe(1);
  });

  it('that is watched lets a signal end the wait', async () => {
    await writeFile(path, '{"token":"dead"}');
    await out.ageLock(-60);
    const controller = new AbortController();
    const waiting = failureOf(acquireLock(path, { signal: controller.signal }));
    controller.abort(new InterruptedError('SIGTERM'));
    expect(await waiting).toBeInstanceOf(InterruptedError);
    expect(await readdir(out.path)).toEqual([`.${NAME}.lock`]);
  });

  it('is kept fresh while its run lives', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const lock = await acquireLock(path);
    await out.ageLock(STALE_SECONDS);
    const aged = (await lstat(path)).mtimeMs;
    vi.advanceTimersByTime(2_000);
    await vi.waitUntil(async () => (await lstat(path)).mtimeMs > aged);
    expect(await failureOf(acquireLock(path))).toBeInstanceOf(TryLaterError);
    await lock.release();
  });

  it('that was lost is noticed before anything is published, and the other run is left alone', async () => {
    const slow = await out.open();
    await writeTo(slow, 'report.txt', 'slow');
    await out.ageLock(STALE_SECONDS);
    // No time passes while it is looked at: as if the slow one did not beat.
    const quick = await out.open({ clock: fakeClock() });
    await writeTo(quick, 'report.txt', 'quick');
    expect(await failureOf(slow.publish())).toBeInstanceOf(TryLaterError);
    expect(await readdir(out.path)).not.toContain(NAME);
    await slow.abandon();
    await quick.publish();
    await quick.cleanUp();
    expect(await out.list()).toEqual([`${NAME}/`, `${NAME}/report.txt`]);
    expect(await out.read(`${NAME}/report.txt`)).toBe('quick');
  });

  it('holds no file open when it was let go', async () => {
    await (await acquireLock(path)).release();
    const before = await openFiles();
    const lock = await acquireLock(path);
    expect(await failureOf(acquireLock(path))).toBeInstanceOf(TryLaterError);
    await lock.release();
    expect(await openFiles()).toBe(before);
  });

  it.each(['free', 'stale'])('that is %s goes to exactly one of twenty who ask at once', async (state) => {
    if (state === 'stale') {
      await writeFile(path, '{"token":"dead"}');
      await utimes(path, new Date(0), new Date(0));
    }
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => acquireLock(path)));
    const won = asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const lost = asked.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(won).toHaveLength(1);
    expect(lost.every((error) => error instanceof TryLaterError)).toBe(true);
    await won[0]?.assertHeld();
    await won[0]?.release();
    expect(await readdir(out.path)).toEqual([]);
  });
});
