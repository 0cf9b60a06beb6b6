import { createRequire } from 'node:module';

interface PackageFacts {
  readonly name: string;
  readonly version: string;
}

/** What decides bytes beside this program; `process.versions` of Node says it. */
export const RUNTIME = Object.freeze({
  zlib: process.versions.zlib ?? '',
  tz: process.versions['tz'] ?? '',
  unicode: process.versions['unicode'] ?? '',
  icu: process.versions['icu'] ?? '',
});

/** Name and version of this program, as every file that it writes names them. */
export const TOOL: PackageFacts = readPackage();

function readPackage(): PackageFacts {
  const value: unknown = createRequire(import.meta.url)('../package.json');
  const facts = value as PackageFacts;
  return Object.freeze({ name: facts.name, version: facts.version });
}
