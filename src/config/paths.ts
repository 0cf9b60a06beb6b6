import { isAbsolute, join } from 'node:path';

/** The file that is read where no other is named, if it is there. */
export const DEFAULT_CONFIG_FILE = 'detect-report.yaml';

/** `path`, starting from `baseDir` unless it is absolute. An empty base is the process's own folder. */
export function resolvePath(baseDir: string, path: string): string {
  return isAbsolute(path) ? path : join(baseDir, path);
}

/** The same for a path as given: the process's own folder leaves it as it is written. */
export function inFolder(folder: string, path: string): string {
  return folder === '' ? path : resolvePath(folder, path);
}
