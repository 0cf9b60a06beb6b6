import type { SealedFile } from '../../core/output.ts';

/** `SHA256SUMS` in the form that `sha256sum -c` reads: names sorted, two blanks, no folders. */
export function checksums(files: readonly SealedFile[]): string {
  return [...files]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, sha256 }) => `${sha256}  ${name}\n`)
    .join('');
}
