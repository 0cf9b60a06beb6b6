import { OutputError } from '../core/errors.ts';

const REMEDIES: ReadonlyMap<string, readonly [what: string, remedy: string]> = new Map([
  ['ENOSPC', ['the disk is full', 'Free space there, or choose another folder with --out.']],
  ['EDQUOT', ['the disk quota is used up', 'Free space there, or choose another folder with --out.']],
  [
    'EFBIG',
    [
      'the file would exceed the largest size allowed there',
      'Raise the limit (ulimit -f), or choose another folder with --out.',
    ],
  ],
  ['EACCES', ['permission is denied', 'Give this user the right to write there, or choose another folder with --out.']],
  [
    'EPERM',
    ['the operation is not permitted', 'Give this user the right to write there, or choose another folder with --out.'],
  ],
  ['EROFS', ['the file system is read-only', 'Choose another folder with --out.']],
  ['ENOTDIR', ['a part of the path is a file, not a folder', 'Choose another folder with --out.']],
  ['EEXIST', ['something is in the way', 'Move it away, or choose another folder with --out.']],
  ['EMFILE', ['too many files are open', 'Raise the limit (ulimit -n) and run again.']],
  ['EIO', ['the disk reports an error', 'Check the disk, then run again.']],
]);

/** The error's system code (`ENOSPC`), or an empty text. */
export function systemCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** Names what could not be written and why, in words; errors that are ours already pass through. */
export function outputFailure(error: unknown, path: string): OutputError {
  if (error instanceof OutputError) return error;
  const code = systemCode(error);
  const [what, remedy] = REMEDIES.get(code) ?? [
    'the system refused',
    'Check the folder, or choose another one with --out.',
  ];
  return new OutputError(`Could not write ${path}: ${what}${code === '' ? '' : ` (${code})`}.`, {
    place: { file: path },
    remedy,
    cause: error,
  });
}
