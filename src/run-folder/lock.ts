import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutputError, TryLaterError } from '../core/errors.ts';
import { outputFailure, systemCode } from '../core/output-failure.ts';

/** How often the holder says that it is alive, and after how long without a sign it is taken for dead. */
const HEARTBEAT_MS = 2_000;
export const STALE_AFTER_MS = 15_000;
/** A lock that was just taken over may be taken over by several at once: the loser of that race sees it here. */
const SETTLE_MS = 50;
/** In the course of such a race the winner's lock may be away for a moment. */
const LOOKS = 5;

/**
 * One run at a time for one run folder. A lock file with a random token and a heartbeat on its modification time;
 * process ids are not looked at, because across containers they say nothing. Every time is the file system's own.
 * Whoever publishes asks `assertHeld` first: a holder that was suspended and overtaken must stop.
 */
export class RunLock {
  readonly #path: string;
  readonly #token: string;
  readonly #text: string;
  readonly #handle: FileHandle;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string, token: string, text: string, handle: FileHandle) {
    this.#path = path;
    this.#token = token;
    this.#text = text;
    this.#handle = handle;
    this.#timer = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#timer.unref();
  }

  /** Throws `TryLaterError` when another run holds the lock, `OutputError` when the file cannot be written. */
  static async acquire(path: string): Promise<RunLock> {
    const token = randomBytes(16).toString('hex');
    const text = `${JSON.stringify({ token, host: hostname(), pid: process.pid })}\n`;
    for (let attempt = 0; attempt < 3; attempt++) {
      const handle = await create(path, text);
      if (handle !== null) {
        const lock = new RunLock(path, token, text, handle);
        await sleep(SETTLE_MS);
        return await lock.#confirmed();
      }
      if (!(await removeIfStale(path, token))) break;
    }
    throw new TryLaterError(`Another run is writing the same run folder: ${path} is held.`, null, {
      place: { file: path },
      remedy: `Wait until it has finished. A dead run's lock is taken over by itself after ${STALE_AFTER_MS / 1000} seconds.`,
    });
  }

  /** False when another run took it for dead and took over. */
  async isHeld(): Promise<boolean> {
    return (await tokenOf(this.#path)) === this.#token;
  }

  /** Throws `TryLaterError` when the lock was lost to another run. Call before anything is published. */
  async assertHeld(): Promise<void> {
    if (await this.isHeld()) return;
    throw new TryLaterError('Another run took over this run folder while this one stood still.', null, {
      place: { file: this.#path },
      remedy: 'Nothing was published by this run. Look at the result of the other one.',
    });
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    if (await this.isHeld()) await unlink(this.#path).catch(() => undefined);
    await this.#handle.close().catch(() => undefined);
  }

  async #confirmed(): Promise<RunLock> {
    try {
      for (let look = 1; look < LOOKS && (await tokenOf(this.#path)) === null; look++) await sleep(SETTLE_MS);
      await this.assertHeld();
      return this;
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  /**
   * The same bytes once more: the file system notes the time by its own clock. The handle stays this run's own file
   * even where another has taken its name. A heartbeat that fails is no failure of the run: `assertHeld` decides.
   */
  #beat(): void {
    this.#handle.write(this.#text, 0).catch(() => undefined);
  }
}

/** The new lock file, open; null where there is one already. */
async function create(path: string, text: string): Promise<FileHandle | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'wx', 0o644);
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

async function tokenOf(path: string): Promise<string | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null && 'token' in value && typeof value.token === 'string'
      ? value.token
      : null;
  } catch {
    return null;
  }
}

/** True when the lock was stale and is gone. It is moved away by rename first, so that only one can take it over. */
async function removeIfStale(path: string, token: string): Promise<boolean> {
  const probe = `${path}.${token}`;
  try {
    const held = await stat(path);
    await writeFile(probe, '', { flag: 'wx' });
    const now = await stat(probe);
    await unlink(probe);
    if (now.mtimeMs - held.mtimeMs < STALE_AFTER_MS) return false;
    await rename(path, probe);
    // Between the look and the rename another run may have taken over: then its fresh lock was moved; put it back.
    const moved = await stat(probe);
    if (moved.mtimeMs !== held.mtimeMs) {
      await rename(probe, path);
      return false;
    }
    await unlink(probe);
    return true;
  } catch (error) {
    await unlink(probe).catch(() => undefined);
    if (systemCode(error) === 'ENOENT') return true;
    if (error instanceof OutputError) throw error;
    throw outputFailure(error, path);
  }
}
