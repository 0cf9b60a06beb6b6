/**
 * Every uuid of the walk in 22 to 24 bytes, so that ten million fit in memory; a Set of strings would need gigabytes.
 *
 * A slot is five 32-bit words, in one typed array for each partition:
 *
 *     | hash | hash | hash 16 · created 15 · changed 1 | ordinal + 1 | CRC-32 of the bytes |
 *
 * `ordinal` counts the items of the walk in the order they were received and is the uuid's newest place; 0 marks an
 * empty slot. The partition is chosen by 8 further bits of the hash: 88 bits in all, so that the chance of one pair
 * among ten million colliding is about 10^-13. The hash is SHA-256's first bytes: no one can aim at a collision.
 * Partitions grow one after the other and by a sixteenth, so growth never needs room for two whole tables.
 *
 * The words are in resizable buffers, because those are mapped pages that `resize(0)` gives back at once. What plain
 * typed arrays held stays with the process until it ends: 30 MB after a million detections, when the next stage begins.
 */

const SLOT_WORDS = 5;
/** As many as fit a page of memory. */
const FIRST_SLOTS = 204;
const GROWTH = 1.0625;
const MAX_LOAD = 0.9;
const HASH_MASK = 0xffff0000;
const CREATED_MASK = 0xfffe;

/** What an item is remembered by. `digest` is that of its uuid (see `digestOf`), or at least the first 16 of its bytes. */
export interface Sighting {
  readonly digest: string;
  /** Any 15-bit digest of the item's creation time. */
  readonly created: number;
  readonly crc: number;
  /** Place among all received items, from 0. */
  readonly ordinal: number;
}

/** What was known of a uuid before its newest sighting. */
export interface Earlier {
  readonly ordinal: number;
  readonly sameBytes: boolean;
  readonly sameCreated: boolean;
  /** True if an earlier sighting already had different bytes. */
  readonly knownChanged: boolean;
}

class Partition {
  slots = FIRST_SLOTS;
  used = 0;
  words = emptyWords(FIRST_SLOTS);
}

function emptyWords(slots: number): Uint32Array<ArrayBuffer> {
  const maxByteLength = slots * SLOT_WORDS * Uint32Array.BYTES_PER_ELEMENT;
  return new Uint32Array(new ArrayBuffer(maxByteLength, { maxByteLength }));
}

/** Open addressing with linear probing. Not a set of strings: identity is the digest alone. */
export class UuidTable {
  /** By the first byte of the hash, 256 at the most; none before a uuid of its own. */
  readonly #partitions: Partition[] = [];
  #size = 0;

  /** Distinct uuids. */
  get size(): number {
    return this.#size;
  }

  /** Bytes held by the slots, used or not. */
  get bytes(): number {
    return this.#partitions.reduce((sum, { words }) => sum + words.byteLength, 0);
  }

  /** Remembers the newest sighting of a uuid; returns what was known before, null for a new one. */
  record(sighting: Sighting): Earlier | null {
    const { digest } = sighting;
    const partition = (this.#partitions[digest.charCodeAt(0)] ??= new Partition());
    if (partition.used + 1 > partition.slots * MAX_LOAD) grow(partition);
    const [first, second, third] = [wordAt(digest, 1), wordAt(digest, 5), highWordAt(digest, 9)];
    const { words } = partition;
    const at = findSlot(partition, first, second, third);
    const created = (sighting.created << 1) & CREATED_MASK;
    const known = words[at + 3] as number;
    if (known === 0) {
      partition.used++;
      this.#size++;
      words[at] = first;
      words[at + 1] = second;
      words[at + 2] = third | created;
      words[at + 3] = sighting.ordinal + 1;
      words[at + 4] = sighting.crc;
      return null;
    }
    const flags = words[at + 2] as number;
    const sameBytes = words[at + 4] === sighting.crc;
    const sameCreated = (flags & CREATED_MASK) === created;
    words[at + 2] = third | created | (sameBytes ? flags & 1 : 1);
    words[at + 3] = sighting.ordinal + 1;
    words[at + 4] = sighting.crc;
    return { ordinal: known - 1, sameBytes, sameCreated, knownChanged: (flags & 1) === 1 };
  }

  /** The newest place of the uuid with this digest; null if it was never recorded. */
  ordinalOf(digest: string): number | null {
    const partition = this.#partitions[digest.charCodeAt(0)];
    if (partition === undefined) return null;
    const at = findSlot(partition, wordAt(digest, 1), wordAt(digest, 5), highWordAt(digest, 9));
    const known = partition.words[at + 3] as number;
    return known === 0 ? null : known - 1;
  }

  /** True where the uuid with this digest was recorded. */
  has(digest: string): boolean {
    return this.ordinalOf(digest) !== null;
  }

  /** Gives the memory back; the table must not be used any more. */
  release(): void {
    for (const { words } of Object.values(this.#partitions)) words.buffer.resize(0);
  }

  /** Calls back with the newest place of every uuid, in no order. */
  forEachOrdinal(visit: (ordinal: number) => void): void {
    for (const { words } of Object.values(this.#partitions)) {
      for (let at = 3; at < words.length; at += SLOT_WORDS) {
        const known = words[at] as number;
        if (known !== 0) visit(known - 1);
      }
    }
  }
}

function wordAt(digest: string, at: number): number {
  return (highWordAt(digest, at + 2) | (highWordAt(digest, at) >>> 16)) >>> 0;
}

/** Two bytes, as the higher half of a word. */
function highWordAt(digest: string, at: number): number {
  return ((digest.charCodeAt(at) | (digest.charCodeAt(at + 1) << 8)) << 16) >>> 0;
}

/** Index of the word where the uuid's slot begins: its own, or the empty one that it belongs in. */
function findSlot(partition: Partition, first: number, second: number, third: number): number {
  const { words, slots } = partition;
  let at = (first % slots) * SLOT_WORDS;
  while (words[at + 3] !== 0) {
    if (words[at] === first && words[at + 1] === second && ((words[at + 2] as number) & HASH_MASK) >>> 0 === third) {
      return at;
    }
    at += SLOT_WORDS;
    if (at === words.length) at = 0;
  }
  return at;
}

function grow(partition: Partition): void {
  const old = partition.words;
  partition.slots = Math.ceil(partition.slots * GROWTH) + 1;
  partition.words = emptyWords(partition.slots);
  for (let from = 0; from < old.length; from += SLOT_WORDS) {
    if (old[from + 3] === 0) continue;
    const third = ((old[from + 2] as number) & HASH_MASK) >>> 0;
    const at = findSlot(partition, old[from] as number, old[from + 1] as number, third);
    for (let word = 0; word < SLOT_WORDS; word++) partition.words[at + word] = old[from + word] as number;
  }
  old.buffer.resize(0);
}
