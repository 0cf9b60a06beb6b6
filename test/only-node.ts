import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Shells that the completion scripts are tried in; every POSIX system has `sh`, nearly all have `bash`. */
const SHELLS = ['sh', 'bash'];

/** Folders for `PATH` that hold Node and a shell, and nothing else. */
export function onlyNode(): string[] {
  const folder = join(import.meta.dirname, '..', 'node_modules', '.cache', 'only-node', process.version);
  mkdirSync(folder, { recursive: true });
  const programs = [process.execPath, ...SHELLS.flatMap(findProgram)];
  for (const program of programs) link(program, join(folder, program.slice(program.lastIndexOf('/') + 1)));
  return [folder];
}

function findProgram(name: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .map((folder) => join(folder, name))
    .filter((path) => existsSync(path))
    .slice(0, 1);
}

function link(program: string, path: string): void {
  if (!existsSync(path)) symlinkSync(program, path);
}
