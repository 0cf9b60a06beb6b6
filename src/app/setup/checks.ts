import { randomBytes } from 'node:crypto';
import { open, stat, statfs, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DetectReportError, InterruptedError } from '../../core/errors.ts';
import type { Clock } from '../../core/instant.ts';
import { type ApiSettings, DEFAULT_PATIENCE_MINUTES } from '../../core/run-config.ts';
import { type ApiProbe, probeApi } from '../../extract/sources/registry.ts';
import { outputFailure } from '../../platform/files/output-failure.ts';
import { chooseProxy } from '../../platform/http/connections.ts';
import { findFonts } from '../../render/sinks/registry.ts';

/** One check: a `problem` prevents reports, a `warning` does not yet. */
export interface Check {
  readonly name: 'node' | 'fonts' | 'folder' | 'space' | 'proxy' | 'key' | 'api' | 'clock' | 'rate';
  readonly state: 'ok' | 'warning' | 'problem';
  /** One sentence, in plain words, without a secret. */
  readonly text: string;
  /** What to do; null if there is nothing to do. */
  readonly remedy: string | null;
  /** What causes a problem: this machine and its settings, or the API. */
  readonly blame: 'machine' | 'source';
}

function ok(name: Check['name'], text: string): Check {
  return { name, state: 'ok', text, remedy: null, blame: 'machine' };
}

export function warning(name: Check['name'], text: string, remedy: string): Check {
  return { name, state: 'warning', text, remedy, blame: 'machine' };
}

export function problem(
  name: Check['name'],
  text: string,
  remedy: string | undefined,
  blame: Check['blame'] = 'machine',
): Check {
  return { name, state: 'problem', text, remedy: remedy ?? null, blame };
}

const LARGEST_PAGE = 1000;
/** An HTTP date has whole seconds, and an answer takes time: a smaller difference does not count. */
const CLOCK_OK_MS = 10_000;
/** S3 signatures are valid for 15 minutes. */
const CLOCK_WRONG_MS = 900_000;

export function checkProxy(api: Pick<ApiSettings, 'baseUrl' | 'proxies'>): Check {
  try {
    const proxy = chooseProxy(new URL(api.baseUrl), api.proxies);
    if (proxy !== null) return ok('proxy', `The API is asked through the proxy ${proxy.host}.`);
    if ((api.proxies.https ?? api.proxies.http) === null) return ok('proxy', 'No proxy is set.');
    return ok('proxy', 'A proxy is set, but not for the API: it is asked directly.');
  } catch (error) {
    if (!(error instanceof DetectReportError)) throw error;
    return problem('proxy', error.message, error.remedy);
  }
}

