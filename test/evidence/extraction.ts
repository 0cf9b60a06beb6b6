import { MerkleTree } from '../../src/core/merkle.ts';
import { openArchive } from '../../src/extract/snapshot/reader.ts';
import { sha256 } from './sealed-run.ts';

/** extraction.json, as far as a forger would touch it. */
export interface Extraction {
  merkleRoot: string;
  certificate: Record<string, unknown>;
  windows: {
    file: string | null;
    sha256: string;
    bytes: number;
    accepted: [number, number][];
    items: number;
    size: number;
    totalCount: number | null;
    receivedAt: string;
    arrival: number;
    pass: number;
    first: { uuid: string };
    last: { uuid: string };
  }[];
}

/** The Merkle root that an archive's records really have. */
export async function rootOf(path: string): Promise<string> {
  const snapshot = await openArchive(path);
  const leaves: { uuid: string; recordSha256: string }[] = [];
  for await (const { page, accepted } of snapshot.pages()) {
    for (const [first, last] of accepted) {
      for (const { value, start, end } of page.items.slice(first, last + 1)) {
        leaves.push({ uuid: value['uuid'] as string, recordSha256: sha256(page.body.subarray(start, end)) });
      }
    }
  }
  await snapshot.close();
  const tree = new MerkleTree();
  for (const leaf of leaves.toSorted((a, b) => (a.uuid < b.uuid ? -1 : 1))) tree.add(leaf);
  return tree.root();
}
