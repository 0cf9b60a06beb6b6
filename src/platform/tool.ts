import { createRequire } from 'node:module';

interface PackageFacts {
  readonly name: string;
  readonly version: string;
}

/** What affects bytes besides this program, from Node's `process.versions`. */
export const RUNTIME = Object.freeze({
  zlib: process.versions.zlib ?? '',
  tz: process.versions['tz'] ?? '',
  unicode: process.versions['unicode'] ?? '',
  icu: process.versions['icu'] ?? '',
});

/** Name and version of this program, as written into its files. */
export const TOOL: PackageFacts = readPackage();

function readPackage(): PackageFacts {
  const value: unknown = createRequire(import.meta.url)('../../package.json');
  const facts = value as PackageFacts;
  return Object.freeze({ name: facts.name, version: facts.version });
}
