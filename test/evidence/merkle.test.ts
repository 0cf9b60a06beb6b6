import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MerkleTree } from '../../src/core/merkle.ts';
import { naiveMerkleRoot } from './naive-merkle.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const leaf = (uuid: string) => ({ uuid, recordSha256: sha256(uuid) });

function rootOf(leaves: readonly { readonly uuid: string; readonly recordSha256: string }[]): string {
  const tree = new MerkleTree();
  for (const entry of leaves) tree.add(entry);
  expect(tree.leaves).toBe(leaves.length);
  return tree.root();
}

describe('the Merkle tree', () => {
  it('of every size up to 130 has the root that RFC 6962 defines', () => {
    const uuids = Array.from({ length: 130 }, (_, index) => leaf(String(index).padStart(4, '0')));
    for (let size = 0; size <= uuids.length; size++) {
      const leaves = uuids.slice(0, size);
      expect(rootOf(leaves)).toBe(naiveMerkleRoot(leaves));
    }
  });

  it('of any uuids has the root of their sorted list', () => {
    const uuids = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }), { maxLength: 40 });
    fc.assert(
      fc.property(uuids, (list) => {
        const sorted = [...list].sort((a, b) => (a < b ? -1 : 1)).map(leaf);
        expect(rootOf(sorted)).toBe(naiveMerkleRoot(list.map(leaf)));
      }),
    );
  });

  it('of nothing is the hash of nothing, and of one leaf the hash of that leaf', () => {
    expect(rootOf([])).toBe(sha256(''));
    const one = createHash('sha256')
      .update(Buffer.of(0))
      .update('a\n')
      .update(Buffer.from(sha256('x'), 'hex'));
    expect(rootOf([{ uuid: 'a', recordSha256: sha256('x') }])).toBe(one.digest('hex'));
  });

  it('changes with any leaf, and can be asked for its root at any time', () => {
    const leaves = ['a', 'b', 'c', 'd', 'e'].map(leaf);
    const roots = leaves.map((_, index) =>
      rootOf(leaves.with(index, { ...leaf(`${'abcde'[index]}`), recordSha256: sha256('other') })),
    );
    expect(new Set([...roots, rootOf(leaves), rootOf(leaves.slice(1)), rootOf([...leaves, leaf('f')])]).size).toBe(8);
    const tree = new MerkleTree();
    const seen = leaves.map((entry) => {
      tree.add(entry);
      return tree.root();
    });
    expect(seen).toEqual(leaves.map((_, index) => rootOf(leaves.slice(0, index + 1))));
  });

  it('refuses a leaf that is not behind the one before it', () => {
    for (const uuid of ['a', 'b']) {
      const tree = new MerkleTree();
      tree.add(leaf('b'));
      expect(() => tree.add(leaf(uuid))).toThrow(RangeError);
    }
  });
});
