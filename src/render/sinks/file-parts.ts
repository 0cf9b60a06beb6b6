import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw, type Gunzip, type InflateRaw } from 'node:zlib';
import type { PlainEntry } from '../../platform/zip/file-reader.ts';
import type { FileDifference, FilePlace } from '../../core/sink.ts';

export interface FilePart {
  readonly file: FileHandle;
  readonly start: number;
  readonly end: number;
}

export async function withFiles<T>(
  paths: readonly [sealed: string, found: string],
  use: (sealed: FileHandle, found: FileHandle) => Promise<T>,
): Promise<T> {
  const sealed = await open(paths[0], 'r');
  try {
    const found = await open(paths[1], 'r');
    try {
      return await use(sealed, found);
    } finally {
      await found.close();
    }
  } finally {
    await sealed.close();
  }
}

export async function readPart({ file, start, end }: FilePart): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, end - start));
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}

const CHUNK_BYTES = 256 * 1024;

export async function* storedPart(part: FilePart): AsyncGenerator<Uint8Array> {
  for (let at = part.start; at < part.end; at += CHUNK_BYTES) {
    yield await readPart({ ...part, start: at, end: Math.min(part.end, at + CHUNK_BYTES) });
  }
}

/** Unpacks a deflated part. Throws if it is damaged, or if something follows the end of what was packed. */
async function* inflatedPart(part: FilePart): AsyncGenerator<Uint8Array> {
  const packed = yield* unpackedBy(createInflateRaw(), part);
  if (packed !== part.end - part.start) throw new Error('something follows what was packed');
}

/** Unpacks what a part begins with, and returns of how many bytes that is. Throws if it is damaged. */
export async function* unpackedBy(unpack: Gunzip | InflateRaw, part: FilePart): AsyncGenerator<Uint8Array, number> {
  // What goes wrong is thrown where the unpacked bytes are read.
  const fed = pipeline(storedPart(part), unpack).catch(() => undefined);
  try {
    for await (const chunk of unpack) yield chunk as Buffer;
    return unpack.bytesWritten;
  } finally {
    unpack.destroy();
    await fed;
  }
}

export function contentOf(file: FileHandle, entry: PlainEntry): AsyncGenerator<Uint8Array> {
  const part: FilePart = { file, start: entry.dataAt, end: entry.dataAt + entry.compressedBytes };
  return entry.method === 'deflate' ? inflatedPart(part) : storedPart(part);
}

/** Offset of the first byte in which two streams differ; null if none does. Reads no further than that. */
export async function firstDifference(
  sealed: AsyncIterable<Uint8Array>,
  found: AsyncIterable<Uint8Array>,
): Promise<number | null> {
  const [a, b] = [sealed[Symbol.asyncIterator](), found[Symbol.asyncIterator]()];
  let [left, right]: [Uint8Array, Uint8Array] = [new Uint8Array(), new Uint8Array()];
  let offset = 0;
  try {
    for (;;) {
      if (left.length === 0) left = await nextChunk(a);
      if (right.length === 0) right = await nextChunk(b);
      const length = Math.min(left.length, right.length);
      if (length === 0) return left.length === right.length ? null : offset;
      const [x, y] = [left.subarray(0, length), right.subarray(0, length)];
      if (!Buffer.from(x.buffer, x.byteOffset, length).equals(y))
        return offset + x.findIndex((byte, i) => byte !== y[i]);
      offset += length;
      [left, right] = [left.subarray(length), right.subarray(length)];
    }
  } finally {
    await a.return?.();
    await b.return?.();
  }
}

async function nextChunk(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) return new Uint8Array();
    if (next.value.length > 0) return next.value;
  }
}

/** The bytes `[from, to)` of a stream, fewer if it is shorter. */
export async function cutOf(chunks: AsyncIterable<Uint8Array>, from: number, to: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let at = 0;
  for await (const chunk of chunks) {
    if (at + chunk.length > from) parts.push(chunk.subarray(Math.max(0, from - at), Math.max(0, to - at)));
    at += chunk.length;
    if (at >= to) break;
  }
  return Buffer.concat(parts);
}

export const SAME_CONTENT: FileDifference = { kind: 'packing' };
export const OTHER_CONTENT: FileDifference = { kind: 'content', place: null };

export function differsAt(place: FilePlace | null, isPagesOnly = false): FileDifference {
  return { kind: 'content', place, isPagesOnly };
}
