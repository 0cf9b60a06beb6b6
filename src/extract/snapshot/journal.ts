import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isoInstant } from '../../core/instant.ts';
import type { Page } from '../../core/page.ts';
import { Secret } from '../../core/secret.ts';
import type { PastWalk, WalkEvent, WalkJournal } from '../../core/walk.ts';
import { createLineLog, type LineLog, readLines } from '../../platform/files/line-log.ts';
import { outputFailure } from '../../platform/files/output-failure.ts';
import type { FileSpool, KeptPage } from './page-spool.ts';

/** Changes whenever an older journal could be misread. */
export const SPOOL_FORMAT = 'detect-report/spool/1';

/** First line of a spool's journal. */
export interface JournalHeader {
  readonly format: typeof SPOOL_FORMAT;
  /** When the first attempt began, ISO 8601 UTC. */
  readonly startedAt: string;
  readonly salt: string;
  /** HMAC (hex) under the API key over the salt and the request. */
  readonly seal: string;
}

/** Every other line: a step of the walk; an answer has the facts of its page. */
export type JournalLine =
  | Exclude<WalkEvent, { kind: 'answered' }>
  | (Extract<WalkEvent, { kind: 'answered' }> & KeptPage);

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const HEADER = z.strictObject({
  format: z.literal(SPOOL_FORMAT),
  startedAt: z.iso.datetime({ precision: 3 }),
  salt: z.string(),
  seal: sha256,
});

const LINE = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('asked'), windowId: count, page: count, size: count }),
  z.strictObject({ kind: z.literal('too-large'), windowId: count }),
  z.strictObject({ kind: z.literal('beyond-end'), windowId: count }),
  z.strictObject({
    kind: z.literal('answered'),
    windowId: count,
    receivedAt: z.iso.datetime({ precision: 3 }),
    cached: z.string().max(200).optional(),
    method: z.enum(['stored', 'deflate']),
    bytes: count,
    compressedBytes: count,
    crc32: count,
    sha256,
    leavesSha256: sha256,
  }),
]);

/** Null if the value is not a header of this format. */
export function readHeader(value: unknown): JournalHeader | null {
  return HEADER.safeParse(value).data ?? null;
}

/** Null if the value is not a line of this format. */
export function readJournalLine(value: unknown): JournalLine | null {
  return LINE.safeParse(value).data ?? null;
}

const FILE = 'journal';
/** A new journal is written here; once complete, it replaces the old one. */
const NEXT_FILE = 'journal.next';
/**
 * A walk's claim covers its first to its last request: over more than a day it says little about the list at any
 * moment, and old states are outdated.
 */
const LONGEST_AGE_MS = 24 * 60 * 60 * 1000;
/** That many pages may have to be read again after a power failure. A process that dies loses none. */
const PAGES_PER_SYNC = 32;

export interface JournalSettings {
  /** The spool's folder, which exists and belongs only to this run, with the spool in it. */
  readonly folder: string;
  readonly spool: FileSpool;
  /** What decides which pages are requested and what they hold (JSON). If it differs, an old walk is useless. */
  readonly asked: unknown;
  /** The key decides whose list is read. Kept only as a seal under a random salt. */
  readonly secret: Secret | null;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * The journal of a walk, next to its pages: `journal` in the spool's folder. A line for each request and each answer,
 * in the walk's order; an answer's line has the facts to check its page, and is written when that page is complete.
 *
 *     open ──▶ found or discarded ──begin──▶ note ⟲ (every PAGES_PER_SYNC pages: sync) ──▶ close
 */
export class SpoolJournal implements WalkJournal {
  readonly startedAt: string;
  readonly past: PastWalk | null;
  /** Why an existing journal cannot be used; null if none was found or it is used. */
  readonly discarded: string | null;
  readonly #settings: JournalSettings;
  readonly #header: JournalHeader;
  #log: LineLog | null = null;
  #pages: number;
  #unsynced: number[] = [];

  private constructor(settings: JournalSettings, found: Found) {
    const past = 'lines' in found ? found : null;
    this.#settings = settings;
    this.#header = past?.header ?? headerOf(settings);
    this.startedAt = this.#header.startedAt;
    this.past = past === null ? null : pastOf(past.lines, settings.spool);
    this.#pages = past?.lines.filter(({ kind }) => kind === 'answered').length ?? 0;
    this.discarded = 'discarded' in found ? found.discarded : null;
  }

