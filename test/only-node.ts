import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a pipe of the program into another one takes; a system with a terminal has them. */
const SHELL = ['sh', 'bash', 'head', 'true'];

/** Folders for `PATH` that hold Node and a shell, and nothing else. */
export function onlyNode(): string[] {
  const folder = join(import.meta.dirname, '..', 'node_modules', '.cache', 'only-node', process.version);
  mkdirSync(folder, { recursive: true });
  const programs = [process.execPath, ...SHELL.flatMap(findProgram)];
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

/** Another run of the tests may make the same link at the same time. */
function link(program: string, path: string): void {
  try {
    symlinkSync(program, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}
