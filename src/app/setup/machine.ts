import { randomBytes } from 'node:crypto';
import { open, stat, statfs, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { outputFailure } from '../../platform/files/output-failure.ts';
import { findFonts } from '../../render/sinks/registry.ts';
import { type Check, ok, problem, warning } from './check.ts';

const LEAST_NODE = [20, 19] as const;
/** Node versions: https://github.com/nodejs/release#end-of-life-releases. */
const ENDED = new Map([[20, 'April 2026']]);

const GB = 1e9;
const LITTLE_BYTES = 1 * GB;
const TOO_LITTLE_BYTES = 0.1 * GB;

/** `version` is that of `process.versions.node`. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
    return problem(
      'node',
      `Node ${version} is too old.`,
      `Install Node ${leastMajor}.${leastMinor} or newer, best 24.`,
    );
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
  const further = optional.length === 0 ? 'no further one' : optional.join(', ');
  return ok('fonts', `The fonts of the PDF report are there; for more scripts: ${further}.`);
}

/** Checks that runs can be written, by writing and removing a file, and how much space is left. */
export async function checkFolder(path: string): Promise<Check[]> {
  const folder = resolve(path);
  const existing = await nearestFolder(folder);
  if (existing === null) {
    return [
      problem('folder', `${path}: a part of the path is a file, not a folder.`, 'Choose another folder with --out.'),
    ];
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
