import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/instant.ts';
import { OutputError, TryLaterError } from '../../core/errors.ts';
import { outputFailure, systemCode } from './output-failure.ts';
import { isDeepStrictEqual } from 'node:util';
import { systemClock } from '../machine.ts';

/** How often the holder signals that it is alive, and the silence after which it counts as dead. */
const HEARTBEAT_MS = 2_000;
export const STALE_AFTER_MS = 15_000;
/** How long a lock that looks stale must stay unchanged: its time may be wrong, its heartbeat is not. */
const CONFIRM_STALE_MS = 3_000;
const LOOK_EVERY_MS = 250;
/** Several runs may take over a lock at once: the loser of that race sees it after this time. */
const SETTLE_MS = 50;
/** During such a race the winner's lock may be missing for a moment. */
const LOOKS = 5;

export interface LockOptions {
  /** For the time between two reads of another run's lock. */
  readonly clock?: Pick<Clock, 'monotonicMs' | 'sleep'> | undefined;
  /** Ends the wait for another run's heartbeat. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Allows one run at a time for one run folder. A lock file with a random token and a heartbeat, visible in its content
 * and its modification time. Process ids are not used: they mean nothing across containers. A holder is alive if its
 * heartbeat moves; its times are compared only with those of the same file system, and only to decide how long to
 * watch: a clock that was changed neither steals a lock nor keeps one for ever. `assertHeld` stops a holder that was
 * suspended and overtaken; RunFolder makes its renames fail in any case. Throws `TryLaterError` if another run holds the
 * lock, `OutputError` if the file cannot be written.
 */
export async function acquireLock(path: string, options: LockOptions = {}): Promise<RunLock> {
  const token = randomBytes(16).toString('hex');
  for (let attempt = 0; attempt < 3; attempt++) {
    const handle = await create(path, contentOf(token, 0));
    if (handle !== null) return await confirmed(lockOf(path, token, handle));
    if (!(await removeIfDead(path, token, options))) break;
  }
  throw new TryLaterError(`Another run is writing the same run folder: ${path} is held.`, null, {
    place: { file: path },
    remedy: `Wait until it has finished. A dead run's lock is taken over by itself after ${STALE_AFTER_MS / 1000} seconds.`,
  });
}

async function confirmed(lock: RunLock): Promise<RunLock> {
  try {
    await sleep(SETTLE_MS);
    await lock.assertHeld();
    return lock;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

export type RunLock = ReturnType<typeof lockOf>;

function lockOf(path: string, token: string, handle: FileHandle) {
  let beats = 0;
  let isBeating = false;
  /**
   * On disk when the write ends (O_DSYNC): a network file system shows others nothing before. The handle stays this
   * run's own file even if another took its name. A failed heartbeat is not a failure of the run: `assertHeld` decides.
   */
  const beat = async (): Promise<void> => {
    if (isBeating) return;
    isBeating = true;
    await handle.write(contentOf(token, ++beats), 0).catch(() => undefined);
    isBeating = false;
  };
  const timer = setInterval(() => void beat(), HEARTBEAT_MS);
  timer.unref();
  const isOwn = ({ content }: Sighting): boolean => tokenIn(content) === token;
  /** False if another run took over. */
  const isHeld = async (): Promise<boolean> => {
    for (let look = 1; ; look++) {
      const found = await sightingOf(path).catch(() => null);
      if (found !== null || look === LOOKS) return found !== null && isOwn(found);
      await sleep(SETTLE_MS);
    }
  };
  return {
    isHeld,
    /** Throws `TryLaterError` if another run took the lock. Call before publishing anything. */
    async assertHeld(): Promise<void> {
      if (await isHeld()) return;
      throw new TryLaterError('Another run took over this run folder while this one stood still.', null, {
        place: { file: path },
        remedy: 'Nothing was published by this run. Look at the result of the other one.',
      });
    },
    /** Never fails: the guarded work is done, and a lock that stays counts as a dead run's. */
    async release(): Promise<void> {
      clearInterval(timer);
      if (await isHeld()) {
        await removeProbes(path).catch(() => undefined);
        // Rename first, then check: a run that is suspended here must not remove another run's lock.
        await moveAway(path, `${path}.${token}`, isOwn).catch(() => undefined);
      }
      await handle.close().catch(() => undefined);
    },
  };
}

/** Always of the same length, so that a reader never sees half of it. */
function contentOf(token: string, beats: number): string {
  const beat = String(beats).padStart(10, '0');
  return `${JSON.stringify({ token, host: hostname(), pid: process.pid, beat })}\n`;
}

/** Windows has no O_DSYNC. */
const NEW_AND_SYNCED =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | ((constants as { O_DSYNC?: number }).O_DSYNC ?? 0);

/** The new lock file, open; null if one exists already. */
async function create(path: string, text: string): Promise<FileHandle | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, NEW_AND_SYNCED, 0o644);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return null;
    throw outputFailure(error, path);
  }
  try {
    await handle.write(text, 0);
    return handle;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await unlink(path).catch(() => undefined);
    throw outputFailure(error, path);
  }
}