  /** Looks for an interrupted walk in the folder; removes it if it cannot be used. */
  static async open(settings: JournalSettings): Promise<SpoolJournal> {
    const found = await find(settings);
    if ('discarded' in found && found.discarded !== null) await empty(settings.folder);
    return new SpoolJournal(settings, found);
  }

  /** Number of pages that the next attempt need not read. */
  get pages(): number {
    return this.#pages;
  }

  async begin(repeated: readonly WalkEvent[]): Promise<void> {
    const path = join(this.#settings.folder, NEXT_FILE);
    const log = await createLineLog(path);
    try {
      await log.append(this.#header, ...repeated.map((event) => this.#lineOf(event)));
      await log.sync();
      await rename(path, join(this.#settings.folder, FILE));
    } catch (error) {
      await log.close();
      throw outputFailure(error, path);
    }
    this.#log = log;
    this.#pages = repeated.filter(({ kind }) => kind === 'answered').length;
  }

  async note(event: WalkEvent): Promise<void> {
    const log = this.#log;
    if (log === null) throw new RangeError('note before begin');
    await log.append(this.#lineOf(event));
    if (event.kind !== 'answered') return;
    this.#pages++;
    this.#unsynced.push(event.windowId);
    if (this.#unsynced.length >= PAGES_PER_SYNC) await this.#sync(log);
  }

  /** Resolves when everything noted so far would survive a power failure. */
  async sync(): Promise<void> {
    if (this.#log !== null) await this.#sync(this.#log);
  }

  async close(): Promise<void> {
    const log = this.#log;
    this.#log = null;
    await log?.close().catch(() => undefined);
  }

  async #sync(log: LineLog): Promise<void> {
    const windowIds = this.#unsynced;
    this.#unsynced = [];
    for (const windowId of windowIds) await this.#settings.spool.sync(windowId);
    await log.sync();
  }

  #lineOf(event: WalkEvent): JournalLine {
    return event.kind === 'answered' ? { ...event, ...this.#settings.spool.kept(event.windowId) } : event;
  }
}

type Found =
  | { readonly header: JournalHeader; readonly lines: readonly JournalLine[] }
  | { readonly discarded: string | null };

async function find(settings: JournalSettings): Promise<Found> {
  const [first, ...rest] = await readLines(join(settings.folder, FILE));
  if (first === undefined) return { discarded: null };
  const header = readHeader(first);
  if (header === null || header.seal !== sealOf(settings, header.salt)) {
    return { discarded: 'it read another list, with another key, with other settings or by another version' };
  }
  const ageMs = settings.nowMs - Date.parse(header.startedAt);
  if (ageMs < 0) return { discarded: 'it began in the future, by the clock of this machine' };
  if (ageMs > LONGEST_AGE_MS) return { discarded: 'it began more than 24 hours ago' };
  const lines: JournalLine[] = [];
  for (const value of rest) {
    const line = readJournalLine(value);
    if (line === null) break;
    lines.push(line);
  }
  return { header, lines };
}

function headerOf(settings: JournalSettings): JournalHeader {
  const salt = randomBytes(16).toString('hex');
  return { format: SPOOL_FORMAT, startedAt: isoInstant(settings.nowMs), salt, seal: sealOf(settings, salt) };
}

function sealOf({ asked, secret }: JournalSettings, salt: string): string {
  return (secret ?? new Secret('')).seal(`${salt}\n${JSON.stringify(asked)}`);
}

function pastOf(lines: readonly JournalLine[], spool: FileSpool): PastWalk {
  const asked = new Map<number, { readonly page: number; readonly size: number }>();
  const kept = new Map<number, KeptPage>();
  for (const line of lines) {
    if (line.kind === 'asked') asked.set(line.windowId, line);
    else if (line.kind === 'answered') kept.set(line.windowId, line);
  }
  return {
    events: lines.map(eventOf),
    async page(windowId): Promise<Page | null> {
      const request = asked.get(windowId);
      const facts = kept.get(windowId);
      return request === undefined || facts === undefined ? null : await spool.recover(windowId, request, facts);
    },
  };
}

function eventOf(line: JournalLine): WalkEvent {
  return line.kind === 'answered' ? { kind: line.kind, windowId: line.windowId } : line;
}

async function empty(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    throw outputFailure(error, folder);
  }
}
