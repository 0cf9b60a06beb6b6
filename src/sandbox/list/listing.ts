import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePage, EnvelopeError, uuidOf } from '../../core/envelope.ts';
import { ConfigError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import type { Page } from '../../core/page.ts';

/** The list that the sandbox serves: items as bytes. */
export interface Listing {
  readonly count: number;
  /** Called once before each answer of the list: a living list moves here, never while an answer is made. */
  beforeListAnswer(): void;
  /** Called for every other read request: detections in processing advance. */
  beforeOtherAnswer(): void;
  /** The JSON bytes of at most `length` items from index `first` on, at one moment; empty after the end. */
  slice(first: number, length: number): readonly Uint8Array[];
  /** The JSON bytes of the item with exactly this uuid, or null. */
  find(uuid: string): Uint8Array | null;
  /** Every uuid in the list now, in list order. For tests with small lists: takes time and memory for each. */
  uuids(): string[];
  /** Names of JSON files of a folder that are not pages (no `items` array) and so are not served. */
  readonly skippedFiles: readonly string[];
}

/**
 * The items of every `*.json` of a folder, byte for byte, in the order of the file names. Never moves; held in memory.
 * Throws `ConfigError` if the folder, or a page in it, cannot be read.
 */
export async function readPageFiles(folder: string): Promise<Listing> {
  const items: Uint8Array[] = [];
  const byUuid = new Map<string, Uint8Array>();
  const skippedFiles: string[] = [];
  const names = await pageNames(folder);
  for (const name of names) {
    const file = join(folder, name);
    const page = await readPage(file);
    if (page === null) {
      skippedFiles.push(name);
      continue;
    }
    for (const { value, start, end } of page.items) {
      const bytes = page.body.subarray(start, end);
      items.push(bytes);
      const uuid = uuidOf(value);
      if (uuid !== null && !byUuid.has(uuid)) byUuid.set(uuid, bytes);
    }
  }
  if (skippedFiles.length === names.length) throw notPages(folder, 'it holds no *.json file with an "items" array');
  return {
    count: items.length,
    skippedFiles,
    beforeListAnswer() {},
    beforeOtherAnswer() {},
    slice: (first, length) => items.slice(first, first + length),
    find: (uuid) => byUuid.get(uuid) ?? null,
    uuids: () => [...byUuid.keys()],
  };
}

async function pageNames(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    // Code-unit order: the same on every machine, whatever its locale.
    return names.filter((name) => name.endsWith('.json')).sort((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    throw notPages(folder, 'it cannot be read', error);
  }
}

/** The page in a file, or null if its JSON is not a page. */
async function readPage(file: string): Promise<Page | null> {
  try {
    const body = await readFile(file);
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (!isJsonObject(value) || !Array.isArray(value['items'])) return null;
    return decodePage(body, { number: 1, size: 1, receivedAt: '' });
  } catch (error) {
    throw notPages(file, error instanceof EnvelopeError ? error.message : 'it cannot be read as JSON', error);
  }
}

function notPages(file: string, why: string, cause?: unknown): ConfigError {
  return new ConfigError(`The sandbox cannot serve pages from ${file}: ${why}.`, {
    place: { file },
    remedy: 'Name a folder of *.json files, each one answer of GET /api/v2/detect.',
    cause,
  });
}
