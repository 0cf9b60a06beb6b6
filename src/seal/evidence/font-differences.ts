import type { FontRecord } from '../../core/sink.ts';

/** Finds the package of a known font; null for a font that this version does not know. */
export type PackageOf = (file: string) => string | null;

/**
 * One line, with the remedy, for each font that only one of the two PDFs was made with. A package is named only if this
 * version knows it: a manifest may come from anyone.
 */
export function fontDifferences(
  sealed: readonly FontRecord[],
  made: readonly FontRecord[],
  packageOf: PackageOf,
): string[] {
  const [before, now] = [hashes(sealed), hashes(made)];
  const lines: string[] = [];
  for (const [file, sha256] of before) {
    const here = now.get(file);
    if (here === sha256) continue;
    const from = packageOf(file);
    const name = `${file} (SHA-256 ${sha256})`;
    if (here !== undefined) {
      lines.push(
        `was made with the font ${name}; here ${from ?? 'it'} holds another (${here}): install the version of then`,
      );
    } else if (from === null) lines.push(`was made with the font ${name}, which this version does not know`);
    else {
      lines.push(
        `was made with the font ${name}, which is not used here: install it (npm install ${from}) to make the same bytes`,
      );
    }
  }
  for (const file of now.keys()) {
    if (before.has(file)) continue;
    const from = packageOf(file);
    lines.push(
      `was made without the font ${file}, which is used here: make it again without ${from ?? 'it'} to get the same bytes`,
    );
  }
  return lines;
}

function hashes(fonts: readonly FontRecord[]): Map<string, string> {
  return new Map(fonts.map(({ file, sha256 }) => [file, sha256]));
}
