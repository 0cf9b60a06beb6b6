import { isAbsolute, join } from 'node:path';

/** The file to read if no other is named and it exists. */
export const DEFAULT_CONFIG_FILE = 'detect-report.yaml';

/** `path`, starting from `baseDir` unless it is absolute. An empty base is the process's own folder. */
export function resolvePath(baseDir: string, path: string): string {
  return isAbsolute(path) ? path : join(baseDir, path);
}

/** Like `resolvePath`, but keeps a path as written if the base is the process's own folder. */
export function inFolder(folder: string, path: string): string {
  return folder === '' ? path : resolvePath(folder, path);
}
