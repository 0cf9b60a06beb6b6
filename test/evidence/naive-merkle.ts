import { createHash } from 'node:crypto';

/** RFC 6962, section 2.1, word for word: recursive, over the whole list, as slow as it reads. */
export function naiveMerkleRoot(leaves: readonly { readonly uuid: string; readonly recordSha256: string }[]): string {
  const sorted = [...leaves].sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
  return treeHash(
    sorted.map(({ uuid, recordSha256 }) =>
      Buffer.concat([Buffer.from(`${uuid}\n`, 'utf8'), Buffer.from(recordSha256, 'hex')]),
    ),
  ).toString('hex');
}

/** MTH({}) = SHA-256(); MTH({d}) = SHA-256(0x00 | d); MTH(D[n]) = SHA-256(0x01 | MTH(D[0:k]) | MTH(D[k:n])). */
function treeHash(entries: readonly Buffer[]): Buffer {
  const [only] = entries;
  if (only === undefined) return sha256();
  if (entries.length === 1) return sha256(Buffer.of(0), only);
  // k is the largest power of two that is smaller than n.
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(Buffer.of(1), treeHash(entries.slice(0, k)), treeHash(entries.slice(k)));
}

function sha256(...parts: Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