interface Sighting {
  readonly inode: bigint;
  readonly mtimeNs: bigint;
  readonly content: string;
}

const MOST_BYTES = 4096;

/** The lock file's state, or null. Opened again each time, which makes a network file system ask its server. */
async function sightingOf(path: string): Promise<Sighting | null> {
  try {
    const handle = await open(path, 'r');
    try {
      const { ino: inode, mtimeNs } = await handle.stat({ bigint: true });
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
      return { inode, mtimeNs, content: buffer.toString('utf8', 0, bytesRead) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw outputFailure(error, path);
  }
}

function tokenIn(content: string): unknown {
  try {
    return Object(JSON.parse(content)).token ?? null;
  } catch {
    return null;
  }
}

/**
 * True if the lock's run is dead and the lock is removed, or it vanished by itself. A lock written within the last
 * seconds is held, without further checks; one that looks stale, or has a future time, is watched.
 */
async function removeIfDead(path: string, token: string, options: LockOptions): Promise<boolean> {
  const probe = `${path}.${token}`;
  try {
    const held = await sightingOf(path);
    if (held === null) return true;
    const ageMs = await ageOf(held, probe);
    if (ageMs >= 0 && ageMs < STALE_AFTER_MS) return false;
    const found = await watch(path, held, ageMs < 0 ? STALE_AFTER_MS : CONFIRM_STALE_MS, options);
    if (found === 'moved') return false;
    // Between the check and the rename another run may have taken over: then its new lock is put back.
    return found === 'gone' || (await moveAway(path, probe, (moved) => isDeepStrictEqual(moved, held)));
  } catch (error) {
    if (error instanceof OutputError || systemCode(error) === '') throw error;
    throw outputFailure(error, path);
  }
}

/** Milliseconds by the clock of the lock's file system; below 0 if its time is in the future. */
async function ageOf(held: Sighting, probe: string): Promise<number> {
  const handle = await open(probe, 'wx');
  try {
    const now = await handle.stat({ bigint: true });
    return Number((now.mtimeNs - held.mtimeNs) / 1_000_000n);
  } finally {
    await handle.close();
    await unlink(probe).catch(() => undefined);
  }
}

/** Removes the files that processes killed while they checked or released the lock left next to it. */
async function removeProbes(path: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (name.startsWith(prefix)) await unlink(join(dirname(path), name)).catch(() => undefined);
  }
}

/** Watches the lock for that long, by this process's own clock. */
async function watch(
  path: string,
  held: Sighting,
  forMs: number,
  { clock = systemClock(), signal = new AbortController().signal }: LockOptions,
): Promise<'still' | 'moved' | 'gone'> {
  const endMs = clock.monotonicMs() + forMs;
  while (clock.monotonicMs() < endMs) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    const found = await sightingOf(path);
    if (found === null) return 'gone';
    if (!isDeepStrictEqual(found, held)) return 'moved';
  }
  return 'still';
}

/** Removes the lock if it is the intended one, and puts any other one back. By rename, so that only one run gets it. */
async function moveAway(path: string, probe: string, isMeant: (moved: Sighting) => boolean): Promise<boolean> {
  try {
    await rename(path, probe);
    const moved = await sightingOf(probe);
    if (moved !== null && !isMeant(moved)) {
      await rename(probe, path);
      return false;
    }
    await unlink(probe);
    return true;
  } catch (error) {
    // Another run was faster, or the folder is gone.
    if (systemCode(error) === 'ENOENT') return true;
    throw outputFailure(error, path);
  }
}
