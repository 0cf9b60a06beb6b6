import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InterruptedError, OutputError } from '../../core/errors.ts';
import { systemClock, TOOL } from '../../platform/machine.ts';
import { RUN_FILE_MODE, syncFolder, writeSmallFile } from '../../platform/files/folders.ts';
import { outputFailure } from '../../platform/files/output-failure.ts';
import { HttpFault, openHttpClient } from '../../platform/http/client.ts';
import { statusText } from '../../platform/http/wire-errors.ts';
import { LARGEST_MANIFEST_BYTES } from '../../seal/evidence/manifest-schema.ts';
import { MANIFEST_FILE, readSmallFile, TIMESTAMP_FILE } from '../../seal/evidence/run-files.ts';
import {
  LARGEST_TIMESTAMP_BYTES,
  NONCE_BYTES,
  readTimestamp,
  TimestampFault,
  timestampRequest,
} from '../../seal/evidence/timestamp.ts';
import type { RunConfig } from '../../core/run-config.ts';

const LIMITS = { connectMs: 5_000, headersMs: 10_000, idleBodyMs: 5_000 };
const TIMEOUT_MS = 15_000;
const OK = 200;

/**
 * Asks the authority for a token over the manifest of a sealed run and puts it next to it. Returns null, or why the
 * token is missing: a run is never worse for that, and it can be asked for again. Throws `ConfigError` if the packages that
 * read tokens are missing.
 */
export async function timestampRun(
  folder: string,
  { url, proxies }: NonNullable<RunConfig['timestamp']>,
  signal: AbortSignal,
): Promise<string | null> {
  const manifest = await readSmallFile(join(folder, MANIFEST_FILE), LARGEST_MANIFEST_BYTES);
  if (manifest === null) return `${MANIFEST_FILE} cannot be read`;
  const target = new URL(url);
  const nonce = randomBytes(NONCE_BYTES);
  const settings = { proxies, limits: LIMITS, timeoutMs: TIMEOUT_MS, clock: systemClock() };
  const client = openHttpClient(target, { ...settings, maxBodyBytes: LARGEST_TIMESTAMP_BYTES + 1 });
  try {
    const headers = { 'content-type': 'application/timestamp-query', 'user-agent': `detect-report/${TOOL.version}` };
    const body = timestampRequest(manifest, nonce);
    const answer = await client.send({ method: 'POST', url: target, headers, body }, signal);
    if (answer.status !== OK) return `${target.host} answers ${statusText(answer.status)}`;
    if (answer.body.length > LARGEST_TIMESTAMP_BYTES) return `${target.host} gives an answer that is too long`;
    await readTimestamp(answer.body, manifest, { nonce });
    await place(folder, answer.body);
    return null;
  } catch (error) {
    if (error instanceof HttpFault) return `${target.host}: ${error.message}`;
    if (error instanceof InterruptedError || error instanceof OutputError) return error.message;
    if (error instanceof TimestampFault) return `the answer of ${target.host} ${error.message}`;
    throw error;
  } finally {
    await client.close();
  }
}

/** Whole or not at all: a sealed run folder never has half a file. */
async function place(folder: string, token: Uint8Array): Promise<void> {
  const outside = join(folder, '..', `.${basename(folder)}.tsr`);
  const path = join(folder, TIMESTAMP_FILE);
  await writeSmallFile(outside, token, RUN_FILE_MODE);
  try {
    await rename(outside, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(outside, { force: true });
    throw outputFailure(error, path);
  }
}