export async function checkApi(
  api: ApiSettings & { readonly version: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<Check[]> {
  let probe: ApiProbe;
  try {
    probe = await probeApi(api, clock, signal);
  } catch (error) {
    if (!(error instanceof DetectReportError) || error instanceof InterruptedError) throw error;
    const isOurs = error.kind === 'usage';
    return [problem(isOurs ? 'key' : 'api', error.message, error.remedy, isOurs ? 'machine' : 'source')];
  }
  return [...answered(probe, api), checkClock(probe.clockAheadMs)];
}

function answered({ host, outcome, roundTripMs }: ApiProbe, { key }: ApiSettings): Check[] {
  const reached = ok('api', `The API at ${host} answers (in ${Math.round(roundTripMs)} ms).`);
  if (outcome.kind === 'error') {
    const { message, place, remedy } = outcome.error;
    const isAboutKey = place.status === 401 || place.status === 403;
    return isAboutKey
      ? [reached, problem('key', message, remedy, 'source')]
      : [problem('api', message, remedy, 'source')];
  }
  if (outcome.kind === 'busy') {
    if (outcome.status !== 429) {
      const text = `The API at ${host} is out of order for the moment (HTTP ${outcome.status}).`;
      const remedy = `Try again later; a run waits out ${DEFAULT_PATIENCE_MINUTES} minutes of that by itself.`;
      return [problem('api', text, remedy, 'source')];
    }
    const wait = outcome.retryAfterMs === null ? '' : `, for ${Math.ceil(outcome.retryAfterMs / 1000)} s`;
    const text = `It asks to slow down at the first request already (HTTP 429${wait}).`;
    return [reached, warning('rate', text, 'Find out what else uses the same key; a lower --rate helps both.')];
  }
  return [reached, ok('key', `The key ${key.hint()} is accepted.`), ok('rate', rateText(outcome.totalCount))];
}

function rateText(totalCount: number | null): string {
  const free = 'It does not ask to slow down';
  if (totalCount === null) return `${free}; it does not say how many detections there are.`;
  const requests = Math.max(1, Math.ceil(totalCount / LARGEST_PAGE));
  return `${free}. The list holds ${totalCount.toLocaleString('en-US')} detections: about ${requests.toLocaleString('en-US')} ${requests === 1 ? 'request' : 'requests'}.`;
}

function checkClock(aheadMs: number | null): Check {
  if (aheadMs === null) return ok('clock', 'The API tells no time to compare this machine’s clock with.');
  const off = Math.abs(aheadMs);
  if (off <= CLOCK_OK_MS) return ok('clock', 'This machine’s clock agrees with the API’s.');
  const text = `This machine’s clock is ${spanText(off)} ${aheadMs > 0 ? 'behind' : 'ahead of'} the API’s.`;
  const remedy = 'Let it be set by the network (NTP): it decides which month was the last one.';
  return off > CLOCK_WRONG_MS ? problem('clock', text, remedy) : warning('clock', text, remedy);
}

function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

const LEAST_NODE = [20, 19] as const;
/** Node versions: https://github.com/nodejs/release#end-of-life-releases. */
const ENDED = new Map([
  [20, 'April 2026'],
  [21, 'June 2024'],
  [23, 'June 2025'],
]);

const GB = 1e9;
const LITTLE_BYTES = 1 * GB;
const TOO_LITTLE_BYTES = 0.1 * GB;

/** `version` is that of `process.versions.node`. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
    const remedy = `Install Node ${leastMajor}.${leastMinor} or newer, best 24.`;
    return problem('node', `Node ${version} is too old.`, remedy);
  }
  const ended = ENDED.get(major);
  if (ended === undefined) return ok('node', `Node ${version}.`);
  const text = `Node ${version} works, but its support ended in ${ended}: it gets no security fixes any more.`;
  return warning('node', text, 'Install Node 24 when you can.');
}

/** Checks that the PDF report's fonts are installed, and for which further scripts. */
export async function checkFonts(): Promise<Check> {
  const { missing, unreadable, optional } = await findFonts();
  const lost = [...missing, ...unreadable];
  if (lost.length > 0) {
    return problem('fonts', `The PDF report lacks fonts: ${lost.join(', ')}.`, 'Install detect-report again (npm ci).');
  }
  const further = optional.length === 0 ? '' : `, and for more scripts ${optional.join(', ')}`;
  return ok('fonts', `The fonts of the PDF report are there${further}.`);
}

/** Checks that runs can be written, by writing and removing a file, and how much space is left. */
export async function checkFolder(path: string): Promise<Check[]> {
  const folder = resolve(path);
  const existing = await nearestFolder(folder);
  if (existing === null) {
    const text = `${path}: a part of the path is a file, not a folder.`;
    return [problem('folder', text, 'Choose another folder with --out.')];
  }
  const probe = join(existing, `.detect-report-${randomBytes(6).toString('hex')}`);
  try {
    await (await open(probe, 'wx', 0o600)).close();
    await unlink(probe);
  } catch (error) {
    const { message, remedy } = outputFailure(error, existing);
    return [problem('folder', message, remedy)];
  }
  const where =
    existing === folder
      ? `${path} can be written to`
      : `${path} is made by the first run; ${existing} can be written to`;
  return [ok('folder', `The folder ${where}.`), await checkSpace(existing)];
}

async function checkSpace(folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const text = `${(freeBytes / GB).toFixed(1)} GB are free in ${folder}.`;
  const remedy = 'Free space there, or choose another folder with --out.';
  if (freeBytes < TOO_LITTLE_BYTES) return problem('space', `Only ${text}`, remedy);
  return freeBytes < LITTLE_BYTES ? warning('space', `Only ${text}`, remedy) : ok('space', text);
}

/** The folder or its nearest existing parent; null if something that is not a folder is in the way. */
async function nearestFolder(folder: string): Promise<string | null> {
  for (let path = folder; ; path = dirname(path)) {
    const found = await stat(path).catch((error: unknown) => error as NodeJS.ErrnoException);
    if (!(found instanceof Error)) return found.isDirectory() ? path : null;
    if (found.code === 'ENOTDIR') continue;
    // The write test reports a folder that cannot be read.
    if (found.code !== 'ENOENT' || dirname(path) === path) return path;
  }
}
