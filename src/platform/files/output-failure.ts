import { DetectReportError, type ErrorPlace, OutputError } from '../../core/errors.ts';

/** An end of a remedy: which word names the folder depends on the command. */
export const ANOTHER_FOLDER = 'another folder (--out; out of a job; TMPDIR for temporary files).';

const REMEDIES: ReadonlyMap<string, readonly [what: string, remedy: string]> = new Map([
  ['ENOSPC', ['the disk is full', `Free space there, or choose ${ANOTHER_FOLDER}`]],
  ['EDQUOT', ['the disk quota is used up', `Free space there, or choose ${ANOTHER_FOLDER}`]],
  [
    'EFBIG',
    [
      'the file would exceed the largest size allowed there',
      `Raise the limit (ulimit -f), or choose ${ANOTHER_FOLDER}`,
    ],
  ],
  ['EACCES', ['permission is denied', `Give this user the right to write there, or choose ${ANOTHER_FOLDER}`]],
  ['EPERM', ['the operation is not permitted', `Give this user the right to write there, or choose ${ANOTHER_FOLDER}`]],
  ['EROFS', ['the file system is read-only', `Choose ${ANOTHER_FOLDER}`]],
  ['ENOTDIR', ['a part of the path is a file, not a folder', `Choose ${ANOTHER_FOLDER}`]],
  ['EEXIST', ['something is in the way', `Move it away, or choose ${ANOTHER_FOLDER}`]],
  [
    'ENAMETOOLONG',
    ['the name is too long', 'Choose a shorter path (--out; out of a job), or a shorter template name.'],
  ],
  ['EMFILE', ['too many files are open', 'Raise the limit (ulimit -n) and run again.']],
  ['ENOENT', ['it is gone', 'Something removed it while the run went on; run again.']],
  ['EIO', ['the disk reports an error', 'Check the disk, then run again.']],
]);

const MOST_CAUSES = 8;

/** The error's system code (`ENOSPC`), or an empty text. */
export function systemCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/**
 * True if the error or a cause of it says that storage is full. Then free what is not needed: others may wait for the
 * space.
 */
export function isDiskFull(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < MOST_CAUSES && current instanceof Error; depth++) {
    if (['ENOSPC', 'EDQUOT'].includes(systemCode(current))) return true;
    current = current.cause;
  }
  return false;
}

/** Says in words what could not be written and why; returns our own errors as they are. */
export function outputFailure(error: unknown, path: string, place: ErrorPlace = {}): DetectReportError {
  return failure('write', error, path, place);
}

/** For `catch` of a promise: throws that failure. */
export function failAt(path: string): (error: unknown) => never {
  return (error) => {
    throw outputFailure(error, path);
  };
}

/** Like `outputFailure`, for a file of our own that could not be read back. */
export function readBackFailure(error: unknown, path: string): DetectReportError {
  return failure('read back', error, path, {});
}

function failure(doing: string, error: unknown, path: string, place: ErrorPlace): DetectReportError {
  if (error instanceof DetectReportError) return error;
  const code = systemCode(error);
  const [what, remedy] = REMEDIES.get(code) ?? ['the system refused', `Check the folder, or choose ${ANOTHER_FOLDER}`];
  return new OutputError(`Could not ${doing} ${path}: ${what}${code === '' ? '' : ` (${code})`}.`, {
    place: { ...place, file: path },
    remedy,
    cause: error,
  });
}
