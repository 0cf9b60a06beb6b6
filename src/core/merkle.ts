import { hash } from 'node:crypto';

/** SHA-256 of bytes, or of a text as UTF-8, in lower-case hex. */
export function sha256Of(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

/** SHA-256 with a character for each byte (Latin-1): a Buffer for each digest would cost more than the hashing. */
export function digestOf(data: Uint8Array | string): string {
  return hash('sha256', data, 'binary');
}

/** What a leaf commits to: a detection's uuid and the SHA-256 (hex) of its record's bytes as received. */
export interface MerkleEntry {
  readonly uuid: string;
  readonly recordSha256: string;
}

/**
 * Root of a Merkle tree as in RFC 6962, section 2.1, built from leaves added left to right in O(log n) memory: leaf =
 * SHA-256(0x00 | uuid as UTF-8 | 0x0a | record hash, 32 bytes), node = SHA-256(0x01 | left | right). The hash of no
 * leaves is the SHA-256 of nothing. Leaves are in the code-unit order of their uuids.
 */
export class MerkleTree {
  /** Complete subtrees from left to right; their sizes are the binary digits of `#leaves`. */
  readonly #subtrees: string[] = [];
  #leaves = 0;
  #lastUuid: string | null = null;

  /** Throws `RangeError` if the uuid does not sort after the one before it. */
  add(entry: MerkleEntry): void {
    if (this.#lastUuid !== null && entry.uuid <= this.#lastUuid) {
      throw new RangeError('Merkle leaves must come in ascending order of their uuids');
    }
    this.#lastUuid = entry.uuid;
    let digest = digestOf(leafOf(entry));
    for (let size = this.#leaves; size % 2 === 1; size = Math.floor(size / 2)) {
      const left = this.#subtrees.pop();
      if (left === undefined) break;
      digest = join(left, digest);
    }
    this.#subtrees.push(digest);
    this.#leaves++;
  }

  get leaves(): number {
    return this.#leaves;
  }

  /** The root over everything added so far, hex. */
  root(): string {
    const last = this.#subtrees.at(-1);
    if (last === undefined) return sha256Of('');
    let digest = last;
    for (let i = this.#subtrees.length - 2; i >= 0; i--) digest = join(this.#subtrees[i] ?? digest, digest);
    return Buffer.from(digest, 'latin1').toString('hex');
  }
}

const HASH_BYTES = 32;
/** Bytes that are hashed at once and then not needed: for so few, memory of their own would cost more than the hash. */
const PAIR = Buffer.alloc(1 + 2 * HASH_BYTES, 1);
const LEAF = Buffer.alloc(256);

function leafOf({ uuid, recordSha256 }: MerkleEntry): Buffer {
  const mostBytes = 2 + 3 * uuid.length + HASH_BYTES;
  const leaf = mostBytes <= LEAF.length ? LEAF : Buffer.alloc(mostBytes);
  const end = leaf.write(`\0${uuid}\n`, 'utf8');
  return leaf.subarray(0, end + leaf.write(recordSha256, end, 'hex'));
}

/** One call: for so few bytes, a hash object would cost more than the hashing. */
function join(left: string, right: string): string {
  PAIR.write(left, 1, 'latin1');
  PAIR.write(right, 1 + HASH_BYTES, 'latin1');
  return digestOf(PAIR);
}
